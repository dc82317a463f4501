# mkShell: an environment to work in, not to build.
{ lib, index, build }:
{
  mkShell = args@{ inputsFrom ? [ ], ... }:
    let
      lists = [ "buildInputs" "nativeBuildInputs" "propagatedBuildInputs" "propagatedNativeBuildInputs" ];
      # Releases differ in whose inputs come first, and in whether hooks are put together at all.
      ownFirst = builtins.head (index.fill "mkShell.inputsFrom" {
        name = "";
        own = "own";
        inherited = "inherited";
      }).attrs.buildInputs == "own";
      joinsHooks = (index.fill "mkShell" { name = ""; }).attrs ? shellHook;

      all = [ args ] ++ inputsFrom;
      together = name: lib.concatLists (lib.catAttrs name (if ownFirst then all else lib.reverseList all));
      # What one comes from is set up before what comes from it.
      shellHook = lib.concatStringsSep "\n" (lib.catAttrs "shellHook" (lib.reverseList inputsFrom ++ [ args ]));
    in
    build "mkShell" { name = ""; } (
      { name = "nix-shell"; }
      // lib.genAttrs lists together
      // removeAttrs args (lists ++ [ "inputsFrom" ])
      // lib.optionalAttrs joinsHooks { inherit shellHook; }
    );
}
