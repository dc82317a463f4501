"""Arithmetic: the operators and the builtins behind them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyoci.runtime import arithmetic
from pyoci.runtime.errors import EvalError, TypeMismatch

INT_MAX = 9223372036854775807


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("1 + 2", "3"),
        ("1 + 2.5", "3.5"),
        ("1.5 + 1", "2.5"),
        ('"a" + "b"', '"ab"'),
        ('/a + "/../b"', "/b"),
        ("/a + /b", "/a/b"),
        ("7 - 10", "-3"),
        ("2 * 3.5", "7"),
        ("(-7) / 2", "-3"),
        ("7 / (-2)", "-3"),
        ("(-7) / (-2)", "3"),
        ("(-8) / 2", "-4"),
        ("1 / 2", "0"),
        ("1 / 2.0", "0.5"),
        ("-(2 - 3)", "1"),
        ("builtins.add 1 2.5", "3.5"),
        ("builtins.sub 1 2", "-1"),
        ("builtins.mul 3 4", "12"),
        ("builtins.div 13 4", "3"),
        ("builtins.bitAnd 12 10", "8"),
        ("builtins.bitOr 12 10", "14"),
        ("builtins.bitXor 12 10", "6"),
        ("builtins.bitXor (-1) 5", "-6"),
        ("builtins.bitAnd (-4) 255", "252"),
        ("builtins.ceil 1.2", "2"),
        ("builtins.ceil (-1.2)", "-1"),
        ("builtins.ceil (-0.5)", "0"),
        ("builtins.ceil 7", "7"),
        ("builtins.floor 1.8", "1"),
        ("builtins.floor (-1.2)", "-2"),
        ("builtins.floor (-9223372036854775808.0)", "-9223372036854775808"),
        ("builtins.ceil (-9223372036854775807 - 1)", "-9223372036854775808"),
    ],
)
def test_answers(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        (f"{INT_MAX} + 1", f"integer overflow in adding {INT_MAX} + 1", ""),
        (f"{INT_MAX} - (-1)", f"integer overflow in subtracting {INT_MAX} - -1", ""),
        (f"{INT_MAX} * 2", f"integer overflow in multiplying {INT_MAX} * 2", ""),
        (f"(-{INT_MAX} - 1) / (-1)", "integer overflow in dividing -9223372036854775808 / -1", ""),
        (f"builtins.add {INT_MAX} 1", f"integer overflow in adding {INT_MAX} + 1", ""),
        ("1 + {}", "cannot add a set to an integer", ""),
        ('1 + "a"', "cannot add a string to an integer", ""),
        ("1.5 + null", "cannot add null to a float", ""),
        ("true + 1", "cannot coerce a Boolean to a string: true", "while evaluating a path segment"),
        (
            '1 - "a"',
            'expected an integer but found a string: "a"',
            "while evaluating the second argument of the subtraction",
        ),
        (
            '"a" - 1.5',
            'expected a float but found a string: "a"',
            "while evaluating the first argument of the subtraction",
        ),
        (
            "null * 1",
            "expected an integer but found null: null",
            "while evaluating the first argument of the multiplication",
        ),
        ("null * 1.5", "expected a float but found null: null", "while evaluating the first of the multiplication"),
        (
            '"a" / 1',
            'expected an integer but found a string: "a"',
            "while evaluating the first operand of the division",
        ),
        (
            '1 / "a"',
            'expected a float but found a string: "a"',
            "while evaluating the second operand of the division",
        ),
        ('"a" / 0', "division by zero", ""),
        ("1 / 0.0", "division by zero", ""),
        (
            'builtins.add "a" "b"',
            'expected an integer but found a string: "a"',
            "while evaluating the first argument of the addition",
        ),
        (
            "builtins.bitOr 1 1.5",
            "expected an integer but found a float: 1.5",
            "while evaluating the second argument passed to builtins.bitOr",
        ),
        (
            'builtins.floor "x"',
            'expected a float but found a string: "x"',
            "while evaluating the first argument passed to builtins.floor",
        ),
        ("builtins.ceil 1.5e30", "NixFloat argument 1.5e+30 is not in the range of NixInt", ""),
        ("builtins.floor (1.0e308 * 100)", "NixFloat argument inf is not in the range of NixInt", ""),
        (
            f"builtins.ceil {INT_MAX}",
            "Due to a bug (see https://github.com/NixOS/nix/issues/12899) the NixInt argument "
            f"{INT_MAX} caused undefined behavior in previous Nix versions.\n"
            "\tFuture Nix versions might implement the correct behavior.",
            "",
        ),
        (
            "builtins.floor 9007199254740993",
            "Due to a bug (see https://github.com/NixOS/nix/issues/12899) a loss of precision occurred in previous Nix "
            "versions because the NixInt argument 9007199254740993 was rounded to 9007199254740992.\n"
            "\tFuture Nix versions might implement the correct behavior.",
            "",
        ),
    ],
)
def test_errors(fails: Callable[..., None], expression: str, message: str, trace: str) -> None:
    fails(expression, message, *filter(None, [trace]))


def test_division_rounds_towards_zero_over_all_signs() -> None:
    for a in range(-30, 31):
        for b in (-7, -3, -1, 1, 2, 5):
            assert arithmetic.divide(a, b) == int(a / b)


def test_booleans_are_no_integers() -> None:
    with pytest.raises(TypeMismatch, match="cannot coerce a Boolean"):
        arithmetic.add(True, 1)
    for operation in (arithmetic.subtract, arithmetic.multiply, arithmetic.divide, arithmetic.add_numbers):
        with pytest.raises(TypeMismatch, match="found a Boolean: true"):
            operation(True, 1)


def test_the_limits_themselves_are_no_overflow() -> None:
    assert arithmetic.add(INT_MAX - 1, 1) == INT_MAX
    assert arithmetic.subtract(-INT_MAX, 1) == -INT_MAX - 1
    assert arithmetic.negate(INT_MAX) == -INT_MAX
    with pytest.raises(EvalError, match="0 - -9223372036854775808"):
        arithmetic.negate(-INT_MAX - 1)


def test_negating_zero_gives_no_minus_zero() -> None:
    assert str(arithmetic.negate(0.0)) == "0.0"
