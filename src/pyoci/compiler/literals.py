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


def literal_delay(frame: Frame, node: nodes.Node) -> str | None:
    """A thunk of a short set or list literal, which is put together at once; None for other nodes.

    Putting it together cannot fail, and costs less than a function of its own that would do it later, which has to be
    compiled and loaded: four of ten functions of a NixOS system were of this kind."""
    if node.end - node.start > _SHORT or is_shown(frame):
        return None
    if isinstance(node, nodes.AttrSet):
        if node.recursive or node.dynamic or not node.attributes:
            return None
    elif not isinstance(node, nodes.ListLiteral) or not node.items:
        return None
    return thunk_text("READY", [VALUES[node.__class__](frame, node)])
