"""Sets."""

from __future__ import annotations

from types import FunctionType

from pyoci.builtins.application import apply2, apply_twice, as_function
from pyoci.builtins.registry import Check, builtin
from pyoci.runtime.calls import delay_call2
from pyoci.runtime.coercion import expect_function, expect_list, expect_plain_string, expect_set
from pyoci.runtime.errors import MissingAttribute
from pyoci.runtime.printing.literals import format_name
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force_thunk
from pyoci.runtime.values import Lazy, Value, from_bytes, to_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_IN_PAIR = "in a {name=...; value=...;} pair"
_WHILE_PAIR = "while evaluating an element of the list passed to builtins.listToAttrs"
_WHILE_NAME = "while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs"


class _PlainNames(dict[str, str]):
    """Names to equal strings that lead to no position: attributes that a builtin makes were written nowhere."""

    def __missing__(self, name: str) -> str:
        plain = self[name] = from_bytes(to_bytes(name))
        return plain


_PLAIN: Final = _PlainNames()


def _takes_name(builtin_name: str) -> Check:
    where = f"while evaluating the first argument passed to builtins.{builtin_name}"
    return Check("{0}.__class__ is S", lambda name: expect_plain_string(name, where))


def _takes_set(builtin_name: str) -> Check:
    where = f"while evaluating the first argument passed to builtins.{builtin_name}"
    return Check("{0}.__class__ is D", lambda attrs: expect_set(attrs, where))


@builtin("attrNames", "set")
def attr_names(attrs: Value) -> tuple[Lazy, ...]:
    """The names of the attributes of a set, in the order of their bytes."""
    if attrs.__class__ is not dict:
        expect_set(attrs, "while evaluating the argument passed to builtins.attrNames")
    return tuple(sorted_names(attrs))


@builtin("attrValues", "set")
def attr_values(attrs: Value) -> tuple[Lazy, ...]:
    """The values of the attributes of a set, in the order of `attrNames`."""
    if attrs.__class__ is not dict:
        expect_set(attrs, "while evaluating the argument passed to builtins.attrValues")
    return tuple([attrs[name] for name in sorted_names(attrs)])


@builtin("getAttr", "s set", checks=(_takes_name("getAttr"),))
def get_attr(name: Value, attrs: Value) -> Value:
    """The attribute of a set by its name. Raises MissingAttribute where there is none."""
    if name.__class__ is not str:
        expect_plain_string(name, "while evaluating the first argument passed to builtins.getAttr")
    if attrs.__class__ is not dict:
        expect_set(attrs, "while evaluating the second argument passed to builtins.getAttr")
    if name not in attrs:
        raise _missing(name, "in the attribute set under consideration")
    value = attrs[name]
    return force_thunk(value) if value.__class__ is list else value


@builtin("hasAttr", "s set", checks=(_takes_name("hasAttr"),))
def has_attr(name: Value, attrs: Value) -> bool:
    """Whether a set has an attribute of that name."""
    if name.__class__ is not str:
        expect_plain_string(name, "while evaluating the first argument passed to builtins.hasAttr")
    if attrs.__class__ is not dict:
        expect_set(attrs, "while evaluating the second argument passed to builtins.hasAttr")
    return name in attrs


@builtin("removeAttrs", "set list", is_global=True, checks=(_takes_set("removeAttrs"),))
def remove_attrs(attrs: Value, names: Value) -> dict[str, Lazy]:
    """The set without the attributes that the list names; names that it does not have are ignored."""
    if attrs.__class__ is not dict:
        expect_set(attrs, "while evaluating the first argument passed to builtins.removeAttrs")
    if names.__class__ is not tuple:
        expect_list(names, "while evaluating the second argument passed to builtins.removeAttrs")
    result: dict[str, Lazy] = attrs.copy()
    for name in names:
        if name.__class__ is list:
            name = force_thunk(name)
        if name.__class__ is not str:
            expect_plain_string(
                name, "while evaluating the values of the second argument passed to builtins.removeAttrs"
            )
        if name in result:
            del result[name]  # noqa: RUF051 - mostly the name is not there, and asking is cheaper than `pop`
    return result


@builtin("intersectAttrs", "e1 e2", checks=(_takes_set("intersectAttrs"),))
def intersect_attrs(first: Value, second: Value) -> dict[str, Lazy]:
    """The attributes of the second set whose names are in the first set too."""
    if first.__class__ is not dict:
        expect_set(first, "while evaluating the first argument passed to builtins.intersectAttrs")
    if second.__class__ is not dict:
        expect_set(second, "while evaluating the second argument passed to builtins.intersectAttrs")
    # The names of a function's arguments against all of nixpkgs: what counts is not to walk the larger one. The key
    # objects are then those of the first set, though positions are the second one's in Nix.
    if len(first) < len(second):
        return {name: second[name] for name in first if name in second}
    return {name: value for name, value in second.items() if name in first}


@builtin("listToAttrs", "e")
def list_to_attrs(pairs: Value) -> dict[str, Lazy]:
    """The set of a list of `{ name, value }`; of pairs with the same name, the first counts."""
    if pairs.__class__ is not tuple:
        expect_list(pairs, "while evaluating the argument passed to builtins.listToAttrs")
    result: dict[str, Lazy] = {}
    lacks_value = False
    for pair in pairs:
        if pair.__class__ is list:
            pair = force_thunk(pair)
        if pair.__class__ is not dict:
            expect_set(pair, _WHILE_PAIR)
        if "name" not in pair:
            raise _missing("name", _IN_PAIR)
        name = pair["name"]
        if name.__class__ is list:
            name = force_thunk(name)
        if name.__class__ is not str:
            expect_plain_string(name, _WHILE_NAME)
        if name not in result:
            if "value" in pair:
                result[name] = pair["value"]
            else:
                lacks_value = True
                result[name] = None
    if lacks_value:  # told only now, since a fault in any name comes first
        raise _missing("value", _IN_PAIR)
    return result


@builtin("catAttrs", "attr ?list")
def cat_attrs(name: Value, sets: Lazy) -> tuple[Lazy, ...]:
    """The attribute `name` of each set in the list that has it."""
    if name.__class__ is not str:
        expect_plain_string(name, "while evaluating the first argument passed to builtins.catAttrs")
    if sets.__class__ is list:
        sets = force_thunk(sets)
    if sets.__class__ is not tuple:
        expect_list(sets, "while evaluating the second argument passed to builtins.catAttrs")
    found: list[Lazy] = []
    for attrs in sets:
        if attrs.__class__ is list:
            attrs = force_thunk(attrs)
        if attrs.__class__ is not dict:
            expect_set(attrs, "while evaluating an element in the list passed as second argument to builtins.catAttrs")
        if name in attrs:
            found.append(attrs[name])
    return tuple(found)


@builtin("mapAttrs", "?f attrset")
def map_attrs(function: Lazy, attrs: Value) -> dict[str, Lazy]:
    """The set with each value replaced by `f name value`, evaluated when it is needed."""
    if attrs.__class__ is not dict:
        expect_set(attrs, "while evaluating the second argument passed to builtins.mapAttrs")
    plain = _PLAIN
    if function.__class__ is list and function[0] is None:
        function = function[1]
    if function.__class__ is FunctionType:
        if function.__code__.co_argcount >= 2:
            return {plain[name]: [apply2, function, name, value] for name, value in attrs.items()}
        return {plain[name]: [apply_twice, function, name, value] for name, value in attrs.items()}
    return {plain[name]: delay_call2(function, name, value) for name, value in attrs.items()}


@builtin("zipAttrsWith", "f ?list")
def zip_attrs_with(function: Value, sets: Lazy) -> dict[str, Lazy]:
    """The set of all names in the sets of a list, each with `f name values`, evaluated when it is needed."""
    if function.__class__ is not FunctionType:
        expect_function(function, "while evaluating the first argument passed to builtins.zipAttrsWith")
    if sets.__class__ is list:
        sets = force_thunk(sets)
    if sets.__class__ is not tuple:
        expect_list(sets, "while evaluating the second argument passed to builtins.zipAttrsWith")
    collected: dict[str, list[Lazy]] = {}
    for attrs in sets:
        if attrs.__class__ is list:
            attrs = force_thunk(attrs)
        if attrs.__class__ is not dict:
            expect_set(attrs, "while evaluating a value of the list passed as second argument to builtins.zipAttrsWith")
        for name, value in attrs.items():
            if name in collected:
                collected[name].append(value)
            else:
                collected[_PLAIN[name]] = [value]
    if function.__class__ is FunctionType and function.__code__.co_argcount >= 2:
        return {name: [apply2, function, name, tuple(values)] for name, values in collected.items()}
    return {name: delay_call2(function, name, tuple(values)) for name, values in collected.items()}


@builtin("groupBy", "f ?list")
def group_by(function: Value, elements: Lazy) -> dict[str, Lazy]:
    """The set of lists that a list falls into by the name which `f` gives to each element."""
    if function.__class__ is not FunctionType:
        function = as_function(function, "while evaluating the first argument passed to builtins.groupBy")
    if elements.__class__ is list:
        elements = force_thunk(elements)
    if elements.__class__ is not tuple:
        expect_list(elements, "while evaluating the second argument passed to builtins.groupBy")
    groups: dict[str, list[Lazy]] = {}
    for element in elements:
        name = function(element)
        if name.__class__ is not str:
            expect_plain_string(
                name, "while evaluating the return value of the grouping function passed to builtins.groupBy"
            )
        if name in groups:
            groups[name].append(element)
        else:
            groups[_PLAIN[name]] = [element]
    return {name: tuple(group) for name, group in groups.items()}


def attribute(attrs: dict[str, Lazy], name: str, where: str) -> Lazy:
    """An attribute that a builtin demands of a set; `where` is the trace line. Raises MissingAttribute."""
    if name in attrs:
        return attrs[name]
    raise _missing(name, where)


def _missing(name: str, where: str) -> MissingAttribute:
    error = MissingAttribute(f"attribute '{format_name(name)}' missing")
    if where:
        error.traces.append((where, None))
    return error
