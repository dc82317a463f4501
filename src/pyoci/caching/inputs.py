"""What a run has read, in the form in which it is kept, and whether it is still the same.

Files and folders are the same while their stamps are. A run that has read a file that changed just before it, or while
it went on, is not kept.
"""

from __future__ import annotations

import os
import sys
import time

from pyoci.caching.stamps import is_young, stamp
from pyoci.runtime import reads

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Final, TypeAlias

Inputs: TypeAlias = "tuple[Any, ...]"
"""For `marshal`: variables, facts, paths joined by NUL, digest of their stamps."""

_SPECIAL: Final = (b"/dev/", b"/proc/", b"/sys/")
"""Where a stat tells nothing of the contents."""


def inputs_of(notes: reads.Reads) -> Inputs | None:
    """What a run has read; None where it cannot be checked later."""
    if notes.unrepeatable:
        return None
    ignored = notes.own_folders()
    files = {path: stat for path, stat in notes.files.items() if not path.startswith(ignored)}
    if any(path.startswith(_SPECIAL) or is_young(stat, notes.began) for path, stat in files.items()):
        return None
    began = _process_began()
    try:
        for path in program_files():
            files[path] = stat = os.stat(path)
            if is_young(stat, began):
                return None
    except OSError:
        return None
    facts = [
        (question, path, answer) for (question, path), answer in notes.facts.items() if not path.startswith(ignored)
    ]
    return (list(notes.variables.items()), facts, b"\0".join(files), _digest(files.values()))


def are_same(inputs: Inputs) -> bool:
    """Whether all that a run has read is as it was."""
    variables, facts, paths, digest = inputs
    get = os.environb.get
    if any(get(name) != value for name, value in variables):
        return False
    try:
        if any(reads.ask(question, path) != answer for question, path, answer in facts):
            return False
        return bool(_digest(map(os.stat, paths.split(b"\0") if paths else ())) == digest)
    except OSError:
        return False


def program_files() -> list[bytes]:
    """The files of this program that were loaded, and of each library outside Python's own the first."""
    standard = sys.stdlib_module_names
    found = []
    for name, module in list(sys.modules.items()):
        package, _, rest = name.partition(".")
        if package == "pyoci" or (not rest and package not in standard):
            file = getattr(module, "__file__", None)
            if file is not None:
                found.append(os.fsencode(os.path.abspath(file)))
    return found


def _process_began() -> int:
    """When this process was started (in ns): what it read of itself was not read before."""
    now = time.time_ns()
    try:
        with open("/proc/self/stat", "rb") as file:
            # proc_pid_stat(5), field 22: ticks from the start of the system.
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        age = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        age = 60_000_000_000
    return now - age


def _digest(stats: Iterable[os.stat_result]) -> bytes:
    from _blake2 import blake2b

    return blake2b(b"".join(map(stamp, stats)), digest_size=20).digest()
