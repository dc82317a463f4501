# A timer written out, and the service that it names.
{ pkgs, ... }:
{
  systemd.timers.collect = {
    description = "Collect every quarter of an hour";
    wantedBy = [ "timers.target" ];
    partOf = [ "collect.service" ];
    timerConfig = {
      OnBootSec = "5min";
      OnUnitActiveSec = [ "15min" "1h" ];
      AccuracySec = "1us";
      Unit = "collect-now.service";
    };
  };
  systemd.services.collect-now.serviceConfig.ExecStart = "${pkgs.hello}/bin/hello";
}
