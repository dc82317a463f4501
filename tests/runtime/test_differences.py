"""Why two values are not equal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pyoci.runtime import host
from pyoci.runtime.differences import unequal
from pyoci.runtime.errors import Position
from pyoci.runtime.thunks import delay
from pyoci.runtime.values import Value


def identity(x: Value) -> Value:
    return x


class PlacingHost:
    def attribute_position(self, key: str) -> Position | None:
        return Position("/a.nix", 1, 2)


@pytest.fixture(autouse=True)
def _host() -> Iterator[None]:
    host.enter(PlacingHost())  # type: ignore[arg-type]
    yield
    host.leave()


DERIVATION = {"type": "derivation", "outPath": "a"}


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (1, 2, "an integer with value '1' is not equal to an integer with value '2'"),
        (1, 1.1, "an integer with value '1' is not equal to a float with value '1.1'"),
        ("a", "b", "string '\"a\"' is not equal to string '\"b\"'"),
        ("a", 1, "a string of value '\"a\"' is not equal to an integer of value '1'"),
        (None, False, "null of value 'null' is not equal to a Boolean of value 'false'"),
        (True, False, "boolean 'true' is not equal to boolean 'false'"),
        (b"/a", b"/b", "path '/a' is not equal to path '/b'"),
        (
            identity,
            identity,
            "distinct functions and immediate comparisons of identical functions compare as unequal",
        ),
        ((), {}, "a list of value '[ ]' is not equal to a set of value '{ }'"),
        (
            (1, 2),
            (1,),
            "list of size '2' is not equal to list of size '1',"
            " left hand side is '[ 1 2 ]', right hand side is '[ 1 ]'",
        ),
        (
            {"a": 1},
            {"a": 1, "b": 1},
            "attribute names of attribute set '{ a = 1; }' differs from attribute set '{ a = 1; b = 1; }'",
        ),
        ({"a": 1}, {"b": 1}, "attribute name 'a' is contained in '{ a = 1; }', but not in '{ b = 1; }'"),
        (DERIVATION, DERIVATION | {"outPath": "b", "x": 1}, "string '\"a\"' is not equal to string '\"b\"'"),
    ],
)
def test_messages(a: Value, b: Value, message: str) -> None:
    assert unequal(a, b).message == message


def test_the_way_to_the_difference() -> None:
    a = {"same": identity, "a": {"b": (1, {"c": delay(bool, 1)})}}
    b = {"same": identity, "a": {"b": (1, {"c": False})}}
    error = unequal(a, b)
    assert error.message == "boolean 'true' is not equal to boolean 'false'"
    place = Position("/a.nix", 1, 2)
    sides = [("where right hand side is", place), ("where left hand side is", place)]
    assert error.traces == [
        *sides,
        ("while comparing attribute 'c'", None),
        ("while comparing list element 1", None),
        *sides,
        ("while comparing attribute 'b'", None),
        *sides,
        ("while comparing attribute 'a'", None),
    ]
    assert unequal(DERIVATION, DERIVATION | {"outPath": "b"}).traces == [
        ("while comparing a derivation by its 'outPath' attribute", None)
    ]
