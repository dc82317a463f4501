"""The door of the compiler: a tree becomes a module's text."""

from __future__ import annotations

from typing import Final, NamedTuple

# Each of these adds its constructs to the tables in `frame`.
from pyoci.compiler import functions, groups, operators, selection, shapes, values  # noqa: F401
from pyoci.compiler.frame import Frame, Module, Unit
from pyoci.compiler.scope import GlobalNames
from pyoci.syntax.nodes import Node
from pyoci.syntax.source import Source

_BLOB: Final = 600
"""Characters of generated text from which on a unit is a blob of its own."""


def generate(tree: Node, source: Source, global_names: GlobalNames) -> Module:
    """The module of a file. Its last unit is `main`, a function without arguments that returns the file's value.

    Raises UndefinedVariable, with its place, for a name that nothing binds."""
    module = Module(source, global_names)
    unit = Unit("main", "", tree, None)
    unit.lines.append("def main():")
    Frame(module, unit, None, None, lifted=False).tail(tree)
    module.units.append(unit)
    return module


class Blob(NamedTuple):
    """A part of a module that is compiled and loaded on its own, when the thunk that it begins with is first forced."""

    name: str
    """Of the unit that it is loaded for."""
    text: str
    units: list[Unit]
    """What is in it, in the order of the text."""
    deferred: list[str]
    """Names of the units that its code refers to and that are blobs of their own."""


def blobs(module: Module) -> list[Blob]:
    """The module in parts, `main` last.

    Most of a file is never evaluated (hello forces 147 of the 11,510 attributes of all-packages.nix), so a unit with
    all that only it refers to is a blob of its own, unless it is too small to be worth one."""
    contents: dict[str, list[Unit]] = {}
    deferred: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    result = []
    for unit in module.units:  # children come before their parents
        name = unit.name
        units = [*contents.pop(name, ()), unit]
        size = sizes.pop(name, 0) + sum(map(len, unit.lines))
        below = deferred.pop(name, [])
        if unit.parent is None or size >= _BLOB:
            text = "\n".join(["\n".join(one.lines) for one in units]) + "\n"
            result.append(Blob(name, text, units, below))
            if unit.parent is not None:
                deferred.setdefault(unit.parent.name, []).append(name)
        else:
            parent = unit.parent.name
            contents.setdefault(parent, []).extend(units)
            deferred.setdefault(parent, []).extend(below)
            sizes[parent] = sizes.get(parent, 0) + size
    return result
