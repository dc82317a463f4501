"""Values as the answer of an evaluation: what `nix-instantiate --eval` prints."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType

from pyoci.runtime.primops import is_primop, is_primop_app
from pyoci.runtime.printing.literals import format_float, format_name, format_string
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import BLACKHOLE, force_thunk
from pyoci.runtime.values import ContextString, Lazy, Value, from_bytes


def print_value(value: Lazy, strict: bool = False) -> str:
    """A value as a Nix expression on one line; `<CODE>` stands for what was not evaluated, `<LAMBDA>`, `<PRIMOP>` and
    `<PRIMOP-APP>` for functions, `«repeated»` for a set or list that was printed before.

    With `strict`, everything is evaluated; raises what that raises."""
    pieces: list[str] = []
    if value.__class__ is list and strict:
        value = force_thunk(value)
    _print(value, strict, set(), pieces.append)
    return "".join(pieces)


def _print(value: Lazy, strict: bool, seen: set[int], out: Callable[[str], None]) -> None:
    # A list is known by the thunk that it was found in: another thunk's list is another one, though it be the same.
    holder = value
    if value.__class__ is list:
        if value[0] is None:
            value = value[1]
        elif strict:
            value = force_thunk(value)
        else:
            out("«potential infinite recursion»" if value[0] is BLACKHOLE else "<CODE>")
            return
    if value.__class__ is dict:
        _print_set(value, strict, seen, out)
    elif value.__class__ is tuple:
        _print_list(value, id(holder), strict, seen, out)
    else:
        out(_print_scalar(value))


def _print_set(value: Lazy, strict: bool, seen: set[int], out: Callable[[str], None]) -> None:
    if value:
        if id(value) in seen:
            out("«repeated»")
            return
        seen.add(id(value))
    out("{ ")
    for name in sorted_names(value):
        out(f"{format_name(name)} = ")
        _print(value[name], strict, seen, out)
        out("; ")
    out("}")


def _print_list(value: Lazy, identity: int, strict: bool, seen: set[int], out: Callable[[str], None]) -> None:
    if value:
        if identity in seen:
            out("«repeated»")
            return
        seen.add(identity)
    out("[ ")
    for element in value:
        _print(element, strict, seen, out)
        out(" ")
    out("]")


def _print_scalar(value: Value) -> str:
    if value.__class__ is str or value.__class__ is ContextString:
        return format_string(value)
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
        if is_primop(value):
            return "<PRIMOP>"
        return "<PRIMOP-APP>" if is_primop_app(value) else "<LAMBDA>"
    return str(value)
