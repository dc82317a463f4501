# Builders that run a command.
{ pkgs, lib }:
with pkgs;
{
  plain = runCommand "c" { } "touch $out";
  environment = runCommand "c" { A = 1; B = true; C = [ hello "x" ]; D = null; E = ./files/hello.patch; } "env > $out";
  buildInputs = runCommand "c" { buildInputs = [ openssl zlib python3 ]; } "touch $out";
  nativeBuildInputs = runCommand "c" { nativeBuildInputs = [ pkgconfig makeWrapper ]; } "touch $out";
  outputs = runCommand "c" { outputs = [ "out" "doc" ]; } "touch $out $doc";
  passAsFile = runCommand "c" { passAsFile = [ "x" ]; x = "y"; } "cat $xPath > $out";
  local = runCommandLocal "c" { } "touch $out";
  localKept = runCommandLocal "c" { allowSubstitutes = true; } "touch $out";
  cc = runCommandCC "c" { } "cc -o $out ${./files/hello.patch}";
  noCC = runCommandNoCC "c" { } "touch $out";
  oddName = runCommand "a b/c" { } "touch $out";
  references = runCommand "c" { exportReferencesGraph = [ "graph" hello ]; } "cp graph $out";
  fixed = runCommand "c" {
    outputHash = "0000000000000000000000000000000000000000000000000000";
    outputHashAlgo = "sha256";
  } "touch $out";
  meta = runCommand "c" { meta.description = "d"; passthru.x = 1; } "touch $out";
  nested = runCommand "c" { buildInputs = [ (runCommand "inner" { } "mkdir $out") ]; } "touch $out";
  secondOutput = runCommand "c" { } "ls ${(runCommand "two" { outputs = [ "out" "doc" ]; } "true").doc} > $out";
  changed = (runCommand "c" { A = 1; } "touch $out").overrideAttrs (old: { A = old.A + 1; buildInputs = [ zlib ]; });
  setupHook = makeSetupHook { } ./files/hello.patch;
  setupHookDeps = makeSetupHook { name = "h"; deps = [ hello zlib ]; substitutions = { x = "${hello}"; }; } ./files/hello.patch;
  substitute = substituteAll { src = ./files/hello.patch; name = "s"; inherit hello; x = "y"; };
  substituteNamed = substituteAll { src = ./files/hello.patch; isExecutable = true; };
  patched = applyPatches { src = ./files; name = "p"; patches = [ ./files/hello.patch ]; };
  required = requireFile { name = "r"; sha256 = "0000000000000000000000000000000000000000000000000000"; message = "buy it"; };
}
