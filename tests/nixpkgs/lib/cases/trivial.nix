{ lib }:
{
  "id: number" = lib.id 3;
  "id: set" = lib.id { a = 1; };
  "id: mapped" = map lib.id [ 1 null "x" ];
  "const: first" = lib.const 1 2;
  "const: ignores what it cannot evaluate" = lib.const "kept" (throw "never");
  "const: partial" = map (lib.const 0) [ 1 2 3 ];
  "flip: subtraction" = lib.flip (a: b: a - b) 1 10;
  "flip: concatenation" = lib.flip lib.concat [ 1 ] [ 2 ];
  "flip: mapAttrs" = lib.flip lib.mapAttrs { a = 1; b = 2; } (name: value: "${name}${toString value}");
  "pipe: nothing to do" = lib.pipe 5 [ ];
  "pipe: in order" = lib.pipe 2 [ (x: x + 2) (x: x * 3) toString ];
  "pipe: lists" = lib.pipe [ 3 1 2 ] [ (lib.sort lib.lessThan) lib.reverseList ];
  "isFunction: lambda" = lib.isFunction (x: x);
  "isFunction: builtin" = lib.isFunction builtins.add;
  "isFunction: functor" = lib.isFunction { __functor = self: x: x; };
  "isFunction: functor that is none" = lib.isFunction { __functor = self: 1; };
  "isFunction: set" = lib.isFunction { };
  "isFunction: string" = lib.isFunction "f";
  "functionArgs: set pattern" = lib.functionArgs ({ a, b ? 1, ... }: a);
  "functionArgs: plain" = lib.functionArgs (x: x);
  "functionArgs: functor" = lib.functionArgs { __functor = self: { x, y ? 2 }: x; };
  "functionArgs: told" = lib.functionArgs (lib.setFunctionArgs (x: x) { told = true; });
  "setFunctionArgs: still callable" = (lib.setFunctionArgs (x: x + 1) { a = false; }) 4;
  "mirrorFunctionArgs: arguments" = lib.functionArgs (lib.mirrorFunctionArgs ({ a, b ? 2 }: a) (x: x));
  "mirrorFunctionArgs: call" = lib.mirrorFunctionArgs ({ a }: a) (x: x.a * 2) { a = 21; };
  "toFunction: value" = lib.toFunction 7 "ignored";
  "toFunction: function" = lib.toFunction (x: x + 1) 7;
  "or: table" = [ (lib."or" true false) (lib."or" false false) (lib."or" true (throw "lazy")) ];
  "and: table" = [ (lib.and true false) (lib.and true true) (lib.and false (throw "lazy")) ];
  "xor: table" = [ (lib.xor true false) (lib.xor true true) (lib.xor false false) ];
  "concat: lists" = lib.concat [ 1 ] [ 2 3 ];
  "mergeAttrs: right wins" = lib.mergeAttrs { a = 1; b = 2; } { b = 3; c = 4; };
  "mergeAttrs: empty" = lib.mergeAttrs { } { };
  "boolToString: true" = lib.boolToString true;
  "boolToString: false" = lib.boolToString false;
  "boolToString: mapped" = map lib.boolToString [ true false ];
  "boolToYesNo: both" = map lib.boolToYesNo [ true false ];
  "defaultTo: null" = lib.defaultTo 1 null;
  "defaultTo: false" = lib.defaultTo 1 false;
  "mapNullable: null" = lib.mapNullable (x: x + 1) null;
  "mapNullable: value" = lib.mapNullable (x: x + 1) 22;
  "mapNullable: false is a value" = lib.mapNullable (x: !x) false;
  "min: ints" = lib.min 3 7;
  "min: negative" = lib.min (-3) 2;
  "max: ints" = lib.max 3 7;
  "max: mixed" = lib.max 1.5 1;
  "mod: positive" = lib.mod 11 10;
  "mod: negative" = lib.mod (-7) 3;
  "mod: exact" = lib.mod 9 3;
  "compare: numbers" = [ (lib.compare 1 2) (lib.compare 2 2) (lib.compare 3 2) ];
  "compare: strings" = [ (lib.compare "a" "b") (lib.compare "b" "a") ];
  "splitByAndCompare: halves" =
    lib.sort (a: b: lib.splitByAndCompare (lib.hasPrefix "foo") lib.compare lib.compare a b < 0)
      [ "zed" "fooz" "abc" "fooa" ];
  "add: numbers" = lib.add 1 2;
  "sub: numbers" = lib.sub 1 2;
  "mul: numbers" = lib.mul 3 4;
  "div: rounds to zero" = lib.div 7 2;
  "lessThan: numbers" = lib.lessThan 1 2;
  "lessThan: strings" = lib.lessThan "b" "a";
  "lessThan: sorts" = lib.sort lib.lessThan [ 3 1 2 ];
  "bitAnd: bits" = lib.bitAnd 12 10;
  "bitOr: bits" = lib.bitOr 12 10;
  "bitXor: bits" = lib.bitXor 12 10;
  "bitNot: bits" = map lib.bitNot [ 0 1 (-1) 255 ];
  "ceil: float" = lib.ceil 2.1;
  "floor: float" = lib.floor 2.9;
  "isBool: kinds" = map lib.isBool [ true false null 0 "true" ];
  "isBool: set" = lib.isBool { };
  "isBool: comparison" = lib.isBool (1 < 2);
  "isInt: kinds" = map lib.isInt [ 1 1.0 "1" null ];
  "isInt: negative" = lib.isInt (-4);
  "isInt: list" = lib.isInt [ 1 ];
  "isFloat: kinds" = map lib.isFloat [ 1.5 1 "1.5" ];
  "toBaseDigits: decimal" = lib.toBaseDigits 10 2305;
  "toBaseDigits: binary" = lib.toBaseDigits 2 10;
  "toBaseDigits: zero" = lib.toBaseDigits 7 0;
  "toBaseDigits: negative" = lib.toBaseDigits 10 (-1);
  "toHexString: numbers" = map lib.toHexString [ 0 9 10 255 4096 250 ];
  "fromHexString: with and without prefix" = map lib.fromHexString [ "FF" "0x7f" "ff" "0" "DEADBEEF" ];
  "throwIf: false" = lib.throwIf false "no" 1;
  "throwIf: true" = lib.throwIf true "yes" 1;
  "throwIfNot: true" = lib.throwIfNot true "no" 1;
  "throwIfNot: false" = lib.throwIfNot false "yes" 1;
  "warnIf: false" = lib.warnIf false "never printed" 1;
  "warnIf: true" = lib.warnIf true "printed" 1;
  "warnIfNot: true" = lib.warnIfNot true "never printed" 1;
  "warnIfNot: false" = lib.warnIfNot false "printed" 2;
  "warn: value comes through" = lib.warn "printed" { a = 1; };
  "warn: in a list" = [ (lib.warn "printed" 1) 2 ];
  "warn: string" = lib.warn "printed" "value";
  "info: value comes through" = lib.info "printed" 5;
  "showWarnings: none" = lib.showWarnings [ ] "x";
  "showWarnings: two" = lib.showWarnings [ "one" "two" ] "x";
  "checkListOfEnum: fine" = lib.checkListOfEnum "colours" [ "red" "blue" ] [ "blue" ] "ok";
  "checkListOfEnum: unknown" = lib.checkListOfEnum "colours" [ "red" "blue" ] [ "green" ] "ok";
  "seq: returns the second" = lib.seq 1 2;
  "seq: forces the first" = lib.seq (throw "forced") 2;
  "deepSeq: forces all" = lib.deepSeq { a = throw "forced"; } 2;
  "deepSeq: fine" = lib.deepSeq { a = [ 1 ]; } 2;
  "genericClosure: numbers" = lib.genericClosure {
    startSet = [ { key = 5; } ];
    operator = item: if item.key == 1 then [ ] else [ { key = item.key - 1; } ];
  };
  "oldestSupportedReleaseIsAtLeast: old and new" = map lib.oldestSupportedReleaseIsAtLeast [ 2003 9912 ];
  "inNixShell: no" = lib.inNixShell;
  "version: starts with the release" = lib.hasPrefix lib.trivial.release lib.version;
  "pathExists: nothing there" = lib.pathExists "/no/such/file";
  "pathExists: root" = lib.pathExists "/";
  "pathExists: this folder" = lib.pathExists ./.;
  "readFile: a file" = lib.readFile ./data/lines.txt;
  "readFile: length" = lib.stringLength (lib.readFile ./data/lines.txt);
  "importJSON: a file" = lib.importJSON ./data/settings.json;
  "importTOML: a file" = lib.importTOML ./data/settings.toml;
  "fix: recursion" = (lib.fix (self: { a = 1; b = self.a + 1; })).b;
  "fix': tells the function" = (lib.fix' (self: { a = 1; })).__unfix__ { } ;
  "converge: halves" = lib.converge (x: x / 2) 16;
  "extends: overlay" = lib.fix (lib.extends (final: prev: { a = prev.a + 1; c = final.b; }) (self: { a = 1; b = self.a; }));
  "composeExtensions: in order" =
    lib.fix (lib.extends
      (lib.composeExtensions (final: prev: { x = prev.x + 1; }) (final: prev: { x = prev.x * 10; y = final.x; }))
      (self: { x = 1; }));
  "composeManyExtensions: none" = lib.fix (lib.extends (lib.composeManyExtensions [ ]) (self: { x = 1; }));
  "composeManyExtensions: three" =
    let
      add = text: final: prev: { x = prev.x + text; };
    in
    lib.fix (lib.extends (lib.composeManyExtensions [ (add "a") (add "b") (add "c") ]) (self: { x = ""; }));
  "makeExtensible: extend twice" =
    let
      base = lib.makeExtensible (self: { a = 1; b = self.a + 1; });
      more = (base.extend (final: prev: { a = prev.a + 10; })).extend (final: prev: { c = final.b; });
    in
    { inherit (more) a b c; };
  "makeExtensibleWithCustomName: own name" =
    ((lib.makeExtensibleWithCustomName "grow" (self: { a = 1; })).grow (final: prev: { b = prev.a; })).b;
  "toExtension: of a set" = lib.toExtension { a = 1; } { } { };
  "toExtension: of prev" = lib.toExtension (prev: { a = prev.b; }) { } { b = 2; };
  "toExtension: of both" = lib.toExtension (final: prev: { a = final.c + prev.b; }) { c = 1; } { b = 2; };
}
