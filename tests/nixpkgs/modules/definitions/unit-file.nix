# A unit as a text, and one that is masked.
{
  systemd.units."static.target" = {
    text = ''
      [Unit]
      Description=Written by hand
    '';
    wantedBy = [ "multi-user.target" ];
  };
  systemd.units."masked.socket".enable = false;
  systemd.targets.masked-too.enable = false;
}
