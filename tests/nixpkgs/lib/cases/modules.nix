{ lib }:
let
  inherit (lib) evalModules mkOption types mkIf mkMerge mkForce mkDefault mkOverride mkBefore mkAfter mkOrder;

  configOf = modules: removeWarnings (evalModules { inherit modules; }).config;
  removeWarnings = config: removeAttrs config [ "warnings" "assertions" ];
  int = default: mkOption { type = types.int; inherit default; };
  a = { options.a = mkOption { type = types.int; }; };
  list = { options.l = mkOption { type = types.listOf types.str; default = [ ]; }; };
  assertions = {
    options.warnings = mkOption { type = types.listOf types.str; default = [ ]; };
    options.assertions = mkOption { type = types.listOf types.unspecified; default = [ ]; };
  };
  old = { options.old.x = mkOption { type = types.int; }; };
  new = { options.new.x = mkOption { type = types.int; default = 0; }; };
  file = name: module: { _file = name; } // module;
  opt = modules: (evalModules { inherit modules; }).options;
  shown = option: { inherit (option) isDefined definitions definitionsWithLocations files highestPrio declarations loc; };
in
{
  # --- modules and imports
  "evalModules: one" = configOf [ a { a = 1; } ];
  "evalModules: nothing" = configOf [ ];
  "evalModules: result" = lib.attrNames (evalModules { modules = [ a ]; });
  "evalModules: explicit config" = configOf [ a { config.a = 1; } ];
  "evalModules: functions" = configOf [ ({ lib, ... }: { options.a = lib.mkOption { default = lib.toUpper "x"; }; }) ];
  "evalModules: config argument" = configOf [ ({ config, ... }: { options.a = int 1; options.b = int 2; config.b = config.a + 10; }) ];
  "evalModules: options argument" = configOf [ a { a = 5; } ({ options, ... }: { options.defined = mkOption { default = options.a.isDefined; }; }) ];
  "evalModules: imports" = configOf [ { imports = [ a { imports = [ { a = 3; } ]; } ]; } ];
  "evalModules: files" = configOf [ ./data/module.nix ];
  "evalModules: file as string" = configOf [ (toString ./data/module.nix) ];
  "evalModules: a file twice counts once" = configOf [ ./data/module.nix ./data/module.nix { imports = [ ./data/module.nix ]; } ];
  "evalModules: equal keys count once" = configOf [ list { key = "k"; l = [ "x" ]; } { key = "k"; l = [ "y" ]; } ];
  "evalModules: require" = configOf [ { require = [ a ]; a = 3; } ];
  "evalModules: conditional module" = configOf [ a (mkIf true { a = 3; }) ];
  "evalModules: forced module" = configOf [ a { a = 1; } (mkForce { a = 3; }) ];
  "evalModules: merge of modules is none" = configOf [ a (mkMerge [ { a = 3; } ]) ];
  "evalModules: nested list" = configOf [ [ a ] ];
  "evalModules: configuration as module" = configOf [ (evalModules { modules = [ a ]; }) ];
  "evalModules: option as module" = configOf [ (mkOption { }) ];
  "evalModules: number as module" = configOf [ 1 ];
  "evalModules: order of imports" = configOf [ { imports = [ { l = [ "one" ]; } { l = [ "two" ]; } ]; l = [ "self" ]; } list { l = [ "last" ]; } ];
  "evalModules: deep imports order" = configOf [ list { imports = [ { imports = [ { l = [ "deep" ]; } ]; l = [ "mid" ]; } ]; l = [ "top" ]; } ];
  "evalModules: unsupported attribute" = configOf [ { options.a = int 1; b = 2; } ];
  "evalModules: two top-level forms" = configOf [ a { config.a = 1; imports = [ ]; } ];
  "evalModules: config in a shorthand" = configOf [ { options.config = int 1; } ];
  "disabledModules: file" = configOf [ a { imports = [ ./data/module.nix ]; } { disabledModules = [ ./data/module.nix ]; a = 1; } ];
  "disabledModules: key" = configOf [ list { key = "k"; l = [ "x" ]; } { disabledModules = [ { key = "k"; } ]; } ];
  "disabledModules: imports go too" = configOf [ list { key = "k"; imports = [ { l = [ "inner" ]; } ]; } { disabledModules = [ { key = "k"; } ]; } ];
  "disabledModules: relative" = (evalModules {
    specialArgs.modulesPath = ./data;
    modules = [ a ./data/module.nix { disabledModules = [ "module.nix" ]; a = 2; } ];
  }).config;
  "disabledModules: in a disabled module" = configOf [ list { key = "k1"; disabledModules = [ { key = "k2"; } ]; l = [ "1" ]; } { key = "k2"; l = [ "2" ]; } { disabledModules = [ { key = "k1"; } ]; } ];
  "disabledModules: without key" = configOf [ a { disabledModules = [ { a = 1; } ]; a = 1; } ];
  "disabledModules: number" = (configOf [ a { disabledModules = [ (x: x) ]; a = 1; } ]);
  "graph: keys" = map (m: { inherit (m) key disabled; imports = map (i: i.key) m.imports; }) (evalModules {
    modules = [ a { imports = [ { key = "inner"; } ]; a = 1; } { key = "gone"; } { disabledModules = [ { key = "gone"; } ]; } ];
  }).graph;

  # --- arguments
  "_module.args: given" = configOf [ a { _module.args.value = 7; } ({ value, ... }: { a = value; }) ];
  "_module.args: from the configuration" = configOf [ a ({ config, ... }: { options.b = int 4; config._module.args.twice = config.b * 2; }) ({ twice, ... }: { a = twice; }) ];
  "_module.args: missing" = configOf [ a ({ nowhere, ... }: { a = nowhere; }) ];
  "_module.args: default of the pattern is not used" = configOf [ a ({ nowhere ? 3, ... }: { a = 1; }) ];
  "_module.args: readable" = (evalModules { modules = [ { _module.args.x = 1; } ]; })._module.args.x;
  "specialArgs: in imports" = (evalModules { specialArgs.extra = a; modules = [ ({ extra, ... }: { imports = [ extra ]; a = 2; }) ]; }).config;
  "specialArgs: beats _module.args" = (evalModules { specialArgs.value = 1; modules = [ a { _module.args.value = 2; } ({ value, ... }: { a = value; }) ]; }).config;
  "specialArgs: as argument" = (evalModules { specialArgs.value = 1; modules = [ a ({ specialArgs, ... }: { a = specialArgs.value; }) ]; }).config;
  "evalModules: args" = (evalModules { args.value = 5; modules = [ a ({ value, ... }: { a = value; }) ]; }).config;
  "evalModules: check off" = (evalModules { check = false; modules = [ a { a = 1; unknown = 2; } ]; }).config;
  "_module.check: off" = configOf [ a { a = 1; unknown = 2; _module.check = false; } ];
  "evalModules: prefix" = (evalModules { prefix = [ "outer" "inner" ]; modules = [ a { a = 1; } ]; }).options.a.loc;
  "evalModules: class" = (evalModules { class = "nixos"; modules = [ (a // { _class = "nixos"; }) { a = 1; } ]; }).config;
  "evalModules: wrong class" = (evalModules { class = "nixos"; modules = [ { _class = "darwin"; } ]; }).config;
  "evalModules: class without expectation" = configOf [ { _class = "darwin"; } ];
  "evalModules: unknown argument" = (evalModules { modules = [ ]; unknown = 1; }).config;
  "extendModules: more" = ((evalModules { modules = [ a { a = mkDefault 1; } ]; }).extendModules { modules = [ { a = 2; } ]; }).config;
  "extendModules: special arguments" = ((evalModules { modules = [ list ]; specialArgs.x = "x"; }).extendModules { specialArgs.y = "y"; modules = [ ({ x, y, ... }: { l = [ x y ]; }) ]; }).config;
  "extendModules: as an argument" = configOf [ ({ extendModules, ... }: { options.a = int 1; options.b = mkOption { default = (extendModules { modules = [ { a = 2; } ]; }).config.a; }; }) ];
  "type: of a configuration" = configOf [ { options.sub = mkOption { inherit (evalModules { modules = [ a ]; }) type; }; sub.a = 3; } ];

  # --- freeform
  "freeformType: values" = configOf [ { freeformType = types.attrsOf types.int; } { x = 1; } { y.z = 2; _module.freeformType = mkForce (types.attrsOf types.anything); } ];
  "freeformType: with options" = configOf [ { freeformType = types.attrsOf types.str; options.n = int 1; } { s = "x"; n = 5; } ];
  "freeformType: wrong" = configOf [ { freeformType = types.attrsOf types.int; } { x = "s"; } ];
  "freeformType: nested options" = configOf [ { freeformType = types.attrsOf types.anything; options.a.b = int 1; } { a.c = 2; a.b = 3; } ];
  "freeformType: lazy" = lib.attrNames (configOf [ { freeformType = types.lazyAttrsOf types.raw; } { x = throw "lazy"; } ]);

  # --- errors
  "unknown option: top" = configOf [ a { b = 1; } ];
  "unknown option: nested" = configOf [ { options.x.a = int 1; } { x.b = 1; } ];
  "unknown option: no options at all" = configOf [ { a = 1; } ];
  "unknown option: under a condition" = configOf [ a { a = 1; b = mkIf false 1; } ];
  "unknown option: whole set under a condition" = configOf [ a { a = 1; } (mkIf false { b = 1; }) ];
  "unknown option: options are fine then too" = lib.attrNames (opt [ a { b = 1; } ]);
  "undefined option: read" = configOf [ a ];
  "undefined option: not read" = lib.attrNames (configOf [ a ]);
  "not a set: branch" = configOf [ { options.x.a = int 1; } { x = 1; } ];
  "not a set: options" = configOf [ { options.x = 1; } ];
  "not a set: type instead of option" = configOf [ { options.x = types.int; } ];
  "option and branch: clash" = configOf [ { options.x = int 1; } { options.x.y = int 2; } ];
  "option and branch: submodule" = configOf [ { options.x = mkOption { type = types.submodule { options.a = int 1; }; default = { }; }; } { options.x.y = int 2; } ];
  "declared twice: default" = configOf [ { options.a = int 1; } { options.a = int 2; } ];
  "declared twice: completed" = configOf [ { options.a = mkOption { type = types.int; }; } { options.a = mkOption { default = 2; }; } ];
  "declared twice: description" = configOf [ { options.a = mkOption { description = "x"; default = 1; }; } { options.a = mkOption { description = "y"; }; } ];
  "declared twice: declarations" = (opt [ (file "one" { options.a = mkOption { type = types.int; }; }) (file "two" { options.a = mkOption { default = 2; }; }) ]).a.declarations;
  "readOnly: once" = configOf [ { options.a = mkOption { readOnly = true; }; } { a = 1; } ];
  "readOnly: default and definition" = configOf [ { options.a = mkOption { readOnly = true; default = 0; }; } { a = 1; } ];
  "readOnly: two definitions" = configOf [ { options.a = mkOption { readOnly = true; }; } { a = 1; } { a = 1; } ];
  "apply: changes the value" = configOf [ { options.a = mkOption { type = types.int; apply = x: "got ${toString x}"; }; a = 1; } ];
  "apply: of the default" = configOf [ { options.a = mkOption { default = 2; apply = x: x * 2; }; } ];
  "option without type: merge" = configOf [ { options.a = mkOption { }; } { a = [ 1 ]; } { a = [ 2 ]; } ];
  "wrong type: lazily" = (configOf [ { options.a = int 1; options.b = int 2; } { a = "x"; } ]).b;

  # --- properties
  "mkIf: true and false" = configOf [ list { l = mkIf true [ "yes" ]; } { l = mkIf false [ "no" ]; } ];
  "mkIf: on a branch" = configOf [ { options.x.y = int 0; options.x.z = int 0; } { x = mkIf true { y = 1; }; } { x = mkIf false { z = 1; }; } ];
  "mkIf: depends on the configuration" = configOf [ ({ config, ... }: { options.on = mkOption { default = true; }; options.a = int 0; config = mkIf config.on { a = 1; }; }) ];
  "mkIf: nested" = configOf [ a { a = mkIf true (mkIf true 1); } ];
  "mkIf: no truth value" = configOf [ a { a = mkIf "yes" 1; } ];
  "mkIf: shape" = mkIf true 1;
  "mkMerge: definitions" = configOf [ list { l = mkMerge [ [ "a" ] [ "b" ] (mkIf false [ "c" ]) ]; } ];
  "mkMerge: on a branch" = configOf [ { options.x.y = int 0; options.x.z = int 0; } { x = mkMerge [ { y = 1; } { z = 2; } ]; } ];
  "mkMerge: whole configuration" = configOf [ a list { config = mkMerge [ { a = 1; } (mkIf true { l = [ "x" ]; }) ]; } ];
  "mkMerge: shape" = mkMerge [ 1 2 ];
  "mkOverride: lowest wins" = configOf [ a { a = mkOverride 20 1; } { a = mkOverride 10 2; } { a = 3; } ];
  "mkOverride: on a branch" = configOf [ { options.x.y = int 0; } { x.y = 1; } { x = mkOverride 50 { y = 2; }; } ];
  "mkOverride: shape" = mkOverride 5 1;
  "mkForce: beats plain" = configOf [ list { l = [ "a" ]; } { l = mkForce [ "b" ]; } ];
  "mkForce: twice" = configOf [ a { a = mkForce 1; } { a = mkForce 2; } ];
  "mkForce: lists of equal priority are joined" = configOf [ list { l = mkForce [ "a" ]; } { l = mkForce [ "b" ]; } ];
  "mkForce: shape" = mkForce 1;
  "mkForce: condition inside" = configOf [ a { a = mkForce (mkIf true 1); } ];
  "mkForce: inside a condition" = configOf [ a { a = 1; } { a = mkIf true (mkForce 2); } ];
  "mkDefault: loses" = configOf [ a { a = mkDefault 1; } { a = 2; } ];
  "mkDefault: beats the option's default" = configOf [ { options.a = int 0; } { a = mkDefault 1; } ];
  "mkDefault: conflict" = configOf [ a { a = mkDefault 1; } { a = mkDefault 2; } ];
  "mkDefault: shape" = mkDefault 1;
  "mkOptionDefault: like a default" = configOf [ a { a = lib.mkOptionDefault 1; } ];
  "mkOptionDefault: conflicts with the default" = configOf [ { options.a = int 0; } { a = lib.mkOptionDefault 1; } ];
  "mkOptionDefault: lists" = configOf [ { options.l = mkOption { type = types.listOf types.str; default = [ "d" ]; }; } { l = lib.mkOptionDefault [ "more" ]; } ];
  "mkVMOverride: beats force" = configOf [ a { a = mkForce 1; } { a = lib.mkVMOverride 2; } ];
  "mkVMOverride: shape" = lib.mkVMOverride 1;
  "mkVMOverride: of a set" = configOf [ { options.x.y = int 0; } { x = lib.mkVMOverride { y = 5; }; } { x.y = mkForce 3; } ];
  "mkImageMediaOverride: shape" = lib.mkImageMediaOverride 1;
  "mkOrder: numbers" = configOf [ list { l = mkOrder 2000 [ "z" ]; } { l = mkOrder 1 [ "a" ]; } { l = [ "m" ]; } ];
  "mkOrder: shape" = mkOrder 1 2;
  "mkOrder: with priority inside" = configOf [ list { l = mkForce (mkOrder 2000 [ "z" ]); } { l = mkForce [ "a" ]; } ];
  "mkBefore: first" = configOf [ list { l = [ "b" ]; } { l = mkBefore [ "a" ]; } ];
  "mkBefore: shape" = mkBefore [ 1 ];
  "mkBefore: two" = configOf [ list { l = mkBefore [ "1" ]; } { l = mkBefore [ "2" ]; } ];
  "mkAfter: last" = configOf [ list { l = mkAfter [ "z" ]; } { l = [ "b" ]; } ];
  "mkAfter: shape" = mkAfter [ 1 ];
  "mkAfter: condition around" = configOf [ list { l = mkIf true (mkAfter [ "z" ]); } { l = [ "b" ]; } ];
  "mkAssert: true" = configOf [ a { a = lib.mkAssert true "m" 1; } ];
  "mkAssert: false" = configOf [ a { a = lib.mkAssert false "m" 1; } ];
  "mkDefinition: own file" = (opt [ a { a = lib.mkDefinition { file = "elsewhere"; value = 1; }; } ]).a.files;
  "mkDefinition: priority inside" = configOf [ a { a = 1; } { a = lib.mkDefinition { file = "elsewhere"; value = mkForce 2; }; } ];
  "mapDefinitionValue: through properties" = configOf [ a { a = lib.modules.mapDefinitionValue (x: x + 1) (mkIf true (mkForce 1)); } ];
  "dischargeProperties: list" = lib.dischargeProperties (mkMerge [ 1 (mkIf true 2) (mkIf true (mkIf false 3)) ]);
  "pushDownProperties: sets" = lib.pushDownProperties (mkMerge [ { a = 1; } (mkIf true { b = 2; }) (mkForce { c = 3; }) ]);
  "filterOverrides: best" = lib.filterOverrides [ { file = "1"; value = mkOverride 10 "a"; } { file = "2"; value = mkOverride 20 "b"; } { file = "3"; value = "z"; } { file = "4"; value = mkOverride 10 "d"; } ];
  "sortProperties: order" = map (d: d.value) (lib.sortProperties [ { file = "1"; value = "m"; } { file = "2"; value = mkAfter "z"; } { file = "3"; value = mkBefore "a"; } ]);
  "mergeDefinitions: value" = (lib.mergeDefinitions [ "a" ] types.int [ { file = "f"; value = mkDefault 1; } { file = "g"; value = 2; } ]).mergedValue;
  "mergeDefinitions: nothing" = let m = lib.mergeDefinitions [ "a" ] types.int [ { file = "f"; value = mkIf false 1; } ]; in { inherit (m) isDefined optionalValue; };
  "mergeDefinitions: nothing read" = (lib.mergeDefinitions [ "a" ] types.int [ ]).mergedValue;

  # --- options, seen from outside
  "options: defined" = shown (opt [ (file "decl" a) (file "def" { a = 1; }) ]).a;
  "options: default only" = shown (opt [ (file "decl" { options.a = int 7; }) ]).a;
  "options: nothing" = { inherit ((opt [ a ]).a) isDefined definitions files highestPrio; };
  "options: priorities" = shown (opt [ (file "decl" { options.a = int 0; }) (file "d1" { a = mkDefault 1; }) (file "d2" { a = mkForce 2; }) ]).a;
  "options: order" = (opt [ (file "decl" list) (file "z" { l = mkAfter [ "z" ]; }) (file "m" { l = [ "m" ]; }) ]).l.definitionsWithLocations;
  "options: conditions are gone" = (opt [ list { l = mkMerge [ (mkIf false [ "a" ]) (mkIf true [ "b" ]) ]; } ]).l.definitions;
  "options: value" = (opt [ a { a = 1; } ]).a.value;
  "options: string" = "${(opt [ { options.x.y = int 1; } ]).x.y}";
  "options: type" = (opt [ list ]).l.type.description;
  "options: nested location" = (opt [ { options.x.y.z = int 1; } ]).x.y.z.loc;
  "options: files of modules" = (opt [ ./data/module.nix ]).fromModule.files == [ (toString ./data/module.nix) ];
  "options: declarations of files" = (opt [ ./data/module.nix ]).fromModule.declarations == [ (toString ./data/module.nix) ];
  "options: declaration positions" = map (p: p.line) (opt [ ./data/module.nix ]).fromModule.declarationPositions;
  "options: visible and internal" = { inherit ((opt [ { options.a = mkOption { default = 1; visible = false; internal = true; }; } ]).a) visible internal default; };
  "options: _module" = lib.attrNames (opt [ ])._module;
  "options: valueMeta" = lib.attrNames (opt [ { options.s = mkOption { type = types.attrsOf (types.submodule { options.a = int 1; }); }; s.x = { }; } ]).s.valueMeta.attrs;
  "mergeAttrDefinitionsWithPrio: elements" = lib.modules.mergeAttrDefinitionsWithPrio (opt [ { options.s = mkOption { type = types.attrsOf types.int; }; } { s = { a = 1; b = mkDefault 2; }; } { s.b = mkForce 3; } ]).s;
  "setDefaultModuleLocation: file" = (opt [ a (lib.setDefaultModuleLocation "there.nix" { a = 1; }) ]).a.files;
  "setDefaultModuleLocation: own file stays" = (opt [ a (lib.setDefaultModuleLocation "there.nix" (file "own.nix" { a = 1; })) ]).a.files;
  "importApply: file" = configOf [ (lib.modules.importApply ./data/apply.nix { start = 3; }) ];
  "modules.importJSON: file" = configOf [ { options = { name = mkOption { }; ports = mkOption { }; on = mkOption { }; none = mkOption { }; ratio = mkOption { }; }; } (lib.modules.importJSON ./data/settings.json) ];
  "modules.importTOML: file" = configOf [ { options = { name = mkOption { }; server.port = mkOption { }; server.hosts = mkOption { }; }; } (lib.modules.importTOML ./data/settings.toml) ];

  # --- declaring
  "mkOption: shape" = mkOption { default = 1; description = "d"; };
  "mkOption: empty" = mkOption { };
  "mkOption: unknown argument" = mkOption { defualt = 1; };
  "mkEnableOption: shape" = removeAttrs (lib.mkEnableOption "the thing") [ "type" ];
  "mkEnableOption: default" = configOf [ { options.on = lib.mkEnableOption "it"; } ];
  "mkEnableOption: on" = configOf [ { options.on = lib.mkEnableOption "it"; on = true; } ];
  "mkPackageOption: name" = removeAttrs (lib.mkPackageOption { hello = "pkg"; } "hello" { }) [ "type" ];
  "mkPackageOption: path" = removeAttrs (lib.mkPackageOption { a.b = "pkg"; } [ "a" "b" ] { example = [ "a" "c" ]; extraDescription = "More."; }) [ "type" ];
  "mkPackageOption: default" = (lib.mkPackageOption { ghc = "pkg"; } "GHC" { default = [ "ghc" ]; pkgsText = "haskell"; example = "haskell.x"; }).defaultText;
  "mkPackageOption: nullable" = removeAttrs (lib.mkPackageOption { } "x" { nullable = true; default = null; }) [ "type" ];
  "mkPackageOption: no default" = removeAttrs (lib.mkPackageOption { } "x" { default = null; }) [ "type" ];
  "mkPackageOption: missing" = (lib.mkPackageOption { } "x" { }).default;
  "mkSinkUndeclaredOptions: swallows" = lib.attrNames (configOf [ { options.s = lib.mkSinkUndeclaredOptions { }; } { s.any.thing = 1; } ]);
  "mkSinkUndeclaredOptions: unreadable" = (configOf [ { options.s = lib.mkSinkUndeclaredOptions { }; } ]).s;
  "literalExpression: shape" = lib.literalExpression "pkgs.hello";
  "literalExpression: no string" = lib.literalExpression 1;
  "literalExpression: as default text" = (mkOption { defaultText = lib.literalExpression "x"; }).defaultText.text;
  "literalMD: shape" = lib.literalMD "*x*";
  "literalMD: no string" = lib.literalMD [ ];
  "literalMD: text" = (lib.literalMD "a\nb").text;
  "isOption: both" = map lib.isOption [ (mkOption { }) { } 1 ];
  "isOption: evaluated" = lib.isOption (opt [ a ]).a;
  "isOption: type" = lib.isOption types.int;
  "showOption: plain" = lib.showOption [ "foo" "bar" "baz" ];
  "showOption: quoted" = lib.showOption [ "a" "b c" "1x" "d.e" ];
  "showOption: placeholders" = lib.showOption [ "a" "*" "<name>" "<function body>" "" ];
  "showFiles: two" = lib.showFiles [ "one" "two" ];
  "showFiles: one" = lib.showFiles [ "one" ];
  "showFiles: none" = lib.showFiles [ ];
  "showDefs: values" = lib.options.showDefs [ { file = "f"; value = 1; } { file = "g"; value = { a = [ 1 2 ]; b = "x"; c = 1; d = 1; e = 1; }; } { file = "h"; value = throw "no"; } ];
  "showDefs: deep" = lib.options.showDefs [ { file = "f"; value = lib.fix (self: { inherit self; }); } ];
  "showOptionWithDefLocs: text" = lib.showOptionWithDefLocs { loc = [ "x" "y" ]; files = [ "a.nix" "b.nix" ]; };
  "getValues: list" = lib.getValues [ { value = 1; } { value = 2; } ];
  "getFiles: list" = lib.getFiles [ { file = "a"; } { file = "b"; } ];
  "unknownModule: name" = lib.unknownModule;
  "scrubOptionValue: package" = lib.scrubOptionValue { a = { type = "derivation"; name = "n"; drvPath = throw "no"; }; b = [ 1 { _args = 1; c = 2; } ]; };
  "renderOptionValue: values" = map (v: lib.options.renderOptionValue v) [ 1 "x" { a = [ ]; } (lib.literalExpression "y") ];
  "optionAttrSetToDocList: entries" = map (o: removeAttrs o [ "declarations" ]) (lib.filter (o: !(lib.elem "_module" o.loc)) (lib.optionAttrSetToDocList (opt [ {
    options.x.y = mkOption { type = types.int; default = 1; description = "y"; example = [ 2 ]; };
    options.l = mkOption { type = types.listOf types.str; };
    options.hidden = mkOption { visible = false; type = types.attrsOf (types.submodule { options.inside = int 1; }); };
    options.shallow = mkOption { visible = "shallow"; type = types.attrsOf (types.submodule { options.inside = int 1; }); };
    options.s = mkOption { type = types.attrsOf (types.submodule { options.deep = int 5; }); defaultText = lib.literalMD "*none*"; };
    options.internal = mkOption { internal = true; readOnly = true; };
  } ])));

  # --- options that have moved
  "mkRenamedOptionModule: forwards" = configOf [ assertions new (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = 5; } ];
  "mkRenamedOptionModule: warns" = (evalModules { modules = [ assertions new (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) (file "user.nix" { old.x = 5; }) ]; }).config.warnings;
  "mkRenamedOptionModule: quiet when unused" = (evalModules { modules = [ assertions new (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) { new.x = 5; } ]; }).config.warnings;
  "mkRenamedOptionModule: priority" = configOf [ assertions new (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = mkForce 5; } { new.x = 6; } ];
  "mkRenamedOptionModule: old default" = configOf [ assertions new (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = mkDefault 5; } { new.x = 6; } ];
  "mkRenamedOptionModule: without warnings option" = configOf [ new (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = 5; } ];
  "mkRenamedOptionModule: target missing" = configOf [ assertions (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = 5; } ];
  "mkRenamedOptionModule: conditions" = configOf [ assertions new (lib.mkRenamedOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = mkIf false 5; } ];
  "mkRenamedOptionModuleWith: new release" = (evalModules { modules = [ assertions new (lib.mkRenamedOptionModuleWith { sinceRelease = 9912; from = [ "old" "x" ]; to = [ "new" "x" ]; }) { old.x = 5; } ]; }).config.warnings;
  "mkRenamedOptionModuleWith: old release" = lib.length (evalModules { modules = [ assertions new (lib.mkRenamedOptionModuleWith { sinceRelease = 2003; from = [ "old" "x" ]; to = [ "new" "x" ]; }) { old.x = 5; } ]; }).config.warnings;
  "mkAliasOptionModule: both ways" = configOf [ assertions new (lib.mkAliasOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = 5; } ];
  "mkAliasOptionModule: no warning" = (evalModules { modules = [ assertions new (lib.mkAliasOptionModule [ "old" "x" ] [ "new" "x" ]) { old.x = 5; } ]; }).config.warnings;
  "mkAliasOptionModule: reads the new one" = configOf [ assertions new (lib.mkAliasOptionModule [ "old" "x" ] [ "new" "x" ]) { new.x = 8; } ];
  "mkRemovedOptionModule: unused" = map (x: x.assertion) (evalModules { modules = [ assertions (lib.mkRemovedOptionModule [ "old" "x" ] "Do without.") ]; }).config.assertions;
  "mkRemovedOptionModule: used" = map (x: { inherit (x) assertion message; }) (evalModules { modules = [ assertions (lib.mkRemovedOptionModule [ "old" "x" ] "Do without.") (file "user.nix" { old.x = 1; }) ]; }).config.assertions;
  "mkRemovedOptionModule: read" = (evalModules { modules = [ assertions (lib.mkRemovedOptionModule [ "old" "x" ] "Do without.") { old.x = 1; } ]; }).config.old.x;
  "mkMergedOptionModule: two into one" = removeAttrs (configOf [ assertions { options.new = mkOption { type = types.str; }; }
    (lib.mkMergedOptionModule [ [ "p" ] [ "q" ] ] [ "new" ] (config: "${toString config.p}/${toString config.q}")) { p = 1; } ]) [ ];
  "mkMergedOptionModule: warnings" = lib.length (evalModules { modules = [ assertions { options.new = mkOption { type = types.str; }; }
    (lib.mkMergedOptionModule [ [ "p" ] [ "q" ] ] [ "new" ] (config: "x")) { p = 1; q = 2; } ]; }).config.warnings;
  "mkMergedOptionModule: unused" = (configOf [ assertions { options.new = mkOption { type = types.str; default = "d"; }; }
    (lib.mkMergedOptionModule [ [ "p" ] [ "q" ] ] [ "new" ] (config: "x")) ]).new;
  "mkChangedOptionModule: converts" = (configOf [ assertions { options.new = mkOption { type = types.str; }; }
    (lib.mkChangedOptionModule [ "p" ] [ "new" ] (config: if config.p > 3 then "high" else "low")) { p = 4; } ]).new;
  "mkChangedOptionModule: warns" = (evalModules { modules = [ assertions { options.new = mkOption { type = types.str; }; }
    (lib.mkChangedOptionModule [ "p" ] [ "new" ] (config: "x")) (file "user.nix" { p = 4; }) ]; }).config.warnings;
  "mkChangedOptionModule: unused" = (evalModules { modules = [ assertions { options.new = mkOption { type = types.str; default = "d"; }; }
    (lib.mkChangedOptionModule [ "p" ] [ "new" ] (config: "x")) ]; }).config;
  "mkAliasDefinitions: definitions" = configOf [ ({ options, ... }: { options.p = mkOption { type = types.listOf types.int; }; options.q = mkOption { type = types.listOf types.int; default = [ ]; }; config.q = lib.mkAliasDefinitions options.p; }) { p = [ 1 ]; } { p = mkBefore [ 0 ]; } ];
  "mkAliasDefinitions: undefined" = (configOf [ ({ options, ... }: { options.p = mkOption { type = types.int; }; options.q = int 5; config.q = lib.mkAliasDefinitions options.p; }) ]).q;
  "mkAliasAndWrapDefinitions: wrapped" = configOf [ ({ options, ... }: { options.p = int 1; options.q.r = int 0; config.q = lib.mkAliasAndWrapDefinitions (lib.setAttrByPath [ "r" ]) options.p; }) { p = 3; } ];
  "mkDerivedConfig: priority" = configOf [ ({ options, ... }: { options.p = int 1; options.q = mkOption { type = types.str; default = "d"; }; config.q = lib.mkDerivedConfig options.p toString; }) { p = mkForce 3; } { q = "plain"; } ];
  "doRename: condition" = configOf [ assertions { options.new = mkOption { type = types.attrsOf (types.submodule { options.x = int 0; }); default = { }; }; options.on = mkOption { default = false; }; }
    ({ config, ... }: { imports = [ (lib.doRename { from = [ "old" "x" ]; to = [ "new" "" "x" ]; visible = true; warn = false; use = lib.id; condition = config.on; }) ]; }) ];
  "fixMergeModules: unchecked" = removeAttrs (lib.fixMergeModules [ a { a = 1; other = 2; } ] { }).config [ ];
  "modules: values depend on each other" = configOf [ ({ config, ... }: {
    options.services = mkOption { default = { }; type = types.attrsOf (types.submodule ({ name, ... }: { options.port = mkOption { type = types.port; }; options.url = mkOption { default = "http://${name}:${toString config.services.${name}.port}"; }; })); };
    options.open = mkOption { type = types.listOf types.port; default = [ ]; };
    config.open = lib.mapAttrsToList (_: s: s.port) config.services;
  }) { services.web.port = 80; } { services.ssh.port = 22; } ];
  "modules: enable pattern" = configOf [ ({ config, lib, ... }: {
    options.svc.enable = lib.mkEnableOption "svc";
    options.svc.settings = mkOption { type = types.attrsOf types.str; default = { }; };
    options.etc = mkOption { type = types.attrsOf types.lines; default = { }; };
    config = mkIf config.svc.enable { etc."svc.conf" = lib.generators.toKeyValue { } config.svc.settings; };
  }) { svc.enable = true; svc.settings.a = "1"; } { etc."svc.conf" = mkAfter "# end"; } ];
}
