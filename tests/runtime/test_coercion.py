"""What values are taken for where something else is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyoci.runtime import host
from pyoci.runtime.coercion import (
    add_strings_or_paths,
    canon_path,
    coerce_to_path,
    coerce_to_string,
    concat_path,
    concat_strings,
    expect_bool,
    expect_float_or_int,
    expect_function,
    expect_int,
    expect_list,
    expect_plain_string,
    expect_set,
    expect_string,
    first_of_sum,
    interpolate,
)
from pyoci.runtime.errors import EvalError, NixError, TypeMismatch
from pyoci.runtime.thunks import delay
from pyoci.runtime.values import INT_MAX, NO_CONTEXT, Value, context_of, from_bytes, make_string

PATH = "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a"
DRV = "/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv"


class StoreHost:
    """Gives every path a store path that tells its name."""

    def copy_to_store(self, path: bytes) -> str:
        return f"/nix/store/copy{from_bytes(path).replace('/', '-')}"


@pytest.fixture(autouse=True)
def _host() -> Iterator[None]:
    host.enter(StoreHost())  # type: ignore[arg-type]
    yield
    host.leave()


def in_context(text: str, *context: str) -> str:
    return make_string(text, frozenset(context))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        ({"outPath": delay(str, "x"), "a": 1}, "x"),
        ({"outPath": {"outPath": "x"}}, "x"),
        ({"__toString": lambda self: self["a"], "a": "y", "outPath": 1}, "y"),
        (delay(str, "late"), "late"),
    ],
)
def test_strings_and_sets(value: Value, expected: str) -> None:
    assert coerce_to_string(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (False, ""),
        (True, "1"),
        (-5, "-5"),
        (1.5, "1.500000"),
        (1e20, "100000000000000000000.000000"),
        (float("inf"), "inf"),
        ((), ""),
        ((1, (), (2,), ((),), "a", (), {"outPath": (3,)}, None, False), "1 2  a 3  "),
    ],
)
def test_coerce_more(value: Value, expected: str) -> None:
    assert coerce_to_string(value, coerce_more=True) == expected
    with pytest.raises(TypeMismatch):
        coerce_to_string(value)


def test_paths_are_copied_unless_told_otherwise() -> None:
    copied = coerce_to_string(b"/a/b")
    assert copied == "/nix/store/copy-a-b"
    assert context_of(copied) == {"/nix/store/copy-a-b"}
    plain = coerce_to_string(b"/a/b", copy_to_store=False)
    assert (plain, context_of(plain)) == ("/a/b", NO_CONTEXT)


def test_contexts_of_lists_are_united() -> None:
    string = coerce_to_string((in_context("a", PATH), (in_context("b", DRV),)), coerce_more=True)
    assert string == "a b"
    assert context_of(string) == {PATH, DRV}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1, "cannot coerce an integer to a string: 1"),
        ({"a": 1, "b": delay(str, "x")}, "cannot coerce a set to a string: { a = 1; b = «thunk»; }"),
        ((1, "x"), 'cannot coerce a list to a string: [ 1 "x" ]'),
        ({"outPath": None}, "cannot coerce null to a string: null"),
        (True, "cannot coerce a Boolean to a string: true"),
    ],
)
def test_what_is_no_string(value: Value, message: str) -> None:
    with pytest.raises(TypeMismatch) as caught:
        coerce_to_string(value)
    assert caught.value.message == message


def test_the_trace_tells_of_to_string_and_list_elements() -> None:
    with pytest.raises(TypeMismatch) as caught:
        coerce_to_string(({"__toString": lambda self: {}},), coerce_more=True)
    assert caught.value.traces == [
        ("while evaluating the result of the `__toString` attribute", None),
        ("while evaluating one element of the list", None),
    ]


@pytest.mark.parametrize(
    ("expect", "good", "bad", "message"),
    [
        (expect_int, 1, True, "expected an integer but found a Boolean: true"),
        (expect_float_or_int, 1.5, "x", 'expected a float but found a string: "x"'),
        (expect_bool, False, 0, "expected a Boolean but found an integer: 0"),
        (expect_string, in_context("a", PATH), b"/a", "expected a string but found a path: /a"),
        (expect_list, (1,), None, "expected a list but found null: null"),
        (expect_set, {}, in_context("a", PATH), 'expected a set but found a string with context: "a"'),
        (expect_function, {"__functor": 1}, 1.0, "expected a function but found a float: 1"),
    ],
)
def test_expectations(expect: Callable[..., Any], good: Value, bad: Value, message: str) -> None:
    assert expect(good) is good
    with pytest.raises(TypeMismatch) as caught:
        expect(bad, "while testing")
    assert caught.value.message == message
    assert caught.value.traces == [("while testing", None)]


@pytest.mark.parametrize(
    ("context", "shown"),
    [
        ((PATH,), PATH),
        ((f"={DRV}",), f"{DRV} (deep)"),
        ((f"!out!{DRV}",), f"{DRV}^out"),
        ((f"!out!{DRV}", f"={DRV}", PATH), PATH),
        ((f"!out!{DRV}", f"={DRV}"), f"{DRV} (deep)"),
    ],
)
def test_strings_that_may_not_refer_to_the_store(context: tuple[str, ...], shown: str) -> None:
    assert expect_plain_string("a") == "a"
    with pytest.raises(EvalError) as caught:
        expect_plain_string(in_context("a", *context))
    assert caught.value.message == f"the string 'a' is not allowed to refer to a store path (such as '{shown}')"


def test_interpolation() -> None:
    string = interpolate(("a", delay(str, "b"), in_context("c", PATH), {"outPath": in_context("d", DRV)}, b"/x"))
    assert string == "abcd/nix/store/copy-x"
    assert context_of(string) == {PATH, DRV, "/nix/store/copy-x"}
    assert type(interpolate(("a", "b"))) is str
    with pytest.raises(TypeMismatch) as caught:
        interpolate(("a", 1))
    assert caught.value.traces == [("while evaluating a path segment", None)]


def test_joining_the_halves_of_a_character() -> None:
    first, second = from_bytes(b"\xc3"), from_bytes(b"\xa9")
    assert interpolate((first, second)) == "é"
    assert concat_strings((first, second)) == "é"
    assert add_strings_or_paths(first, second) == "é"
    assert coerce_to_string(("a", first), coerce_more=True) == "a \udcc3"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("a", "b", "ab"),
        (1, 2, 3),
        (1, 0.5, 1.5),
        (0.5, 1, 1.5),
        (b"/a", "/../b", b"/b"),
        (b"/a", b"/b", b"/a/b"),
        (b"/a", {"outPath": "x"}, b"/ax"),
        ({"outPath": b"/a"}, "x", "/ax"),
        ("x", {"outPath": b"/a"}, "x/nix/store/copy-a"),
    ],
)
def test_plus(a: Value, b: Value, expected: Value) -> None:
    assert add_strings_or_paths(a, b) == expected
    assert add_strings_or_paths(a if type(a) is int else first_of_sum(a), b) == expected


def test_a_path_is_not_copied_where_a_set_comes_first() -> None:
    first = first_of_sum({"outPath": in_context("/x", DRV)})
    total = add_strings_or_paths(first, b"/gone")
    assert (total, context_of(total)) == ("/x/gone", {DRV})
    plain = add_strings_or_paths(first_of_sum({"outPath": b"/a"}), b"/gone")
    assert (plain, type(plain)) == ("/a/gone", str)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (1, "a", "cannot add a string to an integer"),
        (1.5, None, "cannot add null to a float"),
        (INT_MAX, 1, f"integer overflow in adding {INT_MAX} + 1"),
        (True, "a", "cannot coerce a Boolean to a string: true"),
        (b"/a", in_context("b", PATH), "a string that refers to a store path cannot be appended to a path"),
        (b"/a", 1, "cannot coerce an integer to a string: 1"),
    ],
)
def test_plus_fails(a: Value, b: Value, message: str) -> None:
    with pytest.raises(NixError) as caught:
        add_strings_or_paths(a, b)
    assert caught.value.message == message


def test_interpolated_paths() -> None:
    assert concat_path((b"/a/", "b", b"/../c")) == b"/a/c"
    assert concat_path((b"/a/", from_bytes(b"\xff"))) == b"/a/\xff"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/", b"/"),
        (b"/a/b", b"/a/b"),
        (b"//a/./b//", b"/a/b"),
        (b"/a/../../b", b"/b"),
        (b"/..", b"/"),
        (b"/a/.b/..c", b"/a/.b/..c"),
    ],
)
def test_canonical_paths(path: bytes, expected: bytes) -> None:
    assert canon_path(path) == expected


def test_what_names_a_path() -> None:
    assert coerce_to_path(b"/a") == (b"/a", NO_CONTEXT)
    assert coerce_to_path("/a/../b") == (b"/b", NO_CONTEXT)
    assert coerce_to_path({"__toString": lambda self: b"/c"}) == (b"/c", NO_CONTEXT)
    assert coerce_to_path({"outPath": in_context("/d", PATH)}) == (b"/d", {PATH})
    for value, message in (
        ("a", "string 'a' doesn't represent an absolute path"),
        ("", "string '' doesn't represent an absolute path"),
        (1, "cannot coerce an integer to a string: 1"),
    ):
        with pytest.raises(EvalError) as caught:
            coerce_to_path(value, "while testing")
        assert caught.value.message == message
        assert caught.value.traces == [("while testing", None)]
