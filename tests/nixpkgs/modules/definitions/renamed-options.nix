# Renamed options, aliases, module arguments, coerced values.
{ config, lib, pkgs, ... }:
{
  imports = [
    (lib.mkRenamedOptionModule [ "services" "old" "port" ] [ "services" "new" "port" ])
    (lib.mkAliasOptionModule [ "services" "alias" ] [ "services" "new" ])
    (lib.mkRemovedOptionModule [ "services" "gone" ] "use new")
    { _module.args.myArg = "from-arg"; }
    ({ myArg, ... }: { systemd.services.n.description = myArg; })
    ({ lib, ... }: {
      key = "k";
      options.services.new = {
        port = lib.mkOption { type = lib.types.int; apply = port: port + 1; };
        tags = lib.mkOption {
          type = with lib.types; coercedTo str lib.singleton (listOf str);
          default = "x";
        };
      };
    })
  ];
  services.alias.port = 41;
  systemd.services.n = {
    environment.PORT = toString config.services.new.port;
    environment.TAGS = lib.concatStringsSep "," config.services.new.tags;
    script = "x";
  };
}
