# Builders of small things: files, scripts, commands, trees of links.
#
# What goes into their derivations is the release's own (templates of the index); here is which arguments they take and
# where these go.
{ lib, index, stdenv, stdenvNoCC }:
let
  inherit (builtins) baseNameOf concatMap filter intersectAttrs isAttrs isString length map removeAttrs stringLength toJSON;
  inherit (lib) optionalAttrs;
  # Not every release makes a valid name of one that is not.
  sanitize =
    if ! index.knows "runCommand.name" || (index.fill "runCommand.name" { name = "a"; }).attrs.name == "a a" then (name: name)
    else lib.strings.sanitizeDerivationName;

  # The derivation of a builder's template for `arguments`, with `more` attributes.
  build = builder: arguments: more:
    let filled = index.fill builder arguments;
    in (if filled.base == "stdenv" then stdenv else stdenvNoCC).mkDerivation (filled.attrs // more);

  # Scripts and files: `name` may stand in a command as it is, and names the derivation where it can.
  named = builder: name: text: build builder { inherit name text; } { name = sanitize name; };

  command = builder: name: environment: text:
    build builder { inherit name; command = text; }
      ({ name = sanitize name; } // passAsFile name environment);

  # Releases differ in whether a list of the caller's replaces the command's own, or is added to it.
  passAsFile = name: environment:
    environment // optionalAttrs (environment ? passAsFile) {
      inherit ((index.fill "runCommand.passAsFile" { inherit name; inherit (environment) passAsFile; command = ""; }).attrs)
        passAsFile;
    };

  writeTextFile = { name, text, executable ? false, destination ? "", checkPhase ? "" }:
    let
      flags = { inherit executable; hasDestination = destination != ""; hasCheckPhase = checkPhase != ""; };
    in
    build "writeTextFile" ({ inherit name text destination checkPhase; } // flags) { name = sanitize name; };
in
rec {
  inherit build writeTextFile;

  runCommand = command "runCommand";
  runCommandNoCC = runCommand;
  runCommandLocal = command "runCommandLocal";
  runCommandNoCCLocal = runCommandLocal;
  runCommandCC = command "runCommandCC";

  writeText = named "writeText";
  writeTextDir = path: text:
    let
      named = index.fill "writeTextDir" { dir = dirOf path; base = baseNameOf path; inherit text; };
    in
    writeTextFile {
      inherit text;
      name = if path == baseNameOf path then path else named.attrs.name;
      destination = "/${path}";
    };
  writeScript = named "writeScript";
  writeScriptBin = named "writeScriptBin";
  writeShellScript = named "writeShellScript";
  writeShellScriptBin = named "writeShellScriptBin";
  writeCBin = named "writeCBin";

  writeReferencesToFile = path: build "writeReferencesToFile" { inherit path; } { };

  symlinkJoin = args@{ name, paths, preferLocalBuild ? true, allowSubstitutes ? false, postBuild ? "", ... }:
    let
      filled = index.fill "symlinkJoin" { inherit name paths postBuild; };
    in
    stdenvNoCC.mkDerivation (
      filled.attrs // removeAttrs args [ "postBuild" ] // {
        inherit preferLocalBuild allowSubstitutes;
        inherit (filled.attrs) passAsFile;
        name = sanitize name;
      }
    );

  linkFarm = name: entries:
    build "linkFarm" {
      inherit name;
      entries = map (entry: { name = lib.escapeShellArg entry.name; path = lib.escapeShellArg entry.path; }) entries;
    } { name = sanitize name; };
  linkFarmFromDrvs = name: drvs: linkFarm name (map (drv: { inherit (drv) name; path = drv; }) drvs);

  buildEnv = lib.makeOverridable (
    { name
    , paths
    , manifest ? ""
    , ignoreCollisions ? false
    , checkCollisionContents ? true
    , pathsToLink ? [ "/" ]
    , extraOutputsToInstall ? [ ]
    , extraPrefix ? ""
    , postBuild ? ""
    , buildInputs ? [ ]
    , passthru ? { }
    , meta ? { }
    }:
    let
      # Whoever names a package gets the outputs that it wants installed.
      installed = package:
        if package.outputUnspecified or false && package.meta.outputsToInstall or null != null
        then map (output: package.${output}) package.meta.outputsToInstall
        else [ package ];
      extra = package: filter (output: output != null) (map (output: package.${output} or null) extraOutputsToInstall);
      pkgs = toJSON (map
        (package: {
          paths = installed package ++ extra package;
          priority = package.meta.priority or 5;
        })
        paths);
    in
    build "buildEnv" { inherit name; } {
      name = sanitize name;
      inherit manifest ignoreCollisions checkCollisionContents pathsToLink extraPrefix postBuild buildInputs passthru
        meta pkgs;
      # An environment variable has its limit.
      passAsFile = if stringLength pkgs >= 128 * 1024 then [ "pkgs" ] else null;
    }
  );

  substituteAll = args:
    build "substituteAll" { inherit (args) src; name = ""; } ({ name = baseNameOf (toString args.src); } // args);

  makeSetupHook = { name ? "hook", deps ? [ ], substitutions ? { } }@args: script:
    build "makeSetupHook" {
      inherit name script;
      hasName = args ? name;
      deps = toString deps;
      hasDeps = deps != [ ];
      hasSubstitutions = substitutions != { };
    } (optionalAttrs (args ? name) { name = sanitize name; } // substitutions);

  applyPatches = args@{ src, name ? null, patches ? [ ], postPatch ? "" }:
    let
      of = if builtins.isPath src then baseNameOf src else src.name or (throw
        "applyPatches: `src` has no name to derive one from; give a `name`");
    in
    build "applyPatches" { inherit src patches postPatch; name = if name == null then "${of}-patched" else name; } { };

  requireFile = { name ? null, sha256 ? null, sha1 ? null, url ? null, message ? null, hashMode ? "flat" }:
    let
      algorithm = if sha256 != null then "sha256" else "sha1";
      hash = if sha256 != null then sha256 else sha1;
      file = if name == null then baseNameOf (toString url) else name;
    in
    assert lib.assertMsg (message != null || url != null) "requireFile: give a `message` or a `url`";
    assert lib.assertMsg (hash != null) "requireFile: give a `sha256` or a `sha1`";
    build "requireFile" {
      name = file;
      outputHash = hash;
      hasMode = hashMode != "flat";
      outputHashMode = hashMode;
      script = build "requireFile.script" { message = if message != null then message else index.needsTree "requireFile without a message"; } { };
    } { outputHashAlgo = algorithm; };

  closureInfo = { rootPaths }: build "closureInfo" { inherit rootPaths; } { };

  srcOnly = args@{ name, src, patches ? [ ], buildInputs ? [ ], nativeBuildInputs ? [ ], ... }:
    build "srcOnly" { inherit name src; } (intersectAttrs { patches = null; buildInputs = null; nativeBuildInputs = null; } args);

  copyPathToStore = builtins.filterSource (_: _: true);
  copyPathsToStore = map copyPathToStore;
}
