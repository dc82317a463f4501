# Calls of builders as users write them. The maker of an index has both the tree and the new index evaluate these: what
# comes out as another derivation was not learnt right, and is refused from then on.
#
# The result is { BUILDER = [ derivation … ]; }, in the names of templates.nix, and for what belongs to mkDerivation
# itself in those of derivation.nix.
{ pkgs }:
let
  inherit (pkgs) bash stdenv zlib openssl writeText;
  outputHash = "0000000000000000000000000000000000000000000000000000";
  sha256 = outputHash;
  url = "https://example.org/a/b-1.tar.gz";
  rev = "0123456789abcdef0123456789abcdef01234567";
  small = { name = "a"; version = "1"; };
  make = attrs: stdenv.mkDerivation (small // attrs);
  file = writeText "a" "b";
  entry = name: { inherit name; path = bash; };
  forge = fetch: map (more: fetch ({ owner = "o.p"; repo = "r"; inherit sha256; } // more)) [
    { rev = "v1.0"; }
    { inherit rev; name = "n"; stripRoot = false; extraPostFetch = "rm $out/x"; }
  ];
in
{
  stdenv = [ (stdenv.mkDerivation small) (stdenv.mkDerivation { pname = "p"; version = "1"; }) (make { x = [ 1 true "" ]; y = null; }) ];
  stdenvNoCC = [ (pkgs.stdenvNoCC.mkDerivation small) ];
  "mkDerivation.dependencies" = [
    (make { buildInputs = [ openssl null (openssl.out) ]; })
    (make { nativeBuildInputs = [ zlib ]; propagatedBuildInputs = [ openssl ]; propagatedNativeBuildInputs = [ zlib ]; })
  ];
  "mkDerivation.crossDependencies" = [ (make { depsBuildBuild = [ zlib ]; depsTargetTargetPropagated = [ zlib ]; }) ];
  "mkDerivation.checks" = [
    (make { doCheck = true; checkInputs = [ zlib ]; })
    (make { doInstallCheck = true; installCheckInputs = [ zlib ]; })
    (make { checkInputs = [ zlib ]; })
  ];
  "mkDerivation.configureFlags" = [ (make { configureFlags = [ "--a" ]; }) (make { configureFlags = "--a"; }) ];
  "mkDerivation.configurePlatforms" = [ (make { configurePlatforms = [ "build" "host" ]; }) ];
  "mkDerivation.builder" = [ (make { builder = file; }) (make { realBuilder = "${bash}/bin/sh"; args = [ "-c" ]; }) ];
  "mkDerivation.hardening" = [
    (make { hardeningDisable = [ "format" ]; })
    (make { hardeningDisable = [ "all" ]; })
    (make { hardeningEnable = [ "pie" ]; })
  ];
  "mkDerivation.separateDebugInfo" = [ (make { separateDebugInfo = true; }) ];
  "mkDerivation.enableParallelBuilding" = [
    (make { enableParallelBuilding = true; })
    (make { enableParallelBuilding = true; enableParallelChecking = false; })
  ];
  "mkDerivation.mainProgram" = [ (make { meta.mainProgram = "m"; }) ];
  "mkDerivation.meta" = [ (make { meta.description = "d"; passthru.x = 1; }) ];

  runCommand = [ (pkgs.runCommand "a" { x = bash; preferLocalBuild = false; } "touch $out") ];
  runCommandLocal = [ (pkgs.runCommandLocal "a" { } "touch $out") ];
  runCommandCC = [ (pkgs.runCommandCC "a" { buildInputs = [ zlib ]; } "touch $out") ];
  "runCommand.passAsFile" = [ (pkgs.runCommand "a" { passAsFile = [ "x" ]; x = "y"; } "touch $out") ];
  writeTextFile = [
    (pkgs.writeTextFile { name = "a"; text = "b"; })
    (pkgs.writeTextFile { name = "a"; text = "b"; executable = true; destination = "/c/d"; checkPhase = "true"; })
  ];
  writeText = [ file (writeText "a" "${openssl.out} $x 'y'") ];
  writeTextDir = [ (pkgs.writeTextDir "a" "b") (pkgs.writeTextDir "a/b" "c") ];
  writeScript = [ (pkgs.writeScript "a" "b") ];
  writeScriptBin = [ (pkgs.writeScriptBin "a" "b") ];
  writeShellScript = [ (pkgs.writeShellScript "a" "b") ];
  writeShellScriptBin = [ (pkgs.writeShellScriptBin "a" "b") ];
  writeCBin = [ (pkgs.writeCBin "a" "int main() { }") ];
  writeReferencesToFile = [ (pkgs.writeReferencesToFile bash) ];
  symlinkJoin = [
    (pkgs.symlinkJoin { name = "a"; paths = [ bash openssl ]; })
    (pkgs.symlinkJoin { name = "a"; paths = [ ]; postBuild = "true"; buildInputs = [ zlib ]; })
  ];
  linkFarm = [
    (pkgs.linkFarm "a" [ ])
    (pkgs.linkFarm "a" [ (entry "b") ])
    (pkgs.linkFarm "a" [ (entry "b") (entry "it's c") (entry "d/e") ])
  ];
  buildEnv = [
    (pkgs.buildEnv { name = "a"; paths = [ bash openssl ]; })
    (pkgs.buildEnv {
      name = "a";
      paths = [ bash ];
      pathsToLink = [ "/bin" ];
      extraOutputsToInstall = [ "man" ];
      ignoreCollisions = true;
      postBuild = "true";
      buildInputs = [ zlib ];
    })
  ];
  substituteAll = [ (pkgs.substituteAll { src = file; x = 1; }) ];
  makeSetupHook = [ (pkgs.makeSetupHook { deps = [ bash ]; substitutions = { x = bash; }; } file) ];
  requireFile = [ (pkgs.requireFile { name = "a"; inherit sha256; message = "m"; }) ];
  mkShell = [ (pkgs.mkShell { }) (pkgs.mkShell { name = "a"; buildInputs = [ zlib ]; shellHook = "true"; }) ];
  "mkShell.inputsFrom" = [ (pkgs.mkShell { buildInputs = [ zlib ]; inputsFrom = [ (make { buildInputs = [ openssl ]; }) ]; }) ];
  applyPatches = [ (pkgs.applyPatches { name = "a"; src = file; patches = [ file ]; postPatch = "true"; }) ];
  closureInfo = [ (pkgs.closureInfo { rootPaths = [ bash ]; }) ];
  srcOnly = [ (pkgs.srcOnly { name = "a"; src = file; }) ];

  fetchurl = [
    (pkgs.fetchurl { inherit url sha256; })
    (pkgs.fetchurl { urls = [ "mirror://gnu/a" url ]; name = "a"; sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"; })
    (pkgs.fetchurl { inherit url sha256; executable = true; recursiveHash = true; postFetch = "true"; })
  ];
  fetchzip = [ (pkgs.fetchzip { inherit url sha256; }) (pkgs.fetchzip { inherit url sha256; name = "n"; stripRoot = false; }) ];
  fetchFromGitHub = forge pkgs.fetchFromGitHub;
  fetchFromGitLab = forge pkgs.fetchFromGitLab;
  fetchFromBitbucket = forge pkgs.fetchFromBitbucket;
  fetchFromSavannah = [ (pkgs.fetchFromSavannah { repo = "r"; rev = "v1"; inherit sha256; }) ];
  fetchFromRepoOrCz = [ (pkgs.fetchFromRepoOrCz { repo = "r"; rev = "v1"; inherit sha256; }) ];
  fetchFromGitiles = [ (pkgs.fetchFromGitiles { inherit url; rev = "v1"; inherit sha256; }) ];
  fetchpatch = [
    (pkgs.fetchpatch { url = "https://example.org/p.patch"; inherit sha256; })
    (pkgs.fetchpatch { inherit url sha256; name = "p"; stripLen = 1; })
    (pkgs.fetchpatch { inherit url sha256; excludes = [ "a" "b*" ]; extraPrefix = "x/"; })
  ];
  fetchgit = [
    (pkgs.fetchgit { url = "https://example.org/r.git"; inherit rev sha256; })
    (pkgs.fetchgit { url = "https://example.org/r/"; rev = "refs/heads/x"; inherit sha256; leaveDotGit = true; })
    (pkgs.fetchgit { inherit url sha256; rev = "v1"; fetchSubmodules = false; deepClone = true; })
  ];
  fetchsvn = [ (pkgs.fetchsvn { url = "svn://example.org/r/trunk"; rev = "7"; inherit sha256; }) ];
  fetchhg = [ (pkgs.fetchhg { url = "https://example.org/r"; rev = "7"; inherit sha256; }) ];
}
