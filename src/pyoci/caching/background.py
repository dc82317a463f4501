"""Writing to the cache when the answer is out, so that nobody waits for it.

A forked child writes, while the process that evaluated ends. As long as it does, it holds a lock on a file of the
folder: who misses something in the cache waits until it may be there, which takes less time than making it again.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

_LOCK: Final = "writing"
_PATIENCE: Final = 5.0
"""Seconds after which a writer is not waited for any more: it may have been stopped."""
_PAUSE: Final = 0.005
"""Seconds between two looks at the lock."""

_writers: list[int] = []
"""The processes that this one has started."""


def write_in_background(folder: str, write: Callable[[], None]) -> None:
    """Have a process of its own do the writing. Where it cannot be had, it is done at once.

    Not to be called while there are other threads, or anything unwritten in a stream's buffer."""
    if os.getpid() == 1:  # the only program of a container, whose end is everybody's
        write()
        return
    import fcntl

    try:
        lock = os.open(os.path.join(folder, _LOCK), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        write()
        return
    try:
        # Shared, since writers do not disturb each other. The child's is this one, and remains when we end.
        fcntl.flock(lock, fcntl.LOCK_SH)
        child = os.fork()
        if child == 0:
            _write_alone(lock, write)
        _writers.append(child)
    except OSError:
        write()
    finally:
        os.close(lock)


def _write_alone(lock: int, write: Callable[[], None]) -> None:
    """What the child does; does not return."""
    status = 1
    try:
        os.setsid()  # what happens on the terminal is none of its business
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        # Other files may be pipes whose readers wait for their end, or locks.
        os.closerange(3, lock)
        os.closerange(lock + 1, os.sysconf("SC_OPEN_MAX"))
        write()
        status = 0
    finally:
        os._exit(status)


def wait_for_writers(folder: str) -> bool:
    """Wait until nobody writes to the folder any more, but not for long; whether somebody did."""
    try:
        lock = os.open(os.path.join(folder, _LOCK), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    import fcntl

    waited = False
    end = time.monotonic() + _PATIENCE
    try:
        while time.monotonic() < end:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = True
                time.sleep(_PAUSE)
    except OSError:  # a file system without locks
        pass
    finally:
        os.close(lock)
    return waited


def end_writers() -> None:
    """Wait for those that this process has started, for one that goes on for longer than they do."""
    while _writers:
        try:
            os.waitpid(_writers.pop(), 0)
        except ChildProcessError:
            continue
