{ lib }:
let
  p = name: { type = "derivation"; inherit name; outPath = "/nix/store/${name}"; };
  real = name: derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; outputs = [ "out" "dev" ]; };
  greet = { greeting ? "hello", name, punctuation ? "!" }: { text = "${greeting} ${name}${punctuation}"; };
in
{
  "getExe: main program" = lib.getExe (p "hello" // { meta.mainProgram = "hi"; });
  "getExe: no main program" = lib.getExe (p "hello-2.10");
  "getExe: bin output" = lib.getExe (p "hello" // { meta.mainProgram = "hi"; bin = p "hello-bin"; });
  "getExe: no package" = lib.getExe { meta.mainProgram = "x"; };
  "getExe': program" = lib.getExe' (p "coreutils") "ls";
  "getExe': with a slash" = lib.getExe' (p "coreutils") "bin/ls";
  "getExe': no package" = lib.getExe' "x" "ls";
  "getExe': no string" = lib.getExe' (p "coreutils") 1;
  "addMetaAttrs: adds" = (lib.addMetaAttrs { description = "d"; } (p "x" // { meta.priority = 1; })).meta;
  "addMetaAttrs: outlives overrideAttrs" =
    let
      make = attrs: p attrs.name // { inherit (attrs) meta; overrideAttrs = f: make (attrs // f attrs); };
    in
    ((lib.addMetaAttrs { description = "d"; } (make { name = "x"; meta.priority = 1; })).overrideAttrs (old: { name = "y"; })).meta;
  "dontDistribute: meta" = (lib.dontDistribute (p "x")).meta;
  "setName: name" = (lib.setName "y" (p "x")).name;
  "updateName: name" = (lib.updateName (old: old + "-new") (p "x")).name;
  "appendToName: name" = (lib.appendToName "with-docs" (p "x-1.2")).name;
  "mapDerivationAttrset: packages only" = lib.mapDerivationAttrset (d: d.name) { a = p "a"; b = 1; };
  "setPrio: priority" = (lib.setPrio 3 (p "x")).meta.priority;
  "lowPrio: priority" = (lib.lowPrio (p "x")).meta.priority;
  "lowPrio: keeps the rest" = (lib.lowPrio (p "x" // { meta.description = "d"; })).meta;
  "hiPrio: priority" = (lib.hiPrio (p "x")).meta.priority;
  "lowPrioSet: set" = lib.mapAttrs (_: d: d.meta.priority) (lib.lowPrioSet { a = p "a"; });
  "hiPrioSet: set" = lib.mapAttrs (_: d: d.meta.priority) (lib.hiPrioSet { a = p "a"; });
  "platformMatch: string" = [
    (lib.meta.platformMatch { system = "x86_64-linux"; } "x86_64-linux")
    (lib.meta.platformMatch { system = "x86_64-darwin"; } "x86_64-linux")
  ];
  "platformMatch: pattern" = lib.meta.platformMatch (lib.systems.elaborate "x86_64-linux") { kernel.name = "linux"; };
  "availableOn: some" = map (lib.meta.availableOn { system = "x86_64-linux"; }) [
    (p "a") (p "a" // { meta.platforms = [ "x86_64-linux" ]; }) (p "a" // { meta.platforms = [ "x86_64-darwin" ]; })
    (p "a" // { meta.badPlatforms = [ "x86_64-linux" ]; })
  ];
  "licenses: mit" = lib.licenses.mit;
  "licenses: some" = { inherit (lib.licenses) gpl3Plus asl20 unfree publicDomain gpl2 bsl11 isc; };
  "licenses: toSPDX" = with lib.licenses; toSPDX (AND [ mit (OR [ asl20 (PLUS gpl2Only) ]) (WITH asl20 llvm-exception) ]);
  "licenses: isFree" = with lib.licenses; map isFree [ mit unfree (AND [ mit unfree ]) (OR [ mit unfree ]) ];
  "licenses: containsLicenses" = with lib.licenses; [ (containsLicenses [ mit ] (AND [ mit isc ])) (containsLicenses [ mit ] (OR [ mit isc ])) ];
  "getLicenseFromSpdxId: known" = (lib.getLicenseFromSpdxId "mit").fullName;
  "getLicenseFromSpdxId: unknown" = lib.getLicenseFromSpdxId "No-Such";
  "getLicenseFromSpdxIdOr: unknown" = lib.getLicenseFromSpdxIdOr "No-Such" "other";
  "platforms: linux" = lib.platforms.linux;
  "platforms: darwin" = lib.platforms.darwin;
  "platforms: some" = { inherit (lib.platforms) x86_64 aarch64 unix windows x86 all; };
  "systems.elaborate: basics" =
    map (s: { inherit (lib.systems.elaborate s) system config libc isLinux is64bit isx86_64 isAarch64 linuxArch; })
      [ "x86_64-linux" "aarch64-linux" "armv7l-linux" "x86_64-darwin" "aarch64-darwin" "x86_64-unknown-linux-musl" ];
  "systems.equals: both" = with lib.systems; [
    (equals (elaborate "x86_64-linux") (elaborate "x86_64-linux"))
    (equals (elaborate "x86_64-linux") (elaborate "i686-linux"))
  ];
  "systems.flakeExposed: list" = lib.systems.flakeExposed;
  "sourceTypes: list" = lib.sourceTypes;
  "makeOverridable: result" = (lib.makeOverridable greet { name = "you"; }).text;
  "makeOverridable: override" = ((lib.makeOverridable greet { name = "you"; }).override { greeting = "bye"; }).text;
  "makeOverridable: override with a function" = ((lib.makeOverridable greet { name = "you"; }).override (old: { name = old.name + "all"; })).text;
  "makeOverridable: twice" = (((lib.makeOverridable greet { name = "you"; }).override { greeting = "bye"; }).override { punctuation = "?"; }).text;
  "makeOverridable: arguments" = lib.functionArgs (lib.makeOverridable greet { name = "x"; }).override;
  "makeOverridable: function result" =
    let
      f = lib.makeOverridable ({ a }: { b }: a + b) { a = 1; };
    in
    [ (f { b = 2; }) ((f.override { a = 10; }) { b = 2; }) ];
  "makeOverridable: other results" = lib.makeOverridable ({ a }: a) { a = 1; };
  "makeOverridable: overrideAttrs" =
    let
      make = args: let self = attrs: attrs // { overrideAttrs = f: self (attrs // f attrs); }; in self { inherit (args) a; };
    in
    ((lib.makeOverridable make { a = 1; }).overrideAttrs (old: { b = old.a + 1; })).b;
  "overrideDerivation: name" = (lib.overrideDerivation (real "x") (old: { name = "${old.name}-new"; })).name;
  "extendDerivation: passthru" = let d = lib.extendDerivation true { extra = 1; } (real "x"); in [ d.extra d.dev.outputName d.dev.extra (lib.length d.all) d.dev.outputSpecified ];
  "extendDerivation: condition" = (lib.extendDerivation false { } (real "x")).drvPath;
  "hydraJob: attributes" = lib.attrNames (lib.hydraJob (real "x" // { meta = { }; }));
  "callPackageWith: fills in" = (lib.callPackageWith { name = "auto"; other = 1; } greet { }).text;
  "callPackageWith: arguments win" = (lib.callPackageWith { name = "auto"; } greet { name = "given"; }).text;
  "callPackageWith: override" = ((lib.callPackageWith { name = "auto"; } greet { }).override { name = "o"; }).text;
  "callPackageWith: missing" = (lib.callPackageWith { nam = 1; } greet { }).text;
  "callPackageWith: file" = (lib.callPackageWith { name = "auto"; } ./data/package.nix { }).text;
  "callPackagesWith: set" = lib.mapAttrs (_: v: v.text) (lib.callPackagesWith { x = "1"; } ({ x }: { a = { text = x; }; b = { text = x + x; }; }) { });
  "callPackagesWith: one package" = lib.callPackagesWith { } ({ }: real "x") { };
  "makeScope: callPackage" =
    let
      scope = lib.makeScope (extra: lib.callPackageWith ({ base = 1; } // extra)) (self: {
        a = self.callPackage ({ base }: { value = base; }) { };
        b = self.callPackage ({ a }: { value = a.value + 1; }) { };
      });
      other = scope.overrideScope (final: prev: { a = { value = 10; }; });
    in
    [ scope.b.value other.b.value ];
  "extendMkDerivation: arguments" =
    let
      build = lib.extendMkDerivation {
        constructDrv = f: f { final = true; };
        excludeDrvArgNames = [ "special" ];
        extendDrvArgs = final: { special ? "s", pname, ... }@args: { name = "${pname}-${special}"; };
      };
    in
    [ (build { pname = "p"; special = "q"; }) (lib.functionArgs build) ];
  "renameCrossIndexFrom: names" = lib.renameCrossIndexFrom "pkgs" { pkgsBuildBuild = 1; pkgsBuildHost = 2; pkgsBuildTarget = 3; pkgsHostHost = 4; pkgsHostTarget = 5; pkgsTargetTarget = 6; };
  "renameCrossIndexTo: names" = lib.renameCrossIndexTo "self" { buildBuild = 1; buildHost = 2; buildTarget = 3; hostHost = 4; hostTarget = 5; targetTarget = 6; };
  "mapCrossIndex: values" = lib.mapCrossIndex (x: x + 1) { buildBuild = 1; buildHost = 2; buildTarget = 3; hostHost = 4; hostTarget = 5; targetTarget = 6; };
  "lazyDerivation: attributes" = lib.attrNames (lib.lazyDerivation { derivation = throw "lazy"; passthru.x = 1; });
  "lazyDerivation: outputs differ" = (lib.lazyDerivation { derivation = real "x"; }).name;
  "lazyDerivation: name" = (lib.lazyDerivation { derivation = real "x"; outputs = [ "out" "dev" ]; }).name;
  "optionalDrvAttr: both" = [ (lib.optionalDrvAttr true 1) (lib.optionalDrvAttr false 1) ];
  "warnOnInstantiate: name" = (lib.warnOnInstantiate "w" (real "x")).name;
  "assertMsg: true" = lib.assertMsg true "no";
  "assertMsg: false" = lib.assertMsg false "yes";
  "assertMsg: in an assertion" = assert lib.assertMsg (1 < 2) "no"; "fine";
  "assertOneOf: fine" = lib.assertOneOf "x" 1 [ 1 2 ];
  "assertOneOf: wrong" = lib.assertOneOf "x" 3 [ 1 2 ];
  "assertEachOneOf: both" = lib.asserts.assertEachOneOf "x" [ 1 2 ] [ 1 2 3 ];
  "checkAssertWarn: fine" = lib.asserts.checkAssertWarn [ { assertion = true; message = "m"; } ] [ ] 1;
  "checkAssertWarn: failed" = lib.asserts.checkAssertWarn [ { assertion = false; message = "m"; } ] [ ] 1;
  "traceSeqN: value" = lib.traceSeqN 2 { a.b.c = 3; l = [ [ 1 ] ]; } "v";
  "traceSeqN: zero" = lib.traceSeqN 0 { a = throw "cut"; } "v";
  "traceVal: value" = lib.traceVal 3;
  "traceValSeq: value" = lib.traceValSeq { a = 1; };
  "traceIf: both" = [ (lib.traceIf true "m" 1) (lib.traceIf false "m" 2) ];
  "traceFnSeqN: value" = lib.traceFnSeqN 1 "f" (x: x + 1) 2;
  "runTests: failures" = lib.runTests {
    testGood = { expr = 1; expected = 1; };
    testBad = { expr = 1; expected = 2; };
    ignored = { expr = 1; expected = 2; };
  };
  "runTests: chosen" = lib.runTests { tests = [ "testA" ]; testA = { expr = 1; expected = 2; }; testB = { expr = 1; expected = 2; }; };
  "testAllTrue: test" = lib.testAllTrue [ true false ];
  "fakeHash: all" = { inherit (lib) fakeHash fakeSha256 fakeSha512; };
  "nixType: kinds" = map lib.nixType [ 1 "s" true null [ ] { } (x: x) { outPath = "x"; } ];
  "maybeEnv: unset" = lib.maybeEnv "PYOCI_SURELY_UNSET" "default";
  "closePropagation: packages" =
    let
      a = { outPath = "a"; propagatedBuildInputs = [ b c ]; };
      b = { outPath = "b"; propagatedNativeBuildInputs = [ c ]; };
      c = { outPath = "c"; };
    in
    map (x: x.outPath) (lib.closePropagation [ a ]);
  "uniqList: list" = lib.uniqList { inputList = [ 1 2 1 3 ]; acc = [ 3 ]; };
  "uniqListExt: by key" = lib.uniqListExt { inputList = [ { k = 1; v = 1; } { k = 1; v = 2; } { k = 2; v = 3; } ]; getter = x: x.k; };
  "mergeAttrsWithFunc: both" = lib.mergeAttrsWithFunc (a: b: a + b) { a = 1; b = 2; } { b = 3; c = 4; };
  "mergeAttrsConcatenateValues: both" = lib.mergeAttrsConcatenateValues { a = 1; b = [ 2 ]; } { b = 3; };
  "mergeAttrsNoOverride: lists" = lib.mergeAttrsNoOverride { } { buildInputs = [ 1 ]; x = 1; } { buildInputs = [ 2 ]; y = 2; };
  "mergeAttrsNoOverride: clash" = lib.mergeAttrsNoOverride { } { x = 1; } { x = 2; };
  "mergeAttrByFunc: some" = lib.removeAttrs (lib.mergeAttrsByFuncDefaultsClean [ { buildInputs = [ 1 ]; passthru.a = 1; n = 1; } { buildInputs = [ 2 ]; passthru.b = 2; n = 2; } ]) [ ];
  "foldArgs: passthru" = let f = lib.foldArgs (a: b: a // b) (args: { sum = args.x or 0; }) { } { x = 1; }; in [ f.sum (f.override { x = 5; }).sum f.passthru.args ];
  "modifySumArgs: sum" = (lib.modifySumArgs (a: b: a) { extra = 1; }) { a = 1; } { b = 2; } null;
  "condConcat: parts" = lib.condConcat "name" [ "a" "-a" "b" "-b" ] (f: f == "b");
  "checkFlag: flags" = [ (lib.checkFlag { flags = [ "x" ]; y = true; } "x") (lib.checkFlag { } "true") (lib.checkFlag { y = true; } "y") (lib.checkFlag { } "z") ];
  "getValue: places" = [ (lib.getValue { a = 1; } [ ] "a") (lib.getValue { flags = [ "b" ]; } [ ] "b") (lib.getValue { } [ [ "c" 3 ] ] "c") (lib.getValue { } [ ] "d") ];
  "checkReqs: both" = [ (lib.checkReqs { flags = [ "a" ]; b = 1; } [ ] [ [ "a" "b" ] ]) (lib.checkReqs { flags = [ "a" ]; } [ ] [ [ "a" "b" ] ]) ];
  "ifEnable: kinds" = map (lib.ifEnable false) [ [ 1 ] { a = 1; } true "x" ];
  "lazyGenericClosure: keys" = map (x: x.key) (lib.lazyGenericClosure { startSet = [ { key = 3; } ]; operator = x: lib.optional (x.key > 0) { key = x.key - 1; }; });
  "setAttrMerge: merged" = lib.setAttrMerge "a" [ ] { a = [ 1 ]; } (old: old ++ [ 2 ]);
  "nvs: set" = lib.nvs "a" 1;
  "maybeAttr: both" = [ (lib.maybeAttr "a" 0 { a = 1; }) (lib.maybeAttr "b" 0 { a = 1; }) ];
  "defaultMerge: both" = [ (lib.defaultMerge { a = 1; } { b = 2; }) (lib.defaultMerge { a = 1; } (old: { b = old.a; })) ];
  "normalizeHash: some" = [
    (lib.fetchers.normalizeHash { } { hash = "sha256-x"; name = "n"; }) (lib.fetchers.normalizeHash { } { sha256 = ""; })
    (lib.fetchers.normalizeHash { } { outputHash = "x"; }) (lib.fetchers.normalizeHash { required = false; } { a = 1; })
  ];
  "normalizeHash: missing" = lib.fetchers.normalizeHash { } { };
  "normalizeHash: two" = lib.fetchers.normalizeHash { } { sha256 = "a"; hash = "b"; };
  "withNormalizedHash: arguments" = lib.functionArgs (lib.fetchers.withNormalizedHash { } ({ url, outputHash, outputHashAlgo }: url));
  "network: ipv6" = map lib.network.ipv6.fromString [ "2001:DB8::ffff/64" "::1" "::" "1:2:3:4:5:6:7:8" "fe80::" ];
  "network: bad" = (lib.network.ipv6.fromString "1::2::3").address;
  "network: short" = (lib.network.ipv6.fromString "1:2:3").address;
  "network: prefix" = (lib.network.ipv6.fromString "::/129").prefixLength;
  "mkEUI64Suffix: address" = lib.mkEUI64Suffix "66:75:63:6B:20:75";
  "mkEUI64Suffix: bad" = lib.mkEUI64Suffix "66:75";
}
