# users.*: the accounts that units run as. Nothing here creates them; units name them.
{ config, lib, pkgs, ... }:

let
  inherit (lib) mkDefault mkOption types;

  text = description: mkOption {
    type = types.str;
    inherit description;
  };
  flag = description: mkOption {
    type = types.bool;
    default = false;
    inherit description;
  };
  # null: not given.
  maybe = type: description: mkOption {
    type = types.nullOr type;
    default = null;
    inherit description;
  };
  names = description: mkOption {
    type = types.listOf types.str;
    default = [ ];
    inherit description;
  };

  # utmp and wtmp have room for so many characters.
  short =
    what: name:
    if builtins.stringLength name < 32 then name else throw "the ${what} name '${name}' is longer than 31 characters";

  user =
    { name, config, ... }:
    {
      options = {
        name = text "Name of the account." // {
          apply = short "user";
        };
        description = text "Full name." // {
          default = "";
        };
        group = text "Primary group." // {
          default = "nogroup";
          apply = short "group";
        };
        uid = maybe types.int "Number of the account; null takes a free one.";
        isSystemUser = flag "Whether a free number is taken from those of the system.";
        isNormalUser = flag "Whether this is a person's account.";
        createHome = flag "Whether the home directory is created.";
        useDefaultShell = flag "Whether the shell is users.defaultUserShell.";
        extraGroups = names "Further groups.";
        home = mkOption {
          type = types.path;
          default = "/var/empty";
          description = "Home directory.";
        };
        shell = mkOption {
          type = types.either types.package types.path;
          default = pkgs.shadow;
          description = "Shell of the account.";
        };
        packages = mkOption {
          type = types.listOf types.package;
          default = [ ];
          description = "Packages in this user's PATH.";
        };
        openssh.authorizedKeys = {
          keys = names "Public keys that may log in.";
          keyFiles = mkOption {
            type = types.listOf types.path;
            default = [ ];
            description = "Files with public keys that may log in.";
          };
        };
        hashedPassword = maybe types.str "Password, hashed; null forbids logging in with one.";
        password = maybe types.str "Password in the clear: every user of the machine can read it.";
        passwordFile = maybe types.str "File with the hashed password.";
        initialHashedPassword = maybe types.str "Password of a new account, hashed.";
        initialPassword = maybe types.str "Password of a new account, in the clear.";
      };

      config = lib.mkMerge [
        {
          name = mkDefault name;
          shell = lib.mkIf config.useDefaultShell (mkDefault defaultShell);
        }
        (lib.mkIf config.isNormalUser {
          group = mkDefault "users";
          home = mkDefault "/home/${config.name}";
          createHome = mkDefault true;
          useDefaultShell = mkDefault true;
          isSystemUser = mkDefault false;
        })
      ];
    };

  group =
    { name, ... }:
    {
      options = {
        name = text "Name of the group.";
        gid = maybe types.int "Number of the group; null takes a free one.";
        members = names "Accounts in the group, beside those that name it themselves.";
      };
      config.name = mkDefault name;
    };

  defaultShell = config.users.defaultUserShell;
in
{
  # What they were called once, and are in many files.
  imports = [
    (lib.mkAliasOptionModule [ "users" "extraUsers" ] [ "users" "users" ])
    (lib.mkAliasOptionModule [ "users" "extraGroups" ] [ "users" "groups" ])
  ];

  options.users = {
    users = mkOption {
      type = types.attrsOf (types.submodule user);
      default = { };
      description = "Accounts.";
    };

    groups = mkOption {
      type = types.attrsOf (types.submodule group);
      default = { };
      description = "Groups.";
    };

    mutableUsers = mkOption {
      type = types.bool;
      default = true;
      description = "Whether accounts may be changed outside the configuration.";
    };

    defaultUserShell = mkOption {
      type = types.either types.path types.package;
      default = pkgs.bashInteractive;
      description = "Shell of accounts that ask for the default one.";
    };
  };
}
