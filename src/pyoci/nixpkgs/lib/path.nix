# Path values, and subpaths: strings that lead from a directory to something below it, such as "./a/b".
{ lib }:
let
  inherit (builtins) concatMap concatStringsSep elem elemAt filter head isPath isString length match split typeOf;
  inherit (lib.lists) drop hasPrefix;

  # A path's components and its file system's root.
  open = path:
    let
      climb = at: below: if dirOf at == at then { root = at; components = below; }
        else climb (dirOf at) ([ (baseNameOf at) ] ++ below);
    in
    climb path [ ];

  expectPath = function: which: value:
    if isPath value then open value
    else throw "lib.path.${function}: ${which} is of type ${typeOf value}, but a path was expected";

  # What is wrong with a subpath, or null.
  fault = value:
    if !(isString value) then "it should be a string, and is of type ${typeOf value}"
    else if value == "" then "it is empty"
    else if lib.strings.hasPrefix "/" value then "\"${value}\" is an absolute path"
    else if elem ".." (split "/" value) then "\"${value}\" leads upwards by `..`"
    else null;

  split' = text: filter (part: isString part && part != "" && part != ".") (split "/" text);
  join = components: if components == [ ] then "./." else "./" + concatStringsSep "/" components;

  expectSubpath = function: value:
    if fault value == null then split' value
    else throw "lib.path.${function}: Argument is not a valid subpath string: ${fault value}";

  sameRoot = function: first: firstOpen: second: secondOpen: result:
    if firstOpen.root == secondOpen.root then result
    else throw
      "lib.path.${function}: \"${toString first}\" and \"${toString second}\" are on file systems with different roots";

  store = split' builtins.storeDir;
  inStore = components:
    (hasPrefix store components && length components > length store
      && match ".{32}-.+" (elemAt components (length store)) != null)
    || (components != [ ] && match "[0-9a-z]{52}" (head components) != null);
in
{
  # append : path -> subpath -> path
  append = path: subpath:
    if !(isPath path) then throw
      "lib.path.append: The first argument is of type ${typeOf path}, but a path was expected"
    else if fault subpath != null then throw
      "lib.path.append: Second argument is not a valid subpath string: ${fault subpath}"
    else path + ("/" + subpath);

  # hasPrefix : path -> path -> bool      Component by component.
  hasPrefix = first:
    let
      prefix = expectPath "hasPrefix" "First argument" first;
    in
    second:
    let
      whole = expectPath "hasPrefix" "Second argument" second;
    in
    sameRoot "hasPrefix" first prefix second whole (hasPrefix prefix.components whole.components);

  # removePrefix : path -> path -> subpath
  removePrefix = first:
    let
      prefix = expectPath "removePrefix" "First argument" first;
    in
    second:
    let
      whole = expectPath "removePrefix" "Second argument" second;
    in
    sameRoot "removePrefix" first prefix second whole (
      if hasPrefix prefix.components whole.components then join (drop (length prefix.components) whole.components)
      else throw
        "lib.path.removePrefix: \"${toString second}\" is not at or below \"${toString first}\""
    );

  # splitRoot : path -> { root : path, subpath }
  splitRoot = path:
    let
      parts = expectPath "splitRoot" "Argument" path;
    in
    {
      inherit (parts) root;
      subpath = join parts.components;
    };

  # hasStorePathPrefix : path -> bool      Is it, or is it inside, something in the store?
  hasStorePathPrefix = path: inStore (expectPath "hasStorePathPrefix" "Argument" path).components;

  subpath = {
    isValid = value: fault value == null;
    components = expectSubpath "subpath.components";
    normalise = value: join (expectSubpath "subpath.normalise" value);

    # join : [subpath] -> subpath
    join = subpaths:
      let
        bad = lib.lists.findFirstIndex (value: fault value != null) null subpaths;
      in
      if bad == null then join (concatMap split' subpaths)
      else throw
        ("lib.path.subpath.join: Element at index ${toString bad} is not a valid subpath string: "
          + fault (elemAt subpaths bad));
  };
}
