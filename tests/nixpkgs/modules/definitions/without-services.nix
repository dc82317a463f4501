# Units that are no services, with lists in their settings.
{
  systemd.sockets.d = {
    description = "d";
    listenStreams = [ ];
    socketConfig = { ListenDatagram = "514"; ListenStream = [ "1" "2" ]; BindIPv6Only = "both"; };
    wantedBy = [ "sockets.target" ];
    before = [ "d.service" ];
  };
  systemd.timers.t = {
    enable = false;
    timerConfig = { OnCalendar = [ "Mon" "Tue" ]; AccuracySec = "1us"; WakeSystem = true; };
    partOf = [ "t.service" ];
  };
  systemd.paths.p.pathConfig = { PathExistsGlob = "/x/*"; MakeDirectory = true; };
  systemd.slices."system-foo".sliceConfig.CPUQuota = "50%";
  systemd.targets.g = {
    wants = [ "a.service" "b.service" ];
    after = [ "c.service" ];
    requiredBy = [ "multi-user.target" ];
    onFailure = [ "x.service" ];
  };
  systemd.units."my.target" = { text = "[Unit]\n"; wantedBy = [ "default.target" ]; };
  systemd.mounts = [
    {
      what = "//nas/x";
      where = "/mnt/x-y/z";
      type = "cifs";
      mountConfig = { Options = "ro"; TimeoutSec = 5; DirectoryMode = "0755"; };
      unitConfig.X = 1;
    }
  ];
}
