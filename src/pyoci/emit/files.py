"""Writing files and folders so that a reader finds the old one or the new one, never a half."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class OutputError(Exception):
    """Something in the file system is in the way of what should be written."""


def replace_folder(target: Path, fill: Callable[[Path], None], *, ours: Callable[[Path], bool]) -> None:
    """Make `target` a folder with what `fill` writes into the empty folder that it is given.

    The folder is filled beside the target and renamed into place when it is whole. What stood at `target` is
    removed, but only an empty folder, or one that `ours` recognises as written by this program before.

    Raises OutputError where something else stands at `target`, or where the file system refuses."""
    try:
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            raise OutputError(f"'{target}' exists and is no folder")
        if target.exists() and any(target.iterdir()) and not ours(target):
            raise OutputError(f"'{target}' holds something else; it is left as it is. Name another folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        with scratch_beside(target) as scratch:
            fresh = scratch / "new"
            fresh.mkdir()
            fill(fresh)
            if target.exists():
                exchange(fresh, target, scratch / "old")
            else:
                fresh.rename(target)
    except OSError as error:
        raise OutputError(f"cannot write '{target}': {error.strerror or error}") from error


@contextmanager
def scratch_beside(target: Path) -> Iterator[Path]:
    """A folder on the file system of `target` that is gone at the end. It is locked, so that the next one to come can
    tell one that is in use from one whose process was killed, and remove the latter."""
    prefix = f".{target.name}.pyoci-"
    for left in target.parent.glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError), _lock(left):
            remove_tree(left)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    try:
        with _lock(scratch):
            yield scratch
    finally:
        with suppress(OSError):
            remove_tree(scratch)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; raises OSError where another process does."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def exchange(fresh: Path, target: Path, old: Path) -> None:
    """Put one folder in the place of another: at once (renameat2(2)) or, where the system cannot, in two steps. What
    stood there is afterwards at `fresh` or at `old`."""
    import ctypes

    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None, use_errno=True)
        words = (_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE)
        if library.renameat2(*words) == 0:
            return
    target.rename(old)
    fresh.rename(target)


def write_text(target: Path, text: str) -> None:
    """Write a text file under a name that does not exist yet, in a folder that is not in place yet."""
    with target.open("x", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)


def _make_writable(folder: Path) -> None:
    for place, _, _ in os.walk(folder):
        if not os.access(place, os.W_OK | os.X_OK):
            os.chmod(place, 0o700)


def remove_tree(folder: Path) -> None:
    """Remove a folder and all in it, read-only folders too."""
    _make_writable(folder)
    shutil.rmtree(folder)
