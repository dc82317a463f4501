"""What functions are called in text, and the types of values in messages."""

from __future__ import annotations

from types import FunctionType

from pyoci.runtime.host import host
from pyoci.runtime.primops import is_primop, is_primop_app
from pyoci.runtime.values import Value, type_name

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final


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


def written_function(function: FunctionType) -> tuple[FunctionType, int]:
    """The Python function that a Nix function was compiled to, and how many arguments it has got already."""
    given = 0
    while function.__module__ == _PARTIALS and function.__code__.co_name.startswith("partial"):
        given += 1
        given += "second" in function.__code__.co_freevars
        function = _captured(function, "function")
    return function, given


_PARTIALS: Final = "pyoci.runtime.calls"
"""Where the closures are made that hold the first arguments of a function of several."""


def parameter_name(function: FunctionType) -> str | None:
    """What a Nix function calls its next argument; None where that is a set pattern without a name."""
    written, given = written_function(function)
    return host().parameter_name(written.__code__, given)


def describe_type(value: Value) -> str:
    """The type of a value as messages name it; builtins by their names."""
    if value.__class__ is FunctionType:
        if is_primop(value):
            return f"the built-in function '{primop_name(value)}'"
        if is_primop_app(value):
            return f"the partially applied built-in function '{primop_name(value)}'"
    return type_name(value)
