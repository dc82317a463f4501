# Properties: what a definition says about itself, around its value. Conditions and merges are resolved first, then
# priorities among the definitions of an option, then order; each is a set with `_type`.
{ lib }:
let
  inherit (builtins) all concatMap filter foldl' isAttrs isBool map mapAttrs sort;

  tagOf = value: value._type or null;
  isPlain = def: !(def.value ? _type);

  defaultOverridePriority = 100;
  defaultOrderPriority = 1000;
  optionDefaultPriority = 1500;
  lowestPriority = 9999;
  undefined = { values = [ ]; highestPrio = lowestPriority; };

  # Sets without a value are let through: some sort things of their own by their `priority`.
  isTagged = tag: def: (def.value._type or null) == tag;

  priorityOf = def: if isTagged "override" def then def.value.priority else defaultOverridePriority;
  withoutOverride = def: if isTagged "override" def then def // { value = def.value.content; } else def;

  withoutOrder = def:
    if isTagged "order" def then def // { value = def.value.content; inherit (def.value) priority; } else def;

  # Definitions of which some have properties.
  settle = defs:
    let
      locate = def: value: if tagOf value == "definition" then value else { inherit (def) file; inherit value; };
      opened = concatMap
        (def: map (locate def) (builtins.addErrorContext "while evaluating definitions from `${def.file}':"
          (public.dischargeProperties def.value)))
        defs;
      best = public.filterOverrides' opened;
    in
    {
      inherit (best) highestPrio;
      values =
        if all (def: !(isTagged "order" def)) best.values then best.values
        else public.sortProperties best.values;
    };

  public = rec {
    inherit defaultOrderPriority defaultOverridePriority;
    defaultPriority = defaultOverridePriority;

    # --- making them

    mkIf = condition: content: { _type = "if"; inherit condition content; };
    mkMerge = contents: { _type = "merge"; inherit contents; };

    # The smaller number wins.
    mkOverride = priority: content: { _type = "override"; inherit priority content; };
    mkOptionDefault = mkOverride optionDefaultPriority;
    mkDefault = mkOverride 1000;
    mkImageMediaOverride = mkOverride 60;
    mkForce = mkOverride 50;
    mkVMOverride = mkOverride 10;
    mkStrict = lib.trivial.warn "mkStrict is obsolete; use mkOverride 0 instead." (mkOverride 0);

    # The smaller number comes first.
    mkOrder = priority: content: { _type = "order"; inherit priority content; };
    mkBefore = mkOrder 500;
    mkAfter = mkOrder 1500;

    # A definition that says itself which file it is from.
    mkDefinition = { file, value, ... }@definition: definition // { _type = "definition"; };

    mkAssert = assertion: message: mkIf (if assertion then true else throw "\nFailed assertion: ${message}");

    # Did something once.
    mkFixStrictness = lib.trivial.warn "mkFixStrictness has no effect; it returns its argument." (content: content);

    # mapDefinitionValue : (a -> b) -> definition's value -> definition's value      Reaches through all properties.
    mapDefinitionValue = function: value:
      let
        again = mapDefinitionValue function;
        tag = tagOf value;
      in
      if tag == "merge" then value // { contents = map again value.contents; }
      else if tag == "definition" then value // { value = again value.value; }
      else if tag == "if" || tag == "override" || tag == "order" then value // { content = again value.content; }
      else function value;

    # --- resolving them

    # dischargeProperties : value -> [value]      Opens merges, decides conditions.
    dischargeProperties = value:
      let
        tag = tagOf value;
      in
      if tag == "merge" then concatMap dischargeProperties value.contents
      else if tag != "if" then [ value ]
      else if !(isBool value.condition) then throw "‘mkIf’ called with a non-Boolean condition"
      else if value.condition then dischargeProperties value.content
      else [ ];

    # pushDownProperties : set with properties -> [set]
    # Opens merges, and moves conditions and priorities from a whole set to each of its attributes: the names can be
    # known while the condition still depends on the configuration that they are part of.
    pushDownProperties = value:
      let
        tag = tagOf value;
        onEach = wrap: map
          (set: if isAttrs set then mapAttrs (_: wrap) set else set)
          (pushDownProperties value.content);
      in
      if tag == null then [ value ]
      else if tag == "merge" then concatMap pushDownProperties value.contents
      else if tag == "if" then onEach (mkIf value.condition)
      else if tag == "override" then onEach (mkOverride value.priority)
      else [ value ];

    # filterOverrides' : [definition] -> { values, highestPrio }      Those of the best priority, without it.
    filterOverrides' = defs:
      let
        highestPrio = foldl' (best: def: lib.trivial.min best (priorityOf def)) lowestPriority defs;
      in
      {
        inherit highestPrio;
        values = map withoutOverride (filter (def: priorityOf def == highestPrio) defs);
      };

    filterOverrides = defs: (filterOverrides' defs).values;

    # sortProperties : [definition] -> [definition]      By mkOrder; the order among equals stays.
    sortProperties = defs:
      let
        rank = def: def.priority or defaultOrderPriority;
      in
      sort (a: b: rank a < rank b) (map withoutOrder defs);

    # resolve : [definition] -> { values, highestPrio }      All of the above.
    resolve = defs:
      # Most options are defined without any property.
      if all isPlain defs then
        if defs == [ ] then undefined else { values = defs; highestPrio = defaultOverridePriority; }
      else settle defs;

    # resolveWithDefault : file -> value -> [definition] -> { values, highestPrio }      The default of an option, too.
    resolveWithDefault = file: default: defs:
      if defs != [ ] && all isPlain defs then { values = defs; highestPrio = defaultOverridePriority; }
      else if defs == [ ] then {
        values = [ (withoutOrder { inherit file; value = default; }) ];
        highestPrio = optionDefaultPriority;
      }
      else settle ([ { inherit file; value = mkOptionDefault default; } ] ++ defs);
  };
in
public
