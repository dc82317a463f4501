"""Where C++ Nix says that an error is.

pyoci points at the part of an expression that is wrong: the attribute that is missing, the condition that is no
Boolean. Nix points at the operator of `a - b`, at the beginning of `set.name`, at `if` and `assert`; and the place of
a call of a builtin is not the error's own, but that of a line in its trace. Only the innermost place of a report is
looked at: the places around it are those of pyoci."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pyoci.compiler.stack import run_deep
from pyoci.runtime.errors import ErrorReport, NixError, Position, TraceFrame
from pyoci.syntax.nodes import (
    Apply,
    Assert,
    Attribute,
    AttrSet,
    Binary,
    DynamicAttribute,
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
    Select,
    Variable,
    With,
)
from pyoci.syntax.parser import parse
from pyoci.syntax.source import Source

_LOGICAL: Final = ("&&", "||", "->")
_ASSERTING: Final = "while evaluating the condition of the assertion"
_STEPS: Final = ("from call site", "while calling ", "while evaluating the attribute '")
_FOR_CONDITIONS: Final = re.compile(
    "expected a Boolean|assertion |.* is not equal to |attribute names? |list of size |distinct functions"
)


def with_nix_places(report: ErrorReport, source: Source | None) -> ErrorReport:
    """The report of an error, as Nix has it; `source` is the text that its first frame's place is in."""
    if not report.frames or source is None:
        return report
    own, *frames = report.frames
    if own.note or own.position is None or not own.position.end_line:
        return report
    around = _around(source, own.position)
    if not around:
        return report
    place = source.position(_offset(around, report.message, source.text))
    asserting = next((at for at, one in enumerate(frames) if one.note.startswith(_ASSERTING)), None)
    builtin = _called_builtin(around[0])
    if asserting is not None and frames[asserting].position is None:
        frames[asserting] = TraceFrame(frames[asserting].note, place)
        own = TraceFrame("", None)
    elif builtin is not None:
        outside = next((at for at, one in enumerate(frames) if one.note.startswith(_STEPS)), len(frames))
        frames.insert(outside, TraceFrame(f"while calling the '{builtin}' builtin", place))
        own = TraceFrame("", None)
    else:
        own = TraceFrame("", place)
    return report._replace(frames=(own, *frames))


def _around(source: Source, position: Position) -> list[Node]:
    """The node that lies at a position, or what comes nearest to it, and the nodes around it, from the inside out."""
    try:
        tree = run_deep(lambda: parse(source))
        start = source.offset_of(position.line, position.column)
        end = source.offset_of(position.end_line, position.end_column)
    except (NixError, IndexError):
        return []
    best: list[Node] = []
    paths: list[list[Node]] = [[tree]]
    while paths:
        path = paths.pop()
        if path[0].start == start and (not best or abs(path[0].end - end) <= abs(best[0].end - end)):
            best = path
        paths += [[child, *path] for child in _children(path[0]) if _may_hold(child, start)]
    return best


def _may_hold(node: Node, offset: int) -> bool:
    # The ends of these are those of their names.
    return isinstance(node, Attribute | DynamicAttribute | Formal) or node.start <= offset <= node.end


def _children(node: Node) -> Iterator[Node]:
    for name in node.fields:
        value = getattr(node, name)
        values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
        yield from (one for one in values if isinstance(one, Node))


def _offset(around: list[Node], message: str, text: str) -> int:
    """Where Nix says that something is wrong with a node."""
    node = around[0]
    parent = around[1] if len(around) > 1 else None
    if isinstance(node, Name):
        if isinstance(node.name, Node) and message.startswith(("expected a string", "the string '")):
            return node.name.start
        return parent.start if isinstance(parent, Select | HasAttr) else node.start
    if (
        isinstance(parent, If | Assert)
        and node is parent.condition
        and _FOR_CONDITIONS.match(message)
        # A condition that is itself made of conditions has an operand that is none.
        and not (isinstance(node, Binary) and node.operator in _LOGICAL and message.startswith("expected"))
    ):
        return parent.start
    if message.startswith(("integer overflow", "division by zero")):
        node = next((one for one in around if isinstance(one, Binary) and one.operator in "+-*/"), node)
    if isinstance(parent, Binary) and parent.operator in _LOGICAL and message.startswith("expected a Bool"):
        node = parent
    if isinstance(node, Binary):
        return _of_operator(node, message, text)
    if isinstance(node, Formal) and isinstance(parent, Lambda):
        return parent.start
    if isinstance(node, PathLiteral) and message.startswith("cannot coerce"):
        return text.index("${", node.start)
    if message.startswith("expected a set") and isinstance(node, Variable):
        return next((one.start for one in around if isinstance(one, With)), node.start)
    if isinstance(parent, Interpolation | PathLiteral) and (
        message.startswith("cannot coerce") or not isinstance(node, Apply)
    ):
        return text.rindex("${", 0, node.start)
    if message.startswith("infinite recursion"):
        return _of_source(around)
    return node.start


def _of_operator(node: Binary, message: str, text: str) -> int:
    if node.operator in ("==", "!="):
        return node.start
    if node.operator == "//":
        return node.left.start if isinstance(node.right, AttrSet) else node.right.start
    if node.operator == "+" and not message.startswith("a string that refers to"):
        # Parentheses around an operand belong to it.
        return node.start if _is_left(node, message) else _after_blanks(text, node.operator_at + 1)
    return node.operator_at


def _after_blanks(text: str, offset: int) -> int:
    blanks = re.compile(r"(?:\s|#[^\n]*|/\*.*?\*/)*", re.DOTALL).match(text, offset)
    return blanks.end() if blanks is not None else offset


def _is_left(node: Binary, message: str) -> bool:
    """Whether a message is about the left operand of `+`, as far as the text tells."""
    if not message.startswith("cannot coerce") or message.startswith(("cannot coerce an int", "cannot coerce a float")):
        return False
    texts = (Literal, Interpolation, PathLiteral)
    return not isinstance(node.left, texts) and not isinstance(node.right, ListLiteral | AttrSet | Lambda)


def _of_source(around: list[Node]) -> int:
    """Of `inherit (source) name`, the source."""
    for node, outer in pairwise(around):
        if isinstance(node, Attribute) and node.source is not None and node.source >= 0:
            assert isinstance(outer, AttrSet | Let)
            return outer.inherit_from[node.source].start
    return around[0].start


def _called_builtin(node: Node) -> str | None:
    """The name of the builtin that a node calls, if that is plain from the text."""
    function = node.function if isinstance(node, Apply) else None
    if isinstance(function, Variable) and function.name in _GLOBAL:
        return function.name
    if isinstance(function, Select) and isinstance(function.subject, Variable) and function.subject.name == "builtins":
        return function.path[0].name if isinstance(function.path[0].name, str) and len(function.path) == 1 else None
    return None


_GLOBAL: Final = frozenset(
    "abort baseNameOf derivation dirOf fromTOML import isNull map placeholder removeAttrs scopedImport throw toString"
    " fetchGit fetchMercurial fetchTarball fetchTree break".split()
)
