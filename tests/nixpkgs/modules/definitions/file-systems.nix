# Mounts and automounts, named by where they mount.
{
  systemd.mounts = [
    {
      what = "server:/export/home";
      where = "/srv/home dirs/nfs-4";
      type = "nfs";
      options = "rw,noatime";
      mountConfig.TimeoutSec = 30;
      wantedBy = [ "remote-fs.target" ];
    }
    {
      what = "tmpfs";
      where = "/run/scratch";
      before = [ "scratch-user.service" ];
    }
  ];
  systemd.automounts = [
    {
      where = "/srv/home dirs/nfs-4";
      automountConfig.TimeoutIdleSec = "10min";
    }
  ];
}
