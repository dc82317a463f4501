"""Why two values are not equal: the error of `assert left == right`."""

from __future__ import annotations

from types import FunctionType

from pyoci.runtime.compare import equal, is_derivation
from pyoci.runtime.errors import AssertionFailed, Position
from pyoci.runtime.host import host
from pyoci.runtime.printing import describe_type, show
from pyoci.runtime.printing.literals import format_name
from pyoci.runtime.thunks import force
from pyoci.runtime.values import ContextString, Lazy, Value

_STRINGS = (str, ContextString)


def unequal(a: Value, b: Value) -> AssertionFailed:
    """The error that two forced values, which `compare.equal` found different, are not equal.

    Its message is about the first difference inside of them, its trace tells the way there."""
    error = _difference(a, b)
    assert error is not None, "equal values have no difference"
    return error


def _difference(a: Value, b: Value) -> AssertionFailed | None:
    """The first difference of two forced values. Lists and sets are walked once: comparing them before going into them
    would take time that grows with the square of how deep they are."""
    a_type, b_type = a.__class__, b.__class__
    if a_type is b_type:
        if a_type is tuple:
            return _of_lists(a, b)
        if a_type is dict:
            return _of_sets(a, b)
    return None if equal(a, b) else _of_others(a, b)


def _of_others(a: Value, b: Value) -> AssertionFailed:
    a_type, b_type = a.__class__, b.__class__
    if a_type in (int, float) and b_type in (int, float):
        return AssertionFailed(
            f"{describe_type(a)} with value '{show(a)}' is not equal to {describe_type(b)} with value '{show(b)}'"
        )
    if a_type in _STRINGS and b_type in _STRINGS:
        return AssertionFailed(f"string '{show(a)}' is not equal to string '{show(b)}'")
    if a_type is not b_type:
        return AssertionFailed(
            f"{describe_type(a)} of value '{show(a)}' is not equal to {describe_type(b)} of value '{show(b)}'"
        )
    if a_type is FunctionType:
        return AssertionFailed("distinct functions and immediate comparisons of identical functions compare as unequal")
    kind = "boolean" if a_type is bool else "path"
    return AssertionFailed(f"{kind} '{show(a)}' is not equal to {kind} '{show(b)}'")


def _of_elements(a: Lazy, b: Lazy) -> AssertionFailed | None:
    """The first difference of two elements; one and the same object has none (see `compare.equal_elements`)."""
    left, right = force(a), force(b)
    if a is b or (left is right and (a.__class__ is not list or b.__class__ is not list)):
        return None
    return _difference(left, right)


def _of_lists(a: tuple[Lazy, ...], b: tuple[Lazy, ...]) -> AssertionFailed | None:
    if len(a) != len(b):
        return AssertionFailed(
            f"list of size '{len(a)}' is not equal to list of size '{len(b)}',"
            f" left hand side is '{show(a)}', right hand side is '{show(b)}'"
        )
    for index, left in enumerate(a):
        error = _of_elements(left, b[index])
        if error is not None:
            error.traces.append((f"while comparing list element {index}", None))
            return error
    return None


def _of_sets(a: dict[str, Lazy], b: dict[str, Lazy]) -> AssertionFailed | None:
    if is_derivation(a) and is_derivation(b) and "outPath" in a and "outPath" in b:
        error = _difference(force(a["outPath"]), force(b["outPath"]))
        if error is not None:
            error.traces.append(("while comparing a derivation by its 'outPath' attribute", None))
        return error
    if len(a) != len(b):
        return AssertionFailed(f"attribute names of attribute set '{show(a)}' differs from attribute set '{show(b)}'")
    for name in a:
        if name not in b:
            return AssertionFailed(
                f"attribute name '{format_name(name)}' is contained in '{show(a)}', but not in '{show(b)}'"
            )
    for name, left in a.items():
        error = _of_elements(left, b[name])
        if error is not None:
            error.traces += [
                ("where right hand side is", _position(b, name)),
                ("where left hand side is", _position(a, name)),
                (f"while comparing attribute '{format_name(name)}'", None),
            ]
            return error
    return None


def _position(attributes: dict[str, Lazy], name: str) -> Position | None:
    key = next(key for key in attributes if key == name)
    return host().attribute_position(key)
