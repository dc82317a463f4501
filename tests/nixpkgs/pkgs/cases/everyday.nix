# What people write for a server of theirs: several builders at work together.
{ pkgs, lib }:
with pkgs;
let
  container = { name, cmd, mounts ? { }, ... }@args:
    ociTools.buildContainer (
      { args = [ (writeShellScript "run-${name}.sh" cmd).outPath ]; inherit mounts; }
      // removeAttrs args [ "name" "cmd" "mounts" ]
    );
  greeting = text: ociTools.buildContainer {
    args = [
      (writeScript "greet.sh" ''
        #!${runtimeShell}
        exec ${lib.getBin hello}/bin/hello --greeting=${lib.escapeShellArg text}
      '')
    ];
  };
  labelled = { writeText, hello, suffix ? "x" }: writeText "f-${suffix}" "${hello} ${stdenv.hostPlatform.system}";
  port = lib.makeOverridable ({ name ? "n", port ? 80 }: writeText name (toString port));
in
{
  webServer = container {
    name = "web";
    cmd = "exec ${darkhttpd}/bin/darkhttpd /srv --port 80";
    mounts."/srv" = { source = "/var/www"; options = [ "bind" "ro" ]; };
  };
  readonly = container { name = "redis"; cmd = "exec ${redis}/bin/redis-server --port 6379"; readonly = true; };
  repeated = container { name = "cron"; cmd = lib.concatMapStrings (n: "echo ${toString n}\n") (lib.range 1 3); };
  quoted = greeting "Hallo 'Welt'";
  proxy = ociTools.buildContainer {
    args = [
      "${nginx}/bin/nginx"
      "-c"
      (writeText "nginx.conf" ''
        daemon off;
        events {}
        http { server { listen ${toString 8080}; root ${writeTextDir "index.html" "<h1>hi</h1>"}; } }
      '')
    ];
  };
  python = ociTools.buildContainer {
    args = [
      "${python3}/bin/python3"
      (runCommand "app" { buildInputs = [ python3 ]; passthru.port = 80; } "echo 'print(1)' > $out")
      "--flag=${toString 3}"
    ];
  };
  tools = writeShellScript "entry" ''
    export PATH=${symlinkJoin { name = "tools"; paths = [ curl jq coreutils ]; }}/bin:$PATH
    curl -s https://example.org | jq .
  '';
  service = stdenv.mkDerivation rec {
    pname = "myservice";
    version = "1.2.3";
    src = fetchFromGitHub { owner = "me"; repo = pname; rev = "v${version}"; sha256 = lib.fakeSha256; };
    nativeBuildInputs = [ pkgconfig makeWrapper ];
    buildInputs = [ openssl zlib ] ++ lib.optional stdenv.isLinux systemd;
    makeFlags = [ "PREFIX=$(out)" "VERSION=${version}" ];
    doCheck = true;
    enableParallelBuilding = true;
    postInstall = "wrapProgram $out/bin/${pname} --prefix PATH : ${lib.makeBinPath [ coreutils gnugrep ]}";
    meta = with lib; { description = "x"; license = licenses.mit; maintainers = [ ]; platforms = platforms.linux; };
  };
  called = callPackage labelled { };
  calledWith = (callPackage labelled { suffix = "b"; }).override { suffix = "c"; };
  calledOther = (callPackage labelled { hello = bash; }).overrideAttrs (old: { name = "d-${old.name}"; });
  overridable = (port { }).override { port = 81; };
  settings = writeText "settings" (
    lib.generators.toINI { } { main = { a = 1; b = true; c = "x y"; }; "sec tion".d = false; }
    + lib.generators.toINI { listsAsDuplicateKeys = true; } { s.k = [ 1 2 ]; }
    + lib.generators.toKeyValue { mkKeyValue = lib.generators.mkKeyValueDefault { } " = "; } { k = "v"; n = 3; }
    + lib.generators.toYAML { } { x = 1; }
    + lib.concatMapStringsSep "\n" (package: "${package.name}:${lib.getVersion package}") [ hello openssl git ]
  );
  facts = writeText "facts" "${lib.getName hello} ${hello.pname} ${hello.version} ${hello.meta.description}";
  database = writeShellScriptBin "start-pg" ''
    set -euo pipefail
    ${postgresql_11}/bin/initdb -D "$PGDATA" --locale=C --encoding=UTF8 || true
    exec ${postgresql_11}/bin/postgres -c listen_addresses=${lib.concatStringsSep "," [ "localhost" "::1" ]}
  '';
  release = writeScriptBin "release" ''
    #!${stdenv.shell}
    ${lib.optionalString (lib.versionAtLeast lib.version "20") "echo new"} ${lib.version}
  '';
  image = buildEnv {
    name = "root";
    paths = [ bashInteractive coreutils (writeTextDir "etc/passwd" "root:x:0:0::/root:/bin/sh\n") ];
    pathsToLink = [ "/bin" "/etc" ];
  };
  site = linkFarm "www" (lib.mapAttrsToList (name: path: { inherit name path; }) {
    "index.html" = writeText "i" "x";
    "lib/j s.js" = fetchurl { url = "https://example.org/j.js"; sha256 = lib.fakeSha256; };
  });
  unpacked = stdenv.mkDerivation {
    name = "bin-1";
    src = fetchurl { url = "https://example.org/y"; sha256 = lib.fakeSha256; };
    nativeBuildInputs = [ autoPatchelfHook unzip ];
    dontUnpack = true;
  };
  setup = stdenv.mkDerivation { name = "h"; buildCommand = "mkdir $out"; setupHook = writeText "s" ""; };
  secondOutput = (stdenv.mkDerivation { name = "m"; outputs = [ "out" "lib" ]; src = null; }).lib;
  alternatives = writeText "a" "${lib.lowPrio hello} ${lib.hiPrio bash}";
}
