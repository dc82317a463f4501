"""Values in error messages: on one line, bounded, without forcing anything."""

from __future__ import annotations

import sys
from types import FunctionType

from pyoci.records import Record
from pyoci.runtime.host import running_host
from pyoci.runtime.primops import is_primop, is_primop_app
from pyoci.runtime.printing.functions import primop_name, written_function
from pyoci.runtime.printing.literals import format_float, format_name, format_string
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import BLACKHOLE
from pyoci.runtime.values import ContextString, Lazy, Value, from_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


class _Limits(Record):
    """How much of a value is shown."""

    depth: int
    attributes: int
    items: int
    string: int


_LIMITS: Final = _Limits(depth=10, attributes=10, items=10, string=1024)
_UNLIMITED: Final = _Limits(sys.maxsize, sys.maxsize, sys.maxsize, sys.maxsize)


def show(value: Lazy, *, whole: bool = False) -> str:
    """A value as Nix's messages write it.

    At most ten list elements, ten attributes and ten levels in all are shown, and the first 1,024 bytes of a string,
    unless `whole` is set (`builtins.trace`); thunks are `«thunk»`, functions `«lambda …»`."""
    return _Shower(_UNLIMITED if whole else _LIMITS).show(value, 0)


class _Shower:
    """One run of `show`. The limits count over the whole value, not for each list or set."""

    def __init__(self, limits: _Limits) -> None:
        self.limits = limits
        self.seen: set[int] = set()
        self.items = 0
        self.attributes = 0

    def show(self, value: Lazy, depth: int) -> str:
        # See `answers`: a list is known by the thunk that it was found in.
        holder = value
        if value.__class__ is list:
            if value[0] is not None:
                return "«potential infinite recursion»" if value[0] is BLACKHOLE else "«thunk»"
            value = value[1]
        if value.__class__ is dict:
            return self.show_set(value, depth)
        if value.__class__ is tuple:
            return self.show_list(value, id(holder), depth)
        return show_scalar(value, self.limits.string)

    def show_set(self, value: dict[str, Lazy], depth: int) -> str:
        # To C++ Nix, there is one empty set.
        identity = id(value) if value else 0
        if identity in self.seen:
            return "«repeated»"
        self.seen.add(identity)
        if depth >= self.limits.depth:
            return "{ ... }"
        names = sorted_names(value)
        if self.limits is _LIMITS:
            names.sort(key=_unimportant)
        text = "{"
        for shown, name in enumerate(names):
            if self.attributes >= self.limits.attributes:
                text += " " + _elided(len(names) - shown, "attribute")
                break
            text += f" {format_name(name)} = {self.show(value[name], depth + 1)};"
            self.attributes += 1
        return text + " }"

    def show_list(self, value: tuple[Lazy, ...], identity: int, depth: int) -> str:
        if not value:
            return "[ ]" if depth < self.limits.depth else "[ ... ]"
        if identity in self.seen:
            return "«repeated»"
        self.seen.add(identity)
        if depth >= self.limits.depth:
            return "[ ... ]"
        text = "["
        for shown, element in enumerate(value):
            if self.items >= self.limits.items:
                text += " " + _elided(len(value) - shown, "item")
                break
            text += " " + self.show(element, depth + 1)
            self.items += 1
        return text + " ]"


def _unimportant(name: str) -> bool:
    """Sorts the names that say what a set is to the front."""
    return name not in ("type", "_type")


def _elided(count: int, what: str) -> str:
    return f"«{count} {what}{'' if count == 1 else 's'} elided»"


def show_scalar(value: Value, max_string: int = _LIMITS.string) -> str:
    """A value that contains no others."""
    if value.__class__ is str or value.__class__ is ContextString:
        return format_string(value, max_string)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value.__class__ is float:
        return format_float(value)
    if value.__class__ is bytes:
        return from_bytes(value)
    if value.__class__ is FunctionType:
        return show_function(value)
    if value is ...:  # a function that waits for further arguments, see `runtime.calls`
        return "«lambda»"
    return str(value)


def show_function(function: FunctionType) -> str:
    """A function: `«primop map»`, `«partially applied primop map»` or `«lambda f @ /file.nix:1:2»`."""
    if is_primop(function):
        return f"«primop {primop_name(function)}»"
    if is_primop_app(function):
        return f"«partially applied primop {primop_name(function)}»"
    asked = running_host()
    written, given = written_function(function)
    described = asked.function_description(written.__code__, given) if asked else ""
    return f"«lambda {described}»" if described else "«lambda»"
