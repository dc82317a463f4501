{ lib }:
let
  inherit (lib) mkOption types mkIf mkMerge mkForce mkDefault mkBefore mkAfter;
  drv = name: { type = "derivation"; inherit name; outPath = "/nix/store/00000000000000000000000000000000-${name}"; };

  # What becomes of definitions of an option of this type.
  merged = type: values:
    (lib.evalModules {
      modules = [ { options.x = mkOption { inherit type; }; } ] ++ map (value: { x = value; }) values;
    }).config.x;
  # Which of these the type accepts.
  checks = type: map type.check;
  samples = [ true 0 (-3) 1.5 "" "text" "/abs" "a:b" "two\nlines" [ ] [ "a" ] { } { a = 1; } null (x: x) ];
  describe = type: { inherit (type) name description descriptionClass; };
  # Two declarations of one option.
  both = left: right: values:
    (lib.evalModules {
      modules = [ { options.x = mkOption { type = left; }; } { options.x = mkOption { type = right; }; } ]
        ++ map (value: { x = value; }) values;
    }).config.x;
  accounts = types.submodule ({ name, config, ... }: {
    options.user = mkOption { type = types.str; default = name; };
    options.id = mkOption { type = types.int; };
    options.groups = mkOption { type = types.listOf types.str; default = [ ]; };
  });
in
{
  # --- what is accepted
  "types.bool: check" = checks types.bool samples;
  "types.boolByOr: check" = checks types.boolByOr samples;
  "types.int: check" = checks types.int samples;
  "types.ints.unsigned: check" = checks types.ints.unsigned samples;
  "types.ints.positive: check" = checks types.ints.positive samples;
  "types.ints.between: check" = checks (types.ints.between 1 3) [ 0 1 3 4 "1" ];
  "types.ints.u8: check" = checks types.ints.u8 [ (-1) 0 255 256 ];
  "types.ints.u16: check" = checks types.ints.u16 [ (-1) 65535 65536 ];
  "types.ints.u32: check" = checks types.ints.u32 [ (-1) 4294967295 4294967296 ];
  "types.ints.s8: check" = checks types.ints.s8 [ (-129) (-128) 127 128 ];
  "types.ints.s16: check" = checks types.ints.s16 [ (-32769) (-32768) 32767 32768 ];
  "types.ints.s32: check" = checks types.ints.s32 [ (-2147483649) 2147483647 ];
  "types.ints.between: wrong order" = (types.ints.between 3 1).check 2;
  "types.port: check" = checks types.port [ (-1) 0 80 65535 65536 "80" ];
  "types.float: check" = checks types.float samples;
  "types.number: check" = checks types.number samples;
  "types.numbers.between: check" = checks (types.numbers.between 0.5 2) [ 0 0.5 1 2.0 3 ];
  "types.numbers.nonnegative: check" = checks types.numbers.nonnegative [ (-1) 0 0.1 ];
  "types.numbers.positive: check" = checks types.numbers.positive [ (-1) 0 0.1 ];
  "types.str: check" = checks types.str samples;
  "types.nonEmptyStr: check" = checks types.nonEmptyStr ([ "  " "\n" ] ++ samples);
  "types.singleLineStr: check" = checks types.singleLineStr ([ "one\n" "a\nb" ] ++ samples);
  "types.strMatching: check" = checks (types.strMatching "[a-z]+") [ "abc" "ABC" "" 1 "ab1" ];
  "types.lines: check" = checks types.lines samples;
  "types.commas: check" = checks types.commas samples;
  "types.envVar: check" = checks types.envVar samples;
  "types.passwdEntry: check" = checks (types.passwdEntry types.str) [ "fine" "a:b" "a\nb" 1 ];
  "types.attrs: check" = checks types.attrs samples;
  "types.package: check" = checks types.package ([ (drv "x") "/nix/store/00000000000000000000000000000000-x" ] ++ samples);
  "types.shellPackage: check" = checks types.shellPackage [ (drv "x") (drv "x" // { shellPath = "/bin/x"; }) "/nix/store/00000000000000000000000000000000-x" ];
  "types.pkgs: check" = checks types.pkgs [ { } { _type = "pkgs"; } ];
  "types.path: check" = checks types.path ([ (drv "x") ./. ] ++ samples);
  "types.pathInStore: check" = checks types.pathInStore [ (drv "x") "/nix/store/00000000000000000000000000000000-x/y" "/tmp" "/nix/store" "x" 1 ];
  "types.externalPath: check" = checks types.externalPath [ "/tmp" "/nix/store/00000000000000000000000000000000-x" ./. "rel" ];
  "types.pathWith: check" = checks (types.pathWith { absolute = false; }) [ "rel/x" "/abs" 1 ];
  "types.pathWith: contradiction" = (types.pathWith { absolute = false; inStore = true; }).check "x";
  "types.listOf: check" = checks (types.listOf types.int) samples;
  "types.nonEmptyListOf: check" = checks (types.nonEmptyListOf types.int) [ [ ] [ 1 ] 1 ];
  "types.attrsOf: check" = checks (types.attrsOf types.int) samples;
  "types.lazyAttrsOf: check" = checks (types.lazyAttrsOf types.int) samples;
  "types.nullOr: check" = checks (types.nullOr types.int) samples;
  "types.enum: check" = checks (types.enum [ "a" 1 true null ]) [ "a" 1 true null "b" 2 false ];
  "types.either: check" = checks (types.either types.int types.str) samples;
  "types.oneOf: check" = checks (types.oneOf [ types.int types.bool (types.listOf types.str) ]) samples;
  "types.oneOf: none" = (types.oneOf [ ]).check 1;
  "types.coercedTo: check" = checks (types.coercedTo types.int toString types.str) samples;
  "types.addCheck: check" = checks (types.addCheck types.int (x: x > 10)) [ 5 15 "x" ];
  "types.anything: check" = checks types.anything samples;
  "types.raw: check" = checks types.raw samples;
  "types.unspecified: check" = checks types.unspecified samples;
  "types.optionType: check" = checks types.optionType [ types.int 1 { } (mkOption { }) ];
  "types.optionDeclaration: check" = checks types.optionDeclaration [ types.int (mkOption { }) { } ];
  "types.functionTo: check" = checks (types.functionTo types.str) samples;
  "types.submodule: check" = checks (types.submodule { }) ([ ./. ] ++ samples);
  "types.deferredModule: check" = checks types.deferredModule samples;
  "types.uniq: check" = checks (types.uniq types.int) samples;
  "types.luaInline: check" = checks types.luaInline [ (lib.mkLuaInline "x") "x" ];
  "types.attrTag: check" = checks (types.attrTag { a = mkOption { type = types.int; }; }) [ { a = 1; } { b = 1; } { } { a = 1; b = 2; } 1 ];
  "types.attrListOf: check" = checks (types.attrListOf types.int) samples;
  "types.json: check" = checks types.json samples;
  "types.toml: check" = checks types.toml samples;

  # --- names and descriptions
  "types: scalar descriptions" = map describe (with types; [
    bool boolByOr int float number str nonEmptyStr singleLineStr lines commas envVar attrs package shellPackage path pathInStore
    externalPath anything raw unspecified optionType optionDeclaration port luaInline deferredModule pkgs (strMatching "[a-z]+")
    ints.unsigned ints.positive ints.u8 ints.u16 ints.u32 ints.s8 ints.s16 ints.s32 (ints.between 1 9) (numbers.between 0.5 2)
    numbers.positive numbers.nonnegative (separatedString " ") (passwdEntry str) (passwdEntry nonEmptyStr)
  ]);
  "types: compound descriptions" = map (t: t.description) (with types; [
    (listOf str) (attrsOf int) (lazyAttrsOf int) (nullOr bool) (enum [ "a" 1 true ]) (enum [ ]) (enum [ "only" ]) (either int str)
    (oneOf [ int str bool ]) (listOf (either int str)) (attrsOf (listOf (nullOr str))) (nullOr (either int str)) (either (listOf int) str)
    (either ints.positive str) (nullOr ints.positive) (listOf ints.positive) (functionTo str) (functionTo (either int str))
    (coercedTo int toString str) (coercedTo (either int bool) toString (listOf str)) (uniq str) (nonEmptyListOf str) (submodule { })
    (attrsOf (submodule { })) (submodule { freeformType = attrsOf str; }) (submoduleWith { modules = [ ]; description = "a thing"; })
    (attrTag { a = mkOption { }; "b c" = mkOption { }; }) (attrListOf str) json toml (listOf (enum [ "a" "b" ])) (either str (listOf (enum [ 1 2 ])))
    (attrsWith { elemType = str; lazy = true; placeholder = "host"; }) (addCheck int (x: true)) (unique { message = "m"; } int)
  ]);
  "types: names" = map (t: t.name) (with types; [
    (listOf str) (attrsOf int) (lazyAttrsOf int) (nullOr bool) (enum [ ]) (either int str) (functionTo str) (coercedTo int toString str)
    (uniq str) (submodule { }) (attrTag { }) (attrListOf str)
  ]);
  "types: nested types" = map (t: lib.mapAttrs (_: n: n.name) t.nestedTypes) (with types; [
    (listOf str) (attrsOf int) (nullOr bool) (either int str) (coercedTo int toString str) (uniq str) (functionTo str) bool
    (submodule { freeformType = attrsOf str; }) (submodule { })
  ]);
  "types: empty values" = map (t: t.emptyValue) (with types; [ (listOf str) (attrsOf int) (nullOr bool) attrs int (nonEmptyListOf str) (uniq (listOf str)) (submodule { options.a = mkOption { default = 1; }; }) ]);

  # --- merging: scalars
  "types.bool: merge" = merged types.bool [ true ];
  "types.bool: equal definitions" = merged types.bool [ true true ];
  "types.bool: conflict" = merged types.bool [ true false ];
  "types.bool: wrong type" = merged types.bool [ "true" ];
  "types.boolByOr: merge" = [ (merged types.boolByOr [ false true ]) (merged types.boolByOr [ false false ]) ];
  "types.int: merge" = merged types.int [ 3 3 ];
  "types.int: conflict" = merged types.int [ 3 4 ];
  "types.int: force" = merged types.int [ 3 (mkForce 4) ];
  "types.int: undefined" = merged types.int [ ];
  "types.int: wrong type" = merged types.int [ "3" ];
  "types.int: null" = merged types.int [ null ];
  "types.str: merge" = merged types.str [ "a" ];
  "types.str: conflict" = merged types.str [ "a" "b" ];
  "types.str: default" = merged types.str [ (mkDefault "a") "b" ];
  "types.str: wrong type" = merged types.str [ [ "a" ] ];
  "types.float: merge" = merged types.float [ 1.5 ];
  "types.ints.u16: merge" = [ (merged types.ints.u16 [ 80 ]) (merged types.ints.u16 [ (mkDefault 80) 8080 ]) ];
  "types.port: too big" = merged types.port [ 70000 ];
  "types.number: merge" = [ (merged types.number [ 1 ]) (merged types.number [ 1.5 ]) ];
  "types.lines: merge" = merged types.lines [ "a" "b" "c" ];
  "types.lines: order" = merged types.lines [ "b" (mkBefore "a") (mkAfter "z") "c" ];
  "types.lines: wrong type" = merged types.lines [ 1 ];
  "types.commas: merge" = merged types.commas [ "a" "b" ];
  "types.envVar: merge" = merged types.envVar [ "a" "b" ];
  "types.separatedString: merge" = merged (types.separatedString " ") [ "a" "b" ];
  "types.singleLineStr: line feed dropped" = merged types.singleLineStr [ "one\n" ];
  "types.strMatching: wrong" = merged (types.strMatching "[a-z]+") [ "A1" ];
  "types.nonEmptyStr: empty" = merged types.nonEmptyStr [ "" ];
  "types.package: derivation" = (merged types.package [ (drv "x") ]).name;
  "types.package: two" = merged types.package [ (drv "x") (drv "y") ];
  "types.path: string" = merged types.path [ "/etc/x" ];
  "types.path: relative" = merged types.path [ "etc/x" ];
  "types.attrs: merge" = merged types.attrs [ { a = 1; b = 1; } { b = 2; } ];
  "types.attrs: undefined" = merged types.attrs [ ];
  "types.raw: value" = merged types.raw [ { a = [ 1 ]; } ];
  "types.raw: two" = merged types.raw [ 1 2 ];
  "types.unspecified: lists" = merged types.unspecified [ [ 1 ] [ 2 ] ];
  "types.unspecified: sets" = merged types.unspecified [ { a = 1; } { b = 2; } ];
  "types.unspecified: strings" = merged types.unspecified [ "a" "b" ];
  "types.unspecified: truth values" = merged types.unspecified [ true false ];
  "types.unspecified: equal numbers" = merged types.unspecified [ 1 1 ];
  "types.unspecified: numbers" = merged types.unspecified [ 1 2 ];
  "types.unspecified: mixed" = merged types.unspecified [ 1 "a" ];

  # --- merging: compounds
  "types.listOf: joined" = merged (types.listOf types.int) [ [ 1 ] [ 2 3 ] ];
  "types.listOf: later definitions come first" = merged (types.listOf types.str) [ [ "first" ] [ "second" ] ];
  "types.listOf: order" = merged (types.listOf types.str) [ [ "b" ] (mkAfter [ "z" ]) (mkBefore [ "a" ]) ];
  "types.listOf: conditions inside" = merged (types.listOf types.int) [ [ 1 (mkIf false 2) (mkIf true 3) ] ];
  "types.listOf: wrong element" = merged (types.listOf types.int) [ [ 1 "x" ] ];
  "types.listOf: wrong type" = merged (types.listOf types.int) [ 1 ];
  "types.listOf: undefined" = merged (types.listOf types.int) [ ];
  "types.listOf: element is lazy in its type" = lib.length (merged (types.listOf types.int) [ [ "x" ] ]);
  "types.nonEmptyListOf: empty" = merged (types.nonEmptyListOf types.int) [ [ ] ];
  "types.nonEmptyListOf: undefined" = merged (types.nonEmptyListOf types.int) [ ];
  "types.attrsOf: merge" = merged (types.attrsOf types.int) [ { a = 1; } { b = 2; } ];
  "types.attrsOf: conflict" = merged (types.attrsOf types.int) [ { a = 1; } { a = 2; } ];
  "types.attrsOf: force one" = merged (types.attrsOf types.int) [ { a = 1; b = 1; } { a = mkForce 2; } ];
  "types.attrsOf: condition takes the name away" = merged (types.attrsOf types.int) [ { a = mkIf false 1; b = 2; } ];
  "types.attrsOf: condition on all" = merged (types.attrsOf types.int) [ (mkIf true { a = 1; }) (mkIf false { b = 2; }) ];
  "types.attrsOf: of lists" = merged (types.attrsOf (types.listOf types.str)) [ { a = [ "x" ]; } { a = mkBefore [ "y" ]; } ];
  "types.attrsOf: wrong element" = merged (types.attrsOf types.int) [ { a = "x"; } ];
  "types.attrsOf: wrong element elsewhere" = (merged (types.attrsOf types.int) [ { a = "x"; b = 1; } ]).b;
  "types.attrsOf: merge inside" = merged (types.attrsOf types.int) [ { a = mkMerge [ (mkIf false 1) 5 ]; } ];
  "types.lazyAttrsOf: condition keeps the name" = lib.attrNames (merged (types.lazyAttrsOf types.int) [ { a = mkIf false 1; b = 2; } ]);
  "types.lazyAttrsOf: undefined value" = (merged (types.lazyAttrsOf types.int) [ { a = mkIf false 1; } ]).a;
  "types.lazyAttrsOf: empty value" = (merged (types.lazyAttrsOf (types.listOf types.int)) [ { a = mkIf false [ 1 ]; } ]).a;
  "types.lazyAttrsOf: lazy" = lib.attrNames (merged (types.lazyAttrsOf types.int) [ { a = throw "lazy"; } ]);
  "types.nullOr: null" = merged (types.nullOr types.int) [ null ];
  "types.nullOr: value" = merged (types.nullOr types.int) [ 1 ];
  "types.nullOr: both" = merged (types.nullOr types.int) [ 1 null ];
  "types.nullOr: undefined" = merged (types.nullOr types.int) [ ];
  "types.nullOr: merges inside" = merged (types.nullOr types.lines) [ "a" "b" ];
  "types.enum: value" = merged (types.enum [ "a" "b" ]) [ "a" ];
  "types.enum: other" = merged (types.enum [ "a" "b" ]) [ "c" ];
  "types.either: first" = merged (types.either types.int types.str) [ 1 ];
  "types.either: second" = merged (types.either types.int types.str) [ "x" ];
  "types.either: neither" = merged (types.either types.int types.str) [ [ ] ];
  "types.either: mixed" = merged (types.either types.int types.str) [ 1 "x" ];
  "types.either: lists joined" = merged (types.either (types.listOf types.int) types.int) [ [ 1 ] [ 2 ] ];
  "types.oneOf: third" = merged (types.oneOf [ types.int types.bool (types.attrsOf types.str) ]) [ { a = "x"; } ];
  "types.oneOf: nothing fits" = merged (types.oneOf [ types.int types.bool ]) [ "x" ];
  "types.coercedTo: coerced" = merged (types.coercedTo types.int toString types.str) [ 5 ];
  "types.coercedTo: final" = merged (types.coercedTo types.int toString types.str) [ "5" ];
  "types.coercedTo: each definition" = merged (types.coercedTo types.str lib.singleton (types.listOf types.str)) [ "a" [ "b" "c" ] ];
  "types.coercedTo: bad" = merged (types.coercedTo types.int toString types.str) [ [ ] ];
  "types.coercedTo: coercion is wrong" = merged (types.coercedTo types.int (x: x) types.str) [ 1 ];
  "types.coercedTo: modules refused" = (types.coercedTo (types.submodule { }) toString types.str).name;
  "types.uniq: one" = merged (types.uniq (types.listOf types.int)) [ [ 1 2 ] ];
  "types.uniq: two" = merged (types.uniq (types.listOf types.int)) [ [ 1 ] [ 1 ] ];
  "types.uniq: inside is checked" = merged (types.uniq (types.listOf types.int)) [ [ "x" ] ];
  "types.unique: message" = merged (types.unique { message = "only one"; } types.int) [ 1 2 ];
  "types.addCheck: fine" = merged (types.addCheck types.int (x: x > 3)) [ 5 ];
  "types.addCheck: refused" = merged (types.addCheck types.int (x: x > 3)) [ 2 ];
  "types.addCheck: list refused" = merged (types.addCheck (types.listOf types.int) (x: lib.length x > 1)) [ [ 1 ] ];
  "types.functionTo: call" = (merged (types.functionTo types.str) [ (x: "got ${x}") ]) "it";
  "types.functionTo: results merged" = (merged (types.functionTo (types.listOf types.int)) [ (x: [ x ]) (x: [ (x + 1) ]) ]) 1;
  "types.functionTo: wrong result" = (merged (types.functionTo types.str) [ (x: 1) ]) "it";
  "types.functionTo: arguments" = lib.functionArgs (merged (types.functionTo types.attrs) [ ({ a, b ? 1 }: { }) ({ a ? 2, b ? 2 }: { }) ]);
  "types.anything: sets" = merged types.anything [ { a.b = 1; } { a.c = 2; d = [ 1 ]; } ];
  "types.anything: equal" = merged types.anything [ { a = 1; } { a = 1; } ];
  "types.anything: conflict" = merged types.anything [ { a = 1; } { a = 2; } ];
  "types.anything: priorities inside" = merged types.anything [ { a.b = mkDefault 1; } { a.b = 2; } ];
  "types.anything: lists" = merged types.anything [ [ 1 ] [ 2 ] ];
  "types.anything: equal lists" = merged types.anything [ [ 1 ] [ 1 ] ];
  "types.anything: kinds differ" = merged types.anything [ { } 1 ];
  "types.anything: functions" = (merged types.anything [ (x: { a = x; }) (x: { b = x; }) ]) 3;
  "types.anything: packages" = (merged types.anything [ (drv "x") ]).name;
  "types.attrTag: one" = merged (types.attrTag { a = mkOption { type = types.int; }; b = mkOption { type = types.lines; }; }) [ { b = "x"; } { b = "y"; } ];
  "types.attrTag: two" = merged (types.attrTag { a = mkOption { type = types.int; }; b = mkOption { type = types.int; }; }) [ { a = 1; } { b = 1; } ];
  "types.attrTag: unknown" = merged (types.attrTag { a = mkOption { type = types.int; }; }) [ { c = 1; } ];
  "types.attrTag: wrong value" = merged (types.attrTag { a = mkOption { type = types.int; }; }) [ { a = "x"; } ];
  "types.attrListOf: sets and lists" = merged (types.attrListOf types.int) [ { b = 1; a = 2; } [ { z = 3; } { a = 4; } ] ];
  "types.attrListOf: order and priority" = merged (types.attrListOf types.int) [ { a = mkAfter 1; b = mkDefault 2; c = 3; } [ (mkBefore { z = 0; }) { b = 5; } ] ];
  "types.attrListOf: two keys" = merged (types.attrListOf types.int) [ [ { a = 1; b = 2; } ] ];
  "types.attrListWith: as set" = merged (types.attrListWith { elemType = types.int; asAttrs = true; }) [ { a = 1; } [ { a = 2; } ] ];
  "types.json: nested" = merged types.json [ { a = [ 1 null { b = "x"; } ]; } ];
  "types.toml: null" = merged types.toml [ { a = null; } ];

  # --- submodules
  "types.submodule: defaults" = merged accounts [ { id = 1; } ];
  "types.submodule: merged" = merged accounts [ { id = 1; } { groups = [ "wheel" ]; } { user = "root"; } ];
  "types.submodule: missing" = merged accounts [ { } ];
  "types.submodule: unknown" = merged accounts [ { id = 1; shell = "x"; } ];
  "types.submodule: in a set" = merged (types.attrsOf accounts) [ { alice.id = 1; bob.id = 2; } { alice.groups = [ "g" ]; } ];
  "types.submodule: in a list" = merged (types.listOf accounts) [ [ { id = 1; user = "u"; } ] [ { id = 2; } ] ];
  "types.submodule: functions as definitions" = merged (types.attrsOf accounts) [ { alice = { name, ... }: { id = lib.stringLength name; }; } ];
  "types.submodule: config argument" =
    merged (types.attrsOf (types.submodule ({ config, name, ... }: {
      options.a = mkOption { type = types.int; default = 1; };
      options.b = mkOption { type = types.int; };
      config.b = mkDefault (config.a + 1);
    }))) [ { x = { }; y.a = 5; z.b = 0; } ];
  "types.submodule: options argument" =
    merged (types.submodule ({ options, ... }: {
      options.a = mkOption { type = types.int; default = 1; };
      options.set = mkOption { type = types.bool; default = options.a.highestPrio < 1500; };
    })) [ { a = 2; } ];
  "types.submodule: undefined gives defaults" = merged (types.submodule { options.a = mkOption { default = 3; }; }) [ ];
  "types.submodule: several modules" = merged (types.submodule [ { options.a = mkOption { default = 1; }; } { options.b = mkOption { default = 2; }; } ]) [ { } ];
  "types.submodule: an attribute called config" = merged (types.submodule { options.config = mkOption { type = types.str; }; options.options = mkOption { default = 1; }; }) [ { config = "x"; } ];
  "types.submodule: nested" = merged (types.attrsOf (types.submodule { options.inner = mkOption { type = types.attrsOf accounts; default = { }; }; })) [ { a.inner.b.id = 3; } ];
  "types.submodule: freeform" = merged (types.submodule { freeformType = types.attrsOf types.int; options.a = mkOption { type = types.str; default = "d"; }; }) [ { x = 1; } { y = 2; } ];
  "types.submodule: freeform wrong" = merged (types.submodule { freeformType = types.attrsOf types.int; }) [ { x = "s"; } ];
  "types.submodule: wrong type" = merged accounts [ 1 ];
  "types.submodule: conditions" = merged (types.attrsOf accounts) [ { a = mkIf true { id = 1; }; b = mkIf false { id = 2; }; c = mkMerge [ { id = 3; } { groups = [ "g" ]; } ]; } ];
  "types.submodule: force" = merged (types.attrsOf accounts) [ { a = { id = 1; groups = [ "x" ]; }; } { a = mkForce { id = 2; }; } ];
  "types.submoduleWith: special arguments" =
    merged (types.submoduleWith { specialArgs = { extra = 7; }; modules = [ ({ extra, ... }: { options.a = mkOption { default = extra; }; }) ]; }) [ { } ];
  "types.submoduleWith: not shorthand" =
    merged (types.submoduleWith { modules = [ { options.a = mkOption { type = types.int; }; } ]; }) [ { config.a = 1; } { options.b = mkOption { default = 2; }; } ];
  "types.submoduleWith: imports in a definition" =
    merged (types.submoduleWith { modules = [ { options.a = mkOption { type = types.listOf types.int; }; } ]; }) [ { imports = [ { a = [ 1 ]; } ]; config.a = [ 2 ]; } ];
  "types.submodule: file as definition" = merged (types.submodule { options.fromFile = mkOption { type = types.str; }; }) [ ./data/submodule.nix ];
  "types.deferredModule: imported later" =
    let
      outer = lib.evalModules {
        modules = [
          { options.later = mkOption { type = types.deferredModule; default = { }; }; }
          { later = { options.a = mkOption { type = types.int; }; }; }
          { later = { a = 4; }; }
        ];
      };
    in
    (lib.evalModules { modules = [ outer.config.later ]; }).config;
  "types.deferredModuleWith: static modules" =
    (lib.evalModules { modules = [ (merged (types.deferredModuleWith { staticModules = [ { options.a = mkOption { default = 1; }; } ]; }) [ { a = 2; } ]) ]; }).config;
  "types.optionType: one" = (merged types.optionType [ types.int ]).name;
  "types.optionType: merged" = (merged types.optionType [ (types.enum [ "a" ]) (types.enum [ "b" ]) ]).description;
  "types.optionType: clash" = (merged types.optionType [ types.int types.str ]).name;
  "types.shorthand: nested options in a type" = lib.attrNames ((types.attrsOf accounts).getSubOptions [ "users" ]);
  "types.getSubOptions: location" = ((types.attrsOf accounts).getSubOptions [ "users" ]).id.loc;
  "types.getSubOptions: list" = ((types.listOf accounts).getSubOptions [ "users" ]).id.loc;
  "types.getSubOptions: placeholder" = ((types.attrsWith { elemType = accounts; placeholder = "user"; }).getSubOptions [ "users" ]).id.loc;
  "types.getSubOptions: none" = (types.listOf types.int).getSubOptions [ ];

  # --- types declared twice
  "typeMerge: same" = both types.int types.int [ 1 ];
  "typeMerge: different" = both types.int types.str [ 1 ];
  "typeMerge: enums" = [ (both (types.enum [ "a" ]) (types.enum [ "b" ]) [ "b" ]) (both (types.enum [ "a" ]) (types.enum [ "b" ]) [ "a" ]) ];
  "typeMerge: lists" = both (types.listOf (types.enum [ 1 ])) (types.listOf (types.enum [ 2 ])) [ [ 1 2 ] ];
  "typeMerge: lists of different" = both (types.listOf types.int) (types.listOf types.str) [ [ ] ];
  "typeMerge: sets" = both (types.attrsOf (types.enum [ 1 ])) (types.attrsOf (types.enum [ 2 ])) [ { a = 1; b = 2; } ];
  "typeMerge: lazy and not" = both (types.attrsOf types.int) (types.lazyAttrsOf types.int) [ { } ];
  "typeMerge: separated strings" = both types.lines types.lines [ "a" ];
  "typeMerge: separators differ" = both types.lines types.commas [ "a" ];
  "typeMerge: strMatching" = both (types.strMatching "a") (types.strMatching "a") [ "a" ];
  "typeMerge: strMatching differs" = both (types.strMatching "a") (types.strMatching "b") [ "a" ];
  "typeMerge: either" = both (types.either (types.enum [ 1 ]) types.str) (types.either (types.enum [ 2 ]) types.str) [ 2 ];
  "typeMerge: nullOr" = both (types.nullOr (types.enum [ 1 ])) (types.nullOr (types.enum [ 2 ])) [ 2 ];
  "typeMerge: submodules" = both (types.submodule { options.a = mkOption { default = 1; }; }) (types.submodule { options.b = mkOption { default = 2; }; }) [ { } ];
  "typeMerge: sets of submodules" = both (types.attrsOf (types.submodule { options.a = mkOption { default = 1; }; })) (types.attrsOf (types.submodule { options.b = mkOption { default = 2; }; })) [ { x.b = 3; } ];
  "typeMerge: special arguments clash" = both (types.submoduleWith { modules = [ ]; specialArgs.x = 1; }) (types.submoduleWith { modules = [ ]; specialArgs.x = 2; }) [ { } ];
  "typeMerge: attrTag" = both (types.attrTag { a = mkOption { type = types.int; }; }) (types.attrTag { b = mkOption { type = types.int; }; }) [ { b = 1; } ];
  "typeMerge: coercedTo" = both (types.coercedTo types.int toString types.str) (types.coercedTo types.int toString types.str) [ 1 ];
  "mergeTypes: enums" = (types.mergeTypes (types.enum [ "a" ]) (types.enum [ "b" ])).description;
  "mergeTypes: error" = types.mergeTypes types.int types.str;

  # --- own types
  "mkOptionType: own check and merge" =
    merged (lib.mkOptionType { name = "even"; check = x: lib.isInt x && lib.mod x 2 == 0; merge = loc: defs: lib.foldl' (a: d: a + d.value) 0 defs; }) [ 2 4 ];
  "mkOptionType: refused" = merged (lib.mkOptionType { name = "even"; check = x: lib.mod x 2 == 0; }) [ 3 ];
  "mkOptionType: description" = { inherit (lib.mkOptionType { name = "even"; }) name description; };
  "mkOptionType: location" = merged (lib.mkOptionType { name = "where"; merge = loc: defs: loc; }) [ 1 ];
  "isOptionType: both" = map lib.isOptionType [ types.int { } (lib.mkOptionType { name = "x"; }) ];
  "isType: tags" = [ (lib.isType "a" { _type = "a"; }) (lib.isType "a" { }) (lib.isType "b" { _type = "a"; }) ];
  "setType: tag" = lib.setType "a" { x = 1; };
  "mergeOneOption: one" = merged (lib.mkOptionType { name = "x"; merge = lib.mergeOneOption; }) [ 1 ];
  "mergeOneOption: two" = merged (lib.mkOptionType { name = "x"; merge = lib.mergeOneOption; }) [ 1 1 ];
  "mergeOneOption: direct" = lib.mergeOneOption [ "a" ] [ { file = "f"; value = 3; } ];
  "mergeEqualOption: equal" = lib.mergeEqualOption [ "a" ] [ { file = "f"; value = 3; } { file = "g"; value = 3; } ];
  "mergeEqualOption: different" = lib.mergeEqualOption [ "a" ] [ { file = "f"; value = 3; } { file = "g"; value = 4; } ];
  "mergeDefaultOption: strings" = lib.mergeDefaultOption [ "a" ] [ { file = "f"; value = "x"; } { file = "g"; value = "y"; } ];
  "mergeUniqueOption: merge" = lib.mergeUniqueOption { message = "m"; merge = loc: defs: "merged"; } [ "a" ] [ { file = "f"; value = 1; } ];
}
