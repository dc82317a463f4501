"""The tree of a text in which something is wrong, for those who look around a place in it."""

from __future__ import annotations

from collections.abc import Iterator

from pyoci.runtime.errors import ParseError, Position
from pyoci.syntax.nodes import Assert, Lambda, Let, Literal, Node, PathLiteral, With
from pyoci.syntax.source import Source


def tree_of(source: Source) -> Node | None:
    """The tree of an expression or of bindings; None for a text that is neither."""
    from pyoci.syntax.parser import parse, parse_bindings

    for parser in (parse, parse_bindings):
        try:
            return parser(source)
        except ParseError:
            continue
    return None


def nodes_of(tree: Node) -> Iterator[Node]:
    """All nodes of a tree, in no particular order."""
    pending: list[object] = [tree]
    while pending:
        one = pending.pop()
        if isinstance(one, Node):
            yield one
            pending += [getattr(one, field) for field in one.fields]
        elif isinstance(one, dict):
            pending += one.values()
        elif isinstance(one, list | tuple):
            pending += one


def node_at(source: Source, tree: Node, place: Position) -> Node | None:
    """The node that a place is the place of."""
    try:
        start = source.offset_of(place.line, place.column)
        end = source.offset_of(place.end_line, place.end_column) if place.end_line else None
    except IndexError:
        return None
    found = [node for node in nodes_of(tree) if node.start == start and (end is None or node.end == end)]
    return found[0] if found else None


def around(tree: Node, offset: int) -> list[Node]:
    """The nodes that an offset lies in, the innermost first."""
    found = [node for node in nodes_of(tree) if node.start <= offset < node.end]
    return sorted(found, key=lambda node: node.end - node.start)


def result_of(tree: Node) -> Node:
    """What a text's value is made by: the expression behind `let … in`, `with …;`, `{ … }:` and their like."""
    while isinstance(tree, Let | With | Assert | Lambda):
        tree = tree.body
    return tree


_TELLING = 5
"""Shorter strings than this occur in messages by chance."""


def saying(tree: Node, message: str) -> Node | None:
    """The string or the path that a message contains; of several the longest."""
    found: list[tuple[int, Node]] = []
    for node in nodes_of(tree):
        text = node.value if isinstance(node, Literal) else node.parts[-1] if isinstance(node, PathLiteral) else None
        if isinstance(text, str) and len(said := text.strip().lstrip("./")) >= _TELLING and said in message:
            found.append((len(said), node))
    return max(found, key=lambda one: one[0])[1] if found else None
