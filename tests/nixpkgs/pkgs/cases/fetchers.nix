# Fixed-output derivations.
{ pkgs, lib }:
with pkgs;
let
  sha256 = "0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i";
in
{
  url = fetchurl { url = "https://example.org/hello-2.10.tar.gz"; inherit sha256; };
  urls = fetchurl { urls = [ "mirror://gnu/hello/hello-2.10.tar.gz" "https://example.org/h.tar.gz" ]; inherit sha256; };
  named = fetchurl { name = "h"; url = "https://example.org/x"; inherit sha256; };
  sha512 = fetchurl {
    url = "https://example.org/x";
    sha512 = "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";
  };
  sri = fetchurl { url = "https://example.org/x"; hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; };
  sha1 = fetchurl { url = "https://example.org/x"; sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"; };
  byAlgorithm = fetchurl { url = "https://example.org/x"; outputHashAlgo = "sha256"; outputHash = sha256; };
  executable = fetchurl { url = "https://example.org/x"; inherit sha256; executable = true; };
  recursive = fetchurl { url = "https://example.org/x"; inherit sha256; recursiveHash = true; downloadToTemp = true; postFetch = "mv $downloadedFile $out"; };
  options = fetchurl { url = "https://example.org/x"; inherit sha256; curlOpts = "-k"; };
  netrc = fetchurl { url = "https://example.org/x"; inherit sha256; netrcPhase = "echo x > netrc"; netrcImpureEnvVars = [ "A" ]; };
  list = fetchurl { url = "https://example.org/x"; inherit sha256; showURLs = true; };
  unchecked = fetchurl { url = "https://example.org/x"; sha256 = ""; };
  zip = fetchzip { url = "https://example.org/x.zip"; inherit sha256; };
  zipFlat = fetchzip { url = "https://example.org/x.zip"; inherit sha256; stripRoot = false; extraPostFetch = "rm $out/x"; name = "z"; };
  github = fetchFromGitHub { owner = "o"; repo = "r"; rev = "v1.0"; inherit sha256; };
  githubModules = fetchFromGitHub { owner = "o"; repo = "r"; rev = "0123456789abcdef0123456789abcdef01234567"; inherit sha256; fetchSubmodules = true; };
  gitlab = fetchFromGitLab { owner = "o"; repo = "r.x"; rev = "v1+0"; inherit sha256; group = "g"; };
  gitlabElsewhere = fetchFromGitLab { domain = "git.example.org"; owner = "o"; repo = "r"; rev = "v1"; inherit sha256; };
  bitbucket = fetchFromBitbucket { owner = "o"; repo = "r"; rev = "v1"; inherit sha256; };
  savannah = fetchFromSavannah { repo = "r"; rev = "v1"; inherit sha256; };
  repoOrCz = fetchFromRepoOrCz { repo = "r"; rev = "v1"; inherit sha256; };
  git = fetchgit { url = "https://example.org/r.git"; rev = "0123456789abcdef0123456789abcdef01234567"; inherit sha256; };
  gitBranch = fetchgit { url = "https://example.org/r/"; rev = "refs/heads/x"; inherit sha256; branchName = "x"; leaveDotGit = true; };
  gitDeep = fetchgit { url = "https://example.org/r"; rev = "v1"; inherit sha256; deepClone = true; fetchSubmodules = false; postFetch = "true"; };
  patch = fetchpatch { url = "https://example.org/p.patch"; inherit sha256; };
  patchNamed = fetchpatch { name = "p"; url = "https://example.org/p.patch"; inherit sha256; stripLen = 1; extraPrefix = "x/"; revert = true; };
  patchFiltered = fetchpatch { url = "https://example.org/p.patch"; inherit sha256; excludes = [ "a" "b*" ]; };
  svn = fetchsvn { url = "svn://example.org/r"; rev = "7"; inherit sha256; };
  hg = fetchhg { url = "https://example.org/r"; rev = "7"; inherit sha256; };
}
