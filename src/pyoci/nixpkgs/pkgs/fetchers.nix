# Fixed-output derivations: files and source trees from the net, known by their hash.
{ lib, index, build }:
let
  inherit (builtins) baseNameOf concatMap filter head isList length map removeAttrs;

  # The algorithm and the hash, of all the ways to give one.
  hashOf = where: args:
    let
      given = filter (algorithm: args.${algorithm} or "" != "") [ "sha512" "sha256" "sha1" ];
    in
    if args.hash or "" != "" then { outputHashAlgo = null; outputHash = args.hash; }
    else if args.md5 or "" != "" then throw "${where} does not support md5 anymore, please use sha256 or sha512"
    else if args.outputHash or "" != "" && args.outputHashAlgo or "" != "" then { inherit (args) outputHashAlgo outputHash; }
    else if given != [ ] then { outputHashAlgo = head given; outputHash = args.${head given}; }
    else { outputHashAlgo = "sha256"; outputHash = ""; };

  # What all that download with curl have in common.
  download = where: args: hashOf where args // {
    curlOpts = args.curlOpts or "";
    executable = args.executable or false;
    hasNetrc = args.netrcPhase or null != null;
    netrcPhase = args.netrcPhase or "";
    netrcImpureEnvVars = args.netrcImpureEnvVars or [ ];
  };
  # Where there is no netrc, its variables are still named.
  more = args: lib.filterAttrs (name: _: args ? ${name}) {
    preferLocalBuild = args.preferLocalBuild or true;
    meta = args.meta or { };
    passthru = args.passthru or { };
  };

  fetchurl =
    args@{ url ? "", urls ? [ ], name ? "", recursiveHash ? false, postFetch ? "", downloadToTemp ? false
    , showURLs ? false, curlOpts ? "", hash ? "", outputHash ? "", outputHashAlgo ? "", md5 ? "", sha1 ? ""
    , sha256 ? "", sha512 ? "", netrcPhase ? null, netrcImpureEnvVars ? [ ], executable ? false, meta ? { }
    , passthru ? { }, preferLocalBuild ? true
    }:
    let
      places =
        if urls != [ ] && url == "" then (if isList urls then urls else throw "`urls` is not a list")
        else if urls == [ ] && url != "" then [ url ]
        else throw "fetchurl requires either `url` or `urls` to be set";
    in
    build "fetchurl" (download "fetchurl" args // {
      name = if showURLs then "urls" else if name != "" then name else baseNameOf (toString (head places));
      urls = places;
      inherit recursiveHash postFetch downloadToTemp showURLs;
    }) (more args);

  fetchzip = args@{ url, name ? "source", stripRoot ? true, extraPostFetch ? "", ... }:
    build "fetchzip" (download "fetchzip" args // {
      inherit name stripRoot url;
      base = baseNameOf url;
      postFetch = extraPostFetch;
    }) (more args);

  fetchFromGitHub =
    args@{ owner, repo, rev, name ? "source", fetchSubmodules ? false, private ? false, githubBase ? "github.com"
    , varPrefix ? null, ...
    }:
    let
      place = "https://${githubBase}/${owner}/${repo}";
      rest = removeAttrs args [ "owner" "repo" "rev" "fetchSubmodules" "private" "githubBase" "varPrefix" ];
    in
    if private then index.needsTree "fetchFromGitHub { private = true; }"
    else
      (if fetchSubmodules then fetchgit ({ inherit rev fetchSubmodules name; url = "${place}.git"; } // rest)
      else fetchzip ({ inherit name; url = "${place}/archive/${rev}.tar.gz"; } // rest))
      // { meta.homepage = place; inherit rev; };

  fetchFromGitLab = args@{ owner, repo, rev, domain ? "gitlab.com", name ? "source", group ? null, ... }:
    let
      slug = lib.concatStringsSep "/" (lib.optional (group != null) group ++ [ owner repo ]);
      project = builtins.replaceStrings [ "." "/" ] [ "%2E" "%2F" ] slug;
      revision = builtins.replaceStrings [ "+" ] [ "%2B" ] rev;
    in
    fetchzip ({
      inherit name;
      url = "https://${domain}/api/v4/projects/${project}/repository/archive.tar.gz?sha=${revision}";
      meta.homepage = "https://${domain}/${slug}/";
    } // removeAttrs args [ "domain" "owner" "group" "repo" "rev" ]) // { inherit rev; };

  fetchgit =
    args@{ url, rev ? "HEAD", md5 ? "", sha256 ? "", leaveDotGit ? deepClone, fetchSubmodules ? true
    , deepClone ? false, branchName ? null, name ? gitName url rev, postFetch ? "", preferLocalBuild ? true
    }:
    build "fetchgit" {
      inherit name url rev leaveDotGit fetchSubmodules deepClone branchName postFetch;
      hasBranchName = branchName != null;
      outputHash = sha256;
    } (more args);

  # The repository's name, and of a commit the first digits.
  gitName = url: rev:
    let
      last = lib.last (lib.splitString ":" (baseNameOf (lib.removeSuffix "/" url)));
      repository = builtins.match "(.*).git" last;
      commit = builtins.match "[a-f0-9]*" rev != null;
    in
    (if repository == null then last else head repository)
    + lib.optionalString commit "-${builtins.substring 0 7 rev}";
in
{ inherit fetchurl fetchzip fetchFromGitHub fetchFromGitLab fetchgit; }
