"""Whether a file is still the one that was read, by its stat.

A stamp is the time of change of the contents and of the inode, size, inode and device. The inode's time (ctime) is the
kernel's own and cannot be set, so that a file that was replaced, or written and set back to its old time, is seen too.
Only a change within the same tick of the file system's clock would not be: what was changed just before it was read is
not to be kept by its stamp (as git does not trust the stat of files that are as young as its index).
"""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from typing import Final

_STAMP: Final = struct.Struct("<qqqQQ")
_MASK: Final = 0xFFFFFFFFFFFFFFFF

SIZE: Final = _STAMP.size
"""Bytes of a stamp."""

TICK: Final = 100_000_000
"""Nanoseconds: no file system's clock that counts fractions of a second is coarser."""
COARSE_TICK: Final = 2_000_000_000
"""As above, of those that count in seconds."""


def stamp(stat: os.stat_result) -> bytes:
    """The stamp of a file."""
    return _STAMP.pack(stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino & _MASK, stat.st_dev & _MASK)


def is_young(stat: os.stat_result, began: int) -> bool:
    """Whether a file may have changed after its stat was taken without its stat telling, given that this was not before
    the time `began` (in ns)."""
    return any(
        changed > began - (TICK if changed % 1_000_000_000 else COARSE_TICK)
        for changed in (stat.st_mtime_ns, stat.st_ctime_ns)
    )
