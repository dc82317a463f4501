# A module with options of its own, and a service that follows them.
{ config, lib, pkgs, ... }:
with lib;
let cfg = config.services.myapp; in
{
  options.services.myapp = {
    enable = mkEnableOption "my app";
    port = mkOption { type = types.port; default = 8080; description = "port"; };
    settings = mkOption { type = types.attrsOf (types.oneOf [ types.str types.int types.bool ]); default = { }; };
    extraArgs = mkOption { type = types.listOf types.str; default = [ ]; };
    package = mkOption { type = types.package; default = pkgs.hello; };
    user = mkOption { type = types.str; default = "myapp"; };
  };
  config = mkMerge [
    {
      services.myapp = {
        enable = true;
        port = mkForce 9000;
        settings = { debug = true; name = "x y"; };
        extraArgs = [ "--a b" "c d" ];
      };
    }
    (mkIf cfg.enable {
      users.users.${cfg.user} = { isSystemUser = true; group = cfg.user; home = "/var/lib/myapp"; createHome = true; };
      users.groups.${cfg.user} = { };
      environment.systemPackages = [ cfg.package ];
      environment.etc."myapp/config.ini".text = generators.toINI { } { main = cfg.settings; };
      systemd.tmpfiles.rules = [ "d /var/lib/myapp 0750 ${cfg.user} ${cfg.user} - -" ];
      systemd.services.myapp = {
        description = "My app on ${toString cfg.port}";
        after = [ "network.target" ]; wantedBy = [ "multi-user.target" ];
        path = [ pkgs.git cfg.package ];
        environment = { PORT = toString cfg.port; HOME = "/var/lib/myapp"; LOG = mkDefault "info"; };
        preStart = ''
          mkdir -p /var/lib/myapp/data
          ${optionalString (cfg.settings.debug or false) "set -x"}
        '';
        serviceConfig = {
          ExecStart = "${cfg.package}/bin/hello ${escapeShellArgs cfg.extraArgs}";
          User = cfg.user; Group = cfg.user; Restart = "always"; RestartSec = 5;
          ProtectSystem = "strict"; PrivateTmp = true; NoNewPrivileges = true;
          ReadWritePaths = [ "/var/lib/myapp" "/run/myapp" ];
          AmbientCapabilities = mkIf (cfg.port < 1024) [ "CAP_NET_BIND_SERVICE" ];
        };
      };
    })
  ];
}
