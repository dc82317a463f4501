# Recursion nine thousand calls deep, a hundred times.
let
  down = n: if n == 0 then 0 else 1 + down (n - 1);
in
builtins.foldl' (sum: n: sum + down (9000 - n)) 0 (builtins.genList (n: n) 100)
