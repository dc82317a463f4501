# Sorting a hundred thousand numbers that are in no order.
let
  scatter = n: let m = n * 7919 + 104729; in m - m / 99991 * 99991;
  sorted = builtins.sort (a: b: a < b) (builtins.genList scatter 100000);
in
[ (builtins.elemAt sorted 0) (builtins.elemAt sorted 50000) (builtins.elemAt sorted 99999) ]
