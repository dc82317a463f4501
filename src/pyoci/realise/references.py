"""Store references in file trees, found as Nix finds them: a store path is referred to where its hash part, 32
characters of Nix's base 32, stands anywhere in a file, in the target of a link, or in a name.

Specification: Nix manual, "Store object". Of a file, every fourth byte is translated to one of two letters, so that
`find` jumps from one place to the next at which 32 such characters may stand; only these places are looked at in full.
Regular expressions take twenty times as long.
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

_CHUNK: Final = 1 << 18
_STRIDE: Final = 4
_MARKS: Final = bytes(ord("#") if chr(byte) in ALPHABET else ord(" ") for byte in range(256))
_RUN: Final = b"#" * HASH_LENGTH
_SAMPLED_RUN: Final = b"#" * (HASH_LENGTH // _STRIDE)
_TAIL: Final = HASH_LENGTH - 1
"""What of one piece of a file may be the beginning of a hash that ends in the next."""


def hashes_in(data: bytes | bytearray, wanted: Container[bytes], found: set[bytes]) -> None:
    """Add to `found` the hash parts among `wanted` that stand in some bytes."""
    marks = data[::_STRIDE].translate(_MARKS)
    start = marks.find(_SAMPLED_RUN)
    while start >= 0:
        end = marks.find(b" ", start)
        if end < 0:
            end = len(marks)
        # What stands between a sample and its neighbours is unknown.
        _look_closely(bytes(data[max(0, (start - 1) * _STRIDE + 1) : end * _STRIDE]), wanted, found)
        start = marks.find(_SAMPLED_RUN, end)


def _look_closely(data: bytes, wanted: Container[bytes], found: set[bytes]) -> None:
    marks = data.translate(_MARKS)
    start = marks.find(_RUN)
    while start >= 0:
        end = marks.find(b" ", start)
        if end < 0:
            end = len(marks)
        for at in range(start, end - HASH_LENGTH + 1):
            candidate = data[at : at + HASH_LENGTH]
            if candidate in wanted:
                found.add(candidate)
        start = marks.find(_RUN, end)


def scan(tree: bytes, wanted: Container[bytes]) -> set[bytes]:
    """The hash parts among `wanted` that stand in a file tree.

    Raises StoreError where it cannot be read."""
    found: set[bytes] = set()
    pieces = bytearray(_TAIL + _CHUNK)
    waiting: list[bytes] = []

    def look_at(path: bytes, is_link: bool, is_folder: bool) -> None:
        if is_link:
            hashes_in(os.readlink(path), wanted, found)
        elif is_folder:
            waiting.append(path)
        else:
            _scan_file(path, pieces, wanted, found)

    try:
        mode = os.lstat(tree).st_mode
        look_at(tree, stat.S_ISLNK(mode), stat.S_ISDIR(mode))
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if len(entry.name) >= HASH_LENGTH:
                        hashes_in(entry.name, wanted, found)
                    look_at(entry.path, entry.is_symlink(), entry.is_dir(follow_symlinks=False))
    except OSError as error:
        raise nar.unreadable(os.fsencode(error.filename or tree), error) from None
    return found


def _scan_file(path: bytes, pieces: bytearray, wanted: Container[bytes], found: set[bytes]) -> None:
    """A hash may lie across two pieces that are read: the end of one is looked at again with the next."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return
        pieces[:_TAIL] = bytes(_TAIL)
        with memoryview(pieces)[_TAIL:] as room:
            while size := os.readv(descriptor, [room]):
                hashes_in(pieces if size == _CHUNK else pieces[: _TAIL + size], wanted, found)
                pieces[:_TAIL] = pieces[size : size + _TAIL]
    finally:
        os.close(descriptor)
