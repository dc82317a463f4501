"""How builtins apply the Nix functions they are given: now, many times, or later.

The thunk bodies here know that what they apply is a Python function: one attribute test and one call less for each
element of a list or set than `calls.delay_call`.
"""

from __future__ import annotations

from types import FunctionType

from pyoci.runtime.calls import call, partial
from pyoci.runtime.coercion import expect_function
from pyoci.runtime.thunks import Thunk
from pyoci.runtime.values import Lazy, Value


def apply(thunk: Thunk) -> Value:
    """Body of the thunk `[apply, f, x]`."""
    value = thunk[1](thunk[2])
    return value if value is not ... else partial(thunk[1], thunk[2])


def apply2(thunk: Thunk) -> Value:
    """Body of the thunk `[apply2, f, x, y]` where `f` takes at least two arguments at once."""
    value = thunk[1](thunk[2], thunk[3])
    return value if value is not ... else partial(thunk[1], thunk[2], thunk[3])


def apply_twice(thunk: Thunk) -> Value:
    """Body of the thunk `[apply_twice, f, x, y]` where `f` takes one argument and gives the function of the second."""
    return call(thunk[1](thunk[2]), thunk[3])


def as_function(value: Value, where: str) -> FunctionType:
    """What to call, with one argument, for a value that is no Python function: a set with `__functor`.

    Raises TypeMismatch, with the trace line `where`, for anything else."""
    functor = expect_function(value, where)

    def apply_functor(argument: Lazy) -> Value:
        return call(functor, argument)

    return apply_functor  # type: ignore[return-value]
