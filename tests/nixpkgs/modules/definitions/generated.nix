# Many units of one shape.
{ lib, pkgs, ... }:
{
  systemd.services = lib.mapAttrs' (
    name: port:
    lib.nameValuePair "worker-${name}" {
      description = "Worker ${name}";
      wantedBy = [ "multi-user.target" ];
      after = map (other: "worker-${other}.service") (lib.remove name [ "a" "b" ]);
      environment.PORT = toString port;
      serviceConfig = {
        ExecStart = "${pkgs.python3}/bin/python3 -m http.server ${toString port}";
        DynamicUser = true;
        Restart = "on-failure";
      };
    }
  ) { a = 8001; b = 8002; c = 8003; };
}
