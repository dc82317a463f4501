# stdenv and stdenvNoCC: their derivations and facts from the index, mkDerivation from here.
{ lib, index, indexed, derivation }:
let
  inherit (builtins) intersectAttrs listToAttrs map;

  told = index.platform.stdenv;

  make = name:
    let
      stdenv = indexed.${name} // intersectAttrs indexed.${name} {
        inherit lib;
        inherit (told) buildPlatform hostPlatform targetPlatform shell;
      } // {
        mkDerivation = derivation.mkDerivationOf { inherit stdenv; base = name; };
      };
    in
    stdenv;
in
{
  stdenv = make "stdenv";
  stdenvNoCC = make "stdenvNoCC";
}
