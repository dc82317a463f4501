# systemd.*: units, under NixOS's option names and with the text that NixOS gives them.
#
# The kinds (systemd.services, systemd.timers, …) become systemd.units, where each unit is a text
# and the places that it is hooked into.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (builtins) attrNames concatLists listToAttrs;
  inherit (lib) mkOption types;
  cfg = config.systemd;

  parts = import ./systemd-options.nix { inherit lib; };
  kinds = import ./systemd-kinds.nix {
    inherit lib pkgs;
    systemd = cfg.package;
    inherit (cfg) globalEnvironment;
  };
  inherit (import ./systemd-text.nix { inherit lib; }) unitNameOf;

  # ---- Options ----

  # Units that are named by their attribute, and those that are named by where they mount.
  named = {
    paths = "path";
    services = "service";
    slices = "slice";
    sockets = "socket";
    targets = "target";
    timers = "timer";
  };
  placed = {
    automounts = "automount";
    mounts = "mount";
  };

  namedOptions = lib.mapAttrs (
    _: kind:
    mkOption {
      type = types.attrsOf kinds.${kind}.submodule;
      default = { };
      description = "Units of the kind ${kind}, by name without suffix.";
    }
  ) named;

  placedOptions = lib.mapAttrs (
    _: kind:
    mkOption {
      type = types.listOf kinds.${kind}.submodule;
      default = [ ];
      description = "Units of the kind ${kind}; their names follow from where they mount.";
    }
  ) placed;

  units = mkOption {
    type = types.attrsOf (
      types.submodule {
        options = parts.placement // {
          text = mkOption {
            type = types.nullOr types.str;
            default = null;
            description = "The unit file.";
          };
        };
      }
    );
    default = { };
    description = "Unit files, by their whole name.";
  };

  # ---- From kinds to units ----

  unit = where: kind: definition: {
    inherit (definition)
      aliases
      enable
      requiredBy
      wantedBy
      ;
    text = kinds.${kind}.text where definition;
  };

  # `prefix` is the option that `defined` is the value of.
  unitsOf =
    prefix: defined:
    let
      ofNamed =
        option: kind:
        map (name: {
          name = "${name}.${kind}";
          value = unit "${prefix}.${option}.${name}" kind defined.${option}.${name};
        }) (attrNames defined.${option});

      ofPlaced =
        option: kind:
        map (definition: {
          name = "${unitNameOf definition.where}.${kind}";
          value = unit "${prefix}.${option}.\"${definition.where}\"" kind definition;
        }) (defined.${option} or [ ]);
    in
    listToAttrs (concatLists (lib.mapAttrsToList ofNamed named ++ lib.mapAttrsToList ofPlaced placed));

  # `startAt` of a service is a timer of its name. NixOS makes those of users' services whether these are enabled or not.
  timersOf =
    services:
    lib.mapAttrs (_: service: {
      wantedBy = [ "timers.target" ];
      timerConfig.OnCalendar = service.startAt;
    }) (lib.filterAttrs (_: service: service.startAt != [ ]) services);
  enabled = lib.filterAttrs (_: service: service.enable);

  # systemd refuses these only when the unit is loaded.
  contradiction =
    name: service:
    let
      type = service.serviceConfig.Type or "simple";
      restart = service.serviceConfig.Restart or "no";
    in
    lib.optional (type == "oneshot" && (restart == "always" || restart == "on-success"))
      "systemd.services.${name}: Restart=${restart} is not for Type=oneshot; systemd will refuse the unit";
in
{
  options.systemd =
    namedOptions
    // placedOptions
    // {
      inherit units;

      user = namedOptions // {
        inherit units;
      };

      package = mkOption {
        type = types.package;
        default = pkgs.systemd;
        description = "The package with systemd itself.";
      };

      packages = mkOption {
        type = types.listOf types.package;
        default = [ ];
        description = "Packages that bring units of their own.";
      };

      globalEnvironment = parts.variables "Environment variables of every service.";

      tmpfiles = {
        rules = mkOption {
          type = types.listOf types.str;
          default = [ ];
          example = [ "d /var/lib/data 0750 root root -" ];
          description = "Lines of tmpfiles.d(5).";
        };

        packages = mkOption {
          type = types.listOf types.package;
          default = [ ];
          description = "Packages that bring files in lib/tmpfiles.d.";
        };
      };
    };

  config = {
    systemd = {
      units = unitsOf "systemd" cfg;
      timers = timersOf (enabled cfg.services);

      user.units = unitsOf "systemd.user" cfg.user;
      user.timers = timersOf cfg.user.services;
    };

    environment.etc."tmpfiles.d/00-nixos.conf" = lib.mkIf (cfg.tmpfiles.rules != [ ]) {
      text = lib.concatMapStrings (rule: "${rule}\n") cfg.tmpfiles.rules;
    };

    warnings = concatLists (lib.mapAttrsToList contradiction cfg.services);
  };
}
