# stdenv.mkDerivation and what leads to it.
{ pkgs, lib }:
with pkgs;
let
  sha256 = "0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i";
  src = fetchurl { url = "mirror://gnu/hello/hello-2.10.tar.gz"; inherit sha256; };
  base = { pname = "h"; version = "1"; inherit src; };
in
{
  plain = stdenv.mkDerivation base;
  named = stdenv.mkDerivation { name = "h"; };
  noCC = stdenvNoCC.mkDerivation base;
  inputs = stdenv.mkDerivation (base // {
    buildInputs = [ openssl zlib (lib.getLib curl) null ];
    nativeBuildInputs = [ pkgconfig cmake ];
    propagatedBuildInputs = [ glib ];
    propagatedNativeBuildInputs = [ perl ];
    depsBuildBuild = [ hello ];
  });
  outputs = stdenv.mkDerivation (base // { outputs = [ "bin" "dev" "out" "man" ]; });
  checks = stdenv.mkDerivation (base // { doCheck = true; checkInputs = [ python3 ]; installCheckInputs = [ perl ]; });
  installChecks = stdenv.mkDerivation (base // { doInstallCheck = true; checkInputs = [ python3 ]; installCheckInputs = [ perl ]; });
  configure = stdenv.mkDerivation (base // { configureFlags = [ "--x" "--with=${zlib.dev}" ]; cmakeFlags = [ "-DX=1" ]; });
  configureText = stdenv.mkDerivation (base // { configureFlags = "--x --y"; });
  configurePlatforms = stdenv.mkDerivation (base // { configurePlatforms = [ "build" "target" ]; });
  hardeningOff = stdenv.mkDerivation (base // { hardeningDisable = [ "format" "fortify" ]; });
  hardeningNone = stdenv.mkDerivation (base // { hardeningDisable = [ "all" ]; });
  hardeningMore = stdenv.mkDerivation (base // { hardeningEnable = [ "pie" ]; hardeningDisable = [ "relro" ]; });
  debug = stdenv.mkDerivation (base // { separateDebugInfo = true; nativeBuildInputs = [ perl ]; });
  parallel = stdenv.mkDerivation (base // { enableParallelBuilding = true; });
  parallelUnchecked = stdenv.mkDerivation (base // { enableParallelBuilding = true; enableParallelChecking = false; });
  patches = stdenv.mkDerivation (base // { patches = [ ./files/hello.patch (fetchurl { url = "https://example.org/p"; inherit sha256; }) ]; });
  builder = stdenv.mkDerivation { name = "b"; builder = ./files/hello.patch; };
  builderText = stdenv.mkDerivation { name = "b"; builder = builtins.toFile "builder.sh" "source $stdenv/setup"; };
  arguments = stdenv.mkDerivation { name = "b"; realBuilder = "${bash}/bin/sh"; args = [ "-c" "exit ${hello}" ]; };
  phases = stdenv.mkDerivation (base // { phases = "unpackPhase installPhase"; installPhase = "mkdir $out"; dontStrip = true; });
  strict = stdenv.mkDerivation (base // { strictDeps = true; });
  hook = stdenv.mkDerivation (base // { userHook = "echo"; __ignoreNulls = false; nothing = null; });
  source = stdenv.mkDerivation { name = "s"; src = ./files; };
  meta = stdenv.mkDerivation (base // { meta = { description = "d"; license = lib.licenses.mit; mainProgram = "h"; }; });
  passthru = (stdenv.mkDerivation (base // { passthru.x = hello; })).x;
  requisites = stdenv.mkDerivation (base // { allowedReferences = [ "out" hello ]; disallowedRequisites = [ stdenv.cc ]; });
  changed = (stdenv.mkDerivation base).overrideAttrs (old: { pname = old.pname + "2"; buildInputs = [ zlib ]; });
  changedTwice = ((stdenv.mkDerivation base).overrideAttrs (_: { x = 1; })).overrideAttrs (old: { x = old.x + 1; });
  called = callPackage ({ stdenv, zlib, level ? 1 }: stdenv.mkDerivation { name = "c"; inherit level; buildInputs = [ zlib ]; }) { };
  calledWith = (callPackage ({ stdenv, zlib, level ? 1 }: stdenv.mkDerivation { name = "c"; inherit level; buildInputs = [ zlib ]; }) { level = 2; }).override { zlib = null; };
  calledDeep = (callPackage ({ stdenv, level ? 1 }: stdenv.mkDerivation { name = "c"; inherit level; }) { }).overrideDerivation (old: { level = old.level + 5; });
  shell = mkShell { };
  shellFull = mkShell { name = "s"; buildInputs = [ hello openssl ]; shellHook = "echo hi"; FOO = "bar"; };
  shellFrom = mkShell { inputsFrom = [ (stdenv.mkDerivation (base // { buildInputs = [ zlib ]; shellHook = "a"; })) ]; buildInputs = [ hello ]; shellHook = "b"; };
  raw = derivation { name = "r"; inherit (pkgs) system; builder = "${bash}/bin/bash"; args = [ "-c" "echo ${hello} > $out" ]; };
  compiler = stdenv.mkDerivation { name = "c"; cc = stdenv.cc; lib = stdenv.cc.cc.lib; inherit (stdenv) shell; };
}
