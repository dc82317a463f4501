# services.railcar: containers (ociTools.buildContainer) that systemd starts.
#
# The options are those of NixOS's module and, where the flavour of ociTools honours them, the
# further ones that buildContainer takes. With nixpkgs' own ociTools the units are nixpkgs' own too.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkDefault mkOption types;
  cfg = config.services.railcar;

  # nixpkgs' ociTools says nothing of a flavour.
  own = (pkgs.ociTools.flavour or "nixpkgs") == "pyoci";

  inherit (import ./systemd-options.nix { inherit lib; }) serviceValues;

  # Runtimes, and how each is told to run the bundle `bundle` under `name`.
  runtimes = {
    railcar = program: name: bundle: "${program} -r ${cfg.stateDir} run ${name} -b ${bundle}";
    crun = oci;
    runc = oci;
  };
  oci = program: name: bundle: "${program} --root ${cfg.stateDir} run --bundle ${bundle} ${name}";

  mount = [
    {
      options = {
        source = mkOption {
          type = types.str;
          example = "/var/lib/data";
          description = "What is mounted: for a bind mount, a file or folder of the host.";
        };

        type = mkOption {
          type = types.str;
          default = "none";
          description = "Type of the file system, as in /proc/filesystems; \"none\" for a bind mount.";
        };

        options = mkOption {
          type = types.listOf types.str;
          description = "Mount options, as in mount(8); by default [ \"bind\" ] for a bind mount.";
        };
      };
    }
    (
      { config, ... }:
      {
        config.options = lib.mkOptionDefault (lib.optional (config.type == "none" || config.type == "bind") "bind");
      }
    )
  ];

  # A submodule takes a string for a file with a module in it; here it is a source, or a script, without its name.
  setOf =
    module: description:
    types.addCheck (types.submodule module) (value: !builtins.isString value)
    // {
      inherit description;
      # An option whose type has modules gets the type made anew from them, without the check.
      getSubModules = null;
    };
  mountType = setOf mount "set like { source = \"/path/on/the/host\"; }";
  containerType = setOf container "set like { cmd = \"…\"; }";

  container = {
    options = {
      cmd = mkOption {
        type = types.lines;
        example = "\${pkgs.hello}/bin/hello";
        description = "Shell script that the container runs.";
      };

      runType = mkOption {
        type = types.enum serviceValues.Type;
        default = "oneshot";
        description = "Type= of the service (systemd.service(5)).";
      };

      restart = mkOption {
        type = types.nullOr (types.enum serviceValues.Restart);
        default = if own then "on-failure" else null;
        description = "When systemd starts the container again (Restart=); null leaves it to systemd.";
      };

      mounts = mkOption {
        type = types.attrsOf mountType;
        default = { };
        example = {
          "/data".source = "/var/lib/data";
        };
        description = "Mounts, by their place inside the container.";
      };

      os = mkOption {
        type = types.str;
        default = "linux";
        description = "Operating system that the container is for.";
      };

      arch = mkOption {
        type = types.str;
        default = "x86_64";
        description = "Processor architecture that the container is for.";
      };

      readonly = mkOption {
        type = types.bool;
        default = false;
        description = "Whether the root file system is read-only.";
      };

      uid = mkOption {
        type = types.int;
        default = 0;
        description = "User that the process runs as, inside the container.";
      };

      gid = mkOption {
        type = types.int;
        default = 0;
        description = "Group that the process runs as, inside the container.";
      };

      env = mkOption {
        type = types.attrsOf types.str;
        default = { };
        description = "Environment variables of the process.";
      };

      hostname = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "Host name inside the container; null leaves the host's.";
      };

      namespaces = mkOption {
        type = types.listOf (types.either types.str (types.attrsOf types.str));
        default = [
          "pid"
          "network"
          "mount"
          "ipc"
          "uts"
        ];
        description = "Namespaces of the container's own: kinds, or { type, path } of one to join.";
      };

      extraConfig = mkOption {
        type = types.attrs;
        default = { };
        example = {
          process.cwd = "/srv";
        };
        description = "Merged into config.json (OCI runtime specification).";
      };
    };
  };

  # As nixpkgs' module has it, the rest has no effect there.
  honoured = [
    "arch"
    "env"
    "extraConfig"
    "gid"
    "hostname"
    "mounts"
    "namespaces"
    "os"
    "readonly"
    "uid"
  ];

  build =
    name: definition:
    let
      arguments = {
        args = [ (pkgs.writeShellScript "run.sh" definition.cmd).outPath ];
      };
    in
    if own then
      pkgs.ociTools.containerFor {
        where = "services.railcar";
        within = "containers.${name}.";
      } (arguments // lib.genAttrs honoured (option: definition.${option}))
    else
      pkgs.ociTools.buildContainer arguments;

  service = name: definition: {
    name = "railcar-${name}";
    value = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig = {
        Type = definition.runType;
        # With the line end that NixOS's unit has.
        ExecStart = "${
          runtimes.${cfg.runtime} "${cfg.package}/bin/${cfg.runtime}" name config.pyoci.containers.${name}
        }\n";
      }
      // lib.optionalAttrs (definition.restart != null) { Restart = definition.restart; };
    };
  };
in
{
  options.services.railcar = {
    enable = lib.mkEnableOption "containers that systemd starts";

    containers = mkOption {
      type = types.attrsOf containerType;
      default = { };
      description = "The containers, by name.";
    };

    stateDir = mkOption {
      type = types.path;
      default = "/var/railcar";
      description = "Folder in which the runtime keeps the state of running containers.";
    };

    runtime = mkOption {
      type = types.enum (builtins.attrNames runtimes);
      default = "railcar";
      description = "The program that runs containers.";
    };

    package = mkOption {
      type = types.package;
      default = pkgs.${cfg.runtime};
      description = "The package with the runtime.";
    };
  };

  options.pyoci.containers = mkOption {
    type = types.attrsOf types.package;
    default = { };
    internal = true;
    description = "Containers of the configuration, by name.";
  };

  config = lib.mkMerge [
    (lib.mkIf cfg.enable {
      pyoci.containers = lib.mapAttrs build cfg.containers;
      systemd.services = lib.mapAttrs' service cfg.containers;
    })
    {
      warnings = lib.optional (!cfg.enable && cfg.containers != { }) (
        "services.railcar.containers is set, but services.railcar.enable is not: no units come of it"
      );
    }
  ];
}
