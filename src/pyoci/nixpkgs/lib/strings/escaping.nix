# Quoting: for Nix, the shell, C, regular expressions, URLs and XML.
{ lib, codes }:
let
  inherit (builtins) attrNames attrValues concatStringsSep isAttrs isList map mapAttrs match replaceStrings toString;
  inherit (lib.trivial) toHexString;

  hexByte = code: lib.strings.fixedWidthString 2 "0" (toHexString code);
  characters = lib.strings.stringToCharacters;

  isWord = text: match "[a-zA-Z_][a-zA-Z0-9_]*" text != null;
  keywords = [ "assert" "else" "if" "in" "inherit" "let" "or" "rec" "then" "with" ];

  # What RFC 3986 leaves as it is.
  unreserved = characters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  reservedCodes = removeAttrs codes unreserved;
in
rec {
  # escape : [string] -> string -> string      A backslash before each of these.
  escape = list: replaceStrings list (map (item: "\\" + item) list);

  # escapeC : [character] -> string -> string      As `\x` and two small hexadecimal digits.
  escapeC = list:
    replaceStrings list (map (c: "\\x" + lib.strings.toLower (hexByte (lib.strings.charToInt c))) list);

  escapeRegex = escape (characters "\\[{()^$?*+|.");

  escapeURL = replaceStrings (attrNames reservedCodes) (map (code: "%" + hexByte code) (attrValues reservedCodes));

  escapeXML = replaceStrings [ "&" "<" ">" "\"" "'" ] [ "&amp;" "&lt;" "&gt;" "&quot;" "&apos;" ];

  # --- shell

  # Left bare where the shell gives none of its characters a meaning.
  escapeShellArg = value:
    let
      text = toString value;
    in
    if match "[[:alnum:],._+:@%/-]+" text != null then text
    else "'" + replaceStrings [ "'" ] [ "'\\''" ] text + "'";

  escapeShellArgs = values: concatStringsSep " " (map escapeShellArg values);

  isValidPosixName = isWord;

  # toShellVar : string -> value -> string      A set becomes an associative array, a list an array.
  toShellVar = name: value:
    let
      entries = attrValues (mapAttrs (key: item: "[${escapeShellArg key}]=${escapeShellArg item}") value);
    in
    if !(isWord name) then throw "toShellVar: ${name} is not a valid shell variable name"
    else if isList value then "declare -a ${name}=(${escapeShellArgs value})"
    else if isAttrs value && !(lib.strings.isStringLike value) then
      "declare -A ${name}=(${concatStringsSep " " entries})"
    else "${name}=${escapeShellArg value}";

  toShellVars = vars: concatStringsSep "\n" (attrValues (mapAttrs toShellVar vars));

  # --- Nix

  # A Nix string literal.
  escapeNixString = text: escape [ "$" ] (builtins.toJSON text);

  # A name for an attribute path, quoted where it must be.
  escapeNixIdentifier = name:
    if match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null && !(builtins.elem name keywords) then name
    else escapeNixString name;
}
