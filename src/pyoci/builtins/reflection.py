"""What values are: their types, functions' arguments, attributes' places."""

from __future__ import annotations

from types import CodeType, FunctionType

from pyoci.builtins.derivation_keys import place_of
from pyoci.builtins.registry import builtin
from pyoci.runtime.calls import signature
from pyoci.runtime.coercion import expect_plain_string, expect_set
from pyoci.runtime.errors import Position, TypeMismatch
from pyoci.runtime.host import host
from pyoci.runtime.thunks import force
from pyoci.runtime.values import ContextString, Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_TYPES: Final[dict[type, str]] = {
    int: "int",
    float: "float",
    bool: "bool",
    type(None): "null",
    str: "string",
    ContextString: "string",
    bytes: "path",
    tuple: "list",
    dict: "set",
    FunctionType: "lambda",
}


@builtin("typeOf", "e")
def type_of(value: Value) -> str:
    """`int`, `float`, `bool`, `null`, `string`, `path`, `list`, `set` or `lambda`."""
    return _TYPES[value.__class__]


@builtin("isAttrs", "e")
def is_attrs(value: Value) -> bool:
    """Whether a value is a set."""
    return value.__class__ is dict


@builtin("isBool", "e")
def is_bool(value: Value) -> bool:
    """Whether a value is true or false."""
    return value.__class__ is bool


@builtin("isFloat", "e")
def is_float(value: Value) -> bool:
    """Whether a value is a float."""
    return value.__class__ is float


@builtin("isFunction", "e")
def is_function(value: Value) -> bool:
    """Whether a value is a function; a set with `__functor` is not."""
    return value.__class__ is FunctionType


@builtin("isInt", "e")
def is_int(value: Value) -> bool:
    """Whether a value is an integer."""
    return value.__class__ is int


@builtin("isList", "e")
def is_list(value: Value) -> bool:
    """Whether a value is a list."""
    return value.__class__ is tuple


@builtin("isNull", "e", is_global=True)
def is_null(value: Value) -> bool:
    """Whether a value is null."""
    return value is None


@builtin("isPath", "e")
def is_path(value: Value) -> bool:
    """Whether a value is a path."""
    return value.__class__ is bytes


@builtin("isString", "e")
def is_string(value: Value) -> bool:
    """Whether a value is a string."""
    return value.__class__ is str or value.__class__ is ContextString


_arguments: Final[dict[int, tuple[CodeType, dict[str, Lazy]]]] = {}
"""By the id of a function's code: the code, and what `functionArgs` answers, with the same key objects each time, so
that they lead back. (Codes themselves would not do: those of equal functions in two files are equal.)"""

_formals: Final[dict[int, tuple[CodeType, str]]] = {}
"""By the id of a key of such a set: the code and the name of the formal."""


@builtin("functionArgs", "f")
def function_args(function: Value) -> dict[str, Lazy]:
    """The names of the arguments of `{ a, b ? 1 }: …`, each with whether it has a default; an empty set for a function
    of another form. Raises TypeMismatch for what is no function."""
    if function.__class__ is not FunctionType:
        raise TypeMismatch("'functionArgs' requires a function")
    code = function.__code__
    if id(code) not in _arguments:
        # Changing case twice makes a new string even where CPython shares one, as it does for single characters.
        arguments = {
            name.swapcase().swapcase(): has_default for name, has_default in (signature(function) or {}).items()
        }
        for name in arguments:
            _formals[id(name)] = code, name
        _arguments[id(code)] = code, arguments
    return _arguments[id(code)][1].copy()


@builtin("unsafeGetAttrPos", "s ?set")
def attribute_position(name: Value, lazy: Lazy) -> Value:
    """Where an attribute was defined, as a set of file, line and column; null where that is not known, or no file."""
    expect_plain_string(name, "while evaluating the first argument passed to builtins.unsafeGetAttrPos")
    attrs = expect_set(force(lazy), "while evaluating the second argument passed to builtins.unsafeGetAttrPos")
    if name not in attrs:
        return None
    position = position_of_key(next(key for key in attrs if key == name))
    if position is None or not position.file.startswith("/"):
        return None
    return {"column": position.column, "file": position.file, "line": position.line}


def position_of_key(key: str) -> Position | None:
    """The place of an attribute, given the object that is its key."""
    formal = _formals.get(id(key))
    if formal is not None:
        return host().formal_position(*formal)
    return place_of(key) or host().attribute_position(key)
