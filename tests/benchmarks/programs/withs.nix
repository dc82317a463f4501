# Names that are found in one of several enclosing sets.
let
  outer = { a = 1; b = 2; };
  middle = { c = 3; d = 4; };
  inner = { e = 5; f = 6; };
  sum = n: with outer; with middle; with inner; a + b + c + d + e + f + n;
in
builtins.foldl' (total: n: total + sum n) 0 (builtins.genList (n: n) 200000)
