# Units of the users' own service managers.
{ pkgs, ... }:
{
  systemd.user.services.notes = {
    wantedBy = [ "default.target" ];
    script = "${pkgs.hello}/bin/hello";
    startAt = "daily";
  };
  systemd.user.services.masked = {
    enable = false;
    script = "x";
    startAt = "weekly";
  };
  systemd.services.masked = {
    enable = false;
    script = "x";
    startAt = "weekly";
  };
  systemd.user.sockets.notes.listenStreams = [ "%t/notes.sock" ];
}
