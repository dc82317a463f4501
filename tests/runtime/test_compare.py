"""`==` and `<` on values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from pyoci.runtime.compare import equal, less_than
from pyoci.runtime.errors import Thrown, TypeMismatch
from pyoci.runtime.thunks import delay
from pyoci.runtime.values import Value, from_bytes, make_string


def identity(x: Value) -> Value:
    return x


def fail(message: str) -> Value:
    raise Thrown(message)


FAILING = delay(fail, "evaluated")
DERIVATION = {"type": "derivation", "outPath": "x"}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, None, True),
        (None, False, False),
        ("a", make_string("a", frozenset(("/nix/store/x",))), True),
        ("/a", b"/a", False),
        (b"/a", b"/a", True),
        (2**53 + 1, float(2**53), True),
        (float("nan"), float("nan"), False),
        ((1, "x"), (delay(int, 1), delay(str, "x")), True),
        ((1,), (1, FAILING), False),
        ((1, FAILING), (2, FAILING), False),
        ({"a": 1}, {"a": delay(int, 1)}, True),
        ({"a": 1}, {"b": FAILING}, False),
        ({}, (), False),
        (identity, identity, False),
        ((identity,), (identity,), True),
        ({"f": identity}, {"f": identity}, True),
        ((delay(identity, identity),), (delay(identity, identity),), False),
        (DERIVATION | {"a": 1}, DERIVATION | {"b": FAILING}, True),
        (DERIVATION, DERIVATION | {"outPath": "y"}, False),
        (DERIVATION, {"type": "other", "outPath": "x"}, False),
        ({"type": "derivation"}, {"type": "derivation"}, True),
    ],
)
def test_equality(a: Value, b: Value, expected: bool) -> None:
    assert equal(a, b) is expected
    assert equal(b, a) is expected


def test_an_element_is_evaluated_even_where_both_sides_have_it() -> None:
    for compare in (equal, less_than):
        with pytest.raises(Thrown):
            compare((FAILING,), (FAILING,))


def test_a_function_is_itself_behind_its_own_thunk() -> None:
    thunk = delay(lambda _: identity, 0)
    assert equal((thunk,), (thunk,))
    # What a thunk gave counts as that thunk where it stands for it, as a variable that is known to be forced does.
    assert equal((thunk,), (identity,))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1, 2, True),
        (2, 1, False),
        (1, 1.5, True),
        (1.5, 1, False),
        (float(2**53), 2**53 + 1, False),
        ("a", "b", True),
        ("a", "a", False),
        ("z", "é", True),
        ("é", from_bytes(b"\xff"), True),
        (from_bytes(b"\xc3"), "é", True),
        ("\uffff", "\U00010000", True),
        (b"/a", b"/b", True),
        ((), (1,), True),
        ((1,), (), False),
        ((1, 2), (1, 3), True),
        ((1, (2,)), (1, (2, 0)), True),
        ((delay(int, 1), 5), (1, 4), False),
        ((None,), (None,), False),
    ],
)
def test_order(a: Value, b: Value, expected: bool) -> None:
    assert less_than(a, b) is expected


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (1, "a", 'cannot compare an integer with a string; values are 1 and "a"'),
        ("a", b"/a", 'cannot compare a string with a path; values are "a" and /a'),
        (
            {"a": 1},
            {"b": 1},
            "cannot compare a set with a set; values of that type are incomparable"
            " (values are { a = 1; } and { b = 1; })",
        ),
        (
            None,
            None,
            "cannot compare null with null; values of that type are incomparable (values are null and null)",
        ),
        (
            True,
            False,
            "cannot compare a Boolean with a Boolean; values of that type are incomparable (values are true and false)",
        ),
    ],
)
def test_incomparable(a: Value, b: Value, message: str) -> None:
    with pytest.raises(TypeMismatch) as caught:
        less_than(a, b)
    assert caught.value.message == message
    if a is not b:
        with pytest.raises(TypeMismatch) as caught:
            less_than((0, a), (0, b))
        assert caught.value.message == message
        assert caught.value.traces == [("while comparing two list elements", None)]


@pytest.fixture
def _deep_stack() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("_deep_stack")
@pytest.mark.parametrize("wrap", [lambda v: (v,), lambda v: {"a": v}, lambda v: (delay(identity, v),)])
def test_deep_values(wrap: Callable[[Value], Value]) -> None:
    a: Value = 1
    b: Value = 1
    c: Value = 2
    for _ in range(10_000):
        a, b, c = wrap(a), wrap(b), wrap(c)
    assert equal(a, b)
    assert not equal(a, c)
