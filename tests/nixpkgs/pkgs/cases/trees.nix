# Trees of links to packages.
{ pkgs, lib }:
with pkgs;
{
  join = symlinkJoin { name = "j"; paths = [ hello bash ]; };
  joinBuilt = symlinkJoin { name = "j"; paths = [ hello ]; buildInputs = [ makeWrapper ]; postBuild = "wrapProgram $out/bin/hello"; };
  joinKept = symlinkJoin { name = "j"; paths = [ hello ]; preferLocalBuild = false; allowSubstitutes = true; };
  joinOutputs = symlinkJoin { name = "j"; paths = [ openssl.dev openssl curl.man ]; };
  farmEmpty = linkFarm "f" [ ];
  farmOne = linkFarm "f" [ { name = "bin/hi"; path = "${hello}/bin/hello"; } ];
  farmTwo = linkFarm "f" [ { name = "it's"; path = hello; } { name = "b"; path = bash; } ];
  farmThree = linkFarm "f" [ { name = "a"; path = hello; } { name = "b"; path = bash; } { name = "c"; path = curl.man; } ];
  farmOfPackages = linkFarmFromDrvs "f" [ hello (writeText "t" "") ];
  env = buildEnv { name = "e"; paths = [ hello openssl git ]; };
  envFull = buildEnv {
    name = "e";
    paths = [ hello curl (lib.lowPrio bash) (lib.setPrio 3 coreutils) ];
    pathsToLink = [ "/bin" "/share" ];
    extraOutputsToInstall = [ "man" "dev" ];
    ignoreCollisions = true;
    extraPrefix = "/x";
    postBuild = "ls $out";
    buildInputs = [ makeWrapper ];
    manifest = writeText "m" "";
  };
  envOutputs = buildEnv { name = "e"; paths = [ openssl.dev gcc (runCommand "r" { } "mkdir $out") ]; };
  envOverridden = (buildEnv { name = "e"; paths = [ hello ]; }).override { pathsToLink = [ "/bin" ]; };
  envLarge = buildEnv { name = "e"; paths = lib.genList (at: writeText "file-${toString at}" "${toString at}") 1500; };
}
