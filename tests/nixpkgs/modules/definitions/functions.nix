# Services that a function makes.
{ pkgs, lib, ... }:
with lib;
let
  webApp = name: { port, domain ? "${name}.example.org", extra ? { } }: {
    "web-${name}" = recursiveUpdate {
      description = "Web app ${toUpper (substring 0 1 name)}${substring 1 100 name}";
      environment = { inherit domain; PORT = builtins.toString port; };
      serviceConfig.DynamicUser = true;
      serviceConfig.ExecStart =
        "${pkgs.nodejs}/bin/node ${pkgs.writeText "app-${name}.js" "console.log(${builtins.toJSON { inherit name port; }})"}";
      wantedBy = [ "multi-user.target" ];
    } extra;
  };
in
{
  systemd.services = foldl' (a: b: a // b) { } [
    (webApp "blog" { port = 3000; })
    (webApp "shop" { port = 3001; domain = "shop.io"; extra.serviceConfig.MemoryMax = "1G"; })
  ];
}
