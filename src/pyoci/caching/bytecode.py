"""Bytecode of pyoci itself where Python keeps none.

An installer compiles what it installs. Running from a checkout with PYTHONDONTWRITEBYTECODE set, as containers of
Python often have it, every start would compile all of pyoci anew, which takes several times as long as evaluating
something small. What the variable asks for, that nothing is written beside the sources, stays true.
"""

from __future__ import annotations

import os
import sys

from pyoci.caching.folder import default_folder, make_private

_ROOM = 32 << 20


def keep_bytecode(cached: str | None) -> None:
    """Have Python keep what it compiles from now on in the cache folder, where it is told to write none and has none
    of pyoci: `cached` is where the bytecode of a module of ours would be."""
    if not sys.dont_write_bytecode or sys.pycache_prefix is not None or cached is None or os.path.exists(cached):
        return
    folder = os.path.join(default_folder(), "python")
    if make_private(default_folder()) and make_private(folder) and _has_room(folder):
        sys.pycache_prefix = folder
        sys.dont_write_bytecode = False


def forget_bytecode() -> bool:
    """Remove what was kept in the cache folder; whether that is where bytecode came from."""
    if sys.pycache_prefix != os.path.join(default_folder(), "python"):
        return False
    from shutil import rmtree

    rmtree(sys.pycache_prefix, ignore_errors=True)
    return True


def _has_room(folder: str) -> bool:
    """Whether a file system has room for much more than all bytecode. Python takes no notice of a file that does not
    get all that is written to it, and cannot be started with one that is cut short."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize > _ROOM
