# What a type is, how two of them become one, and the parts that the types of the other files are built from.
#
# A type checks definitions (`check : value -> bool`, never deeper than the value's head) and merges them
# (`merge : location -> [definition] -> value`). A merge may be a set with `v2 : { loc, defs } -> { headError, value,
# valueMeta }` beside `__functor`: it checks on its own, and says more than the value. The check of such a type has
# `isV2MergeCoherent`, unless somebody has overridden it, in which case it is asked after all.
{ lib }:
let
  inherit (builtins) all elem filter;

  isType = tag: value: (value._type or "") == tag;

  refuseFirst = error: outcome: if error == null then outcome else outcome // { headError = error; };
in
rec {
  public = {
    inherit defaultFunctor defaultTypeMerge isOptionType isType mergeTypes mkOptionType optionDescriptionPhrase setType;
  };

  inherit isType;
  setType = tag: value: value // { _type = tag; };
  isOptionType = isType "option-type";

  # --- making a type

  mkOptionType =
    { # What it is called in `lib.types`.
      name
    , description ? null
      # noun, conjunction (an open "or"), composite (an open "of") or nonRestrictiveClause (", meaning …"): tells
      # types around this one whether its description needs parentheses.
    , descriptionClass ? null
    , check ? (_: true)
    , merge ? lib.options.mergeDefaultOption
      # { value = …; } where nothing defined is as good as that value.
    , emptyValue ? { }
      # location -> options inside, for manuals
    , getSubOptions ? (_: { })
      # The modules of a type that is made of some, and the same type made of others.
    , getSubModules ? null
    , substSubModules ? (_: null)
      # functor -> type, or null where the two types do not go together
    , typeMerge ? defaultTypeMerge functor
      # What `typeMerge` works on: name, payload, type (payload -> type), binOp (payload -> payload -> payload or null).
    , functor ? defaultFunctor name
    , deprecationMessage ? null
    , nestedTypes ? { }
    }:
    {
      _type = "option-type";
      description = if description == null then name else description;
      inherit
        name descriptionClass check merge emptyValue getSubOptions getSubModules substSubModules typeMerge functor
        deprecationMessage nestedTypes;
    };

  defaultFunctor = name: {
    inherit name;
    type = lib.types.${name} or null;
    payload = null;
    binOp = _left: _right: null;
  };

  # functor -> functor -> type or null
  defaultTypeMerge = left: right:
    let
      payload = left.binOp left.payload right.payload;
      wrapped = left.wrapped.typeMerge right.wrapped.functor;
    in
    if left.name != right.name then null
    else if left.payload != null && right.payload != null then
      if payload == null then null else left.type payload
    else if left.payload != null || right.payload != null then null
    # Types from outside may still keep what they wrap in `wrapped`, as was the custom once.
    else if left.wrapped or null != null && right.wrapped or null != null then
      if wrapped == null then null else left.type wrapped
    else left.type;

  mergeTypes = left: right:
    let
      merged = left.typeMerge right.functor;
    in
    assert isOptionType left && isOptionType right;
    if merged == null then setType "merge-error" { error = "Cannot merge types"; } else merged;

  # optionDescriptionPhrase : (class -> bool) -> type -> string      In parentheses unless its class may stand bare.
  optionDescriptionPhrase = mayStandBare: type:
    if mayStandBare (type.descriptionClass or null) then type.description else "(${type.description})";

  # --- parts for the other files

  # phrase : [class] -> type -> string
  phrase = classes: optionDescriptionPhrase (class: elem class classes);
  inCompound = phrase [ "noun" "composite" ];
  inChoice = phrase [ "noun" "conjunction" ];

  # A type whose values are looked at whole and must be equal when there are several.
  scalar = name: description: check: mkOptionType {
    inherit name description check;
    descriptionClass = "noun";
    merge = lib.options.mergeEqualOption;
  };

  # Everything that a type around one other type passes on: its sub-options (below `step`), its modules, its merging.
  # `rebuild` makes the same type around another one.
  around = name: elemType: step: rebuild: {
    getSubOptions = prefix: elemType.getSubOptions (prefix ++ step);
    inherit (elemType) getSubModules;
    substSubModules = modules: rebuild (elemType.substSubModules modules);
    nestedTypes.elemType = elemType;
    functor = {
      inherit name;
      payload = { inherit elemType; };
      type = payload: rebuild payload.elemType;
      binOp = left: right:
        let
          merged = left.elemType.typeMerge right.elemType.functor;
        in
        if merged == null then null else { elemType = merged; };
    };
  };

  # The two attributes of a type that checks while it merges.
  checkingMerge = accepts: evaluate: {
    check = { __functor = _: accepts; isV2MergeCoherent = true; };
    merge = { __functor = _: loc: defs: (evaluate { inherit loc defs; }).value; v2 = evaluate; };
  };

  # headError : (value -> bool) -> [definition] -> null or { message }
  headError = check: defs:
    if all (def: check def.value) defs then null
    else { message = "Definition values:${lib.options.showDefs (filter (def: !(check def.value)) defs)}"; };

  # evaluate : type -> { loc, defs } -> { headError, value, valueMeta }      For any type, however it merges.
  evaluate = type: request:
    if !(type.merge ? v2) then {
      headError = headError type.check request.defs;
      value = type.merge request.loc request.defs;
      valueMeta = { };
    }
    else if type.check.isV2MergeCoherent or false then type.merge.v2 request
    else refuseFirst (headError type.check request.defs) (type.merge.v2 request);

  # The functor of a type that is made from parameters; declared twice, the parameters must be the same.
  parametric = name: parameters: rebuild: {
    functor = {
      inherit name;
      payload = parameters;
      type = rebuild;
      binOp = left: right: if left == right then left else null;
    };
  };

  # addCheck : type -> (value -> bool) -> type      One more condition on the definitions.
  addCheck = type: condition: type // { check = value: type.check value && condition value; };
}
