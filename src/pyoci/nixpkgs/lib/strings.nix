# Strings: joining, looking inside, cutting, changing case. Quoting for other languages is in strings/escaping.nix;
# names, versions, store paths and compiler flags are in strings/names.nix. All three make up `lib.strings`.
{ lib }:
let
  inherit (builtins)
    concatMap concatStringsSep elem elemAt filter genList head isPath isString length map match replaceStrings
    split stringLength substring tail toString;

  # Code points of printable ASCII and of tab, line feed and carriage return.
  printable =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
  codes = { "\t" = 9; "\n" = 10; "\r" = 13; } // builtins.listToAttrs
    (genList (index: { name = substring index 1 printable; value = 32 + index; }) (stringLength printable));

  # A path here is nearly always a mistake: it would be copied to the store and never match.
  warnOfPath = function: value:
    if isPath value then
      lib.trivial.warn
        ("lib.strings.${function}: ${toString value} is a path, but only strings are supported; it is copied to the "
          + "store, and will hardly be what the text has.")
    else (result: result);

  # trimming : bool -> bool -> regular expression whose group is what stays
  blank = " \t\r\n";
  trimming = start: end:
    (if start then "[${blank}]*" else "") + (if end then "(.*[^${blank}])[${blank}]*" else "(.*)");

  # How many characters two strings have in common, counted by `at i`, which says whether they agree at step i.
  agreeing = at: limit: lib.lists.findFirstIndex (index: !(at index)) limit (genList (index: index) limit);
  shorter = left: right: lib.trivial.min (stringLength left) (stringLength right);

  text = rec {
    inherit (builtins)
      appendContext compareVersions concatStringsSep elem elemAt filter fromJSON genList head isAttrs isInt isList
      isPath isString match parseDrvName readFile replaceStrings split storeDir stringLength substring tail toJSON
      typeOf unsafeDiscardStringContext;

    # --- joining

    join = concatStringsSep;
    concatStrings = concatStringsSep "";
    concatMapStrings = function: list: concatStringsSep "" (map function list);
    concatImapStrings = function: list: concatStringsSep "" (lib.lists.imap1 function list);
    concatMapStringsSep = separator: function: list: concatStringsSep separator (map function list);
    concatImapStringsSep = separator: function: list: concatStringsSep separator (lib.lists.imap1 function list);
    concatMapAttrsStringSep = separator: function: set:
      concatStringsSep separator (builtins.attrValues (builtins.mapAttrs function set));

    # concatLines : [string] -> string      Each line, the last one too, ends in a line feed.
    concatLines = concatMapStrings (line: line + "\n");

    optionalString = condition: string: if condition then string else "";

    # replicate : int -> string -> string
    replicate = times: string: concatStringsSep "" (lib.lists.replicate times string);

    # intersperse : a -> [a] -> [a]      For any list, not for strings alone.
    intersperse = separator: list:
      if list == [ ] then [ ]
      else [ (head list) ] ++ concatMap (item: [ separator item ]) (tail list);

    # --- search paths

    # makeSearchPath : string -> [package] -> string      Packages that are null are left out.
    makeSearchPath = directory: packages:
      concatMapStringsSep ":" (package: package + "/" + directory) (filter (package: package != null) packages);

    makeSearchPathOutput = output: directory: packages:
      makeSearchPath directory (map (lib.attrsets.getOutput output) packages);

    makeBinPath = makeSearchPathOutput "bin" "bin";
    makeLibraryPath = makeSearchPathOutput "lib" "lib";
    makeIncludePath = makeSearchPathOutput "dev" "include";

    # --- looking inside

    hasPrefix = prefix: string:
      warnOfPath "hasPrefix" prefix (substring 0 (stringLength prefix) string == prefix);

    hasSuffix = suffix: string:
      let
        start = stringLength string - stringLength suffix;
      in
      warnOfPath "hasSuffix" suffix (start >= 0 && substring start (-1) string == suffix);

    hasInfix = infix: string:
      let
        part = "${infix}";
        whole = "${string}";
      in
      warnOfPath "hasInfix" infix (part == "" || replaceStrings [ part ] [ "" ] whole != whole);

    stringToCharacters = string: genList (index: substring index 1 string) (stringLength string);
    stringAsChars = function: string: concatMapStrings function (stringToCharacters string);

    # charToInt : one printable ASCII character -> int
    charToInt = character: builtins.getAttr character codes;

    commonPrefixLength = left: right:
      agreeing (index: substring index 1 left == substring index 1 right) (shorter left right);

    commonSuffixLength = left: right:
      let
        fromEnd = string: index: substring (stringLength string - 1 - index) 1 string;
      in
      agreeing (index: fromEnd left index == fromEnd right index) (shorter left right);

    # levenshtein : string -> string -> int      The number of single-character edits between two strings.
    levenshtein = left: right:
      let
        columns = stringLength right;
        # Row after row of the table: from how far `left` without its last character is from each start of `right`.
        nextRow = above: row:
          builtins.foldl'
            (done: column:
              let
                same = substring (row - 1) 1 left == substring (column - 1) 1 right;
                diagonal = elemAt above (column - 1) + (if same then 0 else 1);
                edit = lib.trivial.min (elemAt above column) (elemAt done (column - 1)) + 1;
              in
              done ++ [ (lib.trivial.min diagonal edit) ])
            [ row ]
            (lib.lists.range 1 columns);
      in
      elemAt (builtins.foldl' nextRow (lib.lists.range 0 columns) (lib.lists.range 1 (stringLength left))) columns;

    # levenshteinAtMost : int -> string -> string -> bool
    levenshteinAtMost = limit: left: right:
      let
        gap = stringLength left - stringLength right;
      in
      if limit <= 0 then left == right
      else gap <= limit && -gap <= limit && levenshtein left right <= limit;

    # --- cutting

    removePrefix = prefix: string:
      warnOfPath "removePrefix" prefix (
        if substring 0 (stringLength prefix) string == prefix then substring (stringLength prefix) (-1) string
        else string
      );

    removeSuffix = suffix: string:
      let
        kept = stringLength string - stringLength suffix;
      in
      warnOfPath "removeSuffix" suffix (
        if kept >= 0 && substring kept (-1) string == suffix then substring 0 kept string else string
      );

    trim = trimWith { start = true; end = true; };

    trimWith = { start ? false, end ? false }: string:
      let
        kept = match (trimming start end) string;
      in
      if kept == null then "" else head kept;

    # splitString : string -> string -> [string]      The separator is plain text; the pieces keep the context.
    splitString = separator: string:
      map (text.addContextFrom string)
        (filter isString (split (lib.strings.escapeRegex (toString separator)) (toString string)));

    # splitStringBy : (before -> here -> bool) -> bool -> string -> [string]
    # Cuts at each character for which the predicate holds; the flag says whether that character is kept.
    splitStringBy = predicate: keep: string:
      let
        at = index: if index < 0 then "" else substring index 1 string;
        cuts = filter (index: predicate (at (index - 1)) (at index)) (genList (index: index) (stringLength string));
        starts = [ 0 ] ++ map (cut: if keep then cut else cut + 1) cuts;
        ends = cuts ++ [ (stringLength string) ];
        piece = start: end: substring start (end - start) string;
      in
      map (text.addContextFrom string) (lib.lists.zipListsWith piece starts ends);

    # Adds the first string's context to the second.
    addContextFrom = source: string: substring 0 0 source + string;

    # --- changing

    replaceString = from: to: replaceStrings [ from ] [ to ];
    replaceChars = replaceStrings;

    lowerChars = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
    upperChars = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    # ASCII letters only.
    toLower = replaceStrings upperChars lowerChars;
    toUpper = replaceStrings lowerChars upperChars;

    toSentenceCase = string:
      if !(isString string) then
        throw "toSentenceCase does only accepts string values, but got ${builtins.typeOf string}"
      else toUpper (substring 0 1 string) + toLower (substring 1 (-1) string);

    # camelCase out of kebab-case, snake_case, words, PascalCase.
    toCamelCase = string:
      let
        isLower = character: match "[a-z]" character != null;
        isUpper = character: match "[A-Z]" character != null;
        words = concatMap (splitStringBy (before: here: isLower before && isUpper here) true)
          (splitStringBy (_: here: elem here [ "-" "_" " " ]) false string);
      in
      if !(isString string) then
        throw "toCamelCase does only accepts string values, but got ${builtins.typeOf string}"
      else toLower (head words) + concatMapStrings toSentenceCase (tail words);

    # normalizePath : string -> string      One slash where there were several.
    normalizePath = string:
      warnOfPath "normalizePath" string
        (concatMapStrings (piece: if isString piece then piece else "/") (split "/+" "${string}"));

    # fixedWidthString : width -> filler -> string -> string      Filled up on the left.
    fixedWidthString = width: filler: string:
      let
        missing = width - stringLength string;
        times = missing / stringLength filler;
      in
      if missing < 0 || (missing > 0 && (filler == "" || times * stringLength filler != missing)) then
        throw ("fixedWidthString: requested string length (${toString width}) must not be shorter than actual length "
          + "(${toString (stringLength string)}), and be reached by whole fillers (${builtins.toJSON filler})")
      else if missing == 0 then string
      else replicate times filler + string;

    fixedWidthNumber = width: number: fixedWidthString width "0" (toString number);

    # --- numbers in strings

    # toInt : string -> int      Blanks around it are fine; a leading zero is refused, since it could mean octal.
    toInt = string:
      let
        digits = head (match "[[:space:]]*(-?[[:digit:]]+)[[:space:]]*" string);
        parsed = builtins.fromJSON digits;
        refuse = throw "toInt: Could not convert ${lib.strings.escapeNixString string} to int.";
      in
      if match "[[:space:]]*-?[[:digit:]]+[[:space:]]*" string == null then refuse
      else if match "0[[:digit:]]+" digits != null then
        throw ("toInt: Ambiguity in interpretation of ${lib.strings.escapeNixString string} between octal and zero "
          + "padded integer.")
      else if builtins.isInt parsed then parsed
      else refuse;

    # toIntBase10 : string -> int      As toInt, but leading zeros are only padding.
    toIntBase10 = string:
      let
        parts = match "[[:space:]]*0*(-?[[:digit:]]+)[[:space:]]*" string;
        parsed = builtins.fromJSON (head parts);
        refuse = throw "toIntBase10: Could not convert ${lib.strings.escapeNixString string} to int.";
      in
      if parts == null then refuse
      else if match "0+" (head parts) != null then 0
      else if builtins.isInt parsed then parsed
      else refuse;

    # floatToString : float -> string      Six digits after the point; a warning where that loses something.
    floatToString = number:
      let
        string = toString number;
      in
      lib.trivial.warnIf (builtins.fromJSON string != number) "Imprecise conversion from float to string ${string}"
        string;

    # --- what counts as a string

    isStringLike = value: isString value || isPath value || value ? outPath || value ? __toString;

    isConvertibleWithToString = value:
      isStringLike value || elem (builtins.typeOf value) [ "null" "int" "float" "bool" ]
      || (builtins.isList value && builtins.all isConvertibleWithToString value);

    isCoercibleToString = isConvertibleWithToString;

    # --- files

    # A file's text without its last line feed.
    fileContents = file: removeSuffix "\n" (builtins.readFile file);

    # readPathsFromFile : directory -> file of file names -> [path]
    readPathsFromFile = root: file:
      map (name: root + "/${name}") (filter (line: line != "" && !(hasPrefix "#" line))
        (splitString "\n" (builtins.readFile file)));
  };
in
text // import ./strings/escaping.nix { inherit lib codes; } // import ./strings/names.nix { inherit lib; }
