# Chains of 200 updates, a thousand times.
let
  chain = seed: builtins.foldl' (set: n: set // { ${"a${toString (n - n / 20 * 20)}"} = n + seed; }) { } (builtins.genList (n: n) 200);
  total = set: builtins.foldl' (sum: name: sum + set.${name}) 0 (builtins.attrNames set);
in
builtins.foldl' (sum: seed: sum + total (chain seed)) 0 (builtins.genList (n: n) 1000)
