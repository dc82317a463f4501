# The library as the index's release has it, where releases differ in what they write.
#
# Of old, every argument of a shell command was quoted; now only one that needs it.
{ lib, index }:
let
  quote = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
  quoteAll = texts: lib.concatStringsSep " " (map quote texts);
  quoting = { escapeShellArg = quote; escapeShellArgs = quoteAll; };
in
if index.quotesAlways then
  lib.extend (_: previous: quoting // { strings = previous.strings // quoting; })
else
  lib
