# Options: declaring them, the plain ways to merge their definitions, and showing them in messages and in manuals.
#
# A definition is `{ file; value; }`, a location is the list of names that leads to an option.
{ lib }:
let
  inherit (builtins)
    all concatLists concatMap concatStringsSep filter head isAttrs isBool isInt isList isString length map mapAttrs
    match removeAttrs split tail;
  inherit (lib.lists) last toList;

  changePriority =
    "\nUse `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.\n";

  # A text that says in which language it is written, for manuals.
  literal = kind: name: text:
    if isString text then { _type = kind; inherit text; } else throw "${name} expects a string.";
in
rec {
  # --- declaring

  # mkOption : set -> option
  # `default` and `example` may be any value; `type` checks and merges the definitions; `apply` changes the outcome
  # for those who read it; `readOnly` allows one definition; `internal` and `visible` are for manuals.
  mkOption =
    { default ? null
    , defaultText ? null
    , example ? null
    , description ? null
    , type ? null
    , apply ? null
    , readOnly ? null
    , internal ? null
    , visible ? null
    , relatedPackages ? null
    }@declaration:
    declaration // { _type = "option"; };

  isOption = value: (value._type or null) == "option";

  # mkEnableOption : string -> option      Off unless somebody turns it on.
  mkEnableOption = what: mkOption {
    type = lib.types.bool;
    default = false;
    example = true;
    description = "Whether to enable ${what}.";
  };

  # mkPackageOption : pkgs -> name or path -> set -> option      `default = null` leaves the option without a default.
  mkPackageOption = pkgs: name:
    { default ? name
    , example ? null
    , nullable ? false
    , extraDescription ? ""
    , pkgsText ? "pkgs"
    }:
    let
      title = last (toList name);
      path = toList default;
      pathText = lib.attrsets.showAttrPath path;
      missing = throw "${pathText} cannot be found in ${pkgsText}";
      defaults =
        if default != null then {
          default = lib.attrsets.attrByPath path missing pkgs;
          defaultText = literalExpression "${pkgsText}.${pathText}";
        }
        else if nullable then { default = null; }
        else { };
      examples =
        if example == null then { }
        else {
          example = literalExpression
            (if isList example then "${pkgsText}.${lib.attrsets.showAttrPath example}" else example);
        };
    in
    mkOption ({
      type = if nullable then lib.types.nullOr lib.types.package else lib.types.package;
      description = "The ${title} package to use." + (if extraDescription == "" then "" else " " + extraDescription);
    } // defaults // examples);

  # An option that swallows whatever is defined and cannot be read.
  mkSinkUndeclaredOptions = changes: mkOption ({
    type = lib.types.mkOptionType { name = "sink"; merge = _loc: _defs: false; };
    default = false;
    apply = _: throw "Option value is not readable because the option is not declared.";
    internal = true;
    visible = false;
    description = "Takes any definition, and forgets it.";
  } // changes);

  # --- merging: location -> [definition] -> value

  # By the kind of the values: functions by their results, lists and strings end to end, sets side by side, truth
  # values by "or"; integers must be equal.
  mergeDefaultOption = loc: defs:
    let
      values = getValues defs;
      first = head values;
      every = test: all test values;
    in
    if length values == 1 then first
    else if every lib.trivial.isFunction then
      argument: mergeDefaultOption loc (map (def: def // { value = def.value argument; }) defs)
    else if every isList then concatLists values
    else if every isAttrs then lib.attrsets.mergeAttrsList values
    else if every isBool then builtins.any (value: value) values
    else if every isString then concatStringsSep "" values
    else if every isInt && every (value: value == first) then first
    else throw "Cannot merge definitions of `${showOption loc}'. Definition values:${showDefs defs}";

  mergeOneOption = mergeUniqueOption { message = ""; };

  # One definition only; the message tells why.
  mergeUniqueOption = { message, merge ? (_loc: defs: (head defs).value) }: loc: defs:
    if length defs == 1 then merge loc defs
    else
      assert defs != [ ];
      throw ("The option `${showOption loc}' is defined multiple times while it's expected to be unique.\n"
        + "${message}\nDefinition values:${showDefs defs}${changePriority}");

  # Several definitions, as long as they are equal. A single one is not compared: functions never are equal.
  mergeEqualOption = loc: defs:
    let
      first = head defs;
      differing = filter (def: def.value != first.value) (tail defs);
    in
    if length defs == 1 then first.value
    else if defs == [ ] then abort "mergeEqualOption: the option `${showOption loc}' has no definitions"
    else if differing == [ ] then first.value
    else throw
      ("The option `${showOption loc}' has conflicting definition values:"
        + showDefs [ first (head differing) ] + changePriority);

  getValues = map (def: def.value);
  getFiles = map (def: def.file);

  # --- showing

  unknownModule = "<unknown-file>";

  # showOption : location -> string      Placeholders such as `*` and `<name>` stay bare.
  showOption = loc:
    let
      part = name:
        if name == "*" || match "<.*>" name != null then name else lib.strings.escapeNixIdentifier name;
    in
    concatStringsSep "." (map part loc);

  showFiles = files: concatStringsSep " and " (map (file: "`${file}'") files);

  # showDefs : [definition] -> string      A line for each, and the start of its value where that can be evaluated.
  showDefs = defs:
    let
      shown = value: lib.generators.toPretty { }
        (lib.generators.withRecursion { depthLimit = 10; throwOnDepthLimit = false; } value);
      show = def:
        let
          attempt = builtins.tryEval (shown def.value);
          lines = filter isString (split "\n" attempt.value);
          most = lib.lists.take 5 lines ++ lib.lists.optional (length lines > 5) "...";
        in
        "\n- In `${def.file}'" + (
          if !attempt.success then ""
          else if length lines == 1 then ": " + attempt.value
          else ":\n    " + concatStringsSep "\n    " most
        );
    in
    concatStringsSep "" (map show defs);

  # showOptionWithDefLocs : option -> string
  showOptionWithDefLocs = option:
    "${showOption option.loc}, with values defined in:\n"
    + concatStringsSep "\n" (map (file: "  - ${file}") option.files) + "\n";

  # --- manuals

  literalExpression = literal "literalExpression" "literalExpression";
  literalMD = literal "literalMD" "literalMD";
  literalDocBook = literal "literalDocBook" "literalDocBook";
  literalExample = literalExpression;
  mdDoc = text: text;

  literalCode = language: text: literalMD "```${language}\n${text}\n```\n";

  # Any value as something a manual can print.
  renderOptionValue = value:
    if value ? _type && value ? text then value
    else literalExpression (lib.generators.toPretty { multiline = true; allowPrettyValues = true; } value);

  # Puts names in the place of packages, however deep, so that a manual does not need them.
  scrubOptionValue = value:
    if lib.attrsets.isDerivation value then {
      type = "derivation";
      inherit (value) name;
      drvPath = value.name;
      outPath = value.name;
    }
    else if isList value then map scrubOptionValue value
    else if isAttrs value then mapAttrs (_: scrubOptionValue) (removeAttrs value [ "_args" ])
    else value;

  optionAttrSetToDocList = optionAttrSetToDocList' [ ];

  # optionAttrSetToDocList' : any -> options -> [set]      What a manual needs to know, one entry an option.
  optionAttrSetToDocList' = _prefix: options:
    let
      entry = option:
        let
          name = showOption option.loc;
          visible = option.visible or true;
          type = option.type or { };
          hasDefault =
            option ? defaultText || option ? default
            || (type.emptyValue or { } ? value && type.getSubModules or null == null);
          render = what: value:
            builtins.addErrorContext "while evaluating the ${what} of option `${name}`" (renderOptionValue value);
          subOptions = option.type.getSubOptions option.loc;
          showsSubOptions = if isBool visible then visible else visible == "transparent";
        in
        [
          ({
            inherit (option) loc;
            inherit name;
            type = type.description or "unspecified";
            description = option.description or null;
            declarations = filter (file: file != unknownModule) option.declarations;
            internal = option.internal or false;
            readOnly = option.readOnly or false;
            visible = if isBool visible then visible else visible == "shallow";
          }
          // (if option ? example then { example = render "example" option.example; } else { })
          // (if !hasDefault then { } else {
            default = render (if option ? defaultText then "defaultText" else "default value")
              (option.defaultText or option.default or type.emptyValue.value);
          })
          // (if option.relatedPackages or null == null then { } else { inherit (option) relatedPackages; }))
        ]
        ++ (if showsSubOptions && subOptions != { } then optionAttrSetToDocList' option.loc subOptions else [ ]);
    in
    concatMap entry (lib.attrsets.collect isOption options);
}
