"""Where generated text comes from: frames, the Python functions that are being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyoci.compiler.free import FreeNames
from pyoci.compiler.module import Module, Section, Unit, is_atom, thunk_text
from pyoci.compiler.scope import Binding, Scope, builtin_name, resolve, subjects_of
from pyoci.runtime.errors import UndefinedVariable
from pyoci.syntax.nodes import Node

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final

MAX_INDENT: Final = 40

DEFERRED: Final = 1500
"""Characters of Nix text from which on the body of a thunk is only written when it is needed."""


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
        "literals",
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
        self.literals = 0
        """Literals around what is being written that are put together at once, see `literals`."""
        self.names: dict[Binding, str] = {}
        self.own: set[Binding] = set()
        self.facts: dict[Binding, str] = {}
        self.captures: list[Binding] = []
        self._log: list[tuple[Binding, str | None]] = []
        self._peeked: dict[Binding, str] = {}

    # -- text

    def emit(self, text: str, node: Node | None = None, kind: str = "", *detail: str) -> None:
        """Write a statement; `node` is the expression to blame when it fails."""
        unit = self.unit
        if node is not None:
            unit.sites[len(unit.lines)] = (node, kind, detail)
        unit.lines.append(self.indent + text)

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
        if text == binding.python and _is_global(parent, binding):
            return text
        if self.lifted:
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
        text = self.cheap_delay(node, label)
        return text if text is not None else self.thunk(node, label)

    def cheap_delay(self, node: Node, label: str) -> str | None:
        """Text of something cheaper than a thunk of a unit, if there is."""
        delay = DELAYS.get(node.__class__)
        return delay(self, node, label) if delay is not None else None

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
        """Write the body of a thunk as a unit, or put it off: the unit's name, and the bindings that the thunk must
        capture. `own` is the binding that the thunk itself will be bound to, if any.

        Raises UndefinedVariable for a name that nothing binds, be it put off or not."""
        module = self.module
        size = node.end - node.start
        # A small part of a section is not worth one of its own; nearly all of it would be read again and again.
        if size >= DEFERRED and size * 5 <= module.size * 4:
            deferred = self.defer(node, label, own)
            if deferred is not None:
                return deferred
        unit = Unit(f"t{module.number()}", label, node, self.unit)
        frame = Frame(module, unit, self, self.scope, lifted=True)
        if own is not None:
            frame.names[own] = "t"
        frame.write_unit()
        return unit.name, frame.captures

    def write_unit(self) -> None:
        """Write the body of a thunk, which is what this frame is for."""
        unit = self.unit
        unit.lines.append(f"def {unit.name}(t):")
        unit.lines.append(" pass")
        self.tail(unit.node)
        if self.captures:
            unit.lines[1] = f" _, {', '.join([binding.python for binding in self.captures])}, = t"
        self.module.units.append(unit)

    def defer(self, node: Node, label: str, own: Binding | None) -> tuple[str, list[Binding]] | None:
        """Put off writing the body of a thunk, as `lift`; None where that is not possible."""
        taken = self.taken(node)
        if taken is None:
            return None
        module = self.module
        section = module.new_section()
        unit = Unit(f"t{section}", label, node, self.unit)
        frame = Frame(module, unit, self, self.scope, lifted=True)
        if own is not None:
            frame.names[own] = "t"
        for binding in taken:
            frame.refer(binding)
        frame.parent = self.outermost()
        module.deferred[section] = _DeferredUnit(frame)
        module.units.append(unit)
        return unit.name, frame.captures

    def taken(self, node: Node) -> list[Binding] | None:
        """The bindings that code for a node may use, and perhaps some more; None if one of its names is undefined."""
        free = FreeNames(self.module.paths)
        free.visit(node)
        scope, global_names = self.scope, self.module.global_names
        taken: dict[Binding, None] = {}
        for name, is_needed in free.names.items():
            found = resolve(scope, global_names, name)
            if found.__class__ is list:
                taken.update(dict.fromkeys(found))
            elif found is not None:
                taken[found] = None  # type: ignore[index]
            elif is_needed:
                return None
        if free.has_with:
            taken.update(dict.fromkeys(subjects_of(scope)))
        return list(taken)

    def outermost(self) -> Frame:
        """The frame of `main`."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame


class _DeferredUnit:
    """A thunk's body that is to be written later, in a frame like the one given, which knows what it captures."""

    __slots__ = ("_frame",)

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def write(self, name: str, module: Module) -> Section:
        """See `Deferral`."""
        known = self._frame
        node = known.unit.node
        module = module.for_section(name, node.end - node.start)
        unit = Unit(known.unit.name, known.unit.label, node, None)
        frame = Frame(module, unit, known.parent, known.scope, lifted=True)
        frame.names, frame.facts, frame.own = known.names.copy(), known.facts.copy(), known.own.copy()
        frame.captures = known.captures.copy()
        frame.write_unit()
        assert len(frame.captures) == len(known.captures), "a thunk's body takes more than it was said to"
        return Section(module)


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


VALUES: Final[dict[type, Callable[[Frame, Any], str]]] = {}
"""By class of node: text of the value."""
DELAYS: Final[dict[type, Callable[[Frame, Any, str], str | None]]] = {}
"""By class of node: text of something cheaper than a thunk, or None."""
TAILS: Final[dict[type, Callable[[Frame, Any], None]]] = {}
"""By class of node: statements that end in a return, where that is better than returning the value's text."""
