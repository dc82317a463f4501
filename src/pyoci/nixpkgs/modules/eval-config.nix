# Evaluates a NixOS-like configuration: the user's modules, on top of the ones in default.nix.
#
#   pkgs        the package set that modules see
#   lib         the library with the module system
#   modules     what the user wrote: sets of options, functions to such sets, or files with either
#   file        where the modules were written; named in the module system's messages
#   packageSet  { config, overlays } -> package set; for configurations that set `nixpkgs.*`
#   specialArgs further arguments of every module; may decide imports
#
# The result has what NixOS's has (config, options, pkgs), and
#   checked     config, or the error that lists its failed assertions, or that an option of the user's own has a wrong value
#   warnings    what the configuration warns of: [ string ]
#   containers  its containers by name: { name = derivation; }
{
  pkgs,
  lib ? pkgs.lib,
  modules,
  file ? null,
  packageSet ? (
    { config, overlays }:
    if config == { } then
      pkgs.appendOverlays overlays
    else
      throw "nixpkgs.config cannot be applied to a package set that is evaluated already"
  ),
  specialArgs ? { },
}:

let
  located = if file == null then modules else [ { _file = toString file; imports = modules; } ];

  evaluated = lib.evalModules {
    modules = import ./default.nix ++ located;
    specialArgs = {
      modulesPath = toString ./.;
      pyociPackages = {
        default = pkgs;
        inherit packageSet;
      };
    }
    // specialArgs;
  };

  inherit (evaluated) config options;

  # Nobody may ask for options that the user's own file declares, and a mistake there would go unnoticed.
  own = lib.filter (option: lib.elem (toString file) option.declarations && option.isDefined) (
    lib.collect lib.isOption options
  );
  inspected = lib.foldl' (done: option: builtins.seq option.value done) null own;

  failed = lib.filter (item: !item.assertion) config.assertions;
in
{
  inherit config options;
  inherit (evaluated._module.args) pkgs;
  inherit (config) warnings;

  checked =
    if failed == [ ] then
      builtins.seq inspected config
    else
      throw "Failed assertions:\n${lib.concatMapStringsSep "\n" (item: "- ${item.message}") failed}";

  containers = config.pyoci.containers;
}
