# A job that a timer of the same name starts, made by startAt.
{ pkgs, ... }:
{
  systemd.services.backup = {
    description = "Nightly backup";
    startAt = "*-*-* 03:15:00";
    path = [ pkgs.gnutar pkgs.gzip ];
    script = ''
      tar cz /var/lib/data > /var/backup/data.tar.gz
    '';
    serviceConfig.Type = "oneshot";
  };
  systemd.timers.backup.timerConfig = {
    Persistent = true;
    RandomizedDelaySec = "1h";
  };
}
