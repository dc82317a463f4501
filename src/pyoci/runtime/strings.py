"""Nix strings are bytes; here they are `str`, with bytes that are no UTF-8 as surrogate escapes.

Two rules keep that exact:

* A string is in *normal form*: `from_bytes(to_bytes(s)) == s`, so that equal bytes are equal strings. Only joining
  can break it (the halves of a character that `substring` cut apart), so whoever joins strings calls `joined` unless
  the result is ASCII.
* Lengths, offsets and order are those of the bytes. For ASCII text, which nearly all of it is, they are Python's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoci.runtime.values import from_bytes, to_bytes


def joined(text: str) -> str:
    """`text`, the result of joining strings, in normal form."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return from_bytes(to_bytes(text))
    return text


def byte_length(text: str) -> int:
    """How many bytes a string has."""
    return len(text) if text.isascii() else len(to_bytes(text))


def string_less(a: str, b: str) -> bool:
    """Whether the bytes of `a` come before those of `b`."""
    if a.isascii() or b.isascii():
        return a < b
    return to_bytes(a) < to_bytes(b)


def sorted_names(names: Iterable[str]) -> list[str]:
    """Attribute names in the order of their bytes, as sets are listed and printed."""
    ordered = sorted(names)
    if not "".join(ordered).isascii():
        ordered.sort(key=to_bytes)
    return ordered


def canon_path(path: bytes) -> bytes:
    """An absolute path without `.`, `..`, doubled slashes and a slash at the end; links are not looked at."""
    if b"//" not in path and b"/." not in path and path[-1:] != b"/":
        return path
    parts: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            if parts:
                parts.pop()
        elif part and part != b".":
            parts.append(part)
    return b"/" + b"/".join(parts)


def as_bytes_text(text: str) -> str:
    """The bytes of a string as characters 0 to 255, for code that counts and compares bytes with `str`'s methods."""
    return str(text) if text.isascii() else to_bytes(text).decode("latin-1")


def from_bytes_text(text: str) -> str:
    """The string whose bytes are given as characters 0 to 255."""
    return text if text.isascii() else from_bytes(text.encode("latin-1"))
