"""What functions are called in text, and the types of values in messages."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from pyoci.runtime.primops import is_primop, is_primop_app
from pyoci.runtime.values import Value, type_name


def primop_name(function: FunctionType) -> str:
    """The name of the builtin that a function value is, or is a partial application of.

    It is the attribute `nix_name` of the builtin's implementation; where that is not set, the implementation's own
    name in Nix's spelling (`elem_at` is `elemAt`)."""
    while not is_primop(function):
        function = _captured(function, "primop")
    implementation = _captured(function, "implementation")
    name: str | None = getattr(implementation, "nix_name", None)
    if name is not None:
        return name
    first, *rest = str(implementation.__name__).strip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _captured(function: FunctionType, name: str) -> Any:
    """The value of a variable that a Python function closes over."""
    cells = function.__closure__ or ()
    return dict(zip(function.__code__.co_freevars, cells, strict=True))[name].cell_contents


def describe_type(value: Value) -> str:
    """The type of a value as messages name it; builtins by their names."""
    if value.__class__ is FunctionType:
        if is_primop(value):
            return f"the built-in function '{primop_name(value)}'"
        if is_primop_app(value):
            return f"the partially applied built-in function '{primop_name(value)}'"
    return type_name(value)
