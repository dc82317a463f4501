# What `import <nixpkgs/nixos/lib/eval-config.nix>` is where no nixpkgs is named; see ../../modules/eval-config.nix.
#
#   pkgs         the package set that modules see; null: the one for `system`
#   extraArgs    further arguments of every module
#   specialArgs  the same, for those that decide imports
{
  system ? builtins.currentSystem,
  pkgs ? null,
  modules,
  extraArgs ? { },
  specialArgs ? { },
}:
let
  nixpkgs = import ../../.;
in
import ../../modules/eval-config.nix {
  inherit specialArgs;
  modules = modules ++ [ { _module.args = extraArgs; } ];
  pkgs = if pkgs == null then nixpkgs { inherit system; } else pkgs;
  packageSet = { config, overlays }: nixpkgs { inherit system config overlays; };
}
