# What modules have to say about a configuration as a whole. eval-config.nix acts on it.
{ lib, ... }:

{
  options = {
    assertions = lib.mkOption {
      type = lib.types.listOf lib.types.unspecified;
      default = [ ];
      internal = true;
      description = "Conditions that must hold: a list of { assertion = bool; message = string; }.";
    };

    warnings = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      internal = true;
      description = "Messages for whoever evaluates the configuration.";
    };
  };
}
