# Socket activation with a template.
{ pkgs, ... }:
{
  systemd.sockets.echo = {
    description = "Echo";
    wantedBy = [ "sockets.target" ];
    listenStreams = [ "127.0.0.1:7" "[::1]:7" "/run/echo.sock" ];
    socketConfig = {
      Accept = true;
      MaxConnections = 64;
      SocketMode = "0660";
    };
  };
  systemd.services."echo@" = {
    description = "Echo for one connection";
    serviceConfig = {
      ExecStart = "-${pkgs.coreutils}/bin/cat";
      StandardInput = "socket";
    };
  };
}
