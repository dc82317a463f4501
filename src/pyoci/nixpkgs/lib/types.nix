# `lib.types`, put together from the files below types/.
{ lib }:
let
  base = import ./types/base.nix { inherit lib; };
  part = file: import file { inherit lib base; };
in
base.public
// part ./types/scalars.nix
// part ./types/places.nix
// part ./types/compounds.nix
// part ./types/choices.nix
// part ./types/submodules.nix
// {
  types = lib.types;
}
