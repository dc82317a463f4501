"""A Nix store on this machine as a source: `ROOT/nix/store`, with or without Nix.

References are those that Nix has noted in its database, where it has one that can be read and knows the path. Else
they are found as Nix found them, by scanning, and remembered: a store path never changes.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoci.realise.closure import StoreObject
from pyoci.realise.scanning import Scanner
from pyoci.runtime.errors import StoreError
from pyoci.store import paths
from pyoci.store.local import LocalStore

if TYPE_CHECKING:
    from sqlite3 import Connection

_NO_OBJECTS: Final = (".drv", ".lock", ".chroot", ".check", ".tmp")


class StoreSource:
    """Finds store paths in a store on disk."""

    def __init__(self, store: LocalStore, remembered: Path | None) -> None:
        """`remembered` is a folder for what scanning has found; it is made when needed."""
        self._store = store
        self._remembered = remembered
        self._names: dict[bytes, str] | None = None
        self._scanner: Scanner | None = None
        self._database = _Database(store)

    def find(self, path: str) -> StoreObject | None:
        """A path that is there.

        Raises StoreError where it cannot be read."""
        if not self._store.has(path):
            return None
        place = self._store.physical(path)
        return StoreObject(path, place, self._references(path, place), "store", str(self._store.root))

    def close(self) -> None:
        """End what was begun for looking; looking may go on nevertheless."""
        if self._scanner is not None:
            self._scanner.close()

    def _references(self, path: str, place: Path) -> tuple[str, ...]:
        noted = self._database.references(path)
        if noted is not None:
            return noted
        try:
            status = place.lstat()
        except OSError as error:
            raise StoreError(f"cannot read '{place}': {error.strerror}") from None
        state = [str(place), status.st_dev, status.st_ino, status.st_ctime_ns]
        known = self._recall(path, state)
        if known is not None:
            return known
        names = self._known_names()
        if self._scanner is None:
            self._scanner = Scanner(frozenset(names))
        found = self._scanner.scan(os.fsencode(place))
        references = tuple(sorted({names[hash_part] for hash_part in found} - {path}))
        self._remember(path, state, references)
        return references

    def _known_names(self) -> dict[bytes, str]:
        """Hash part to path of all that is in the store."""
        if self._names is None:
            folder = self._store.physical(self._store.store_dir)
            self._names = {}
            try:
                listing = os.listdir(folder)
            except OSError as error:
                raise StoreError(f"cannot read '{folder}': {error.strerror}") from None
            for name in listing:
                path = f"{self._store.store_dir}/{name}"
                if not name.endswith(_NO_OBJECTS) and paths.is_store_path(path, self._store.store_dir):
                    self._names[name[: paths.HASH_LENGTH].encode()] = path
        return self._names

    def _recall(self, path: str, state: list[object]) -> tuple[str, ...] | None:
        if self._remembered is None:
            return None
        try:
            known = json.loads((self._remembered / path.rpartition("/")[2]).read_text())
            if known["state"] == state:
                return tuple(known["references"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def _remember(self, path: str, state: list[object], references: tuple[str, ...]) -> None:
        """Writing it down saves time and nothing else, so that failing to is no error."""
        if self._remembered is None:
            return
        final = self._remembered / path.rpartition("/")[2]
        fresh = final.with_name(f".{os.getpid()}-{final.name}")
        with suppress(OSError):
            final.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps({"state": state, "references": references}))
            fresh.replace(final)


_REFERENCES: Final = """
select target.path from ValidPaths as path join Refs on Refs.referrer = path.id
join ValidPaths as target on target.id = Refs.reference where path.path = ? and target.id != path.id
"""


class _Database:
    """Nix's database of a store, `ROOT/nix/var/nix/db/db.sqlite`. It is only read; where that fails, in whatever way,
    it counts as absent."""

    def __init__(self, store: LocalStore) -> None:
        state = os.path.dirname(store.store_dir)
        self._place = store.physical(f"{state}/var/nix/db/db.sqlite")
        self._connection: Connection | None = None
        self._is_absent = not self._place.is_file()

    def references(self, path: str) -> tuple[str, ...] | None:
        """What a path refers to, itself left out; None where the database does not say."""
        if self._is_absent:
            return None
        import sqlite3

        try:
            if self._connection is None:
                self._connection = sqlite3.connect(f"{self._place.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
            known = self._connection.execute("select 1 from ValidPaths where path = ?", (path,)).fetchone()
            rows = self._connection.execute(_REFERENCES, (path,)).fetchall() if known else []
        except (sqlite3.Error, OverflowError):
            self._is_absent = True
            return None
        return tuple(sorted(str(row[0]) for row in rows)) if known else None
