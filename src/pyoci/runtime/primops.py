"""Builtins as first-class functions: a wrapper that takes its arguments one by one and forces the strict ones."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType

from pyoci.runtime.calls import MISSING
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final


def curry(implementation: FunctionType, strict: tuple[bool, ...], *checks: Callable[..., object]) -> Value:
    """The function value of a builtin of one to three arguments; `strict` says which it wants forced, `checks` are
    called with the arguments so far before the next one is."""
    if len(strict) == 1:
        return _curry1(implementation, strict)
    of_each = [*checks, None, None][: len(strict) - 1]
    return _CURRIED[len(strict)](implementation, strict, *of_each)


def _curry1(implementation: Callable[[Any], Value], strict: tuple[bool, ...]) -> Value:
    if strict[0]:

        def primop(a: Lazy) -> Value:
            return implementation(force_thunk(a) if a.__class__ is list else a)
    else:

        def primop(a: Lazy) -> Value:
            return implementation(a)

    return primop


def _curry2(
    implementation: Callable[[Any, Any], Value], strict: tuple[bool, ...], check: Callable[[Any], object] | None
) -> Value:
    first_strict, second_strict = strict

    def primop(a: Lazy, b: Lazy = MISSING) -> Value:
        if b is MISSING:

            def primop_app(b: Lazy) -> Value:
                return primop(a, b)

            return primop_app
        if first_strict and a.__class__ is list:
            a = force_thunk(a)
        if second_strict and b.__class__ is list:
            if check is not None:
                check(a)
            b = force_thunk(b)
        return implementation(a, b)

    return primop


def _curry3(
    implementation: Callable[[Any, Any, Any], Value],
    strict: tuple[bool, ...],
    check_first: Callable[[Any], object] | None,
    check_second: Callable[[Any, Any], object] | None,
) -> Value:
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
            if check_first is not None:
                check_first(a)
            b = force_thunk(b)
        if third_strict and c.__class__ is list:
            if check_second is not None:
                check_second(a, b)
            c = force_thunk(c)
        return implementation(a, b, c)

    return primop


_CURRIED: Final[dict[int, Callable[..., Value]]] = {2: _curry2, 3: _curry3}


def is_primop(function: FunctionType) -> bool:
    """Whether a function value is a builtin without arguments (prints as `<PRIMOP>`)."""
    return function.__code__.co_name == "primop" and function.__code__.co_filename == __file__


def is_primop_app(function: FunctionType) -> bool:
    """Whether a function value is a builtin with some of its arguments (prints as `<PRIMOP-APP>`)."""
    code = function.__code__
    return code.co_name in ("primop_app", "primop_app_last") and code.co_filename == __file__
