# The tree of options: declarations of several modules become options, definitions find their way to them.
{ lib, properties, definitions }:
let
  inherit (builtins)
    all attrNames concatLists concatMap concatStringsSep filter head intersectAttrs isAttrs length map mapAttrs
    removeAttrs sort tail typeOf unsafeGetAttrPos zipAttrsWith;
  inherit (lib.options) isOption mkOption showDefs showFiles showOption;
  inherit (definitions) mergeDefinitions;
  inherit (properties) mkOptionDefault pushDownProperties;

  dotted = concatStringsSep ".";
  collectByName = zipAttrsWith (_: values: values);

  # --- one option

  # Several declarations may complete one another; what may be said only once:
  sayOnce = [ "default" "example" "description" "apply" ];

  submodulesOf = decl:
    let
      modules = decl.options.type.getSubModules or null;
    in
    if modules == null then [ ] else map (setDefaultModuleLocation decl._file) modules;

  setDefaultModuleLocation = file: module: { _file = file; imports = [ module ]; };

  positionOf = decl:
    if decl.pos or null != null then decl.pos else { file = decl._file; line = null; column = null; };

  # mergeOptionDecls : location -> [{ _file, pos, options }] -> option
  mergeOptionDecls = loc: decls:
    let
      single = decl: decl.options // {
        inherit loc;
        declarations = [ decl._file ];
        declarationPositions = [ (positionOf decl) ];
        options = submodulesOf decl;
      };
      add = before: decl:
        let
          also = decl.options;
          repeated = filter (key: also ? ${key} && before ? ${key}) sayOnce;
          type = before.type.typeMerge also.type.functor;
          clash = throw
            "The option `${showOption loc}' in `${decl._file}' is already declared in ${showFiles before.declarations}.";
        in
        if repeated != [ ] then clash
        else also // before // {
          declarations = before.declarations ++ [ decl._file ];
          declarationPositions = before.declarationPositions ++ [ (positionOf decl) ];
          options = submodulesOf decl ++ before.options;
          ${if also ? type && before ? type then "type" else null} = if type == null then clash else type;
        };
    in
    builtins.foldl' add (single (head decls)) (tail decls);

  # Gives an option a type, and a type made of modules the modules of all declarations.
  fixupOptionType = _loc: option:
    if option.type.getSubModules or null == null then option // { type = option.type or lib.types.unspecified; }
    else option // { type = option.type.substSubModules option.options; options = [ ]; };

  # evaluateOption : location -> option -> [definition] -> { option, value }
  evaluateOption = loc: option: defs:
    let
      all =
        if option ? default then
          [ { file = head option.declarations; value = mkOptionDefault option.default; } ] ++ defs
        else defs;
      merged = mergeDefinitions loc option.type all;
      separately = map (def: def // { value = (mergeDefinitions loc option.type [ def ]).mergedValue; }) all;
      result =
        if option.readOnly or false && length all > 1 then throw
          ("The option `${showOption loc}' is read-only, but it's set multiple times. Definition values:"
            + showDefs separately)
        else merged.mergedValue;
      value = builtins.addErrorContext "while evaluating the option `${showOption loc}':"
        (if option ? apply then option.apply result else result);
      complaint = option.type.deprecationMessage or null;
      warn = lib.trivial.warnIf (complaint != null)
        ("The type `types.${option.type.name}' of option `${showOption loc}' defined in "
          + "${showFiles option.declarations} is deprecated. ${complaint}");
    in
    {
      inherit value;
      option = warn option // {
        inherit value;
        inherit (merged) isDefined;
        inherit (merged.defsFinal') highestPrio;
        definitions = map (def: def.value) merged.defsFinal;
        definitionsWithLocations = merged.defsFinal;
        files = map (def: def.file) merged.defsFinal;
        inherit (merged.checkedAndMerged) valueMeta;
        __toString = _: showOption loc;
      };
    };

  # --- many options

  # A branch of the tree of declarations, by name, with its file and position.
  declarationsIn = loc: decl:
    if isAttrs decl.options then
      mapAttrs
        (name: options: { inherit (decl) _file; inherit options; pos = unsafeGetAttrPos name decl.options; })
        decl.options
    else throw ''
      An option declaration for `${dotted loc}' has type
      `${typeOf decl.options}' rather than an attribute set.
      Did you mean to define this outside of `options'?
    '';

  definitionsIn = loc: def:
    if isAttrs def.value then mapAttrs (_: value: { inherit (def) file; inherit value; }) def.value
    else throw ''
      In module `${def.file}', you're trying to define a value of type `${typeOf def.value}'
      rather than an attribute set for the option
      `${dotted loc}'!

      There may be options below it, which need a name each: compare the definition with the option's documentation.
    '';

  wrongDeclaration = loc: decl: throw
    ("In module ${decl._file}: expected an option declaration at option path `${showOption loc}` but got an attribute "
      + "set with type ${decl.options._type}"
      + (if decl.options._type != "option-type" then "" else
        "\n\nA type alone declares nothing: write `${lib.strings.escapeNixIdentifier (lib.lists.last loc)} = "
        + "lib.mkOption { type = …; };`."));

  isDeclaration = loc: decl:
    decl.options ? _type && (isOption decl.options || wrongDeclaration loc decl);

  # Options below an option whose type is a submodule are options of the submodule.
  asSubmodule = decl:
    if isOption decl.options then decl
    else decl // {
      options = mkOption {
        type = lib.types.submoduleWith {
          modules = [ { inherit (decl) options; } ];
          shorthandOnlyDefinesConfig = null;
        };
      };
    };

  misplaced = loc: options: others:
    let
      first = head options;
      line = decl: name: " - option(s) with prefix `${showOption (loc ++ [ name ])}' in module `${decl._file}'";
      lines = concatMap (decl: map (line decl) (attrNames decl.options)) others;
    in
    throw
      ("The option `${showOption loc}' in module `${first._file}' would be a parent of the following options, but its "
        + "type `${first.options.type.description or "<no description>"}' does not support nested options.\n"
        + concatStringsSep "\n" (sort (a: b: a < b) lines));

  # A node is { option, value, unmatched }: how it looks in `options` and in `config`, and the definitions at or below
  # it that have no option, with the path (`prefix`) that they were made for.
  nodeAt = loc: decls: defs:
    let
      options = filter (isDeclaration loc) decls;
      leaf = decls: evaluateOption loc (fixupOptionType loc (mergeOptionDecls loc decls)) defs // { unmatched = [ ]; };
    in
    if options == [ ] then branchAt loc decls defs
    else if length options == length decls then leaf decls
    else if all (decl: decl.options.type.name or null == "submodule") options then leaf (map asSubmodule decls)
    else misplaced loc options (filter (decl: !(isOption decl.options)) decls);

  branchAt = loc: decls: defs:
    let
      declared = collectByName (map (declarationsIn loc) decls);
      spread = concatMap
        (def: map (value: { inherit (def) file; inherit value; }) (pushDownProperties def.value))
        defs;
      defined = collectByName (map (definitionsIn loc) spread);
      nodes = mapAttrs (name: decls: nodeAt (loc ++ [ name ]) decls (defined.${name} or [ ])) declared;

      below = name: def: def // { prefix = [ name ] ++ def.prefix or [ ]; };
      strays =
        mapAttrs (_: node: node.unmatched) (intersectAttrs defined nodes) // removeAttrs defined (attrNames declared);
    in
    {
      option = mapAttrs (_: node: node.option) nodes;
      value = mapAttrs (_: node: node.value) nodes;
      unmatched = concatLists (lib.attrsets.mapAttrsToList (name: map (below name)) strays);
    };
in
{
  inherit branchAt fixupOptionType mergeOptionDecls setDefaultModuleLocation;

  # evalOptionValue : location -> option -> [definition] -> option with its value
  evalOptionValue = loc: option: defs: (evaluateOption loc option defs).option;
}
