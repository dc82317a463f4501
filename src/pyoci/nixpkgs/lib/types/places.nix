# Types of packages and of places in the file system.
{ lib, base }:
let
  inherit (builtins) hasContext isPath isString substring toString unsafeDiscardStringContext;
  inherit (base) mkOptionType;
  inherit (lib.attrsets) isDerivation toDerivation;
  inherit (lib.options) mergeEqualOption mergeOneOption;
  inherit (lib.strings) isStorePath isStringLike;
in
rec {
  # A derivation, or a store path, which becomes something derivation-shaped.
  package = mkOptionType {
    name = "package";
    descriptionClass = "noun";
    check = value: isDerivation value || isStorePath value;
    merge = loc: defs:
      let
        value = mergeOneOption loc defs;
      in
      if isPath value || (isString value && !(hasContext value)) then toDerivation value else value;
  };

  shellPackage = package // { check = value: isDerivation value && value ? shellPath; };

  # A whole package set.
  pkgs = base.addCheck
    (lib.types.unique { message = "A Nixpkgs pkgs set can not be merged with another pkgs set."; } lib.types.attrs // {
      name = "pkgs";
      description = "Nixpkgs package set";
      descriptionClass = "noun";
    })
    (base.isType "pkgs");

  # pathWith : { absolute ? null, inStore ? null } -> type      null means that both will do.
  pathWith = { absolute ? null, inStore ? null }:
    let
      # A path value outside the store would be copied there later on.
      fits = value: if inStore == false then isString value else isStringLike value;
      isAbsolute = value: substring 0 1 (toString value) == "/";
      isInStore = value: lib.path.hasStorePathPrefix
        (if isPath value then value else /. + unsafeDiscardStringContext "${value}");
      words =
        (if absolute == null then "" else if absolute then "absolute " else "relative ")
        + "path"
        + (if inStore == null then "" else if inStore then " in the Nix store" else " not in the Nix store");
    in
    if inStore == true && absolute == false then throw "In pathWith, inStore means the path must be absolute"
    else mkOptionType ({
      name = "path";
      description = words;
      descriptionClass = "noun";
      check = value:
        fits value
        && (inStore == null || isInStore value == inStore)
        && (absolute == null || isAbsolute value == absolute);
      merge = mergeEqualOption;
    } // base.parametric "path" { inherit absolute inStore; } pathWith);

  path = pathWith { absolute = true; };
  pathInStore = pathWith { inStore = true; };
  externalPath = pathWith { absolute = true; inStore = false; };

  # Files below a directory, see lib.fileset; several definitions are put together.
  fileset = mkOptionType {
    name = "fileset";
    description = "fileset";
    descriptionClass = "noun";
    check = lib.fileset.isFileset;
    merge = _loc: defs: lib.fileset.unions (lib.options.getValues defs);
    emptyValue.value = lib.fileset.empty;
  };
}
