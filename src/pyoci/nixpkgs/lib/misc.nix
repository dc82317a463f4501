# What is not recommended any more, but still found in older expressions.
{ lib }:
let
  inherit (builtins)
    all any elem filter foldl' getEnv head isAttrs isBool isInt isList listToAttrs map mapAttrs removeAttrs tail;
  inherit (lib.lists) toList;
  inherit (lib.trivial) concat isFunction mergeAttrs;

  forAll = value: names: listToAttrs (map (name: { inherit name; inherit value; }) names);
  lines = first: second: "${first}\n${second}";
in
rec {
  # Stand in for a hash that is not known yet.
  fakeHash = "sha256-${lib.strings.replicate 43 "A"}=";
  fakeSha256 = lib.strings.replicate 64 "0";
  fakeSha512 = lib.strings.replicate 128 "0";

  imap = lib.lists.imap1;
  inherit (lib.attrsets) mapAttrsFlatten;

  maybeEnv = name: default:
    let
      value = getEnv name;
    in
    if value == "" then default else value;

  # --- single attributes

  nvs = name: value: { ${name} = value; };
  setAttr = set: name: value: set // { ${name} = value; };
  maybeAttr = name: default: set: set.${name} or default;
  maybeAttrNullable = maybeAttr;
  setAttrMerge = name: default: set: function: set // { ${name} = function (set.${name} or default); };

  # --- values by kind

  nixType = value:
    if isAttrs value then if value ? outPath then "derivation" else "attrs"
    else if isFunction value then "function"
    else if isList value then "list"
    else if isBool value then "bool"
    else if value == null then "null"
    else if isInt value then "int"
    else "string";

  # The value, or the nearest to nothing of its kind.
  ifEnable = condition: value:
    if condition then value
    else if isList value then [ ]
    else if isAttrs value then { }
    else if isBool value then false
    else null;

  # --- flags of packages

  checkFlag = set: name:
    if name == "true" then true
    else if name == "false" then false
    else if elem name set.flags or [ ] then true
    else set.${name} or false;

  # getValue : set -> [[name value]] -> name -> a      The set, its flags, then the pairs.
  getValue = set: pairs: name:
    let
      found = filter (pair: head pair == name) pairs;
    in
    set.${name} or (
      if checkFlag set name then true
      else if found == [ ] then null
      else head (tail (head found))
    );

  # Each requirement is a flag and the names that must have a value where the flag is set.
  checkReqs = set: pairs: requirements:
    let
      has = name:
        let
          value = getValue set pairs name;
        in
        value != null && value != false;
    in
    all (requirement: !(checkFlag set (head requirement)) || all has (tail requirement)) requirements;

  # condConcat : string -> [flag text …] -> (flag -> bool) -> string
  condConcat = name: list: check:
    if list == [ ] then name
    else condConcat (if check (head list) then name + head (tail list) else name) (tail (tail list)) check;

  # --- lists without repetitions

  uniqList = { inputList, acc ? [ ] }:
    let
      add = state: item:
        if elem item state.seen then state
        else { seen = [ item ] ++ state.seen; found = state.found ++ [ item ]; };
    in
    (foldl' add { seen = acc; found = [ ]; } inputList).found;

  uniqListExt = { inputList, outputList ? [ ], getter ? (item: item), compare ? (a: b: a == b) }:
    foldl'
      (found: item:
        if any (other: compare (getter other) (getter item)) found then found else found ++ [ item ])
      outputList
      inputList;

  # As builtins.genericClosure, but does not force what it finds; the last found comes first.
  lazyGenericClosure = { startSet, operator }:
    let
      work = pending: keys: found:
        let
          item = head pending;
        in
        if pending == [ ] then found
        else if elem item.key keys then work (tail pending) keys found
        else work (tail pending ++ operator item) ([ item.key ] ++ keys) ([ item ] ++ found);
    in
    work startSet [ ] [ ];

  # --- packages and what they propagate

  closePropagation = closePropagationFast;

  closePropagationFast = packages:
    let
      node = package: { key = package.outPath; value = package; };
      nodes = list: map node (filter (package: package != null) list);
      propagated = package: package.propagatedBuildInputs or [ ] ++ package.propagatedNativeBuildInputs or [ ];
    in
    map (item: item.value) (builtins.genericClosure {
      startSet = nodes packages;
      operator = item: if isAttrs item.value then nodes (propagated item.value) else [ ];
    });

  closePropagationSlow = packages: uniqList { inputList = innerClosePropagation [ ] packages; };

  innerClosePropagation = found: pending:
    let
      package = head pending;
      known = [ package ] ++ found;
      next = package.propagatedBuildInputs or [ ] ++ package.propagatedNativeBuildInputs or [ ] ++ tail pending;
    in
    if pending == [ ] then found
    else if !(isAttrs package) then innerClosePropagation found (tail pending)
    else innerClosePropagation known (uniqList { inputList = next; acc = known; });

  # --- functions that take their arguments bit by bit

  defaultMergeArg = before: more: if isAttrs more then more else more before;
  defaultMerge = before: more: before // defaultMergeArg before more;

  foldArgs = merge: function: before: more:
    let
      args = merge before (defaultMergeArg before more);
      result = setAttrMerge "passthru" { } (function args) (old: old // {
        function = foldArgs merge function args;
        args = old.passthru.args or { } // more;
      });
    in
    result // { override = result.passthru.function; };

  modifySumArgs = function: more: innerModifySumArgs function more { };
  innerModifySumArgs = function: more: args: next:
    if next == null then function args next // more else innerModifySumArgs function more (args // next);

  # --- merging sets with a function for each name

  # The function decides for all names of the second set; it gets the same value twice where the first has none.
  mergeAttrsWithFunc = function: left: right:
    left // mapAttrs (name: value: function (left.${name} or value) value) right;

  mergeAttrsConcatenateValues = mergeAttrsWithFunc (left: right: toList left ++ toList right);

  mergeAttrsNoOverride =
    { mergeLists ? [ "buildInputs" "propagatedBuildInputs" ], overrideSnd ? [ "buildPhase" ] }: left: right:
    left // mapAttrs
      (name: value:
        if !(left ? ${name}) then value
        else if elem name mergeLists then value ++ left.${name}
        else if elem name overrideSnd then left.${name}
        else throw "error mergeAttrsNoOverride, attribute ${name} given in both attributes - no merge func defined")
      right;

  # Which function merges which attribute, unless a set brings its own `mergeAttrBy`.
  mergeAttrBy =
    forAll concat [
      "nativeBuildInputs" "buildInputs" "propagatedBuildInputs" "configureFlags" "prePhases" "postAll" "patches"
    ]
    // forAll mergeAttrs [ "passthru" "meta" "cfg" "flags" ]
    // forAll lines [ "preConfigure" "postInstall" ];

  mergeAttrByFunc = left: right:
    let
      by = { mergeAttrBy = mergeAttrs; } // left.mergeAttrBy or { } // right.mergeAttrBy or { };
      both = builtins.intersectAttrs (builtins.intersectAttrs left right) by;
    in
    left // right // mapAttrs (name: merge: merge left.${name} right.${name}) both;

  mergeAttrsByFuncDefaults = foldl' mergeAttrByFunc { inherit mergeAttrBy; };
  mergeAttrsByFuncDefaultsClean = sets: removeAttrs (mergeAttrsByFuncDefaults sets) [ "mergeAttrBy" ];
}
