# The library as the index's release has it, where releases differ in what they write: their own version, and how an
# argument of a shell command is quoted (of old every one, now only one that needs it).
{ lib, index }:
let
  quote = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
  quoteAll = texts: lib.concatStringsSep " " (map quote texts);
  quoting = if index.quotesAlways then { escapeShellArg = quote; escapeShellArgs = quoteAll; } else { };

  versions = rec {
    inherit (index) release;
    # As a tree without its history calls itself.
    versionSuffix = if builtins.match "[0-9]+[.][0-9]+" release != null then "pre-git" else "";
    version = release + versionSuffix;
  };
in
lib.extend (_: previous: quoting // {
  inherit (versions) version;
  strings = previous.strings // quoting;
  trivial = previous.trivial // versions;
})
