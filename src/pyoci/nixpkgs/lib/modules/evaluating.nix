# evalModules: modules in, a configuration out.
{ lib, collecting, properties, tree }:
let
  inherit (builtins)
    addErrorContext attrNames concatStringsSep filter head length map removeAttrs seq stringLength toString;
  inherit (lib.attrsets) attrByPath recursiveUpdate setAttrByPath;
  inherit (lib.lists) init last optional reverseList sortOn take;
  inherit (lib.options) mkOption showDefs showOption;
  inherit (lib.strings) hasPrefix levenshtein levenshteinAtMost;

  # Told to whoever is caught asking for the configuration while it is still being found out what it consists of.
  beforeImports =
    "if you get an infinite recursion here, you probably reference `config` in `imports`. Imports are resolved before "
    + "there is a configuration: import unconditionally, and let an option and `mkIf` decide what the module does.";

  # The options that every configuration has, below `_module`.
  builtinOptions = internal: {
    args = mkOption ({
      # Lazy: an argument may be a whole package set, and must not be evaluated to know the others.
      type = lib.types.lazyAttrsOf lib.types.raw;
      description = ''
        Arguments for modules that are functions, beside `lib`, `config`, `options`, `specialArgs` and what is in
        `specialArgs`. They depend on the configuration, so `imports` must not depend on them.
      '';
    } // internal);
    check = mkOption {
      type = lib.types.bool;
      default = true;
      internal = true;
      description = "Whether a definition without an option is an error.";
    };
    freeformType = mkOption {
      type = lib.types.nullOr lib.types.optionType;
      default = null;
      internal = true;
      description = "The type that merges definitions without an option, instead of an error.";
    };
    specialArgs = mkOption {
      readOnly = true;
      internal = true;
      description = "Arguments for modules that come from outside, and that `imports` may depend on.";
    };
  };
  # A manual shows them once.
  outermost = builtinOptions { };
  inner = builtinOptions { internal = true; };

  builtinModule = prefix: specialArgs: provided: {
    _file = "lib/modules.nix";
    key = "lib/modules.nix";
    options._module = if prefix == [ ] then outermost else inner;
    config._module = { args = provided; inherit specialArgs; };
  };

  # The names nearest to a misspelt one, nearest first, and those that are more or less of it. In a crowd only near
  # misses are worth the search.
  similar = name: names:
    let
      tolerance = if length names > 100 then 2 else lib.trivial.max 2 (stringLength name / 3);
      isNear = other: hasPrefix name other || hasPrefix other name || levenshteinAtMost tolerance name other;
    in
    take 3 (sortOn (levenshtein name) (filter isNear names));

  didYouMean = paths:
    let
      shown = map (path: "`${showOption path}'") paths;
    in
    if shown == [ ] then ""
    else if length shown == 1 then "\n\nDid you mean ${head shown}?"
    else "\n\nDid you mean ${concatStringsSep ", " (init shown)} or ${last shown}?";

  placeOf = position:
    if position == null then "" else "\n  at ${position.file}:${toString position.line}:${toString position.column}";

  # Complains of the first of the definitions that have no option.
  unmatchedError = { prefix, options, unmatched }:
    let
      def = head unmatched;
      parent = init def.prefix;
      siblings = attrNames (removeAttrs (attrByPath parent { } options) (optional (parent == [ ]) "_module"));
      suggestions = map (name: prefix ++ parent ++ [ name ]) (similar (last def.prefix) siblings);
      text = showOption (prefix ++ def.prefix);
      shown = addErrorContext
        "while evaluating the error message for definitions for `${text}', which is an option that does not exist"
        (addErrorContext "while evaluating a definition from `${def.file}'" (showDefs [ def ]));
      noOptionsAtAll =
        if attrNames options != [ "_module" ] then ""
        else if prefix == [ ] then
          "\n\nIt seems as if you're trying to declare an option by placing it into `config' rather than `options'!\n"
        else
          "\n\nHowever there are no options defined in `${showOption prefix}'. Are you sure you've declared your "
          + "options properly? This can happen if you e.g. declared your options in `types.submodule' under `config' "
          + "rather than `options'.\n";
    in
    throw
      ("The option `${text}' does not exist. Definition values:${shown}${placeOf def.position}"
        + didYouMean suggestions + noOptionsAtAll);
in
rec {
  # evalModules : { modules, prefix, specialArgs, class, args, check } -> configuration
  # `prefix` is where in a larger configuration this one is. `specialArgs` are arguments that `imports` may depend on.
  # A `class` keeps modules written for another kind of configuration out. `args` and `check` are older ways to define
  # `_module.args` and `_module.check`.
  evalModules =
    { modules, prefix ? [ ], specialArgs ? { }, class ? null, args ? { }, check ? true }@request:
    let
      given = modules
        ++ optional (request ? args) { _module.args = args; }
        ++ optional (request ? check) { _module.check = properties.mkDefault check; };

      collected = collecting.collectModules class (specialArgs.modulesPath or "")
        (given ++ [ (builtinModule prefix specialArgs { inherit extendModules; moduleType = type; }) ])
        ({
          inherit lib specialArgs;
          options = found.option;
          config = addErrorContext beforeImports config;
          _class = class;
          _prefix = prefix;
        } // specialArgs);

      # Importing modules come after what they import, so that theirs is the last word.
      counting = reverseList collected.modules;
      found = tree.branchAt prefix counting
        (map (module: { file = module._file; value = module.config; }) counting);

      inherit (found.value._module) freeformType;
      free = freeformType.merge prefix
        (map (def: { inherit (def) file; value = setAttrByPath def.prefix def.value; }) found.unmatched);

      config =
        if freeformType == null then found.value
        # Declared options are no part of `free`: nothing of theirs is replaced.
        else if found.unmatched == [ ] then found.value
        else recursiveUpdate free found.value;

      checked = seq (
        if found.value._module.check && freeformType == null && found.unmatched != [ ] then
          unmatchedError { inherit prefix; options = found.option; inherit (found) unmatched; }
        else null
      );

      # More modules on top of these.
      extendModules = { modules ? [ ], specialArgs ? { }, prefix ? request.prefix or [ ] }:
        evalModules (request // {
          modules = request.modules ++ modules;
          specialArgs = request.specialArgs or { } // specialArgs;
          inherit prefix;
        });

      type = lib.types.submoduleWith { inherit modules specialArgs class; };
    in
    {
      _type = "configuration";
      options = checked found.option;
      config = checked (removeAttrs config [ "_module" ]);
      _module = checked config._module;
      inherit class extendModules type;
      inherit (collected) graph;
    };

  # Modules of which some definitions need not have an option.
  fixMergeModules = modules: args: evalModules { inherit modules args; check = false; };
}
