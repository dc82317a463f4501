# Types of values that have nothing inside: truth values, numbers, text; and the types that take anything.
{ lib, base }:
let
  inherit (builtins) any concatStringsSep head isAttrs isBool isFloat isInt isString map match toJSON;
  inherit (base) mkOptionType scalar;
  inherit (lib.options) getFiles getValues mergeEqualOption mergeOneOption showFiles showOption;

  bothIncluded = lowest: highest: "${toJSON lowest} and ${toJSON highest} (both inclusive)";

  ordered = name: lowest: highest: type:
    if lowest <= highest then type else throw "${name}: lowest must be smaller than highest";

  # A type that is narrower than another, under a name and a description of its own.
  narrowed = type: name: description: check: base.addCheck type check // { inherit name description; };
  meaning = type: type // { descriptionClass = "nonRestrictiveClause"; };
in
rec {
  # --- anything goes

  raw = mkOptionType {
    name = "raw";
    description = "raw value";
    descriptionClass = "noun";
    merge = mergeOneOption;
  };

  unspecified = mkOptionType {
    name = "unspecified";
    description = "unspecified value";
    descriptionClass = "noun";
  };

  # Any value; several are merged by what they are: sets name by name, functions by their results, others if equal.
  anything = mkOptionType {
    name = "anything";
    description = "anything";
    descriptionClass = "noun";
    merge = loc: defs:
      let
        # Packages and the like are sets that stand for a string: never taken apart.
        kind = value:
          if isAttrs value && lib.strings.isStringLike value then "stringLike" else builtins.typeOf value;
        common = kind (head defs).value;
        mixed = any (def: kind def.value != common) defs;
        results = argument:
          anything.merge (loc ++ [ "<function body>" ]) (map (def: def // { value = def.value argument; }) defs);
      in
      if mixed then
        throw "The option `${showOption loc}' has conflicting option types in ${showFiles (getFiles defs)}"
      else if common == "set" then (lib.types.attrsOf anything).merge loc defs
      else if common == "stringLike" then mergeOneOption loc defs
      else if common == "lambda" then results
      else mergeEqualOption loc defs;
  };

  # --- truth values

  bool = scalar "bool" "boolean" isBool;

  # True as soon as one definition is.
  boolByOr = scalar "boolByOr" "boolean (merged using or)" isBool // {
    merge = _loc: any (def: def.value);
  };

  # --- numbers

  int = scalar "int" "signed integer" isInt;
  float = scalar "float" "floating point number" isFloat;
  number = lib.types.either int float;

  ints =
    let
      between = lowest: highest:
        ordered "ints.between" lowest highest
          (narrowed int "intBetween" "integer between ${bothIncluded lowest highest}"
            (value: value >= lowest && value <= highest));
      sized = name: words: lowest: highest:
        between lowest highest // { inherit name; description = "${words}; between ${bothIncluded lowest highest}"; };
      unsignedOf = bits: values: sized "unsignedInt${bits}" "${bits} bit unsigned integer" 0 (values - 1);
      signedOf = bits: values: sized "signedInt${bits}" "${bits} bit signed integer" (0 - values / 2) (values / 2 - 1);
    in
    {
      inherit between;
      unsigned = meaning (narrowed int "unsignedInt" "unsigned integer, meaning >=0" (value: value >= 0));
      positive = meaning (narrowed int "positiveInt" "positive integer, meaning >0" (value: value > 0));
      u8 = unsignedOf "8" 256;
      u16 = unsignedOf "16" 65536;
      u32 = unsignedOf "32" 4294967296;
      s8 = signedOf "8" 256;
      s16 = signedOf "16" 65536;
      s32 = signedOf "32" 4294967296;
    };

  port = ints.u16;

  numbers =
    let
      either = "integer or floating point number";
    in
    {
      between = lowest: highest:
        ordered "numbers.between" lowest highest
          (narrowed number "numberBetween" "${either} between ${bothIncluded lowest highest}"
            (value: value >= lowest && value <= highest));
      nonnegative =
        meaning (narrowed number "numberNonnegative" "nonnegative ${either}, meaning >=0" (value: value >= 0));
      positive = meaning (narrowed number "numberPositive" "positive ${either}, meaning >0" (value: value > 0));
    };

  # --- text

  str = scalar "str" "string" isString;

  nonEmptyStr = scalar "nonEmptyStr" "non-empty string"
    (value: isString value && match "[ \t\n]*" value == null);

  # strMatching : regular expression -> type      The whole string must match.
  strMatching = pattern:
    mkOptionType ({
      name = "strMatching ${lib.strings.escapeNixString pattern}";
      description = "string matching the pattern ${pattern}";
      descriptionClass = "noun";
      check = value: isString value && match pattern value != null;
      merge = mergeEqualOption;
    } // base.parametric "strMatching" { inherit pattern; } (payload: strMatching payload.pattern));

  # A line feed at the end is allowed, and dropped.
  singleLineStr = mkOptionType {
    name = "singleLineStr";
    description = "(optionally newline-terminated) single-line string";
    descriptionClass = "noun";
    inherit (strMatching "[^\n\r]*\n?") check;
    merge = loc: defs: lib.strings.removeSuffix "\n" (mergeEqualOption loc defs);
  };

  # separatedString : string -> type      Several definitions are joined.
  separatedString = separator:
    mkOptionType ({
      name = "separatedString";
      description = "strings concatenated with ${toJSON separator}";
      descriptionClass = "noun";
      check = isString;
      merge = _loc: defs: concatStringsSep separator (getValues defs);
    } // base.parametric "separatedString" { sep = separator; } (payload: separatedString payload.sep));

  lines = separatedString "\n";
  commas = separatedString ",";
  envVar = separatedString ":";

  string = lib.trivial.warn "types.string is deprecated because it quietly concatenates strings"
    (separatedString "" // { description = "Concatenated string"; });

  # A field of /etc/passwd and its kin.
  passwdEntry = type: meaning (narrowed type
    "passwdEntry ${type.name}"
    "${base.phrase [ "noun" ] type}, not containing newlines or colons"
    (text: match ".*[:\n].*" text == null));

  # A piece of Lua, made with lib.generators.mkLuaInline.
  luaInline = scalar "luaInline" "inline lua" (base.isType "lua-inline");
}
