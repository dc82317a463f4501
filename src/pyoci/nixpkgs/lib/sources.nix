# Source trees on their way to the store, without what does not belong there.
{ lib }:
let
  inherit (builtins)
    any concatStringsSep elem filter head isList isString length map match readFile split substring toString;
  inherit (lib.filesystem) pathIsRegularFile;
  inherit (lib.lists) last;
  inherit (lib.strings) fileContents hasPrefix hasSuffix removePrefix removeSuffix;

  versionControl = [ ".svn" "CVS" ".hg" ".jj" ".pijul" "_darcs" ];

  # A source that is filtered already is filtered further, instead of being copied twice.
  partsOf = source:
    if source ? _isLibCleanSourceWith then { inherit (source) filter name origSrc; }
    else { origSrc = source; filter = _path: _type: true; name = "source"; };

  fromParts = { origSrc, filter, name }: {
    _isLibCleanSourceWith = true;
    inherit filter name origSrc;
    outPath = builtins.path { inherit filter name; path = origSrc; };
  };

  # --- git: { value } or { error }

  commitOf = file: directory:
    let
      ref = directory + "/${file}";
      packed = directory + "/packed-refs";

      # A worktree's .git is a file that tells where the repository is.
      pointer = match "gitdir: (.*)" (fileContents directory);
      absolute = base: path: if hasPrefix "/" path then path else "${base}/${path}";
      gitDir = absolute (toString (dirOf directory)) (head pointer);
      shared =
        if pathIsRegularFile "${gitDir}/commondir" then removeSuffix "/" (fileContents "${gitDir}/commondir")
        else gitDir;
      common = absolute gitDir shared;

      symbolic = match "ref: (.*)" (fileContents ref);
      line = match "([a-z0-9]+) ${file}";
      lines = filter (text: isString text && line text != null) (split "\n" (readFile packed));
    in
    if pathIsRegularFile directory then
      if pointer == null then { error = "File contains no gitdir reference: " + toString directory; }
      else commitOf (removePrefix "${common}/" "${gitDir}/${file}") common
    else if pathIsRegularFile ref then
      if symbolic == null then { value = fileContents ref; } else commitOf (head symbolic) directory
    else if pathIsRegularFile packed then
      if lines == [ ] then { error = "Could not find ${file} in ${toString packed}"; }
      else { value = head (line (head lines)); }
    else { error = "Not a .git directory: " + toString directory; };

  # --- names of sources

  archive = "(.*)\\.(git|tar|zip|gz|tgz|bz|tbz|bz2|tbz2|lzma|txz|xz|zstd)";

  # Takes file name extensions of archives off for as long as there are any.
  withoutArchive = name:
    let
      parts = match archive name;
    in
    if parts == null then name else withoutArchive (head parts);
in
rec {
  inherit (builtins) filterSource;

  # cleanSourceFilter : path -> type -> bool
  # False for version control, editors' leftovers, object files, and links that nix-build has made.
  cleanSourceFilter = path: type:
    let
      name = baseNameOf path;
    in
    !(
      name == ".git"
      || type == "directory" && elem name versionControl
      || type == "symlink" && hasPrefix "result" name
      || type == "unknown"
      || hasSuffix "~" name
      || hasSuffix ".o" name
      || hasSuffix ".so" name
      || match "\\.sw[a-z]|\\..*\\.sw[a-z]" name != null
    );

  cleanSource = src: cleanSourceWith { inherit src; filter = cleanSourceFilter; };

  # cleanSourceWith : { src, filter, name } -> source      Filters on filters cost one copy.
  cleanSourceWith = { src, filter ? (_path: _type: true), name ? null }:
    let
      parts = partsOf src;
    in
    fromParts {
      inherit (parts) origSrc;
      filter = path: type: filter path type && parts.filter path type;
      name = if name == null then parts.name else name;
    };

  # Prints what the filter says of each path.
  trace = src:
    let
      parts = partsOf src;
      say = path: type:
        let
          kept = parts.filter path type;
        in
        builtins.trace "${parts.name}.filter ${path} = ${lib.trivial.boolToString kept}" kept;
    in
    fromParts (parts // { filter = say; }) // {
      satisfiesSubpathInvariant = src.satisfiesSubpathInvariant or false;
    };

  # sourceByRegex : source -> [regular expression] -> source      They match the path below the source.
  sourceByRegex = src: patterns:
    let
      root = toString (partsOf src).origSrc + "/";
    in
    cleanSourceWith {
      inherit src;
      filter = path: _type: any (pattern: match pattern (removePrefix root (toString path)) != null) patterns;
    };

  # sourceFilesBySuffices : source -> [string] -> source      Directories stay.
  sourceFilesBySuffices = src: suffixes: cleanSourceWith {
    inherit src;
    filter = path: type: type == "directory" || any (suffix: hasSuffix suffix (baseNameOf path)) suffixes;
  };

  # sourceByGlobs : source -> [glob] -> source
  # `*` stands for anything within a name, `**` for any number of directories.
  sourceByGlobs = src: globs:
    let
      root = toString src + "/";
      parts = text: filter isString (split "/" text);
      asRegex = part:
        concatStringsSep "" (map (piece: if isList piece then "[^/]*" else lib.strings.escapeRegex piece)
          (split "\\*+" part));
      drop = lib.lists.drop 1;

      # May something with this path, or, being a directory, something below it, match?
      fits = globs: path: type:
        if path == [ ] then globs == [ ] || type == "directory" || type == "symlink"
        else if globs == [ ] then false
        else if head globs == "**" then
          if length globs == 1 then true
          else if match (asRegex (head (drop globs))) (head path) != null then fits (drop globs) path type
          else fits globs (drop path) type
        else match (asRegex (head globs)) (head path) != null && fits (drop globs) (drop path) type;
      patterns = map parts globs;
    in
    cleanSourceWith {
      inherit src;
      filter = path: type: any (pattern: fits pattern (parts (removePrefix root path)) type) patterns;
    };

  # canCleanSource : source -> bool      Not what is in the store already.
  canCleanSource = src: src ? _isLibCleanSourceWith || !(pathHasContext (toString src));
  pathHasContext = builtins.hasContext;

  # commitIdFromGitRepo : path of a .git -> string
  commitIdFromGitRepo = path:
    let
      found = commitOf "HEAD" path;
    in
    found.value or (throw found.error);

  pathIsGitRepo = path: commitOf "HEAD" path ? value;

  # urlToName : string -> string      The last part, without extensions of archives.
  urlToName = url:
    withoutArchive (baseNameOf (removeSuffix "/" (last (lib.strings.splitString ":" (toString url)))));

  # shortRev : string -> string      Seven digits of a hash; of a tag, its version.
  shortRev = revision:
    let
      name = baseNameOf (toString revision);
      version = match "([A-Za-z]+[-_. ]?)*(v)?([0-9.]+.*)" name;
    in
    if match "[a-f0-9]+" name != null then substring 0 7 name
    else if version != null then last version
    else name;

  revOrTag = revision: tag: if tag != null then tag else if revision != null then revision else "HEAD";

  # repoRevToName : "source", "versioned" or "full" -> repository -> revision -> suffix -> string
  repoRevToName = kind:
    let
      full = repository: revision: suffix:
        urlToName repository
        + (if revision == null then "" else "-${shortRev revision}")
        + (if suffix == null then "" else "-${suffix}")
        + "-source";
    in
    {
      source = _repository: _revision: _suffix: "source";
      versioned = repository: revision: _suffix: full repository revision null;
      inherit full;
    }.${kind} or (throw "repoRevToName: invalid kind");

  # They were here once.
  inherit (lib.filesystem) pathIsDirectory pathIsRegularFile pathType;
}
