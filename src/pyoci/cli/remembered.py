"""Runs that are not done again: the answer of an earlier one is given, while all that it read is the same.

What this module imports is all that such a run imports.
"""

from __future__ import annotations

import sys

from pyoci.caching.answers import Answers, Output
from pyoci.caching.folder import default_folder
from pyoci.caching.question import question

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_STREAMS = {1: "stdout", 2: "stderr"}


def remembered(command: str, words: list[str], run: Callable[[list[str]], int]) -> int:
    """The exit status of a command: from an earlier run, or by running it now."""
    asked = question(command, words)
    if asked is None:
        return run(words)
    answers = Answers(default_folder())
    output = answers.find(asked)
    if output is None:
        return _recorded(answers, asked, words, run)
    for stream, text in output:
        getattr(sys, _STREAMS[stream]).write(text)
    return 0


def _recorded(answers: Answers, asked: bytes, words: list[str], run: Callable[[list[str]], int]) -> int:
    from pyoci.caching.inputs import inputs_of
    from pyoci.runtime import reads

    streams = sys.stdin, sys.stdout, sys.stderr
    output: Output = []
    notes = reads.begin()
    try:
        sys.stdin = _Watched(sys.stdin)
        sys.stdout = _Copied(sys.stdout, 1, output)
        sys.stderr = _Copied(sys.stderr, 2, output)
        status = run(words)
    finally:
        reads.end()
        sys.stdin, sys.stdout, sys.stderr = streams
    sys.stdout.flush()
    if status == 0:
        inputs = inputs_of(notes)
        if inputs is not None:
            answers.keep(asked, inputs, output)
    return status


class _Copied:
    """A stream, and a copy of all text that goes into it."""

    def __init__(self, stream: Any, number: int, output: Output) -> None:
        self._stream = stream
        self._number = number
        self._output = output

    def write(self, text: str) -> int:
        """As the stream's own."""
        written: int = self._stream.write(text)
        # A plain copy: what is written may be a string that has context.
        self._output.append((self._number, str.__str__(text)))
        return written

    def writelines(self, lines: list[str]) -> None:
        """As the stream's own."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            _cannot_be_kept()
        return getattr(self._stream, name)


class _Watched:
    """Standard input: whoever reads it makes the run one that cannot be kept."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        if name not in ("isatty", "fileno", "encoding", "errors", "reconfigure"):
            _cannot_be_kept()
        return getattr(self._stream, name)

    def __iter__(self) -> Any:
        _cannot_be_kept()
        return iter(self._stream)


def _cannot_be_kept() -> None:
    from pyoci.runtime import reads

    reads.unrepeatable()
