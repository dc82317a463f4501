"""Containers that run once: each has a folder of its own in the cache, which goes when the container ends.

A run holds a lock on its folder, and so does its runtime. Folders whose lock nobody holds are what runs left behind
that were killed; the next run removes them.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pyoci.emit.files import OutputError, remove_tree
from pyoci.emit.runtimes import Runtime

_LOCK = "lock"
_PROGRAM = "runtime"


class Run(NamedTuple):
    """One run of a container."""

    container: str
    """The runtime's name for it, which no other run has."""
    folder: Path
    lock: int
    """A file descriptor that the runtime inherits: the folder is in use while anybody has it open."""

    @property
    def bundle(self) -> Path:
        """Where its bundle is written."""
        return self.folder / "bundle"

    @property
    def state(self) -> Path:
        """Where the runtime notes what runs."""
        return self.folder / "state"


@contextmanager
def new_run(runs: Path, name: str, runtime: Runtime) -> Iterator[Run]:
    """A new folder below `runs` for a run of the container `name`; removed at the end, with whatever the runtime still
    knows of the container.

    Raises OutputError where the folder cannot be made or removed."""
    _remove_abandoned(runs)
    # What runtimes accept as the name of a container: letters, digits, `_+-.`.
    container = f"{re.sub(r'[^A-Za-z0-9_.+-]', '-', name).lstrip('-.') or 'container'}-{secrets.token_hex(4)}"
    folder = runs / container
    try:
        folder.mkdir(parents=True, mode=0o700)
        lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / _PROGRAM).write_text(f"{runtime.name}\n{runtime.program}\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write '{folder}': {error.strerror}") from error
    try:
        yield Run(container, folder, lock)
    finally:
        os.close(lock)
        _end(folder, runtime)


def _remove_abandoned(runs: Path) -> None:
    with suppress(OSError):
        for folder in runs.iterdir():
            with suppress(OSError, OutputError):
                _remove_if_abandoned(folder)


def _remove_if_abandoned(folder: Path) -> None:
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        name, program = (folder / _PROGRAM).read_text(encoding="utf-8").split("\n")[:2]
    except (BlockingIOError, ValueError):
        return
    finally:
        os.close(lock)
    _end(folder, Runtime(name, program))


def _end(folder: Path, runtime: Runtime) -> None:
    state = folder / "state"
    forget = runtime.delete(str(state), folder.name)
    with suppress(OSError):
        if forget is not None and any(state.iterdir()):
            subprocess.run(forget, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    try:
        remove_tree(folder)
    except OSError as error:
        raise OutputError(f"cannot remove '{folder}': {error.strerror}") from error
