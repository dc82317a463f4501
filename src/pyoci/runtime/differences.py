"""Why two values are not equal: the error of `assert left == right`."""

from __future__ import annotations

from types import FunctionType

from pyoci.runtime.compare import equal_elements, is_derivation
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
    if a_type is tuple:
        return _unequal_lists(a, b)
    if a_type is dict:
        return _unequal_sets(a, b)
    if a_type is FunctionType:
        return AssertionFailed("distinct functions and immediate comparisons of identical functions compare as unequal")
    kind = "boolean" if a_type is bool else "path"
    return AssertionFailed(f"{kind} '{show(a)}' is not equal to {kind} '{show(b)}'")


def _unequal_lists(a: tuple[Lazy, ...], b: tuple[Lazy, ...]) -> AssertionFailed:
    if len(a) != len(b):
        return AssertionFailed(
            f"list of size '{len(a)}' is not equal to list of size '{len(b)}',"
            f" left hand side is '{show(a)}', right hand side is '{show(b)}'"
        )
    index = next(index for index, left in enumerate(a) if not equal_elements(left, b[index]))
    error = unequal(force(a[index]), force(b[index]))
    error.traces.append((f"while comparing list element {index}", None))
    return error


def _unequal_sets(a: dict[str, Lazy], b: dict[str, Lazy]) -> AssertionFailed:
    if is_derivation(a) and is_derivation(b) and "outPath" in a and "outPath" in b:
        error = unequal(force(a["outPath"]), force(b["outPath"]))
        error.traces.append(("while comparing a derivation by its 'outPath' attribute", None))
        return error
    if len(a) != len(b):
        return AssertionFailed(f"attribute names of attribute set '{show(a)}' differs from attribute set '{show(b)}'")
    for name in a:
        if name not in b:
            return AssertionFailed(
                f"attribute name '{format_name(name)}' is contained in '{show(a)}', but not in '{show(b)}'"
            )
    name = next(name for name, left in a.items() if not equal_elements(left, b[name]))
    error = unequal(force(a[name]), force(b[name]))
    error.traces += [
        ("where right hand side is", _position(b, name)),
        ("where left hand side is", _position(a, name)),
        (f"while comparing attribute '{format_name(name)}'", None),
    ]
    return error


def _position(attributes: dict[str, Lazy], name: str) -> Position | None:
    key = next(key for key in attributes if key == name)
    return host().attribute_position(key)
