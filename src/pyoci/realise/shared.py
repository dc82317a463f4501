"""The store of downloaded paths that all bundles share.

    ROOT/nix/store/HASH-NAME     files, with the modes and times of the store
    ROOT/info/HASH-NAME          the cache's description, written after the files are in place: without it, a path does
                                 not count as there
    ROOT/partial/…               archives that have not arrived wholly
    ROOT/scanned/HASH-NAME       references of paths of other stores on this machine
    ROOT/scratch/…               what a process keeps for as long as it runs

A description has one more line than the cache's: the key by which it was trusted. A path that was fetched without a
look at signatures is fetched anew by whoever asks for them.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pyoci.realise.closure import StoreObject
from pyoci.realise.narinfo import NarInfo, parse
from pyoci.realise.unpacking import MTIME
from pyoci.runtime.errors import StoreError
from pyoci.store import paths
from pyoci.store.local import LocalStore, remove

_TRUSTED_BY: Final = "TrustedBy: "


class SharedStore:
    """A folder as above."""

    def __init__(self, root: Path, store_dir: str = paths.STORE_DIR) -> None:
        self.root = root
        self.store = LocalStore(root, store_dir, writable=True)
        self.scanned = root / "scanned"

    def find(self, path: str, trusted: frozenset[str] | None) -> StoreObject | None:
        """A path that is there and was trusted by one of some keys (None: any way). One that was written to (by a
        container whose files are links to these) is removed."""
        known = self._known(path)
        if known is None:
            return None
        key, info = known
        if trusted is not None and key not in trusted:
            return None
        if not _is_untouched(self.store.physical(path)):
            self.forget(path)
            return None
        return self.describe(info)

    def _known(self, path: str) -> tuple[str, NarInfo] | None:
        """The key and description of a path; None where there is none that can be read."""
        try:
            first, _, text = self._info(path).read_text(encoding="utf-8").partition("\n")
            return first.removeprefix(_TRUSTED_BY), parse(text, path)
        except (OSError, ValueError, StoreError):
            return None

    def describe(self, info: NarInfo) -> StoreObject:
        """The object of a path that is there."""
        references = tuple(reference for reference in info.references if reference != info.path)
        place = self.store.physical(info.path)
        return StoreObject(info.path, place, references, "cache", "the shared store", shared=True)

    def add(self, place: Path, info: NarInfo, key: str) -> None:
        """Take a file tree that is verified and sealed (made at a `store.new_place`) as a path.

        Raises StoreError where it cannot be written."""
        known = self._known(info.path)
        if known is None or known[1].nar_hash != info.nar_hash:
            # What is there was not finished, or is another build: never to be described as this one.
            self.forget(info.path)
        final = self._info(info.path)
        fresh = final.with_name(f".{os.getpid()}-{final.name}")
        try:
            self._rename(place, info.path)
            final.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(f"{_TRUSTED_BY}{key}\n{info.text}", encoding="utf-8")
            fresh.replace(final)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            raise StoreError(f"cannot write '{final}': {error.strerror}") from None

    def _rename(self, place: Path, path: str) -> None:
        try:
            place.rename(self.store.physical(path))
        except OSError:
            # Another process has put the same files there meanwhile.
            if not self.store.has(path):
                raise

    def forget(self, path: str) -> None:
        """Remove a path, its description first."""
        try:
            self._info(path).unlink(missing_ok=True)
            remove(self.store.physical(path))
        except OSError as error:
            raise StoreError(f"cannot remove '{self.store.physical(path)}': {error.strerror}") from None

    def _info(self, path: str) -> Path:
        return self.root / "info" / path.rpartition("/")[2]

    def partial(self, cache: str, info: NarInfo) -> Path:
        """Where an archive of a cache is kept until it is whole."""
        digest = sha256(f"{cache} {info.url} {info.nar_hash.digest.hex()}".encode()).hexdigest()
        return self.root / "partial" / f"{info.path.rpartition('/')[2][:32]}-{digest[:16]}"

    def scratch(self) -> TemporaryDirectory[str]:
        """A folder of this process, which removes it; if it is killed, the next one does.

        Raises StoreError where there can be none."""
        folder = self.root / "scratch"
        _sweep(folder)
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            return TemporaryDirectory(prefix=f".{os.getpid()}-", dir=folder, ignore_cleanup_errors=True)
        # A cache that is only read is as good, if nothing has to be downloaded.
        try:
            return TemporaryDirectory(prefix="pyoci-", ignore_cleanup_errors=True)
        except OSError as error:
            raise StoreError(f"cannot write anything temporary: {error.strerror}") from None

    def sweep(self) -> None:
        """Remove what processes that were killed have left."""
        for folder in (self.root / self.store.store_dir.lstrip("/"), self.root / "info"):
            _sweep(folder)


def _sweep(folder: Path) -> None:
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(".") and not _alive(entry.name[1:].partition("-")[0]):
                with suppress(OSError):
                    remove(Path(entry.path))


def _is_untouched(tree: Path) -> bool:
    """Whether all files have the times and modes that they were given."""
    waiting = [os.fspath(tree)]
    try:
        while waiting:
            path = waiting.pop()
            status = os.lstat(path)
            if stat.S_ISDIR(status.st_mode):
                waiting += [entry.path for entry in os.scandir(path)]
            elif stat.S_ISREG(status.st_mode) and (
                status.st_mtime_ns != MTIME or stat.S_IMODE(status.st_mode) not in (0o444, 0o555)
            ):
                return False
    except OSError:
        return False
    return True


def _alive(word: str) -> bool:
    """Whether a process is running; what is no number counts as one, and is left alone."""
    return not word.isdecimal() or os.path.exists(f"/proc/{word}")
