# A path unit.
{
  systemd.paths.watch = {
    wantedBy = [ "paths.target" ];
    pathConfig = {
      PathChanged = [ "/etc/watched.conf" "/etc/watched.d" ];
      MakeDirectory = true;
      Unit = "watched.service";
    };
  };
}
