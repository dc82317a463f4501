# Definitions of one unit in several modules: lists add up, priorities decide, order is kept.
{ config, lib, pkgs, ... }:
{
  imports = [
    {
      systemd.services.priorities = {
        description = lib.mkDefault "From a default";
        wantedBy = [ "imported.target" ];
        path = lib.mkBefore [ pkgs.jq ];
        serviceConfig = {
          Nice = lib.mkDefault 10;
          ExecStartPre = [ "${pkgs.coreutils}/bin/true imported" ];
          User = "imported";
        };
        script = lib.mkAfter "echo imported";
      };
    }
    ({ pkgs, ... }: {
      systemd.services.priorities.environment = lib.mkIf (config.networking.hostName == "priorities") {
        HOST = config.networking.hostName;
      };
      systemd.services.absent = lib.mkIf false { script = "never"; };
    })
  ];
  networking.hostName = "priorities";
  systemd.services.priorities = {
    description = "From the file itself";
    wantedBy = lib.mkForce [ "multi-user.target" ];
    path = [ pkgs.curl ];
    environment.PATH = lib.mkForce "/bin";
    serviceConfig = lib.mkMerge [
      { ExecStartPre = [ "${pkgs.coreutils}/bin/true own" ]; }
      { Nice = 5; User = lib.mkForce "own"; }
      (lib.mkIf true { Group = "own"; })
    ];
    script = "echo own";
  };
}
