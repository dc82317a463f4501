"""Where a text defines what a message names: `mounts."/data"`, `services.railcar.containers`, element 3 of `args`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoci.cli.trees import nodes_of, tree_of
from pyoci.runtime.errors import Position
from pyoci.syntax.nodes import Attribute, AttrSet, Let, ListLiteral, Node
from pyoci.syntax.source import Source

_COMPONENT = re.compile(r"\"([^\"]+)\"|([^.\"]+)")
_PATH = r"[A-Za-z_][\w'-]*?(?:\.(?:\"[^\"\[]+\"|[\w/<>*'-]+?))*"
_QUOTED = re.compile(rf"[`']({_PATH})(?:\.\"?\[definition \d+-entry (\d+)\]\"?)?'")
_LEADING = re.compile(rf"^[\w.]+: (?:element (\d+) of )?({_PATH})(?= )")


def find_definition(source: Source, message: str, line: int) -> Position | None:
    """The place in a text where it defines what a message names; the message's most particular name counts, and of
    several definitions the first from `line` on.

    None where it defines nothing of the kind, or is no Nix text."""
    tree = tree_of(source)
    if tree is None:
        return None
    sets = [node for node in nodes_of(tree) if isinstance(node, AttrSet | Let)]
    declarations = {id(node) for one in sets if "options" in one.attributes for node in _below(one, "options")}
    sets.sort(key=lambda one: (id(one) in declarations, source.position(one.start).line < line, one.start))
    named = list(_named(message))
    # An option that lacks its definition is missing where its parents are defined.
    parents = [(path[:end], None) for path, _ in named for end in range(len(path) - 1, 1, -1)]
    for path, element in [*named, *parents]:
        attribute = _lookup(sets, path)
        if attribute is None:
            continue
        if element is not None and isinstance(attribute.value, ListLiteral) and element <= len(attribute.value.items):
            item = attribute.value.items[element - 1]
            return source.position(item.start, item.end)
        return source.position(attribute.start, attribute.end)
    return None


def _below(node: AttrSet | Let, name: str) -> Iterator[Node]:
    return nodes_of(node.attributes[name].value)


def _named(message: str) -> Iterator[tuple[list[str], int | None]]:
    """The attribute paths that a message names, most particular first, with an element's number in a list."""
    quoted = [(_components(match[1]), int(match[2]) if match[2] else None) for match in _QUOTED.finditer(message)]
    leading = _LEADING.match(message)
    if leading is not None:
        path = _components(leading[2])
        for inner, entry in quoted:
            yield path + inner, entry
        yield path, int(leading[1]) if leading[1] else None
    yield from quoted


def _components(path: str) -> list[str]:
    return [quoted or plain for quoted, plain in _COMPONENT.findall(path)]


def _lookup(sets: list[AttrSet | Let], path: list[str]) -> Attribute | None:
    """The attribute that most of the end of a path leads to, in whichever set it begins."""
    for start in range(len(path)):
        for one in sets:
            found = _follow(one, path[start:])
            if found is not None:
                return found
    return None


def _follow(node: Node, path: list[str]) -> Attribute | None:
    for index, name in enumerate(path):
        if not isinstance(node, AttrSet | Let) or name not in node.attributes:
            return None
        attribute = node.attributes[name]
        if index == len(path) - 1:
            return attribute
        node = attribute.value
    return None
