# startAt as a list; no timer for a service that is masked.
{
  systemd.services.several-times = {
    startAt = [ "Mon 08:00" "Thu 20:00" ];
    script = "echo now";
  };
  systemd.services.masked = {
    enable = false;
    startAt = "hourly";
    script = "echo never";
  };
}
