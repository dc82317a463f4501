# Puts pyoci's ociTools and its services.railcar into a real NixOS: a module.
{
  disabledModules = [ "virtualisation/railcar.nix" ];
  imports = [ ./railcar.nix ];
  nixpkgs.overlays = [ (import ../oci-overlay.nix) ];
}
