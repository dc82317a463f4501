# Learns what a release's builders put into a derivation, by calling them with marks for arguments and reading the
# attributes that reach `derivation`. Nothing is built, and no path is computed: a mark need not be a valid hash.
#
# A probe is { given; result; }: `result` is the derivation; `given` says which of the arguments that are no text
# (flags, and whether an optional argument is there) this probe had. learn.py compares a builder's probes.
{ pkgs, tell }:
let
  inherit (builtins) attrValues concatMap elemAt foldl' isAttrs isList map tryEval;

  # The mark that stands for argument `name`: legal in store paths, in no need of quotes in a shell.
  mark = name: "0pyoci-${name}-0";
  # Where the argument is a list: what was given takes the place of the whole list, or of this element.
  marks = name: [ "0pyoci+${name}-0" ];
  # A mark that a shell needs quotes around.
  quoted = name: "0pyoci-${name}- 0";

  one = result: [ { given = { }; inherit result; } ];
  # One probe for each way to set the flags `names`.
  flags = names: make:
    map (given: { inherit given; result = make given; })
      (foldl' (sets: name: concatMap (set: [ (set // { ${name} = true; }) (set // { ${name} = false; }) ]) sets)
        [ { } ]
        names);
  optional = condition: set: if condition then set else { };

  name = mark "name";
  text = mark "text";
  inherit (pkgs) stdenv stdenvNoCC;

  # What all that download with curl take. Without a hash, certificates are wanted.
  downloadFlags = [ "executable" "hasNetrc" "hasHash" ];
  downloadArguments = given: {
    inherit name;
    curlOpts = mark "curlOpts";
    inherit (given) executable;
  } // (if given.hasHash then {
    outputHashAlgo = mark "outputHashAlgo";
    outputHash = mark "outputHash";
  } else { sha256 = ""; }) // optional given.hasNetrc {
    netrcPhase = mark "netrcPhase";
    netrcImpureEnvVars = marks "netrcImpureEnvVars";
  };

  # A fetcher of source archives: all that it does is to find the address of one.
  forgeFlags = [ "stripRoot" "hasPostFetch" ] ++ downloadFlags;
  forge = fetch: extraFlags: arguments: flags (forgeFlags ++ extraFlags) (given:
    fetch (downloadArguments given // {
      inherit (given) stripRoot;
    } // optional given.hasPostFetch { extraPostFetch = mark "postFetch"; } // arguments given));
  ownerRepoRev = _: { owner = mark "owner"; repo = mark "repo"; rev = mark "rev"; };

  requireFile = given: pkgs.requireFile ({
    inherit name;
    sha256 = mark "outputHash";
    message = mark "message";
  } // optional given.hasMode { hashMode = mark "outputHashMode"; });

  unnamed = fetch: one (fetch (ownerRepoRev { } // { sha256 = mark "outputHash"; }));

  # A builder that this release lacks has no template.
  builders = {
    stdenv = one (stdenv.mkDerivation { inherit name; });
    stdenvNoCC = one (stdenvNoCC.mkDerivation { inherit name; });

    # What single arguments of mkDerivation bring along.
    "mkDerivation.hardening" = one (stdenv.mkDerivation { inherit name; hardeningEnable = [ "pie" ]; });
    "mkDerivation.separateDebugInfo" = one (stdenv.mkDerivation { inherit name; separateDebugInfo = true; });
    "mkDerivation.enableParallelBuilding" = one (stdenv.mkDerivation { inherit name; enableParallelBuilding = true; });
    "mkDerivation.configurePlatforms" =
      one (stdenv.mkDerivation { inherit name; configurePlatforms = [ "build" "host" "target" ]; });
    "mkDerivation.mainProgram" =
      one (stdenv.mkDerivation { inherit name; meta.mainProgram = mark "mainProgram"; });

    runCommand = one (pkgs.runCommand name { } (mark "command"));
    runCommandLocal = one (pkgs.runCommandLocal name { } (mark "command"));
    runCommandCC = one (pkgs.runCommandCC name { } (mark "command"));
    "runCommand.passAsFile" = one (pkgs.runCommand name { passAsFile = marks "passAsFile"; } (mark "command"));

    writeTextFile = flags [ "executable" "hasDestination" "hasCheckPhase" ] (given:
      pkgs.writeTextFile ({ inherit name text; inherit (given) executable; }
        // optional given.hasDestination { destination = mark "destination"; }
        // optional given.hasCheckPhase { checkPhase = mark "checkPhase"; }));
    writeText = one (pkgs.writeText name text);
    # How a file's name and place follow from its path differs.
    writeTextDir = one (pkgs.writeTextDir "0pyoci-dir-0/0pyoci-base-0" text);
    writeScript = one (pkgs.writeScript name text);
    writeScriptBin = one (pkgs.writeScriptBin name text);
    writeShellScript = one (pkgs.writeShellScript name text);
    writeShellScriptBin = one (pkgs.writeShellScriptBin name text);
    writeCBin = one (pkgs.writeCBin name text);
    writeReferencesToFile = one (pkgs.writeReferencesToFile (mark "path"));

    symlinkJoin = one (pkgs.symlinkJoin { inherit name; paths = marks "paths"; postBuild = mark "postBuild"; });
    linkFarm = map (entries: { given = { count = builtins.length entries; }; result = pkgs.linkFarm name entries; }) [
      [ ]
      [ { name = quoted "name1"; path = quoted "path1"; } ]
      [ { name = quoted "name1"; path = quoted "path1"; } { name = quoted "name2"; path = quoted "path2"; } ]
    ];
    buildEnv = one (pkgs.buildEnv { inherit name; paths = [ ]; });

    substituteAll = one (pkgs.substituteAll { inherit name; src = mark "src"; });
    makeSetupHook = flags [ "hasName" "hasDeps" "hasSubstitutions" ] (given:
      pkgs.makeSetupHook (optional given.hasName { inherit name; }
        // optional given.hasDeps { deps = [ (mark "deps") ]; }
        // optional given.hasSubstitutions { substitutions = { "0pyoci" = "0pyoci"; }; }) (mark "script"));
    requireFile = flags [ "hasMode" ] requireFile;
    # The script that tells the message is a derivation of its own.
    "requireFile.script" = one (elemAt (requireFile { hasMode = false; }).drvAttrs.args 1);
    mkShell = one (pkgs.mkShell { inherit name; });
    "mkShell.inputsFrom" = one (pkgs.mkShell {
      inherit name;
      buildInputs = [ (mark "own") ];
      inputsFrom = [ { buildInputs = [ (mark "inherited") ]; } ];
    });
    # What becomes of a name that no store path can have.
    "runCommand.name" = one (pkgs.runCommand "${name} ${name}" { } "");
    # What sources are called that nobody names.
    "fetchzip.name" = one (pkgs.fetchzip { url = "0pyoci-parent-0/0pyoci-base-0"; sha256 = mark "outputHash"; });
    "fetchFromGitHub.name" = unnamed pkgs.fetchFromGitHub;
    "fetchFromGitLab.name" = unnamed pkgs.fetchFromGitLab;
    "fetchFromBitbucket.name" = unnamed pkgs.fetchFromBitbucket;
    # Which characters are encoded.
    "fetchFromGitLab.characters" =
      one (pkgs.fetchFromGitLab { owner = "A.B"; repo = "R"; rev = "C+D/E"; sha256 = mark "outputHash"; });
    applyPatches = one (pkgs.applyPatches {
      inherit name;
      src = mark "src";
      patches = marks "patches";
      postPatch = mark "postPatch";
    });

    fetchurl = flags ([ "recursiveHash" "downloadToTemp" "showURLs" ] ++ downloadFlags) (given:
      pkgs.fetchurl (downloadArguments given // {
        urls = marks "urls";
        postFetch = mark "postFetch";
        inherit (given) recursiveHash downloadToTemp showURLs;
      }));
    fetchzip = forge pkgs.fetchzip [ ] (_: { url = "0pyoci-parent-0/0pyoci-base-0"; });
    fetchFromGitHub = forge pkgs.fetchFromGitHub [ "hasDomain" ] (given:
      ownerRepoRev given // optional given.hasDomain { githubBase = mark "domain"; });
    "fetchFromGitHub.private" = forge pkgs.fetchFromGitHub [ "hasPrefix" ] (given:
      ownerRepoRev given // { githubBase = mark "domain"; private = true; }
      // optional given.hasPrefix { varPrefix = mark "varPrefix"; });
    fetchFromGitLab = forge pkgs.fetchFromGitLab [ "hasDomain" "hasGroup" ] (given:
      ownerRepoRev given // optional given.hasDomain { domain = mark "domain"; }
      // optional given.hasGroup { group = mark "group"; });
    fetchFromBitbucket = forge pkgs.fetchFromBitbucket [ ] ownerRepoRev;
    fetchFromSavannah = forge pkgs.fetchFromSavannah [ ] (_: { repo = mark "repo"; rev = mark "rev"; });
    fetchFromRepoOrCz = forge pkgs.fetchFromRepoOrCz [ ] (_: { repo = mark "repo"; rev = mark "rev"; });
    fetchFromGitiles = forge pkgs.fetchFromGitiles [ ] (_: { url = mark "url"; rev = mark "rev"; });
    fetchpatch = flags ([ "hasExtraPrefix" "revert" ] ++ downloadFlags) (given:
      pkgs.fetchpatch (downloadArguments given // {
        url = mark "url";
        sha256 = mark "outputHash";
        stripLen = mark "stripLen";
        excludes = [ (quoted "excludes") ];
        includes = [ (quoted "includes") ];
        postFetch = mark "postFetch";
        inherit (given) revert;
      } // optional given.hasExtraPrefix { extraPrefix = mark "extraPrefix"; }));
    fetchgit = flags [ "leaveDotGit" "deepClone" "fetchSubmodules" "hasPostFetch" "hasBranchName" ] (given:
      pkgs.fetchgit ({
        inherit name;
        url = mark "url";
        rev = mark "rev";
        sha256 = mark "outputHash";
        # Who clones deep keeps the repository; that is for the caller to know.
        leaveDotGit = given.leaveDotGit || given.deepClone;
        inherit (given) deepClone fetchSubmodules;
      } // optional given.hasPostFetch { postFetch = mark "postFetch"; }
      // optional given.hasBranchName { branchName = mark "branchName"; }));
    fetchsvn = flags [ "ignoreExternals" "ignoreKeywords" ] (given:
      pkgs.fetchsvn ({
        inherit name;
        url = mark "url";
        rev = mark "rev";
        sha256 = mark "outputHash";
        inherit (given) ignoreExternals;
      } // optional given.ignoreKeywords { ignoreKeywords = true; }));
    fetchhg = flags [ "hasName" "fetchSubrepos" ] (given:
      pkgs.fetchhg ({
        url = mark "url";
        rev = mark "rev";
        sha256 = mark "outputHash";
        inherit (given) fetchSubrepos;
      } // optional given.hasName { inherit name; }));

    closureInfo = one (pkgs.closureInfo { rootPaths = marks "rootPaths"; });
    srcOnly = one (pkgs.srcOnly { inherit name; src = mark "src"; });

    container = one (pkgs.ociTools.buildContainer { args = [ ]; });
  };

  attempt = value:
    let result = tryEval (builtins.deepSeq value value);
    in if result.success then result.value else null;

  # The derivations among the values of a builder's attributes.
  inputsOf = value:
    if isList value then concatMap inputsOf value
    else if isAttrs value && value.type or null == "derivation" then [ value ]
    else [ ];
in
{
  inherit builders;

  # Everything of a probe that reaches `derivation`; null where the builder refuses the arguments.
  learned = probe: {
    inherit (probe) given;
    attrs = attempt (builtins.mapAttrs (_: tell 2) probe.result.drvAttrs);
  };

  # Derivations are not looked into here: what they hold leads to all of the tree.
  inputs = probe:
    let
      found = concatMap inputsOf (attrValues probe.result.drvAttrs);
      result = tryEval (foldl' (known: input: builtins.seq input known) found found);
    in
    if result.success then result.value else [ ];
}
