"""Which operand of an operator, or which argument of a call, an error is about.

Whoever applies a function to a wrong value is told where the application is. The value itself is easier to see: it is
looked for among the operands by what the message says of it, `expected a list but found a set: { a = 1; }`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoci.cli.trees import node_at, nodes_of, tree_of
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

_KIND = r"(?:an? |the (?:partially applied )?built-in )?(integer|float|Boolean|null|list|set|function|string|path)"
_FOUND = re.compile(
    rf"cannot coerce {_KIND} to a string(?:: (.*))?$"
    rf"|expected .* but found {_KIND}(?: with context| '\S*')?(?:: (.*))?$"
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


_TAKE_TWO = frozenset(
    "mapAttrs mapAttrs' mapAttrsToList filterAttrs foldl' foldl foldr imap0 imap1 zipListsWith concatMapAttrs sort"
    " zipAttrsWith mapAttrsRecursive".split()
)
"""Functions that give the function which they are passed two arguments."""

_TAKE_ONE = frozenset(
    "map filter genAttrs genList concatMap concatMapStrings concatMapStringsSep forEach partition groupBy any all"
    " findFirst count flip nameValuePair".split()
)


def function_at_fault(source: Source, message: str) -> Position | None:
    """Where a library's function is passed something that cannot be called with what it is given: what is no function
    at all, or a function of too few arguments. None where a text has no such place, or more than one."""
    found = re.match(rf"attempt to call something which is not a function but {_KIND}", message)
    tree = tree_of(source) if found else None
    if found is None or tree is None:
        return None
    calls = [(node, _called(node)) for node in nodes_of(tree) if isinstance(node, Apply)]
    known = [(node, name) for node, name in calls if name in _TAKE_TWO or name in _TAKE_ONE]
    wrong = [one for node, _ in known for one in node.arguments if _kind(one) == found[1]]
    short = [one for node, name in known if name in _TAKE_TWO for one in node.arguments if _takes_one(one)]
    for candidates in (short, wrong):
        if len(candidates) == 1:
            return source.position(candidates[0].start, candidates[0].end)
    return None


def _called(node: Apply) -> str | None:
    """The name of the function that is called, without the set that it is selected from."""
    function = node.function
    if isinstance(function, Select):
        last = function.path[-1].name
        return last if isinstance(last, str) else None
    return function.name if isinstance(function, Variable) else None


def _takes_one(node: Node) -> bool:
    return isinstance(node, Lambda) and not isinstance(node.body, Lambda)
