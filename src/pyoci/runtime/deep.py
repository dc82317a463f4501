"""Forcing a value with everything in it."""

from __future__ import annotations

from pyoci.runtime.errors import EVALUATION_ERRORS, StackOverflow, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


MAX_DEPTH: Final = 10_000
"""How many lists and sets may be within each other: Nix counts each as a call, and this is its max-call-depth."""

_DEPTH_WITH_PLACES: Final = 100


def force_deep(lazy: Lazy, calls: int = 0) -> Value:
    """The value of anything, once the elements of its lists and sets are forced, and theirs.

    A value that contains itself is walked once. Elements are forced in their order, a set's in the order of its dict.
    An error carries Nix's lines about the attributes and elements on the way to it. Raises StackOverflow for what is
    nested too deeply, within so many calls.

    Each level of nesting is one call, of Python from Python: no C stack is used."""
    value = force_thunk(lazy) if lazy.__class__ is list else lazy
    if value.__class__ is dict or value.__class__ is tuple:
        _walk(value, set(), calls + 1)
    return value


def _walk(aggregate: Value, seen: set[int], depth: int) -> None:
    """Force what is in a list or set; `seen` has the ids of the lists and sets on which this was begun."""
    if id(aggregate) in seen:
        return
    seen.add(id(aggregate))
    if depth > MAX_DEPTH and aggregate:
        raise StackOverflow
    if aggregate.__class__ is dict:
        for name, item in aggregate.items():
            try:
                if item.__class__ is list:
                    item = force_thunk(item)
                if item.__class__ is dict or item.__class__ is tuple:
                    _walk(item, seen, depth + 1)
            except EVALUATION_ERRORS as error:
                # What prints values forces them with this module.
                from pyoci.runtime.printing.literals import format_name

                where = f"while evaluating the attribute '{format_name(name)}'"
                # To look for the place of every one of thousands of levels takes long, and no trace shows them.
                place = host().attribute_position(name) if depth < _DEPTH_WITH_PLACES else None
                add_trace(error, where, place)
                raise
    else:
        for index, item in enumerate(aggregate):
            try:
                if item.__class__ is list:
                    item = force_thunk(item)
                if item.__class__ is dict or item.__class__ is tuple:
                    _walk(item, seen, depth + 1)
            except EVALUATION_ERRORS as error:
                add_trace(error, f"while evaluating list element at index {index}")
                raise
