"""Values as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from pyoci.runtime import host
from pyoci.runtime.errors import EvalError, TypeMismatch
from pyoci.runtime.printing import to_json
from pyoci.runtime.printing.floats import json_float
from pyoci.runtime.thunks import delay
from pyoci.runtime.values import NO_CONTEXT, Value, from_bytes, make_string

PATH = "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a"


class StoreHost:
    def copy_to_store(self, path: bytes) -> str:
        return PATH

    def attribute_position(self, key: str) -> None:
        return None


@pytest.fixture(autouse=True)
def _host() -> Iterator[None]:
    host.enter(StoreHost())  # type: ignore[arg-type]
    yield
    host.leave()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((1, -0.0, None, True, False), "[1,-0.0,null,true,false]"),
        ({"b": (), "a": {}, "é": delay(str, 1)}, '{"a":{},"b":[],"é":"1"}'),
        ('\0\x1f\x7f\b\f\n\r\t"\\/', '"\\u0000\\u001f\x7f\\b\\f\\n\\r\\t\\"\\\\/"'),
        ({"outPath": {"a": 1}, "b": 2}, '{"a":1}'),
        ({"__toString": lambda self: "x", "outPath": 1}, '"x"'),
    ],
)
def test_values(value: Value, expected: str) -> None:
    assert to_json(value) == (expected, NO_CONTEXT)


def test_contexts_and_paths() -> None:
    drv = "=/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv"
    value = {"a": (make_string("x", frozenset((drv,))),), "b": b"/b"}
    assert to_json(value) == (f'{{"a":["x"],"b":"{PATH}"}}', {drv, PATH})
    assert to_json(b"/b", copy_to_store=False) == ('"/b"', NO_CONTEXT)


def test_what_json_cannot_say() -> None:
    with pytest.raises(TypeMismatch) as caught:
        to_json({"a": (1, lambda x: x)})
    assert caught.value.message == "cannot convert a function to JSON"
    assert [line for line, _ in caught.value.traces] == [
        "while evaluating list element at index 1",
        "while evaluating attribute 'a'",
    ]
    with pytest.raises(EvalError, match=r"invalid UTF-8 byte at index 1: 0xFF"):
        to_json("a" + from_bytes(b"\xffb"))
    with pytest.raises(EvalError, match=r"incomplete UTF-8 string; last byte: 0x82"):
        to_json("a" + from_bytes(b"\xe2\x82"))


def test_without_strict_nothing_is_evaluated() -> None:
    assert to_json(([None, 1],), strict=False)[0] == "[1]"
    with pytest.raises(TypeMismatch, match="cannot convert a thunk to JSON"):
        to_json((delay(int, 1),), strict=False)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.0, "0.0"),
        (1.0, "1.0"),
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e10, "10000000000.0"),
        (1e14, "100000000000000.0"),
        (1e15, "1e+15"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (123456.789, "123456.789"),
        (5e-324, "5e-324"),
        (2.2250738585072014e-308, "2.2250738585072014e-308"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        # Not the shortest, or not the closest, but what Nix prints.
        (51.3345822786107, "51.334582278610696"),
        (1.5832674186804418e-67, "1.5832674186804417e-67"),
        (2.99375325102302e-57, "2.9937532510230203e-57"),
        (float("inf"), "null"),
        (float("nan"), "null"),
    ],
)
def test_floats(number: float, expected: str) -> None:
    assert json_float(number) == expected


@pytest.fixture
def _deep_stack() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("_deep_stack")
def test_deep_values() -> None:
    value: Value = 1
    for _ in range(4_000):
        value = {"a": (value,)}
    assert to_json(value)[0] == '{"a":[' * 4_000 + "1" + "]}" * 4_000
