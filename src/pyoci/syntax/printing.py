"""The canonical form of a tree, as `nix-instantiate --parse` of Nix 2.34 prints it.

Each kind of node has a function that splits it into strings and inner nodes; `print_tree` works these off with a
stack of its own, so that a deeply nested tree needs no deep recursion.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable

from pyoci.syntax.nodes import (
    OUTER,
    Apply,
    Assert,
    Attribute,
    AttrSet,
    Binary,
    CurrentPosition,
    Formal,
    HasAttr,
    If,
    Interpolation,
    Lambda,
    Let,
    ListLiteral,
    Literal,
    Name,
    Node,
    PathLiteral,
    SearchPath,
    Select,
    Unary,
    Variable,
    With,
)
from pyoci.syntax.source import Source

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any

Piece = str | Node

_IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_'-]*")
_KEYWORDS = frozenset(["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit"])
_ESCAPED = re.compile(r'["\\\n\r\t]|\$(?=\{)')
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_CALLED = {"-": "__sub", "*": "__mul", "/": "__div", "<": "__lessThan", ">": "__lessThan"}
"""Operators that C++ Nix's parser turns into calls."""


def print_tree(node: Node, source: Source) -> str:
    """The tree in canonical form: operators in parentheses, attributes by name, paths absolute (relative ones start
    from `source.base`)."""
    out: list[str] = []
    stack: list[Piece] = [node]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            out.append(piece)
        elif isinstance(piece, PathLiteral):
            stack += reversed(_path(piece, source))
        else:
            stack += reversed(list(_SPLIT[type(piece)](piece)))
    return "".join(out)


def show_string(text: str) -> str:
    """A string in quotes, with escapes."""
    return '"' + _ESCAPED.sub(lambda m: _ESCAPES.get(m[0], "\\" + m[0]), text) + '"'


def show_identifier(name: str) -> str:
    """A name as it is where an identifier may stand, in quotes where it is none."""
    return name if _IDENTIFIER.fullmatch(name) and name not in _KEYWORDS else show_string(name)


def _literal(node: Literal) -> Iterable[Piece]:
    value = node.value
    if isinstance(value, str):
        yield show_string(value)
    elif isinstance(value, float):
        yield f"{value:g}"
    else:
        yield str(value)


def _interpolation(node: Interpolation) -> Iterable[Piece]:
    return _sum([show_string(part) if isinstance(part, str) else part for part in node.parts])


def _sum(parts: list[Piece]) -> list[Piece]:
    pieces: list[Piece] = ["("]
    for number, part in enumerate(parts):
        pieces += [" + ", part] if number else [part]
    return [*pieces, ")"]


def _path(node: PathLiteral, source: Source) -> list[Piece]:
    first = node.parts[0]
    assert isinstance(first, str)
    shown = absolute_path(first, source.base)
    if len(node.parts) == 1:
        return [shown]
    return _sum([shown, *(show_string(part) if isinstance(part, str) else part for part in node.parts[1:])])


def absolute_path(written: str, base: bytes) -> str:
    """A path literal, or the first piece of one with `${…}`, made absolute and cleared of `.`, `..` and `//`. A slash
    at its end stays."""
    if written.startswith("~"):
        return os.path.expanduser("~") + written[1:]
    path = posixpath.normpath(posixpath.join(os.fsdecode(base), written))
    if path.startswith("//"):
        path = path[1:]
    return path + "/" if written.endswith("/") and len(written) > 1 else path


def _search_path(node: SearchPath) -> Iterable[Piece]:
    yield f'(__findFile __nixPath "{node.name}")'


def _variable(node: Variable) -> Iterable[Piece]:
    yield show_identifier(node.name)


def _attribute_path(path: list[Name]) -> Iterable[Piece]:
    for number, step in enumerate(path):
        if number:
            yield "."
        if isinstance(step.name, str):
            yield show_identifier(step.name)
        else:
            yield from ('"${', step.name, '}"')


def _select(node: Select) -> Iterable[Piece]:
    yield from ("(", node.subject, ").", *_attribute_path(node.path))
    if node.default is not None:
        yield from (" or (", node.default, ")")


def _has_attr(node: HasAttr) -> Iterable[Piece]:
    return ("((", node.subject, ") ? ", *_attribute_path(node.path), ")")


def _apply(node: Apply) -> Iterable[Piece]:
    yield "("
    called = _call(node.function)
    yield from called or [node.function]
    for argument in node.arguments:
        yield from (" ", argument)
    yield ")"


def _call(node: Node) -> list[Piece]:
    """An operation that is a call for C++ Nix, without its parentheses; of others, nothing."""
    if isinstance(node, Binary) and node.operator in _CALLED:
        first, second = (node.right, node.left) if node.operator == ">" else (node.left, node.right)
        return [_CALLED[node.operator], " ", first, " ", second]
    if isinstance(node, Unary) and node.operator == "-":
        return ["__sub 0 ", node.operand]
    if isinstance(node, SearchPath):
        return [f'__findFile __nixPath "{node.name}"']
    return []


def _binary(node: Binary) -> Iterable[Piece]:
    if called := _call(node):
        return ("(", *called, ")")
    if node.operator == "<=":
        return ("(! (__lessThan ", node.right, " ", node.left, "))")
    if node.operator == ">=":
        return ("(! (__lessThan ", node.left, " ", node.right, "))")
    return ("(", node.left, f" {node.operator} ", node.right, ")")


def _unary(node: Unary) -> Iterable[Piece]:
    return ("(", *(_call(node) or ["! ", node.operand]), ")")


def _lambda(node: Lambda) -> Iterable[Piece]:
    yield "("
    if node.formals is not None:
        yield "{ "
        pieces: list[list[Piece]] = [_formal(formal) for formal in sorted(node.formals, key=lambda formal: formal.name)]
        if node.ellipsis:
            pieces.append(["..."])
        for number, piece in enumerate(pieces):
            yield from [", ", *piece] if number else piece
        yield " }"
        if node.parameter is not None:
            yield " @ "
    if node.parameter is not None:
        yield show_identifier(node.parameter)
    yield from (": ", node.body, ")")


def _formal(formal: Formal) -> list[Piece]:
    shown = show_identifier(formal.name)
    return [shown] if formal.default is None else [shown, " ? ", formal.default]


def _attr_set(node: AttrSet) -> Iterable[Piece]:
    yield "rec { " if node.recursive else "{ "
    yield from _bindings(node.attributes, node.inherit_from)
    for dynamic in node.dynamic:
        yield from ('"${', dynamic.name, '}" = ', dynamic.value, "; ")
    yield "}"


def _bindings(attributes: dict[str, Attribute], inherit_from: list[Node]) -> Iterable[Piece]:
    names = sorted(attributes, key=lambda name: name.encode("utf-8", "surrogateescape"))
    inherited: dict[int, list[str]] = {}
    for name in names:
        source = attributes[name].source
        if source is not None:
            inherited.setdefault(source, []).append(show_identifier(name))
    for source in sorted(inherited):
        yield "inherit"
        if source != OUTER:
            yield from (" (", inherit_from[source], ")")
        yield "".join(f" {name}" for name in inherited[source]) + "; "
    for name in names:
        if attributes[name].source is None:
            yield from (f"{show_identifier(name)} = ", attributes[name].value, "; ")


def _let(node: Let) -> Iterable[Piece]:
    return ("(let ", *_bindings(node.attributes, node.inherit_from), "in ", node.body, ")")


def _with(node: With) -> Iterable[Piece]:
    return ("(with ", node.subject, "; ", node.body, ")")


def _if(node: If) -> Iterable[Piece]:
    return ("(if ", node.condition, " then ", node.consequence, " else ", node.alternative, ")")


def _assert(node: Assert) -> Iterable[Piece]:
    return ("assert ", node.condition, "; ", node.body)


def _list(node: ListLiteral) -> Iterable[Piece]:
    yield "[ "
    for item in node.items:
        yield from ("(", item, ") ")
    yield "]"


_SPLIT: dict[type[Node], Callable[[Any], Iterable[Piece]]] = {
    Literal: _literal,
    Interpolation: _interpolation,
    SearchPath: _search_path,
    Variable: _variable,
    CurrentPosition: lambda node: ("__curPos",),
    Select: _select,
    HasAttr: _has_attr,
    Apply: _apply,
    Binary: _binary,
    Unary: _unary,
    Lambda: _lambda,
    AttrSet: _attr_set,
    Let: _let,
    With: _with,
    If: _if,
    Assert: _assert,
    ListLiteral: _list,
}
