"""Errors as C++ Nix 2.34 prints them, for whoever reads `nix-instantiate`'s standard error."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from pyoci.cli.nix_log import plain
from pyoci.cli.nix_places import NixTrace
from pyoci.cli.sources import SourceTexts
from pyoci.runtime.errors import ErrorReport, Position, TraceFrame

_INDENT = " " * 7
_WRAPPER = Position("«nix-internal»/derivation-internal.nix", 37, 12)
_WRAPPER_TEXT = "\n" * (_WRAPPER.line - 1) + "  strict = derivationStrict drvAttrs;\n\n"
_MAKING = TraceFrame("while calling the 'derivationStrict' builtin", _WRAPPER)
_TRUNCATED = "(stack trace truncated; use '--show-trace' to show the full, detailed trace)"


def render(report: ErrorReport, texts: SourceTexts, show_trace: bool, *, of_text: bool = False) -> str:
    """The whole text of an error, its end of line included; `of_text` tells that it was found before anything of the
    text that it is in was evaluated.

    A trace is printed from the outside in, then the error. Without `show_trace` it is cut after a few frames, and
    a frame with a place counts twice; with it, long runs of frames that were already printed are left out."""
    texts.add(_WRAPPER.file, _WRAPPER_TEXT)
    report = report._replace(frames=tuple(_with_wrapper(report.frames)))
    own_place, trace = NixTrace(texts, show_trace).told(report, of_text=of_text)
    message = report.message.replace("\n", "\n" + _INDENT)
    shown = "".join(_trace(trace, texts, show_trace))
    head = f"error:{shown}\n{_INDENT}error: {message}" if shown else f"error: {message}"
    text = head + _place(own_place, texts, _INDENT)
    if report.hint is not None and report.hint.startswith("Did you mean"):
        # Other hints are ours.
        text += f"\n{_INDENT}{report.hint}"
    return plain("\n".join(line.rstrip() for line in text.split("\n"))) + "\n"


def _with_wrapper(frames: tuple[TraceFrame, ...]) -> Iterator[TraceFrame]:
    """Frames with those of Nix's own `derivation`, which is a Nix function around a builtin."""
    for frame, outer in zip_longest(frames, frames[1:]):
        yield frame
        if frame.note.startswith("while evaluating derivation '") and (outer is None or outer.note != _MAKING.note):
            yield _MAKING


def _trace(frames: Iterator[TraceFrame], texts: SourceTexts, show_trace: bool) -> Iterator[str]:
    weight = 0
    seen: set[TraceFrame] = set()
    skipped: list[TraceFrame] = []
    for frame in frames:
        if not show_trace and weight > 3:
            yield f"\n{_INDENT}{_TRUNCATED}\n"
            break
        if frame in seen:
            skipped.append(frame)
            continue
        if len(skipped) > 5:
            seen.clear()
        yield from _repeated(skipped, texts)
        skipped.clear()
        seen.add(frame)
        weight += 1 if frame.position is None else 2
        yield _frame(frame, texts)
    yield from _repeated(skipped, texts)


def _repeated(frames: list[TraceFrame], texts: SourceTexts) -> Iterator[str]:
    if len(frames) > 5:
        yield f"\n{_INDENT}({len(frames)} duplicate frames omitted)\n"
    else:
        for frame in frames:
            yield _frame(frame, texts)


def _frame(frame: TraceFrame, texts: SourceTexts) -> str:
    note = frame.note.replace("\n", "\n" + _INDENT)
    return f"\n{_INDENT}… {note}" + _place(frame.position, texts, _INDENT + "  ") + "\n"


def render_warning(message: str, position: Position, texts: SourceTexts) -> str:
    """A warning with its place, its end of line included."""
    indent = " " * len("warning: ")
    return f"warning: {message}{_place(position, texts, indent, len(indent))}\n"


def _place(position: Position | None, texts: SourceTexts, indent: str, code_indent: int = len(_INDENT)) -> str:
    """Where, and the lines around, their numbers right-aligned behind `code_indent` columns."""
    if position is None:
        return ""
    width = code_indent + 6
    place = f"\n{indent}at {position.file}:{position.line}:{position.column}:"
    code = ""
    for number in (position.line - 1, position.line, position.line + 1):
        line = texts.line(position.file, number)
        if line is None or (number == 1 and not line and texts.line(position.file, 2) is None):
            continue
        code += f"\n{number:>{width}}| {line}".rstrip()
        if number == position.line:
            code += f"\n{'|':>{width + 1}} {' ' * (position.column - 1)}^"
    return place + code
