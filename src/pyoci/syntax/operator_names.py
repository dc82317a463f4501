"""Operators that are calls by name.

To Nix, `a - b`, `a * b`, `a / b` and `a < b` are calls of the variables `__sub`, `__mul`, `__div` and `__lessThan`,
which are builtins unless something binds these names. In a text that has one of the names, such operators become the
calls that they are; anywhere else they mean the builtins, and stay operators."""

from __future__ import annotations

import re

from pyoci.syntax.nodes import Apply, Binary, Literal, Node, Unary, Variable

_NAMES = {"-": "__sub", "*": "__mul", "/": "__div", "<": "__lessThan"}
_NAMED = re.compile(rf"(?:{'|'.join(_NAMES.values())})(?![\w'-])").search


def names_occur(text: str) -> bool:
    """Whether a text may bind one of the names."""
    return "__" in text and _NAMED(text) is not None


def with_calls(tree: Node) -> Node:
    """The tree with calls in place of such operators; changes the tree."""
    top = [tree]
    waiting: list[Node] = []
    _replace_in(top, waiting)
    while waiting:
        node = waiting.pop()
        for field in node.fields:
            value = getattr(node, field)
            if isinstance(value, Node):
                holder = [value]
                _replace_in(holder, waiting)
                setattr(node, field, holder[0])
            elif isinstance(value, list):
                _replace_in(value, waiting)
            elif isinstance(value, dict):
                waiting += value.values()
    return top[0]


def _replace_in(nodes: list[Node], waiting: list[Node]) -> None:
    for at, node in enumerate(nodes):
        if isinstance(node, Node):
            nodes[at] = _call(node)
            waiting.append(nodes[at])


def _call(node: Node) -> Node:
    if isinstance(node, Unary) and node.operator == "-":
        return _apply("__sub", Literal(0, node.start, node.start), node.operand, node)
    if not isinstance(node, Binary):
        return node
    if node.operator in _NAMES:
        return _apply(_NAMES[node.operator], node.left, node.right, node)
    if node.operator == ">":
        return _apply("__lessThan", node.right, node.left, node)
    if node.operator == "<=":
        return Unary("!", _apply("__lessThan", node.right, node.left, node), node.start, node.end)
    if node.operator == ">=":
        return Unary("!", _apply("__lessThan", node.left, node.right, node), node.start, node.end)
    return node


def _apply(name: str, first: Node, second: Node, node: Node) -> Node:
    return Apply(Variable(name, node.start, node.end), [first, second], node.start, node.end)
