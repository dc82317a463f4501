# Options of units, as NixOS names them, in parts that systemd-kinds.nix puts together.
{ lib }:

let
  inherit (lib) mkOption types;

  flag = default: description: mkOption {
    type = types.bool;
    inherit default description;
  };
  line = description: mkOption {
    type = types.str;
    inherit description;
  };
  lineOrNone = description: line description // { default = ""; };
  list = description: mkOption {
    type = types.listOf types.str;
    default = [ ];
    inherit description;
  };
  script = description: mkOption {
    type = types.lines;
    default = "";
    inherit description;
  };

  # Lists add up; anything else may be said once, or twice the same.
  setting = lib.mkOptionType {
    name = "systemd option";
    merge =
      location: definitions:
      let
        effective = lib.filterOverrides definitions;
        values = map (definition: definition.value) effective;
      in
      if builtins.isList (builtins.head values) then
        builtins.concatLists values
      else
        lib.mergeEqualOption location effective;
  };

  settings = section: manual: mkOption {
    type = types.attrsOf setting;
    default = { };
    description = "The [${section}] section: names and values as in ${manual}.";
  };
in
rec {
  inherit settings;

  # Environment variables; null takes a variable away.
  variables = description: mkOption {
    type = types.attrsOf (
      types.nullOr (
        types.oneOf [
          types.str
          types.path
          types.package
        ]
      )
    );
    default = { };
    inherit description;
  };

  # How a unit is hooked into others, whatever its text says.
  placement = {
    enable = flag true "If false, the unit is masked: a link to /dev/null.";
    aliases = list "Further names of the unit.";
    wantedBy = list "Units that start this one along with them.";
    requiredBy = list "Units that start this one along with them, and fail with it.";
  };

  # What some settings of [Service] may be (systemd.service(5)).
  serviceValues = {
    Type = [
      "simple"
      "exec"
      "forking"
      "oneshot"
      "dbus"
      "notify"
      "idle"
    ];
    Restart = [
      "no"
      "always"
      "on-success"
      "on-failure"
      "on-abnormal"
      "on-abort"
      "on-watchdog"
    ];
  };

  # [Unit]: option -> key, for lists of units.
  relations = {
    requires = "Requires";
    requisite = "Requisite";
    wants = "Wants";
    bindsTo = "BindsTo";
    partOf = "PartOf";
    conflicts = "Conflicts";
    before = "Before";
    after = "After";
    onFailure = "OnFailure";
    documentation = "Documentation";
  };

  common =
    placement
    // builtins.mapAttrs (_: key: list "${key}= of systemd.unit(5).") relations
    // {
      description = lineOrNone "What the unit is called in messages.";
      unitConfig = settings "Unit" "systemd.unit(5)";
      restartTriggers = mkOption {
        type = types.listOf types.unspecified;
        default = [ ];
        description = "Values that restart the unit when they change.";
      };
      startLimitIntervalSec = mkOption {
        type = types.int;
        description = "Seconds in which a unit may start only so many times.";
      };
    };

  # Scripts of a service: what systemd runs, and the name of the script file.
  scripts = {
    script = {
      key = "ExecStart";
      suffix = "start";
      option = script "The main process, as a shell script.";
    };
    preStart = {
      key = "ExecStartPre";
      suffix = "pre-start";
      option = script "Run before the main process.";
    };
    postStart = {
      key = "ExecStartPost";
      suffix = "post-start";
      option = script "Run once the main process has started.";
    };
    reload = {
      key = "ExecReload";
      suffix = "reload";
      option = script "Run to have the main process reread its configuration.";
    };
    preStop = {
      key = "ExecStop";
      suffix = "pre-stop";
      option = script "Run to stop the main process.";
    };
    postStop = {
      key = "ExecStopPost";
      suffix = "post-stop";
      option = script "Run once the main process has ended.";
    };
  };

  service = builtins.mapAttrs (_: s: s.option) scripts // {
    scriptArgs = lineOrNone "Arguments of the main process's script.";
    environment = variables "Environment variables of the service's processes.";
    path = mkOption {
      type = types.listOf (
        types.oneOf [
          types.package
          types.str
        ]
      );
      default = [ ];
      # PATH itself: all bin folders, then all sbin folders.
      apply = packages: "${lib.makeBinPath packages}:${lib.makeSearchPathOutput "bin" "sbin" packages}";
      description = "Packages whose programs are in the service's PATH.";
    };
    restartIfChanged = flag true "Whether a changed unit is restarted when the system is switched.";
    reloadIfChanged = flag false "Whether a changed unit is reloaded, and not restarted.";
    stopIfChanged = flag true "Whether restarting is stopping by the old unit and starting by the new one.";
    startAt = mkOption {
      type = types.either types.str (types.listOf types.str);
      default = [ ];
      example = "Sun 14:00:00";
      apply = lib.toList;
      description = "Times at which a timer starts the service (systemd.time(7)).";
    };
  };

  socket.listenStreams = list "ListenStream= of systemd.socket(5), one line an element.";

  mountPoint.where = line "Folder that is mounted on.";

  mount = mountPoint // {
    what = line "Device, file or other source that is mounted.";
    type = lineOrNone "Type of the file system.";
    options = mkOption {
      type = types.commas;
      default = "";
      example = "noatime";
      description = "Mount options.";
    };
  };
}
