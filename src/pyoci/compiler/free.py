"""The names that an expression takes from its surroundings, found without generating its code."""

from __future__ import annotations

from collections.abc import Callable

from pyoci.syntax import nodes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final


class FreeNames:
    """What some expressions take from their surroundings.

    `names` are the names that they do not bind themselves, in the order of their first use, with whether one of the
    uses is under no `with` of theirs: such a name must be bound outside. `has_with` tells whether a `with` is in them;
    `paths` collects the paths without interpolation that are written in them, but for those of the home folder."""

    __slots__ = ("has_with", "in_with", "names", "paths")

    def __init__(self, paths: list[str]) -> None:
        self.names: dict[str, bool] = {}
        self.has_with = False
        self.in_with = False
        self.paths = paths

    def visit(self, node: nodes.Node, bound: frozenset[str] = frozenset()) -> None:
        """Add what a node takes; `bound` are the names that are bound around it, within the expression."""
        kind = node.__class__
        if kind is nodes.Variable:
            name = node.name  # type: ignore[attr-defined]
            if name not in bound:
                if self.in_with:
                    self.names.setdefault(name, False)
                else:
                    self.names[name] = True
        elif kind is not nodes.Literal:
            _VISITS[kind](self, node, bound)


Bound = frozenset[str]


def _parts(free: FreeNames, node: nodes.Interpolation, bound: Bound) -> None:
    for part in node.parts:
        if part.__class__ is not str:
            free.visit(part, bound)  # type: ignore[arg-type]


def _path(free: FreeNames, node: nodes.PathLiteral, bound: Bound) -> None:
    first, *rest = node.parts
    if not rest:
        if first[0] != "~":  # type: ignore[index]
            free.paths.append(first)  # type: ignore[arg-type]
        return
    for part in rest:
        if part.__class__ is not str:
            free.visit(part, bound)  # type: ignore[arg-type]


def _search_path(free: FreeNames, node: nodes.SearchPath, bound: Bound) -> None:
    for name in ("__findFile", "__nixPath"):
        free.visit(nodes.Variable(name, node.start, node.end), bound)


def _nothing(free: FreeNames, node: nodes.Node, bound: Bound) -> None:
    pass


def _steps(free: FreeNames, path: list[nodes.Name], bound: Bound) -> None:
    for step in path:
        if step.name.__class__ is not str:
            free.visit(step.name, bound)  # type: ignore[arg-type]


def _select(free: FreeNames, node: nodes.Select, bound: Bound) -> None:
    free.visit(node.subject, bound)
    _steps(free, node.path, bound)
    if node.default is not None:
        free.visit(node.default, bound)


def _has_attr(free: FreeNames, node: nodes.HasAttr, bound: Bound) -> None:
    free.visit(node.subject, bound)
    _steps(free, node.path, bound)


def _apply(free: FreeNames, node: nodes.Apply, bound: Bound) -> None:
    free.visit(node.function, bound)
    for one in node.arguments:
        free.visit(one, bound)


def _lambda(free: FreeNames, node: nodes.Lambda, bound: Bound) -> None:
    formals = node.formals or ()
    own = {formal.name for formal in formals}
    if node.parameter is not None:
        own.add(node.parameter)
    bound = bound | own
    for formal in formals:
        if formal.default is not None:
            free.visit(formal.default, bound)
    free.visit(node.body, bound)


def _attr_set(free: FreeNames, node: nodes.AttrSet, bound: Bound) -> None:
    if not node.attributes and not node.dynamic:
        for one in node.inherit_from:
            free.visit(one, bound)
        return
    inner = bound | node.attributes.keys() if node.recursive else bound
    _definitions(free, node, bound, inner)
    for attribute in node.dynamic:
        free.visit(attribute.name, inner)
        free.visit(attribute.value, inner)


def _definitions(free: FreeNames, node: nodes.AttrSet | nodes.Let, bound: Bound, inner: Bound) -> None:
    for one in node.inherit_from:
        free.visit(one, inner)
    for attribute in node.attributes.values():
        if attribute.source is None:
            free.visit(attribute.value, inner)
        elif attribute.source == nodes.OUTER:
            free.visit(attribute.value, bound)


def _let(free: FreeNames, node: nodes.Let, bound: Bound) -> None:
    inner = bound | node.attributes.keys()
    _definitions(free, node, bound, inner)
    free.visit(node.body, inner)


def _with(free: FreeNames, node: nodes.With, bound: Bound) -> None:
    free.visit(node.subject, bound)
    free.has_with = True
    outer, free.in_with = free.in_with, True
    free.visit(node.body, bound)
    free.in_with = outer


def _if(free: FreeNames, node: nodes.If, bound: Bound) -> None:
    free.visit(node.condition, bound)
    free.visit(node.consequence, bound)
    free.visit(node.alternative, bound)


def _assert(free: FreeNames, node: nodes.Assert, bound: Bound) -> None:
    free.visit(node.condition, bound)
    free.visit(node.body, bound)


def _binary(free: FreeNames, node: nodes.Binary, bound: Bound) -> None:
    free.visit(node.left, bound)
    free.visit(node.right, bound)


def _unary(free: FreeNames, node: nodes.Unary, bound: Bound) -> None:
    free.visit(node.operand, bound)


def _list(free: FreeNames, node: nodes.ListLiteral, bound: Bound) -> None:
    for one in node.items:
        free.visit(one, bound)


_VISITS: Final[dict[type, Callable[[FreeNames, Any, Bound], None]]] = {
    nodes.Apply: _apply,
    nodes.Assert: _assert,
    nodes.AttrSet: _attr_set,
    nodes.Binary: _binary,
    nodes.CurrentPosition: _nothing,
    nodes.HasAttr: _has_attr,
    nodes.If: _if,
    nodes.Interpolation: _parts,
    nodes.Lambda: _lambda,
    nodes.Let: _let,
    nodes.ListLiteral: _list,
    nodes.PathLiteral: _path,
    nodes.SearchPath: _search_path,
    nodes.Select: _select,
    nodes.Unary: _unary,
    nodes.With: _with,
}
