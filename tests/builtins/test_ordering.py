"""`lessThan`, `sort` and `genericClosure`."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyoci.builtins import ordering


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("builtins.lessThan 1 1.5", "true"),
        ('builtins.lessThan "a" "B"', "false"),
        ("builtins.sort builtins.lessThan [ 3 1 2 ]", "[ 1 2 3 ]"),
        ("builtins.sort builtins.lessThan [ 3 1 2.5 2 ]", "[ 1 2 2.5 3 ]"),
        ('builtins.sort builtins.lessThan [ "b" "é" "a" "B" ]', '[ "B" "a" "b" "é" ]'),
        ("builtins.sort (a: b: a > b) [ 1 3 2 ]", "[ 3 2 1 ]"),
        (
            "map (e: e.n) (builtins.sort (a: b: a.k < b.k) "
            "[ { k = 2; n = 1; } { k = 1; n = 2; } { k = 2; n = 3; } { k = 1; n = 4; } ])",
            "[ 2 4 1 3 ]",
        ),
        ("builtins.sort 1 [ ]", "[ ]"),
        ('builtins.sort (a: b: throw "x") [ 1 ]', "[ 1 ]"),
        ("builtins.sort { __functor = self: a: b: a < b; } [ 2 1 ]", "[ 1 2 ]"),
        ("builtins.genericClosure { startSet = [ ]; }", "[ ]"),
        (
            "map (e: e.key) (builtins.genericClosure { startSet = [ { key = 5; } { key = 80; } ]; "
            "operator = e: if e.key < 10 then [ { key = e.key + 1; } { key = 80; } ] else [ ]; })",
            "[ 5 80 6 7 8 9 10 ]",
        ),
        (
            'builtins.genericClosure { operator = e: [ ]; startSet = [ { key = "a"; n = 1; } { key = "a"; } ]; }',
            '[ { key = "a"; n = 1; } ]',
        ),
        (
            "map (e: e.key) (builtins.genericClosure { operator = e: [ ]; "
            "startSet = [ { key = 1; } { key = 1.0; } { key = 0.5; } { key = 1; } ]; })",
            "[ 1 0.5 ]",
        ),
        (
            "map (e: e.key) (builtins.genericClosure { operator = e: [ ]; "
            "startSet = [ { key = [ 1 ]; } { key = [ 1 2 ]; } { key = [ 1 ]; } { key = [ ]; } ]; })",
            "[ [ 1 ] [ 1 2 ] [ ] ]",
        ),
        ("builtins.genericClosure { startSet = [ { key = { }; } ]; operator = e: [ ]; }", "[ { key = { }; } ]"),
    ],
)
def test_answers(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ('1 < "a"', 'cannot compare an integer with a string; values are 1 and "a"', []),
        (
            'builtins.sort builtins.lessThan [ 1 "a" ]',
            'cannot compare a string with an integer; values are "a" and 1',
            ["while evaluating the ordering function passed to builtins.sort"],
        ),
        (
            "builtins.sort (a: b: 1) [ 1 2 ]",
            "expected a Boolean but found an integer: 1",
            ["while evaluating the return value of the sorting function passed to builtins.sort"],
        ),
        (
            "builtins.sort 1 [ 1 ]",
            "expected a function but found an integer: 1",
            ["while evaluating the first argument passed to builtins.sort"],
        ),
        ('builtins.sort (a: b: true) [ (throw "x") 1 ]', "x", []),
        (
            "builtins.genericClosure { }",
            "attribute 'startSet' missing",
            ["in the attrset passed as argument to builtins.genericClosure"],
        ),
        (
            "builtins.genericClosure { startSet = [ 1 ]; operator = e: [ ]; }",
            "expected a set but found an integer: 1",
            ["in genericClosure element 1"],
        ),
        (
            "builtins.genericClosure { startSet = [ { } ]; operator = e: [ ]; }",
            "attribute 'key' missing",
            ["in genericClosure element { }"],
        ),
        (
            'builtins.genericClosure { startSet = [ { key = 1; } { key = "a"; } ]; operator = e: [ ]; }',
            'cannot compare a string with an integer; values are "a" and 1',
            ["with element { key = 1; }", 'while comparing element { key = "a"; }'],
        ),
        (
            "builtins.genericClosure { startSet = [ { key = null; } { key = null; } ]; operator = e: [ ]; }",
            "cannot compare null with null; values of that type are incomparable (values are null and null)",
            ["with element { key = null; }", "while comparing element { key = null; }"],
        ),
        (
            "builtins.genericClosure { startSet = [ { key = 1; } ]; operator = e: 1; }",
            "expected a list but found an integer: 1",
            [
                "while evaluating the return value of the `operator` passed to builtins.genericClosure",
                "while calling operator on genericClosure element { key = 1; }",
            ],
        ),
        (
            'builtins.genericClosure { startSet = [ { key = 1; } ]; operator = e: [ (throw "u") ]; }',
            "u",
            ["while calling operator on genericClosure element { key = 1; }"],
        ),
    ],
)
def test_errors(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers()), max_size=200))
def test_sorting_is_stable(items: list[tuple[int, int]]) -> None:
    def by_first(a: tuple[int, int], b: tuple[int, int] = ...) -> bool:  # type: ignore[assignment]
        return a[0] < b[0]

    assert list(ordering.sort(by_first, tuple(items))) == sorted(items, key=lambda item: item[0])


def test_a_comparator_that_makes_no_sense_loses_nothing() -> None:
    chance = random.Random(3)

    def any_order(a: int, b: int = ...) -> bool:  # type: ignore[assignment]
        return chance.random() < 0.5

    items = tuple(range(500))
    assert sorted(ordering.sort(any_order, items)) == list(items)


def test_sorting_calls_the_comparator_from_python(evaluate: Callable[[str], str]) -> None:
    """Nested so deeply that a comparator called from C would overflow the C stack."""
    nested = "let r = n: if n == 0 then 1 else builtins.length (builtins.sort (a: b: r (n - 1) > 5) [ 1 2 ]); in r 3000"
    assert evaluate(nested) == "2"
