"""Writing files and folders so that a reader finds the old one or the new one, never a half."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
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
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
            fresh = Path(scratch) / "new"
            fresh.mkdir()
            fill(fresh)
            if target.exists():
                target.rename(Path(scratch) / "old")
            fresh.rename(target)
            # TemporaryDirectory would stumble over read-only folders of an old rootfs.
            _make_writable(Path(scratch))
    except OSError as error:
        raise OutputError(f"cannot write '{target}': {error.strerror or error}") from error


def write_text(target: Path, text: str) -> None:
    """Write a text file under a name that does not exist yet, in a folder that is not in place yet."""
    with target.open("x", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)


def _make_writable(folder: Path) -> None:
    for place, folders, _ in os.walk(folder):
        for name in folders:
            inner = Path(place) / name
            if not inner.is_symlink() and not os.access(inner, os.W_OK | os.X_OK):
                inner.chmod(0o700)


def remove_tree(folder: Path) -> None:
    """Remove a folder and all in it, read-only folders too."""
    _make_writable(folder)
    shutil.rmtree(folder)
