# The few properties of a whole system that a unit's text or a file meant for NixOS refers to.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types;
  all = locales: builtins.elem "all" locales;
in
{
  options = {
    networking.hostName = mkOption {
      # A DNS label (RFC 1035, 2.3.1), or nothing: DHCP decides. Underscores are let through, as in NixOS.
      type = types.strMatching "([[:alpha:]]([[:alnum:]_-]{0,61}[[:alnum:]])?)?";
      default = "nixos";
      description = "Name of the machine, without its domain.";
    };

    system.stateVersion = mkOption {
      type = types.str;
      default = "20.09";
      description = "The release whose defaults hold for data that exists already.";
    };

    system.build = mkOption {
      type = types.attrs;
      default = { };
      internal = true;
      description = "What is made of a configuration.";
    };

    time.timeZone = mkOption {
      type = types.nullOr (types.strMatching "[^ ]*");
      default = null;
      example = "Europe/Berlin";
      description = "Time zone of the machine; null is UTC.";
    };

    i18n = {
      defaultLocale = mkOption {
        type = types.str;
        default = "en_US.UTF-8";
        description = "Locale of messages, dates and sort order.";
      };

      supportedLocales = mkOption {
        type = types.listOf types.str;
        default = [ "all" ];
        example = [ "en_US.UTF-8/UTF-8" ];
        description = "Locales that are installed; \"all\" is every one that glibc knows.";
      };

      glibcLocales = mkOption {
        type = types.path;
        description = "Package with the locales.";
      };
    };
  };

  config = {
    # All locales is what the package holds by itself: no override, so that it is the indexed one.
    i18n.glibcLocales = lib.mkOptionDefault (
      if config.i18n.supportedLocales == [ "all" ] then
        pkgs.glibcLocales
      else
        pkgs.glibcLocales.override {
          allLocales = all config.i18n.supportedLocales;
          locales = config.i18n.supportedLocales;
        }
    );

    # Every service sees these, and is restarted when they change.
    systemd.globalEnvironment = {
      LOCALE_ARCHIVE = lib.mkIf (
        config.i18n.supportedLocales != [ ]
      ) "${config.i18n.glibcLocales}/lib/locale/locale-archive";
      TZDIR = "${pkgs.tzdata}/share/zoneinfo";
    };

    system.build.units = config.systemd.units;
  };
}
