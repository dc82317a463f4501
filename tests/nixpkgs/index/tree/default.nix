# A package tree of the smallest: enough for an index of it to be made. Its builders are not nixpkgs', on purpose: what
# an index makes of them must not come from anywhere else.
{ system ? "x86_64-linux", config ? { }, overlays ? [ ] }:
let
  inherit (builtins) listToAttrs map removeAttrs replaceStrings;

  lib = {
    trivial.release = "1.5";
    escapeShellArg = text: if builtins.match "[a-z]+" text == null then "'${text}'" else text;
  };

  admit = attrs: package:
    if attrs.meta.broken or false && ! (config.allowBroken or false) then throw "refusing ${attrs.name}" else package;

  shell = derivation { name = "shell"; inherit system; builder = "/bin/sh"; };

  mkDerivationIn = stdenv: attrs:
    let
      name = attrs.name or "${attrs.pname}-${attrs.version}";
      outputs = attrs.outputs or [ "out" ];
      built = derivation ({ setUp = "${stdenv}/set-up"; configureFlags = [ ]; } // removeAttrs attrs [ "meta" "passthru" ] // {
        inherit name system outputs stdenv;
        __ignoreNulls = true;
        builder = "${shell}/bin/sh";
        args = [ "-x" ./pkgs/build.sh ];
      });
      more = (attrs.passthru or { }) // {
        meta = { inherit name; outputsToInstall = [ "out" ]; } // attrs.meta or { };
        passthru = attrs.passthru or { };
        overrideAttrs = change: mkDerivationIn stdenv (attrs // change attrs);
      };
      outputOf = output: { name = output; value = built // more // { inherit (built.${output}) outPath outputName; }; };
    in
    admit (attrs // { inherit name; }) (
      built // more // listToAttrs (map outputOf outputs) // { outputUnspecified = true; }
    );

  makeStdenv = name:
    let stdenv = derivation { inherit name system; builder = "/bin/sh"; } // {
      mkDerivation = mkDerivationIn stdenv;
      hostPlatform = { inherit system; isLinux = true; };
      buildPlatform = stdenv.hostPlatform;
      targetPlatform = stdenv.hostPlatform;
      shell = "${shell}/bin/sh";
    }; in stdenv;

  self = {
    inherit lib shell;
    stdenv = makeStdenv "stdenv";
    stdenvNoCC = makeStdenv "stdenv-small";

    # -- packages
    tool = self.stdenv.mkDerivation {
      pname = "tool";
      version = "2.1";
      src = ./pkgs/build.sh;
      meta = {
        description = "Does things:\tmany";
        license = { shortName = "mit"; free = true; };
        mainProgram = "tl";
      };
    };
    library = self.stdenv.mkDerivation {
      name = "library-1";
      outputs = [ "bin" "dev" "out" ];
      buildInputs = [ self.tool ];
      passthru = { level = 3; flags = [ "a" "b" ]; tool = self.tool; inner = self.stdenv.mkDerivation { name = "inner"; }; };
    };
    secret = self.stdenv.mkDerivation { name = "secret"; meta.license = { shortName = "mine"; free = false; }; };
    wreck = self.stdenv.mkDerivation { name = "wreck"; meta.broken = true; };
    madeWithWreck = self.stdenv.mkDerivation { name = "made-with-wreck"; x = self.wreck; };
    madeWithHidden = self.stdenv.mkDerivation {
      name = "made-with-hidden";
      x = self.stdenv.mkDerivation { name = "hidden"; meta.broken = true; };
    };
    foreign = self.stdenv.mkDerivation { name = "foreign"; meta.platforms = [ "vax-vms" ]; };
    alias = self.tool;
    developed = self.library.dev;
    "odd name" = self.stdenv.mkDerivation { name = "odd"; };
    gone = throw "gone was removed: use tool";
    hopeless = { }.nothing;
    half = self.stdenv.mkDerivation { name = "half"; passthru.bad = { }.nothing; };

    # -- other things
    number = 7;
    greeting = "hello from ${self.tool}";
    function = x: x;
    things = {
      first = self.stdenv.mkDerivation { name = "first"; };
      tool = self.tool;
      never = throw "never";
    };
    interpreter = self.stdenv.mkDerivation { name = "interpreter"; passthru.pkgs = self.things; };
    stranger = self.stdenv.mkDerivation { name = "stranger"; passthru.pkgs = { inherit (self.things) first; }; };
    unasked = { a = 1; };

    # -- builders
    runCommand = name: environment: command:
      self.stdenvNoCC.mkDerivation ({ inherit name; script = "set -e; ${command}"; } // environment);
    writeText = name: text: self.stdenvNoCC.mkDerivation { inherit name; contents = text; way = "plain ${name}"; };
    writeShellScript = name: text: self.stdenvNoCC.mkDerivation {
      inherit name;
      contents = "#!${shell}/bin/sh\n${text}";
    };
    linkFarm = name: entries: self.stdenvNoCC.mkDerivation {
      inherit name;
      links = "begin " + builtins.concatStringsSep "; " (map (entry: "${lib.escapeShellArg entry.name} -> ${lib.escapeShellArg entry.path}") entries) + " end";
    };
    writeTextFile = { name, text, executable ? false, destination ? "", checkPhase ? "" }:
      self.stdenvNoCC.mkDerivation ({
        inherit name executable;
        contents = text;
        check = if checkPhase == "" then null else "check: ${checkPhase}";
      } // (if destination == "" then { } else { place = "$out" + replaceStrings [ "//" ] [ "/" ] destination; }));
  };
in
self
