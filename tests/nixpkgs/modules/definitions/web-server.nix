# A daemon with relations to other units and a restricted view of the machine.
{ pkgs, ... }:
{
  systemd.services.web = {
    description = "Web server";
    documentation = [ "man:nginx(8)" "https://nginx.org/en/docs/" ];
    wantedBy = [ "multi-user.target" ];
    wants = [ "network-online.target" ];
    after = [ "network-online.target" "nss-lookup.target" ];
    serviceConfig = {
      ExecStart = "${pkgs.nginx}/bin/nginx -c /etc/web/nginx.conf -g 'daemon off;'";
      ExecReload = [
        "${pkgs.nginx}/bin/nginx -c /etc/web/nginx.conf -t"
        "${pkgs.coreutils}/bin/kill -HUP $MAINPID"
      ];
      Restart = "always";
      RestartSec = "10s";
      StartLimitBurst = 5;
      PrivateTmp = true;
      ProtectHome = true;
      ProtectSystem = "strict";
      NoNewPrivileges = false;
      CapabilityBoundingSet = [ "CAP_NET_BIND_SERVICE" "CAP_SETUID" "CAP_SETGID" ];
    };
  };
}
