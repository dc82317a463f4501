# Sockets and paths that start services, a target, a slice.
{ pkgs, ... }:
{
  systemd.sockets.echo = {
    wantedBy = [ "sockets.target" ];
    listenStreams = [ "7777" "/run/echo.sock" ];
    socketConfig = { Accept = true; SocketMode = "0600"; };
  };
  systemd.services."echo@".serviceConfig = { ExecStart = "${pkgs.coreutils}/bin/cat"; StandardInput = "socket"; };
  systemd.targets.mine = {
    description = "Mine";
    requires = [ "echo.socket" ];
    wantedBy = [ "multi-user.target" ];
    unitConfig.AllowIsolate = true;
  };
  systemd.paths.watched = { pathConfig.PathModified = "/etc/hosts"; wantedBy = [ "multi-user.target" ]; };
  systemd.services.watched = { serviceConfig.Type = "oneshot"; script = "touch /tmp/x"; };
  systemd.slices.big.sliceConfig = { MemoryMax = "2G"; CPUWeight = 50; };
}
