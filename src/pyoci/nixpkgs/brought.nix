# Which units of a NixOS configuration are there because of what its user wrote. Asking NixOS for all of its units with
# and without that would take twice the time, so this goes by where things are defined: a unit counts
#   - that is defined in a file outside the tree;
#   - that a module defines of which the user sets options (services.*, virtualisation.*, programs.*);
#   - that belongs to one of these: the timer, socket or path unit of a service.
# The result is a list of names.
{
  tree,
  module,
  config,
  options,
  lib,
}:

let
  inherit (lib) concatMap elem hasPrefix;

  # Modules as written: functions called, imports followed.
  arguments = options._module.args.value // {
    inherit config options lib;
    modulesPath = tree + "/nixos/modules";
  };
  call =
    written:
    if builtins.isPath written || builtins.isString written then
      call (import written)
    else if lib.isFunction written then
      call (written arguments)
    else
      written;
  definitions =
    written:
    let
      called = call written;
      own = if called ? config || called ? options then called.config or { } else removeAttrs called syntax;
    in
    [ own ] ++ concatMap definitions (called.imports or [ ]);
  syntax = [
    "_class"
    "_file"
    "_module"
    "disabledModules"
    "freeformType"
    "imports"
    "key"
    "meta"
    "require"
  ];

  # What mkMerge, mkIf and their like hold.
  contents =
    value:
    let
      type = value._type or "";
    in
    if !builtins.isAttrs value then
      [ ]
    else if type == "merge" then
      concatMap contents value.contents
    else if type == "if" then
      if value.condition then contents value.content else [ ]
    else if type == "override" || type == "order" then
      contents value.content
    else
      [ value ];

  # The options that a definition sets.
  reached =
    tree: definition:
    concatMap (
      value:
      concatMap (
        name:
        if !(tree ? ${name}) then
          [ ]
        else if lib.isOption tree.${name} then
          [ tree.${name} ]
        else
          reached tree.${name} value.${name}
      ) (builtins.attrNames value)
    ) (contents definition);

  groups = lib.filterAttrs (name: _: elem name [ "services" "virtualisation" "programs" ]) options;
  declaring = map toString (
    concatMap (option: option.declarations) (concatMap (reached groups) (definitions module))
  );

  counts = file: elem (toString file) declaring || !hasPrefix (tree + "/") (toString file);

  defined =
    option:
    lib.concatLists (
      lib.zipListsWith (file: value: if counts file then builtins.attrNames value else [ ]) option.files option.definitions
    );

  kinds = {
    paths = ".path";
    services = ".service";
    slices = ".slice";
    sockets = ".socket";
    targets = ".target";
    timers = ".timer";
    units = "";
  };
  found = concatMap (kind: map (name: name + kinds.${kind}) (defined options.systemd.${kind})) (builtins.attrNames kinds);

  companions = map (name: lib.removeSuffix ".service" name) (lib.filter (lib.hasSuffix ".service") found);
  all = found ++ concatMap (name: map (suffix: name + suffix) [ ".timer" ".socket" ".path" ]) companions;
in
lib.filter (name: config.systemd.units ? ${name}) (lib.unique all)
