# Puts pyoci's ociTools into a real nixpkgs: an overlay. The bundles' builder stays that of the tree.
final: previous: {
  ociTools = import ./oci-tools.nix {
    inherit (final)
      lib
      writeText
      runCommand
      writeReferencesToFile
      ;
    containerTemplate = import ./oci-template.nix previous;
  };
}
