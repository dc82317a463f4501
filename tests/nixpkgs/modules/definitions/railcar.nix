# The post's configuration.
{ pkgs, ... }:
{
  services.railcar = {
    enable = true;
    containers = {
      "hello" = {
        cmd = ''
          ${pkgs.hello}/bin/hello -g "Hello railcar!"
        '';
      };
    };
  };
}
