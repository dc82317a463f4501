"""Where generated text is collected: modules, units and frames."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from pyoci.compiler.scope import Binding, GlobalNames, Scope, builtin_name, resolve
from pyoci.runtime.errors import UndefinedVariable
from pyoci.syntax.nodes import Node
from pyoci.syntax.source import Source

_NO_IDENTIFIER: Final = re.compile(r"\W", re.ASCII)

_TABLE: Final = 24
"""Set literals of this many attributes are zipped from a slice of the key table."""

_DATA: Final = 64
"""Set literals of this many attributes keep their thunks as data."""

MAX_INDENT: Final = 40


@dataclass(frozen=True, slots=True)
class Site:
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
        self.sites: dict[int, Site] = {}
        self.temporaries = 0
        """Temporaries are numbered for each unit, so that units share their names: a file loads faster for that."""


@dataclass(slots=True)
class Module:
    """What one file becomes."""

    source: Source
    global_names: GlobalNames
    units: list[Unit] = field(default_factory=list)
    keys: list[tuple[str, int]] = field(default_factory=list)
    """Attribute names of small set literals with the offset of each; key n is the generated module's global `kn`."""
    table_keys: list[tuple[str, int]] = field(default_factory=list)
    """Those of large set literals; the generated module has them as `K`, a list."""
    functions: dict[str, Node] = field(default_factory=dict)
    """Python name of each Nix function to its Lambda."""
    labels: dict[str, str] = field(default_factory=dict)
    """Python name of each Nix function to what the user calls it."""
    name_sets: list[list[str]] = field(default_factory=list)
    """Sets of names; number n is the generated module's global `sn`, a frozenset."""
    paths: list[bytes] = field(default_factory=list)
    """The paths without interpolation that are written in the file."""
    tables: list[list[Row | None]] = field(default_factory=list)
    """The thunks of very large sets; the generated module has them as `R`, a list."""
    counter: int = 0

    def number(self) -> int:
        """A number that no name in the module has yet."""
        self.counter += 1
        return self.counter

    def python_name(self, name: str) -> str:
        """A Python name of its own for a Nix name."""
        self.counter += 1
        initial = "_" if name[:1].isdigit() else ""
        return f"{initial}{_NO_IDENTIFIER.sub('_', name)}_{self.counter}"

    def set_keys(self, keys: list[tuple[str, int]]) -> list[str]:
        """Enter the names of a set literal, each with the offset where it is written: the texts that stand for them.

        Each occurrence becomes a str object of its own: `id(key)` then tells where an attribute was defined, and copies
        of the set carry the key objects along, at no cost to the sets themselves. Those of a large set are elements of
        a list, since a global for each would cost more than the set."""
        large = len(keys) >= _TABLE
        entered = self.table_keys if large else self.keys
        first = len(entered)
        entered += keys
        return [f"K[{at}]" if large else f"k{at}" for at in range(first, first + len(keys))]

    def set_text(self, keys: list[str], values: list[str]) -> str:
        """Text of a set literal with the keys that `set_keys` gave.

        Bytecode that runs once costs more to load than to run: a large set is zipped together, and a very large one
        has its thunks as data, each of which becomes a thunk of three elements (see `runtime.shapes.row_forcer`)."""
        if len(values) < _TABLE:
            return f"{{{', '.join([f'{key}: {value}' for key, value in zip(keys, values, strict=True)])}}}"
        first = int(keys[0][2:-1])
        span = f"K[{first}:{first + len(values)}]"
        captured: dict[str, int] = {}
        rows = [_row(value, captured) for value in values]
        if len(rows) - rows.count(None) < _DATA:
            return f"D(zip({span}, ({', '.join(values)},)))"
        variables = "".join(f"{name}, " for name in captured)
        self.tables.append(rows)
        table = f"D(ROWS({span}, ({variables}), R[{len(self.tables) - 1}]))"
        others = [f"{key}: {value}" for key, value, row in zip(keys, values, rows, strict=True) if row is None]
        return f"{{**{table}, {', '.join(others)}}}" if others else table

    def name_set(self, names: Iterable[str]) -> str:
        """The global that holds a set of names."""
        self.name_sets.append(sorted(names))
        return f"s{len(self.name_sets) - 1}"


Row: TypeAlias = tuple[Any, ...]
"""A thunk as data: the name of its function and what it captures; a variable as a one-tuple of its number among those
that the set's thunks capture, `{}` as an empty tuple, anything else as it is."""


def _row(value: str, captured: dict[str, int]) -> Row | None:
    """A thunk as a row, None where the text is no thunk or has parts that are no constants. `captured` collects the
    variables."""
    if not isinstance(value, ThunkText):
        return None
    parts: list[Any] = [value.function]
    for part in value.parts:
        first = part[0]
        if part == "{}":
            parts.append(())
        elif part.isidentifier() and part not in ("None", "True", "False"):
            parts.append((captured.setdefault(part, len(captured)),))
        elif first == "'" and "\\" not in part:
            parts.append(part[1:-1])
        elif part.isdigit():
            parts.append(int(part))
        elif first == "b" and "\\" not in part and part.isascii():
            parts.append(part[2:-1].encode())
        elif is_atom(part):
            parts.append(literal_eval(part))
        else:
            return None
    return tuple(parts)


def is_atom(text: str) -> bool:
    """Whether the text is a name or a constant: everything else that is generated ends in a bracket."""
    return text[-1] not in ")]}"


class Frame:
    """A Python function that is being written.

    `parent` is the frame in which the function (or the thunk) is created; a `lifted` frame is a unit and gets what it
    needs of its parent captured in the thunk, any other is nested in its parent's text and sees its variables."""

    __slots__ = (
        "_log",
        "_peeked",
        "captures",
        "facts",
        "indent",
        "lifted",
        "module",
        "names",
        "own",
        "parent",
        "scope",
        "unit",
    )

    def __init__(self, module: Module, unit: Unit, parent: Frame | None, scope: Scope | None, *, lifted: bool) -> None:
        self.module = module
        self.unit = unit
        self.parent = parent
        self.scope = scope
        self.lifted = lifted
        self.indent: str = " " if lifted or parent is None else parent.indent + " "
        self.names: dict[Binding, str] = {}
        self.own: set[Binding] = set()
        self.facts: dict[Binding, str] = {}
        self.captures: list[Binding] = []
        self._log: list[tuple[Binding, str | None]] = []
        self._peeked: dict[Binding, str] = {}

    # -- text

    def emit(self, text: str, node: Node | None = None, kind: str = "", *detail: str) -> None:
        """Write a statement; `node` is the expression to blame when it fails."""
        if node is not None:
            self.unit.sites[len(self.unit.lines)] = Site(node, kind, detail)
        self.unit.lines.append(self.indent + text)

    @contextmanager
    def block(self) -> Iterator[None]:
        """Statements in here are indented, and facts learned in here are forgotten after it."""
        mark = len(self._log)
        peeked = self._peeked.copy()
        self.indent += " "
        yield
        self._peeked = peeked
        self.indent = self.indent[:-1]
        log = self._log
        while len(log) > mark:
            binding, before = log.pop()
            if before is None:
                del self.facts[binding]
            else:
                self.facts[binding] = before

    def temporary(self) -> str:
        """A new local variable."""
        self.unit.temporaries += 1
        return f"v{self.unit.temporaries}"

    def assign(self, text: str, node: Node | None = None, kind: str = "", *detail: str) -> str:
        """An atom for an expression: itself if it is one, else a local variable that is assigned now."""
        if is_atom(text):
            return text
        name = self.temporary()
        self.emit(f"{name} = {text}", node, kind, *detail)
        return name

    # -- names

    def resolve(self, node: Node, name: str) -> Binding | list[Binding]:
        """What a name means here. Raises UndefinedVariable with the node's place."""
        found = resolve(self.scope, self.module.global_names, name)
        if found is None:
            raise UndefinedVariable(name, position=self.module.source.position(node.start, node.end))
        return found

    def declare(self, binding: Binding) -> None:
        """Make a binding's Python variable a local of this frame."""
        self.names[binding] = binding.python
        self.own.add(binding)

    def learn(self, binding: Binding, text: str) -> None:
        """From here on `text` is the binding's value, and no thunk."""
        self._log.append((binding, self.facts.get(binding)))
        self.facts[binding] = text

    def refer(self, binding: Binding) -> str:
        """An atom for a binding: its value, or the thunk of it where no fact says that it is forced."""
        text = self.facts.get(binding) or self.names.get(binding)
        if text is not None:
            return text
        if binding.holder is not None:
            return f"{self.refer(binding.holder)}[{binding.name!r}]"
        if binding.constant is not None:
            return binding.constant
        if binding.builtin is not None:
            return f"p_{builtin_name(binding.builtin)}"
        parent = self.parent
        if parent is None:  # a global that the evaluator added
            return binding.python
        text = parent.refer(binding)
        if self.lifted and (text != binding.python or not _is_global(parent, binding)):
            self.captures.append(binding)
            self.names[binding] = binding.python
            self.own.add(binding)
            if binding in parent.facts:
                self.facts[binding] = binding.python
            return binding.python
        if binding in parent.facts:
            self.facts[binding] = text
        else:
            self.names[binding] = text
        return text

    def is_forced(self, binding: Binding) -> bool:
        """Whether what `refer` gives is a value for certain."""
        self.refer(binding)
        return binding in self.facts or binding.constant is not None or binding.builtin is not None

    def peek(self, binding: Binding) -> str:
        """An atom for a binding: its value where that has been computed already, without computing it now."""
        text = self.refer(binding)
        if self.is_forced(binding):
            return text
        if binding not in self._peeked:
            at_hand = f"{text}.__class__ is L and {text}[0] is None"
            if binding in self.own:
                peeked = text
                self.emit(f"if {at_hand}: {text} = {text}[1]")
            else:  # a variable of an enclosing function: assigning to it would make it ours
                peeked = self.temporary()
                self.emit(f"{peeked} = {text}[1] if {at_hand} else {text}")
            self._peeked[binding] = peeked
        return self._peeked[binding]

    def force(self, binding: Binding, node: Node) -> str:
        """An atom for the value of a binding's variable, forced now if it is not known to be."""
        text = self.refer(binding)
        if binding in self.facts or binding.constant is not None or binding.builtin is not None:
            return text
        if binding in self.own:
            self.emit(f"if {text}.__class__ is L: {text} = {text}[1] if {text}[0] is None else F({text})", node)
        else:
            # A variable of an enclosing function: assigning to it would make it ours.
            outer, text = text, self.temporary()
            self.emit(f"{text} = F({outer}) if {outer}.__class__ is L else {outer}", node)
        self.learn(binding, text)
        return text

    # -- expressions, by kind of node

    def value(self, node: Node) -> str:
        """Text of an expression that gives the node's value; what has to happen before is emitted."""
        return VALUES[node.__class__](self, node)

    def atom(self, node: Node) -> str:
        """An atom for the node's value."""
        return self.assign(VALUES[node.__class__](self, node), node)

    def delay(self, node: Node, label: str = "") -> str:
        """Text of an expression that gives the node's value or a thunk of it, and cannot fail."""
        delay = DELAYS.get(node.__class__)
        text = delay(self, node, label) if delay is not None else None
        return text if text is not None else self.thunk(node, label)

    def tail(self, node: Node) -> None:
        """Emit statements that return the node's value."""
        tail = TAILS.get(node.__class__)
        if tail is not None:
            tail(self, node)
        else:
            self.emit(f"return {VALUES[node.__class__](self, node)}", node)

    def thunk(self, node: Node, label: str = "") -> str:
        """Text of a thunk of the node, whose body becomes a unit."""
        name, captures = self.lift(node, label)
        return thunk_text(name, [self.refer(binding) for binding in captures])

    def lift(self, node: Node, label: str = "", own: Binding | None = None) -> tuple[str, list[Binding]]:
        """Write the body of a thunk as a unit: its name, and the bindings that the thunk must capture. `own` is the
        binding that the thunk itself will be bound to, if any."""
        module = self.module
        unit = Unit(f"t{module.number()}", label, node, self.unit)
        frame = Frame(module, unit, self, self.scope, lifted=True)
        if own is not None:
            frame.names[own] = "t"
        unit.lines.append(f"def {unit.name}(t):")
        unit.lines.append("")
        frame.tail(node)
        unit.lines[1] = (
            f" _, {', '.join(binding.python for binding in frame.captures)}, = t" if frame.captures else " pass"
        )
        module.units.append(unit)
        return unit.name, frame.captures


def is_shown(frame: Frame) -> bool:
    """Whether what the frame makes may be the file's value itself. nix-instantiate prints that value without forcing
    what is in it, so there nothing may be made early that Nix makes a thunk of."""
    return frame.parent is None


def is_too_deep(frame: Frame) -> bool:
    """Whether blocks are nested so deep that CPython's limit on indentation (100) comes near; what follows then goes
    into a thunk, whose unit starts at indentation 0 again."""
    return len(frame.indent) > MAX_INDENT


def constant_text(value: int | float | str | bytes) -> str:
    """Python text of a constant, of which an attribute can be asked: `5.__class__` is no Python, `0x5.__class__` is."""
    if value.__class__ is int and value >= 0:
        return hex(value)
    text = repr(value)
    return f"({text})" if text[0] == "-" else text


def _is_global(frame: Frame, binding: Binding) -> bool:
    """Whether no frame has the binding as a variable: it is one of the module."""
    while True:
        if binding in frame.names or binding in frame.own:
            return False
        if frame.parent is None:
            return True
        frame = frame.parent


Writer = Callable[[Frame, Any], str]
VALUES: Final[dict[type, Writer]] = {}
"""By class of node: text of the value."""
DELAYS: Final[dict[type, Callable[[Frame, Any, str], str | None]]] = {}
"""By class of node: text of something cheaper than a thunk, or None."""
TAILS: Final[dict[type, Callable[[Frame, Any], None]]] = {}
"""By class of node: statements that end in a return, where that is better than returning the value's text."""
