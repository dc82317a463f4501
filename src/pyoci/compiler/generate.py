"""The door of the compiler: a tree becomes a module's text."""

from __future__ import annotations

# Each of these adds its constructs to the tables in `frame`.
from pyoci.compiler import functions, groups, operators, selection, shapes, values  # noqa: F401
from pyoci.compiler.frame import Frame
from pyoci.compiler.module import Module, Section, Unit
from pyoci.compiler.names import section_around
from pyoci.compiler.scope import GlobalNames
from pyoci.records import Record
from pyoci.syntax.nodes import Node
from pyoci.syntax.source import Source

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

_BLOB: Final = 150
"""Characters of generated text from which on a unit is a blob of its own."""

_FULL: Final = 2000
"""Characters of generated text from which on small units beside each other are put into a blob."""


def generate(tree: Node, source: Source, global_names: GlobalNames, file: int = 0) -> Module:
    """The module of a file with a number (see `runtime.shapes`), but for the sections that are put off. Its last unit
    is `main`, a function without arguments that returns the file's value.

    Raises UndefinedVariable, with its place, for a name that nothing binds, wherever in the file."""
    module = Module(source, global_names, "", _NO_LIMIT, {}, file)
    unit = Unit("main", "", tree, None)
    unit.lines.append("def main():")
    Frame(module, unit, None, None, lifted=False).tail(tree)
    module.units.append(unit)
    return module


_NO_LIMIT: Final = 1 << 62


def write_section(module: Module, name: str) -> Section:
    """Write a section that was put off in a file's module, once; before it, where they have not been written, those
    that it lies in."""
    if name not in module.deferred:
        write_section(module, section_around(name))
    section = module.deferred[name].write(name, module)
    del module.deferred[name]
    return section


class Blob(Record):
    """A part of a module that is compiled and loaded on its own, when a thunk whose body it has is first forced."""

    name: str
    """Of its last unit."""
    text: str
    units: list[Unit]
    """What is in it, in the order of the text."""
    deferred: list[tuple[str, str]]
    """The units that its code refers to and that are elsewhere: unit and blob, by name."""


def blobs(module: Module) -> list[Blob]:
    """The section in parts, the one with `main` or the thunk's body last.

    Most of a file is never evaluated (hello forces 147 of the 11,510 attributes of all-packages.nix). So a large unit,
    with what only it refers to, is a blob of its own; small ones stay with the unit that refers to them, unless that
    has many: then they are put together in blobs of some size."""
    waiting: dict[str, _Small] = {}
    result: list[Blob] = []
    for unit in module.units:  # children come before their parents
        if not unit.lines:  # it is in a section of its own
            assert unit.parent is not None
            waiting.setdefault(unit.parent.name, _Small()).outer.append((unit.name, unit.name))
            continue
        small = waiting.pop(unit.name, None) or _Small()
        units = [*small.units, unit]
        size = small.size + sum(map(len, unit.lines))
        deferred = small.inner + small.outer
        if unit.parent is None:
            result.append(_blob(units, deferred))
            break
        siblings = waiting.setdefault(unit.parent.name, _Small())
        if size >= _BLOB:
            result.append(_blob(units, deferred))
            siblings.outer.append((unit.name, unit.name))
            continue
        siblings.units += units
        siblings.size += size
        siblings.inner += deferred
        siblings.entries.append(unit.name)
        if siblings.size >= _FULL:
            result.append(_blob(siblings.units, siblings.inner))
            name = result[-1].name
            outer = siblings.outer + [(entry, name) for entry in siblings.entries]
            waiting[unit.parent.name] = _Small(outer)
    return result


class _Small:
    """Small units that wait for the unit that refers to them.

    `units` are they with what only they refer to, `inner` the deferred units that they refer to; `entries` are those
    that the parent itself refers to, `outer` the deferred ones that it does."""

    __slots__ = ("entries", "inner", "outer", "size", "units")

    def __init__(self, outer: list[tuple[str, str]] | None = None) -> None:
        self.units: list[Unit] = []
        self.size = 0
        self.inner: list[tuple[str, str]] = []
        self.entries: list[str] = []
        self.outer = outer or []


def _blob(units: list[Unit], deferred: list[tuple[str, str]]) -> Blob:
    text = "\n".join(["\n".join(unit.lines) for unit in units]) + "\n"
    return Blob(units[-1].name, text, units, deferred)
