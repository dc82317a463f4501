# A package tree as another release might be: no overlays, some builders not there, others with fewer arguments, with
# other defaults, or with another meaning of the same arguments; and things in it that cannot be evaluated at all. No
# text in it is nixpkgs'.
{ system ? "x86_64-linux", config ? { } }:
let
  inherit (builtins) concatStringsSep map removeAttrs;

  lib.trivial.release = "0.9";

  shell = derivation { name = "shell"; inherit system; builder = "/bin/sh"; };

  mkDerivationIn = stdenv: attrs:
    let
      name = attrs.name or "${attrs.pname}-${attrs.version}";
      built = derivation (removeAttrs attrs [ "meta" "passthru" "buildInputs" "nativeBuildInputs" ] // {
        inherit name system stdenv;
        builder = "${shell}/bin/sh";
        args = [ "-e" ./pkgs/build.sh ];
        # Here, all inputs are one list.
        inputs = attrs.buildInputs or [ ] ++ attrs.nativeBuildInputs or [ ];
      });
    in
    built // { out = built; meta = attrs.meta or { }; outputUnspecified = true; } // attrs.passthru or { };

  makeStdenv = name:
    let stdenv = derivation { inherit name system; builder = "/bin/sh"; } // {
      mkDerivation = mkDerivationIn stdenv;
      hostPlatform = { inherit system; };
      buildPlatform = stdenv.hostPlatform;
      targetPlatform = stdenv.hostPlatform;
    }; in stdenv;

  plain = name: attrs: self.stdenvNoCC.mkDerivation (attrs // { inherit name; });
  # A fault that no tryEval catches.
  fault = { }.fault;

  self = {
    inherit lib;
    stdenv = makeStdenv "stdenv";
    stdenvNoCC = makeStdenv "stdenv-small";

    # -- packages
    bash = self.stdenv.mkDerivation { name = "bash-1"; };
    zlib = self.stdenv.mkDerivation { name = "zlib-1"; meta.description = "packs"; };
    openssl = self.stdenv.mkDerivation { name = "openssl-1"; };
    faulty = self.stdenv.mkDerivation { name = "faulty"; x = fault; };
    half = self.stdenv.mkDerivation { name = "half"; passthru.unwrapped = derivation { name = fault; }; };
    never = fault;

    # -- builders as pyoci knows them, in other words
    writeText = name: text: plain name { words = text; };
    runCommand = name: environment: command: plain name (environment // { run = "go; ${command}"; });
    # -- with fewer arguments
    makeSetupHook = { deps ? [ ], substitutions ? { } }: script:
      plain "the-hook" (substitutions // { hook = "${script} ${toString deps}"; });
    writeTextFile = { name, text, executable ? false }: plain name { inherit executable; words = text; };
    # -- refusing some
    fetchzip = { url, sha256 ? outputHash, name ? "src-${baseNameOf url}", stripRoot ? true, curlOpts ? "", executable ? false
      , outputHash ? "", outputHashAlgo ? "sha256", extraPostFetch ? "" }:
      if stripRoot then plain name { inherit url; wanted = sha256; } else throw "fetchzip always strips";
    # -- with another meaning
    writeScript = name: text: plain name { words = text; length = builtins.stringLength text; };
    linkFarm = name: entries: plain name { links = concatStringsSep "," (map (entry: entry.name) entries); };
    # -- broken in this release
    writeShellScript = name: text: plain name { words = fault; };
    symlinkJoin = { name, paths }: throw "symlinkJoin is gone";
  };
in
self
