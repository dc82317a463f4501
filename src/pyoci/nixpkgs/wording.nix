# Values and names in the words of messages.
{ lib }:

let
  inherit (builtins)
    concatStringsSep
    filter
    isAttrs
    isBool
    isFloat
    isFunction
    isInt
    isList
    isString
    match
    stringLength
    substring
    toJSON
    typeOf
    ;
in
rec {
  # A text as it would be written, its end left out where it is long.
  quote =
    text:
    let
      start = substring 0 57 text;
      # Only between ASCII characters is any place good for a cut.
      short = if stringLength text > 60 && match "[[:print:][:space:]]*" start != null then "${start}..." else text;
    in
    toJSON (builtins.unsafeDiscardStringContext short);

  isPackage = value: isAttrs value && value ? outPath;

  describe =
    value:
    if isString value then
      "the string ${quote value}"
    else if isInt value || isFloat value then
      "the number ${toString value}"
    else if isBool value then
      "the Boolean ${lib.boolToString value}"
    else if value == null then
      "null"
    else if isFunction value then
      "a function"
    else if isPackage value then
      "the package ${value.name or "without a name"}"
    else if isAttrs value then
      "a set"
    else if isList value then
      "a list"
    else
      "a ${typeOf value}";

  # How to turn a value into the string that was wanted, where that can be said.
  stringHint =
    value:
    if isInt value || isFloat value then
      "; write \"${toString value}\" or use toString"
    else if isBool value then
      "; write \"${lib.boolToString value}\""
    else if isFunction value then
      "; call it with all its arguments, in parentheses: (f x)"
    else if isPackage value then
      "; write \"\${…}\" around it"
    else if isList value && map isString value == [ true ] then
      "; write ${quote (builtins.head value)}, without [ ]"
    else if builtins.isPath value then
      "; put quotes around it: ${quote (toString value)}"
    else
      "";

  # A command line as list elements; one that needs a shell to take it apart is left to the user.
  words =
    line:
    if builtins.hasContext line || match "[^\"'\\$\n]*" line == null then
      "…"
    else
      concatStringsSep " " (map quote (filter (word: word != "") (lib.splitString " " line)));

  # An attribute of an option, as the user would write it.
  attribute =
    option: name: "${option}.${if match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null then name else quote name}";
  element = option: index: "element ${toString (index + 1)} of ${option}";

  enumerate = concatStringsSep ", ";
}
