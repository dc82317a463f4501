# Types that leave a choice, or narrow another type: enumerations, this or that, null or that, one definition only.
{ lib, base }:
let
  inherit (builtins)
    addErrorContext attrNames concatStringsSep elem elemAt filter head intersectAttrs isAttrs isBool isInt isString
    length map mapAttrs tail toString typeOf;
  inherit (base) around checkingMerge inChoice mkOptionType;
  inherit (lib.options) getFiles mergeEqualOption mergeOneOption showDefs showFiles showOption;
  inherit (lib.strings) escapeNixIdentifier;
in
rec {
  inherit (base) addCheck;

  # unique : { message } -> type -> type      One definition only; the message tells why.
  unique = { message }: type:
    mkOptionType ({
      name = "unique";
      inherit (type) check description descriptionClass emptyValue;
      merge = lib.options.mergeUniqueOption { inherit message; inherit (type) merge; };
    } // around "unique" type [ ] (unique { inherit message; }));

  # either : type -> type -> type      The first that accepts all definitions merges them.
  either = first: second:
    let
      open = base.phrase [ "noun" "conjunction" "composite" ];
    in
    mkOptionType ({
      name = "either";
      description =
        if first.descriptionClass or null == "nonRestrictiveClause" then
          "${first.description}, or ${inChoice second}"
        else "${inChoice first} or ${open second}";
      descriptionClass = "conjunction";
      nestedTypes = { left = first; right = second; };
      typeMerge = other:
        let
          left = first.typeMerge (elemAt other.payload.elemType 0).functor;
          right = second.typeMerge (elemAt other.payload.elemType 1).functor;
        in
        if other.name != "either" || left == null || right == null then null else either left right;
      functor = {
        name = "either";
        payload.elemType = [ first second ];
        type = either;
        binOp = _left: _right: null;
      };
    }
    // checkingMerge (value: first.check value || second.check value) ({ loc, defs }@request:
      let
        asFirst = base.evaluate first request;
        asSecond = base.evaluate second request;
        shown = showDefs defs;
        where = "The option `${showOption loc}`";
      in
      if asFirst.headError == null then asFirst
      else if asSecond.headError == null then asSecond
      else {
        headError.message = "Definition values:${shown}";
        # Only a type that merges without checking gets here: freeform types do.
        value = lib.trivial.warn
          ("One or more definitions did not pass the type-check of the 'either' type. ${where} is neither a value "
            + "of type `${first.description}` nor `${second.description}`. Definition values:${shown}\nA freeform type "
            + "should be `attrsOf (either …)`.")
          (mergeOneOption loc defs);
        valueMeta = { };
      }));

  # uniq : type -> type
  uniq = unique { message = ""; };

  # enum : [a] -> type      Declared twice, it allows the values of both declarations.
  enum = values:
    let
      show = value:
        if isString value then "\"${value}\""
        else if isInt value then toString value
        else if isBool value then lib.trivial.boolToString value
        else "<${typeOf value}>";
      count = length values;
    in
    mkOptionType {
      name = "enum";
      description =
        if count == 0 then "impossible (empty enum)"
        else if count == 1 then "value ${show (head values)} (singular enum)"
        else "one of ${concatStringsSep ", " (map show values)}";
      descriptionClass = if count < 2 then "noun" else "conjunction";
      check = value: elem value values;
      merge = mergeEqualOption;
      functor = {
        name = "enum";
        payload = { inherit values; };
        type = payload: enum payload.values;
        binOp = left: right: { values = lib.lists.unique (left.values ++ right.values); };
      };
    };

  # oneOf : [type] -> type      The first that accepts all definitions merges them.
  oneOf = types:
    if types == [ ] then throw "types.oneOf needs to get at least one type in its argument"
    else builtins.foldl' either (head types) (tail types);

  nullOr = elemType:
    mkOptionType ({
      name = "nullOr";
      description = "null or ${inChoice elemType}";
      descriptionClass = "conjunction";
      check = value: value == null || elemType.check value;
      merge = loc: defs:
        let
          given = filter (def: def.value != null) defs;
        in
        if given == [ ] then null
        else if length given == length defs then elemType.merge loc defs
        else throw
          "The option `${showOption loc}` is defined both null and not null, in ${showFiles (getFiles defs)}.";
      emptyValue.value = null;
    } // around "nullOr" elemType [ ] nullOr);

  # coercedTo : type -> (a -> b) -> type -> type      Values of the first type go through the function.
  coercedTo = coercedType: coerce: finalType:
    let
      noun = base.phrase [ "noun" ];
      accepts = value: (coercedType.check value && finalType.check (coerce value)) || finalType.check value;
      coerced = loc: def:
        if (base.evaluate coercedType { inherit loc; defs = [ def ]; }).headError == null then
          def // { value = coerce def.value; }
        else def;
      type = mkOptionType ({
        name = "coercedTo";
        description = "${noun finalType} or ${noun coercedType} convertible to it";
        inherit (finalType) emptyValue getSubOptions getSubModules;
        substSubModules = modules: coercedTo coercedType coerce (finalType.substSubModules modules);
        typeMerge = _: null;
        nestedTypes = { inherit coercedType finalType; };
      }
      // checkingMerge accepts ({ loc, defs }:
        let
          outcome = base.evaluate finalType { inherit loc; defs = map (coerced loc) defs; };
        in
        # Messages should show what was written, not what became of it.
        if finalType.merge ? v2 then outcome else outcome // { headError = base.headError accepts defs; }));
    in
    if coercedType.getSubModules == null then type
    else throw "coercedTo: coercedType must not have submodules (it’s a ${coercedType.description})";

  # --- what files of common formats can hold

  # serializableValueWith : { typeName, nullable ? true } -> type
  serializableValueWith = { typeName, nullable ? true }:
    let
      inherit (lib.types) attrsOf bool float int listOf path str;
      plain = oneOf [ bool int float str path (attrsOf value) (listOf value) ];
      value = (if nullable then nullOr plain else plain) // { description = "${typeName} value"; };
    in
    value;

  json = serializableValueWith { typeName = "JSON"; };
  toml = serializableValueWith { typeName = "TOML"; nullable = false; };

  # attrTag : { name = option; … } -> type      A set with exactly one of these names.
  attrTag = choices:
    let
      declared = mapAttrs
        (name: option:
          let
            position = builtins.unsafeGetAttrPos name choices;
            where = if position == null then [ ] else [ position ];
            given =
              if !(option ? _type) then "was not."
              else if option._type == "option-type" then "was a bare type, not wrapped in mkOption."
              else "was of type ${lib.strings.escapeNixString option._type}.";
          in
          addErrorContext "while checking that attrTag tag ${escapeNixIdentifier name} is an option with a type" (
            if !(lib.options.isOption option) then throw
              "In attrTag, each tag value must be an option, but tag ${escapeNixIdentifier name} ${given}"
            else {
              declarations = map (position: position.file) where;
              declarationPositions = where;
            } // option
          ))
        choices;
      names = concatStringsSep ", " (map escapeNixIdentifier (attrNames choices));
      tagOf = def: head (attrNames def.value);
      declaration = option: { _file = "<attrTag {...}>"; pos = null; options = option; };
    in
    mkOptionType {
      name = "attrTag";
      description = "attribute-tagged union with choices: ${names}";
      descriptionClass = "noun";
      check = value: isAttrs value && length (attrNames value) == 1 && declared ? ${head (attrNames value)};
      merge = loc: defs:
        let
          tag = tagOf (head defs);
          others = filter (def: tagOf def != tag) defs;
          inside = map (def: { inherit (def) file; value = def.value.${tag}; }) defs;
        in
        if others != [ ] then throw
          ("The option `${showOption loc}` is defined both as `${tag}` and `${tagOf (head others)}`, in "
            + "${showFiles (getFiles defs)}.")
        else if !(declared ? ${tag}) then throw
          ("The option `${showOption loc}` is defined as ${escapeNixIdentifier tag}, but ${escapeNixIdentifier tag} is "
            + "not among the valid choices (${names}). Value ${tag} was defined in ${showFiles (getFiles defs)}.")
        else { ${tag} = (lib.modules.evalOptionValue (loc ++ [ tag ]) declared.${tag} inside).value; };
      getSubOptions = prefix: mapAttrs (name: option: option // { loc = prefix ++ [ name ]; }) declared;
      nestedTypes = declared;
      functor = {
        name = "attrTag";
        payload = { tags = declared; };
        type = payload: attrTag payload.tags;
        binOp = left: right: {
          tags = left.tags // right.tags // mapAttrs
            (name: second:
              let
                first = left.tags.${name};
              in
              lib.modules.mergeOptionDecls [ name ] [ (declaration first) (declaration second) ] // {
                declarations = first.declarations ++ second.declarations;
                declarationPositions = first.declarationPositions ++ second.declarationPositions;
              })
            (intersectAttrs left.tags right.tags);
        };
      };
    };
}
