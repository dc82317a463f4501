"""Archives to file trees with the modes and times of the store.

Names and order are checked by `store.nar`. Every file is created anew, exclusively and without following links, so
that neither a link in the archive nor two names that a file system takes for one lead anywhere.
"""

# Names in an archive are bytes, which pathlib does not take.

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from pyoci.store import nar

MTIME: Final = 1_000_000_000
"""The first second of 1970, in nanoseconds."""
_TIMES: Final = (MTIME, MTIME)
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FileModes:
    """Sees to it that files have the modes that they were created with, whatever the process's mask. What it takes
    away is the same for all files of a mode, so that one of each tells."""

    def __init__(self) -> None:
        self._kept: set[int] = set()

    def set(self, descriptor: int, mode: int) -> None:
        """Of a file that was just created with this mode. Raises OSError."""
        if mode in self._kept:
            return
        if stat.S_IMODE(os.fstat(descriptor).st_mode) == mode:
            self._kept.add(mode)
        else:
            os.fchmod(descriptor, mode)


class _Tree:
    """Writes what an archive holds. Folders are made read-only last, when nothing more is to come into them."""

    def __init__(self, destination: bytes) -> None:
        self._destination = destination
        self._folders: list[bytes] = []
        self._modes = FileModes()

    def _place(self, path: bytes) -> bytes:
        return self._destination + b"/" + path if path else self._destination

    def directory(self, path: bytes) -> None:
        place = self._place(path)
        os.mkdir(place, 0o755)
        self._folders.append(place)

    def symlink(self, path: bytes, target: bytes) -> None:
        place = self._place(path)
        os.symlink(target, place)
        os.utime(place, ns=_TIMES, follow_symlinks=False)

    def regular(self, path: bytes, executable: bool, size: int, contents: Iterator[bytes]) -> None:
        mode = 0o555 if executable else 0o444
        descriptor = os.open(self._place(path), _FLAGS, mode)
        try:
            for chunk in contents:
                write_all(descriptor, chunk)
            self._modes.set(descriptor, mode)
            os.utime(descriptor, ns=_TIMES)
        finally:
            os.close(descriptor)

    def seal(self) -> None:
        """Finish."""
        for place in reversed(self._folders):
            os.chmod(place, 0o555)
            os.utime(place, ns=_TIMES)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of some bytes; raises OSError."""
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, data[written:])


def unpack(stream: BinaryIO, destination: Path) -> None:
    """Unpack an archive as `destination`, which must not exist yet.

    Raises StoreError where it is not well formed, OSError where it cannot be written; what was unpacked before the
    error stays."""
    tree = _Tree(os.fsencode(destination))
    try:
        nar.read(stream, tree)
    except FileExistsError as error:
        raise nar.bad_archive(f"'{os.fsdecode(error.filename)}' is there already") from None
    tree.seal()
