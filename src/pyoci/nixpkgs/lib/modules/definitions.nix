# From the definitions of an option to its value.
{ lib, properties }:
let
  inherit (builtins) all;
  inherit (lib.options) showOption;
  inherit (import ../types/base.nix { inherit lib; }) evaluate headError;

  wrongType = loc: type: error: throw
    "A definition for option `${showOption loc}' is not of type `${type.description}'. ${error.message}";

  undefined = loc: throw
    "The option `${showOption loc}' was accessed but has no value defined. Try setting the option.";

  # What `outcome` says, which is what the type says of the definitions that count.
  judge = loc: type: outcome:
    if outcome.headError == null then outcome.value
    else wrongType loc type { message = "TypeError: ${outcome.headError.message}"; };
in
rec {
  # mergeDefinitions : location -> type -> [definition] -> set
  # `defsFinal` are the definitions that count; `mergedValue` is what the type makes of them, or its empty value, or an
  # error; `optionalValue` is { value } or { }.
  mergeDefinitions = loc: type: defs: mergeResolved loc type (properties.resolve defs);

  # The same, once properties are resolved.
  mergeResolved = loc: type: resolved:
    let
      defs = resolved.values;
      outcome = evaluate type { inherit loc defs; };
      mergedValue =
        if defs == [ ] then type.emptyValue.value or (undefined loc)
        else if type.merge ? v2 then judge loc type outcome
        # Most types: the same without a record of the outcome.
        else if all (def: type.check def.value) defs then type.merge loc defs
        else wrongType loc type (headError type.check defs);
    in
    {
      inherit mergedValue;
      isDefined = defs != [ ];
      optionalValue = if defs != [ ] then { value = mergedValue; } else { };
      defsFinal = defs;
      defsFinal' = resolved;
      checkedAndMerged = outcome;
    };
}
