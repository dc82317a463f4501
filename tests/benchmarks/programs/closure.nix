# A closure of a hundred thousand nodes, each reached twice.
let
  last = 100000;
  node = key: { inherit key; };
  next = { key }: builtins.filter (one: one.key < last) [ (node (key + 1)) (node (key + 2)) ];
in
builtins.length (builtins.genericClosure { startSet = [ (node 0) ]; operator = next; })
