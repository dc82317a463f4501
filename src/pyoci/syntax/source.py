"""A Nix text and its lines."""

from __future__ import annotations

from bisect import bisect_right

from pyoci.runtime.errors import Position


class Source:
    """A text that is parsed: where it came from and where its lines begin.

    `name` is the file's path, or `«string»` / `«stdin»`; `base` the folder that relative paths in it start from."""

    __slots__ = ("_starts", "base", "name", "text")

    def __init__(self, text: str, name: str, base: bytes) -> None:
        self.text = text
        self.name = name
        self.base = base
        self._starts: list[int] | None = None

    def position(self, start: int, end: int | None = None) -> Position:
        """The place of a span of character offsets; columns count bytes of UTF-8 as C++ Nix does."""
        line, column = self._line_column(start)
        end_line, end_column = self._line_column(end) if end is not None else (line, column)
        return Position(self.name, line, column, end_line, end_column)

    def line(self, number: int) -> str:
        """The text of a line (counted from 1) without its end."""
        starts = self._line_starts()
        begin = starts[number - 1]
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[begin:end].rstrip("\r")

    def offset_of(self, line: int, column: int) -> int:
        """The character offset of a line and a column, which counts bytes."""
        before = self.line(line).encode("utf-8", "surrogateescape")[: column - 1]
        return self._line_starts()[line - 1] + len(before.decode("utf-8", "surrogateescape"))

    def _line_column(self, offset: int) -> tuple[int, int]:
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        prefix = self.text[starts[line - 1] : offset]
        return line, len(prefix.encode("utf-8", "surrogateescape")) + 1

    def _line_starts(self) -> list[int]:
        # C++ Nix counts \n, \r\n and a lone \r as line ends.
        if self._starts is None:
            starts, text, at = [0], self.text, 0
            while (at := _next_end(text, at)) >= 0:
                at += 2 if text.startswith("\r\n", at) else 1
                starts.append(at)
            self._starts = starts
        return self._starts


def _next_end(text: str, at: int) -> int:
    newline = text.find("\n", at)
    carriage = text.find("\r", at)
    if carriage < 0:
        return newline
    return carriage if newline < 0 else min(newline, carriage)
