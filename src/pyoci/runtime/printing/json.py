"""Values as JSON: `builtins.toJSON` and --json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pyoci.runtime.coercion import call_to_string
from pyoci.runtime.errors import EvalError, NixError, TypeMismatch
from pyoci.runtime.host import host
from pyoci.runtime.printing.floats import json_float
from pyoci.runtime.printing.functions import describe_type
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Context, ContextString, Lazy, from_bytes, to_bytes

__all__ = ["json_float", "json_string", "to_json"]

_ESCAPES: Final = {code: f"\\u{code:04x}" for code in range(32)} | {
    ord(char): escape
    for char, escape in (
        ('"', '\\"'),
        ("\\", "\\\\"),
        ("\b", "\\b"),
        ("\f", "\\f"),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\t", "\\t"),
    )
}


def to_json(value: Lazy, copy_to_store: bool = True) -> tuple[str, Context]:
    """A value as JSON on one line, and the context of all strings in it. Everything is evaluated.

    Raises TypeMismatch for a function in it, EvalError for a string that is no UTF-8."""
    pieces: list[str] = []
    context: set[str] = set()
    _write(value, copy_to_store, context, pieces.append)
    return "".join(pieces), frozenset(context)


def _write(value: Lazy, copy_to_store: bool, context: set[str], out: Callable[[str], None]) -> None:
    if value.__class__ is list:
        value = force_thunk(value)
    if value.__class__ is str:
        out(json_string(value))
    elif value.__class__ is ContextString:
        context |= value.context
        out(json_string(value))
    elif value.__class__ is dict:
        _write_set(value, copy_to_store, context, out)
    elif value.__class__ is tuple:
        _write_list(value, copy_to_store, context, out)
    elif value is None:
        out("null")
    elif value is True:
        out("true")
    elif value is False:
        out("false")
    elif value.__class__ is int:
        out(str(value))
    elif value.__class__ is float:
        out(json_float(value))
    elif value.__class__ is bytes:
        if copy_to_store:
            text = host().copy_to_store(value)
            context.add(text)
        else:
            text = from_bytes(value)
        out(json_string(text))
    else:
        raise TypeMismatch(f"cannot convert {describe_type(value)} to JSON")


def _write_set(value: dict[str, Lazy], copy_to_store: bool, context: set[str], out: Callable[[str], None]) -> None:
    string = call_to_string(value, coerce_more=False, copy_to_store=False)
    if string is not None:
        _write(string, copy_to_store, context, out)
        return
    if "outPath" in value:
        _write(value["outPath"], copy_to_store, context, out)
        return
    separator = "{"
    for name in sorted_names(value):
        out(f"{separator}{json_string(name)}:")
        try:
            _write(value[name], copy_to_store, context, out)
        except NixError as error:
            error.traces.append((f"while evaluating attribute '{name}'", None))
            raise
        separator = ","
    out("}" if value else "{}")


def _write_list(value: tuple[Lazy, ...], copy_to_store: bool, context: set[str], out: Callable[[str], None]) -> None:
    separator = "["
    for index, element in enumerate(value):
        out(separator)
        try:
            _write(element, copy_to_store, context, out)
        except NixError as error:
            error.traces.append((f"while evaluating list element at index {index}", None))
            raise
        separator = ","
    out("]" if value else "[]")


def json_string(text: str) -> str:
    """A string literal of JSON; only what must be escaped is."""
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise _no_utf8(text) from None
    return '"' + text.translate(_ESCAPES) + '"'


def _no_utf8(text: str) -> EvalError:
    data = to_bytes(text)
    try:
        data.decode("utf-8")
        detail = ""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            detail = f"incomplete UTF-8 string; last byte: 0x{data[-1]:02X}"
        else:
            detail = f"invalid UTF-8 byte at index {error.start}: 0x{data[error.start]:02X}"
    return EvalError(f"JSON serialization error: [json.exception.type_error.316] {detail}")
