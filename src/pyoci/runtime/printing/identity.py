"""When two lists are one, so that the second prints as `«repeated»`."""

from __future__ import annotations

from typing import Final

from pyoci.runtime.values import Lazy

_KEPT_IN_PLACE: Final = 2


def list_identity(value: tuple[Lazy, ...], holder: Lazy) -> int:
    """What tells one list from another: `holder` is the thunk that it was found in, or the list itself.

    C++ Nix keeps lists of up to two elements inside of the value, so that a variable's list and the result of an
    expression that gives the same list are two; longer ones are one."""
    return id(holder if len(value) <= _KEPT_IN_PLACE else value)
