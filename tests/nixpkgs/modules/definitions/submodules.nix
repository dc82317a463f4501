# Options that are sets of submodules, and the services made of them.
{ config, lib, ... }:
with lib;
{
  options.chores = mkOption {
    default = { };
    type = types.attrsOf (types.submodule ({ name, config, ... }: {
      options = {
        command = mkOption { type = types.either types.str (types.listOf types.str); };
        every = mkOption { type = types.nullOr types.str; default = null; };
        environment = mkOption { type = types.attrsOf types.str; default = { NAME = name; }; };
        title = mkOption { type = types.str; readOnly = true; default = "${name}: ${toString config.command}"; };
      };
    }));
  };

  config.chores = {
    one.command = "date";
    two = { command = [ "/opt/my tool/run" "it's" ]; every = "daily"; environment.K = "v"; };
  };

  config.systemd.services = mapAttrs (_: job: {
    description = job.title;
    inherit (job) environment;
    script = if isList job.command then escapeShellArgs job.command else job.command;
  } // optionalAttrs (job.every != null) { startAt = job.every; }) config.chores;
}
