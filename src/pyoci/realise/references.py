"""Store references in file contents, found as Nix finds them: a store path is referred to where its hash part, 32
characters of Nix's base 32, stands anywhere in a file or in the target of a link.

Specification: Nix manual, "Store object". A file is first translated to two letters, so that `find` jumps
from one run of 32 such characters to the next; regular expressions take ten times as long.
"""

# Names in a file tree are bytes, which pathlib does not take.

from __future__ import annotations

import os
import stat
from collections.abc import Container
from typing import Final

from pyoci.store import nar
from pyoci.store.base32 import ALPHABET
from pyoci.store.paths import HASH_LENGTH

_CHUNK: Final = 1 << 20
_MARKS: Final = bytes(ord("#") if chr(byte) in ALPHABET else ord(" ") for byte in range(256))
_RUN: Final = b"#" * HASH_LENGTH


def hashes_in(data: bytes, wanted: Container[bytes], found: set[bytes]) -> None:
    """Add to `found` the hash parts among `wanted` that stand in some bytes."""
    marks = data.translate(_MARKS)
    start = marks.find(_RUN)
    while start >= 0:
        end = marks.find(b" ", start)
        for at in range(start, (len(data) if end < 0 else end) - HASH_LENGTH + 1):
            candidate = data[at : at + HASH_LENGTH]
            if candidate in wanted:
                found.add(candidate)
        start = marks.find(_RUN, end) if end >= 0 else -1


def scan(tree: bytes, wanted: Container[bytes]) -> set[bytes]:
    """The hash parts among `wanted` that stand in a file tree.

    Raises StoreError where it cannot be read."""
    found: set[bytes] = set()
    waiting = [tree]
    try:
        while waiting:
            path = waiting.pop()
            mode = os.lstat(path).st_mode
            if stat.S_ISDIR(mode):
                with os.scandir(path) as entries:
                    waiting += [entry.path for entry in entries]
            elif stat.S_ISLNK(mode):
                hashes_in(os.readlink(path), wanted, found)
            elif stat.S_ISREG(mode):
                _scan_file(path, wanted, found)
    except OSError as error:
        raise nar.unreadable(os.fsencode(error.filename or tree), error) from None
    return found


def _scan_file(path: bytes, wanted: Container[bytes], found: set[bytes]) -> None:
    """A hash may lie across two pieces that are read: the end of one is looked at again with the next."""
    with open(path, "rb", buffering=0) as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            hashes_in(tail + chunk, wanted, found)
            tail = (
                chunk[-(HASH_LENGTH - 1) :] if len(chunk) >= HASH_LENGTH - 1 else (tail + chunk)[-(HASH_LENGTH - 1) :]
            )
