"""Hashes: computing them, and the four ways of writing them down (base 16, Nix's base 32, base 64, SRI).

Messages are those of C++ Nix 2.34, of which BLAKE3 is an experimental feature.
"""

from __future__ import annotations

import binascii
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable

from pyoci.patterns import pattern
from pyoci.records import Record
from pyoci.runtime.errors import StoreError
from pyoci.store import base32
from pyoci.store.features import disabled, is_enabled

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias


HashFormat: TypeAlias = 'Literal["base16", "nix32", "base64", "sri"]'

SIZES: Final = {"blake3": 32, "md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}
"""Algorithm to the length of its digests."""


class BadHash(StoreError):
    """A hash that cannot be read."""


class Hash(Record):
    """A digest and the algorithm that made it."""

    algorithm: str
    digest: bytes

    def format(self, form: HashFormat, *, prefix: bool = False) -> str:
        """The hash as text; `prefix` puts `sha256:` before it (an SRI hash has its own in any case)."""
        if form == "sri":
            return f"{self.algorithm}-{b2a_base64(self.digest, newline=False).decode()}"
        if form == "base16":
            text = self.digest.hex()
        elif form == "nix32":
            text = base32.encode(self.digest)
        else:
            text = b2a_base64(self.digest, newline=False).decode()
        return f"{self.algorithm}:{text}" if prefix else text


def parse_algorithm(name: str) -> str:
    """The name itself where it is one of the algorithms.

    Raises BadHash otherwise, EvalError for one that is an experimental feature that is off."""
    if name == "blake3" and not is_enabled("blake3-hashes"):
        raise disabled("blake3-hashes")
    if name in SIZES:
        return name
    raise BadHash(f"unknown hash algorithm '{name}', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'")


def hash_bytes(algorithm: str, data: bytes) -> Hash:
    """The hash of some bytes; raises BadHash where there is no such algorithm."""
    if parse_algorithm(algorithm) == "blake3":
        from pyoci.store.blake3 import blake3

        return Hash(algorithm, blake3(data))
    import hashlib

    return Hash(algorithm, hashlib.new(algorithm, data, usedforsecurity=False).digest())


def compress(digest: bytes, size: int = 20) -> int:
    """A digest folded to `size` bytes by exclusive or, as the little-endian number that `base32.encode_int` takes."""
    number = 0
    for start in range(0, len(digest), size):
        number ^= int.from_bytes(digest[start : start + size], "little")
    return number


def parse(text: str, algorithm: str | None = None) -> Hash:
    """Read a hash in any of its forms.

    `algorithm` is what the context says it is; the text may name it too, as `sha256:…` or `sha256-…` (SRI).

    Raises BadHash."""
    return parse_with_format(text, algorithm)[0]


def parse_with_format(text: str, algorithm: str | None = None) -> tuple[Hash, HashFormat]:
    """As `parse`, with the form that the text was in."""
    rest = text
    named: str | None = None
    is_sri = False
    if ":" in text:
        name, _, rest = text.partition(":")
        named = parse_algorithm(name)
    elif "-" in text:
        name, _, rest = text.partition("-")
        named = parse_algorithm(name)
        is_sri = True
    if named is None and algorithm is None:
        raise BadHash(f"hash '{text}' does not include a type, nor is the type otherwise known from context")
    if named is not None and algorithm is not None and named != algorithm:
        raise BadHash(f"hash '{text}' should have type '{algorithm}'")
    known = named or parse_algorithm(algorithm or "")
    form: HashFormat = "sri" if is_sri else _format_by_length(rest, known)
    return _decode(rest, known, form), form


def parse_sri(text: str) -> Hash:
    """Read `sha256-…`; raises BadHash."""
    name, dash, rest = text.partition("-")
    if not dash:
        raise BadHash(f"hash '{text}' is not SRI")
    return _decode(rest, parse_algorithm(name), "sri")


def parse_allow_empty(text: str, algorithm: str | None, warn: Callable[[str], object]) -> Hash:
    """As `parse`, but an empty text means all zeros (what one writes before the hash is known), with a warning.

    Raises BadHash."""
    if text:
        return parse(text, algorithm)
    if algorithm is None:
        raise BadHash("empty hash requires explicit hash algorithm")
    empty = Hash(parse_algorithm(algorithm), bytes(SIZES[algorithm]))
    warn(f"found empty hash, assuming '{empty.format('sri')}'")
    return empty


def _format_by_length(text: str, algorithm: str) -> HashFormat:
    size = SIZES[algorithm]
    length = len(text.encode("utf-8", "surrogateescape"))
    if length == size * 2:
        return "base16"
    if length == base32.encoded_length(size):
        return "nix32"
    if length == (size + 2) // 3 * 4:
        return "base64"
    raise BadHash(f"hash '{text}' has wrong length for hash algorithm '{algorithm}'")


_DECODERS: Final[dict[HashFormat, tuple[str, Callable[[str], bytes]]]] = {
    "base16": ("base16", lambda text: binascii.unhexlify(text)),
    "nix32": ("nix32", base32.decode),
    "base64": ("Base64", lambda text: _decode_base64(text)),
    "sri": ("SRI", lambda text: _decode_base64(text)),
}


def _decode(text: str, algorithm: str, form: HashFormat) -> Hash:
    name, decoder = _DECODERS[form]
    try:
        digest = decoder(text)
    except ValueError:
        # A character outside of the alphabet counts as no bytes at all: C++ Nix reports only the length.
        digest = b""
    if len(digest) != SIZES[algorithm]:
        raise BadHash(
            f"invalid {name} hash '{text}', length {len(digest)} != expected length {SIZES[algorithm]}",
        )
    return Hash(algorithm, digest)


_BASE64: Final = pattern(r"[A-Za-z0-9+/\n]*")


def _decode_base64(text: str) -> bytes:
    """Base 64 as C++ Nix reads it: the first `=` ends it, whatever follows, and missing padding is no error."""
    body = text.partition("=")[0]
    if not _BASE64.fullmatch(body):
        raise ValueError("invalid character in Base64 string")
    body = body.replace("\n", "")
    whole = len(body) * 6 // 8
    return a2b_base64(body + "A" * (-len(body) % 4))[:whole]
