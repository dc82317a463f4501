"""The line on a terminal that tells why a first run takes its time: files are compiled, for this run and later ones.

It is written over itself, and gone before anything else is written. The library for such lines would take longer to
import than most first runs do, and would lay out anew what the command itself prints.
"""

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, TextIO

_PATIENCE: Final = 0.7
"""Seconds before the line appears."""
_INTERVAL: Final = 0.1
"""Seconds between two changes of it."""


class CompilingLine:
    """A line on standard error, if that is a terminal, with the number of files that were compiled."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PATIENCE
        self._streams: tuple[TextIO, TextIO] | None = None

    def __call__(self, files: int) -> None:
        """Show the number."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _INTERVAL
        if self._streams is None:
            self._streams = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = [_Clearing(self, stream) for stream in self._streams]
        stderr = self._streams[1]
        stderr.write(f"\r\x1b[Kcompiling, as this is the first run on these files: {files} files")
        stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._streams is not None:
            sys.stdout, sys.stderr = self._streams
            self._streams = None
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class _Clearing:
    """A stream that takes the line away before anything is written to it."""

    def __init__(self, line: CompilingLine, stream: TextIO) -> None:
        self._line = line
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        self._line.clear()
        return getattr(self._stream, name)
