# Assertions that say what is wrong.
{ lib }:
let
  inherit (builtins) concatStringsSep elem filter map;
  show = lib.generators.toPretty { };
in
rec {
  # assertMsg : bool -> string -> bool      For `assert`; throws instead of being false.
  assertMsg = condition: message: condition || throw message;

  assertOneOf = name: value: allowed:
    assertMsg (elem value allowed) "${name} must be one of ${show allowed}, but is: ${show value}";

  assertEachOneOf = name: values: allowed:
    assertMsg (builtins.all (value: elem value allowed) values)
      "each element in ${name} must be one of ${show allowed}, but is: ${show values}";

  # checkAssertWarn : [{ assertion, message }] -> [string] -> a -> a
  # For configurations with the options `assertions` and `warnings`: throws all that fail, prints all warnings.
  checkAssertWarn = assertions: warnings: value:
    let
      failed = filter (item: !item.assertion) assertions;
    in
    if failed == [ ] then lib.trivial.showWarnings warnings value
    else throw "\nFailed assertions:\n${concatStringsSep "\n" (map (item: "- ${item.message}") failed)}";
}
