# Fixed-output derivations: files and source trees from the net, known by their hash.
#
# Where a forge keeps its archives is the release's to know (the templates have their addresses); here is what the
# fetchers take, and what they call what they fetch.
{ lib, index, build }:
let
  inherit (builtins) attrNames baseNameOf filter head isList map match removeAttrs replaceStrings substring;

  # The algorithm and the hash, of all the ways to give one.
  hashOf = where: args:
    let
      named = filter (algorithm: args.${algorithm} or "" != "") [ "sha512" "sha256" "sha1" ];
    in
    if args.hash or "" != "" then { outputHashAlgo = null; outputHash = args.hash; }
    else if args.md5 or "" != "" then throw "${where} does not support md5 anymore, please use sha256 or sha512"
    else if args.outputHash or "" != "" && args.outputHashAlgo or "" != "" then { inherit (args) outputHashAlgo outputHash; }
    else if named != [ ] then { outputHashAlgo = head named; outputHash = args.${head named}; }
    else { outputHashAlgo = "sha256"; outputHash = ""; };

  # What all that download with curl take, for their template.
  download = where: args:
    let hash = hashOf where args;
    in hash // {
      curlOpts = args.curlOpts or "";
      executable = args.executable or false;
      hasHash = hash.outputHash != "";
      hasNetrc = args.netrcPhase or null != null || args.netrcImpureEnvVars or [ ] != [ ];
      netrcPhase = args.netrcPhase or "";
      netrcImpureEnvVars = args.netrcImpureEnvVars or [ ];
    };
  downloadArguments = [
    "name" "curlOpts" "executable" "hash" "outputHash" "outputHashAlgo" "md5" "sha1" "sha256" "sha512" "netrcPhase"
    "netrcImpureEnvVars" "meta" "passthru" "preferLocalBuild"
  ];

  # What is not for the template, but for the derivation as it is.
  asGiven = args: builtins.intersectAttrs { meta = null; passthru = null; preferLocalBuild = null; } args;

  # Arguments that a fetcher with `...` would hand on to another one, and that would change what that one does.
  only = where: names: args:
    let others = attrNames (removeAttrs args (names ++ downloadArguments));
    in if others == [ ] then args else index.needsTree "${where} with the argument '${head others}'";

  # A fetcher of source archives; `own` are its arguments, as the template wants them.
  archive = where: names: args: own:
    let given = only where (names ++ [ "stripRoot" "extraPostFetch" ]) args;
    in build where (download where given // {
      name = given.name or (unnamed where own);
      stripRoot = given.stripRoot or true;
      hasPostFetch = given ? extraPostFetch;
      postFetch = given.extraPostFetch or "";
    } // own) (asGiven given);

  # What the release calls a source that nobody names.
  unnamed = where: own:
    if index.has "${where}.name" then (index.fill "${where}.name" (own // { outputHash = ""; })).attrs.name else "source";

  # An archive at a forge, with where it comes from.
  forge = where: names: homepage: args: own:
    archive where names ({ meta.homepage = homepage; } // args) own // { inherit (args) rev; };

  # -- files

  fetchurl =
    args@{ url ? "", urls ? [ ], name ? "", recursiveHash ? false, postFetch ? "", downloadToTemp ? false
    , showURLs ? false, curlOpts ? "", hash ? "", outputHash ? "", outputHashAlgo ? "", md5 ? "", sha1 ? ""
    , sha256 ? "", sha512 ? "", netrcPhase ? null, netrcImpureEnvVars ? [ ], executable ? false, meta ? { }
    , passthru ? { }, preferLocalBuild ? true
    }:
    let
      known = index.platform.formals.fetchurl or [ ];
      unknown = filter (name: ! builtins.elem name known) (attrNames args);
      places =
        if urls != [ ] && url == "" then (if isList urls then urls else throw "`urls` is not a list")
        else if urls == [ ] && url != "" then [ url ]
        else throw "fetchurl requires either `url` or `urls` to be set";
    in
    assert lib.assertMsg (known == [ ] || unknown == [ ]) "fetchurl of this release does not take '${head unknown}'";
    build "fetchurl" (download "fetchurl" args // {
      name = if showURLs then "urls" else if name != "" then name else baseNameOf (toString (head places));
      urls = places;
      inherit recursiveHash postFetch downloadToTemp showURLs;
    }) (asGiven args);

  fetchpatch =
    args@{ url, sha256, stripLen ? 0, extraPrefix ? null, excludes ? [ ], includes ? [ ], revert ? false, postFetch ? ""
    , ...
    }:
    let
      given = only "fetchpatch" [ "url" "stripLen" "extraPrefix" "excludes" "includes" "revert" "postFetch" ] args;
      options = option: files: lib.concatMapStringsSep " " (file: "${option} ${lib.escapeShellArg file}") files;
    in
    build "fetchpatch" (download "fetchpatch" given // {
      name = given.name or (baseNameOf (toString url));
      inherit url revert postFetch;
      # A hash as part of a file's name.
      outputHash = replaceStrings [ "+" "/" "=" ] [ "-" "_" "" ] sha256;
      stripLen = toString stripLen;
      hasExtraPrefix = extraPrefix != null;
      inherit extraPrefix;
      excludes = options "-x" excludes;
      includes = options "-i" includes;
    }) ({ outputHash = sha256; meta.broken = excludes != [ ] && includes != [ ]; } // asGiven given);

  # -- archives

  fetchzip = args@{ url, ... }:
    archive "fetchzip" [ "url" ] args { parent = dirOf url; base = baseNameOf url; };

  fetchFromGitHub =
    args@{ owner, repo, rev, fetchSubmodules ? false, private ? false, githubBase ? "github.com", varPrefix ? null, ... }:
    let
      homepage = "https://${githubBase}/${owner}/${repo}";
      names = [ "owner" "repo" "rev" "fetchSubmodules" "private" "githubBase" "varPrefix" ];
      fetched =
        if fetchSubmodules then fetchgit ({ name = "source"; inherit rev fetchSubmodules; url = "${homepage}.git"; }
          // removeAttrs args names)
        else archive (if private then "fetchFromGitHub.private" else "fetchFromGitHub") names args {
          inherit owner repo rev varPrefix;
          domain = githubBase;
          hasDomain = args ? githubBase;
          hasPrefix = varPrefix != null;
        };
    in
    assert lib.assertMsg (! (private && fetchSubmodules)) "fetchFromGitHub: a private repository's submodules cannot be fetched";
    fetched // { meta = { inherit homepage; }; inherit rev; };

  fetchFromGitLab = args@{ owner, repo, rev, domain ? "gitlab.com", group ? null, ... }:
    let
      # How the release writes a dot of a name, and a plus and a slash of a revision.
      address = head (index.fill "fetchFromGitLab.characters" { outputHash = ""; }).attrs.urls;
      characters = match ".*A(.*)B(.*)R/.*C(.*)D(.*)E" address;
      character = builtins.elemAt characters;
      encoded = replaceStrings [ "." "/" ] [ (character 0) (character 1) ];
      slug = lib.concatStringsSep "/" (lib.optional (group != null) group ++ [ owner repo ]);
    in
    forge "fetchFromGitLab" [ "owner" "repo" "rev" "domain" "group" ] "https://${domain}/${slug}/" args {
      inherit domain;
      hasDomain = args ? domain;
      hasGroup = group != null;
      group = if group == null then "" else encoded group;
      owner = encoded owner;
      repo = encoded repo;
      rev = replaceStrings [ "+" "/" ] [ (character 2) (character 3) ] rev;
    };

  fetchFromBitbucket = args@{ owner, repo, rev, ... }:
    forge "fetchFromBitbucket" [ "owner" "repo" "rev" ] "https://bitbucket.org/${owner}/${repo}/" args {
      inherit owner repo rev;
    };

  fetchFromSavannah = args@{ repo, rev, ... }:
    forge "fetchFromSavannah" [ "repo" "rev" ] "https://git.savannah.gnu.org/cgit/${repo}.git/" args { inherit repo rev; };

  fetchFromRepoOrCz = args@{ repo, rev, ... }:
    forge "fetchFromRepoOrCz" [ "repo" "rev" ] "https://repo.or.cz/${repo}.git/" args { inherit repo rev; };

  fetchFromGitiles = args@{ url, rev, ... }:
    forge "fetchFromGitiles" [ "url" "rev" ] url ({ stripRoot = false; } // args) { inherit url rev; };

  # -- repositories

  fetchgit =
    args@{ url, rev ? "HEAD", md5 ? "", sha256 ? "", leaveDotGit ? deepClone, fetchSubmodules ? true
    , deepClone ? false, branchName ? null, name ? gitName url rev, postFetch ? "", preferLocalBuild ? true
    }:
    assert lib.assertMsg (deepClone -> leaveDotGit) "fetchgit: deepClone needs leaveDotGit";
    build "fetchgit" {
      inherit name url rev leaveDotGit fetchSubmodules deepClone branchName postFetch;
      hasBranchName = branchName != null;
      hasPostFetch = postFetch != "";
      outputHash = if md5 != "" then throw "fetchgit does not support md5 anymore, please use sha256" else sha256;
    } (asGiven args);

  # The repository's name, and of a commit the first digits.
  gitName = url: rev:
    let
      last = lib.last (lib.splitString ":" (baseNameOf (lib.removeSuffix "/" url)));
      repository = match "(.*).git" last;
    in
    (if repository == null then last else head repository)
    + lib.optionalString (match "[a-f0-9]*" rev != null) "-${substring 0 7 rev}";

  fetchsvn =
    args@{ url, rev ? "HEAD", md5 ? "", sha256 ? "", ignoreExternals ? false, ignoreKeywords ? false, name ? null
    , preferLocalBuild ? true
    }:
    build "fetchsvn" {
      name = if name == null then "${svnName url}-r${toString rev}" else name;
      inherit url rev ignoreExternals ignoreKeywords;
      outputHash = if md5 != "" then throw "fetchsvn does not support md5 anymore, please use sha256" else sha256;
    } (asGiven args);

  # What a repository is called, by the convention of trunk, branches and tags.
  svnName = url:
    let
      folders = lib.reverseList (lib.splitString "/" (lib.removeSuffix "/" url));
      folder = builtins.elemAt folders;
    in
    if folder 0 == "trunk" then folder 1
    else if folder 1 == "branches" || folder 1 == "tags" then "${folder 2}-${folder 0}"
    else folder 0;

  fetchhg = args@{ url, rev ? null, md5 ? null, sha256 ? null, name ? null, fetchSubrepos ? false, preferLocalBuild ? true }:
    build "fetchhg" {
      inherit url rev fetchSubrepos name;
      hasName = name != null;
      outputHash = if md5 != null then throw "fetchhg does not support md5 anymore, please use sha256" else sha256;
    } (asGiven args);
in
{
  inherit fetchurl fetchpatch fetchzip fetchFromGitHub fetchFromGitLab fetchFromBitbucket fetchFromSavannah
    fetchFromRepoOrCz fetchFromGitiles fetchgit fetchsvn fetchhg;
}
