"""What is between quotes: escapes, and the indentation of `''` strings."""

from __future__ import annotations

import re

from pyoci.syntax.faults import Fault
from pyoci.syntax.nodes import Literal, Node

_ESCAPE = re.compile(r"\\([\s\S])|\r\n?")
_MEANING = {"n": "\n", "r": "\r", "t": "\t"}

NO_INDENT = 1_000_000
"""The indentation of a `''` string without a line that has one."""


class Piece(str):
    """Text of a `''` string that came from an escape: it is not looked at for indentation."""

    __slots__ = ()


def unescape(raw: str, start: int) -> str:
    """The text that `raw`, part of a `"` string or an escape of a `''` string, stands for: `\\n`, `\\r` and `\\t` are
    control characters, a backslash before anything else goes away, and line ends (but not escaped ones) become
    `\\n`."""
    text = _ESCAPE.sub(_meaning, raw) if "\\" in raw or "\r" in raw else raw
    forbid_null(text, start)
    return text


def forbid_null(text: str, start: int) -> None:
    """Raises a Fault if the text, which starts at an offset, contains a null byte."""
    if "\0" in text:
        shown = text.replace("\0", "␀")
        message = f"input string '{shown}' cannot be represented as Nix string because it contains null bytes"
        raise Fault(message, start, start + len(text))


def _meaning(match: re.Match[str]) -> str:
    escaped = match[1]
    if escaped is None:
        return "\n"
    return _MEANING.get(escaped, escaped)


def strip_indentation(parts: list[str | Node]) -> list[str | Node]:
    """Takes the common indentation off the lines of a `''` string.

    The indentation is the least number of spaces that a line starts with, not counting lines of spaces only. A last
    line of spaces only is dropped, its line end is kept. Text that came from an escape (`Piece`) and interpolations
    end the leading spaces of their line. Empty parts are left out."""
    indent = _indentation(parts)
    stripped: list[str | Node] = []
    at_start = True
    last = len(parts) - 1
    for index, part in enumerate(parts):
        if isinstance(part, Node):
            at_start = False
            stripped.append(part)
            continue
        text, at_start = _strip(part, indent, at_start)
        if index == last:
            line = text.rfind("\n")
            if line >= 0 and not text[line + 1 :].strip(" "):
                text = text[: line + 1]
        if text:
            stripped.append(text)
    return stripped


def _indentation(parts: list[str | Node]) -> int:
    least = NO_INDENT
    at_start = True
    current = 0
    for part in parts:
        if isinstance(part, (Node, Piece)):
            if at_start:
                at_start = False
                least = min(least, current)
            continue
        lines = part.split("\n")
        for number, line in enumerate(lines):
            if number:
                at_start = True
                current = 0
            if not at_start:
                continue
            spaces = len(line) - len(line.lstrip(" "))
            current += spaces
            if spaces < len(line):
                at_start = False
                least = min(least, current)
    return least


def _strip(text: str, indent: int, at_start: bool) -> tuple[str, bool]:
    lines = text.split("\n")
    first = 0 if at_start else 1
    for number in range(first, len(lines)):
        line = lines[number]
        spaces = len(line) - len(line.lstrip(" "))
        lines[number] = line[min(spaces, indent) :]
    if len(lines) > 1 or at_start:
        last = lines[-1]
        at_start = not last.strip(" ")
    return "\n".join(lines), at_start


def joined(parts: list[str | Node], start: int, end: int) -> Literal | None:
    """The literal that the parts of a `''` string amount to, or None if it has more than one part or an
    interpolation."""
    if not parts:
        return Literal("", start, end)
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, str):
            return Literal(str(only), start, end)
        if isinstance(only, Literal) and isinstance(only.value, str):
            return Literal(only.value, start, end)
    return None
