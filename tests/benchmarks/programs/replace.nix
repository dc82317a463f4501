# Replacing in a megabyte of text.
let
  line = "the quick brown fox jumps over the lazy dog, <again> & again\n";
  text = builtins.concatStringsSep "" (builtins.genList (_: line) 17000);
  escaped = builtins.replaceStrings [ "&" "<" ">" "fox" "\n" ] [ "&amp;" "&lt;" "&gt;" "cat" "\\n" ] text;
in
[ (builtins.stringLength text) (builtins.stringLength escaped) (builtins.hashString "sha256" escaped) ]
