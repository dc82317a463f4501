"""Nix values as Python's own objects, and the few types that Python lacks.

| Nix | Python |
|---|---|
| int, float, bool, null | `int`, `float`, `bool`, `None` (`v.__class__ is int`: a bool is an int to Python) |
| string | `str`; with string context a `ContextString`. Bytes that are no UTF-8 are held as surrogate escapes |
| path | `bytes`, absolute and canonical (no other value is bytes) |
| list | `tuple` of values and thunks |
| set | an exact `dict`, name to value or thunk; its order means nothing |
| function | a Python function (`types.FunctionType`) of one to three arguments, see `runtime.calls` |
| thunk | a `list`, see `runtime.thunks` (no other value is a list) |

A *value* is one of these in weak head normal form: itself no thunk, its elements possibly thunks.
"""

from __future__ import annotations

from types import FunctionType

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias


Value: TypeAlias = "Any"
"""A Nix value in weak head normal form."""

Lazy: TypeAlias = "Any"
"""A Nix value or a thunk."""

Context: TypeAlias = frozenset[str]
"""String context, each element in Nix's own encoding: a store path `/nix/store/x`, an output of a derivation
`!out!/nix/store/x.drv`, or a derivation with its whole closure `=/nix/store/x.drv`."""

NO_CONTEXT: Final[Context] = frozenset()

INT_MAX: Final = 2**63 - 1
INT_MIN: Final = -(2**63)


class ContextString(str):
    """A string with a non-empty string context. Python's own string methods answer plain strings: build results
    with `make_string`."""

    __slots__ = ("context",)

    context: Context


def make_string(text: str, context: Context) -> str:
    """`text` with `context`; a plain `str` where the context is empty."""
    if not context:
        return text
    string = ContextString(text)
    string.context = context
    return string


def context_of(string: str) -> Context:
    """The context of a string value, empty for a plain one."""
    return string.context if string.__class__ is ContextString else NO_CONTEXT


def to_bytes(text: str) -> bytes:
    """The bytes of a Nix string."""
    return text.encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """The Nix string of some bytes, UTF-8 or not."""
    return data.decode("utf-8", "surrogateescape")


_TYPE_NAMES: Final[dict[type, str]] = {
    int: "an integer",
    float: "a float",
    bool: "a Boolean",
    type(None): "null",
    str: "a string",
    ContextString: "a string with context",
    bytes: "a path",
    tuple: "a list",
    dict: "a set",
    FunctionType: "a function",
    list: "a thunk",
    type(...): "a function",  # one that waits for further arguments, see `runtime.calls`
}


def type_name(value: Value) -> str:
    """The type of a value as Nix's messages name it: `a set`, `an integer`, …"""
    return _TYPE_NAMES.get(value.__class__, f"a {value.__class__.__name__}")
