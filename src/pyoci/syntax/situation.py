"""What the parser knows where it cannot go on: what hints are guessed from."""

from __future__ import annotations

from typing import Any

from pyoci.syntax.source import Source
from pyoci.syntax.table import END

OPENING = {"(": ")", "[": "]", "{": "}", "${": "}", '"': '"', "INDENTED_START": "''"}
"""Terminals that something else must close, and what."""

KEYWORDS = frozenset(["assert", "else", "if", "in", "inherit", "let", "rec", "then", "with"])
OPERATORS = frozenset("+ - * / ++ // == != < <= > >= && || -> ! |> <|".split())
PREFIXES = frozenset(["if", "let", "with", "assert", "!", "-"])
"""What begins an expression that cannot be an argument as it stands."""
PRECEDING = OPERATORS | {"application", "selection", "operation", "simple", "expression"}
CLOSING = frozenset([END, ")", "]", "}", ";", ",", "then", "else", "in", "INDENTED_END"])


class Situation:
    """A text at the token that cannot stand there. `symbols`, `values` and `starts` are what lies on the stack: names
    of terminals and nonterminals, what was built of them, and where they start; `last` is where the last one ends."""

    def __init__(
        self,
        source: Source,
        symbols: list[str],
        values: list[Any],
        starts: list[int],
        last: int,
        token: tuple[str, Any, int, int],
    ) -> None:
        self.source = source
        self.symbols = symbols
        self.values = values
        self.starts = starts
        self.last = last
        self.found, self.value, self.start, self.end = token
        self.opener = self._opener()

    def _opener(self) -> int:
        """Where on the stack the innermost construct lies that has not come to its end, or -1."""
        finished = {"let": 0, "if": 0, "with": 0, "assert": 0}
        for index in range(len(self.symbols) - 1, -1, -1):
            symbol = self.symbols[index]
            if symbol in OPENING:
                return index
            if symbol == "in":
                finished["let"] += 1
            elif symbol == "else":
                finished["if"] += 1
            elif symbol == ";":
                finished[self.symbols[index - 2]] += 1
            elif symbol in finished:
                if not finished[symbol]:
                    return index
                finished[symbol] -= 1
        return -1

    @property
    def inside(self) -> str:
        """The innermost construct's first terminal; empty at the outermost level."""
        return self.symbols[self.opener] if self.opener >= 0 else ""

    @property
    def within(self) -> list[str]:
        """What has been read of the innermost construct, its first terminal included."""
        return self.symbols[max(self.opener, 0) :]

    def ends_with(self, *symbols: str) -> bool:
        """Are these the last symbols that were read?"""
        return tuple(self.symbols[-len(symbols) :]) == symbols

    def place(self, offset: int) -> str:
        """An offset in words."""
        position = self.source.position(offset)
        return f"line {position.line}, column {position.column}"

    def line(self, offset: int) -> str:
        """The line that an offset is in, without blanks around it."""
        text = self.source.text
        end = text.find("\n", offset)
        return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)].strip()
