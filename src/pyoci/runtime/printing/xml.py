"""Values as XML: `builtins.toXML` and --xml."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import FunctionType

from pyoci.records import Record
from pyoci.runtime.calls import signature
from pyoci.runtime.compare import is_derivation
from pyoci.runtime.deep import MAX_DEPTH
from pyoci.runtime.errors import EVALUATION_ERRORS, Position, StackOverflow
from pyoci.runtime.primops import is_primop, is_primop_app
from pyoci.runtime.printing.functions import parameter_name
from pyoci.runtime.printing.literals import format_float
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Context, ContextString, Lazy, from_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

_HEADER: Final = "<?xml version='1.0' encoding='utf-8'?>\n"
_SPECIAL: Final = re.compile('["<>&\n]').search
_ESCAPES: Final = str.maketrans({'"': "&quot;", "<": "&lt;", ">": "&gt;", "&": "&amp;", "\n": "&#xA;"})


class Places(Record):
    """Where things were written, for `nix-instantiate --xml` without --no-location; each callback may answer None."""

    of_attribute: Callable[[dict[str, Lazy], str], Position | None]
    of_function: Callable[[FunctionType], Position | None]


def to_xml(value: Lazy, strict: bool = True, places: Places | None = None) -> tuple[str, Context]:
    """A value as an XML document, and the context of all strings in it.

    With `strict`, everything is evaluated, else `<unevaluated />` stands for what was not. Raises StackOverflow for
    what is nested too deeply, such as a set that contains itself."""
    writer = _Writer(strict, places)
    writer.write_document(value)
    return writer.text(), frozenset(writer.context)


def write_xml(value: Lazy, write: Callable[[str], object], strict: bool, places: Places | None = None) -> None:
    """Hand over a value as an XML document. Where evaluating it fails, the document ends there, and is handed over all
    the same: C++ Nix writes as it goes along. Raises as `to_xml` does; of what is nested too deeply nothing is
    written."""
    writer = _Writer(strict, places)
    try:
        writer.write_document(value)
    except EVALUATION_ERRORS as error:
        if not isinstance(error, StackOverflow | RecursionError):
            writer.close_all()
            write(writer.text())
        raise
    write(writer.text())


class _Writer:
    __slots__ = ("context", "derivations", "opened", "pieces", "places", "strict")

    def __init__(self, strict: bool, places: Places | None) -> None:
        self.strict = strict
        self.places = places
        self.pieces: list[str] = []
        self.opened: list[str] = []
        self.context: set[str] = set()
        self.derivations: set[str] = set()

    def write_document(self, value: Lazy) -> None:
        self.open("expr")
        self.write(value)
        self.close("expr")

    def text(self) -> str:
        return _HEADER + "".join(self.pieces)

    def open(self, tag: str, **attributes: str) -> None:
        self.pieces.append(f"{'  ' * len(self.opened)}<{tag}{_attributes(attributes)}>\n")
        self.opened.append(tag)

    def close(self, tag: str) -> None:
        self.opened.pop()
        self.pieces.append(f"{'  ' * len(self.opened)}</{tag}>\n")

    def close_all(self) -> None:
        while self.opened:
            self.close(self.opened[-1])

    def empty(self, tag: str, **attributes: str) -> None:
        self.pieces.append(f"{'  ' * len(self.opened)}<{tag}{_attributes(attributes)} />\n")

    def write(self, value: Lazy) -> None:
        if value.__class__ is list:
            if value[0] is not None and not self.strict:
                self.empty("unevaluated")
                return
            value = force_thunk(value)
        if value.__class__ is str or value.__class__ is ContextString:
            if value.__class__ is ContextString:
                self.context |= value.context
            self.pieces.append(f'{"  " * len(self.opened)}<string value="{_escape(value)}" />\n')
        elif value.__class__ is dict:
            self.write_set(value)
        elif value.__class__ is tuple:
            if len(self.opened) > 2 * MAX_DEPTH:
                raise StackOverflow
            self.open("list")
            for element in value:
                self.write(element)
            self.close("list")
        elif value is None:
            self.empty("null")
        elif value is True or value is False:
            self.empty("bool", value="true" if value else "false")
        elif value.__class__ is int:
            self.empty("int", value=str(value))
        elif value.__class__ is float:
            self.empty("float", value=format_float(value))
        elif value.__class__ is bytes:
            self.empty("path", value=from_bytes(value))
        else:
            self.write_function(value)

    def write_set(self, value: dict[str, Lazy]) -> None:
        if len(self.opened) > 2 * MAX_DEPTH:
            raise StackOverflow
        if not is_derivation(value):
            self.open("attrs")
            self.write_attributes(value)
            self.close("attrs")
            return
        drv_path = self.path_attribute(value, "drvPath")
        out_path = self.path_attribute(value, "outPath")
        paths = {"drvPath": drv_path, "outPath": out_path}
        self.open("derivation", **{name: path for name, path in paths.items() if path is not None})
        if drv_path and drv_path not in self.derivations:
            self.derivations.add(drv_path)
            self.write_attributes(value)
        else:
            self.empty("repeated")
        self.close("derivation")

    def path_attribute(self, value: dict[str, Lazy], name: str) -> str | None:
        path = value.get(name)
        if path.__class__ is list and (self.strict or path[0] is None):
            path = force_thunk(path)
        return path if path.__class__ is str or path.__class__ is ContextString else None

    def write_attributes(self, value: dict[str, Lazy]) -> None:
        write, opened = self.pieces.append, self.opened
        indent = "  " * len(opened)
        opened.append("attr")
        for name in sorted_names(value):
            position = self.places.of_attribute(value, name) if self.places else None
            attributes = _attributes({"name": name, **_place(position)}) if position else f' name="{_escape(name)}"'
            write(f"{indent}<attr{attributes}>\n")
            item = value[name]
            if item.__class__ is list and self.strict:
                item = force_thunk(item)
            # The manual of NixOS is a document of 150,000 elements, most of them strings.
            if item.__class__ is str:
                write(f'{indent}  <string value="{_escape(item)}" />\n{indent}</attr>\n')
            else:
                self.write(item)
                write(f"{indent}</attr>\n")
        opened.pop()

    def write_function(self, function: FunctionType) -> None:
        if is_primop(function) or is_primop_app(function):
            self.empty("unevaluated")
            return
        self.open("function", **_place(self.places.of_function(function) if self.places else None))
        formals = signature(function)
        argument = parameter_name(function)
        if formals is None:
            self.empty("varpat", name=argument or function.__code__.co_varnames[0])
        else:
            attributes = {"name": argument} if argument else {}
            if (function.__doc__ or "").endswith("..."):
                attributes["ellipsis"] = "1"
            self.open("attrspat", **attributes)
            for name in sorted_names(formals):
                self.empty("attr", name=name)
            self.close("attrspat")
        self.close("function")


def _place(position: Position | None) -> dict[str, str]:
    if position is None:
        return {}
    place = {"column": str(position.column), "line": str(position.line)}
    # A text that came from no file has no path.
    return place | {"path": position.file} if position.file.startswith("/") else place


def _attributes(attributes: dict[str, str]) -> str:
    if len(attributes) == 1:
        for name, text in attributes.items():
            return f' {name}="{_escape(text)}"'
    return "".join([f' {name}="{_escape(attributes[name])}"' for name in sorted(attributes)])


def _escape(text: str) -> str:
    # Most of a document is names and prose without anything to escape; a search by C code is cheaper than translating.
    return text.translate(_ESCAPES) if _SPECIAL(text) else text
