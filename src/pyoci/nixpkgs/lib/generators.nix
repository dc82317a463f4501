# From Nix values to configuration files: key/value lines and the INI family here, Nix itself in generators/pretty.nix,
# nested formats in generators/nested.nix. A generator takes a set of settings first, then the value.
{ lib }:
let
  inherit (builtins)
    any attrNames attrValues concatMap concatStringsSep filter groupBy head isAttrs isBool isFloat isInt isList isString
    length map mapAttrs removeAttrs replaceStrings tail toString;
  inherit (lib.attrsets) isDerivation mapAttrsToList;
  inherit (lib.strings) escape;

  escapeBrackets = escape [ "[" "]" ];
in
rec {
  # --- keys and values

  # A value as most formats write it; sets, lists and functions are refused.
  mkValueStringDefault = { }: value:
    let
      refuse = kind: abort
        "generators.mkValueStringDefault: ${kind} not supported: ${lib.generators.toPretty { } value}";
    in
    if isString value then value
    else if isInt value || isDerivation value then toString value
    else if isBool value then lib.trivial.boolToString value
    else if value == null then "null"
    else if isFloat value then lib.strings.floatToString value
    else if isList value then refuse "lists"
    else if isAttrs value then refuse "attrsets"
    else if lib.trivial.isFunction value then refuse "functions"
    else refuse "this value is";

  # mkKeyValueDefault : settings -> separator -> key -> value -> string      The separator is escaped in the key.
  mkKeyValueDefault = { mkValueString ? mkValueStringDefault { } }: separator: key: value:
    escape [ separator ] key + separator + mkValueString value;

  # toKeyValue : settings -> set -> string      With `listsAsDuplicateKeys`, a line for each item of a list.
  toKeyValue = { mkKeyValue ? mkKeyValueDefault { } "=", listsAsDuplicateKeys ? false, indent ? "" }:
    let
      line = key: value: indent + mkKeyValue key value + "\n";
      lines = key: value:
        if listsAsDuplicateKeys && isList value then concatStringsSep "" (map (line key) value) else line key value;
    in
    set: concatStringsSep "" (mapAttrsToList lines set);

  # --- INI

  # toINI : settings -> { section = { key = value; … }; … } -> string
  toINI =
    { mkSectionName ? escapeBrackets, mkKeyValue ? mkKeyValueDefault { } "=", listsAsDuplicateKeys ? false }:
    let
      body = toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; };
      section = name: values: "[${mkSectionName name}]\n" + body values;
    in
    sections: concatStringsSep "\n" (mapAttrsToList section sections);

  # toINIWithGlobalSection : settings -> { globalSection, sections ? { } } -> string      Keys before any section.
  toINIWithGlobalSection =
    { mkSectionName ? escapeBrackets, mkKeyValue ? mkKeyValueDefault { } "=", listsAsDuplicateKeys ? false }:
    { globalSection, sections ? { } }:
    let
      top = toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; } globalSection;
    in
    (if globalSection == { } then "" else top + "\n")
    + toINI { inherit mkSectionName mkKeyValue listsAsDuplicateKeys; } sections;

  # toGitINI : set -> string      Sets inside sections become subsections: [a "b.c"].
  toGitINI =
    let
      sectionName = name:
        let
          parts = lib.strings.splitString "." name;
        in
        if lib.strings.hasInfix "\"" name || length parts == 1 then name
        else "${head parts} \"${concatStringsSep "." (tail parts)}\"";

      quoted = text: "\"${replaceStrings [ "\\" "\"" "\n" "\t" ] [ "\\\\" "\\\"" "\\n" "\\t" ] text}\"";
      mkValueString = value: mkValueStringDefault { } (if isString value then quoted value else value);
      line = key: value: "\t" + mkKeyValueDefault { inherit mkValueString; } " = " key value;
      mkKeyValue = key: value: if isList value then concatStringsSep "\n" (map (line key) value) else line key value;

      isSection = value: isAttrs value && !(isDerivation value);
      # Every value below a section, with the names that lead to it joined.
      leaves = section: set: concatMap
        (key:
          if isSection set.${key} then leaves "${section}.${key}" set.${key}
          else [ { inherit section key; value = set.${key}; } ])
        (attrNames set);
      asSet = items: builtins.foldl' (set: item: set // { ${item.key} = item.value; }) { } items;

      flattened = set:
        let
          nested = filter (name: isAttrs set.${name} && any isSection (attrValues set.${name})) (attrNames set);
          found = concatMap (name: leaves name set.${name}) nested;
        in
        removeAttrs set nested // mapAttrs (_: asSet) (groupBy (leaf: leaf.section) found);
    in
    set: toINI { inherit mkKeyValue; mkSectionName = sectionName; } (flattened set);

  # --- dconf

  mkDconfKeyValue = mkKeyValueDefault { mkValueString = value: toString (lib.gvariant.mkValue value); } "=";
  toDconfINI = toINI { mkKeyValue = mkDconfKeyValue; };

  # --- JSON, which is YAML too

  toJSON = { }: builtins.toJSON;
  toYAML = { }: builtins.toJSON;
}
// import ./generators/pretty.nix { inherit lib; }
// import ./generators/nested.nix { inherit lib; }
