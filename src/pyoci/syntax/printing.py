"""The canonical form of a tree, as `nix-instantiate --parse` prints it."""

from __future__ import annotations

from pyoci.syntax.nodes import Name


def show_name(step: Name) -> str:
    return str(step.name)
