# From the definitions of an option to its value.
{ lib, properties }:
let
  inherit (lib.options) showOption;
  evaluate = (import ../types/base.nix { inherit lib; }).evaluate;
in
{
  # mergeDefinitions : location -> type -> [definition] -> set
  # `defsFinal` are the definitions that count; `mergedValue` is what the type makes of them, or its empty value, or an
  # error; `optionalValue` is { value } or { }.
  mergeDefinitions = loc: type: defs:
    let
      defsFinal' = properties.resolve defs;
      defsFinal = defsFinal'.values;
      isDefined = defsFinal != [ ];
      outcome = evaluate type { inherit loc; defs = defsFinal; };
      mergedValue =
        if !isDefined then
          type.emptyValue.value
            or (throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option.")
        else if outcome.headError == null then outcome.value
        else throw
          ("A definition for option `${showOption loc}' is not of type `${type.description}'. "
            + outcome.headError.message);
    in
    {
      inherit defsFinal defsFinal' isDefined mergedValue;
      optionalValue = if isDefined then { value = mergedValue; } else { };
      checkedAndMerged = outcome;
    };
}
