"""The on-disk cache of compiled files and texts.

One entry for each .nix file or text (and set of added names), which is a file of the cache or lies in one of many
(see `packs`). For a .nix file it is named by a hash of the path and has the file's stamp in it, so that checking it
costs one `stat`; for a text, which is all that it is made of, by a hash of that. A cache that cannot be read or written
is as good as an empty one.
"""

from __future__ import annotations

import os
import sys
import time
from _blake2 import blake2b  # hashlib brings OpenSSL along, which takes as long as running a small file
from collections.abc import Iterable

from pyoci import __version__
from pyoci.caching import folder as caching
from pyoci.caching.stamps import SIZE, is_young, stamp

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

    from pyoci.compiler.compiled import CompiledFile
    from pyoci.compiler.packs import Packs

FORMAT: Final = 43
"""Raised whenever generated code changes its meaning, or what is put off or how it is named."""

WORTH_A_PACK: Final = 32
"""Entries from which on a pack is written for them, see `packs`."""

_MAPPED: Final = 1 << 16
"""Bytes from which on a file of the cache is mapped into memory."""

_NO_STAMP: Final = bytes(SIZE)


class Entry:
    """Where something compiled is kept: its name in the cache, and the stamp that it must have. `lasts` is False for
    what is not to be written, since the next run could not tell whether it is still right."""

    __slots__ = ("lasts", "name", "stamp")

    def __init__(self, name: str, stamped: bytes, lasts: bool) -> None:
        self.name = name
        self.stamp = stamped
        self.lasts = lasts

    def is_of(self, stat: os.stat_result) -> bool:
        """Whether it is that of a .nix file with this stat."""
        return self.stamp == stamp(stat)


class CodeCache:
    """Compiled files below a folder, for one version of pyoci and Python; the fingerprint tells sets of builtins
    apart."""

    def __init__(self, folder: str, builtins_fingerprint: str) -> None:
        tag = f"{FORMAT}\0{__version__}\0{sys.implementation.cache_tag}\0{sys.hexversion}\0{builtins_fingerprint}"
        self.folder = folder
        self.fingerprint = builtins_fingerprint
        self._folder = os.path.join(folder, blake2b(tag.encode(), digest_size=8).hexdigest())
        self._is_private: bool | None = None
        self._began = time.time_ns()
        self._kept: list[tuple[Entry, CompiledFile]] = []
        self._packs: Packs | None = None
        self._has_waited = False

    def of_file(self, path: bytes, stat: os.stat_result, added: Iterable[str], bindings: bool) -> Entry:
        """Where a .nix file's code is kept."""
        name = _name(b"bindings" if bindings else b"file", path, added)
        return Entry(name, stamp(stat), not is_young(stat, self._began))

    def of_text(self, text: str, base: bytes, file_name: str, added: Iterable[str], bindings: bool) -> Entry:
        """Where the code of a text is kept; the folder that its paths start from and the name that errors give it are
        part of the code."""
        content = text.encode("utf-8", "surrogatepass")
        told = f"{file_name}\0{bindings}\0{len(content)}".encode("utf-8", "surrogatepass")
        return Entry(_name(b"text", b"\0".join((told, base, content)), added), _NO_STAMP, True)

    def get(self, entry: Entry) -> CompiledFile | None:
        """The compiled file, None where there is none or the .nix file has changed since."""
        from pyoci.compiler.compiled import CompiledFile

        if self._is_private is None:
            self._is_private = caching.is_private(self.folder)
        if not self._is_private:
            return None
        try:
            data = self._contents(entry)
            if (data is None or data[:SIZE] != entry.stamp) and not self._has_waited:
                from pyoci.caching import background

                self._has_waited = True
                if background.wait_for_writers(self.folder):
                    self._packs = None
                    data = self._contents(entry)
            if data is None or data[:SIZE] != entry.stamp:
                return None
            return CompiledFile.load(data[SIZE:])
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def _contents(self, entry: Entry) -> memoryview | None:
        # A small run is through before looking for packs would have paid.
        if self._packs is None:
            data = self._own_file(entry.name)
            if data is not None:
                return data
        data = self._known_packs().get(entry.name)
        # Since they were looked at, a helper may have made a file of what changed.
        return data if data is not None and data[:SIZE] == entry.stamp else self._own_file(entry.name)

    def _known_packs(self) -> Packs:
        if self._packs is None:
            from pyoci.compiler.packs import Packs

            self._packs = Packs(self._folder, self._began / 1e9)
        return self._packs

    def _own_file(self, name: str) -> memoryview | None:
        place = os.path.join(self._folder, name)
        try:
            file = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            stat = os.fstat(file)
            data = _bytes_of(file, stat.st_size)
        finally:
            os.close(file)
        caching.used(place, stat, self._began / 1e9)
        return data

    def keep(self, entry: Entry, compiled: CompiledFile) -> None:
        """Have `flush` write a compiled file, if by then anything in it was compiled that the cache has not yet."""
        self._kept.append((entry, compiled))

    def flush(self, *, in_background: bool = False) -> None:
        """Write what changed. Called when the answer is out, so that nobody waits for the disk; `in_background` has
        another process write it if it is much."""
        changed = [(entry, compiled) for entry, compiled in self._kept if compiled.changed and entry.lasts]
        if not changed or not self.prepare():
            return
        for _, compiled in changed:
            compiled.changed = False
        if len(changed) < WORTH_A_PACK:
            self._write_all(changed)
        elif in_background:
            from pyoci.caching import background

            background.write_in_background(self.folder, lambda: self._write_pack(changed))
        else:
            self._write_pack(changed)

    def _write_all(self, changed: list[tuple[Entry, CompiledFile]]) -> None:
        try:
            written = sum([self._write(entry, compiled) for entry, compiled in changed])
        except OSError:
            return
        caching.has_grown(self.folder, written, caching.LIMITS["code"])

    def _write_pack(self, changed: list[tuple[Entry, CompiledFile]]) -> None:
        from pyoci.compiler.packs import Packs

        try:
            written = Packs(self._folder, self._began / 1e9).write(
                {entry.name: entry.stamp + compiled.dump() for entry, compiled in changed}
            )
        except OSError:
            return
        caching.has_grown(self.folder, written, caching.LIMITS["code"])

    def has(self, entry: Entry) -> bool:
        """Whether there is a file, be it one that is out of date, or a pack has it."""
        if os.path.exists(os.path.join(self._folder, entry.name)):
            return True
        try:
            data = self._known_packs().get(entry.name)
        except OSError:
            return False
        return data is not None and data[:SIZE] == entry.stamp

    def put(self, entry: Entry, compiled: CompiledFile) -> None:
        """Write a compiled file now. Raises OSError."""
        if entry.lasts and (self._is_private or self.prepare()):
            self._write(entry, compiled)

    def prepare(self) -> bool:
        """Make the folder, for others to write to while this process reads; whether it can be used."""
        self._is_private = caching.make_private(self.folder) and caching.make_private(self._folder)
        return self._is_private

    def _write(self, entry: Entry, compiled: CompiledFile) -> int:
        content = compiled.dump()
        caching.write(os.path.join(self._folder, entry.name), entry.stamp, content)
        return len(content)


def _bytes_of(file: int, size: int) -> memoryview:
    """The bytes of an open file: those of a large one are mapped, since most of them will not be looked at."""
    if size < _MAPPED:
        return memoryview(os.read(file, size))
    from mmap import PROT_READ, mmap

    return memoryview(mmap(file, size, prot=PROT_READ))


def _name(kind: bytes, what: bytes, added: Iterable[str]) -> str:
    key = b"\0".join([kind, b"\0".join(name.encode() for name in sorted(added)), what])
    return blake2b(key, digest_size=16).hexdigest()
