"""Strings, attribute names and numbers as Nix writes them."""

from __future__ import annotations

import sys
from math import copysign

from pyoci.runtime.values import from_bytes, to_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_KEYWORDS: Final = frozenset(("assert", "else", "if", "in", "inherit", "let", "rec", "then", "with"))
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_FIRST: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_REST: Final = _FIRST | frozenset("0123456789'-")


def format_string(text: str, max_length: int = sys.maxsize) -> str:
    """A string literal; what exceeds `max_length` bytes is left out and counted."""
    rest = 0
    if len(text) > max_length or (max_length != sys.maxsize and not text.isascii()):
        data = to_bytes(text)
        rest = max(0, len(data) - max_length)
        text = from_bytes(data[:max_length])
    literal = '"' + text.translate(_ESCAPES).replace("${", "\\${") + '"'
    return f"{literal} «{rest} byte{'s' if rest != 1 else ''} elided»" if rest else literal


def format_name(name: str) -> str:
    """An attribute name, in quotes where the language wants them."""
    if name and name[0] in _FIRST and name not in _KEYWORDS and _REST.issuperset(name):
        return name
    return format_string(name)


def format_float(number: float) -> str:
    """A float with up to six significant digits, as C++ streams write it."""
    if number != number:
        return "-nan" if copysign(1.0, number) < 0 else "nan"
    return f"{number:.6g}"
