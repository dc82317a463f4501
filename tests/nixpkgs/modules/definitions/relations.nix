# All that the [Unit] section can say through options.
{ pkgs, ... }:
{
  systemd.services.relations = {
    description = "Relations";
    documentation = [ "man:systemd.unit(5)" ];
    requires = [ "a.service" ];
    requisite = [ "b.service" ];
    wants = [ "c.service" "d.service" ];
    bindsTo = [ "dev-sda.device" ];
    partOf = [ "e.target" ];
    conflicts = [ "f.service" ];
    before = [ "g.service" ];
    after = [ "h.service" "i.service" ];
    onFailure = [ "notify@%n.service" ];
    startLimitIntervalSec = 0;
    unitConfig = {
      ConditionPathExists = [ "/etc/one" "!/etc/two" ];
      RequiresMountsFor = "/var/lib/relations";
      DefaultDependencies = false;
    };
    aliases = [ "kin.service" ];
    serviceConfig.ExecStart = "${pkgs.hello}/bin/hello";
  };
}
