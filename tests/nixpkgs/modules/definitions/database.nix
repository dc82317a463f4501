# Every script that a service can have, one with arguments.
{ pkgs, ... }:
{
  systemd.services.database = {
    wantedBy = [ "multi-user.target" ];
    path = [ pkgs.postgresql ];
    environment.PGDATA = "/var/lib/database";
    preStart = ''
      if ! test -e "$PGDATA/PG_VERSION"; then
        initdb
      fi
    '';
    script = ''
      exec postgres "$@"
    '';
    scriptArgs = "-p 5432 %i";
    postStart = "while ! psql -d postgres -c ''; do sleep 0.1; done";
    reload = "pg_ctl reload";
    preStop = "pg_ctl stop -m fast";
    postStop = ''
      rm -f /run/database.ready
    '';
    serviceConfig = {
      User = "database";
      Type = "notify";
      TimeoutSec = 120;
    };
  };
}
