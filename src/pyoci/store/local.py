"""A folder with a store in it: `ROOT/nix/store/…`, ROOT being `/` for the machine's own.

A path counts as valid when it exists. What is written is written beside its place and renamed, and gets the modes and
times that Nix gives (read-only, the first second of 1970); a database as Nix keeps it is not written.
"""

# Names in a file tree are bytes, which pathlib does not take.

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from itertools import count

from pyoci.runtime import reads
from pyoci.runtime.errors import StoreError
from pyoci.store import nar, paths
from pyoci.store.derivation import Derivation

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Final

_MTIME: Final = 1


class LocalStore:
    """A store in a folder of the file system."""

    def __init__(self, root: Path | str = "/", store_dir: str = paths.STORE_DIR, *, writable: bool = False) -> None:
        self.root = root
        self.store_dir = store_dir
        self.writable = writable
        self._prefix = "" if str(root) == "/" else str(root)

    def physical(self, path: str) -> Path:
        """Where a path of the store lies on this machine."""
        # Most evaluations need no Path, and its module takes as long to import as all of this package.
        from pathlib import Path

        return Path(self._prefix + path)

    def has(self, path: str) -> bool:
        """Whether a store path is there."""
        return reads.is_there(os.fsencode(self._prefix + path))

    def read_derivation(self, path: str) -> Derivation:
        """The derivation of a `.drv` file that is there.

        Raises StoreError where it cannot be read or is none."""
        _, name = paths.parse(path, self.store_dir)
        try:
            place = self.physical(path)
            reads.contents(os.fsencode(place))
            text = place.read_bytes()
        except OSError as error:
            raise nar.unreadable(os.fsencode(path), error) from None
        try:
            return Derivation.from_text(name.removesuffix(".drv"), text)
        except StoreError as error:
            raise StoreError(f"error parsing derivation '{path}': {error.message}") from None

    def add_text(self, path: str, content: bytes) -> None:
        """Write a file, unless it is there."""

        def write(place: Path) -> None:
            place.write_bytes(content)

        self._add(path, write)

    def add_file(self, path: str, source: bytes) -> None:
        """Copy the contents of a file, unless the path is there."""
        self._add(path, lambda place: _copy_file(source, os.fsencode(place), executable=False))

    def add_tree(self, path: str, source: bytes, accept: nar.Accept | None = None) -> None:
        """Copy a file tree, unless the path is there; `accept` as in `nar.write`."""
        self._add(path, lambda place: _copy_tree(source, os.fsencode(place), accept))

    def new_place(self) -> Path:
        """A path in the store folder at which something can be put together that `adopt` then takes.

        Raises StoreError where the store is not written to."""
        if not self.writable:
            raise StoreError(f"store '{self.root}' is read-only")
        folder = self.physical(self.store_dir)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot write '{folder}': {error.strerror}") from None
        return folder / f".{os.getpid()}-{next(_counter)}.tmp"

    def adopt(self, place: Path, path: str) -> None:
        """Make what lies at a place of `new_place` the store path `path`; drop it where that is there already."""
        final = self.physical(path)
        try:
            if not self.has(path):
                _seal(os.fsencode(place))
                place.rename(final)
        except OSError as error:
            # A folder that another process has put there meanwhile is as good as ours.
            if not self.has(path):
                raise StoreError(f"cannot write '{final}': {error.strerror}") from None
        finally:
            remove(place)

    def _add(self, path: str, write: Callable[[Path], None]) -> None:
        if self.has(path):
            return
        place = self.new_place()
        try:
            write(place)
        except OSError as error:
            raise StoreError(f"cannot write '{place}': {error.strerror}") from None
        else:
            self.adopt(place, path)
        finally:
            remove(place)


_counter = count()


def remove(tree: Path) -> None:
    """Delete a file tree, read-only or not, if it is there."""
    if not os.path.lexists(tree):
        return
    if tree.is_symlink() or not tree.is_dir():
        tree.unlink()
        return
    from shutil import rmtree

    for folder, _, _ in os.walk(tree):
        os.chmod(folder, 0o755)
    rmtree(tree)


def _copy_file(source: bytes, place: bytes, *, executable: bool) -> None:
    from shutil import copyfile

    copyfile(source, place)
    if executable:
        os.chmod(place, 0o755)


def _copy_tree(source: bytes, place: bytes, accept: nar.Accept | None) -> None:
    kind = nar.file_type(source)
    if kind == "symlink":
        os.symlink(os.readlink(source), place)
    elif kind == "regular":
        _copy_file(source, place, executable=bool(os.lstat(source).st_mode & stat.S_IXUSR))
    elif kind == "directory":
        os.mkdir(place)
        with os.scandir(source) as listing:
            for entry in list(listing):
                if accept is None or accept(entry.path, nar.entry_type(entry)):
                    _copy_tree(entry.path, place + b"/" + entry.name, accept)
    else:
        raise StoreError(f"file '{os.fsdecode(source)}' has an unsupported type")


def _seal(place: bytes) -> None:
    """Give a tree the modes and times of the store."""
    mode = os.lstat(place).st_mode
    if stat.S_ISDIR(mode):
        with os.scandir(place) as listing:
            for entry in list(listing):
                _seal(entry.path)
        os.chmod(place, 0o555)
    elif stat.S_ISREG(mode):
        os.chmod(place, 0o555 if mode & stat.S_IXUSR else 0o444)
    os.utime(place, (_MTIME, _MTIME), follow_symlinks=False)
