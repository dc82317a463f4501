# The outcomes of cases: { value } as JSON text, or { throws = true; }. An error that cannot be caught ends all of it;
# so `names` can choose.
{ library, file, names ? null }:
let
  lib = import library;
  cases = import file { inherit lib; };
  outcome = name:
    let
      json = builtins.tryEval (builtins.toJSON cases.${name});
    in
    {
      inherit name;
      value = if json.success then { value = json.value; } else { throws = true; };
    };
in
builtins.listToAttrs (map outcome (if names == null then builtins.attrNames cases else names))
