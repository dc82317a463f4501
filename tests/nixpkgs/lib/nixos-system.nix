# The derivation of a NixOS system, by the modules and packages of a nixpkgs tree of 2020, and by its lib or by ours.
{ tree, ours ? null }:
let
  theirs = import (tree + "/lib");
  # Functions that nixpkgs has changed since then, and what it knows by name.
  former = {
    inherit (theirs)
      chooseDevOutputs escapeShellArg escapeShellArgs getBin getDev getLib getMan getOutput licenses maintainers
      makeBinPath makeLibraryPath makeSearchPathOutput platforms systems teams trivial version;
  };
  extended = (import ours).extend (_final: previous: former // {
    strings = previous.strings // {
      inherit (former) escapeShellArg escapeShellArgs makeBinPath makeLibraryPath makeSearchPathOutput;
    };
    attrsets = previous.attrsets // { inherit (former) getBin getDev getLib getMan getOutput; };
  });
  configuration = {
    boot.loader.grub.device = "/dev/sda";
    documentation.nixos.enable = false;
    fileSystems."/" = { device = "/dev/sda1"; fsType = "ext4"; };
    networking.firewall.allowedTCPPorts = [ 80 443 ];
    security.acme = { acceptTerms = true; email = "someone@example.org"; };
    services.openssh.enable = true;
    services.postgresql.enable = true;
    services.nginx = {
      enable = true;
      virtualHosts."example.org" = { enableACME = true; forceSSL = true; locations."/".root = "/srv"; };
    };
    users.users.someone = { isNormalUser = true; extraGroups = [ "wheel" ]; };
  };
  system = import (tree + "/nixos/lib/eval-config.nix") {
    lib = if ours == null then theirs else extended;
    system = "x86_64-linux";
    modules = [ configuration ];
  };
in
system.config.system.build.toplevel.drvPath
