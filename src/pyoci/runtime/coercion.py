"""What a value is taken for where a string, a path, a number, … is wanted.

`coerce_to_string` is the conversion of interpolation (`"${x}"`) and, with `coerce_more`, of `toString`. The `expect_*`
functions do not convert: they check the type of a forced value, return it, and raise TypeMismatch in C++ Nix's words.
Their second argument is Nix's trace line for the place (`while evaluating the first argument passed to …`), used only
when the check fails.
"""

from __future__ import annotations

from types import FunctionType

from pyoci.runtime.calls import call
from pyoci.runtime.errors import EVALUATION_ERRORS, EvalError, NixError, TypeMismatch, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.strings import canon_path, joined
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import (
    INT_MAX,
    INT_MIN,
    NO_CONTEXT,
    Context,
    ContextString,
    Lazy,
    Value,
    context_of,
    from_bytes,
    make_string,
    to_bytes,
)

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any


WHILE_SEGMENT = "while evaluating a path segment"
_WHILE_TO_STRING = "while evaluating the result of the `__toString` attribute"
_WHILE_ELEMENT = "while evaluating one element of the list"


def _at(error: NixError, where: str) -> NixError:
    """`error` with the trace line `where`, if any."""
    if where:
        error.traces.append((where, None))
    return error


def mismatch(expected: str, value: Value, where: str = "") -> NixError:
    """The error of a value that is not what was expected: `expected a list but found an integer: 1`."""
    from pyoci.runtime.printing import describe_type, show

    return _at(TypeMismatch(f"expected {expected} but found {describe_type(value)}: {show(value)}"), where)


def expect_int(value: Value, where: str = "") -> int:
    """`value`, an integer."""
    if value.__class__ is int:
        return value
    raise mismatch("an integer", value, where)


def expect_float_or_int(value: Value, where: str = "") -> int | float:
    """`value`, a number."""
    if value.__class__ is int or value.__class__ is float:
        return value
    raise mismatch("a float", value, where)


def expect_bool(value: Value, where: str = "") -> bool:
    """`value`, a Boolean."""
    if value is True or value is False:
        return value
    raise mismatch("a Boolean", value, where)


def expect_string(value: Value, where: str = "") -> str:
    """`value`, a string with or without context."""
    if value.__class__ is str or value.__class__ is ContextString:
        return value
    raise mismatch("a string", value, where)


def expect_plain_string(value: Value, where: str = "") -> str:
    """`value`, a string without context. Raises EvalError for one with context."""
    if value.__class__ is str:
        return value
    string = expect_string(value, where)
    first = min(context_of(string), key=_context_order)
    raise _at(
        EvalError(
            f"the string '{string}' is not allowed to refer to a store path (such as '{describe_context(first)}')"
        ),
        where,
    )


def expect_list(value: Value, where: str = "") -> tuple[Lazy, ...]:
    """`value`, a list."""
    if value.__class__ is tuple:
        return value
    raise mismatch("a list", value, where)


def expect_set(value: Value, where: str = "") -> dict[str, Lazy]:
    """`value`, a set."""
    if value.__class__ is dict:
        return value
    raise mismatch("a set", value, where)


def expect_function(value: Value, where: str = "") -> Value:
    """`value`, a function or a set with `__functor`."""
    if value.__class__ is FunctionType or (value.__class__ is dict and "__functor" in value):
        return value
    raise mismatch("a function", value, where)


def describe_context(element: str) -> str:
    """An element of a string context as Nix's messages write it: `x.drv^out`, `x.drv (deep)`, or the store path."""
    if element[0] == "!":
        output, _, path = element[1:].partition("!")
        return f"{path}^{output}"
    if element[0] == "=":
        return f"{element[1:]} (deep)"
    return element


def _context_order(element: str) -> tuple[int, str, str]:
    """Where C++ Nix sorts an element: plain paths, then whole closures, then outputs."""
    if element[0] == "!":
        output, _, path = element[1:].partition("!")
        return 2, path, output
    return (1, element[1:], "") if element[0] == "=" else (0, element, "")


def coerce_to_string(value: Lazy, *, coerce_more: bool = False, copy_to_store: bool = True) -> str:
    """The string that a value is taken for, with its context.

    Strings are themselves; paths are copied to the store (or, without `copy_to_store`, are their text); sets with
    `__toString` or `outPath` are what those give. With `coerce_more`, as `toString`: also null, Booleans, numbers and
    lists. Raises TypeMismatch for anything else."""
    if value.__class__ is list:
        value = force_thunk(value)
    if value.__class__ is str or value.__class__ is ContextString:
        return value
    if value.__class__ is bytes:
        return _path_to_string(value, copy_to_store)
    if value.__class__ is dict:
        return _set_to_string(value, coerce_more, copy_to_store)
    if coerce_more:
        if value is None or value is False:
            return ""
        if value is True:
            return "1"
        if value.__class__ is int:
            return str(value)
        if value.__class__ is float:
            return format_fixed(value)
        if value.__class__ is tuple:
            return _list_to_string(value, copy_to_store)
    raise _no_string(value)


def format_fixed(number: float) -> str:
    """A float as `toString` writes it: six digits after the point."""
    if number != number:
        from math import copysign

        return "-nan" if copysign(1.0, number) < 0 else "nan"
    return f"{number:f}"


def _no_string(value: Value) -> NixError:
    from pyoci.runtime.printing import describe_type, show

    return TypeMismatch(f"cannot coerce {describe_type(value)} to a string: {show(value)}")


def _path_to_string(path: bytes, copy_to_store: bool) -> str:
    if not copy_to_store:
        return from_bytes(_absolute(path))
    store_path = host().copy_to_store(path)
    return make_string(store_path, frozenset((store_path,)))


def _absolute(path: bytes) -> bytes:
    """The text of a path. The files that come with Nix, `<nix/…>`, have a root of their own."""
    return path if path.startswith(b"/") else path[len(b"<nix") : -1]


def _set_to_string(value: dict[str, Lazy], coerce_more: bool, copy_to_store: bool) -> str:
    string = call_to_string(value, coerce_more=coerce_more, copy_to_store=copy_to_store)
    if string is not None:
        return string
    if "outPath" not in value:
        raise _no_string(value)
    return coerce_to_string(value["outPath"], coerce_more=coerce_more, copy_to_store=copy_to_store)


def call_to_string(value: dict[str, Lazy], *, coerce_more: bool, copy_to_store: bool) -> str | None:
    """What the `__toString` of a set gives; None where it has none."""
    if "__toString" not in value:
        return None
    function = value["__toString"]
    result = call(force_thunk(function) if function.__class__ is list else function, value)
    try:
        return coerce_to_string(result, coerce_more=coerce_more, copy_to_store=copy_to_store)
    except EVALUATION_ERRORS as error:
        add_trace(error, _WHILE_TO_STRING)
        raise


def _list_to_string(value: tuple[Lazy, ...], copy_to_store: bool) -> str:
    pieces: list[str] = []
    context: set[str] = set()
    last = len(value) - 1
    for index, element in enumerate(value):
        if element.__class__ is list:
            element = force_thunk(element)
        try:
            piece = coerce_to_string(element, coerce_more=True, copy_to_store=copy_to_store)
        except EVALUATION_ERRORS as error:
            add_trace(error, _WHILE_ELEMENT)
            raise
        pieces.append(piece)
        if piece.__class__ is ContextString:
            context |= context_of(piece)
        # Nix leaves the space out behind an empty list, but not behind one that only looks empty, such as [ [ ] ].
        if index != last and element != ():
            pieces.append(" ")
    return make_string(joined("".join(pieces)), frozenset(context))


def concat_strings(strings: Any) -> str:
    """String values joined, their contexts united. Takes any sequence of `str`."""
    context: Context = NO_CONTEXT
    for string in strings:
        if string.__class__ is ContextString:
            context = context | string.context if context else string.context
    return make_string(joined("".join(strings)), context)


def interpolate(parts: tuple[Lazy, ...]) -> str:
    """The string `"…${a}…"` of its parts in order, literal text among them; paths are copied to the store.

    Raises TypeMismatch where a part is no string and cannot be taken for one."""
    pieces: list[str] = []
    context: Context = NO_CONTEXT
    for part in parts:
        if part.__class__ is list:
            part = force_thunk(part)
        if part.__class__ is not str:
            part = _segment(part, True)
            if part.__class__ is ContextString:
                context = context | part.context if context else part.context
        pieces.append(part)
    text = "".join(pieces)
    if not text.isascii():
        text = joined(text)
    return make_string(text, context) if context else text


def _segment(value: Lazy, copy_to_store: bool) -> str:
    try:
        return coerce_to_string(value, copy_to_store=copy_to_store)
    except TypeMismatch as error:
        error.traces.append((WHILE_SEGMENT, None))
        raise


def concat_path(parts: tuple[Lazy, ...]) -> bytes:
    """The path `./a/${b}/c` of its parts, of which the first is the absolute path before the `${`, as bytes (a slash
    at its end is kept until all is joined).

    Raises EvalError where a part refers to a store path."""
    pieces: list[bytes] = []
    for part in parts:
        if part.__class__ is bytes:
            pieces.append(_absolute(part))
            continue
        string = _segment(part, False)
        if string.__class__ is ContextString:
            raise EvalError("a string that refers to a store path cannot be appended to a path")
        pieces.append(to_bytes(string))
    path = b"".join(pieces)
    if b"\0" in path:
        raise path_with_null(path)
    return canon_path(path)


def path_with_null(path: bytes) -> EvalError:
    """The error of a path that holds a null byte."""
    shown = from_bytes(path).replace("\0", "␀")
    return EvalError(f"input string '{shown}' cannot be represented as Nix string because it contains null bytes")


class _FirstString(ContextString):
    """What a sum begins with where that was no string but became one; its context may be empty."""

    __slots__ = ()


def first_of_sum(value: Value) -> Value:
    """The left side of a `+` that is no integer or plain string: a number, string or path as it is, anything else as
    the string that it makes, for `add_strings_or_paths` only.

    Raises TypeMismatch for what cannot be a string."""
    if value.__class__ is float or value.__class__ is bytes or isinstance(value, str):
        return value
    text = _segment(value, False)
    first = _FirstString(text)
    first.context = context_of(text)
    return first


def add_strings_or_paths(a: Value, b: Value) -> Value:
    """`a + b`, both forced: numbers are added, a path and anything like a string make a path, all else a string.

    Raises TypeMismatch for operands that cannot be added, EvalError on overflow or a path plus a store path."""
    if a.__class__ is int or a.__class__ is float:
        return _add_numbers(a, b)
    if a.__class__ is bytes:
        return concat_path((a, b))
    # What comes first decides whether paths are copied: `"" + ./x` is a store path, `set + ./x` is not.
    copy_to_store = a.__class__ is str or a.__class__ is ContextString
    first = make_string(str(a), a.context) if a.__class__ is _FirstString else _segment(a, copy_to_store)
    return concat_strings((first, _segment(b, copy_to_store)))


def _add_numbers(a: int | float, b: Value) -> int | float:
    if a.__class__ is int and b.__class__ is int:
        total: int = a + b
        if INT_MIN <= total <= INT_MAX:
            return total
        raise EvalError(f"integer overflow in adding {a} + {b}")
    if b.__class__ is int or b.__class__ is float:
        return float(a) + float(b)
    from pyoci.runtime.printing import describe_type

    raise TypeMismatch(f"cannot add {describe_type(b)} to {describe_type(a)}")


def coerce_to_path(value: Lazy, where: str = "") -> tuple[bytes, Context]:
    """The path that a value names, with the context of the string it came from.

    A path is itself; anything that can be taken for a string must give an absolute path. Raises EvalError otherwise."""
    if value.__class__ is list:
        value = force_thunk(value)
    if value.__class__ is bytes:
        return value, NO_CONTEXT
    if value.__class__ is dict and "__toString" in value:
        function = value["__toString"]
        return coerce_to_path(call(force_thunk(function) if function.__class__ is list else function, value), where)
    try:
        string = coerce_to_string(value, copy_to_store=False)
    except TypeMismatch as error:
        raise _at(error, where) from None
    if not string.startswith("/"):
        raise _at(EvalError(f"string '{string}' doesn't represent an absolute path"), where)
    path = to_bytes(string)
    if b"\0" in path:
        raise path_with_null(path)
    return canon_path(path), context_of(string)
