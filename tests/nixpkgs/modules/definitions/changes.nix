# What happens to a unit when the configuration is switched.
{ pkgs, ... }:
let
  start = { serviceConfig.ExecStart = "${pkgs.hello}/bin/hello"; };
in
{
  systemd.services = {
    kept = start // { restartIfChanged = false; };
    reloaded = start // { reloadIfChanged = true; };
    reloaded-not-restarted = start // { reloadIfChanged = true; restartIfChanged = false; };
    restarted-at-once = start // { stopIfChanged = false; };
    kept-at-once = start // { restartIfChanged = false; stopIfChanged = false; };
  };
}
