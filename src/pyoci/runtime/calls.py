"""Calling Nix functions.

A Nix function is a Python function of one to three positional arguments, each a value or a thunk, that returns a
value (never a thunk). `a: b: body` becomes one function of two arguments, the second defaulting to `MISSING`; a caller
with several arguments looks at `co_argcount` and hands over as many as the function takes at once. Called with fewer,
the function returns `MISSING`, and the *caller* makes the function that waits for the rest, with `partial`. (The
function itself could only do that by closing over itself: a reference cycle for each function made, which without the
garbage collector would never be freed.)

Only a function with exactly one parameter can have formals (`{ a, b ? 1 }: …`); its docstring spells them, and
`builtins.functionArgs` reads them there: see `signature`.
"""

from __future__ import annotations

from types import FunctionType

from pyoci.runtime.errors import StackOverflow, TypeMismatch
from pyoci.runtime.thunks import Thunk, force, force_thunk
from pyoci.runtime.values import Lazy, Value, type_name

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


MISSING: Final = ...
"""Default of an argument that was not given yet. `...` is a constant to CPython's compiler, so that a function's
defaults are a constant too; no Nix value is an Ellipsis."""

_MAX_HOPS: Final = 10_000
"""From functor to functor; Nix counts each as a call, and this is its max-call-depth."""


def call(function: Value, argument: Lazy) -> Value:
    """Apply a forced value to one argument; a set with `__functor` is a function too.

    Raises TypeMismatch where the value is no function."""
    if function.__class__ is FunctionType:
        value = function(argument)
        return value if value is not ... else partial(function, argument)
    return call(_functor(function), argument)


def call2(function: Value, first: Lazy, second: Lazy) -> Value:
    """Apply a forced value to two arguments."""
    if function.__class__ is FunctionType:
        if function.__code__.co_argcount >= 2:
            value = function(first, second)
            return value if value is not ... else partial(function, first, second)
        return call(function(first), second)
    return call2(_functor(function), first, second)


def call3(function: Value, first: Lazy, second: Lazy, third: Lazy) -> Value:
    """Apply a forced value to three arguments."""
    if function.__class__ is FunctionType:
        count = function.__code__.co_argcount
        if count >= 3:
            return function(first, second, third)
        if count == 2:
            return call(function(first, second), third)
        return call2(function(first), second, third)
    return call3(_functor(function), first, second, third)


def partial(function: FunctionType, first: Lazy, *others: Lazy) -> Value:
    """The function that waits for the arguments that were not given yet."""
    if others:
        (second,) = others

        def partial_last(third: Lazy) -> Value:
            return function(first, second, third)

        return partial_last
    if function.__code__.co_argcount == 2:

        def partial_second(second: Lazy) -> Value:
            return function(first, second)

        return partial_second

    def partial_two(second: Lazy, third: Lazy = MISSING) -> Value:
        return function(first, second, third)

    return partial_two


def callable_for(value: Value) -> Value:
    """The function to call in the place of a value that is none: what a set's `__functor` gives for it."""
    hops = 0
    while value.__class__ is not FunctionType:
        if hops == _MAX_HOPS:
            raise StackOverflow
        hops += 1
        value = _functor(value)
    return value


def _functor(value: Value) -> Value:
    """What is called instead of a set with `__functor`: the functor already applied to the set."""
    if value.__class__ is dict and "__functor" in value:
        return call(force(value["__functor"]), value)
    raise not_a_function(value)


def not_a_function(value: Value) -> TypeMismatch:
    """The error of calling something that is no function."""
    from pyoci.runtime.printing import show

    return TypeMismatch(
        f"attempt to call something which is not a function but {type_name(value)}: {show(value)}",
    )


def _later_call(thunk: Thunk) -> Value:
    _, function, argument = thunk
    if function.__class__ is list:
        function = force_thunk(function)
    return call(function, argument)


def _later_call2(thunk: Thunk) -> Value:
    _, function, first, second = thunk
    if function.__class__ is list:
        function = force_thunk(function)
    return call2(function, first, second)


def delay_call(function: Lazy, argument: Lazy) -> Thunk:
    """A thunk of `function argument`."""
    return [_later_call, function, argument]


def delay_call2(function: Lazy, first: Lazy, second: Lazy) -> Thunk:
    """A thunk of `function first second`."""
    return [_later_call2, function, first, second]


def is_application(thunk: Thunk) -> bool:
    """Whether a thunk that is not evaluated yet is one of `delay_call` or `delay_call2`."""
    return thunk[0] is _later_call or thunk[0] is _later_call2


def signature(function: FunctionType) -> dict[str, bool] | None:
    """The formals of a function, name to "has a default", in the order written; None for a function that takes
    any argument (`x: …`).

    Generated code keeps them as the function's docstring, which costs nothing at run time: names parted by spaces,
    `?` behind one with a default, `...` last where further arguments are allowed. An empty set of formals is `""`."""
    doc = function.__doc__
    if doc is None or function.__code__.co_argcount != 1:
        return None
    return {word.rstrip("?"): word.endswith("?") for word in doc.split() if word != "..."}
