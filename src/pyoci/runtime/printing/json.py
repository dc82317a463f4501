"""Values as JSON: `builtins.toJSON` and --json."""

from __future__ import annotations

from pyoci.runtime.calls import is_application
from pyoci.runtime.coercion import call_to_string
from pyoci.runtime.deep import MAX_DEPTH
from pyoci.runtime.errors import EVALUATION_ERRORS, EvalError, StackOverflow, TypeMismatch, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.printing.floats import json_float
from pyoci.runtime.printing.functions import describe_type
from pyoci.runtime.printing.literals import format_name
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Context, ContextString, Lazy, from_bytes, to_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


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


def to_json(value: Lazy, copy_to_store: bool = True, strict: bool = True) -> tuple[str, Context]:
    """A value as JSON on one line, and the context of all strings in it. Everything is evaluated, unless `strict` is
    taken away (nix-instantiate's --json without --strict).

    Raises TypeMismatch for a function in it, or something not evaluated; EvalError for a string that is no UTF-8."""
    writer = _Writer(copy_to_store, strict)
    writer.write(value)
    return "".join(writer.pieces), frozenset(writer.context)


class _Writer:
    __slots__ = ("context", "copy_to_store", "depth", "pieces", "strict")

    def __init__(self, copy_to_store: bool, strict: bool) -> None:
        self.copy_to_store = copy_to_store
        self.strict = strict
        self.depth = 0
        self.pieces: list[str] = []
        self.context: set[str] = set()

    def write(self, value: Lazy) -> None:
        if value.__class__ is list:
            if value[0] is not None and not self.strict:
                what = "a function application" if is_application(value) else "a thunk"
                raise TypeMismatch(f"cannot convert {what} to JSON")
            value = force_thunk(value)
        if value.__class__ is str:
            self.pieces.append(json_string(value))
        elif value.__class__ is ContextString:
            self.context |= value.context
            self.pieces.append(json_string(value))
        elif value.__class__ is dict or value.__class__ is tuple:
            if self.depth >= MAX_DEPTH - 3 and value:  # the call of toJSON and its like count too
                raise StackOverflow
            self.depth += 1
            if value.__class__ is dict:
                self.write_set(value)
            else:
                self.write_list(value)  # type: ignore[arg-type]
            self.depth -= 1
        elif value is None:
            self.pieces.append("null")
        elif value is True:
            self.pieces.append("true")
        elif value is False:
            self.pieces.append("false")
        elif value.__class__ is int:
            self.pieces.append(str(value))
        elif value.__class__ is float:
            self.pieces.append(json_float(value))
        elif value.__class__ is bytes:
            self.write_path(value)
        else:
            raise TypeMismatch(f"cannot convert {describe_type(value)} to JSON")

    def write_path(self, path: bytes) -> None:
        if self.copy_to_store:
            text = host().copy_to_store(path)
            self.context.add(text)
        else:
            text = from_bytes(path)
        self.pieces.append(json_string(text))

    def write_set(self, value: dict[str, Lazy]) -> None:
        string = call_to_string(value, coerce_more=False, copy_to_store=False)
        if string is not None:
            self.write(string)
            return
        if "outPath" in value:
            self.write(value["outPath"])
            return
        separator = "{"
        for name in sorted_names(value):
            self.pieces.append(f"{separator}{json_string(name)}:")
            try:
                self.write(value[name])
            except EVALUATION_ERRORS as error:
                # In great depth, to look for the places takes long, and no trace shows them.
                place = host().attribute_position(name) if self.depth < 100 else None
                add_trace(error, f"while evaluating attribute '{format_name(name)}'", place)
                raise
            separator = ","
        self.pieces.append("}" if value else "{}")

    def write_list(self, value: tuple[Lazy, ...]) -> None:
        separator = "["
        for index, element in enumerate(value):
            self.pieces.append(separator)
            try:
                self.write(element)
            except EVALUATION_ERRORS as error:
                add_trace(error, f"while evaluating list element at index {index}")
                raise
            separator = ","
        self.pieces.append("]" if value else "[]")


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
