# What C++ Nix makes of a file that pyoci was given, in the terms of `pyoci compare`.
#
# value :: { pkgs, lib } -> any       the file, with the names that pyoci has in scope of it
# path  :: [string]                   what to select from it
# units :: [string] or null           for a configuration: the units to tell of
{
  tree,
  system,
  value,
  arguments,
  path,
  units,
}:
let
  inherit (builtins)
    attrNames
    foldl'
    functionArgs
    getContext
    intersectAttrs
    isFunction
    listToAttrs
    map
    unsafeDiscardStringContext
    ;

  pkgs = import tree {
    inherit system;
    config = { };
    overlays = [ ];
  };
  scope = {
    inherit pkgs;
    inherit (pkgs) lib;
  };

  given = value scope;
  call =
    value:
    if isFunction value then value (intersectAttrs (functionArgs value) (scope // arguments)) else value;
  container = call (foldl' (set: name: set.${name}) (call given) path);

  # Names that a module's function does not ask for it gets from the scope, as in a file for pyoci.
  nixos = import (tree + "/nixos") {
    inherit system;
    configuration = given;
  };

  describe =
    unit:
    let
      text = nixos.config.systemd.units.${unit}.text;
    in
    {
      text = unsafeDiscardStringContext text;
      wantedBy = nixos.config.systemd.units.${unit}.wantedBy;
      requiredBy = nixos.config.systemd.units.${unit}.requiredBy;
      derivations = attrNames (getContext text);
    };
in
if units == null then
  { derivation = unsafeDiscardStringContext container.drvPath; }
else
  listToAttrs (
    map (name: {
      inherit name;
      value = if nixos.config.systemd.units ? ${name} then describe name else null;
    }) units
  )
