"""Roots of the garbage collector: links to store paths that keep those and all that they refer to.

A link may lie anywhere; the store knows of it by a second link, to the first, in `nix/var/nix/gcroots/auto`, named by
the SHA-1 of its path. Specification: Nix manual, "nix-store --realise", option `--add-root`.
"""

from __future__ import annotations

import os
from hashlib import sha1
from typing import TYPE_CHECKING, Final

from pyoci.runtime.errors import StoreError
from pyoci.runtime.values import to_bytes
from pyoci.store import base32, paths

if TYPE_CHECKING:
    from pathlib import Path

_AUTOMATIC: Final = "nix/var/nix/gcroots/auto"


def add_root(link: str, path: str, store: Path | None = None, store_dir: str = paths.STORE_DIR) -> None:
    """Make `link`, an absolute path, a symbolic link to a store path, its folders too; a link to another store path
    is replaced. `store` is the folder of the store that shall know of it.

    Raises StoreError where something else lies there, the link would be in the store, or it cannot be written."""
    if paths.is_in_store(link, store_dir):
        raise StoreError(
            f'creating a garbage collector root ("{link}") in the Nix store is forbidden '
            "(are you running nix-build inside the store?)"
        )
    if os.path.lexists(link) and not (os.path.islink(link) and paths.is_in_store(os.readlink(link), store_dir)):
        raise StoreError(f'cannot create symlink "{link}"; already exists')
    _make_link(link, path)
    if store is not None:
        _make_link(f"{store}/{_AUTOMATIC}/{base32.encode(sha1(to_bytes(link)).digest())}", link)


def _make_link(link: str, target: str) -> None:
    """A link is made beside its place and renamed, so that there is always one."""
    beside = f"{link}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(link), exist_ok=True)
        os.symlink(target, beside)
        os.replace(beside, link)
    except OSError as error:
        raise StoreError(f'cannot create symlink "{link}": {error.strerror}') from None
