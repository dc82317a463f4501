# ociTools: containers as the Open Container Initiative's runtime specification describes them.
#
# buildContainer makes a derivation whose output is a bundle: config.json (what to run and how) and
# rootfs/ (the program's closure). Two flavours:
#
#   "pyoci"    every documented argument has its effect.
#   "nixpkgs"  what nixpkgs of 2020 computes, its gaps included, for the same derivation: mounts are
#              accepted and dropped, a mount without options says `"options": null`, and the cgroup
#              mount has a misspelt option.
#
# What the bundle's builder runs is not decided here. A release's own text decides the derivation's
# hash, so it comes from outside:
#
# containerTemplate :: { config : derivation, references : derivation } -> derivation
#   `config` is config.json, `references` the file that lists the closure of args.
#   null: a builder of our own (the content of the bundle is the same, its store path is not).
{
  lib,
  writeText,
  runCommand,
  writeReferencesToFile,
  flavour ? "pyoci",
  containerTemplate ? null,
  ...
}@tools:

let
  inherit (builtins) hasContext length toJSON;

  strict =
    {
      pyoci = true;
      nixpkgs = false;
    }
    .${flavour} or (throw "ociTools has the flavours \"pyoci\" and \"nixpkgs\", but not ${toJSON flavour}");

  checkArguments = import ./oci-arguments.nix { inherit lib; };

  build =
    if containerTemplate != null then
      containerTemplate
    else
      { config, references }:
      runCommand "join" { } ''
        set -eu -o pipefail
        rootfs=$out/rootfs
        mkdir -p "$rootfs"/proc "$rootfs"/sys "$rootfs"/dev
        cat ${config} > "$out/config.json"
        # The closure keeps its places: what args names exists under the same path inside.
        tar --create --files-from=${references} | tar --extract --directory="$rootfs"
      '';

  # ---- The file systems that every Linux container needs (OCI runtime specification, config-linux) ----

  systemMount =
    destination: type: source: options:
    {
      inherit destination type source;
    }
    // (
      if options != "" then
        { options = lib.splitString " " options; }
      else
        lib.optionalAttrs (!strict) { options = null; }
    );

  # Parents before children, which is also the order of their names.
  systemMounts = [
    (systemMount "/dev" "tmpfs" "tmpfs" "nosuid strictatime mode=755 size=65536k")
    (systemMount "/dev/mqueue" "mqueue" "mqueue" "nosuid noexec nodev")
    (systemMount "/dev/pts" "devpts" "devpts" "nosuid noexec newinstance ptmxmode=0666 mode=755 gid=5")
    (systemMount "/dev/shm" "tmpfs" "shm" "nosuid noexec nodev mode=1777 size=65536k")
    (systemMount "/proc" "proc" "proc" "")
    (systemMount "/sys" "sysfs" "sysfs" "nosuid noexec nodev ro")
    (systemMount "/sys/fs/cgroup" "cgroup" "cgroup" "nosuid noexec nodev ${
      if strict then "relatime" else "realatime"
    } ro")
  ];

  # ---- config.json ----

  runtimeConfig =
    c:
    lib.recursiveUpdate (
      {
        ociVersion = "1.0.0";
        platform = { inherit (c) os arch; };
        root = {
          path = "rootfs";
          inherit (c) readonly;
        };
        process = {
          inherit (c) args;
          cwd = "/";
          user = { inherit (c) uid gid; };
        }
        // lib.optionalAttrs (c.env != [ ]) { inherit (c) env; };
        linux = { inherit (c) namespaces; };
        mounts = systemMounts ++ c.mounts;
      }
      // lib.optionalAttrs (c.hostname != null) { inherit (c) hostname; }
    ) c.extraConfig;

  # containerFor :: { where : string, within : string } -> set -> derivation
  # buildContainer for callers of another name, whose users know its arguments as options below `within`.
  containerFor =
    caller: given:
    let
      arguments = checkArguments (caller // { inherit strict; }) given;
      config = runtimeConfig arguments;
      configFile = writeText "config.json" (toJSON config);
      inherit (arguments) args env extraConfig;

      # nixpkgs lists the closure of args, with a builder that takes one path. Where the rootfs needs
      # more than that one, the one path is a file that refers to them all.
      extra = if extraConfig == { } then "" else toJSON extraConfig;
      more = strict && (length args > 1 || hasContext (toString env + extra));
      roots = writeText "roots" (lib.concatMapStringsSep "\n" (root: "${root}") (args ++ env ++ [ extra ]));
      references = writeReferencesToFile (if more then roots else args);
    in
    # Mistakes are told here, and not when the bundle is built: this is the caller's own line.
    builtins.seq arguments (
      build {
        config = configFile;
        inherit references;
      }
      // {
        # The same facts as values, for a look at what goes into the bundle.
        oci = { inherit config configFile references; };
      }
    );
in
{
  inherit flavour containerFor;

  # The same tools in the other flavour.
  withFlavour = flavour: import ./oci-tools.nix (tools // { inherit flavour; });

  buildContainer = containerFor { where = "ociTools.buildContainer"; };
}
