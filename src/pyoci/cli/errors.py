"""Errors for people: the place in their own file first, then the cause, then what may help; never over twenty lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TypeAlias

from pyoci.cli.place import UserFiles, arose_in_library, contexts, headline, is_about_arguments, origin
from pyoci.cli.sources import SourceTexts
from pyoci.cli.wording import wording_of
from pyoci.runtime.errors import ErrorReport, Position

Line: TypeAlias = list[tuple[str, str]]
"""A line as pieces of text, each with the name of a style of `cli.terminal`."""

MAX_LINES = 20
_MAX_MESSAGE = 8
_MAX_WIDTH = 300
_ASSERTION = re.compile(r"assertion '.*' failed$")
"""Nix prints the condition in its own notation."""


def render(
    report: ErrorReport,
    texts: SourceTexts,
    files: UserFiles,
    *,
    show_trace: bool = False,
    width: int = 100,
    way_out: str | None = None,
) -> list[Line]:
    """The lines of an error message.

    Without `show_trace` there are at most 20; with it, every frame follows, from the error outwards. Source lines
    are cut to `width` around the place that is meant. `way_out` is a hint that does not depend on the fault itself."""
    place = headline(report, files, texts)
    marked = texts.marked(place)
    message, hint = wording_of(report, marked, arose_in_library(report, files))
    if marked and _ASSERTION.match(message[0]):
        message = [f"assertion '{' '.join(marked.split())}' failed"]
    hinted = _place_in(hint, place)
    if hinted is not None and "unexpected end of file" in message[0]:
        # Where the text ends says nothing; what it leaves open is the place.
        place, hinted = hinted, None
    lines: list[Line] = []
    head: Line = [("error: ", "error"), (_cut(message[0]), "message")]
    if place is not None:
        head.insert(0, (f"{files.short(place.file)}:{place.line}:{place.column}: ", "place"))
    lines.append(head)
    if place is not None:
        lines += excerpt(place, texts, width)
    rest = message[1:] if show_trace else message[1:_MAX_MESSAGE]
    lines += [[("  " + _cut(line), "message")] for line in rest]
    if len(rest) < len(message) - 1:
        lines.append([(f"  … {len(message) - 1 - len(rest)} more lines (--show-trace shows them)", "faint")])
    lines += _origin(report, files, place)
    if hint is not None:
        lines.append([("  hint: ", "hint"), (hint, "message")])
    if hinted is not None:
        lines += excerpt(hinted, texts, width)
    if way_out is not None:
        lines.append([("  hint: ", "hint"), (way_out, "message")])
    if show_trace:
        lines += _trace(report, texts, files, width)
    elif len(report.frames) > 1 and len(lines) < MAX_LINES:
        lines.append([("  (--show-trace shows every step)", "faint")])
    return lines if show_trace else lines[:MAX_LINES]


_LINE_AND_COLUMN = re.compile(r"line (\d+), column (\d+)")


def _place_in(hint: str | None, near: Position | None) -> Position | None:
    """The place that a hint speaks of, in the same file."""
    found = _LINE_AND_COLUMN.search(hint) if hint is not None and near is not None else None
    return Position(near.file, int(found[1]), int(found[2])) if found and near else None


def excerpt(place: Position, texts: SourceTexts, width: int) -> list[Line]:
    """The source line of a place with a mark under it; empty where the text is not at hand."""
    raw = texts.at(place)
    if raw is None:
        return []
    data = raw.encode("utf-8", "surrogateescape")
    before = _visible(data[: place.column - 1])
    end = place.end_column if place.end_line == place.line and place.end_column > place.column else None
    marked = _visible(data[place.column - 1 : end - 1 if end else place.column])
    if end is None and place.end_line > place.line:
        marked = _visible(data[place.column - 1 :]).rstrip()
    line = _visible(data)
    number = f"{place.line:>5}"
    offset, length = _columns(before), max(1, _columns(marked))
    line, offset, length = _window(line, offset, length, max(30, width - len(number) - 4))
    return [
        [(f"{number} | ", "faint"), (line, "code")],
        [(" " * len(number) + " | ", "faint"), (" " * offset + "^" * length, "caret")],
    ]


def _window(line: str, offset: int, length: int, width: int) -> tuple[str, int, int]:
    """The part of a long line that holds the mark."""
    if len(line) <= width:
        return line.rstrip(), offset, length
    start = 0 if offset + min(length, width // 2) < width - 1 else max(0, offset - width // 3)
    part = line[start : start + width - 1]
    if start:
        part = "…" + part[1:]
    if start + width - 1 < len(line):
        part += "…"
    return part, offset - start, min(length, width - (offset - start))


def _origin(report: ErrorReport, files: UserFiles, place: Position | None) -> Iterator[Line]:
    """Where the error arose, if that is elsewhere, and what was being done there."""
    inside = origin(report)
    for note in contexts(report)[:2]:
        yield [("  … " + _cut(note.splitlines()[0]), "faint")]
    if inside is None or place is None or report.message.startswith("syntax error") or is_about_arguments(inside):
        return
    if (inside.file, inside.line) != (place.file, place.line):
        yield [(f"  found in {files.short(inside.file)}:{inside.line}:{inside.column}", "faint")]


def _trace(report: ErrorReport, texts: SourceTexts, files: UserFiles, width: int) -> Iterator[Line]:
    yield [("trace, from the error outwards:", "heading")]
    for frame in report.frames:
        if not frame.note and frame.position is None:
            continue
        yield [("  … " + (frame.note or "here"), "message")]
        if frame.position is not None:
            at = frame.position
            yield [(f"    {files.short(at.file)}:{at.line}:{at.column}", "place")]
            yield from excerpt(at, texts, width)


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_WIDTH else text[: _MAX_WIDTH - 1] + "…"


def _visible(data: bytes) -> str:
    """Text as it is shown: tabs as blanks, control characters and stray bytes as marks that take one column."""
    text = data.decode("utf-8", "replace").replace("\t", "    ")
    return text if text.isprintable() else "".join(char if char.isprintable() else "�" for char in text)


def _columns(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
