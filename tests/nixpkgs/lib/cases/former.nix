# What only an older library has, or does in its own way.
{ lib }:
let
  inherit (lib) mkOption types evalModules;
  merged = type: values:
    (evalModules { modules = [ { options.x = mkOption { inherit type; }; } ] ++ map (value: { x = value; }) values; }).config.x;
  at = path: type: value:
    lib.getAttrFromPath path (evalModules {
      modules = [ { options = lib.setAttrByPath path (mkOption { inherit type; }); config = lib.setAttrByPath path value; } ];
    }).config;
  item = types.submodule { options = { name = mkOption { default = null; }; v = mkOption { type = types.int; default = 0; }; mountPoint = mkOption { default = null; }; target = mkOption { default = null; }; }; };
in
{
  "types.loaOf: set" = merged (types.loaOf types.int) [ { a = 1; } { b = 2; } ];
  "types.loaOf: list with names" = merged (types.loaOf item) [ [ { name = "one"; v = 1; } { name = "two"; v = 2; } ] ];
  "types.loaOf: list without names" = merged (types.loaOf item) [ [ { v = 1; } { v = 2; } ] ];
  "types.loaOf: both" = merged (types.loaOf item) [ { one = { v = 1; }; } [ { name = "two"; v = 2; } ] ];
  "types.loaOf: file systems" = lib.attrNames (at [ "fileSystems" ] (types.loaOf item) [ { mountPoint = "/boot"; } ]);
  "types.loaOf: files of etc" = lib.attrNames (at [ "environment" "etc" ] (types.loaOf item) [ { target = "hosts"; } ]);
  "types.loaOf: check" = map (types.loaOf types.int).check [ [ ] { } 1 ];
  "types.string: joined" = merged types.string [ "b" "a" ];
  "mapAttrsFlatten: list" = lib.mapAttrsFlatten (name: value: name + value) { a = "1"; b = "2"; };
  "mapAttrsFlatten: empty" = lib.mapAttrsFlatten (name: value: name) { };
  "mapAttrsFlatten: order" = lib.mapAttrsFlatten (name: value: value) { z = 1; a = 2; };
  "zip: former name" = lib.zip (name: values: values) [ { a = 1; } { a = 2; } ];
  "zipWithNames: former name" = lib.zipWithNames [ "a" ] (name: values: values) [ { a = 1; } { a = 2; } ];
  "replaceChars: several" = lib.replaceChars [ "a" "b" ] [ "1" "2" ] "abc";
  "replaceChars: nothing" = lib.replaceChars [ ] [ ] "abc";
  "replaceChars: order" = lib.replaceChars [ "<" ">" ] [ "&lt;" "&gt;" ] "<a>";
  "readPathsFromFile: names" = map (p: baseNameOf p) (lib.readPathsFromFile ./. ./data/lines.txt);
  "literalExample: text" = (lib.literalExample "pkgs.hello").text;
  "literalExample: as an example" = (mkOption { example = lib.literalExample "x"; }).example.text;
  "literalExample: kept in manuals" = (lib.literalExample "[ 1 ]") ? text;
  "mkStrict: priority" = (lib.mkStrict 1).priority;
  "strings.isCoercibleToString: kinds" = map lib.strings.isCoercibleToString [ "a" 1 [ 1 ] { } ];
}
