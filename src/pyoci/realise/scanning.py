"""Scanning many store paths for references, while other threads copy."""

from __future__ import annotations

import time
from typing import Final

from pyoci.realise.helpers import PROCESSORS, Helper, HelperGone, Tell
from pyoci.realise.references import scan

_PATIENCE: Final = 0.01
"""Seconds of scanning after which it is worth a helper."""


class Scanner:
    """Scans for some hash parts. What takes long is done in another process: looking at bytes holds up all threads of
    its own."""

    def __init__(self, wanted: frozenset[bytes]) -> None:
        self._wanted = wanted
        self._spent = 0.0
        self._helper: Helper | None = None

    def scan(self, tree: bytes) -> set[bytes]:
        """The hash parts that stand in a file tree.

        Raises StoreError where it cannot be read."""
        if self._helper is not None and self._helper.is_ready:
            try:
                return self._helper.call(_scan, _ignore, tree)
            except HelperGone:
                pass
        started = time.monotonic()
        found = scan(tree, self._wanted)
        self._spent += time.monotonic() - started
        if self._helper is None and self._spent > _PATIENCE and PROCESSORS > 1:
            self._helper = Helper(_prepare, self._wanted)
        return found

    def close(self) -> None:
        """End the other process."""
        if self._helper is not None:
            self._helper.end()
            self._helper = None


_helped: frozenset[bytes] = frozenset()
"""In a helper, what it scans for."""


def _prepare(wanted: frozenset[bytes]) -> None:
    global _helped
    _helped = wanted


def _scan(_: Tell, tree: bytes) -> set[bytes]:
    return scan(tree, _helped)


def _ignore(_: object) -> None:
    """Scanning tells nothing on the way."""
