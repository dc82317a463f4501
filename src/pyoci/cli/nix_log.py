"""Text on its way to standard error as C++ Nix's logger writes it."""

from __future__ import annotations

import sys

from pyoci.patterns import pattern

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_TAB: Final = 8

_DROPPED: Final = pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|\](?:[^\x07\x1b]|\x1b(?!\\))*(?:\x07|\x1b\\)?|[@-_]?)|[\r\x07]")
"""Escape sequences of terminals, carriage returns and bells."""


def plain(text: str) -> str:
    """The text without what would make a terminal do things, its tabs as blanks.

    Columns run on from line to line, and the ends of lines take none."""
    if not text.isprintable() and (text := _DROPPED.sub("", text)).find("\t") >= 0:
        pieces, column = [], 0
        for number, piece in enumerate(text.split("\t")):
            if number:
                blanks = _TAB - column % _TAB
                pieces.append(" " * blanks)
                column += blanks
            pieces.append(piece)
            column += _columns(piece)
        return "".join(pieces)
    return text


def write(message: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(plain(message) + "\n")


def _columns(text: str) -> int:
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if "\udc80" <= character <= "\udcff":  # a byte that is no UTF-8
        return 1
    from unicodedata import category, east_asian_width

    if category(character) in ("Cc", "Cf", "Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
