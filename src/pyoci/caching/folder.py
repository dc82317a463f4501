"""The user's cache folder.

Code is executed from it and answers are believed, so nobody else may be able to write to it: a folder that belongs to
another user, or that others can write to, is left alone. Files appear in it whole, by renaming, so that any number of
runs may use it at once; whoever finds a file damaged or gone does without. Every part of it has a size that it does
not exceed by more than what one run adds: what was not used for longest goes first.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

LIMITS: Final = {"code": 512 << 20, "answers": 64 << 20}
"""Parts of the folder that are bounded, and their sizes in bytes."""

PARTS: Final = {
    "answers": "results of evaluations, with what they were made from",
    "code": "compiled Nix files and expressions",
    "fetched": "trees that fetchTarball, fetchGit and fetchTree have unpacked",
    "python": "compiled modules of pyoci itself, where Python keeps none",
    "store": "packages for bundles, from binary caches",
}
"""What can be emptied at any time. Beside these are files that take no room to speak of, and containers that run."""

_DAY: Final = 24 * 3600
_ABANDONED: Final = 3600
"""Seconds after which a file that is still being written is taken for one whose writer died."""


def default_folder() -> str:
    """The cache folder of the user: `$XDG_CACHE_HOME/pyoci`, else `~/.cache/pyoci`.

    Computed by hand: the library that knows this costs more to import than a cached file costs to run."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification says to ignore relative paths.
    base = base if base.startswith("/") else os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "pyoci")


def is_private(folder: str) -> bool:
    """Whether a folder is there, belongs to this user, and nobody else can write to it."""
    try:
        status = os.stat(folder)
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def make_private(folder: str) -> bool:
    """Make a folder that only its user can look into, with the folders above it; whether it is one then. A home folder
    that does not exist is not made: its user is not meant to have one."""
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    if os.path.expanduser("~") in missing:
        return False
    try:
        for one in reversed(missing):
            os.mkdir(one, 0o700)
    except FileExistsError:
        pass
    except OSError:
        return False
    folder = missing[0] if missing else folder
    if not is_private(folder):
        return False
    if os.stat(folder).st_mode & 0o077:
        os.chmod(folder, 0o700)
    return True


def write(place: str, *pieces: bytes | memoryview) -> None:
    """Write a file so that it is there whole or not at all. Raises OSError."""
    partial = f"{place}.{os.getpid()}~"
    try:
        with open(partial, "wb", opener=_private_opener) as file:
            for piece in pieces:
                file.write(piece)
        os.replace(partial, place)
    except OSError:
        _remove(partial)
        raise


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def used(place: str, stat: os.stat_result, now: float | None = None) -> None:
    """Note that a file, whose stat is given, was used; once a day is enough."""
    if (now or time.time()) - stat.st_mtime > _DAY:
        try:
            os.utime(place)
        except OSError:
            return


class Kept:
    """A file of the cache."""

    __slots__ = ("last_used", "path", "size")

    def __init__(self, path: str, size: int, last_used: float) -> None:
        self.path = path
        self.size = size
        self.last_used = last_used


def files(folder: str) -> Iterator[Kept]:
    """All files below a folder; what vanishes meanwhile, or cannot be read, is left out."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_dir(follow_symlinks=False):
                        yield from files(entry.path)
                    else:
                        status = entry.stat(follow_symlinks=False)
                        yield Kept(entry.path, status.st_size, status.st_mtime)
                except OSError:
                    continue
    except OSError:
        return


def has_grown(folder: str, written: int, limit: int) -> None:
    """Keep a part of the cache below its limit, now that so many bytes were written to it.

    Its size is kept in a file, since measuring it takes as long as a small evaluation. Runs that write at once may
    each lose what the other adds: it is measured once a day anyway."""
    place = os.path.join(folder, "size")
    try:
        with open(place, "rb") as file:
            size = int(file.read(20)) + written
            known = time.time() - os.fstat(file.fileno()).st_mtime < _DAY
            began = os.fstat(file.fileno()).st_mtime
    except (OSError, ValueError):
        known, size, began = False, 0, 0.0
    if not known or not 0 <= size <= limit:
        size = _shrink(folder, limit)
        began = time.time()
    try:
        write(place, b"%d" % size)
        os.utime(place, (began, began))
    except OSError:
        return


def _shrink(folder: str, limit: int) -> int:
    """Remove what was not used for longest until the rest is well below the limit, and what somebody began to write
    and left; the size then."""
    now = time.time()
    kept, size = [], 0
    for one in files(folder):
        if one.path.endswith("~") and now - one.last_used > _ABANDONED:
            _remove(one.path)
        else:
            kept.append(one)
            size += one.size
    if size > limit:
        for one in sorted(kept, key=lambda one: one.last_used):
            _remove(one.path)
            size -= one.size
            if size <= limit - limit // 10:
                break
        _remove_empty(folder)
    return size


def _remove_empty(folder: str) -> None:
    for parent, _, _ in os.walk(folder, topdown=False):
        if parent != folder:
            try:
                os.rmdir(parent)
            except OSError:
                continue


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
