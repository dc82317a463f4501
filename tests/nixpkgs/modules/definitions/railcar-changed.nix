# Units of containers, changed by the configuration.
{ lib, pkgs, config, ... }:
{
  services.railcar = {
    enable = lib.mkDefault true;
    stateDir = "/run/railcar";
    containers.a = {
      cmd = lib.mkDefault "x";
      mounts."/etc/ssl" = { source = "/etc/ssl"; type = "bind"; };
    };
    containers.b = lib.mkIf config.services.railcar.enable {
      cmd = lib.mkForce "y";
      runType = "simple";
    };
  };
  systemd.services.railcar-a = {
    after = [ "network.target" ];
    path = [ pkgs.iproute ];
    environment.X = "1";
    serviceConfig.Type = lib.mkForce "simple";
  };
}
