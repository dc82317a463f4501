# The same unit from several modules, with priorities and conditions.
{ pkgs, lib, config, ... }:
{
  imports = [
    { systemd.services.a.environment.X = "1"; }
    ({ lib, ... }: { systemd.services.a.environment.Y = lib.mkForce "z"; })
  ];
  systemd.services = {
    a = {
      environment = {
        Y = "no";
        Z = null;
        P = pkgs.hello;
        Q = "with \"quotes\" and $dollar %percent \\ back";
      };
      serviceConfig.ExecStart = [ "" "${pkgs.hello}/bin/hello" ];
    };
    b = lib.mkMerge [
      { serviceConfig.ExecStart = lib.mkDefault "x"; before = [ "c.service" ]; }
      (lib.mkIf (config.networking.hostName == "nixos") {
        serviceConfig.ExecStart = "y";
        before = lib.mkBefore [ "first.service" ];
      })
    ];
    c = {
      enable = false;
      serviceConfig.ExecStart = "n";
    };
  };
}
