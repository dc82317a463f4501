# The containerTemplate (see oci-tools.nix) of a real nixpkgs: the bundle builder's own command,
# read from a container that this nixpkgs made, with other files in the places of its config.json
# and of its list of references. null where the command is not of that shape.
{ ociTools, writeReferencesToFile, ... }:

let
  inherit (builtins)
    filter
    head
    isList
    length
    replaceStrings
    split
    unsafeDiscardStringContext
    ;

  probe = ociTools.buildContainer { args = [ ]; };
  command = unsafeDiscardStringContext probe.buildCommand;

  found = filter isList (split "(${builtins.storeDir}/[0-9a-z]+-config\\.json)" command);
  probeReferences = unsafeDiscardStringContext "${writeReferencesToFile [ ]}";
  usable = length found == 1 && length (split (probeReferences) command) == 3;
in
if !usable then
  null
else
  { config, references }:
  probe.overrideAttrs (_: {
    buildCommand = replaceStrings [ (head (head found)) probeReferences ] [ "${config}" "${references}" ] command;
  })
