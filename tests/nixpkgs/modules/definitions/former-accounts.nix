# Accounts by their former names, and the environment of shells.
{ config, lib, pkgs, ... }: {
  users.extraUsers.bob = { isNormalUser = true; };
  users.extraGroups.dev = { };
  users.mutableUsers = false;
  environment.variables.EDITOR = "vim";
  environment.variables.LIST = [ "a" "b" ];
  environment.sessionVariables = { A = "1"; };
  environment.shellAliases.ll = "ls -l";
  environment.interactiveShellInit = "set -o vi";
  environment.systemPackages = with pkgs; [ vim git ];
  systemd.services.z = { script = "id ${config.users.users.bob.name}"; serviceConfig.User = "bob"; environment.L = config.environment.variables.LIST; };
}
