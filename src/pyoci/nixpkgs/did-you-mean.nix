# "Did you mean": the nearest of a set of known names.
#
# didYouMean :: string -> [ string ] -> string
#   ", did you mean 'args'?" where a known name is near enough, else "".
# Only called on the way to an error, so it may take its time.
let
  inherit (builtins)
    elemAt
    filter
    foldl'
    genList
    head
    length
    replaceStrings
    sort
    stringLength
    substring
    ;

  characters = text: genList (i: substring i 1 text) (stringLength text);
  folded = replaceStrings (characters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (characters "abcdefghijklmnopqrstuvwxyz");
  least = a: b: if a < b then a else b;

  # Edit distance, one row of the usual table at a time.
  distance =
    a: b:
    let
      across = characters a;
      nextRow =
        row: letter:
        foldl' (
          done: i:
          done
          ++ [
            (least (least (elemAt done i + 1) (elemAt row (i + 1) + 1)) (
              elemAt row i + (if elemAt across i == letter then 0 else 1)
            ))
          ]
        ) [ (head row + 1) ] (genList (i: i) (length across));
      last = foldl' nextRow (genList (i: i) (length across + 1)) (characters b);
    in
    elemAt last (length across);

  isShortFor = name: whole: stringLength name > 2 && substring 0 (stringLength name) whole == name;

  # A short name allows few slips, or everything would resemble everything.
  slips = name: if stringLength name < 4 then 1 else if stringLength name < 8 then 2 else 3;
in
name: known:
let
  measured = map (candidate: {
    inherit candidate;
    distance = if isShortFor name candidate then 1 else distance (folded name) (folded candidate);
  }) known;
  near = sort (a: b: a.distance < b.distance) (filter (m: m.distance <= slips name) measured);
in
if near == [ ] then "" else ", did you mean '${(head near).candidate}'?"
