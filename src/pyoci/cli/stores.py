"""Which store a command writes to: `--store`, as Nix's commands take it."""

from __future__ import annotations

import os

from pyoci.cli.arguments import UsageError
from pyoci.patterns import pattern

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path

_SCHEME = pattern(r"[a-z][a-z0-9+.-]*:")
_UNWRITTEN = ("auto", "daemon", "dummy", "local", "unix")
"""Stores that are not ours to write to: the machine's own, and the one that keeps nothing."""


def store_folder(word: str) -> Path | None:
    """The folder of a store: `FOLDER`, `local?root=FOLDER`; None for the machine's own store and for `dummy://`, which
    are not written to.

    Raises UsageError for any other store."""
    scheme, _, rest = word.partition("://")
    if scheme in _UNWRITTEN and not rest:
        return None
    # What these import takes as long as a third of a small evaluation.
    from pathlib import Path
    from urllib.parse import parse_qs, unquote

    address, _, query = word.partition("?")
    if "/" in address and not _SCHEME.match(address):
        return Path(os.path.abspath(address))
    scheme, _, rest = address.partition(":")
    root = parse_qs(query).get("root", [""])[0]
    if scheme == "local" and (root or rest.strip("/")):
        return Path(os.path.abspath(root or unquote(rest.removeprefix("//"))))
    if scheme in _UNWRITTEN:
        return None
    raise UsageError(f"'{word}' is no store that can be written to", "a folder, such as ./store")
