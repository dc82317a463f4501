"""Set and list literals within others."""

from __future__ import annotations

from pyoci.compiler.frame import VALUES, Frame, is_shown
from pyoci.compiler.module import thunk_text
from pyoci.syntax import nodes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

_SHORT: Final = 400
"""Characters of Nix text up to which a literal is put together at once."""
_DEEP: Final = 20
"""Literals in each other that are; CPython reads no text with more than 200 brackets in each other."""


def literal_delay(frame: Frame, node: nodes.Node) -> str | None:
    """A thunk of a short set or list literal, which is put together at once; None for other nodes.

    Putting it together cannot fail, and costs less than a function of its own that would do it later, which has to be
    compiled and loaded: four of ten functions of a NixOS system were of this kind."""
    if node.end - node.start > _SHORT or frame.literals >= _DEEP or is_shown(frame):
        return None
    if isinstance(node, nodes.AttrSet):
        if node.recursive or node.dynamic or not node.attributes:
            return None
    elif not isinstance(node, nodes.ListLiteral) or not node.items:
        return None
    frame.literals += 1
    text = VALUES[node.__class__](frame, node)
    frame.literals -= 1
    return thunk_text("READY", [text])
