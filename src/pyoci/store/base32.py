"""Nix's base 32: no e, o, u, t, and the last five bits first.

The text reads a little-endian number from its highest digit down, so encoding and decoding go through an int.
"""

from __future__ import annotations

from pyoci.patterns import pattern

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


ALPHABET: Final = "0123456789abcdfghijklmnpqrsvwxyz"

_PAIRS: Final = [high + low for high in ALPHABET for low in ALPHABET]
_DIGITS: Final = pattern(f"[{ALPHABET}]*")
_TO_PYTHON: Final = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")


def encoded_length(size: int) -> int:
    """How many characters `size` bytes become."""
    return (size * 8 + 4) // 5


def encode(data: bytes) -> str:
    """The base 32 text of some bytes."""
    return encode_int(int.from_bytes(data, "little"), encoded_length(len(data)))


def encode_int(number: int, length: int) -> str:
    """The lowest `length` digits of a number."""
    pairs = [_PAIRS[number >> shift & 1023] for shift in range(length // 2 * 10 - 10, -1, -10)]
    if length % 2:
        return ALPHABET[number >> (length - 1) * 5 & 31] + "".join(pairs)
    return "".join(pairs)


def decode(text: str) -> bytes:
    """The bytes of a base 32 text; one more than its length suggests where the first digit has bits to spare.

    Raises ValueError with Nix's message where a character is none of the alphabet."""
    if not _DIGITS.fullmatch(text):
        character = _DIGITS.sub("", text)[0]
        raise ValueError(f"invalid character in Nix32 (Nix's Base32 variation) string: '{character}'")
    number = int(text.translate(_TO_PYTHON) or "0", 32)
    size = len(text) * 5 // 8
    return number.to_bytes(max(size, (number.bit_length() + 7) // 8), "little")
