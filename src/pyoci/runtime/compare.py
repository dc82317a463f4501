"""`==` and `<`."""

from __future__ import annotations

from types import FunctionType

from pyoci.runtime.errors import EVALUATION_ERRORS, TypeMismatch, add_trace
from pyoci.runtime.strings import string_less
from pyoci.runtime.thunks import force, force_thunk
from pyoci.runtime.values import ContextString, Lazy, Value

_STRINGS = (str, ContextString)
_WHILE_ELEMENTS = "while comparing two list elements"


def equal(a: Value, b: Value) -> bool:
    """Whether two forced values are equal.

    Values of different types are unequal, except that 1 == 1.0. Context does not count. Functions are equal to
    nothing, but elements of lists and sets that are one and the same object are equal without being looked at, so
    sets that share a function can be equal. Derivations are compared by their outPath."""
    a_type, b_type = a.__class__, b.__class__
    if a_type is not b_type:
        if (a_type is int and b_type is float) or (a_type is float and b_type is int):
            return float(a) == float(b)
        return a_type in _STRINGS and b_type in _STRINGS and a == b
    if a_type is tuple:
        return _equal_lists(a, b)
    if a_type is dict:
        return _equal_sets(a, b)
    return a_type is not FunctionType and a == b


def equal_elements(a: Lazy, b: Lazy) -> bool:
    """Whether two elements of lists or sets are equal: the same object is, whatever it is, once it is forced."""
    if a.__class__ is not list:
        b = force_thunk(b) if b.__class__ is list else b
        return a is b or equal(a, b)
    forced = force_thunk(a)
    if a is b:
        return True
    if b.__class__ is not list:
        return forced is b or equal(forced, b)
    # Two thunks of one function are two functions, and those are never equal.
    return equal(forced, force_thunk(b))


def _equal_lists(a: tuple[Lazy, ...], b: tuple[Lazy, ...]) -> bool:
    if len(a) != len(b):
        return False
    for left, right in zip(a, b, strict=True):  # noqa: SIM110 - a generator would nest on the C stack
        if not equal_elements(left, right):
            return False
    return True


def _equal_sets(a: dict[str, Lazy], b: dict[str, Lazy]) -> bool:
    if "type" in a and is_derivation(a) and is_derivation(b) and "outPath" in a and "outPath" in b:
        return equal(force(a["outPath"]), force(b["outPath"]))
    if a is b:
        # Its elements are the same objects. (nixpkgs compares the platform with itself for every package.)
        for element in a.values():
            if element.__class__ is list and element[0] is not None:
                force_thunk(element)
        return True
    if a.keys() != b.keys():
        return False
    for name, left in a.items():  # noqa: SIM110 - a generator would cost a frame for each element
        if not equal_elements(left, b[name]):
            return False
    return True


def is_derivation(value: dict[str, Lazy]) -> bool:
    """Whether a set has `type = "derivation"`; forces `type`."""
    kind = value.get("type")
    return kind is not None and force(kind) == "derivation"


def less_than(a: Value, b: Value) -> bool:
    """Whether forced value `a` comes before `b`: numbers, strings and paths by their bytes, lists element by element.

    Raises TypeMismatch for values of different types and for those that have no order."""
    a_type, b_type = a.__class__, b.__class__
    if a_type is int and b_type is int:
        return a < b  # type: ignore[no-any-return]
    if a_type in _STRINGS and b_type in _STRINGS:
        return string_less(a, b)
    if a_type in (int, float) and b_type in (int, float):
        return float(a) < float(b)
    if a_type is b_type:
        if a_type is bytes:
            return a < b  # type: ignore[no-any-return]
        if a_type is tuple:
            return _less_lists(a, b)
    raise _incomparable(a, b)


def _less_lists(a: tuple[Lazy, ...], b: tuple[Lazy, ...]) -> bool:
    for left, right in zip(a, b, strict=False):
        if equal_elements(left, right):
            continue
        try:
            return less_than(force(left), force(right))
        except EVALUATION_ERRORS as error:
            add_trace(error, _WHILE_ELEMENTS)
            raise
    return len(a) < len(b)


def _incomparable(a: Value, b: Value) -> TypeMismatch:
    from pyoci.runtime.printing import describe_type, show

    what = f"cannot compare {describe_type(a)} with {describe_type(b)}; "
    if a.__class__ is b.__class__:
        return TypeMismatch(f"{what}values of that type are incomparable (values are {show(a)} and {show(b)})")
    return TypeMismatch(f"{what}values are {show(a)} and {show(b)}")
