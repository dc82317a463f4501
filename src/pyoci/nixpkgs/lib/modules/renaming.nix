# Options that have moved, changed or gone, and options whose definitions go on to others.
{ lib, properties }:
let
  inherit (builtins) any filter foldl' map;
  inherit (lib.attrsets) attrByPath getAttrFromPath recursiveUpdate setAttrByPath;
  inherit (lib.lists) optional;
  inherit (lib.options) mkOption showFiles showOption;
  inherit (lib.trivial) id oldestSupportedReleaseIsAtLeast warnIf;
  inherit (properties) defaultOverridePriority mkIf mkMerge mkOverride;

  forward = option: wrap: definitions: mkIf (option.isDefined or false) (wrap (mkMerge definitions));

  # Stands for "not defined" in an option that has lost its type.
  undefinedMark = "_mkMergedOptionModule";
in
rec {
  # --- definitions that go on to another option

  # mkAliasDefinitions : option -> definition      Conditions and priorities have been decided by then.
  mkAliasDefinitions = mkAliasAndWrapDefinitions id;

  mkAliasAndWrapDefinitions = wrap: option: forward option wrap option.definitions;

  # Keeps the priority that the definitions had.
  mkAliasAndWrapDefsWithPriority = wrap: option:
    forward option wrap (map (mkOverride (option.highestPrio or defaultOverridePriority)) option.definitions);

  mkAliasIfDef = option: mkIf (lib.options.isOption option && option.isDefined);

  # mkDerivedConfig : option -> (value -> definition) -> definition      With the priority of the option's definitions.
  mkDerivedConfig = option: function:
    mkOverride (option.highestPrio or defaultOverridePriority) (function option.value);

  # --- modules for former options; the warnings need the options `warnings` and `assertions`

  # doRename : set -> module
  # `use` is applied to the new option's value when the old one is read; with `withPriority`, definitions keep theirs;
  # `condition` says whether to define the new option at all, which may bring an element of a set into being.
  doRename = { from, to, visible, warn, use, withPriority ? true, condition ? true }: { config, options, ... }:
    let
      old = getAttrFromPath from options;
      new = attrByPath to { } options;
      value = attrByPath to (abort "Renaming error: option `${showOption to}' does not exist.") config;
      alias = if withPriority then mkAliasAndWrapDefsWithPriority else mkAliasAndWrapDefinitions;
      moved =
        "The option `${showOption from}' defined in ${showFiles old.files} has been renamed to `${showOption to}'.";
    in
    {
      config = mkIf condition (mkMerge (
        [ (alias (setAttrByPath to) old) ]
        ++ optional (options ? warnings) { warnings = optional (warn && old.isDefined) moved; }
      ));
      options = setAttrByPath from (mkOption {
        type = new.type or (lib.types.submodule { });
        apply = _: use value;
        description = "Alias of {option}`${showOption to}`.";
        inherit visible;
      });
    };

  mkRenamedOptionModule = from: to: doRename {
    inherit from to;
    visible = false;
    warn = true;
    use = builtins.trace "Obsolete option `${showOption from}' is used. It was renamed to `${showOption to}'.";
  };

  # Warns only once the release is old enough that all supported ones have the new name.
  mkRenamedOptionModuleWith = { from, to, sinceRelease }:
    let
      due = oldestSupportedReleaseIsAtLeast sinceRelease;
    in
    doRename {
      inherit from to;
      visible = false;
      warn = due;
      use = warnIf due "Obsolete option `${showOption from}' is used. It was renamed to `${showOption to}'.";
    };

  # Another name, for good.
  mkAliasOptionModule = from: to: doRename {
    inherit from to;
    visible = true;
    warn = false;
    use = id;
  };

  mkAliasOptionModuleMD = mkAliasOptionModule;

  # mkRemovedOptionModule : path -> string -> module      The text says what to do instead.
  mkRemovedOptionModule = path: instead: { options, ... }:
    let
      name = showOption path;
      option = getAttrFromPath path options;
    in
    {
      options = setAttrByPath path (mkOption {
        visible = false;
        apply = _: throw "The option `${name}' can no longer be used since it's been removed. ${instead}";
      });
      config.assertions = [
        {
          assertion = !option.isDefined;
          message = ''
            The option definition `${name}' in ${showFiles option.files} no longer has any effect; please remove it.
            ${instead}
          '';
        }
      ];
    };

  # mkMergedOptionModule : [path] -> path -> (config -> value) -> module      Several former options make up a new one.
  mkMergedOptionModule = froms: to: function: { config, options, ... }:
    let
      isSet = path: getAttrFromPath path config != undefinedMark;
      former = mkOption { visible = false; default = undefinedMark; };
      complaint = path:
        "The option `${showOption path}' defined in ${showFiles (getAttrFromPath path options).files} has been changed "
        + "to `${showOption to}' that has a different type. Please read `${showOption to}' documentation and update "
        + "your configuration accordingly.";
    in
    {
      options = foldl' recursiveUpdate { } (map (path: setAttrByPath path former) froms);
      config = { warnings = map complaint (filter isSet froms); }
        // setAttrByPath to (mkMerge (optional (any isSet froms) (function config)));
    };

  mkChangedOptionModule = from: mkMergedOptionModule [ from ];
}
