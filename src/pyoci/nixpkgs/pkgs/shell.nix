# mkShell: an environment to work in, not to build.
{ lib, build }:
{
  mkShell = args@{ inputsFrom ? [ ], ... }:
    let
      inherited = [ "buildInputs" "nativeBuildInputs" "propagatedBuildInputs" "propagatedNativeBuildInputs" ];
      together = name: lib.concatLists (lib.catAttrs name ([ args ] ++ inputsFrom));
    in
    build "mkShell" { name = ""; } (
      { name = "nix-shell"; }
      // lib.genAttrs inherited together
      // {
        # What one comes from is set up before what comes from it.
        shellHook = lib.concatStringsSep "\n" (lib.catAttrs "shellHook" (lib.reverseList inputsFrom ++ [ args ]));
      }
      // removeAttrs args (inherited ++ [ "inputsFrom" "shellHook" ])
    );
}
