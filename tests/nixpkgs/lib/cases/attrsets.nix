{ lib }:
let
  boom = throw "must not be evaluated";
  package = name: extra: { type = "derivation"; inherit name; outPath = "/nix/store/${name}"; } // extra;
  split = package "split" {
    bin = package "split-bin" { };
    dev = package "split-dev" { };
    lib = package "split-lib" { };
    man = package "split-man" { };
    out = package "split-out" { };
  };
  nested = { a = { b = { c = 3; }; d = null; }; x = 1; };
in
{
  "attrByPath: there" = lib.attrByPath [ "a" "b" "c" ] 0 nested;
  "attrByPath: missing" = lib.attrByPath [ "a" "z" "c" ] 0 nested;
  "attrByPath: empty path" = lib.attrByPath [ ] 0 { a = 1; };
  "attrByPath: through something that is no set" = lib.attrByPath [ "x" "y" ] "default" nested;
  "attrByPath: default is lazy" = lib.attrByPath [ "x" ] boom nested;
  "hasAttrByPath: both" = [ (lib.hasAttrByPath [ "a" "b" ] nested) (lib.hasAttrByPath [ "a" "q" ] nested) ];
  "hasAttrByPath: empty path" = lib.hasAttrByPath [ ] { };
  "hasAttrByPath: too deep" = lib.hasAttrByPath [ "x" "y" ] nested;
  "longestValidPathPrefix: parts" = lib.attrsets.longestValidPathPrefix [ "a" "b" "q" ] nested;
  "longestValidPathPrefix: whole" = lib.attrsets.longestValidPathPrefix [ "a" "b" ] nested;
  "setAttrByPath: nested" = lib.setAttrByPath [ "a" "b" ] 3;
  "setAttrByPath: empty path" = lib.setAttrByPath [ ] 3;
  "setAttrByPath: lazy" = builtins.attrNames (lib.setAttrByPath [ "a" ] boom);
  "getAttrFromPath: there" = lib.getAttrFromPath [ "a" "b" "c" ] nested;
  "getAttrFromPath: one name" = lib.getAttrFromPath [ "x" ] nested;
  "getAttrFromPath: missing" = lib.getAttrFromPath [ "a" "z" ] nested;
  "showAttrPath: plain" = lib.showAttrPath [ "foo" "10" "bar" ];
  "showAttrPath: quoted" = lib.showAttrPath [ "a b" "if" "c-d'" ];
  "showAttrPath: root" = lib.showAttrPath [ ];
  "updateManyAttrsByPath: two updates" = lib.updateManyAttrsByPath
    [
      { path = [ "a" "b" ]; update = old: { d = old.c; }; }
      { path = [ "a" "b" "c" ]; update = old: old + 1; }
      { path = [ "x" "y" ]; update = old: "xy"; }
    ]
    { a.b.c = 0; };
  "updateManyAttrsByPath: same path twice" = lib.updateManyAttrsByPath
    [ { path = [ "a" ]; update = old: old + 1; } { path = [ "a" ]; update = old: old * 10; } ]
    { a = 1; };
  "updateManyAttrsByPath: root" = lib.updateManyAttrsByPath [ { path = [ ]; update = old: old // { b = 2; }; } ] { a = 1; };
  "updateManyAttrsByPath: nothing there" = lib.updateManyAttrsByPath [ { path = [ "q" ]; update = old: old + 1; } ] { };
  "updateManyAttrsByPath: no set" = lib.updateManyAttrsByPath [ { path = [ "x" "y" ]; update = old: 1; } ] { x = 1; };
  "nameValuePair: pair" = lib.nameValuePair "some" 6;
  "nameValuePair: to a set" = lib.listToAttrs [ (lib.nameValuePair "a" 1) ];
  "nameValuePair: lazy" = (lib.nameValuePair "a" boom).name;
  "genAttrs: names" = lib.genAttrs [ "foo" "bar" ] (name: "x_" + name);
  "genAttrs: empty" = lib.genAttrs [ ] boom;
  "genAttrs: lazy" = builtins.attrNames (lib.genAttrs [ "a" "b" ] (name: boom));
  "genAttrs': pairs" = lib.genAttrs' [ "foo" "bar" ] (name: lib.nameValuePair "x_${name}" name);
  "optionalAttrs: true" = lib.optionalAttrs true { a = 1; };
  "optionalAttrs: false" = lib.optionalAttrs false boom;
  "optionalAttrs: merged" = { b = 1; } // lib.optionalAttrs true { a = 1; };
  "cartesianProduct: two" = lib.cartesianProduct { a = [ 1 2 ]; b = [ 10 20 ]; };
  "cartesianProduct: empty list" = lib.cartesianProduct { a = [ 1 2 ]; b = [ ]; };
  "cartesianProduct: nothing" = lib.cartesianProduct { };
  "mapCartesianProduct: strings" = lib.mapCartesianProduct ({ a, b }: "${a}-${b}") { a = [ "1" "2" ]; b = [ "3" "4" ]; };
  "attrVals: order" = lib.attrVals [ "b" "a" ] { a = 1; b = 2; c = 3; };
  "attrVals: missing" = lib.attrVals [ "q" ] { };
  "attrValues: by name" = lib.attrValues { c = 3; a = 1; b = 2; };
  "attrValues: empty" = lib.attrValues { };
  "attrValues: lazy" = lib.length (lib.attrValues { a = boom; });
  "attrNames: sorted" = lib.attrNames { c = 3; a = 1; "B" = 2; };
  "attrNames: empty" = lib.attrNames { };
  "attrNames: lazy" = lib.attrNames { a = boom; };
  "getAttrs: some" = lib.getAttrs [ "a" "b" ] { a = 1; b = 2; c = 3; };
  "getAttrs: missing" = lib.getAttrs [ "z" ] { a = 1; };
  "getAttr: there" = lib.getAttr "a" { a = 1; };
  "getAttr: missing" = lib.getAttr "b" { a = 1; };
  "getAttr: mapped" = map (lib.getAttr "n") [ { n = 1; } { n = 2; } ];
  "hasAttr: both" = [ (lib.hasAttr "a" { a = boom; }) (lib.hasAttr "b" { a = 1; }) ];
  "hasAttr: filters" = lib.filter (lib.hasAttr "x") [ { x = 1; } { y = 2; } ];
  "hasAttr: of no set" = lib.hasAttr "a" 1;
  "catAttrs: some" = lib.catAttrs "a" [ { a = 1; } { b = 0; } { a = 2; } ];
  "catAttrs: none" = lib.catAttrs "q" [ { a = 1; } ];
  "catAttrs: lists" = lib.concatLists (lib.catAttrs "l" [ { l = [ 1 ]; } { } { l = [ 2 ]; } ]);
  "attrsToList: pairs" = lib.attrsToList { b = 2; a = 1; };
  "attrsToList: empty" = lib.attrsToList { };
  "isAttrs: kinds" = map lib.isAttrs [ { } [ ] "x" null (package "p" { }) ];
  "isAttrs: function" = lib.isAttrs (x: x);
  "isAttrs: nested" = lib.isAttrs nested.a;
  "listToAttrs: first wins" = lib.listToAttrs [ { name = "a"; value = 1; } { name = "a"; value = 2; } ];
  "listToAttrs: some" = lib.listToAttrs [ { name = "a"; value = 1; } { name = "b"; value = 2; } ];
  "listToAttrs: empty" = lib.listToAttrs [ ];
  "removeAttrs: some" = lib.removeAttrs { a = 1; b = 2; c = 3; } [ "a" "z" ];
  "removeAttrs: lazy" = lib.attrNames (lib.removeAttrs { a = boom; b = boom; } [ "a" ]);
  "intersectAttrs: values of the second" = lib.intersectAttrs { a = 1; b = 2; } { b = 3; c = 4; };
  "collect: lists" = lib.collect lib.isList { a.b = [ "b" ]; c = [ 1 ]; };
  "collect: marked sets" = lib.collect (x: x ? mark) { a = { mark = 1; inner = { mark = 2; }; }; b.c = { mark = 3; }; };
  "collect: nothing" = lib.collect lib.isList { a = 1; };
  "collect: functions inside" = lib.length (lib.collect lib.isFunction { a = x: x; b.c = y: y; });
  "matchAttrs: both" = [
    (lib.matchAttrs { cpu.bits = 64; } { cpu = { bits = 64; name = "x"; }; os = "l"; })
    (lib.matchAttrs { cpu.bits = 32; } { cpu = { bits = 64; }; })
    (lib.matchAttrs { a = 1; } { })
    (lib.matchAttrs { } { a = 1; })
  ];
  "filterAttrs: by value" = lib.filterAttrs (n: v: v != null) { a = 1; b = null; };
  "filterAttrs: by name" = lib.filterAttrs (n: v: n == "foo") { foo = 1; bar = 2; };
  "filterAttrs: does not force values" = lib.attrNames (lib.filterAttrs (n: v: n == "a") { a = boom; b = boom; });
  "filterAttrsRecursive: nulls" = lib.filterAttrsRecursive (n: v: v != null) { a = { b = null; c = 1; }; d = null; };
  "filterAttrsRecursive: whole sets" = lib.filterAttrsRecursive (n: v: n != "drop") { a.drop = 1; drop.x = 1; b = 2; };
  "mapAttrs: names and values" = lib.mapAttrs (name: value: name + "-" + value) { x = "foo"; y = "bar"; };
  "mapAttrs: lazy" = lib.attrNames (lib.mapAttrs (n: v: boom) { a = 1; });
  "mapAttrs: empty" = lib.mapAttrs boom { };
  "mapAttrs': renames" = lib.mapAttrs' (name: value: lib.nameValuePair ("foo_" + name) ("bar-" + value)) { x = "a"; y = "b"; };
  "mapAttrs': values as names" = lib.mapAttrs' (name: value: lib.nameValuePair value name) { x = "a"; y = "b"; };
  "mapAttrs': first of equal names" = lib.mapAttrs' (name: value: lib.nameValuePair "same" value) { x = 1; y = 2; };
  "mapAttrsToList: strings" = lib.mapAttrsToList (name: value: name + value) { x = "a"; y = "b"; };
  "mapAttrsToList: empty" = lib.mapAttrsToList boom { };
  "mapAttrsToList: sorted by name" = lib.mapAttrsToList (name: value: value) { b = 1; a = 2; };
  "mapAttrsRecursive: paths" =
    lib.mapAttrsRecursive (path: value: lib.concatStringsSep "-" (path ++ [ value ])) { n.a = "A"; m = { b = "B"; c = "C"; }; d = "D"; };
  "mapAttrsRecursive: flat" = lib.mapAttrsRecursive (path: value: value + 1) { a = 1; };
  "mapAttrsRecursiveCond: not into packages" = lib.mapAttrsRecursiveCond (as: !(as ? type && as.type == "derivation"))
    (path: x: if x ? name then x.name else x) { a.p = package "p" { }; b = 1; };
  "mapAttrsToListRecursive: paths" = lib.mapAttrsToListRecursive (path: value: "${lib.concatStringsSep "." path}=${toString value}") { a.b = 1; c = 2; };
  "mapAttrsToListRecursiveCond: stops" = lib.mapAttrsToListRecursiveCond (path: as: !(as ? stop)) (path: value: path) { a = { stop = true; b = 1; }; c.d = 1; };
  "concatMapAttrs: pairs" = lib.concatMapAttrs (name: value: { ${name} = value; "${name}${value}" = value; }) { x = "a"; y = "b"; };
  "concatMapAttrs: later wins" = lib.concatMapAttrs (name: value: { same = value; }) { x = 1; y = 2; };
  "concatMapAttrs: drops" = lib.concatMapAttrs (name: value: lib.optionalAttrs (value > 1) { ${name} = value; }) { x = 1; y = 2; };
  "foldlAttrs: order" = lib.foldlAttrs (acc: name: value: acc + "${name}${toString value}") "" { b = 2; a = 1; };
  "foldAttrs: lists" = lib.foldAttrs (item: acc: [ item ] ++ acc) [ ] [ { a = 2; } { a = 3; b = 1; } ];
  "foldAttrs: sums" = lib.foldAttrs (a: b: a + b) 0 [ { x = 1; y = 2; } { x = 3; } { y = 10; z = 5; } ];
  "zipAttrsWith: collects" = lib.zipAttrsWith (name: values: values) [ { a = "x"; } { a = "y"; b = "z"; } ];
  "zipAttrsWith: names" = lib.zipAttrsWith (name: values: "${name}${toString (lib.length values)}") [ { a = 1; } { a = 2; b = 3; } ];
  "zipAttrs: values" = lib.zipAttrs [ { a = "x"; } { a = "y"; b = "z"; } ];
  "zipAttrs: empty" = lib.zipAttrs [ ];
  "zipAttrsWithNames: chosen" = lib.zipAttrsWithNames [ "a" "q" ] (name: values: values) [ { a = "x"; } { a = "y"; b = "z"; } ];
  "mergeAttrsList: later wins" = lib.mergeAttrsList [ { a = 0; b = 1; } { c = 2; d = 3; } { a = 9; } ];
  "mergeAttrsList: empty" = lib.mergeAttrsList [ ];
  "mergeAttrsList: one" = lib.mergeAttrsList [ { a = 1; } ];
  "recursiveUpdate: nested" = lib.recursiveUpdate { a = { b = 1; c = 2; }; } { a = { b = 3; d = 4; }; };
  "recursiveUpdate: replaces other kinds" = lib.recursiveUpdate { a = { b = 1; }; c = 1; } { a = 2; c = { d = 1; }; };
  "recursiveUpdate: lists are replaced" = lib.recursiveUpdate { a = [ 1 ]; } { a = [ 2 ]; };
  "recursiveUpdate: lazy" = (lib.recursiveUpdate { a.x = boom; b = 1; } { a.y = boom; }).b;
  "recursiveUpdateUntil: by path" = lib.recursiveUpdateUntil (path: l: r: path == [ "foo" ])
    { foo.bar = 1; foo.baz = 2; bar = 3; q = { a.b = 1; }; } { foo.bar = 1; foo.quz = 2; baz = 4; q = { a.b = 2; }; };
  "overrideExisting: no new names" = lib.overrideExisting { a = 1; b = 2; } { b = 3; c = 4; };
  "unionOfDisjoint: fine" = lib.attrsets.unionOfDisjoint { a = 1; } { b = 2; };
  "unionOfDisjoint: collision" = lib.attrsets.unionOfDisjoint { a = 1; } { a = 2; };
  "unionOfDisjoint: collision elsewhere" = (lib.attrsets.unionOfDisjoint { a = 1; b = 1; } { a = 2; }).b;
  "isDerivation: kinds" = map lib.isDerivation [ (package "p" { }) { } { type = "x"; } "drv" [ ] ];
  "isDerivation: real" = lib.isDerivation (derivation { name = "n"; system = "s"; builder = "b"; });
  "isDerivation: null" = lib.isDerivation null;
  "getOutput: there" = (lib.getOutput "dev" split).name;
  "getOutput: falls back" = (lib.getOutput "doc" split).name;
  "getOutput: no outputs" = (lib.getOutput "dev" (package "plain" { })).name;
  "getOutput: chosen already" = (lib.getOutput "dev" (split // { outputSpecified = true; })).name;
  "getBin: split" = (lib.getBin split).name;
  "getBin: plain" = (lib.getBin (package "plain" { })).name;
  "getBin: in a path" = "${lib.getBin split}/bin/x";
  "getLib: split" = (lib.getLib split).name;
  "getLib: plain" = (lib.getLib (package "plain" { })).name;
  "getLib: chosen already" = (lib.getLib (split // { outputSpecified = true; })).name;
  "getDev: split" = (lib.getDev split).name;
  "getMan: split" = (lib.getMan split).name;
  "getInclude: falls back" = (lib.getInclude split).name;
  "getStatic: falls back" = (lib.getStatic split).name;
  "getFirstOutput: first there" = (lib.getFirstOutput [ "none" "man" "dev" ] split).name;
  "getFirstOutput: none there" = (lib.getFirstOutput [ "none" ] split).name;
  "chooseDevOutputs: list" = map (p: p.name) (lib.chooseDevOutputs [ split (package "plain" { }) ]);
  "recurseIntoAttrs: mark" = lib.recurseIntoAttrs { a = 1; };
  "dontRecurseIntoAttrs: mark" = lib.dontRecurseIntoAttrs { a = 1; };
}
