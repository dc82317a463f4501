"""Values in error messages."""

from __future__ import annotations

from types import CodeType

import pytest

from pyoci.runtime import host
from pyoci.runtime.calls import partial
from pyoci.runtime.primops import curry
from pyoci.runtime.printing import describe_type, show
from pyoci.runtime.thunks import BLACKHOLE, delay, force
from pyoci.runtime.values import Value, make_string


def elem_at(xs: Value, n: Value) -> Value:
    return force(xs[n])


ELEM_AT = curry(elem_at, (True, True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (-1, "-1"),
        (0.1 + 0.2, "0.3"),
        (1e10, "1e+10"),
        (123456789.0, "1.23457e+08"),
        (1.0, "1"),
        (float("-inf"), "-inf"),
        ('a\n\t\r"\\${x} $ $$ é', '"a\\n\\t\\r\\"\\\\\\${x} $ $$ é"'),
        ("$${", '"$\\${"'),
        (make_string("a", frozenset(("/nix/store/x",))), '"a"'),
        (b"/a b", "/a b"),
        ((), "[ ]"),
        ({}, "{ }"),
        ((1, (2, {"a": ()})), "[ 1 [ 2 { a = [ ]; } ] ]"),
        (delay(str, 1), "«thunk»"),
        ([None, 5], "5"),
        ([BLACKHOLE], "«potential infinite recursion»"),
        ({"b": 1, "a": 1, "type": 1, "_type": 1}, "{ _type = 1; type = 1; a = 1; b = 1; }"),
        (ELEM_AT, "«primop elemAt»"),
        (ELEM_AT(()), "«partially applied primop elemAt»"),
    ],
)
def test_show(value: Value, expected: str) -> None:
    assert show(value) == expected


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a-b", "a-b"),
        ("a'", "a'"),
        ("_", "_"),
        ("or", "or"),
        ("null", "null"),
        ("", '""'),
        ("1a", '"1a"'),
        ("-a", '"-a"'),
        ("a b", '"a b"'),
        ("é", '"é"'),
        ("if", '"if"'),
        ("inherit", '"inherit"'),
        ('a"\n${b', '"a\\"\\n\\${b"'),
    ],
)
def test_attribute_names(name: str, shown: str) -> None:
    assert show({name: 1}) == f"{{ {shown} = 1; }}"


def test_limits_count_over_the_whole_value() -> None:
    assert show(tuple(range(12))) == "[ 0 1 2 3 4 5 6 7 8 9 «2 items elided» ]"
    six = (1, 2, 3, 4, 5, 6)
    assert (
        show((six, tuple(range(1, 7)), (7,), ())) == "[ [ 1 2 3 4 5 6 ] [ 1 2 3 «3 items elided» ] «2 items elided» ]"
    )
    assert show(dict.fromkeys("abcdefghijk", 1)).endswith(" j = 1; «1 attribute elided» }")
    nested: Value = 1
    for _ in range(13):
        nested = (nested,)
    assert show(nested) == "[ " * 10 + "[ ... ]" + " ]" * 10
    assert show("x" * 1030) == '"' + "x" * 1024 + '" «6 bytes elided»'
    assert show("é" * 513) == '"' + "é" * 512 + '" «2 bytes elided»'
    assert show(tuple(range(12)), whole=True) == f"[ {' '.join(map(str, range(12)))} ]"


def test_what_was_shown_before() -> None:
    one, several = {"x": 1}, (1, 2)
    assert show({"a": one, "b": one, "c": several, "d": several, "e": (), "f": ()}) == (
        "{ a = { x = 1; }; b = «repeated»; c = [ 1 2 ]; d = «repeated»; e = [ ]; f = [ ]; }"
    )
    assert show(({}, {}, 1)) == "[ { } «repeated» 1 ]"


class _Host:
    def function_description(self, code: CodeType, given: int) -> str:
        return f"{code.co_name} @ /a.nix:1:2"


def test_functions_with_their_places() -> None:
    def f(x: Value, y: Value = ...) -> Value:
        return x

    host.enter(_Host())  # type: ignore[arg-type]
    try:
        shown = show((f, partial(f, 1)))
    finally:
        host.leave()
    assert shown == "[ «lambda f @ /a.nix:1:2» «lambda f @ /a.nix:1:2» ]"


def test_types() -> None:
    assert describe_type(ELEM_AT) == "the built-in function 'elemAt'"
    assert describe_type(ELEM_AT(())) == "the partially applied built-in function 'elemAt'"
    assert describe_type(lambda x: x) == "a function"
    assert describe_type({}) == "a set"
