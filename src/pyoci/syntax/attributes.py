"""Attribute definitions and how they come together in one set.

`a.b = 1; a.c = 2;` defines one attribute `a`. A set that is given for an attribute which is already there as a set is
poured into that; anything else given twice is an error.
"""

from __future__ import annotations

from pyoci.syntax.faults import Fault
from pyoci.syntax.nodes import OUTER, Attribute, AttrSet, DynamicAttribute, Name, Node, Variable


def add_binding(bindings: AttrSet, path: list[Name], value: Node, end: int) -> None:
    """`path = value;`, of which the attribute's place is the whole path. Raises a Fault where it is already defined."""
    start, path_end = path[0].start, path[-1].end
    last = len(path) - 1
    for depth in range(last):
        step = path[depth].name
        if not isinstance(step, str):
            nested = AttrSet(False, {}, [], [], start, end)
            bindings.dynamic.append(DynamicAttribute(step, nested, start, path_end))
        else:
            there = bindings.attributes.get(step)
            if there is None:
                nested = AttrSet(False, {}, [], [], start, end)
                bindings.attributes[step] = Attribute(nested, None, start, path_end)
            elif isinstance(there.value, AttrSet):
                nested = there.value
            else:
                raise _duplicate(path[: depth + 1], start, path_end, there)
        bindings = nested
    step = path[last].name
    if isinstance(step, str):
        attribute = Attribute(value, None, start, path_end)
        if step in bindings.attributes:
            _merge(bindings, step, attribute, path)
        else:
            bindings.attributes[step] = attribute
    else:
        bindings.dynamic.append(DynamicAttribute(step, value, start, path_end))


def _merge(bindings: AttrSet, key: str, attribute: Attribute, path: list[Name]) -> None:
    """Adds an attribute to a set that has one of its name; `path` leads to it, for the message."""
    there = bindings.attributes.get(key)
    if there is None:
        bindings.attributes[key] = attribute
        return
    into, more = there.value, attribute.value
    if not isinstance(into, AttrSet) or not isinstance(more, AttrSet):
        raise _duplicate(path, attribute.start, attribute.end, there)
    # A `rec` of the second set gets lost and one of the first holds for both, as in C++ Nix.
    offset = len(into.inherit_from)
    for name, inner in more.attributes.items():
        if inner.source is not None and inner.source != OUTER:
            inner.source += offset
        _merge(into, name, inner, [*path, Name(name, inner.start, inner.end)])
    into.dynamic += more.dynamic
    into.inherit_from += more.inherit_from


def add_inherited(bindings: AttrSet, names: list[Name]) -> None:
    """`inherit names;`. Raises a Fault for a name that is already defined."""
    for name in names:
        _add_inherited(bindings, name, OUTER)


def add_inherited_from(bindings: AttrSet, subject: Node, names: list[Name]) -> None:
    """`inherit (subject) names;`. Raises a Fault for a name that is already defined."""
    bindings.inherit_from.append(subject)
    for name in names:
        _add_inherited(bindings, name, len(bindings.inherit_from) - 1)


def _add_inherited(bindings: AttrSet, name: Name, source: int) -> None:
    key = name.name
    assert isinstance(key, str)
    there = bindings.attributes.get(key)
    if there is not None:
        raise _duplicate([name], name.start, name.end, there)
    bindings.attributes[key] = Attribute(Variable(key, name.start, name.end), source, name.start, name.end)


def _duplicate(path: list[Name], start: int, end: int, there: Attribute) -> Fault:
    from pyoci.syntax.printing import show_identifier

    shown = ".".join(show_identifier(step.name) for step in path if isinstance(step.name, str))
    return Fault(f"attribute '{shown}' already defined at {{}}", start, end, previous=there.start)
