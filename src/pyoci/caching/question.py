"""What a run is asked: two runs that are asked the same, and read the same, give the same answer."""

from __future__ import annotations

import os
import sys

from pyoci import __version__

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

FORMAT: Final = 1
"""Raised when records, or what makes a question, change their form."""

_VARIABLES: Final = (
    "NIX_PATH", "NIX_REMOTE", "NIX_ABORT_ON_WARN", "HOME", "XDG_CACHE_HOME", "FORCE_COLOR", "COLUMNS", "TERM",
)  # fmt: skip
"""Variables that the command line and the evaluator look at themselves; what expressions read is noted as they do."""

_TERMINAL_VARIABLES: Final = (
    "COLORTERM", "JUPYTER_COLUMNS", "LINES", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "UNICODE_VERSION",
)  # fmt: skip
"""Variables that colours and layout depend on."""

_SWITCH: Final = "eval-cache"
"""The setting of Nix that turns the cache off."""


def question(command: str, words: Sequence[str]) -> bytes | None:
    """A digest of what a command line asks; None where it asks for nothing that is kept."""
    if not _is_kept(command, words):
        return None
    # hashlib brings OpenSSL along, which takes as long as everything that is done here.
    from _blake2 import blake2b

    try:
        folder = os.getcwdb()
    except OSError:
        return None
    terminals = [stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr) if stream is not None]
    asked: list[object] = [FORMAT, __version__, sys.hexversion, sys.implementation.cache_tag, command, *words]
    asked += [folder, terminals, *map(os.environ.get, _VARIABLES)]
    if any(terminals) or os.environ.get("FORCE_COLOR"):
        asked += [_size(), *map(os.environ.get, _TERMINAL_VARIABLES)]
    return blake2b(repr(asked).encode("utf-8", "surrogatepass"), digest_size=20).digest()


def _is_kept(command: str, words: Sequence[str]) -> bool:
    if command == "nix-instantiate":
        if "--eval" not in words and "--eval-only" not in words:
            return False
    elif command != "eval":
        return False
    if f"--no-{_SWITCH}" in words:
        return False
    return not any(word == _SWITCH and value == "false" for word, value in zip(words, words[1:], strict=False))  # noqa: RUF007


def _size() -> tuple[int, int] | None:
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        try:
            return os.get_terminal_size(stream.fileno())
        except (OSError, ValueError, AttributeError):
            continue
    return None
