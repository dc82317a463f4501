"""The operators `+ - * /` and unary minus, on forced values.

Integers have 64 bits and leaving them is an error; an integer meets a float as a float. `<` is `compare.less_than`.
`builtins.add` is not `+`: it takes numbers only, and its messages are those of the other builtins.
"""

from __future__ import annotations

from pyoci.runtime.coercion import add_strings_or_paths, expect_float_or_int, expect_int
from pyoci.runtime.compare import less_than
from pyoci.runtime.errors import EvalError
from pyoci.runtime.values import INT_MAX, INT_MIN, Value

__all__ = ["add", "add_numbers", "divide", "less_than", "multiply", "negate", "subtract"]


def add(a: Value, b: Value) -> Value:
    """`a + b`: numbers, strings and what can be taken for one, or a path and something to append.

    Raises TypeMismatch for operands that cannot be added, EvalError on overflow or a path plus a store path."""
    a_type, b_type = a.__class__, b.__class__
    if a_type is str and b_type is str and (a + b).isascii():
        return a + b
    if a_type is int and b_type is int and INT_MIN <= a + b <= INT_MAX:
        return a + b
    return add_strings_or_paths(a, b)


def add_numbers(a: Value, b: Value) -> int | float:
    """`builtins.add a b`. Raises TypeMismatch for what is no number, EvalError on overflow."""
    if a.__class__ is int and b.__class__ is int:
        if INT_MIN <= a + b <= INT_MAX:
            return a + b
        raise _overflow("adding", a, "+", b)
    x, y = _operands(
        a,
        b,
        "while evaluating the first argument of the addition",
        "while evaluating the second argument of the addition",
    )
    return x + y


def subtract(a: Value, b: Value) -> int | float:
    """`a - b`. Raises TypeMismatch for what is no number, EvalError on overflow."""
    if a.__class__ is int and b.__class__ is int:
        if INT_MIN <= a - b <= INT_MAX:
            return a - b
        raise _overflow("subtracting", a, "-", b)
    x, y = _operands(
        a,
        b,
        "while evaluating the first argument of the subtraction",
        "while evaluating the second argument of the subtraction",
    )
    return x - y


def multiply(a: Value, b: Value) -> int | float:
    """`a * b`. Raises TypeMismatch for what is no number, EvalError on overflow."""
    if a.__class__ is int and b.__class__ is int:
        if INT_MIN <= a * b <= INT_MAX:
            return a * b
        raise _overflow("multiplying", a, "*", b)
    # The words for the first factor differ where the product is a float.
    is_float = a.__class__ is float or b.__class__ is float
    x, y = _operands(
        a,
        b,
        f"while evaluating the first {'' if is_float else 'argument '}of the multiplication",
        "while evaluating the second argument of the multiplication",
    )
    return x * y


def divide(a: Value, b: Value) -> int | float:
    """`a / b`; of two integers the quotient without its fraction.

    Raises TypeMismatch for what is no number, EvalError for division by zero and on overflow."""
    divisor = expect_float_or_int(b, "while evaluating the second operand of the division")
    if divisor == 0:
        raise EvalError("division by zero")
    if a.__class__ is float or b.__class__ is float:
        return float(expect_float_or_int(a, "while evaluating the first operand of the division")) / float(divisor)
    dividend = expect_int(a, "while evaluating the first operand of the division")
    quotient = dividend // b
    if quotient < 0 and quotient * b != dividend:
        quotient += 1
    if quotient > INT_MAX:
        raise _overflow("dividing", dividend, "/", b)
    return quotient  # type: ignore[no-any-return]


def negate(a: Value) -> int | float:
    """`-a`, which is `0 - a` in every respect, its messages too."""
    return subtract(0, a)


def _operands(a: Value, b: Value, where_a: str, where_b: str) -> tuple[float, float]:
    """Both operands as floats, where at least one is one; raises TypeMismatch where one is no number."""
    if a.__class__ is float or b.__class__ is float:
        return float(expect_float_or_int(a, where_a)), float(expect_float_or_int(b, where_b))
    expect_int(a, where_a)
    expect_int(b, where_b)
    raise AssertionError("two integers have no business here")


def _overflow(doing: str, a: int, operator: str, b: int) -> EvalError:
    return EvalError(f"integer overflow in {doing} {a} {operator} {b}")
