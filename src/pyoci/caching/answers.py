"""Answers of earlier runs, by question, each with what the run has read.

A file for each question: a mark of the format, a digest of the rest, and the rest. A file that is damaged, or of
another format, is as good as none.
"""

from __future__ import annotations

import marshal
import os

from pyoci.caching import folder as cache
from pyoci.caching.inputs import Inputs, are_same

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from typing import Final, TypeAlias

Output: TypeAlias = list[tuple[int, str]]
"""What a run wrote, piece by piece: file descriptor (1 or 2) and text."""

_MARK: Final = b"pyoci answer 1\n"
_DIGEST_SIZE: Final = 16
LARGEST: Final = 8 << 20
"""Characters of output beyond which an answer is not kept."""


class Answers:
    """The answers in a cache folder."""

    def __init__(self, folder: str) -> None:
        self._parent = folder
        self._folder = os.path.join(folder, "answers")

    def find(self, question: bytes) -> Output | None:
        """What the run that was asked the same has written, if all that it read is still the same."""
        place = self._place(question)
        try:
            with open(place, "rb") as file:
                if not cache.is_private(self._parent):
                    return None
                data = file.read()
                cache.used(place, os.fstat(file.fileno()))
        except OSError:
            return None
        start = len(_MARK) + _DIGEST_SIZE
        content = data[start:]
        if data[:start] != _MARK + _digest(content):
            return None
        inputs, output = marshal.loads(content)
        return output if are_same(inputs) else None

    def keep(self, question: bytes, inputs: Inputs, output: Output) -> None:
        """Keep an answer; where that is not possible, nothing happens."""
        if sum(len(text) for _, text in output) > LARGEST:
            return
        content = marshal.dumps((inputs, output))
        place = self._place(question)
        if not cache.make_private(self._parent) or not cache.make_private(os.path.dirname(place)):
            return
        try:
            cache.write(place, _MARK, _digest(content), content)
        except OSError:
            return
        cache.has_grown(self._folder, len(content), cache.LIMITS["answers"])

    def _place(self, question: bytes) -> str:
        name = question.hex()
        return os.path.join(self._folder, name[:2], name[2:])


def _digest(content: bytes) -> bytes:
    from _blake2 import blake2b

    return blake2b(content, digest_size=_DIGEST_SIZE).digest()
