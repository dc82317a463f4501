"""Where generated text is collected: the sections of a file and the units in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pyoci.compiler.names import MARK
from pyoci.compiler.scope import GlobalNames
from pyoci.records import Record
from pyoci.runtime.shapes import PLACE_BITS
from pyoci.syntax.nodes import Node
from pyoci.syntax.source import Source

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, Protocol, TypeAlias

    class Deferral(Protocol):
        """A section that is still to be written."""

        def write(self, name: str, module: Module) -> Section:
            """Write it, into a module with this name that belongs to the file of another."""
            ...


_NO_IDENTIFIER: Final = re.compile(r"\W", re.ASCII)

_TABLE: Final = 24
"""Set literals of this many attributes are zipped from a slice of the key table."""

DATA: Final = 64
"""Set literals of this many attributes keep their thunks as data."""


class Site(Record):
    """The Nix expression behind a line of generated code, and what the line can fail with besides a NixError.

    `kind` is "" or tells how a KeyError or TypeError of the line reads in Nix: `select` (detail: the Python name of
    the set, the attribute), `with` (detail: the set, the name), `formal` (detail: the set, the argument)."""

    node: Node
    kind: str = ""
    detail: tuple[str, ...] = ()


class ThunkText(str):
    """Text of a list display that makes a thunk; `function` and `parts` are the texts of its elements."""

    __slots__ = ("function", "parts")
    function: str
    parts: list[str]


def thunk_text(function: str, parts: list[str]) -> ThunkText:
    """Text of the thunk that calls `function` and has captured `parts`."""
    parts = parts or ["0"]  # a place for the value
    text = ThunkText(f"[{', '.join([function, *parts])}]")
    text.function = function
    text.parts = parts
    return text


class Unit:
    """A function at the top of the module, as lines of text. `label` says what it computes, for traces; `parent` is the
    unit whose code makes the thunk."""

    __slots__ = ("label", "lines", "name", "node", "parent", "sites", "temporaries")

    def __init__(self, name: str, label: str, node: Node, parent: Unit | None) -> None:
        self.name = name
        self.parent = parent
        self.label = label
        self.node = node
        self.lines: list[str] = []
        self.sites: dict[int, tuple[Node, str, tuple[str, ...]]] = {}
        """The site of each line that has one, as a plain tuple: most are never looked at."""
        self.temporaries = 0
        """Temporaries are numbered for each unit, so that units share their names: a file loads faster for that."""


class Module:
    """What one file becomes, or a section of it.

    A file's module is written in sections: one with `main`, whose name is empty, and one for each thunk whose body is
    put off until it is needed. The names that a section makes end in a number that begins with the section's name, so
    that they do not depend on when it is written. `size` is the number of characters of Nix text that it is made of."""

    __slots__ = (
        "counter",
        "deferred",
        "file",
        "functions",
        "global_names",
        "keys",
        "labels",
        "name_sets",
        "paths",
        "section",
        "size",
        "source",
        "table_keys",
        "tables",
        "units",
    )

    def __init__(
        self,
        source: Source,
        global_names: GlobalNames,
        section: str,
        size: int,
        deferred: dict[str, Deferral],
        file: int,
    ) -> None:
        self.source = source
        self.global_names = global_names
        self.section = section
        self.size = size
        self.deferred = deferred
        """The sections that have not been written, by name; those of all sections of the file."""
        self.file = file
        """The number of the file, see `runtime.shapes`."""
        self.paths: list[str] = []
        """The paths without interpolation that are written in the file, as far as they have been met."""
        self.units: list[Unit] = []
        self.keys: list[tuple[str, int]] = []
        """Attribute names of small set literals with the offset of each; key n is the global `kn`."""
        self.table_keys: list[tuple[str, int]] = []
        """Those of large set literals; the generated module has them as `K`, a list."""
        self.functions: dict[str, Node] = {}
        """Python name of each Nix function to its Lambda."""
        self.labels: dict[str, str] = {}
        """Python name of each Nix function to what the user calls it."""
        self.name_sets: list[list[str]] = []
        """Sets of names; number n is the generated module's global `sn`, a frozenset."""
        self.tables: list[list[Row | None]] = []
        """The thunks of very large sets; the generated module has them as `R`, a list."""
        self.counter = 0

    def number(self) -> str:
        """A number that no name in the module has yet."""
        self.counter += 1
        return f"{self.section}{self.counter}"

    def python_name(self, name: str) -> str:
        """A Python name of its own for a Nix name."""
        self.counter += 1
        initial = "_" if name[:1].isdigit() else ""
        return f"{initial}{_NO_IDENTIFIER.sub('_', name)}_{self.section}{self.counter}"

    def for_section(self, name: str, size: int) -> Module:
        """A module for a section of the same file."""
        return Module(self.source, self.global_names, name, size, self.deferred, self.file)

    def forget(self) -> None:
        """Let go of all that was written. What was put off can be written still."""
        for unit in self.units:
            # Units of other sections may have this one as a parent.
            unit.lines, unit.sites = [], {}
        self.units, self.keys, self.table_keys, self.name_sets, self.tables = [], [], [], [], []
        self.functions, self.labels = {}, {}

    def new_section(self) -> str:
        """The name of a section of its own."""
        return f"{self.number()}{MARK}"

    def set_keys(self, keys: list[tuple[str, int]]) -> list[str]:
        """Enter the names of a set literal, each with the offset where it is written: the texts that stand for them.

        Each occurrence becomes a str object of its own: `id(key)` then tells where an attribute was defined, and copies
        of the set carry the key objects along, at no cost to the sets themselves. Those of a large set are elements of
        a list, since a global for each would cost more than the set."""
        large = len(keys) >= _TABLE
        entered = self.table_keys if large else self.keys
        first = len(entered)
        entered += keys
        beginning, end = (f"K{self.section}[", "]") if large else (f"k{self.section}", "")
        return [f"{beginning}{at}{end}" for at in range(first, first + len(keys))]

    def set_text(self, keys: list[str], values: Sequence[str | Row], captured: dict[str, int] | None = None) -> str:
        """Text of a set literal with the keys that `set_keys` gave.

        Bytecode that runs once costs more to load than to run: a large set is zipped together, and a very large one
        has its thunks as data, each of which becomes a thunk of three elements (see `runtime.shapes.row_sets`). Among
        the values may be rows already; `captured` has the variables that these use."""
        if len(values) < _TABLE:
            return f"{{{', '.join([f'{key}: {value}' for key, value in zip(keys, values, strict=True)])}}}"
        name, _, first = keys[0][:-1].partition("[")
        span = f"{name}[{first}:{int(first) + len(values)}]"
        variables = captured if captured is not None else {}
        rows = [value if isinstance(value, tuple) else row_of(value, variables) for value in values]
        if captured is None and len(rows) - rows.count(None) < DATA:
            return f"D(zip({span}, ({', '.join(map(str, values))},)))"
        self.tables.append(rows)
        captures = "".join([f"{one}, " for one in variables])
        others = "".join([f", {value}" for value, row in zip(values, rows, strict=True) if row is None])
        return f"ROWS({span}, ({captures}), R{self.section}[{len(self.tables) - 1}]{others})"

    def place(self, offset: int) -> str:
        """Text of a place in the file, as the shared thunk bodies keep it."""
        return str(self.file << PLACE_BITS | offset)

    def name_set(self, names: Iterable[str]) -> str:
        """The global that holds a set of names."""
        self.name_sets.append(sorted(names))
        return f"s{self.section}{len(self.name_sets) - 1}"


Row: TypeAlias = "tuple[Any, ...]"
"""A thunk as data: the name of its function and what it captures; a variable as a one-tuple of its number among those
that the set's thunks capture (`[ ]` counts as one), `{}` as an empty tuple, anything else as it is. A thunk in a
section that has not been written is a one-tuple of the section's name."""

EMPTY_LIST: Final = "()"


class Section(Record):
    """A section that was put off and has been written. If it is that of a thunk of a very large set, `row` is the thunk
    as data, whose place in a table of the section around this tells."""

    module: Module
    row: Row | None = None
    table: int = 0
    place: int = 0


def row_of(value: str, captured: dict[str, int]) -> Row | None:
    """A thunk as a row, None where the text is no thunk or has parts that are no constants. `captured` collects the
    variables."""
    if not isinstance(value, ThunkText):
        return None
    parts: list[Any] = [value.function]
    for part in value.parts:
        first = part[0]
        if part == "{}":
            parts.append(())
        elif part == EMPTY_LIST or (part.isidentifier() and part not in ("None", "True", "False")):
            parts.append((captured.setdefault(part, len(captured)),))
        elif first == "'" and "\\" not in part:
            parts.append(part[1:-1])
        elif part.isdigit():
            parts.append(int(part))
        elif first == "b" and "\\" not in part and part.isascii():
            parts.append(part[2:-1].encode())
        elif is_atom(part):
            parts.append(eval(part, {"__builtins__": {}}))  # a constant that was generated
        else:
            return None
    return tuple(parts)


def is_atom(text: str) -> bool:
    """Whether the text is a name or a constant: everything else that is generated ends in a bracket."""
    return text[-1] not in ")]}"
