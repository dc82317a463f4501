"""What the rooms of the parser report to each other when a text is wrong."""

from __future__ import annotations


class Fault(Exception):
    """A text is wrong at `start`. `message` is in Nix's words; `{}` in it stands for the place `previous`."""

    def __init__(
        self, message: str, start: int, end: int, *, previous: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.previous = previous
        self.hint = hint
