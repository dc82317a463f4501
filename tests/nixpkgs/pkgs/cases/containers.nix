# Containers, with nixpkgs' own semantics of ociTools.
{ pkgs, lib }:
with pkgs;
let
  script = writeShellScript "run.sh" ''
    ${hello}/bin/hello -g "Hello from OCI container!"
  '';
in
{
  post = ociTools.buildContainer { args = [ script.outPath ]; };

  postMounts = ociTools.buildContainer {
    args = [ script.outPath ];
    mounts."/data" = {
      source = "/var/lib/mydata";
    };
  };

  railcar = ociTools.buildContainer {
    args = [
      (writeShellScript "run.sh" ''
        ${hello}/bin/hello -g "Hello railcar!"
      '').outPath
    ];
  };

  package = ociTools.buildContainer { args = [ hello.outPath ]; };
  several = ociTools.buildContainer { args = [ "${bash}/bin/bash" "-c" "${coreutils}/bin/sleep 1" ]; };
  derivation = ociTools.buildContainer { args = [ script ]; };
  readonly = ociTools.buildContainer { args = [ script.outPath ]; readonly = true; };
  arm = ociTools.buildContainer { args = [ script.outPath ]; arch = "aarch64"; os = "linux"; };
  noArguments = ociTools.buildContainer { args = [ ]; };
}
