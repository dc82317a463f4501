# environment.*: files in /etc and the packages of a system.
{ lib, pkgs, ... }:

let
  inherit (lib) mkOption types;

  id =
    what:
    mkOption {
      type = types.int;
      default = 0;
      description = "Number of the file's ${what}, where the file is copied.";
    };

  owner =
    what: number:
    mkOption {
      type = types.str;
      default = "+${toString number}";
      description = "Name of the file's ${what}, where the file is copied; wins over the number.";
    };

  # Units see nothing of these: they are here so that a file for NixOS may set them.
  variables =
    description:
    mkOption {
      type = types.attrsOf (types.either types.str (types.listOf types.str));
      default = { };
      example = {
        EDITOR = "vim";
      };
      apply = lib.mapAttrs (_: value: if builtins.isList value then lib.concatStringsSep ":" value else "${value}");
      inherit description;
    };
  shellScript =
    of:
    mkOption {
      type = types.lines;
      default = "";
      description = "Shell script that is run at the start of ${of}.";
    };

  file =
    { name, config, ... }:
    {
      options = {
        enable = mkOption {
          type = types.bool;
          default = true;
          description = "Whether the file exists.";
        };

        target = mkOption {
          type = types.str;
          default = name;
          description = "Name of the file below /etc.";
        };

        text = mkOption {
          type = types.nullOr types.lines;
          default = null;
          description = "Content of the file.";
        };

        source = mkOption {
          type = types.path;
          description = "The file that is linked to, or copied.";
        };

        mode = mkOption {
          type = types.str;
          default = "symlink";
          example = "0600";
          description = "\"symlink\" links the file; permissions copy it.";
        };

        uid = id "owner";
        gid = id "group";
        user = owner "owner" config.uid;
        group = owner "group" config.gid;
      };

      config.source = lib.mkIf (config.text != null) (
        lib.mkDefault (pkgs.writeText "etc-${baseNameOf name}" config.text)
      );
    };
in
{
  options.environment = {
    etc = mkOption {
      type = types.attrsOf (types.submodule file);
      default = { };
      description = "Files in /etc.";
    };

    systemPackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
      description = "Packages in every user's PATH.";
    };

    variables = variables "Variables of every login.";
    sessionVariables = variables "Variables of every login, set by PAM.";

    shellAliases = mkOption {
      type = types.attrsOf (types.nullOr (types.either types.str types.path));
      default = { };
      description = "Aliases of every shell; null takes one away.";
    };
    extraInit = shellScript "every shell, once the variables are set";
    shellInit = shellScript "every shell";
    loginShellInit = shellScript "every login shell";
    interactiveShellInit = shellScript "every interactive shell";
  };
}
