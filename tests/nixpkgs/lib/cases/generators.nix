{ lib }:
let
  g = lib.generators;
  p = { type = "derivation"; name = "pkg"; outPath = "/nix/store/pkg"; };
in
{
  "generators.mkValueStringDefault: kinds" = map (g.mkValueStringDefault { }) [ 42 ''this is "string"'' true false null 1.5 p ];
  "generators.mkValueStringDefault: list" = g.mkValueStringDefault { } [ 1 ];
  "generators.mkValueStringDefault: set" = g.mkValueStringDefault { } { };
  "generators.mkValueStringDefault: function" = g.mkValueStringDefault { } (x: x);
  "generators.mkKeyValueDefault: equals" = g.mkKeyValueDefault { } ":" "f:oo" "bar";
  "generators.mkKeyValueDefault: number" = g.mkKeyValueDefault { } "=" "n" 1;
  "generators.mkKeyValueDefault: own values" = g.mkKeyValueDefault { mkValueString = v: "<${toString v}>"; } " = " "n" 1;
  "generators.toKeyValue: some" = g.toKeyValue { } { key = "value"; "other=key" = "baz"; n = 1; };
  "generators.toKeyValue: lists" = g.toKeyValue { listsAsDuplicateKeys = true; } { key = [ "a" "b" ]; other = 1; };
  "generators.toKeyValue: indent" = g.toKeyValue { indent = "  "; } { a = true; };
  "generators.toKeyValue: own lines" = g.toKeyValue { mkKeyValue = k: v: "${k} -> ${v}"; } { a = "x"; };
  "generators.toKeyValue: empty" = g.toKeyValue { } { };
  "generators.toINI: sections" = g.toINI { } { foo = { hi = "x"; n = 1; }; bar = { yes = true; }; };
  "generators.toINI: empty" = g.toINI { } { };
  "generators.toINI: empty section" = g.toINI { } { s = { }; };
  "generators.toINI: lists" = g.toINI { listsAsDuplicateKeys = true; } { s.k = [ 1 2 ]; };
  "generators.toINI: list refused" = g.toINI { } { s.k = [ 1 2 ]; };
  "generators.toINI: names escaped" = g.toINI { } { "fo[o]" = { "a=b" = "c"; }; };
  "generators.toINI: own names" = g.toINI { mkSectionName = lib.toUpper; mkKeyValue = k: v: "${k} ${v}"; } { s.k = "v"; };
  "generators.toINIWithGlobalSection: both" = g.toINIWithGlobalSection { } { globalSection = { foo = "bar"; }; sections = { s.k = 1; }; };
  "generators.toINIWithGlobalSection: sections only" = g.toINIWithGlobalSection { } { globalSection = { }; sections = { s.k = 1; }; };
  "generators.toINIWithGlobalSection: global only" = g.toINIWithGlobalSection { } { globalSection = { a = 1; }; };
  "generators.toGitINI: sections" = g.toGitINI { user = { email = "user@example.org"; name = "John Doe"; signing = true; n = 3; }; };
  "generators.toGitINI: subsections" = g.toGitINI {
    url."ssh://git@github.com/".insteadOf = "https://github.com";
    remote = { origin.url = "u"; origin.fetch = [ "a" "b" ]; pushDefault = "origin"; };
    core.x = "tab\there \"quoted\" back\\slash\nline";
  };
  "generators.toGitINI: deeper" = g.toGitINI { a.b.c.d = 1; a.b.e = true; };
  "generators.toGitINI: dotted names" = g.toGitINI { "a.b" = { c = "x"; }; "with \"quotes\"" = { d = 1; }; };
  "generators.toJSON: set" = g.toJSON { } { a = [ 1 "x" null ]; };
  "generators.toJSON: string" = g.toJSON { } "a\"b";
  "generators.toYAML: list" = g.toYAML { } [ 1 2 { a = true; } ];
  "generators.toYAML: set" = g.toYAML { } { b = 1; a = "x"; };
  "generators.toPretty: kinds" = map (g.toPretty { }) [ 1 1.5 true false null "str" [ ] { } [ 1 ] { a = 1; } (x: x) ({ a, b ? 1 }: a) p ];
  "generators.toPretty: one line" = g.toPretty { multiline = false; } { a = [ 1 { b = "x"; } ]; "c d" = null; "if" = 1; };
  "generators.toPretty: lines" = g.toPretty { } { list = [ 1 2 ]; nested = { x = true; deep = { y = [ ]; }; }; text = "a\nb"; };
  "generators.toPretty: strings" = map (g.toPretty { }) [ "a\"b" "a\${b}" "a\\b" "a\nb" "a\nb\n" "x''y\n\${z}" "\n" ];
  "generators.toPretty: strings on one line" = map (g.toPretty { multiline = false; }) [ "a\nb\n" "x''y" ];
  "generators.toPretty: indent" = g.toPretty { indent = "    "; } [ { a = 1; } ];
  "generators.toPretty: pretty values" = g.toPretty { allowPrettyValues = true; } { x = { __pretty = v: "«${toString v}»"; val = 3; }; };
  "generators.toPretty: paths" = g.toPretty { } /some/path;
  "generators.withRecursion: fine" = g.withRecursion { depthLimit = 4; } { a.b = 1; };
  "generators.withRecursion: cut" = g.withRecursion { depthLimit = 2; throwOnDepthLimit = false; } { a.b.c.d = 1; e = [ [ [ [ 1 ] ] ] ]; f = 1; };
  "generators.withRecursion: throws" = g.withRecursion { depthLimit = 1; } { a.b.c = 1; };
  "generators.toPlist: values" = g.toPlist { escape = true; } { i = 1; s = "a<b"; t = true; f = false; r = 0.5; n = null; l = [ 1 "x" [ ] ]; d = { }; d2 = { k = { v = 1; }; }; };
  "generators.toPlist: list" = g.toPlist { escape = true; } [ { a = 1; } { b = "x"; } ];
  "generators.toDhall: values" = g.toDhall { } { a = 1; b = -1; c = true; d = [ "x" 2 ]; e = 1.5; };
  "generators.toDhall: null" = g.toDhall { } null;
  "generators.toLua: values" = g.toLua { } { cmd = [ "typescript-language-server" "--stdio" ]; on = true; n = null; f = 1.5; s = "a\"b"; e = [ ]; d = { }; inner = { x = 1; }; };
  "generators.toLua: one line" = g.toLua { multiline = false; } { a = [ 1 2 ]; b = { c = 3; }; };
  "generators.toLua: bindings" = g.toLua { asBindings = true; } { a = 1; "b.c" = { d = [ 1 ]; }; };
  "generators.toLua: bad names" = g.toLua { asBindings = true; } { "1a" = 1; };
  "generators.toLua: inline" = g.toLua { } { f = lib.mkLuaInline "print('x')"; };
  "generators.toLua: indent" = g.toLua { indent = "    "; } { a = [ 1 ]; };
  "generators.toLua: function" = g.toLua { } (x: x);
  "generators.toDconfINI: values" = g.toDconfINI { "org/gnome/x" = { on = true; name = "it's"; n = lib.gvariant.mkInt32 3; l = [ "a" "b" ]; d = 1.5; }; };
  "cli.toGNUCommandLine: kinds" = lib.cli.toGNUCommandLine { } { data = "x y"; X = "PUT"; retry = 3; retry-delay = null; url = [ "a" "b" ]; silent = false; verbose = true; };
  "cli.toGNUCommandLine: separator" = lib.cli.toGNUCommandLine { optionValueSeparator = "="; } { a = 1; long = "v"; };
  "cli.toGNUCommandLine: own names" = lib.cli.toGNUCommandLine { mkOptionName = k: "-${k}"; mkBool = k: v: [ "${k}:${lib.boolToString v}" ]; } { long = true; x = false; };
  "cli.toGNUCommandLineShell: quoted" = lib.cli.toGNUCommandLineShell { } { data = "x y"; X = "PUT"; v = true; };
  "cli.toCommandLineGNU: kinds" = lib.cli.toCommandLineGNU { } { v = true; verbose = [ true true ]; i = ".bak"; testsuite = [ "unit" "integration" ]; e = [ "s/a/b/" ]; n = false; q = null; };
  "cli.toCommandLineGNU: explicit" = lib.cli.toCommandLineGNU { explicitBool = true; } { a = true; long = false; };
  "cli.toCommandLineGNU: isLong" = lib.cli.toCommandLineGNU { isLong = name: false; } { long = 1; };
  "cli.toCommandLineShellGNU: quoted" = lib.cli.toCommandLineShellGNU { } { v = true; data = "x y"; i = ".bak"; };
  "cli.toCommandLineShellGNU: empty" = lib.cli.toCommandLineShellGNU { } { };
  "cli.toCommandLine: go style" = lib.cli.toCommandLine (name: { option = "-${name}"; sep = "="; explicitBool = true; }) { a = true; b = [ 1 2 ]; c = null; };
  "cli.toCommandLine: two words" = lib.cli.toCommandLine (name: { option = "--${name}"; sep = null; explicitBool = false; }) { a = "x"; b = true; c = false; };
  "cli.toCommandLineShell: quoted" = lib.cli.toCommandLineShell (name: { option = "/${name}"; sep = ":"; explicitBool = false; formatArg = v: "<${toString v}>"; }) { a = "x y"; };
  "gvariant: values" = map (v: toString (lib.gvariant.mkValue v)) [ true "a'b\nc" 1.5 [ "a" "b" ] [ [ true ] ] ];
  "gvariant: typed" = map toString (with lib.gvariant; [
    (mkUint32 3) (mkInt32 3) (mkUchar 3) (mkInt64 3) (mkTuple [ "a" true ]) (mkEmptyArray type.string) (mkVariant "x")
    (mkDictionaryEntry "k" "v") (mkNothing type.string) (mkJust "x") (mkObjectpath "/a") (mkArray [ (mkDictionaryEntry "k" (mkVariant true)) ])
  ]);
  "gvariant: plain number" = toString (lib.gvariant.mkValue 1);
  "gvariant: mixed array" = toString (lib.gvariant.mkValue [ "a" true ]);
  "gvariant: set" = toString (lib.gvariant.mkValue { });
  "textClosureList: order" = lib.textClosureList { a = lib.fullDepEntry "A" [ "b" "c" ]; b = lib.noDepEntry "B"; c = lib.stringAfter [ "b" ] "C"; } [ "a" "c" ];
  "textClosureMap: text" = lib.textClosureMap lib.toLower { a = lib.fullDepEntry "A" [ "b" ]; b = lib.noDepEntry "B"; } [ "a" (lib.packEntry [ "b" ]) ];
  "stringAfter: entry" = lib.stringAfter [ "users" ] "echo hi";
  "stringAfter: in a closure" = lib.textClosureList { users = lib.noDepEntry "u"; } [ (lib.stringAfter [ "users" ] "x") ];
  "stringAfter: no deps" = lib.stringAfter [ ] "x";
  "kernel: settings" = with lib.kernel; [ yes no module unset (freeform "x") (option yes) ];
  "kernel: whenHelpers" = (lib.kernel.whenHelpers "5.4").whenAtLeast "5.2" "x";
}
