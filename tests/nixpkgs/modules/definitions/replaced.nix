# Search path and environment replaced; lists, null and other values in settings; one unit that takes from another.
{ lib, pkgs, config, ... }:
let
  inherit (config.systemd.services) e;
in
{
  systemd.services.e = {
    environment = lib.mkForce { A = "1"; };
    path = lib.mkForce [ pkgs.coreutils ];
    serviceConfig = {
      Type = "notify";
      Restart = "on-abnormal";
      MemoryMax = null;
      CPUWeight = 1.5;
      Foo = false;
      Bar = [ 1 "two" pkgs.hello ];
      EnvironmentFile = [ "-/etc/default/e" /etc/e.env ];
      ExecStart = "@${pkgs.hello}/bin/hello hello";
    };
    unitConfig = {
      ConditionPathExists = [ "/a" "!/b" ];
      DefaultDependencies = "no";
      X = true;
    };
  };
  systemd.services.f = {
    inherit (e) description;
    environment.P = lib.mkForce "x";
    serviceConfig.ExecStart = e.serviceConfig.ExecStart;
    wantedBy = lib.mkForce [ ];
    requiredBy = [ "e.service" ];
    aliases = [ "ff.service" "fff.service" ];
  };
}
