# Values of GVariant, the format of dconf. Each is a set that turns into its text.
{ lib }:
let
  inherit (builtins) all concatStringsSep filter head isAttrs isBool isFloat isInt isList isString map toString typeOf;
  inherit (lib.strings) escape replaceString;

  value = type: value: text: { _type = "gvariant"; inherit type value; __toString = text; };
  typed = type: content: value type content (self: "@${self.type} ${toString self.value}");
  bare = type: content: value type content (self: toString self.value);

  # Integers: their range, where Nix's own is wider.
  integers = {
    mkInt32 = { type = type.int32; least = -2147483648; most = 2147483647; };
    mkUint32 = { type = type.uint32; least = 0; most = 4294967295; };
    mkInt64 = { type = type.int64; least = null; most = null; };
    mkUint64 = { type = type.uint64; least = 0; most = null; };
    mkInt16 = { type = type.int16; least = -32768; most = 32767; };
    mkUint16 = { type = type.uint16; least = 0; most = 65535; };
    mkUchar = { type = type.uchar; least = 0; most = 255; };
  };

  # Nix's integers could be any of these: the choice is for whoever writes the value.
  unclear = number:
    let
      fits = name:
        let
          kind = integers.${name};
        in
        (kind.least == null || kind.least <= number) && (kind.most == null || number <= kind.most);
      line = name: "- `lib.gvariant.${name}` for `${integers.${name}.type}`";
    in
    throw
      ("The GVariant type for number “${toString number}” is unclear. Please wrap the value with one of the following, "
        + "depending on the value type in GSettings schema:\n\n"
        + concatStringsSep "\n" (map line (filter fits (builtins.attrNames integers))));

  type = {
    boolean = "b"; uchar = "y"; int16 = "n"; uint16 = "q"; int32 = "i"; uint32 = "u"; int64 = "x"; uint64 = "t";
    double = "d"; string = "s"; variant = "v";
    arrayOf = type: "a" + type;
    maybeOf = type: "m" + type;
    tupleOf = types: "(${concatStringsSep "" types})";
    dictionaryEntryOf = name: value: "{${name}${value}}";
  };
in
rec {
  inherit type;

  isGVariant = given: given._type or "" == "gvariant";

  # mkValue : a -> value      Whatever says by itself what it is.
  mkValue = given:
    if isBool given then mkBoolean given
    else if isFloat given then mkDouble given
    else if isString given then mkString given
    else if isList given then mkArray given
    else if isGVariant given then given
    else if isInt given then unclear given
    else if isAttrs given then throw
      ("Cannot construct GVariant value from an attribute set. If you want to construct a dictionary, you will need to "
        + "create an array containing items constructed with `lib.gvariant.mkDictionaryEntry`.")
    else throw "The GVariant type of “${typeOf given}” can't be inferred.";

  # --- containers

  mkArray = items:
    let
      values = map mkValue items;
      first = (head values).type;
    in
    if items == [ ] then throw "Please create empty array with mkEmptyArray."
    else if !(all (item: item.type == first) values) then throw "Elements in a list should have same type."
    else value (type.arrayOf first) values
      (self: "@${self.type} [${concatStringsSep "," (map toString self.value)}]");

  mkEmptyArray = elementType: value (type.arrayOf elementType) [ ] (self: "@${self.type} []");

  mkTuple = items:
    let
      values = map mkValue items;
    in
    value (type.tupleOf (map (item: item.type) values)) values
      (self: "@${self.type} (${concatStringsSep "," (map toString self.value)})");

  mkDictionaryEntry = name: content:
    let
      key = mkValue name;
      inner = mkValue content;
    in
    value (type.dictionaryEntryOf key.type inner.type) { inherit name; value = content; }
      (self: "@${self.type} {${toString key},${toString inner}}");

  mkVariant = content: value type.variant (mkValue content) (self: "<${toString self.value}>");

  mkMaybe = elementType: content: value (type.maybeOf elementType) content
    (self: if self.value == null then "@${self.type} nothing" else "just ${toString self.value}");
  mkNothing = elementType: mkMaybe elementType null;
  mkJust = content:
    let
      inner = mkValue content;
    in
    mkMaybe inner.type inner;

  # --- single values

  mkBoolean = given: value type.boolean given (self: lib.trivial.boolToString self.value);
  mkString = given: value type.string given
    (self: "'${replaceString "\n" "\\n" (escape [ "'" "\\" ] self.value)}'");
  mkObjectpath = given: value type.string given (self: "objectpath '${escape [ "'" ] self.value}'");
  mkDouble = bare type.double;
  mkInt32 = bare type.int32;
  mkUint32 = typed type.uint32;
  mkInt64 = typed type.int64;
  mkUint64 = typed type.uint64;
  mkInt16 = typed type.int16;
  mkUint16 = typed type.uint16;
  mkUchar = typed type.uchar;
  intConstructors = builtins.attrValues (builtins.mapAttrs
    (name: kind: { inherit name; inherit (kind) type; min = kind.least; max = kind.most; })
    integers);
}
