"""The texts that places in errors point into."""

from __future__ import annotations

import os

from pyoci.runtime.errors import Position
from pyoci.syntax.source import Source


class SourceTexts:
    """Lines of files, read when they are asked for, and of texts that came from no file."""

    def __init__(self) -> None:
        self._sources: dict[str, Source | None] = {}

    def add(self, name: str, text: str) -> None:
        """Remember a text without a file, under the name that positions in it carry (`«string»`)."""
        self._sources[name] = Source(text, name, b"/")

    def line(self, file: str, number: int) -> str | None:
        """A line, counted from 1, without its end; None where there is no such line or no such file."""
        source = self.source(file)
        if source is None or number < 1:
            return None
        try:
            return source.line(number)
        except IndexError:
            return None

    def at(self, position: Position) -> str | None:
        """The line that a position is in."""
        return self.line(position.file, position.line)

    def marked(self, position: Position | None) -> str:
        """The text of a position, with a `.` that stands before it; empty where it is not at hand."""
        source = self.source(position.file) if position is not None else None
        if source is None or position is None or not position.end_line:
            return ""
        try:
            start = source.offset_of(position.line, position.column)
            text = source.text[start : source.offset_of(position.end_line, position.end_column)]
        except IndexError:
            return ""
        return "." + text if source.text[start - 1 : start] == "." else text

    def source(self, file: str) -> Source | None:
        """The whole text, or None where it cannot be read."""
        if file not in self._sources:
            self._sources[file] = _read(file)
        return self._sources[file]


def _read(file: str) -> Source | None:
    if not os.path.isabs(file):
        return None
    try:
        with open(file, encoding="utf-8", errors="surrogateescape", newline="") as stream:
            return Source(stream.read(), file, b"/")
    except OSError:
        return None
