# Nix values as Nix text, for messages and manuals.
{ lib }:
let
  inherit (builtins)
    addErrorContext concatStringsSep elem filter isAttrs isInt isList isString length map mapAttrs replaceStrings split
    toString typeOf;
  inherit (lib.attrsets) mapAttrsToList;
  inherit (lib.lists) init last;
  inherit (lib.strings) escape escapeNixIdentifier;

  # Attributes that give a set its meaning, and must stay what they are.
  magic = [ "__functor" "__functionArgs" "__toString" "__pretty" ];

  showFunction = function:
    let
      args = mapAttrsToList (name: optional: if optional then name + "?" else name)
        (lib.trivial.functionArgs function);
    in
    if args == [ ] then "<function>" else "<function, args: {${concatStringsSep ", " args}}>";
in
{
  # withRecursion : { depthLimit, throwOnDepthLimit ? true } -> a -> a
  # The same value, of which nothing deeper than the limit is evaluated: it is "<unevaluated>", or throws.
  withRecursion = { depthLimit, throwOnDepthLimit ? true }:
    let
      limit = depth: value:
        if depthLimit == null || depth <= depthLimit then value
        else if throwOnDepthLimit then throw
          ("Exceeded maximum eval-depth limit of ${toString depthLimit} while trying to evaluate with "
            + "`generators.withRecursion'!")
        else "<unevaluated>";
      walk = depth: value:
        let
          below = inner: walk (depth + 1) (limit (depth + 1) inner);
        in
        if isAttrs value then mapAttrs (name: inner: if elem name magic then inner else below inner) value
        else if isList value then map below value
        else limit (depth + 1) value;
    in
    assert isInt depthLimit;
    walk 0;

  # toPretty : { multiline ? true, indent ? "", allowPrettyValues ? false } -> a -> string
  # With allowPrettyValues, a set { __pretty, val } is shown as its function says.
  toPretty = { multiline ? true, indent ? "", allowPrettyValues ? false }:
    let
      show = indent: value:
        let
          begin = if multiline then "\n${indent}  " else " ";
          end = if multiline then "\n${indent}" else " ";
          inside = show (indent + "  ");
          enclosed = open: close: items:
            if items == [ ] then "${open} ${close}"
            else open + begin + concatStringsSep begin items + end + close;

          lines = filter isString (split "\n" value);
          quoted = "\"" + concatStringsSep "\\n" (map (escape [ "\\" "\"" "\${" ]) lines) + "\"";
          indented = map (replaceStrings [ "\${" "''" ] [ "''\${" "'''" ]) lines;
          block = "''" + begin + concatStringsSep begin (init indented)
            + (if last indented == "" then end else begin + last indented) + "''";

          attribute = name: inner:
            "${escapeNixIdentifier name} = "
            + addErrorContext "while evaluating an attribute `${name}`" (inside inner) + ";";
        in
        if lib.trivial.isFunction value then showFunction value
        else {
          int = toString value;
          float = builtins.toJSON value;
          bool = if value then "true" else "false";
          null = "null";
          path = toString value;
          string = if multiline && length lines > 1 then block else quoted;
          list = enclosed "[" "]" (map inside value);
          set =
            if allowPrettyValues && value ? __pretty && value ? val then value.__pretty value.val
            else if value.type or null == "derivation" then "<derivation ${value.name or "???"}>"
            else enclosed "{" "}" (mapAttrsToList attribute value);
        }.${typeOf value};
    in
    show indent;
}
