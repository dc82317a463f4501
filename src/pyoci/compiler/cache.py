"""The on-disk cache of compiled files and texts.

One file of the cache for each .nix file or text (and set of added names). For a .nix file it is named by a hash of the
path and has the file's stamp in it, so that checking it costs one `stat`; for a text, which is all that it is made of,
by a hash of that. A cache that cannot be read or written is as good as an empty one.
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

FORMAT: Final = 41
"""Raised whenever generated code changes its meaning, or what is put off or how it is named."""

_MAPPED: Final = 1 << 16
"""Bytes from which on a file of the cache is mapped into memory."""

_NO_STAMP: Final = bytes(SIZE)


class Entry:
    """Where something compiled is kept: a file of the cache, and the stamp that it must have. `lasts` is False for what
    is not to be written, since the next run could not tell whether it is still right."""

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
        place = os.path.join(self._folder, entry.name)
        try:
            file = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
            try:
                stat = os.fstat(file)
                data = _contents(file, stat.st_size)
            finally:
                os.close(file)
            caching.used(place, stat, self._began / 1e9)
            if data[:SIZE] != entry.stamp:
                return None
            return CompiledFile.load(data[SIZE:])
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def keep(self, entry: Entry, compiled: CompiledFile) -> None:
        """Have `flush` write a compiled file, if by then anything in it was compiled that the cache has not yet."""
        self._kept.append((entry, compiled))

    def flush(self) -> None:
        """Write what changed. Called when the answer is out, so that nobody waits for the disk."""
        changed = [(entry, compiled) for entry, compiled in self._kept if compiled.changed and entry.lasts]
        if not changed or not self.prepare():
            return
        written = 0
        try:
            for entry, compiled in changed:
                compiled.changed = False
                written += self._write(entry, compiled)
        except OSError:
            return
        caching.has_grown(self.folder, written, caching.LIMITS["code"])

    def has(self, entry: Entry) -> bool:
        """Whether there is a file, be it one that is out of date."""
        return os.path.exists(os.path.join(self._folder, entry.name))

    def put(self, entry: Entry, compiled: CompiledFile) -> None:
        """Write a compiled file now. Raises OSError."""
        if entry.lasts and self.prepare():
            self._write(entry, compiled)

    def prepare(self) -> bool:
        """Make the folder, for others to write to while this process reads; whether it can be used."""
        self._is_private = caching.make_private(self.folder) and caching.make_private(self._folder)
        return self._is_private

    def _write(self, entry: Entry, compiled: CompiledFile) -> int:
        content = compiled.dump()
        caching.write(os.path.join(self._folder, entry.name), entry.stamp, content)
        return len(content)


def _contents(file: int, size: int) -> memoryview:
    """The bytes of an open file: those of a large one are mapped, since most of them will not be looked at."""
    if size < _MAPPED:
        return memoryview(os.read(file, size))
    from mmap import PROT_READ, mmap

    return memoryview(mmap(file, size, prot=PROT_READ))


def _name(kind: bytes, what: bytes, added: Iterable[str]) -> str:
    key = b"\0".join([kind, b"\0".join(name.encode() for name in sorted(added)), what])
    return blake2b(key, digest_size=16).hexdigest()
