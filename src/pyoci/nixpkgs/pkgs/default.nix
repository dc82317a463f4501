# The embedded package set: the packages of an index of real store paths, and the builders of the same release.
#
#   index     what embedded.py hands over: packages, templates, facts about the platform
#   lib       the library that `pkgs.lib` is
#   config    as nixpkgs' `config` (allowUnfree, permittedInsecurePackages, …)
#   overlays  as nixpkgs': [ (final: previous: { … }) ]
#   flavour   of ociTools, see ../oci-tools.nix
{ index, lib, config ? { }, overlays ? [ ], flavour ? "pyoci" }@given:
let
  inherit (builtins) attrNames filter foldl' head intersectAttrs;

  lib = import ./library.nix { inherit (given) lib; inherit index; };
  admit = import ./admit.nix { inherit lib config; inherit (index) system; };
  derivation = import ./derivation.nix { inherit lib index config admit; };

  # The package set with some overlays, each of which sees the whole (`final`) and what those before it made.
  make = overlays:
    let
      apply = made: overlay:
        let more = overlay final made.set;
        in { set = made.set // more; names = made.names ++ attrNames more; };
      made = foldl' apply { set = packages final; names = [ ]; } overlays;
      final = made.set;

      # Packages of the index are made with each other, whatever an overlay puts in place of one.
      replaced = filter index.isUsed made.names;
      check = reasons: package:
        if replaced == [ ] then admit.checkKnown reasons package
        else index.needsTree "An overlay that replaces ${head replaced}, with which ${package.name} may be made,";
      indexed = index.packages check (overlays != [ ] || admit.asksAll);
      stdenvs = import ./stdenv.nix { inherit lib index indexed derivation; };

      packages = final: indexed // (
        let
          inherit (final) stdenv stdenvNoCC;
          builders = import ./builders.nix { inherit lib index stdenv stdenvNoCC; };
        in
        # Builders that the release does not have are not there.
        intersectAttrs indexed (
          builders
          // import ./fetchers.nix { inherit lib index; inherit (builders) build; }
          // import ./shell.nix { inherit lib index; inherit (builders) build; }
        )
        // stdenvs
        // {
          ociTools = import ../oci-tools.nix {
            inherit lib flavour;
            inherit (final) writeText runCommand writeReferencesToFile;
            containerTemplate =
              if index.knows "container" then (inputs: builders.build "container" inputs { }) else null;
          };
          inherit lib config overlays;
          inherit (lib) appendToName dontRecurseIntoAttrs hiPrio lowPrio makeOverridable recurseIntoAttrs;
          inherit (index) system;
          inherit (stdenvs.stdenv) buildPlatform hostPlatform targetPlatform;
          callPackage = lib.callPackageWith final;
          callPackages = lib.callPackagesWith final;
          newScope = extra: lib.callPackageWith (final // extra);
          extend = overlay: make (overlays ++ [ overlay ]);
          appendOverlays = more: make (overlays ++ more);

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
        }
      );
    in
    final;
in
make overlays
