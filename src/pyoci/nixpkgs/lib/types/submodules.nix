# Types whose values are configurations of their own, or parts of one: modules, options, types.
{ lib, base }:
let
  inherit (builtins) attrNames head intersectAttrs isAttrs length map toString;
  inherit (base) checkingMerge mkOptionType;
  inherit (lib.lists) last toList;

  # A manual is made without a configuration: nothing there should complain that something does not fit.
  noCheckForDocsModule = {
    _file = "<nothing is checked for manuals>";
    config._module.check = lib.modules.mkForce false;
  };

  isModule = value: isAttrs value || lib.trivial.isFunction value || lib.types.path.check value;

  # Two settings of which at most one is given, or both alike.
  agree = what: left: right:
    let
      given = if builtins.isString left then " \"${left}\" and \"${right}\"." else "";
    in
    if left == null then right
    else if right == null || left == right then left
    else throw "A submoduleWith option is declared multiple times with conflicting ${what}${given}";
in
rec {
  inherit noCheckForDocsModule;

  # submodule : module or [module] -> type
  submodule = modules: submoduleWith {
    modules = toList modules;
    shorthandOnlyDefinesConfig = true;
  };

  # submoduleWith : { modules, specialArgs ? { }, shorthandOnlyDefinesConfig ? false, description ? null, class ? null }
  # With shorthandOnlyDefinesConfig, a set is a configuration through and through, even where it has an attribute
  # called `config`, `options` or `imports`. null means that another declaration may decide.
  submoduleWith =
    { modules, specialArgs ? { }, shorthandOnlyDefinesConfig ? false, description ? null, class ? null }@parameters:
    let
      evaluateWith = prefix: more: lib.modules.evalModules {
        inherit class prefix specialArgs;
        modules = [ { _module.args.name = lib.modules.mkOptionDefault "‹name›"; } ] ++ modules ++ more;
      };
      undefined = evaluateWith [ ] [ ];

      moduleOf = def:
        if isAttrs def.value && shorthandOnlyDefinesConfig == true then { _file = def.file; config = def.value; }
        else { _file = def.file; imports = [ def.value ]; };

      freeform = (evaluateWith [ ] [ noCheckForDocsModule ])._module.freeformType;
    in
    mkOptionType ({
      name = "submodule";
      description =
        if description != null then description
        else if freeform ? description then "open submodule of ${base.inCompound freeform}"
        else "submodule";
      emptyValue.value = undefined.config;
      getSubOptions = prefix:
        let
          shown = evaluateWith prefix [ noCheckForDocsModule ];
          inherit (shown._module) freeformType;
        in
        shown.options
        // (if freeformType == null then { } else { _freeformOptions = freeformType.getSubOptions prefix; });
      getSubModules = modules;
      substSubModules = others: submoduleWith (parameters // { modules = others; });
      nestedTypes =
        if undefined._module.freeformType == null then { } else { inherit (undefined._module) freeformType; };
      functor = {
        name = "submodule";
        payload = { inherit modules specialArgs shorthandOnlyDefinesConfig description class; };
        type = submoduleWith;
        binOp = left: right:
          let
            twice = attrNames (intersectAttrs left.specialArgs right.specialArgs);
          in
          {
            modules = left.modules ++ right.modules;
            specialArgs =
              if twice == [ ] then left.specialArgs // right.specialArgs
              else throw
                ("A submoduleWith option is declared multiple times with the same specialArgs "
                  + "\"${toString twice}\"");
            class = agree "class values" (left.class or null) (right.class or null);
            description = agree "descriptions" left.description right.description;
            shorthandOnlyDefinesConfig = agree "shorthandOnlyDefinesConfig values"
              left.shorthandOnlyDefinesConfig right.shorthandOnlyDefinesConfig;
          };
      };
    }
    // checkingMerge isModule ({ loc, defs }:
      let
        configuration = lib.modules.evalModules {
          inherit class specialArgs;
          prefix = loc;
          modules = modules ++ [ { _module.args.name = last loc; } ] ++ map moduleOf defs;
        };
      in
      {
        headError = base.headError isModule defs;
        value = configuration.config;
        valueMeta = { inherit configuration; };
      }));

  # A module that is not evaluated here; several become one that imports them.
  deferredModule = deferredModuleWith { };

  deferredModuleWith = { staticModules ? [ ] }@parameters:
    mkOptionType {
      name = "deferredModule";
      description = "module";
      descriptionClass = "noun";
      check = isModule;
      merge = loc: defs: {
        imports = staticModules ++ map
          (def:
            lib.modules.setDefaultModuleLocation
              "${toString def.file}, via option ${lib.options.showOption loc}"
              def.value)
          defs;
      };
      inherit (submoduleWith { modules = staticModules; }) getSubOptions getSubModules;
      substSubModules = modules: deferredModuleWith (parameters // { staticModules = modules; });
      functor = {
        name = "deferredModuleWith";
        payload = { inherit staticModules; };
        type = deferredModuleWith;
        binOp = left: right: { staticModules = left.staticModules ++ right.staticModules; };
      };
    };

  # --- types of the module system's own things

  # Declarations of types for one option, merged as the options would be.
  optionType = mkOptionType {
    name = "optionType";
    description = "optionType";
    descriptionClass = "noun";
    check = base.isOptionType;
    merge = loc: defs:
      let
        declarations = map
          (def: { _file = def.file; pos = null; options = lib.options.mkOption { type = def.value; }; })
          defs;
      in
      if length defs == 1 then (head defs).value
      else (lib.modules.fixupOptionType loc (lib.modules.mergeOptionDecls loc declarations)).type;
  };

  optionDeclaration = mkOptionType {
    name = "optionDeclaration";
    description = "option declaration";
    descriptionClass = "noun";
    check = value: lib.options.isOption value && !(value ? value);
  };
}
