"""Arithmetic, bits and rounding."""

from __future__ import annotations

from math import ceil, floor, isfinite

from pyoci.builtins.registry import builtin
from pyoci.runtime.arithmetic import add_numbers, divide, multiply, subtract
from pyoci.runtime.coercion import expect_float_or_int, expect_int
from pyoci.runtime.errors import EvalError
from pyoci.runtime.printing.literals import format_float
from pyoci.runtime.thunks import force
from pyoci.runtime.values import INT_MAX, INT_MIN, Lazy, Value

builtin("add", "e1 e2")(add_numbers)
builtin("sub", "e1 e2")(subtract)
builtin("mul", "e1 e2")(multiply)
builtin("div", "e1 e2")(divide)


@builtin("bitAnd", "e1 ?e2")
def bit_and(a: Value, b: Lazy) -> int:
    """The bits that both integers have."""
    return expect_int(a, "while evaluating the first argument passed to builtins.bitAnd") & expect_int(
        force(b), "while evaluating the second argument passed to builtins.bitAnd"
    )


@builtin("bitOr", "e1 ?e2")
def bit_or(a: Value, b: Lazy) -> int:
    """The bits that at least one of two integers has."""
    return expect_int(a, "while evaluating the first argument passed to builtins.bitOr") | expect_int(
        force(b), "while evaluating the second argument passed to builtins.bitOr"
    )


@builtin("bitXor", "e1 ?e2")
def bit_xor(a: Value, b: Lazy) -> int:
    """The bits that exactly one of two integers has."""
    return expect_int(a, "while evaluating the first argument passed to builtins.bitXor") ^ expect_int(
        force(b), "while evaluating the second argument passed to builtins.bitXor"
    )


@builtin("ceil", "number")
def round_up(number: Value) -> int:
    """The smallest integer that is not below a number. Raises EvalError where 64 bits do not hold it."""
    expect_float_or_int(number, "while evaluating the first argument passed to builtins.ceil")
    return _whole(number, ceil(number)) if isfinite(number) else _out_of_range(number)


@builtin("floor", "number")
def round_down(number: Value) -> int:
    """The largest integer that is not above a number. Raises EvalError where 64 bits do not hold it."""
    expect_float_or_int(number, "while evaluating the first argument passed to builtins.floor")
    return _whole(number, floor(number)) if isfinite(number) else _out_of_range(number)


def _whole(number: int | float, whole: int) -> int:
    """`whole`, the rounded `number`, if C++ Nix can give it: it takes integers by way of a double, and refuses those
    that do not survive that."""
    if number.__class__ is int:
        through_double = int(float(number))
        if through_double > INT_MAX:
            raise EvalError(
                "Due to a bug (see https://github.com/NixOS/nix/issues/12899) "
                f"the NixInt argument {number} caused undefined behavior in previous Nix versions.\n"
                "\tFuture Nix versions might implement the correct behavior."
            )
        if through_double != number:
            raise EvalError(
                "Due to a bug (see https://github.com/NixOS/nix/issues/12899) a loss of precision occurred in previous "
                f"Nix versions because the NixInt argument {number} was rounded to {through_double}.\n"
                "\tFuture Nix versions might implement the correct behavior."
            )
        return whole
    return whole if INT_MIN <= whole <= INT_MAX else _out_of_range(number)


def _out_of_range(number: float) -> int:
    raise EvalError(f"NixFloat argument {format_float(number)} is not in the range of NixInt")
