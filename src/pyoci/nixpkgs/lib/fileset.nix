# Sets of files below a directory, put together and taken apart before anything is copied to the store.
#
# A file set is a tree that starts at the root of the file system: `true` where everything below is in the set, `false`
# where nothing is, else a set of the names in a directory that may be. A path by itself stands for the set of all
# that is at or below it.
{ lib }:
let
  inherit (builtins)
    all attrNames attrValues concatMap foldl' head intersectAttrs isList isPath map mapAttrs
    pathExists readDir removeAttrs tail toString typeOf;
  inherit (lib.filesystem) pathType;
  inherit (lib.path) splitRoot;
  inherit (lib.strings) hasSuffix;

  components = path: lib.path.subpath.components (splitRoot path).subpath;

  # --- trees

  place = path: tree: foldl' (inner: name: { ${name} = inner; }) tree (lib.lists.reverseList (components path));

  # What a directory, all of which is in a set, has in it.
  unfold = path: mapAttrs (_: _: true) (readDir path);

  unionOf = left: right:
    if left == true || right == false then left
    else if right == true || left == false then right
    else left // right // mapAttrs (name: inner: unionOf left.${name} inner) (intersectAttrs left right);

  intersectionOf = left: right:
    if left == true || right == false then right
    else if right == true || left == false then left
    else mapAttrs (name: inner: intersectionOf left.${name} inner) (intersectAttrs left right);

  # The path tells where the trees are, since a whole directory must be looked into before something is taken away.
  differenceOf = path: left: right:
    if right == true || left == false then false
    else if right == false || right == { } then left
    else
      let
        inside = if left == true then unfold path else left;
        less = name: inner: differenceOf (path + "/${name}") inside.${name} inner;
      in
      inside // mapAttrs less (intersectAttrs inside right);

  isEmpty = tree: tree == false || (tree != true && all isEmpty (attrValues tree));

  # The tree at a list of names.
  at = tree: names:
    if names == [ ] || tree == true || tree == false then tree
    else at (tree.${head names} or false) (tail names);

  filesIn = path: tree:
    if tree == false then [ ]
    else if tree == true && pathType path != "directory" then [ path ]
    else
      let
        inside = if tree == true then unfold path else tree;
      in
      concatMap (name: filesIn (path + "/${name}") inside.${name}) (attrNames inside);

  # --- file sets

  make = tree: {
    _type = "fileset";
    _tree = tree;
  };

  treeOf = context: value:
    if value._type or "" == "fileset" then value._tree
    else if value ? _isLibCleanSourceWith then throw
      "${context} is a filtered source of lib.sources: make a file set of it with lib.fileset.fromSource."
    else if !(isPath value) then
      throw "${context} should be a file set or a path, and is of type ${typeOf value}"
    else if !(pathExists value) then throw
      "${context}: there is no ${toString value}. Where a path may be missing, use lib.fileset.maybeMissing."
    else place value true;

  # A directory's tree by a function of path, name and type of each file; directories are looked into as needed.
  select = wanted: path:
    let
      inside = directory: mapAttrs
        (name: type:
          if type == "directory" then inside (directory + "/${name}") else wanted directory name type)
        (readDir directory);
    in
    place path (
      if pathType path == "directory" then inside path
      else wanted (dirOf path) (baseNameOf path) (pathType path)
    );

  describe = tree:
    let
      line = name: inner:
        if isEmpty inner then [ ]
        else if inner == true then [ "- ${name} (all)" ]
        else [ "- ${name}" ] ++ map (text: "  " + text) (lines inner);
      lines = tree: concatMap (name: line name tree.${name}) (attrNames tree);
    in
    if isEmpty tree then "(empty)"
    else if tree == true then "/ (all files in directory)"
    else builtins.concatStringsSep "\n" (lines tree);

  # Only the files that git knows of; fetchGit makes a tree of them.
  tracked = function: what: path: settings:
    let
      store = (builtins.fetchGit ({ url = path; shallow = true; } // settings)).outPath;
      inside = directory: mapAttrs
        (name: type: if type == "directory" then inside "${directory}/${name}" else true)
        (readDir directory);
    in
    if !(isPath path) then throw
      "lib.fileset.${function}: the ${what} should be a path, and is of type ${typeOf path}"
    else if !(pathExists (path + "/.git")) then throw
      "lib.fileset.${function}: ${toString path} is not the working tree of a Git repository"
    else make (place path (inside store));
in
rec {
  empty = make false;
  isFileset = value:
    value._type or "" == "fileset" || (isPath value && pathExists value);

  # maybeMissing : path -> fileset      Empty if there is nothing.
  maybeMissing = path:
    if !(isPath path) then throw
      "lib.fileset.maybeMissing: the argument should be a path, and is of type ${typeOf path}"
    else if pathExists path then make (place path true)
    else empty;

  union = left: right: unions [ left right ];

  unions = sets:
    if !(isList sets) then throw
      "lib.fileset.unions: the argument should be a list, and is of type ${typeOf sets}"
    else make (foldl' unionOf false
      (lib.lists.imap0 (index: treeOf "lib.fileset.unions: Element ${toString index}") sets));

  intersection = left: right: make (intersectionOf
    (treeOf "lib.fileset.intersection: First argument" left)
    (treeOf "lib.fileset.intersection: Second argument" right));

  # What the first has and the second has not.
  difference = left: right: make (differenceOf /.
    (treeOf "lib.fileset.difference: First argument (positive set)" left)
    (treeOf "lib.fileset.difference: Second argument (negative set)" right));

  # fileFilter : ({ name, type, hasExt, file } -> bool) -> path -> fileset
  fileFilter = predicate: path:
    let
      wanted = directory: name: type: predicate {
        inherit name type;
        file = directory + "/${name}";
        hasExt = extension: hasSuffix ".${extension}" name;
      };
    in
    if !(lib.trivial.isFunction predicate) then throw
      "lib.fileset.fileFilter: the first argument should be a function, and is of type ${typeOf predicate}"
    else if !(isPath path) then throw
      "lib.fileset.fileFilter: the second argument should be a path, and is of type ${typeOf path}"
    else if !(pathExists path) then throw
      "lib.fileset.fileFilter: there is no ${toString path}"
    else make (select wanted path);

  # fromSource : source of lib.sources -> fileset
  fromSource = source:
    let
      filtered = source ? _isLibCleanSourceWith;
      root = if filtered then source.origSrc else source;
      inside = directory: mapAttrs
        (name: type:
          let
            path = directory + "/${name}";
          in
          if !(source.filter (toString path) type) then false
          else if type == "directory" then inside path
          else true)
        (readDir directory);
    in
    if !(isPath root) then throw
      "lib.fileset.fromSource: the source should be made from a path, and is made from a ${typeOf root}"
    else if !(pathExists root) then throw
      "lib.fileset.fromSource: there is no ${toString root}"
    else if filtered && pathType root == "directory" then make (place root (inside root))
    else make (place root true);

  gitTracked = path: tracked "gitTracked" "argument" path { };
  gitTrackedWith = { recurseSubmodules ? false }: path:
    tracked "gitTrackedWith" "second argument" path { submodules = recurseSubmodules; };

  # toSource : { root, fileset } -> source      The files, below the root, as something that can be built from.
  toSource = { root, fileset }:
    let
      tree = treeOf "lib.fileset.toSource: `fileset`" fileset;
      below = components root;
      inside = at tree below;
      # Nothing beside the way to the root?
      fits = tree: names:
        isEmpty tree || names == [ ]
        || (tree != true && isEmpty (removeAttrs tree [ (head names) ]) && fits tree.${head names} (tail names));
      keep = path: _type: !(isEmpty (at inside (lib.path.subpath.components
        ("./" + lib.strings.removePrefix (toString root + "/") path))));
    in
    if !(isPath root) then throw
      "lib.fileset.toSource: `root` should be a path, and is of type ${typeOf root}"
    else if !(pathExists root) then throw
      "lib.fileset.toSource: `root`: there is no ${toString root}"
    else if pathType root != "directory" then throw
      ("lib.fileset.toSource: `root` should be a directory, and ${toString root} is a file: make it the `fileset`, and "
        + "the directory that holds it the `root`.")
    else if !(fits tree below) then throw
      ("lib.fileset.toSource: `fileset` may have files that are not below ${toString root}: set `root` higher up, or "
        + "take those files out.")
    else lib.sources.cleanSourceWith { name = "source"; src = root; filter = keep; };

  # toList : fileset -> [path]
  toList = fileset: filesIn /. (treeOf "lib.fileset.toList: Argument" fileset);

  # trace : fileset -> a -> a      Prints what is in it.
  trace = fileset: builtins.trace (describe (treeOf "lib.fileset.trace: Argument" fileset));
  traceVal = fileset: trace fileset (make (treeOf "lib.fileset.traceVal: Argument" fileset));
}
