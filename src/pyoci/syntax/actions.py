"""What each rule of the grammar builds.

A function here is named behind `->` in nix.lark. It gets the stack of values, the stack of the offsets at which symbols
start and the offset at which the rule ends. The rule's own symbols are the last on the stacks: `v[-2]` is the value of
the last but one and `starts[-2]` the place where it starts. The value of a token is its text, except of numbers and of
texts; see `lexer.Token`.
"""

from __future__ import annotations

from collections.abc import Callable

from pyoci.syntax.attributes import add_binding, add_inherited, add_inherited_from
from pyoci.syntax.faults import Fault
from pyoci.syntax.nodes import (
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
    Tree,
    Unary,
    Variable,
    With,
)
from pyoci.syntax.strings import joined, strip_indentation

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from pyoci.syntax.whole import Binding

Action: TypeAlias = "Callable[[list[Any], list[int], int], Tree]"


def hand_on(v: list[Any], starts: list[int], end: int) -> Tree:
    """For rules of one symbol without a name."""
    return v[-1]


# Functions and keywords


def lambda_name(v: list[Any], starts: list[int], end: int) -> Node:
    start = starts[-3]
    return Lambda(v[-3], None, False, v[-1], start, end, (start, start + len(v[-3])))


def lambda_formals(v: list[Any], starts: list[int], end: int) -> Node:
    formals, ellipsis = v[-3]
    check_formals(formals, None, 0)
    return Lambda(None, formals, ellipsis, v[-1], starts[-3], end)


def lambda_formals_name(v: list[Any], starts: list[int], end: int) -> Node:
    formals, ellipsis = v[-5]
    check_formals(formals, v[-3], starts[-5])
    at = starts[-3]
    return Lambda(v[-3], formals, ellipsis, v[-1], starts[-5], end, (at, at + len(v[-3])))


def lambda_name_formals(v: list[Any], starts: list[int], end: int) -> Node:
    formals, ellipsis = v[-3]
    start = starts[-5]
    check_formals(formals, v[-5], start)
    return Lambda(v[-5], formals, ellipsis, v[-1], start, end, (start, start + len(v[-5])))


def check_formals(formals: list[Formal], parameter: str | None, start: int) -> None:
    """Raises a Fault if two formals, or a formal and the name of the whole argument, are the same."""
    names = {formal.name for formal in formals}
    if len(names) < len(formals):
        # Of several names given twice, C++ Nix reports the one that it has met first.
        first = next(f.name for f in formals if sum(g.name == f.name for g in formals) > 1)
        second = [formal for formal in formals if formal.name == first][1]
        raise Fault(f"duplicate formal function argument '{first}'", second.start, second.start + len(first))
    if parameter in names:
        raise Fault(f"duplicate formal function argument '{parameter}'", start, start + 1)


def formals_open(v: list[Any], starts: list[int], end: int) -> Tree:
    return v[-4], True


def formals_any(v: list[Any], starts: list[int], end: int) -> Tree:
    return [], True


def formals_closed(v: list[Any], starts: list[int], end: int) -> Tree:
    return v[-2], False


def formals_comma(v: list[Any], starts: list[int], end: int) -> Tree:
    return v[-3], False


def formals_none(v: list[Any], starts: list[int], end: int) -> Tree:
    return [], False


def formal(v: list[Any], starts: list[int], end: int) -> Node:
    return Formal(v[-1], None, starts[-1], end)


def formal_default(v: list[Any], starts: list[int], end: int) -> Node:
    return Formal(v[-3], v[-1], starts[-3], end)


def assertion(v: list[Any], starts: list[int], end: int) -> Node:
    return Assert(v[-3], v[-1], starts[-4], end)


def with_scope(v: list[Any], starts: list[int], end: int) -> Node:
    return With(v[-3], v[-1], starts[-4], end)


def let_in(v: list[Any], starts: list[int], end: int) -> Node:
    bindings: AttrSet = v[-3]
    if bindings.dynamic:
        raise Fault("dynamic attributes not allowed in let", starts[-4], end)
    return Let(bindings.attributes, bindings.inherit_from, v[-1], starts[-4], end)


def if_else(v: list[Any], starts: list[int], end: int) -> Node:
    return If(v[-5], v[-3], v[-1], starts[-6], end)


# Operators and calls


def unary(v: list[Any], starts: list[int], end: int) -> Node:
    return Unary(v[-2], v[-1], starts[-2], end)


def binary(v: list[Any], starts: list[int], end: int) -> Node:
    return Binary(v[-2], v[-3], v[-1], starts[-2], starts[-3], end)


def has_attribute(v: list[Any], starts: list[int], end: int) -> Node:
    return HasAttr(v[-3], steps(v[-1]), starts[-3], end)


def call(function: Node, argument: Node, start: int, end: int) -> Node:
    """`function argument`; another argument for a call that is there already."""
    if function.__class__ is Apply:
        function.arguments.append(argument)
        function.end = end
        return function
    return Apply(function, [argument], start, end)


def apply(v: list[Any], starts: list[int], end: int) -> Tree:
    # As `call`, written out: the most frequent rule.
    function = v[-2]
    if function.__class__ is Apply:
        function.arguments.append(v[-1])
        function.end = end
        return function
    return Apply(function, [v[-1]], starts[-2], end)


def apply_left(v: list[Any], starts: list[int], end: int) -> Node:
    return call(v[-3], v[-1], starts[-3], end)


def apply_right(v: list[Any], starts: list[int], end: int) -> Node:
    function = v[-1]
    node = call(function, v[-3], starts[-3], end)
    node.start = starts[-3]
    return node


def apply_or(v: list[Any], starts: list[int], end: int) -> Node:
    # C++ Nix places this `or` at the start of the whole.
    return Apply(v[-2], [Variable("or", starts[-2], end)], starts[-2], end)


def select(v: list[Any], starts: list[int], end: int) -> Node:
    return Select(v[-3], steps(v[-1]), None, starts[-3], end)


def select_or(v: list[Any], starts: list[int], end: int) -> Node:
    return Select(v[-5], steps(v[-3]), v[-1], starts[-5], end)


# Simple expressions


def variable(v: list[Any], starts: list[int], end: int) -> Node:
    name = v[-1]
    return Variable(name, starts[-1], end) if name != "__curPos" else CurrentPosition(starts[-1], end)


def literal(v: list[Any], starts: list[int], end: int) -> Node:
    return Literal(v[-1], starts[-1], end)


def group(v: list[Any], starts: list[int], end: int) -> Tree:
    return v[-2]


def list_(v: list[Any], starts: list[int], end: int) -> Node:
    return ListLiteral(v[-2], starts[-3], end)


def string(v: list[Any], starts: list[int], end: int) -> Node:
    node: Node = v[-2]
    node.start = starts[-3]
    node.end = end
    return node


def text(v: list[Any], starts: list[int], end: int) -> Node:
    return Literal(v[-1], starts[-1], end)


def no_text(v: list[Any], starts: list[int], end: int) -> Node:
    return Literal("", end, end)


def interpolation(v: list[Any], starts: list[int], end: int) -> Node:
    return Interpolation(v[-1], starts[-1], end)


def indented_string(v: list[Any], starts: list[int], end: int) -> Node:
    return indented(v[-2], starts[-3], end)


def whole_indented(v: list[Any], starts: list[int], end: int) -> Node:
    raw: str = v[-1][2:-2]
    first, newline, rest = raw.partition("\n")
    if newline and not first.strip(" "):
        raw = rest
    return indented([raw] if raw else [], starts[-1], end)


def indented(raw: list[str | Node], start: int, end: int) -> Node:
    """A `''` string of its parts as written."""
    parts = strip_indentation(raw)
    return joined(parts, start, end) or Interpolation(parts, start, end)


def path(v: list[Any], starts: list[int], end: int) -> Node:
    return PathLiteral([v[-2]], starts[-2], end)


def whole_path(v: list[Any], starts: list[int], end: int) -> Node:
    return PathLiteral([v[-1]], starts[-1], end)


def path_interpolated(v: list[Any], starts: list[int], end: int) -> Node:
    return PathLiteral([v[-3], *v[-2]], starts[-3], end)


def search_path(v: list[Any], starts: list[int], end: int) -> Node:
    return SearchPath(v[-1][1:-1], starts[-1], end)


# Sequences


def empty(v: list[Any], starts: list[int], end: int) -> Tree:
    return []


def first(v: list[Any], starts: list[int], end: int) -> Tree:
    return [v[-1]]


def append(v: list[Any], starts: list[int], end: int) -> Tree:
    v[-2].append(v[-1])
    return v[-2]


def append_formal(v: list[Any], starts: list[int], end: int) -> Tree:
    v[-3].append(v[-1])
    return v[-3]


def append_expression(v: list[Any], starts: list[int], end: int) -> Tree:
    v[-4].append(v[-2])
    return v[-4]


def first_expression(v: list[Any], starts: list[int], end: int) -> Tree:
    return [v[-2]]


def text_and_expression(v: list[Any], starts: list[int], end: int) -> Tree:
    return [v[-4], v[-2]]


# Attributes


def name(v: list[Any], starts: list[int], end: int) -> Node:
    return Name(v[-1], starts[-1], end)


def static_name(value: Node, start: int, end: int) -> Name:
    """A name given as a string or `${…}`: known from the text if that is a string without interpolation."""
    if value.__class__ is Literal and value.value.__class__ is str:
        return Name(value.value, start, end)
    return Name(value, start, end)


def steps(path: Name | list[Name]) -> list[Name]:
    """An attribute path as a list. One of a single step, as nearly all are, is just its Name till then."""
    return path if isinstance(path, list) else [path]


def append_step(v: list[Any], starts: list[int], end: int) -> Tree:
    path = steps(v[-3])
    path.append(v[-1])
    return path


def string_name(v: list[Any], starts: list[int], end: int) -> Node:
    return static_name(string(v, starts, end), starts[-3], end)


def expression_name(v: list[Any], starts: list[int], end: int) -> Node:
    return static_name(v[-2], starts[-3], end)


def append_static(v: list[Any], starts: list[int], end: int) -> Tree:
    name: Name = v[-1]
    if not isinstance(name.name, str):
        raise Fault("dynamic attributes not allowed in inherit", starts[-1], end)
    v[-2].append(name)
    return v[-2]


def no_bindings(v: list[Any], starts: list[int], end: int) -> Node:
    return AttrSet(False, {}, [], [], end, end)


def binding(v: list[Any], starts: list[int], end: int) -> Node:
    bindings: AttrSet = v[-5]
    add(bindings, v[-4], v[-2], end)
    return bindings


def add(bindings: AttrSet, path: Name | list[Name], value: Node, end: int) -> None:
    """Adds `path = value;`."""
    if path.__class__ is Name:
        # The plain case, written out for speed.
        key = path.name
        if key.__class__ is str and key not in bindings.attributes:
            bindings.attributes[key] = Attribute(value, None, path.start, path.end)
            return
    add_binding(bindings, steps(path), value, end)


def add_whole(bindings: AttrSet, binding: Binding) -> None:
    """Adds a binding that was read at one go."""
    name, start, path_end, value, end = binding
    if name in bindings.attributes:
        add_binding(bindings, [Name(name, start, path_end)], value, end)
    else:
        bindings.attributes[name] = Attribute(value, None, start, path_end)


def first_binding(v: list[Any], starts: list[int], end: int) -> Node:
    bindings = AttrSet(False, {}, [], [], starts[-4], end)
    add(bindings, v[-4], v[-2], end)
    return bindings


def inherit(v: list[Any], starts: list[int], end: int) -> Tree:
    add_inherited(v[-4], v[-2])
    return v[-4]


def inherit_from(v: list[Any], starts: list[int], end: int) -> Tree:
    add_inherited_from(v[-7], v[-4], v[-2])
    return v[-7]


def set_(v: list[Any], starts: list[int], end: int) -> Node:
    return placed(v[-2], starts[-3], end)


def recursive_set(v: list[Any], starts: list[int], end: int) -> Node:
    v[-2].recursive = True
    return placed(v[-2], starts[-4], end)


def let_body(v: list[Any], starts: list[int], end: int) -> Node:
    start = starts[-4]
    return Select(recursive_set(v, starts, end), [Name("body", start, end)], None, start, end)


def empty_set(v: list[Any], starts: list[int], end: int) -> Node:
    return AttrSet(False, {}, [], [], starts[-2], end)


def placed(node: Node, start: int, end: int) -> Node:
    node.start = start
    node.end = end
    return node


_RENAMED = {"set": set_, "list": list_}


def action(name: str) -> Action:
    """The function for the name that a rule of the grammar gives behind `->`."""
    found: Action = _RENAMED.get(name) or globals()[name]
    return found
