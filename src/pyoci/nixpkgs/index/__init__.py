"""The index: facts about the packages of a nixpkgs tree, in one file that is read on demand.

`format` says what stands where in the file, `reader` looks things up in it, `packages` makes Nix values of what was
found. `maker` writes an index of a tree, with the tree's answers from `tree` (and `describe.nix`, `templates.nix`).
"""
