# The kinds of units: what each can be told, and the text that it becomes.
#
# The result: { service = { submodule, text }; timer = …; … }
#   submodule   the type of one unit's definition
#   text        string -> unit -> string: the unit file; the string is the option that holds the unit
{
  lib,
  pkgs,
  # The package with systemd's own programs.
  systemd,
  # Environment variables of every service.
  globalEnvironment,
}:

let
  inherit (builtins)
    listToAttrs
    filter
    elem
    attrNames
    ;
  inherit (lib) optionalAttrs types;

  parts = import ./systemd-options.nix { inherit lib; };
  text = import ./systemd-text.nix { inherit lib; };
  didYouMean = import ../did-you-mean.nix;

  # ---- What follows from a unit's options ----

  unitConfig =
    config: options:
    let
      words = option: config.${option} != [ ];
      relation = option: {
        name = parts.relations.${option};
        value = toString config.${option};
      };
    in
    listToAttrs (map relation (filter words (attrNames parts.relations)))
    // optionalAttrs (config.description != "") { Description = config.description; }
    // optionalAttrs (words "restartTriggers") { X-Restart-Triggers = toString config.restartTriggers; }
    // optionalAttrs options.startLimitIntervalSec.isDefined {
      StartLimitIntervalSec = toString config.startLimitIntervalSec;
    };

  # A script as an executable file. The file's own name is short: it is what shows in the journal.
  scriptFile =
    name: content:
    let
      fileName = builtins.replaceStrings [ "\\" "@" ] [ "--" "_" ] name;
      file = pkgs.writeTextFile {
        name = "unit-script-${fileName}";
        destination = "/bin/${fileName}";
        executable = true;
        text = "#!${pkgs.runtimeShell} -e\n${content}\n";
        checkPhase = "${pkgs.stdenv.shell} -n \"$out/bin/${fileName}\"\n";
      };
    in
    "${file}/bin/${fileName}";

  serviceRules =
    { name, config, ... }:
    let
      written = filter (option: config.${option} != "") (attrNames parts.scripts);
      command =
        option:
        let
          kind = parts.scripts.${option};
        in
        {
          name = kind.key;
          value = scriptFile "${name}-${kind.suffix}" config.${option} + (
            if option == "script" then " ${config.scriptArgs}" else ""
          );
        };
    in
    {
      path = lib.mkAfter [
        pkgs.coreutils
        pkgs.findutils
        pkgs.gnugrep
        pkgs.gnused
        systemd
      ];
      environment.PATH = config.path;
      serviceConfig = listToAttrs (map command written);
    };

  mountRules =
    { config, ... }:
    {
      mountConfig = {
        What = config.what;
        Where = config.where;
      }
      // optionalAttrs (config.type != "") { Type = config.type; }
      // optionalAttrs (config.options != "") { Options = config.options; };
    };

  # ---- Values that systemd would only complain of when the unit is loaded ----

  checkedService =
    where: values:
    lib.mapAttrs (
      key: known:
      let
        value = values.${key};
        near = if builtins.isString value then didYouMean value known else "";
        hint = if near != "" then near else "; it may be ${lib.concatStringsSep ", " known}";
      in
      if elem value known then
        value
      else
        throw "the option `${where}.${key}' cannot be ${if builtins.isString value then "'${value}'" else "a ${builtins.typeOf value}"}${hint}"
    ) (builtins.intersectAttrs values parts.serviceValues);

  serviceParagraphs =
    where: unit:
    let
      settings = unit.serviceConfig;
    in
    [
      (text.environment "${where}.environment" (globalEnvironment // unit.environment))
      (
        if unit.reloadIfChanged then
          "X-ReloadIfChanged=true\n"
        else if !unit.restartIfChanged then
          "X-RestartIfChanged=false\n"
        else
          ""
      )
      (if unit.stopIfChanged then "" else "X-StopIfChanged=false")
      (text.settings "${where}.serviceConfig" (settings // checkedService "${where}.serviceConfig" settings))
    ];

  # ---- Putting a kind together ----

  # header       of the kind's own section; its settings are in the option "<kind>Config"
  # manual       page that lists those settings
  # options      beyond those of every unit
  # rules        what follows from these options
  # paragraphs   what the section says
  kind =
    name:
    {
      header,
      manual ? "systemd.${name}(5)",
      options ? { },
      rules ? (_: { }),
      paragraphs ? ownSettings name,
    }:
    {
      submodule = unitType (options // { "${name}Config" = parts.settings header manual; }) rules;
      text = where: unit: unitSection where unit + text.section header (paragraphs where unit);
    };

  unitType =
    added: rules:
    types.submodule [
      # Apart from the rules: these options are the same for every unit.
      { options = parts.common // added; }
      (
        { name, config, options, ... }:
        {
          config = rules { inherit name config; } // {
            unitConfig = unitConfig config options;
          };
        }
      )
    ];

  unitSection = where: unit: text.section "Unit" [ (text.settings "${where}.unitConfig" unit.unitConfig) ];

  ownSettings =
    name: where: unit:
    [ (text.settings "${where}.${name}Config" unit."${name}Config") ];
in
builtins.mapAttrs kind {
  service = {
    header = "Service";
    options = parts.service;
    rules = serviceRules;
    paragraphs = serviceParagraphs;
  };

  socket = {
    header = "Socket";
    options = parts.socket;
    paragraphs =
      where: unit:
      ownSettings "socket" where unit
      ++ [ (lib.concatMapStringsSep "\n" (address: "ListenStream=${address}") unit.listenStreams) ];
  };

  timer.header = "Timer";

  path.header = "Path";

  slice = {
    header = "Slice";
    manual = "systemd.slice(5), systemd.resource-control(5)";
  };

  mount = {
    header = "Mount";
    options = parts.mount;
    rules = mountRules;
  };

  automount = {
    header = "Automount";
    options = parts.mountPoint;
    rules =
      { config, ... }:
      {
        automountConfig.Where = config.where;
      };
  };
}
// {
  # Targets have no section of their own.
  target = {
    submodule = unitType { } (_: { });
    text = unitSection;
  };
}
