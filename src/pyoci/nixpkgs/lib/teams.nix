# Groups of maintainers; see maintainers.nix.
_: { }
