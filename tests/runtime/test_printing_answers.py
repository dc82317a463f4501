"""What nix-instantiate --eval prints."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from pyoci.runtime.errors import Thrown
from pyoci.runtime.primops import curry
from pyoci.runtime.printing import print_value
from pyoci.runtime.thunks import delay
from pyoci.runtime.values import Value, from_bytes


def first(a: Value, b: Value) -> Value:
    return a


PRIMOP = curry(first, (False, False))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"if": (1, 1.5), "b": {}, "a": (), "é": None}, '{ a = [ ]; b = { }; "if" = [ 1 1.5 ]; "é" = null; }'),
        (("a\n${", b"/x", True, -0.0), '[ "a\\n\\${" /x true -0 ]'),
        (((lambda x: x), PRIMOP, PRIMOP(1)), "[ <LAMBDA> <PRIMOP> <PRIMOP-APP> ]"),
        (from_bytes(b"\xc3"), '"\udcc3"'),
        ({"\ue000": 1, "\udcff": 2, "\U00010000": 3}, '{ "\ue000" = 1; "\U00010000" = 3; "\udcff" = 2; }'),
    ],
)
def test_values(value: Value, expected: str) -> None:
    assert print_value(value) == expected
    assert print_value(delay(lambda v: v, value), strict=True) == expected


def test_what_was_not_evaluated() -> None:
    value = {"a": delay(str, 1), "b": [None, (delay(str, 2),)]}
    assert print_value(value) == "{ a = <CODE>; b = [ <CODE> ]; }"
    assert print_value(value, strict=True) == '{ a = "1"; b = [ "2" ]; }'
    assert print_value(value) == '{ a = "1"; b = [ "2" ]; }'
    assert print_value(delay(str, 1)) == "<CODE>"


def test_what_was_printed_before() -> None:
    shared: Value = (1,)
    equal = (*shared,)
    cyclic: Value = {}
    cyclic["self"] = cyclic
    assert (
        print_value((shared, shared, equal, cyclic, (), ()))
        == "[ [ 1 ] «repeated» [ 1 ] { self = «repeated»; } [ ] [ ] ]"
    )


def test_lists_are_told_apart_by_what_holds_them() -> None:
    value = (0, 1, 2)
    one, other = [None, value], [None, value]
    assert print_value((one, one, other)) == "[ [ 0 1 2 ] «repeated» [ 0 1 2 ] ]"


def test_errors_come_through() -> None:
    def fail(message: str) -> Value:
        raise Thrown(message)

    with pytest.raises(Thrown):
        print_value({"a": (delay(fail, "no"),)}, strict=True)


@pytest.fixture
def _deep_stack() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("_deep_stack")
def test_deep_values() -> None:
    value: Value = ()
    for _ in range(10_000):
        value = (value,)
    assert print_value(value, strict=True) == "[ " * 10_001 + "]" + " ]" * 10_000
