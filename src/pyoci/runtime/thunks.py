"""Thunks: values that are computed when they are first needed, once.

A thunk is a list, the cheapest mutable object that CPython can make (29 ns; an object with slots and a closure
costs six times that), and no Nix value is a list, so `x.__class__ is list` is the whole test.

    [function, captured…]   not yet computed: `function(thunk)` takes the captured values out and returns a value
    [BLACKHOLE, captured…]  being computed: whoever needs it now needs itself
    [None, value, …]        computed; further elements mean nothing

A thunk has at least two elements from the start, so that its value has a place.
`function` never changes the thunk: when it raises, `force` puts it back as it was, so that a later use fails (or,
after `tryEval`, succeeds) in the same way. (That bodies put their values into their thunks themselves would save a
call for each, but was no faster: most bodies run too few times for CPython to specialise what they do.)
"""

from __future__ import annotations

from pyoci.runtime.errors import InfiniteRecursion
from pyoci.runtime.values import Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias


Thunk: TypeAlias = "list[Any]"


def BLACKHOLE(thunk: Thunk) -> Value:  # noqa: N802 - a marker that happens to be callable
    """Stands in a thunk that is being computed."""
    raise InfiniteRecursion


def force_thunk(thunk: Thunk) -> Value:
    """The value of a thunk, computed now if it was not yet. Generated code calls this where its inline test
    finds a list."""
    function = thunk[0]
    if function is None:
        return thunk[1]
    thunk[0] = BLACKHOLE
    try:
        value = function(thunk)
    except BaseException:
        thunk[0] = function
        raise
    # Cutting a list costs as much as a call, so the usual thunk of one to three captured values keeps its length; what
    # it captured must go all the same, or it would live as long as the value.
    thunk[0] = None
    thunk[1] = value
    length = len(thunk)
    if length == 3:
        thunk[2] = None
    elif length == 4:
        thunk[2] = thunk[3] = None
    elif length > 4:
        del thunk[2:]
    return value


def force(lazy: Lazy) -> Value:
    """The value of anything: a thunk is computed, a value is itself."""
    return force_thunk(lazy) if lazy.__class__ is list else lazy


def _apply(thunk: Thunk) -> Value:
    _, function, argument = thunk
    return function(argument)


def _apply2(thunk: Thunk) -> Value:
    _, function, first, second = thunk
    return function(first, second)


def delay(function: Any, *arguments: Any) -> Thunk:
    """A thunk that will call a Python function with one or two arguments and take what it returns as its value.

    For builtins: `delay(partial_free_python_function, x)`. The function returns a value, never a thunk; to apply a
    *Nix* function later, use `calls.delay_call`."""
    return [_APPLY[len(arguments)], function, *arguments]


_APPLY: Final = {1: _apply, 2: _apply2}
