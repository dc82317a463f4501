# Values that need quoting, that are packages or paths, and that are taken away.
{ pkgs, ... }:
{
  systemd.services.environment = {
    environment = {
      EMPTY = "";
      QUOTED = ''say "hello" and 'bye' '';
      BACKSLASH = "a\\b";
      PERCENT = "100%";
      LINES = "one\ntwo\ttabbed";
      UMLAUT = "Grüße ☃";
      PACKAGE = pkgs.hello;
      SCRIPT = pkgs.writeText "greeting.txt" "hello";
      TZDIR = null;
      ZZZ = "last";
    };
    serviceConfig.ExecStart = "${pkgs.coreutils}/bin/env";
  };
}
