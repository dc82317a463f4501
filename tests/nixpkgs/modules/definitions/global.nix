# Variables of every service, which a service can change, and no locales.
{ pkgs, ... }:
{
  i18n.supportedLocales = [ ];
  systemd.globalEnvironment = {
    EDITOR = "${pkgs.nano}/bin/nano";
    LANG = "C.UTF-8";
  };
  systemd.services.global-kept.script = "env";
  systemd.services.global-changed = {
    environment.LANG = "de_DE.UTF-8";
    environment.EDITOR = null;
    script = "env";
  };
}
