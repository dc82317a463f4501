"""Bytecode of pyoci itself where Python keeps none.

An installer compiles what it installs. Running from a checkout with PYTHONDONTWRITEBYTECODE set, as containers of
Python often have it, every start would compile all of pyoci anew, which takes several times as long as evaluating
something small. What the variable asks for, that nothing is written beside the sources, stays true.
"""

from __future__ import annotations

import os
import sys

from pyoci.caching.folder import default_folder, make_private


def keep_bytecode(cached: str | None) -> None:
    """Have Python keep what it compiles from now on in the cache folder, where it is told to write none and has none
    of pyoci: `cached` is where the bytecode of a module of ours would be."""
    if not sys.dont_write_bytecode or sys.pycache_prefix is not None or cached is None or os.path.exists(cached):
        return
    folder = os.path.join(default_folder(), "python")
    if make_private(default_folder()) and make_private(folder):
        sys.pycache_prefix = folder
        sys.dont_write_bytecode = False
