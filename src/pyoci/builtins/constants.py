"""Builtins that are no functions."""

from __future__ import annotations

import time

from pyoci.builtins.registry import constant
from pyoci.runtime import reads
from pyoci.runtime.host import host
from pyoci.runtime.values import Lazy

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


NIX_VERSION: Final = "2.34.8"
"""The C++ Nix that pyoci behaves as."""


@constant("true", is_global=True)
def true() -> bool:
    """The Boolean true."""
    return True


@constant("false", is_global=True)
def false() -> bool:
    """The Boolean false."""
    return False


@constant("null", is_global=True)
def null() -> None:
    """The absence of a value."""
    return


@constant("langVersion")
def lang_version() -> int:
    """The version of the language."""
    return 6


@constant("nixVersion")
def nix_version() -> str:
    """The version of C++ Nix that this behaves as."""
    return NIX_VERSION


@constant("storeDir")
def store_dir() -> str:
    """The folder of the store."""
    return host().store_dir


@constant("nixPath")
def nix_path() -> tuple[Lazy, ...]:
    """The search path of `<name>`, as `findFile` takes it."""
    return tuple([{"path": path, "prefix": prefix} for prefix, path in host().search_path])


@constant("currentSystem", impure=True)
def current_system() -> str:
    """The system that is evaluated for, such as `x86_64-linux`."""
    return host().system


@constant("currentTime", impure=True)
def current_time() -> int:
    """Seconds since 1970."""
    reads.unrepeatable()
    return int(time.time())
