# Names that are escaped in a script's file name.
{
  systemd.services."getty@tty1".preStart = "true";
  systemd.services."mount-a\\x2db" = {
    script = "true";
    reload = "true";
  };
  systemd.services."with space:colon".script = "true";
}
