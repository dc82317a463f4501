# Restarts when a file in /etc changes, or something that is built.
{ config, pkgs, ... }:
{
  environment.etc."triggers/service.conf".text = ''
    level = 3
  '';
  environment.etc.triggers-source.source = pkgs.writeText "triggers" "content";
  systemd.services.triggers = {
    restartTriggers = [
      config.environment.etc."triggers/service.conf".source
      config.environment.etc.triggers-source.source
      pkgs.hello
      "version 2"
    ];
    serviceConfig.ExecStart = "${pkgs.hello}/bin/hello";
  };
}
