# What nixpkgs' module takes beside cmd; it has no effect there except runType, stateDir and package.
{ pkgs, ... }:
{
  services.railcar = {
    enable = true;
    stateDir = "/run/containers";
    package = pkgs.hello;
    containers.long-running = {
      cmd = "exec ${pkgs.redis}/bin/redis-server";
      runType = "simple";
      os = "linux";
      arch = "aarch64";
      mounts."/data".source = "/var/lib/redis";
    };
    containers.second.cmd = "sleep 1";
  };
  systemd.services.railcar-second.after = [ "railcar-long-running.service" ];
}
