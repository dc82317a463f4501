"""How a builtin is declared, and what a declaration becomes.

    @builtin("elemAt", "xs n")
    def elem_at(xs: Value, n: Value) -> Value:
        '''Element n of list xs, from 0.'''

A word for each argument; `xs` is forced before the call (the function gets a value), `?x` is not (it gets a value
or a thunk). The Python function is what generated code calls when the builtin is named and given all its arguments;
`curried` is what it is as a first-class value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Final, TypeVar

from pyoci.runtime.calls import MISSING
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Lazy, Value

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Builtin:
    """A declared builtin."""

    name: str
    """As in `builtins.name`."""
    parameters: tuple[str, ...]
    """Names of its arguments, as in the Nix manual."""
    strict: tuple[bool, ...]
    """Which of them are forced before the call."""
    implementation: FunctionType
    """Takes that many positional arguments, returns a value (never a thunk)."""
    curried: Value
    """The first-class function."""
    is_global: bool
    """Whether the bare name is in scope too (`map`, `toString`, …)."""
    doc: str
    impure: bool
    """Whether the answer can change between runs with the same files (`currentTime`)."""


BUILTINS: Final[dict[str, Builtin]] = {}
"""Every declared builtin by name."""


def builtin(name: str, parameters: str, *, is_global: bool = False, impure: bool = False) -> Callable[[F], F]:
    """Declare a builtin of one to three arguments."""

    def declare(implementation: F) -> F:
        words = parameters.split()
        strict = tuple(not word.startswith("?") for word in words)
        assert isinstance(implementation, FunctionType) and implementation.__code__.co_argcount == len(words)
        BUILTINS[name] = Builtin(
            name=name,
            parameters=tuple(word.lstrip("?") for word in words),
            strict=strict,
            implementation=implementation,
            curried=_CURRIED[len(words)](implementation, strict),
            is_global=is_global,
            doc=(implementation.__doc__ or "").strip(),
            impure=impure,
        )
        return implementation

    return declare


def _curry1(implementation: Callable[[Any], Value], strict: tuple[bool, ...]) -> Value:
    if strict[0]:

        def primop(a: Lazy) -> Value:
            return implementation(force_thunk(a) if a.__class__ is list else a)
    else:

        def primop(a: Lazy) -> Value:
            return implementation(a)

    return primop


def _curry2(implementation: Callable[[Any, Any], Value], strict: tuple[bool, ...]) -> Value:
    first_strict, second_strict = strict

    def primop(a: Lazy, b: Lazy = MISSING) -> Value:
        if b is MISSING:

            def primop_app(b: Lazy) -> Value:
                return primop(a, b)

            return primop_app
        if first_strict and a.__class__ is list:
            a = force_thunk(a)
        if second_strict and b.__class__ is list:
            b = force_thunk(b)
        return implementation(a, b)

    return primop


def _curry3(implementation: Callable[[Any, Any, Any], Value], strict: tuple[bool, ...]) -> Value:
    first_strict, second_strict, third_strict = strict

    def primop(a: Lazy, b: Lazy = MISSING, c: Lazy = MISSING) -> Value:
        if c is MISSING:
            if b is MISSING:

                def primop_app(b: Lazy, c: Lazy = MISSING) -> Value:
                    return primop(a, b, c)

                return primop_app

            def primop_app_last(c: Lazy) -> Value:
                return primop(a, b, c)

            return primop_app_last
        if first_strict and a.__class__ is list:
            a = force_thunk(a)
        if second_strict and b.__class__ is list:
            b = force_thunk(b)
        if third_strict and c.__class__ is list:
            c = force_thunk(c)
        return implementation(a, b, c)

    return primop


_CURRIED: Final[dict[int, Callable[..., Value]]] = {1: _curry1, 2: _curry2, 3: _curry3}


def is_primop(function: FunctionType) -> bool:
    """Whether a function value is a builtin without arguments (prints as `<PRIMOP>`)."""
    return function.__code__.co_name == "primop" and function.__code__.co_filename == __file__


def is_primop_app(function: FunctionType) -> bool:
    """Whether a function value is a builtin with some of its arguments (prints as `<PRIMOP-APP>`)."""
    code = function.__code__
    return code.co_name in ("primop_app", "primop_app_last") and code.co_filename == __file__
