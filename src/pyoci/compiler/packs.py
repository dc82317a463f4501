"""Files that hold many entries of the code cache.

A first run on a big tree compiles hundreds of files, and the next one wants all of them: opening and reading a file for
each takes longer than looking them up in one. A pack is written once, by the run that compiled what is in it, and only
read from then on. What is compiled anew goes to a newer pack, or where that is little, to files of their own, which
count before packs. When there are many packs, the next one takes their contents over.

A pack begins with the length and the checksum of its index, which is marshalled: the size of what follows, and the
place and length of each entry, by name. The entries follow, as they would be in files of their own.
"""

from __future__ import annotations

import marshal
import os
import time
from mmap import PROT_READ, mmap
from zlib import crc32

from pyoci.caching import folder as caching

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

_MOST: Final = 8
"""Packs, at most."""
_SUFFIX: Final = ".pack"
_LENGTH: Final = 8
"""Bytes of the length that a pack begins with."""
_HEAD: Final = _LENGTH + 4
"""Those, and the bytes of the checksum."""


class Packs:
    """The packs in a folder, as they are when it is looked into. `now` is the time, in seconds."""

    def __init__(self, folder: str, now: float) -> None:
        self._folder = folder
        self._now = now
        self._packs: list[_Pack] = []
        self._entries: dict[str, _Pack] = {}
        names = os.listdir(folder)
        for name in sorted([one for one in names if one.endswith(_SUFFIX)]):  # the oldest first
            try:
                pack = _Pack(os.path.join(folder, name))
            except (OSError, ValueError, EOFError, TypeError):
                continue
            self._packs.append(pack)
            self._entries.update(dict.fromkeys(pack.places, pack))
        # Their files are newer than any pack.
        for name in names:
            self._entries.pop(name, None)

    def get(self, name: str) -> memoryview | None:
        """The contents of an entry, None where no pack has it or there is a file for it."""
        pack = self._entries.get(name)
        return pack.get(name, self._now) if pack is not None else None

    def write(self, contents: dict[str, bytes]) -> int:
        """Put entries into a new pack; the number of bytes written. Raises OSError."""
        before = self._packs if len(self._packs) >= _MOST else []
        merged: dict[str, bytes | memoryview] = {
            name: pack.get(name, self._now) for name, pack in self._entries.items() if pack in before
        }
        merged.update(contents)
        places, size = {}, 0
        for name, content in merged.items():
            places[name] = (size, len(content))
            size += len(content)
        index = marshal.dumps((size, places))
        place = os.path.join(self._folder, f"{time.time_ns():016x}{_SUFFIX}")
        head = len(index).to_bytes(_LENGTH, "little") + crc32(index).to_bytes(_HEAD - _LENGTH, "little")
        caching.write(place, head, index, *merged.values())
        for path in [*(pack.path for pack in before), *(os.path.join(self._folder, name) for name in contents)]:
            try:
                os.unlink(path)
            except OSError:
                continue
        return size


class _Pack:
    """A pack. Raises OSError, ValueError, EOFError or TypeError for a file that is none."""

    def __init__(self, path: str) -> None:
        self.path = path
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            self._stat: os.stat_result | None = os.fstat(file)
            contents = memoryview(mmap(file, self._stat.st_size, prot=PROT_READ))
        finally:
            os.close(file)
        end = _HEAD + int.from_bytes(contents[:_LENGTH], "little")
        index = contents[_HEAD:end]
        if crc32(index) != int.from_bytes(contents[_LENGTH:_HEAD], "little"):
            raise ValueError("the index is damaged")
        size, self.places = marshal.loads(index)
        self._contents = contents[end:]
        if len(self._contents) != size:
            raise ValueError("the pack is not whole")

    def get(self, name: str, now: float) -> memoryview:
        """The contents of an entry."""
        if self._stat is not None:
            caching.used(self.path, self._stat, now)
            self._stat = None
        at, length = self.places[name]
        return self._contents[at : at + length]
