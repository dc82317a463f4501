# What `import <nixpkgs/nixos>` is where no nixpkgs is named: a configuration of pyoci's own modules.
{
  configuration ? <nixos-config>,
  system ? builtins.currentSystem,
}:
{
  inherit
    (import ./lib/eval-config.nix {
      inherit system;
      modules = [ configuration ];
    })
    config
    options
    pkgs
    ;
}
