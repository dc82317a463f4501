# The modules that make up a configuration, beside the user's own.
[
  ./assertions.nix
  ./environment.nix
  ./nixpkgs.nix
  ./railcar.nix
  ./system.nix
  ./systemd.nix
  ./users.nix
]
