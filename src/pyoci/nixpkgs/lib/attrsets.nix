# Attribute sets: paths into them, mapping, filtering, merging; and packages' outputs, since a package is a set.
{ lib }:
let
  inherit (builtins)
    attrNames attrValues catAttrs concatMap elemAt filter foldl' groupBy hasAttr head isAttrs length listToAttrs map
    mapAttrs partition removeAttrs zipAttrsWith;

  last = list: elemAt list (length list - 1);

  # Follows a path as far as it leads: how many names were found, and the value they lead to.
  follow = path: set:
    foldl'
      (at: name:
        if at.stuck then at
        else if at.value ? ${name} then { stuck = false; depth = at.depth + 1; value = at.value.${name}; }
        else { stuck = true; inherit (at) depth value; })
      { stuck = false; depth = 0; value = set; }
      path;

in
rec {
  inherit (builtins)
    attrNames attrValues catAttrs getAttr hasAttr intersectAttrs isAttrs listToAttrs mapAttrs removeAttrs;

  # --- paths: lists of names

  # attrByPath : [string] -> a -> set -> a
  attrByPath = path: default: set:
    let
      end = follow path set;
    in
    if end.stuck then default else end.value;

  hasAttrByPath = path: set: !(follow path set).stuck;

  # The longest start of a path that the value has.
  longestValidPathPrefix = path: value: lib.lists.take (follow path value).depth path;

  getAttrFromPath = path:
    attrByPath path (abort ("cannot find attribute '" + builtins.concatStringsSep "." path + "'"));

  # setAttrByPath : [string] -> a -> set
  setAttrByPath = path: value:
    let
      from = depth: if depth == length path then value else { ${elemAt path depth} = from (depth + 1); };
    in
    from 0;

  # showAttrPath : [string] -> string      Quotes names that need it.
  showAttrPath = path:
    if path == [ ] then "<root attribute path>"
    else builtins.concatStringsSep "." (map lib.strings.escapeNixIdentifier path);

  # updateManyAttrsByPath : [{ path, update }] -> set -> set
  # Deeper paths are updated before the paths that lead to them; equal paths in the order of the list.
  updateManyAttrsByPath = updates: value:
    let
      # `slot` is [ value ], or [ ] where there is none yet.
      apply = depth: slot: pending:
        let
          split = partition (update: length update.path == depth) pending;
          deeper = groupBy (update: elemAt update.path depth) split.wrong;
          old = head slot;
          child = name: apply (depth + 1) (if slot != [ ] && old ? ${name} then [ old.${name} ] else [ ]);
          changed = mapAttrs child deeper;
          target = update: showAttrPath update.path;
          base =
            if split.wrong == [ ] then
              if slot != [ ] then old
              else throw
                ("updateManyAttrsByPath: Path '${target (head split.right)}' does not exist in the given value, but "
                  + "the first update to this path tries to access the existing value.")
            else if slot == [ ] then changed
            else if isAttrs old then old // changed
            else throw
              ("updateManyAttrsByPath: Path '${target (head split.wrong)}' needs to be updated, but path "
                + "'${showAttrPath (lib.lists.take depth (head split.wrong).path)}' of the given value is not an "
                + "attribute set, so we can't update an attribute inside of it.");
        in
        lib.lists.foldl (before: update: update.update before) base split.right;
    in
    apply 0 [ value ] updates;

  # --- making sets

  nameValuePair = name: value: { inherit name value; };
  genAttrs = names: function: listToAttrs (map (name: { inherit name; value = function name; }) names);

  # genAttrs' : [a] -> (a -> { name, value }) -> set
  genAttrs' = items: function: listToAttrs (map function items);

  optionalAttrs = condition: set: if condition then set else { };

  # cartesianProduct : { name = [a]; … } -> [{ name = a; … }]      The last name varies fastest.
  cartesianProduct = choices:
    lib.lists.foldr
      (name: others: concatMap (value: map (other: { ${name} = value; } // other) others) choices.${name})
      [ { } ]
      (attrNames choices);

  mapCartesianProduct = function: choices: map function (cartesianProduct choices);

  # --- reading sets

  attrVals = names: set: map (name: set.${name}) names;
  getAttrs = names: set: genAttrs names (name: set.${name});
  attrsToList = mapAttrsToList nameValuePair;

  # collect : (a -> bool) -> set -> [a]      Does not look inside what it has collected.
  collect = predicate: value:
    if predicate value then [ value ]
    else if isAttrs value then concatMap (collect predicate) (attrValues value)
    else [ ];

  # matchAttrs : set -> set -> bool      Every attribute of the pattern is in the set, equal, or matching where a set.
  matchAttrs = pattern: set:
    assert isAttrs pattern;
    builtins.all
      (name:
        set ? ${name} && (
          if isAttrs pattern.${name} then isAttrs set.${name} && matchAttrs pattern.${name} set.${name}
          else pattern.${name} == set.${name}
        ))
      (attrNames pattern);

  # --- filtering

  filterAttrs = predicate: set: removeAttrs set (filter (name: !(predicate name set.${name})) (attrNames set));

  filterAttrsRecursive = predicate: set:
    mapAttrs (_: value: if isAttrs value then filterAttrsRecursive predicate value else value)
      (filterAttrs predicate set);

  # --- mapping

  mapAttrs' = function: set: listToAttrs (mapAttrsToList function set);
  mapAttrsToList = function: set: attrValues (mapAttrs function set);

  # mapAttrsRecursive : ([string] -> a -> b) -> set -> set
  mapAttrsRecursive = mapAttrsRecursiveCond (_: true);

  # The condition says which sets to go into; the others are handed to the function whole.
  mapAttrsRecursiveCond = condition: function:
    let
      below = path: mapAttrs (name: value:
        let
          here = path ++ [ name ];
        in
        if isAttrs value && condition value then below here value else function here value);
    in
    below [ ];

  mapAttrsToListRecursive = mapAttrsToListRecursiveCond (_: _: true);

  mapAttrsToListRecursiveCond = condition: function:
    let
      below = path: set: concatMap
        (name:
          let
            here = path ++ [ name ];
            value = set.${name};
          in
          if isAttrs value && condition here value then below here value else [ (function here value) ])
        (attrNames set);
    in
    below [ ];

  # concatMapAttrs : (string -> a -> set) -> set -> set      Later names win.
  concatMapAttrs = function: set: mergeAttrsList (mapAttrsToList function set);

  # foldlAttrs : (b -> string -> a -> b) -> b -> set -> b
  foldlAttrs = function: start: set:
    lib.lists.foldl' (state: name: function state name set.${name}) start (attrNames set);

  # foldAttrs : (a -> b -> b) -> b -> [{ name = a; … }] -> { name = b; … }      Folds each name's values from the right.
  foldAttrs = operator: end: zipAttrsWith (_: lib.lists.foldr operator end);

  # --- merging

  # zipAttrsWith : (string -> [a] -> b) -> [{ name = a; … }] -> { name = b; … }
  inherit (builtins) zipAttrsWith;
  zipAttrs = zipAttrsWith (_: values: values);
  zipAttrsWithNames = names: function: sets: genAttrs names (name: function name (catAttrs name sets));

  # mergeAttrsList : [set] -> set      Later sets win; costs as much as the sets are long together.
  mergeAttrsList = zipAttrsWith (_: last);

  # recursiveUpdate : set -> set -> set      The right side wins; sets on both sides are merged in turn.
  recursiveUpdate = left: right:
    left // mapAttrs
      (name: new:
        if left ? ${name} && isAttrs left.${name} && isAttrs new then recursiveUpdate left.${name} new else new)
      right;

  # recursiveUpdateUntil : ([string] -> a -> b -> bool) -> set -> set -> set
  # Where the predicate holds of path, left and right, the right side is taken whole.
  recursiveUpdateUntil = predicate:
    let
      merge = path: left: right:
        left // mapAttrs
          (name: new:
            let
              here = path ++ [ name ];
            in
            if left ? ${name} && !(predicate here left.${name} new) then merge here left.${name} new else new)
          right;
    in
    merge [ ];

  # Only the names of the first set, with the second set's values where it has them.
  overrideExisting = old: new: mapAttrs (name: value: new.${name} or value) old;

  # unionOfDisjoint : set -> set -> set      A name that both have throws when it is read.
  unionOfDisjoint = left: right:
    let
      both = builtins.intersectAttrs left right;
      complain = name: _:
        throw ("unionOfDisjoint: collision on ${name}; complete list: "
          + builtins.concatStringsSep " " (attrNames both));
    in
    left // right // mapAttrs complain both;

  # --- packages

  isDerivation = value: value.type or null == "derivation";

  # A store path as something package-shaped.
  toDerivation = path:
    let
      outPath = builtins.storePath path;
      package = {
        type = "derivation";
        # The base name without the 32 characters of the hash and the dash.
        name = lib.strings.sanitizeDerivationName (builtins.substring 33 (-1) (baseNameOf outPath));
        inherit outPath;
        outputName = "out";
        outputs = [ "out" ];
        out = package;
      };
    in
    package;

  # getOutput : string -> package -> package      Falls back on `out`; an output that was chosen already stays.
  getOutput = output: package:
    if package.outputSpecified or false then package else package.${output} or package.out or package;

  # getFirstOutput : [string] -> package -> package
  getFirstOutput = candidates: package:
    let
      present = filter (output: package ? ${output}) candidates;
    in
    if package.outputSpecified or false || present == [ ] then package else package.${head present};

  getBin = getOutput "bin";
  getDev = getOutput "dev";
  getLib = getOutput "lib";
  getMan = getOutput "man";
  getInclude = getFirstOutput [ "include" "dev" "out" ];
  getStatic = getFirstOutput [ "static" "lib" "out" ];
  chooseDevOutputs = map getDev;

  # Tell tools that walk package sets to go in, or not to.
  recurseIntoAttrs = set: set // { recurseForDerivations = true; };
  dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };

  # --- former names

  zip = zipAttrsWith;
  zipWithNames = zipAttrsWithNames;
  mapAttrsFlatten = mapAttrsToList;
  cartesianProductOfSets = cartesianProduct;
}
