# Units that take their account and folders from elsewhere in the configuration.
{ config, pkgs, ... }:
{
  users.users.mailer = {
    isSystemUser = true;
    home = "/var/lib/mailer";
    group = "mail-senders";
    uid = 451;
  };
  users.groups.mail-senders = { };
  users.users.alice.isNormalUser = true;
  time.timeZone = "Europe/Berlin";
  system.stateVersion = "20.03";
  systemd.tmpfiles.rules = [ "d ${config.users.users.mailer.home} 0750 mailer mail-senders -" ];
  systemd.services.mailer = {
    environment = {
      HOME = config.users.users.mailer.home;
      TZ = config.time.timeZone;
      STATE = config.system.stateVersion;
      WHO = config.users.users.alice.home + config.users.users.alice.group;
    };
    serviceConfig = {
      User = config.users.users.mailer.name;
      Group = config.users.users.mailer.group;
      ExecStart = pkgs.writeShellScript "mailer" "exec sleep 1";
    };
  };
}
