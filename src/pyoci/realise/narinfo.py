"""What a binary cache says of a store path: `HASH.narinfo`, lines of `Name: value`.

Specification: Nix manual, "Binary cache", .narinfo; signatures are Ed25519 over a fingerprint of path, archive hash,
archive size and references.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoci.runtime.errors import StoreError
from pyoci.store import hashes, paths
from pyoci.store.hashes import Hash

_MAX_SIZE: Final = 1 << 50


@dataclass(frozen=True, slots=True)
class NarInfo:
    """A path as a cache describes it."""

    path: str
    url: str
    """Of the archive, relative to the cache."""
    compression: str
    file_size: int | None
    """Bytes to transfer, where that is said."""
    nar_hash: Hash
    nar_size: int
    references: tuple[str, ...]
    """Store paths, itself included where it refers to itself, sorted."""
    signatures: tuple[str, ...]
    text: str
    """All of it as it was read."""

    @property
    def fingerprint(self) -> bytes:
        """What is signed."""
        digest = self.nar_hash.format("nix32", prefix=True)
        return f"1;{self.path};{digest};{self.nar_size};{','.join(self.references)}".encode()


class BadNarInfo(StoreError):
    """A `.narinfo` that is none."""


def parse(text: str, path: str) -> NarInfo:
    """Read a `.narinfo`, which must be that of the store path `path`.

    Raises BadNarInfo."""
    fields: dict[str, str] = {}
    signatures: list[str] = []
    for line in text.split("\n"):
        name, colon, value = line.partition(": ")
        if not line:
            continue
        if not colon and not line.endswith(":"):
            raise BadNarInfo(f"the description of '{path}' has a line that is no field: '{line[:80]}'")
        if name == "Sig":
            signatures.append(value)
        elif name.rstrip(":") in fields:
            raise BadNarInfo(f"the description of '{path}' has two fields '{name}'")
        else:
            fields[name.rstrip(":")] = value
    store_dir = path.rpartition("/")[0]
    if fields.get("StorePath") != path:
        raise BadNarInfo(f"the description of '{path}' is that of '{fields.get('StorePath', '')}'")
    try:
        nar_hash = hashes.parse(fields["NarHash"])
        references = tuple(sorted(_reference(word, store_dir) for word in fields.get("References", "").split()))
    except KeyError:
        raise BadNarInfo(f"the description of '{path}' has no NarHash") from None
    except StoreError as error:
        raise BadNarInfo(f"the description of '{path}' is malformed: {error.message}") from None
    if nar_hash.algorithm != "sha256":
        raise BadNarInfo(f"the archive of '{path}' is hashed with {nar_hash.algorithm}, not sha256")
    return NarInfo(
        path=path,
        url=_url(fields.get("URL", ""), path),
        compression=fields.get("Compression", "bzip2"),
        file_size=_size(fields["FileSize"], path) if "FileSize" in fields else None,
        nar_hash=nar_hash,
        nar_size=_size(fields.get("NarSize", ""), path),
        references=references,
        signatures=tuple(signatures),
        text=text,
    )


def _reference(word: str, store_dir: str) -> str:
    paths.parse_base_name(word)
    return f"{store_dir}/{word}"


def _url(url: str, path: str) -> str:
    """A relative URL that stays inside of the cache."""
    if not url or url.startswith("/") or "://" in url or ".." in url.split("/") or not url.isprintable():
        raise BadNarInfo(f"the description of '{path}' names no archive inside the cache: '{url}'")
    return url


def _size(text: str, path: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text) or not 0 < int(text) < _MAX_SIZE:
        raise BadNarInfo(f"the description of '{path}' has the size '{text}'")
    return int(text)


class PublicKeys:
    """The keys that are trusted. A key is written `NAME:BASE64` (`nix key convert-secret-to-public`)."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Raises StoreError for a key that is none."""
        self._keys = dict(map(_parse_key, keys))
        self.texts = frozenset(f"{name}:{base64.b64encode(key).decode()}" for name, key in self._keys.items())

    def signer(self, info: NarInfo) -> str | None:
        """The key that has signed a description; None where none of them has."""
        for signature in info.signatures:
            name, _, text = signature.partition(":")
            key = self._keys.get(name)
            if key is not None and _verifies(key, text, info.fingerprint):
                return f"{name}:{base64.b64encode(key).decode()}"
        return None


def _verifies(key: bytes, signature: str, message: bytes) -> bool:
    # Imported here: it takes as long as a small evaluation.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _parse_key(text: str) -> tuple[str, bytes]:
    name, _, encoded = text.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not name or len(key) != 32:
        raise StoreError(
            f"'{text}' is no public key",
            hint="a key is a name, a colon and 32 bytes in base 64: cache.example.org-1:…=",
        )
    return name, key
