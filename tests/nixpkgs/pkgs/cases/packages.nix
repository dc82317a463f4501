# Packages of the index, by the text of a file that names them.
{ pkgs, lib }:
with pkgs;
let
  name = package: writeText "path" "${package}";
in
{
  direct = hello;
  several = writeText "paths" (lib.makeBinPath [ coreutils findutils gnugrep gnused systemd openssl ]);
  libraries = writeText "paths" (lib.makeLibraryPath [ openssl zlib stdenv.cc.cc ]);
  otherDerivation = name mesa.drivers;
  mesaOutputs = name mesa.osmesa;
  defaultOutput = name openssl;
  getBin = name (lib.getBin openssl);
  getDev = name (lib.getDev openssl);
  getLib = name (lib.getLib openssl);
  getMan = name (lib.getMan curl);
  getBinOfOutput = name (lib.getBin openssl.dev);
  locales = name glibcLocales;
  zones = name tzdata;
  discarded = writeText "drv" (builtins.unsafeDiscardOutputDependency hello.drvPath);
  priority = buildEnv { name = "e"; paths = [ (lib.hiPrio gcc) binutils ]; };
  python = name python3Packages.requests;
  pythonInputs = runCommand "p" { buildInputs = [ python3Packages.flask python3Packages.numpy ]; } "true";
  perl = name perlPackages.JSON;
  x = name xorg.xorgserver;
  xDevelopment = runCommand "p" { buildInputs = [ xorg.libX11 xorg.libXext ]; } "true";
  gnome = name gnome3.gedit;
  node = name nodePackages.npm;
  kernel = name linuxPackages.kernel;
  kernelModule = name linuxPackages.wireguard;
  vim = name vimPlugins.fugitive;
  qt = runCommand "p" { buildInputs = [ qt5.qtbase ]; } "true";
  metaChanged = name (lib.addMetaAttrs { description = "x"; } hello);
  overriddenMeta = name (hello.overrideAttrs (_: { meta = { }; }));
  all = writeText "all" (toString openssl.all);
  byName = name (builtins.getAttr "hello" pkgs);
}
