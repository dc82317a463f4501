# Looking at files while evaluating.
{ lib }:
let
  inherit (builtins) attrNames filter map mapAttrs pathExists readDir toString;
  inherit (lib.strings) hasSuffix removeSuffix;

  typeByListing = path:
    if toString path == "/" then "directory"
    else (readDir (dirOf path)).${baseNameOf path} or (throw "path '${toString path}' does not exist");
in
rec {
  inherit (builtins) baseNameOf dirOf hashFile isPath pathExists readDir;

  # readFileType : path -> "regular", "directory", "symlink" or "unknown"
  readFileType = builtins.readFileType or typeByListing;
  pathType = readFileType;

  pathIsDirectory = path: pathExists path && pathType path == "directory";
  pathIsRegularFile = path: pathExists path && pathType path == "regular";

  # A directory stands for the default.nix in it.
  resolveDefaultNix = value:
    if pathIsDirectory value then value + "/default.nix"
    else if builtins.isString value && hasSuffix "/" value then value + "default.nix"
    else value;

  # listFilesRecursive : path -> [path]
  listFilesRecursive = directory:
    let
      list = name: type:
        if type == "directory" then listFilesRecursive (directory + "/${name}") else [ (directory + "/${name}") ];
    in
    builtins.concatLists (lib.attrsets.mapAttrsToList list (readDir directory));

  # haskellPathsInDir : path -> { name = path; … }      The directories that hold NAME.cabal.
  haskellPathsInDir = directory:
    mapAttrs (name: _: directory + "/${name}")
      (lib.attrsets.filterAttrs (name: _: pathExists (directory + "/${name}/${name}.cabal")) (readDir directory));

  # locateDominatingFile : regular expression -> path -> { path, matches } or null
  # The nearest directory, from the path upwards, with a file whose name matches.
  locateDominatingFile = pattern: file:
    let
      isDirectory = path: toString path == "/" || (readDir (dirOf path)).${baseNameOf path} or null == "directory";
      search = path:
        let
          matches = filter (found: found != null) (map (builtins.match pattern) (attrNames (readDir path)));
        in
        if matches != [ ] then { inherit path matches; }
        else if toString path == "/" then null
        else search (dirOf path);
    in
    search (if isDirectory file then file else dirOf file);

  # packagesFromDirectoryRecursive : { callPackage, directory, newScope } -> set of packages
  # NAME.nix and NAME/package.nix become NAME; other directories become sets.
  packagesFromDirectoryRecursive =
    { callPackage
    , directory
    , newScope ? throw "lib.packagesFromDirectoryRecursive: newScope wasn't passed in args"
    }@arguments:
    let
      isPackage = pathExists (directory + "/package.nix");
      entry = settings: name: type:
        let
          path = directory + "/${name}";
        in
        if type == "directory" then { ${name} = packagesFromDirectoryRecursive (settings // { directory = path; }); }
        else if type != "regular" then throw
          ("lib.filesystem.packagesFromDirectoryRecursive: Unsupported file type ${type} at path ${toString path}")
        else if hasSuffix ".nix" name then { ${removeSuffix ".nix" name} = settings.callPackage path { }; }
        else { };
      entries = settings: lib.attrsets.concatMapAttrs (entry settings) (readDir directory);
    in
    if isPackage then callPackage (directory + "/package.nix") { }
    else if arguments ? newScope then
      lib.attrsets.recurseIntoAttrs (lib.customisation.makeScope newScope (self:
        entries (arguments // { inherit (self) callPackage newScope; })))
    else entries arguments;
}
