# Property lists, Dhall and Lua.
{ lib }:
let
  inherit (builtins)
    attrNames concatStringsSep filter isAttrs isBool isFloat isInt isList isPath isString map match toJSON toString
    typeOf;
  inherit (lib.attrsets) isDerivation mapAttrsToList;

  unsupported = generator: value: abort "generators.${generator}: type ${typeOf value} is unsupported";
in
rec {
  # toPlist : { escape ? false } -> a -> string      Attributes that are null are left out.
  toPlist = { escape ? false }: value:
    let
      text = if escape then lib.strings.escapeXML else lib.trivial.id;
      element = tag: content: "<${tag}>${content}</${tag}>";
      enclosed = tag: indent: lines: concatStringsSep "\n" [
        "${indent}<${tag}>"
        (concatStringsSep "\n" lines)
        "${indent}</${tag}>"
      ];
      entry = indent: name: inner:
        if name == "_module" || inner == null then [ ]
        else [ (indent + element "key" (text name)) (show indent inner) ];
      show = indent: value:
        if value == null then ""
        else if isBool value then indent + (if value then "<true/>" else "<false/>")
        else if isInt value then indent + element "integer" (toString value)
        else if isFloat value then indent + element "real" (toString value)
        else if isString value || isPath value then indent + element "string" (text (toString value))
        else if isList value then enclosed "array" indent (map (show "\t${indent}") value)
        else if isAttrs value then
          enclosed "dict" indent (builtins.concatLists (mapAttrsToList (entry "\t${indent}") value))
        else unsupported "toPlist" value;
      dtd = "-//Apple Computer//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd";
      document = concatStringsSep "\n" [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        "<!DOCTYPE plist PUBLIC \"${dtd}\">"
        "<plist version=\"1.0\">"
        (show "" value)
        "</plist>"
      ];
    in
    lib.trivial.warnIf (!escape) "Using `lib.generators.toPlist` without `escape = true` is deprecated" document;

  # toDhall : { } -> a -> string
  toDhall = { }@settings: value:
    let
      inside = toDhall settings;
      list = concatStringsSep ", ";
    in
    if isAttrs value then "{ ${list (mapAttrsToList (name: inner: "${name} = ${inside inner}") value)} }"
    else if isList value then "[ ${list (map inside value)} ]"
    else if isInt value then (if value < 0 then "" else "+") + toString value
    else if isBool value then (if value then "True" else "False")
    else if value == null || lib.trivial.isFunction value then unsupported "toDhall" value
    else toJSON value;

  # toLua : { multiline ? true, indent ? "", asBindings ? false } -> a -> string
  # With asBindings, a set becomes assignments, one a line.
  toLua = { multiline ? true, indent ? "", asBindings ? false }: value:
    let
      inner = toLua { inherit multiline; indent = if asBindings then indent else indent + "  "; };
      begin = if multiline then "\n${indent}  " else " ";
      end = if multiline then "\n${indent}" else " ";
      table = items: if items == [ ] then "{}" else "{${begin}${concatStringsSep ",${begin}" items}${end}}";

      isVariable = name: match "[[:alpha:]_][[:alnum:]_]*(\\.[[:alpha:]_][[:alnum:]_]*)*" name != null;
      misnamed = filter (name: !(isVariable name)) (attrNames value);
      bindings = concatStringsSep "" (mapAttrsToList (name: item: "${indent}${name} = ${inner item}\n") value);
    in
    if asBindings then
      if misnamed == [ ] then bindings
      else throw "Bad Lua var names: ${lib.generators.toPretty { } misnamed}"
    else if value == null then "nil"
    else if isBool value || isInt value || isFloat value || isString value then toJSON value
    else if isPath value || isDerivation value then toJSON "${value}"
    else if isList value then table (map inner value)
    else if isAttrs value && value._type or null == "lua-inline" then "(${value.expr})"
    else if isAttrs value then table (mapAttrsToList (name: item: "[${toJSON name}] = ${inner item}") value)
    else unsupported "toLua" value;

  # mkLuaInline : string -> value      Lua that toLua writes as it stands.
  mkLuaInline = expr: { _type = "lua-inline"; inherit expr; };
}
