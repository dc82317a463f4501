# The tree of options: declarations of several modules become options, definitions find their way to them.
{ lib, properties, definitions }:
let
  inherit (builtins)
    all attrNames concatMap concatStringsSep filter head isAttrs length map mapAttrs sort tail typeOf
    unsafeGetAttrPos zipAttrsWith;
  inherit (lib.options) isOption mkOption showDefs showFiles showOption;
  inherit (definitions) mergeDefinitions mergeResolved;
  inherit (properties) mkOptionDefault pushDownProperties resolve resolveWithDefault;

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

  # The option that one declaration makes.
  declare = loc: decl: decl.options // {
    inherit loc;
    declarations = [ decl._file ];
    declarationPositions = [ (positionOf decl) ];
    options = submodulesOf decl;
  };

  # mergeOptionDecls : location -> [{ _file, pos, options }] -> option
  mergeOptionDecls = loc: decls:
    let
      add = before: decl:
        let
          also = decl.options;
          repeated = filter (key: also ? ${key} && before ? ${key}) sayOnce;
          type = before.type.typeMerge also.type.functor;
          clash = throw
            ("The option `${showOption loc}' in `${decl._file}' is already declared in "
              + "${showFiles before.declarations}.");
        in
        if repeated != [ ] then clash
        else also // before // {
          declarations = before.declarations ++ [ decl._file ];
          declarationPositions = before.declarationPositions ++ [ (positionOf decl) ];
          options = submodulesOf decl ++ before.options;
          ${if also ? type && before ? type then "type" else null} = if type == null then clash else type;
        };
    in
    builtins.foldl' add (declare loc (head decls)) (tail decls);

  # Gives an option a type, and a type made of modules the modules of all declarations.
  fixupOptionType = _loc: option:
    if option.type.getSubModules or null == null then
      if option ? type then option else option // { type = lib.types.unspecified; }
    else option // { type = option.type.substSubModules option.options; options = [ ]; };

  setTooOften = loc: decl: defs:
    let
      inherit (decl) options;
      default = { file = decl._file; value = mkOptionDefault options.default; };
      alone = def: (mergeDefinitions loc (options.type or lib.types.unspecified) [ def ]).mergedValue;
      all = if options ? default then [ default ] ++ defs else defs;
    in
    throw
      ("The option `${showOption loc}' is read-only, but it's set multiple times. Definition values:"
        + showDefs (map (def: def // { value = alone def; }) all));

  warnOfType = option:
    if option.type.deprecationMessage or null == null then option
    else lib.trivial.warn
      ("The type `types.${option.type.name}' of option `${showOption option.loc}' defined in "
        + "${showFiles option.declarations} is deprecated. ${option.type.deprecationMessage}")
      option;

  # evaluateOption : location -> { _file, options, whole } -> [definition] -> node
  # Most options are declared once and have a type without modules. Their value needs nothing but what is declared; the
  # whole option is made when somebody looks at it.
  evaluateOption = loc: decl: defs:
    let
      whole = if decl.whole or false then decl.options else fixupOptionType loc (declare loc decl);
      option = if decl.options.type.getSubModules or null == null then decl.options else whole;
      merged = mergeResolved loc (option.type or lib.types.unspecified) (
        if option.readOnly or false && length defs > (if option ? default then 0 else 1) then
          setTooOften loc decl defs
        else if option ? default then resolveWithDefault decl._file option.default defs
        else resolve defs
      );
      value = builtins.addErrorContext "while evaluating the option `${showOption loc}':"
        (if option ? apply then option.apply merged.mergedValue else merged.mergedValue);
    in
    {
      inherit value;
      unmatched = [ ];
      option = warnOfType whole // {
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

  evaluateWhole = loc: option:
    evaluateOption loc { _file = head option.declarations; options = option; whole = true; };

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
    decl.options ? _type && (decl.options._type == "option" || wrongDeclaration loc decl);

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
    if length decls == 1 then singleNodeAt loc (head decls) defs
    else mixedNodeAt loc decls (filter (isDeclaration loc) decls) defs;

  singleNodeAt = loc: decl: defs:
    if isDeclaration loc decl then evaluateOption loc decl defs else branchAt loc [ decl ] defs;

  mixedNodeAt = loc: decls: options: defs:
    if options == [ ] then branchAt loc decls defs
    else if length options == length decls then leafAt loc decls defs
    else if all (decl: decl.options.type.name or null == "submodule") options then
      leafAt loc (map asSubmodule decls) defs
    else misplaced loc options (filter (decl: !(isOption decl.options)) decls);

  leafAt = loc: decls: evaluateWhole loc (fixupOptionType loc (mergeOptionDecls loc decls));

  # Properties around a whole set go to its attributes.
  spread = defs:
    if all (def: !(def.value ? _type)) defs then defs
    else concatMap (def: map (value: { inherit (def) file; inherit value; }) (pushDownProperties def.value)) defs;

  # Definitions of a name that no option has, and where it is written.
  stray = defs: name: concatMap
    (def:
      if !(def.value ? ${name}) then [ ]
      else [ {
        inherit (def) file;
        value = def.value.${name};
        prefix = [ name ];
        position = unsafeGetAttrPos name def.value;
      } ])
    defs;

  branchAt = loc: decls: unspread:
    let
      defs = spread unspread;
      declared = collectByName (map (declarationsIn loc) decls);
      defined = collectByName (map (definitionsIn loc) defs);
      nodes = mapAttrs (name: decls: nodeAt (loc ++ [ name ]) decls (defined.${name} or [ ])) declared;
    in
    {
      option = mapAttrs (_: node: node.option) nodes;
      value = mapAttrs (_: node: node.value) nodes;
      unmatched =
        if defs == [ ] then [ ]
        else concatMap
          (name:
            if !(nodes ? ${name}) then stray defs name
            else map (def: def // { prefix = [ name ] ++ def.prefix; }) nodes.${name}.unmatched)
          (attrNames defined);
    };
in
{
  inherit branchAt fixupOptionType mergeOptionDecls setDefaultModuleLocation;

  # evalOptionValue : location -> option -> [definition] -> option with its value
  evalOptionValue = loc: option: defs: (evaluateWhole loc option defs).option;
}
