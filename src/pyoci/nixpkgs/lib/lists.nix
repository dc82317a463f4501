# Lists: building, picking, folding, ordering, lists as sets.
{ lib }:
let
  inherit (builtins)
    attrNames concatLists concatMap elem elemAt filter foldl' genList groupBy head isList length map partition sort
    tail;

  identity = x: x;
  indices = list: genList identity (length list);
in
rec {
  inherit (builtins)
    all any concatLists concatMap elem elemAt filter genList head isList length map partition sort tail;

  # --- making lists

  singleton = item: [ item ];
  toList = value: if isList value then value else [ value ];
  optional = condition: item: if condition then [ item ] else [ ];
  optionals = condition: items: if condition then items else [ ];

  # range : int -> int -> [int]      Both ends included; empty where the end lies before the start.
  range = from: to: genList (offset: from + offset) (if to < from then 0 else to - from + 1);

  # replicate : int -> a -> [a]
  replicate = times: item: genList (_: item) times;

  # --- mapping

  forEach = list: function: map function list;
  imap0 = function: list: genList (index: function index (elemAt list index)) (length list);
  imap1 = function: imap0 (index: function (index + 1));

  # ifilter0 : (int -> a -> bool) -> [a] -> [a]      The predicate also gets the index, counted from 0.
  ifilter0 = predicate: list: map (elemAt list) (filter (index: predicate index (elemAt list index)) (indices list));

  # Lists inside lists are opened, however deep; anything else becomes a list of one.
  flatten = value: if isList value then concatMap flatten value else [ value ];

  # zipListsWith : (a -> b -> c) -> [a] -> [b] -> [c]      As long as the shorter of the two.
  zipListsWith = function: left: right:
    genList (index: function (elemAt left index) (elemAt right index)) (lib.trivial.min (length left) (length right));

  zipLists = zipListsWith (fst: snd: { inherit fst snd; });

  # crossLists : (a -> b -> … -> z) -> [[a] [b] …] -> [z]      Every combination; the last list varies fastest.
  crossLists = function: foldl (functions: values: concatMap (f: map f values) functions) [ function ];

  # --- folding

  # foldr : (a -> b -> b) -> b -> [a] -> b      Lazy: an operator that ignores its right side ends the walk.
  foldr = operator: end: list:
    let
      count = length list;
      from = index: if index == count then end else operator (elemAt list index) (from (index + 1));
    in
    from 0;

  fold = lib.trivial.warn "fold has been deprecated, use foldr instead" foldr;

  # foldl : (b -> a -> b) -> b -> [a] -> b      The lazy twin of foldl'.
  foldl = operator: start: list:
    foldr (item: before: operator before item) start (reverseList list);

  # foldl' : (b -> a -> b) -> b -> [a] -> b      Forces the start as well as every step.
  foldl' = operator: start: list: builtins.seq start (builtins.foldl' operator start list);

  count = predicate: list: length (filter predicate list);

  # --- finding

  # The index of the first hit; nothing after it is looked at.
  findFirstIndex = predicate: default: list:
    let
      hit = builtins.foldl'
        (found: index:
          if found != null then found
          else if predicate (elemAt list index) then index
          else null)
        null
        (indices list);
    in
    if hit == null then default else hit;

  findFirst = predicate: default: list:
    let
      index = findFirstIndex predicate null list;
    in
    if index == null then default else elemAt list index;

  # findSingle : (a -> bool) -> a -> a -> [a] -> a      `none` without a hit, `several` with more than one.
  findSingle = predicate: none: several: list:
    let
      hits = filter predicate list;
    in
    if hits == [ ] then none else if length hits == 1 then head hits else several;

  # --- parts of a list

  # sublist : start -> count -> list      Reaching past the end takes what there is.
  sublist = start: count: list:
    let
      available = length list - start;
    in
    genList (index: elemAt list (start + index)) (
      if available <= 0 then 0 else if count < available then count else available
    );

  take = sublist 0;
  drop = count: list: sublist count (length list) list;
  takeEnd = count: list: drop (lib.trivial.max 0 (length list - count)) list;
  dropEnd = count: list: take (lib.trivial.max 0 (length list - count)) list;

  last = list:
    if list == [ ] then throw "lists.last: list must not be empty!" else elemAt list (length list - 1);

  init = list:
    if list == [ ] then throw "lists.init: list must not be empty!" else dropEnd 1 list;

  remove = unwanted: filter (item: item != unwanted);

  reverseList = list:
    let
      end = length list - 1;
    in
    genList (index: elemAt list (end - index)) (length list);

  # intersperse lives with the strings, where most look for it.

  # hasPrefix : [a] -> [a] -> bool
  hasPrefix = prefix: list: take (length prefix) list == prefix;

  removePrefix = prefix: list:
    if hasPrefix prefix list then drop (length prefix) list
    else throw "lib.lists.removePrefix: First argument is not a list prefix of the second argument";

  commonPrefix = left: right:
    let
      differs = zipListsWith (a: b: a != b) left right;
    in
    take (findFirstIndex identity (length differs) differs) left;

  replaceElemAt = list: index: item:
    if index < 0 || index >= length list then
      throw ("'lists.replaceElemAt' called with index ${toString index} on a list of size ${toString (length list)}")
    else imap0 (at: old: if at == index then item else old) list;

  # --- grouping

  # groupBy : (a -> string) -> [a] -> { string = [a]; … }
  groupBy = builtins.groupBy;

  # groupBy' : (b -> a -> b) -> b -> (a -> string) -> [a] -> { string = b; … }
  groupBy' = operator: start: key: list: builtins.mapAttrs (_: foldl operator start) (groupBy key list);

  concatAttrValues = set: concatLists (builtins.attrValues set);

  # --- lists as sets

  # unique : [a] -> [a]      Keeps the first of equal items.
  unique = list:
    let
      plain = builtins.all (item: builtins.isString item && !builtins.hasContext item) list;
      # listToAttrs keeps the first of equal names: what a name maps to is where it was first seen.
      firstIndex = builtins.listToAttrs (imap0 (index: name: { inherit name; value = index; }) list);
    in
    if plain then ifilter0 (index: name: firstIndex.${name} == index) list
    else builtins.foldl' (seen: item: if elem item seen then seen else seen ++ [ item ]) [ ] list;

  # uniqueStrings : [string] -> [string]      Sorted, and faster than `unique`.
  uniqueStrings = list: attrNames (groupBy identity list);

  allUnique = list: length (unique list) == length list;
  intersectLists = wanted: filter (item: elem item wanted);
  subtractLists = unwanted: filter (item: !(elem item unwanted));
  mutuallyExclusive = left: right: left == [ ] || !(builtins.any (item: elem item left) right);

  # --- ordering

  # sortOn : (a -> b) -> [a] -> [a]      The key of each item is worked out once.
  sortOn = key: list:
    map (entry: entry.item) (sort (a: b: a.key < b.key) (map (item: { inherit item; key = key item; }) list));

  # compareLists : (a -> a -> int) -> [a] -> [a] -> int      The first difference decides, then the length.
  compareLists = compare: left: right:
    findFirst (outcome: outcome != 0) (lib.trivial.compare (length left) (length right))
      (zipListsWith compare left right);

  # naturalSort : [string] -> [string]      Numbers within the strings are compared as numbers: a2 before a10.
  naturalSort = list:
    let
      # Text and numbers alternate, so that items at the same place always compare.
      pieces = text:
        map (piece: if isList piece then lib.strings.toInt (head piece) else piece)
          (builtins.split "(0|[1-9][0-9]*)" text);
      keyed = map (item: { inherit item; key = pieces item; }) list;
    in
    map (entry: entry.item) (sort (a: b: compareLists lib.trivial.compare a.key b.key < 0) keyed);

  # listDfs : bool -> (a -> a -> bool) -> [a] -> set
  # From the first item, goes on to items that must come before the one at hand, until nothing must. Returns
  # `minimal`, `visited` (the way there, latest first) and `rest`; or `cycle` and `loops` where the way bites its tail.
  listDfs = stopOnCycles: before: list:
    let
      walk = at: visited: rest:
        let
          loops = filter (item: before item at) visited;
          ahead = partition (item: before item at) rest;
        in
        if stopOnCycles && loops != [ ] then { cycle = at; inherit loops visited rest; }
        else if ahead.right == [ ] then { minimal = at; inherit visited rest; }
        else walk (head ahead.right) ([ at ] ++ visited) (tail ahead.right ++ ahead.wrong);
    in
    walk (head list) [ ] (tail list);

  # toposort : (a -> a -> bool) -> [a] -> { result } or { cycle, loops }      `before a b` says that a goes before b.
  toposort = before: list:
    let
      search = listDfs true before list;
      others = toposort before (search.visited ++ search.rest);
    in
    if length list < 2 then { result = list; }
    else if search ? cycle then {
      cycle = reverseList ([ search.cycle ] ++ search.visited);
      inherit (search) loops;
    }
    else if others ? cycle then others
    else { result = [ search.minimal ] ++ others.result; };
}
