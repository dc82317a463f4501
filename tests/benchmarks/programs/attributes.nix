# A set of a hundred thousand attributes: made, mapped, read.
let
  pair = n: { name = "attribute-${toString n}"; value = n; };
  set = builtins.listToAttrs (builtins.genList pair 100000);
  doubled = builtins.mapAttrs (name: value: 2 * value) set;
in
builtins.foldl' (sum: value: sum + value) 0 (builtins.attrValues doubled)
