# nixpkgs.*: which packages the modules of a configuration see.
{
  config,
  options,
  lib,
  pkgs,
  pyociPackages,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.nixpkgs;

  # As in NixOS, a function of { pkgs, ... } will do for a set.
  configuration = lib.mkOptionType {
    name = "nixpkgs-config";
    description = "configuration of the package set";
    check = value: builtins.isAttrs value || lib.isFunction value;
    merge =
      _: definitions:
      lib.foldl' lib.recursiveUpdate { } (
        map (definition: if lib.isFunction definition.value then definition.value { inherit pkgs; } else definition.value) definitions
      );
  };

  overlay = lib.mkOptionType {
    name = "nixpkgs-overlay";
    description = "overlay";
    check = lib.isFunction;
    merge = lib.mergeOneOption;
  };

  isSet = name: options.nixpkgs.${name}.isDefined;

  # The set at hand is kept where nothing asks for another: it is shared between configurations.
  packages =
    if isSet "pkgs" then
      if cfg.overlays == [ ] then cfg.pkgs else cfg.pkgs.appendOverlays cfg.overlays
    else if cfg.config == { } && cfg.overlays == [ ] then
      pyociPackages.default
    else
      pyociPackages.packageSet { inherit (cfg) config overlays; };
in
{
  options.nixpkgs = {
    pkgs = mkOption {
      type = lib.mkOptionType {
        name = "nixpkgs";
        description = "package set";
        check = builtins.isAttrs;
      };
      description = "The package set to use in place of the default one.";
    };

    config = mkOption {
      type = configuration;
      default = { };
      example = {
        allowUnfree = true;
      };
      description = "Configuration of the package set.";
    };

    overlays = mkOption {
      type = types.listOf overlay;
      default = [ ];
      description = "Functions final: previous: { … } that add packages or replace them.";
    };

    system = mkOption {
      type = types.str;
      default = pyociPackages.default.stdenv.hostPlatform.system;
      description = "The platform that the packages run on.";
    };
  };

  config = {
    _module.args.pkgs = packages;

    assertions = lib.optional (isSet "system") {
      assertion = cfg.system == packages.stdenv.hostPlatform.system;
      message = "nixpkgs.system is ${cfg.system}, but the packages are for ${packages.stdenv.hostPlatform.system}";
    };
  };
}
