"""The on-disk cache of compiled files.

One file of the cache for each .nix file (and set of added names), named by a hash of the path; inside, the stat of
the .nix file that it was made from, so that checking it costs one `stat`. Written atomically; a cache that cannot be
read or written is as good as an empty one.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyoci.compiler.loader import CompiledFile

FORMAT: Final = 10
"""Raised whenever generated code changes its meaning."""

_STAT: Final = struct.Struct("<qqqI")


class CodeCache:
    """Compiled files below a folder, for one version of pyoci and Python."""

    def __init__(self, folder: str, builtins_fingerprint: str) -> None:
        tag = f"{FORMAT}\0{sys.implementation.cache_tag}\0{sys.hexversion}\0{builtins_fingerprint}"
        self._folder = os.path.join(folder, blake2b(tag.encode(), digest_size=8).hexdigest())
        self._kept: list[tuple[bytes, os.stat_result, Iterable[str], CompiledFile]] = []

    def get(self, path: bytes, stat: os.stat_result, added: Iterable[str]) -> CompiledFile | None:
        """The compiled file, None where there is none or the .nix file has changed since."""
        from pyoci.compiler.loader import CompiledFile

        try:
            with open(self._place(path, added), "rb") as file:
                data = file.read()
            if data[: _STAT.size] != _stamp(stat):
                return None
            return CompiledFile.load(memoryview(data)[_STAT.size :])
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def keep(self, path: bytes, stat: os.stat_result, added: Iterable[str], compiled: CompiledFile) -> None:
        """Have `flush` write a compiled file, if by then anything in it was compiled that the cache has not yet."""
        self._kept.append((path, stat, added, compiled))

    def flush(self) -> None:
        """Write what changed. Called when the answer is out, so that nobody waits for the disk."""
        changed = [one for one in self._kept if one[3].changed]
        if not changed:
            return
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            for path, stat, added, compiled in changed:
                compiled.changed = False
                place = self._place(path, added)
                partial = f"{place}.{os.getpid()}"
                with open(partial, "wb") as file:
                    file.write(_stamp(stat) + compiled.dump())
                os.replace(partial, place)
        except OSError:
            return

    def _place(self, path: bytes, added: Iterable[str]) -> str:
        key = b"\0".join([path, *(name.encode() for name in sorted(added))])
        return os.path.join(self._folder, blake2b(key, digest_size=16).hexdigest())


def _stamp(stat: os.stat_result) -> bytes:
    return _STAT.pack(stat.st_mtime_ns, stat.st_size, stat.st_ino, stat.st_dev & 0xFFFFFFFF)


def default_folder() -> str:
    """The cache folder of the user: `$XDG_CACHE_HOME/pyoci`, else `~/.cache/pyoci`.

    Computed by hand: the library that knows this costs more to import than a cached file costs to run."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "pyoci")
