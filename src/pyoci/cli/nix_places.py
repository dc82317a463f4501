"""What C++ Nix tells of the way to an error: the lines of its trace, and where it says that the error is.

pyoci points at the part of an expression that is wrong (the attribute that is missing, the condition that is no
Boolean), and its trace has a step for each Python frame. Nix points at the operator of `a - b`, at the beginning of
`set.name`, at `if` and `assert`. Its trace has a line for each call of a builtin, condition, operand and attribute on
the way, and with --show-trace for calls of functions too. Both can be read off the tree around the place of a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoci.compiler.stack import run_deep
from pyoci.runtime.errors import ErrorReport, NixError, Position, TraceFrame
from pyoci.runtime.printing.literals import format_name
from pyoci.syntax import nodes
from pyoci.syntax.nodes import Apply, Binary, Node
from pyoci.syntax.parser import parse

if TYPE_CHECKING:
    from pyoci.cli.sources import SourceTexts
    from pyoci.syntax.source import Source

_STEP: Final = "from call site"
_ATTRIBUTE: Final = re.compile(r"while evaluating the attribute '(.*)'", re.DOTALL)
_OF_FUNCTION: Final = re.compile(r"while calling (?:anonymous lambda|'.*'(?! builtin))")
_OF_WALK: Final = re.compile(r"while evaluating (?:the attribute '|attribute '|list element at index )")
_OF_ARGUMENTS: Final = re.compile(r"function '.*' called with", re.DOTALL)
_READERS: Final = ("import", "scopedImport", "readFile", "readDir", "readFileType", "pathExists", "hashFile")
_ASSERTING: Final = "while evaluating the condition of the assertion"
_UNEQUAL: Final = re.compile(
    "assertion '| ?.* is not equal to |attribute names? |list of size |distinct functions", re.DOTALL
)
_OF_WITH: Final = "while evaluating the first subexpression of a with expression"
_OF_DYNAMIC: Final = "while evaluating the name of a dynamic attribute"
_SEGMENT: Final = "while evaluating a path segment"
_LOGICAL: Final = {"&&": "AND (&&)", "||": "OR (||)", "->": "IMPL (->)"}
_ARITHMETIC: Final = {
    "-": "sub", "*": "mul", "/": "div", "<": "lessThan", ">": "lessThan", "<=": "lessThan", ">=": "lessThan",
}  # fmt: skip
_GLOBAL: Final = frozenset(
    "abort baseNameOf break derivation dirOf fetchGit fetchMercurial fetchTarball fetchTree fromTOML import isNull map"
    " placeholder removeAttrs scopedImport throw toString".split()
)


class Told(NamedTuple):
    """An error's own place, where Nix has one, and the lines of its trace, from the outside in."""

    place: Position | None
    trace: Iterator[TraceFrame]


class NixTrace:
    """The reports of errors in terms of Nix; texts are parsed when a place in them is looked at, once."""

    def __init__(self, texts: SourceTexts, show_trace: bool) -> None:
        self._texts = texts
        self._show_trace = show_trace
        self._trees: dict[str, Node | None] = {}

    def told(self, report: ErrorReport, *, of_text: bool = False) -> Told:
        """What Nix tells of an error; `of_text` as in `nix_errors.render`."""
        frames = list(report.frames)
        own = frames.pop(0).position if frames and not frames[0].note else None
        inner: list[TraceFrame] = []
        if _OF_ARGUMENTS.match(report.message):
            frames = _with_call(frames)
        if own is not None and own.end_line and not of_text:
            around = self._around(own)
            source = self._texts.source(own.file)
            if around and source is not None:
                own, inner, frames = _Innermost(around, source, report.message).told(frames)
        return Told(own, self._outer([*inner, *(frame for frame in frames if frame.note)]))

    def _outer(self, frames: list[TraceFrame]) -> Iterator[TraceFrame]:
        # An attribute is told of once, though it is evaluated by one step and needed by another.
        told = {self._attribute(one) for one in frames if _ATTRIBUTE.fullmatch(one.note) and _is_trace(one)}
        selected, previous = "", None
        for frame in reversed(frames):
            lines = [frame]
            if frame.note == _STEP and frame.position is not None and frame.position.end_line:
                selected = self._selection(frame) or selected
                lines = self._step(frame)
            elif _OF_FUNCTION.fullmatch(frame.note):
                lines = [self._function(frame)] if self._show_trace else []
            elif (match := _ATTRIBUTE.fullmatch(frame.note)) and not _is_trace(frame):
                whole = selected if selected.endswith("." + match[1]) else match[1]
                line = self._attribute(frame._replace(note=f"while evaluating the attribute '{whole}'"))
                lines = [line] if line.note and line not in told else []
                told.add(line)
                selected = ""
            elif match:
                lines = [self._attribute(frame)]
            for line in lines:
                if line != previous or not line.note.endswith(" builtin"):
                    yield line
                previous = line

    def _selection(self, frame: TraceFrame) -> str:
        """The attribute path that a step selects."""
        around = self._around(frame.position) if frame.position is not None else []
        path = around[0].path if around and isinstance(around[0], nodes.Select) else []
        return ".".join(format_name(one.name) for one in path if isinstance(one.name, str))

    def _step(self, frame: TraceFrame) -> list[TraceFrame]:
        around = self._around(frame.position) if frame.position is not None else []
        source = self._texts.source(frame.position.file) if frame.position is not None else None
        if not around or source is None:
            return []
        lines = _call(around[0], source)
        if isinstance(around[0], Apply) and self._show_trace and not lines:
            lines = [TraceFrame(_STEP, source.position(around[0].start))]
        return [*reversed(enclosing(around, source)), *reversed(lines)]

    def _function(self, frame: TraceFrame) -> TraceFrame:
        """The line about a call; of a function with several arguments, the last of the functions that it is made of."""
        around = self._around(frame.position) if frame.position is not None else []
        source = self._texts.source(frame.position.file) if frame.position is not None else None
        node = around[0] if around else None
        if source is None or not isinstance(node, nodes.Lambda):
            return frame
        while isinstance(node.body, nodes.Lambda):
            node = node.body
        return frame._replace(position=source.position(node.start))

    def _attribute(self, frame: TraceFrame) -> TraceFrame:
        """An attribute's line, with the place of its name; without a note where it is a variable of a `let`."""
        around = self._around(frame.position) if frame.position is not None else []
        for node, outer in pairwise(around[:3]):
            if isinstance(node, nodes.Attribute | nodes.DynamicAttribute):
                source = self._texts.source(frame.position.file) if frame.position is not None else None
                note = "" if isinstance(outer, nodes.Let) else frame.note
                return TraceFrame(note, source.position(node.start) if source is not None else frame.position)
        if frame.position is not None:
            return TraceFrame(frame.note, frame.position._replace(end_line=frame.position.line, end_column=0))
        return frame

    def _around(self, position: Position) -> list[Node]:
        """The node that lies at a position, or what comes nearest to it, and those around it, from the inside out."""
        source = self._texts.source(position.file)
        tree = self._tree(position.file, source) if source is not None else None
        if source is None or tree is None:
            return []
        try:
            start = source.offset_of(position.line, position.column)
            end = source.offset_of(position.end_line, position.end_column) if position.end_line else start
        except IndexError:
            return []
        best: list[Node] = []
        paths: list[list[Node]] = [[tree]]
        while paths:
            path = paths.pop()
            if path[0].start == start and (not best or abs(path[0].end - end) <= abs(best[0].end - end)):
                best = path
            paths += [[child, *path] for child in _children(path[0]) if _may_hold(child, start)]
        return best

    def _tree(self, file: str, source: Source) -> Node | None:
        if file not in self._trees:
            try:
                self._trees[file] = run_deep(lambda: parse(source))
            except NixError:
                self._trees[file] = None
        return self._trees[file]


def _is_trace(frame: TraceFrame) -> bool:
    """Whether a line about an attribute is of what evaluates everything in a value: its place has no extent."""
    return frame.position is None or frame.position[1:3] == frame.position[3:5]


def _with_call(frames: list[TraceFrame]) -> list[TraceFrame]:
    """The steps to a function that was called with the wrong arguments: its call is always told of, and nothing was
    evaluated in it yet."""
    call = next((at for at, one in enumerate(frames) if one.note == _STEP), None)
    if call is None:
        return frames
    kept = [one for one in frames[:call] if not _OF_FUNCTION.fullmatch(one.note)]
    place = frames[call].position
    assert place is not None
    return [*kept, TraceFrame(_STEP, place._replace(end_line=0, end_column=0)), *frames[call + 1 :]]


class _Innermost:
    """The place at which an error arose."""

    def __init__(self, around: list[Node], source: Source, message: str) -> None:
        self.around = around
        self.node = around[0]
        self.parent = around[1] if len(around) > 1 else None
        self.source = source
        self.message = message

    def told(self, frames: list[TraceFrame]) -> tuple[Position | None, list[TraceFrame], list[TraceFrame]]:
        """The error's own place, lines about it, and the frames further out."""
        asserting = next((at for at, one in enumerate(frames) if one.note.startswith(_ASSERTING)), None)
        condition = self._condition()
        outside = next((at for at, one in enumerate(frames) if self._is_outside(one)), len(frames))
        traces, frames = frames[:outside], frames[outside:]
        walk = next((at for at, one in enumerate(traces) if _OF_WALK.match(one.note)), len(traces))
        if isinstance(self.node, Apply) and _builtin(self.node.function) in ("toJSON", "deepSeq"):
            walk = len(traces)
        traces, frames = traces[:walk], [*traces[walk:], *frames]
        if asserting is not None and condition is not None:
            traces[asserting] = TraceFrame(traces[asserting].note, self.source.position(condition.start))
            return None, [*traces, *enclosing(self.around, self.source, skip=condition)], frames
        if condition is not None and _UNEQUAL.match(self.message):
            rest = enclosing(self.around, self.source, skip=condition)
            return self.source.position(condition.start), [*traces, *rest], frames
        note, place, keeps = self._line()
        if any(isinstance(one, nodes.DynamicAttribute) for one in self.around[:2]):
            traces = [one for one in traces if one.note != "while evaluating an attribute name"]
        lines = []
        if note:
            traces = [one for one in traces if one.note != note]
            lines.append(TraceFrame(note, place))
        calls = [] if self.message.startswith("attempt to call") else _call(self.node, self.source)
        around = enclosing(self.around, self.source)
        if calls or self._has_no_place():
            keeps = False
        elif self.message.startswith("expected a Boolean") and around:
            place = around[0].position
        return place if keeps else None, [*lines, *traces, *calls, *around], frames

    def _has_no_place(self) -> bool:
        of_path = self.message.startswith("path '") and isinstance(self.parent, nodes.Interpolation | nodes.PathLiteral)
        return of_path or (
            isinstance(self.parent, nodes.DynamicAttribute) and self.message.startswith(("the string '", "path '"))
        )

    def _is_outside(self, frame: TraceFrame) -> bool:
        return bool(
            not frame.note
            or frame.note == _STEP
            or _OF_FUNCTION.fullmatch(frame.note)
            or (_ATTRIBUTE.fullmatch(frame.note) and not _is_trace(frame))
        )

    def _condition(self) -> nodes.Assert | None:
        """The assertion whose condition failed here."""
        for node, outer in pairwise(self.around):
            if isinstance(outer, nodes.Assert) and node is outer.condition:
                return outer
            if not isinstance(node, Binary | nodes.Unary | nodes.HasAttr):
                return None
        return None

    def _line(self) -> tuple[str, Position | None, bool]:
        """A line of the trace about the place itself, its place, and whether that is the error's own too."""
        node, parent, message = self.node, self.parent, self.message
        if isinstance(node, nodes.Name):
            return self._of_name(node)
        if isinstance(node, nodes.Formal) and isinstance(parent, nodes.Lambda):
            return "", self._at(parent.start), True
        if message.startswith("integer overflow"):
            self.node = next((one for one in self.around if isinstance(one, Binary)), node)
            node = self.node
        if isinstance(node, Binary):
            return self._of_operator(node)
        if message.startswith("cannot coerce"):
            if isinstance(parent, nodes.Interpolation | nodes.PathLiteral):
                return _SEGMENT, self._at(self.source.text.rindex("${", 0, node.start)), False
            if isinstance(node, nodes.PathLiteral):
                return _SEGMENT, self._at(self.source.text.index("${", node.start)), False
        if isinstance(parent, nodes.Interpolation | nodes.PathLiteral) and not isinstance(node, Apply):
            return "", self._at(self.source.text.rindex("${", 0, node.start)), True
        if isinstance(node, nodes.Variable) and message.startswith("expected a set"):
            outer = next((one for one in self.around if isinstance(one, nodes.With)), None)
            if outer is not None:
                return _OF_WITH, self._at(outer.start), False
        if isinstance(node, nodes.DynamicAttribute):
            return _OF_DYNAMIC, self._at(node.start), message.startswith("expected a string")
        if isinstance(parent, nodes.DynamicAttribute) and node is parent.name:
            return "", self._at(parent.start), True
        if isinstance(node, nodes.Unary) and node.operator == "!":
            place = _own_place(node.operand, self.source)
            return "in the argument of the not operator", place, True
        if message.startswith("infinite recursion"):
            return "", self._at(_source_or_start(self.around)), True
        return "", self._at(node.start), True

    def _of_name(self, node: nodes.Name) -> tuple[str, Position | None, bool]:
        if isinstance(node.name, Node) and self.message.startswith(("expected a string", "the string '")):
            return "while evaluating an attribute name", _own_place(node.name, self.source), True
        if isinstance(self.parent, nodes.Select):
            place = self._at(self.parent.start)
            if self.message.startswith("expected a set"):
                return "while selecting an attribute", place, False
            return "", place, True
        return "", self._at(self.parent.start if isinstance(self.parent, nodes.HasAttr) else node.start), True

    def _of_operator(self, node: Binary) -> tuple[str, Position | None, bool]:
        if node.operator == "+" and not self.message.startswith("a string that refers to"):
            # Parentheses around an operand belong to it.
            left = _is_left(node, self.message)
            place = self._at(node.start if left else _after_blanks(self.source.text, node.operator_at + 1))
            coercing = self.message.startswith("cannot coerce")
            return (_SEGMENT, place, False) if coercing else ("", place, True)
        if node.operator == "//":
            left = isinstance(node.right, nodes.AttrSet)
            note = f"in the {'left' if left else 'right'} operand of the update (//) operator"
            return note, _own_place(node.left if left else node.right, self.source), False
        if node.operator == "++":
            return "while evaluating one of the elements to concatenate", self._at(node.operator_at), False
        return "", self._at(node.start if node.operator in ("==", "!=") else node.operator_at), True

    def _at(self, offset: int) -> Position:
        return self.source.position(offset)


def enclosing(around: list[Node], source: Source, skip: Node | None = None) -> list[TraceFrame]:
    """Lines about the constructs that evaluate a node for what they do, from the inside out, as far as nothing
    between is evaluated later. `skip` is a construct of which nothing is told."""
    lines: list[TraceFrame] = []
    for node, outer in pairwise(around):
        of_outer = _around_part(outer, node, source)
        if outer is not skip:
            lines += of_outer
        if not of_outer and _is_later(outer, node):
            break
    return lines


def _around_part(outer: Node, node: Node, source: Source) -> list[TraceFrame]:
    """The lines about a construct that evaluates a part of itself."""
    if isinstance(outer, nodes.If) and node is outer.condition:
        return [TraceFrame("while evaluating a branch condition", source.position(outer.start))]
    if isinstance(outer, nodes.Assert) and node is outer.condition:
        return [TraceFrame("in the condition of the assert statement", source.position(outer.start))]
    if isinstance(outer, nodes.With) and node is outer.subject:
        return [TraceFrame(_OF_WITH, source.position(outer.start))]
    if isinstance(outer, nodes.DynamicAttribute) and node is outer.name:
        return [TraceFrame(_OF_DYNAMIC, source.position(outer.start))]
    if isinstance(outer, nodes.Unary) and outer.operator == "!":
        return [TraceFrame("in the argument of the not operator", _own_place(node, source))]
    if isinstance(outer, Binary):
        side = "left" if node is outer.left else "right"
        if outer.operator in _LOGICAL:
            note = f"in the {side} operand of the {_LOGICAL[outer.operator]} operator"
            return [TraceFrame(note, source.position(outer.operator_at))]
        if outer.operator == "//":
            return [TraceFrame(f"in the {side} operand of the update (//) operator", _own_place(node, source))]
    if isinstance(outer, Apply) and node is not outer.function and _builtin(outer.function) in _READERS:
        return [TraceFrame("while realising the context of a path", None), *_call(outer, source)]
    if isinstance(outer, Apply) and node is outer.function:
        return []
    return _call(outer, source)


def _is_later(outer: Node, node: Node) -> bool:
    """Whether a part of a construct is evaluated when something else needs it."""
    if isinstance(outer, Apply):
        return node is not outer.function
    return isinstance(
        outer, nodes.Lambda | nodes.Attribute | nodes.DynamicAttribute | nodes.ListLiteral | nodes.Formal | nodes.Let
    ) and not (isinstance(outer, nodes.Let) and node is outer.body)


def _call(node: Node, source: Source) -> list[TraceFrame]:
    """The line about the call of a builtin that a node is, if it is one as far as the text tells."""
    if isinstance(node, Binary) and node.operator in _ARITHMETIC:
        name, offset = _ARITHMETIC[node.operator], node.operator_at
    elif isinstance(node, nodes.SearchPath):
        name, offset = "findFile", node.start
    elif isinstance(node, nodes.Unary) and node.operator == "-":
        name, offset = "sub", node.start
    elif isinstance(node, Apply) and (called := _builtin(node.function)) is not None:
        name, offset = called, node.start
    else:
        return []
    if name == "addErrorContext":
        return []  # it has said all there is to say
    return [TraceFrame(f"while calling the '{name}' builtin", source.position(offset))]


def _builtin(function: Node) -> str | None:
    if isinstance(function, nodes.Variable) and function.name in _GLOBAL:
        return function.name
    if isinstance(function, nodes.Select) and len(function.path) == 1 and isinstance(function.path[0].name, str):
        subject = function.subject
        if isinstance(subject, nodes.Variable) and subject.name == "builtins":
            return function.path[0].name
    return None


def _own_place(node: Node, source: Source) -> Position | None:
    """The place that Nix keeps for an expression; literals have none."""
    if isinstance(node, nodes.Literal | nodes.Let | nodes.PathLiteral):
        return None
    if isinstance(node, nodes.ListLiteral):
        return _own_place(node.items[0], source) if node.items else None
    if isinstance(node, nodes.HasAttr):
        return _own_place(node.subject, source)
    if isinstance(node, nodes.Unary) and node.operator == "!":
        return _own_place(node.operand, source)
    return source.position(node.operator_at if isinstance(node, Binary) else node.start)


def _is_left(node: Binary, message: str) -> bool:
    """Whether a message is about the left operand of `+`, as far as the text tells."""
    if not message.startswith("cannot coerce") or message.startswith(("cannot coerce an int", "cannot coerce a float")):
        return False
    texts = (nodes.Literal, nodes.Interpolation, nodes.PathLiteral)
    sets = (nodes.ListLiteral, nodes.AttrSet, nodes.Lambda)
    return not isinstance(node.left, texts) and not isinstance(node.right, sets)


def _after_blanks(text: str, offset: int) -> int:
    blanks = re.compile(r"(?:\s|#[^\n]*|/\*.*?\*/)*", re.DOTALL).match(text, offset)
    return blanks.end() if blanks is not None else offset


def _source_or_start(around: list[Node]) -> int:
    """Of `inherit (source) name`, where the source is; of anything else, where it begins."""
    for node, outer in pairwise(around):
        if isinstance(node, nodes.Attribute) and node.source is not None and node.source >= 0:
            assert isinstance(outer, nodes.AttrSet | nodes.Let)
            return outer.inherit_from[node.source].start
    return around[0].start


def _children(node: Node) -> Iterator[Node]:
    for name in node.fields:
        value = getattr(node, name)
        values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
        yield from (one for one in values if isinstance(one, Node))


def _may_hold(node: Node, offset: int) -> bool:
    # The ends of these are those of their names.
    return isinstance(node, nodes.Attribute | nodes.DynamicAttribute | nodes.Formal) or node.start <= offset <= node.end
