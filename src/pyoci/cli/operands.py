"""Which operand of an operator, or which argument of a call, an error is about.

Whoever applies a function to a wrong value is told where the application is. The value itself is easier to see: it is
looked for among the operands by what the message says of it, `expected a list but found a set: { a = 1; }`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoci.cli.trees import node_at, tree_of
from pyoci.runtime.errors import Position
from pyoci.syntax.nodes import (
    Apply,
    AttrSet,
    Binary,
    Interpolation,
    Lambda,
    ListLiteral,
    Literal,
    Node,
    PathLiteral,
    Select,
    Unary,
    Variable,
)
from pyoci.syntax.source import Source

_KIND = r"(?:an? )?(integer|float|Boolean|null|list|set|function|string|path)"
_FOUND = re.compile(
    rf"cannot coerce {_KIND} to a string(?:: (.*))?$"
    rf"|expected .* but found {_KIND}(?: with context)?(?:: (.*))?$"
    rf"|cannot add {_KIND} to()"
)


def operand_at_fault(source: Source, place: Position, message: str) -> Position | None:
    """The place of the part of an application or operation at `place` that is of the kind which a message complains
    of; None where there is no such part, or more than one."""
    found = _FOUND.match(message)
    tree = tree_of(source) if found else None
    node = node_at(source, tree, place) if tree is not None else None
    if found is None or node is None:
        return None
    kind, shown = next((found[group], found[group + 1]) for group in (1, 3, 5) if found[group])
    operands = list(_operands(node))
    same = [one for one in operands if _kind(one) == kind]
    equal = [one for one in same if isinstance(one, Literal) and _shown(one) == shown]
    chosen = equal or same or [one for one in operands if _kind(one) is None]
    if len(chosen) != 1:
        return None
    return source.position(chosen[0].start, chosen[0].end)


def _operands(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary):
        yield from (node.left, node.right)
    elif isinstance(node, Unary):
        yield node.operand
    elif isinstance(node, Select):
        yield from _operands(node.subject)
    elif isinstance(node, Apply):
        for argument in node.arguments:
            yield argument
            if isinstance(argument, ListLiteral):
                yield from argument.items


def _kind(node: Node) -> str | None:
    """What a node's value is, where that can be seen without evaluating it."""
    if isinstance(node, Literal):
        return {int: "integer", float: "float", str: "string"}[type(node.value)]
    if isinstance(node, Variable):
        return {"true": "Boolean", "false": "Boolean", "null": "null"}.get(node.name)
    kinds = {ListLiteral: "list", AttrSet: "set", Lambda: "function", Interpolation: "string", PathLiteral: "path"}
    return kinds.get(type(node))


def _shown(literal: Literal) -> str:
    return f'"{literal.value}"' if isinstance(literal.value, str) else str(literal.value)
