# PATH of packages with several outputs, of plain strings, and of a package named twice.
{ pkgs, ... }:
{
  systemd.services.search-path = {
    path = [
      pkgs.curl
      pkgs.openssl
      "/run/wrappers"
      pkgs.git
      pkgs.coreutils
    ];
    script = "curl --version";
  };
}
