# The embedded package set: the packages of an index of real store paths, and the builders of the same release.
#
#   index     what embedded.py hands over: packages, templates, facts about the platform
#   lib       the library that `pkgs.lib` is
#   config    as nixpkgs' `config` (allowUnfree, permittedInsecurePackages, …)
#   overlays  as nixpkgs': [ (final: previous: { … }) ]
#   flavour   of ociTools, see ../oci-tools.nix
{ index, lib, config ? { }, overlays ? [ ], flavour ? "pyoci" }:
let
  inherit (builtins) foldl' isFunction;

  admit = import ./admit.nix { inherit lib config; inherit (index) system; };
  indexed = index.packages admit.checkKnown admit.asksAll;

  derivation = import ./derivation.nix { inherit lib index config admit; };
  stdenvs = import ./stdenv.nix { inherit lib index indexed derivation; };

  # A package set for `final`, the set as its users see it, overlays included.
  packages = final:
    let
      inherit (final) stdenv stdenvNoCC;
      builders = import ./builders.nix { inherit lib index stdenv stdenvNoCC; };
      fetchers = import ./fetchers.nix { inherit lib index; inherit (builders) build quote; };
      shells = import ./shell.nix { inherit lib; inherit (builders) build; };
      ociTools = import ../oci-tools.nix {
        inherit lib flavour;
        inherit (final) writeText runCommand writeReferencesToFile;
        containerTemplate = inputs: builders.build "container" inputs { };
      };
    in
    indexed
    // stdenvs
    // removeAttrs builders [ "build" "quote" ]
    // fetchers
    // shells
    // {
      inherit lib config ociTools;
      inherit (lib)
        appendToName dontRecurseIntoAttrs hiPrio lowPrio makeOverridable recurseIntoAttrs;
      inherit (index) system;
      inherit (stdenvs.stdenv) buildPlatform hostPlatform targetPlatform;

      pkgs = final;
      # Building for the system that one builds on, all of these are the same.
      buildPackages = final;
      targetPackages = final;
      pkgsBuildBuild = final;
      pkgsBuildHost = final;
      pkgsBuildTarget = final;
      pkgsHostHost = final;
      pkgsHostTarget = final;
      pkgsTargetTarget = final;
      callPackage = lib.callPackageWith final;
      callPackages = lib.callPackagesWith final;
      newScope = extra: lib.callPackageWith (final // extra);

      inherit overlays;
      extend = overlay: make (overlays ++ [ overlay ]);
      appendOverlays = more: make (overlays ++ more);
    };

  make = overlays: lib.fix (foldl' (make: overlay: lib.extends overlay make) packages overlays);
in
make overlays
