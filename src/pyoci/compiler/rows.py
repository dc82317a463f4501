"""The thunks of very large set literals, written when they are needed.

A run asks for a few attributes of such a set (hello for 147 of the 11,510 of all-packages.nix). What their thunks
capture is known from their names alone, so the set can be made of rows that only tell which section each thunk is.
"""

from __future__ import annotations

from pyoci.compiler.frame import Frame
from pyoci.compiler.free import FreeNames
from pyoci.compiler.module import DATA, EMPTY_LIST, Module, Row, Section, ThunkText, Unit, is_atom, row_of, thunk_text
from pyoci.compiler.scope import Binding, resolve, subjects_of
from pyoci.syntax import nodes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

_ALWAYS_THUNKS: Final = frozenset(
    (nodes.Apply, nodes.Assert, nodes.HasAttr, nodes.If, nodes.Interpolation, nodes.Let, nodes.With)
)
"""Expressions that are delayed as thunks, whatever is in them."""


def row_table(frame: Frame, node: nodes.AttrSet) -> RowTable | None:
    """What puts off the thunks of a set literal, None where that does not pay."""
    if len(node.attributes) < DATA:
        return None
    count = sum(is_put_off(attribute) for attribute in node.attributes.values())
    return RowTable(frame) if count >= DATA else None


def is_put_off(attribute: nodes.Attribute) -> bool:
    """Whether the attribute is one whose thunk need not be written yet."""
    if attribute.source is not None:
        return False
    if isinstance(attribute.value, nodes.AttrSet):
        return bool(attribute.value.attributes or attribute.value.dynamic)
    return attribute.value.__class__ in _ALWAYS_THUNKS


class RowTable:
    """The thunks of one very large set literal, in a frame that is being written."""

    def __init__(self, frame: Frame) -> None:
        self.captured: dict[str, int] = {}
        """The variables that the thunks capture: texts that stand for them where the set is made."""
        self.number = 0
        """Of the table that the rows are in, once the set is written."""
        self.scope = frame.scope
        # What `frame` knows of the bindings that the thunks use, as it does now.
        self.names: dict[Binding, str] = {}
        self.facts: dict[Binding, str] = {}
        self.outermost = frame.outermost()
        self._frame = frame
        self._free = FreeNames(frame.module.paths)
        self._is_known: dict[str, bool | None] = {}

    def put_off(self, index: int, label: str, node: nodes.Node) -> Row | None:
        """The row that stands for the thunk of an attribute, which is the set's `index`th; None where the thunk must be
        written now: it is simple, or one of its names is undefined."""
        free = self._free
        free.names = {}
        free.has_with = False
        free.visit(node)
        known = self._is_known
        for name, is_needed in free.names.items():
            if name not in known:
                known[name] = self._learn(name)
            if known[name] is False or (known[name] is None and is_needed):
                return None
        if free.has_with:
            for subject in subjects_of(self.scope):
                if not self._take(subject):
                    return None
        if isinstance(node, nodes.Apply) and any(isinstance(one, nodes.ListLiteral) for one in node.arguments):
            self.captured.setdefault(EMPTY_LIST, len(self.captured))
        module = self._frame.module
        section = module.new_section()
        module.deferred[section] = _DeferredRow(self, index, label, node)
        return (section,)

    def _learn(self, name: str) -> bool | None:
        """Take what a name stands for; False where a row cannot have it, None where it is undefined."""
        found = resolve(self.scope, self._frame.module.global_names, name)
        if found is None:
            return None
        return all(map(self._take, found if isinstance(found, list) else (found,)))

    def _take(self, binding: Binding) -> bool:
        frame = self._frame
        if binding.holder is not None:
            return False
        text = frame.refer(binding)
        if binding in frame.facts:
            self.facts[binding] = text
        if binding in frame.facts or binding in frame.names:
            self.names[binding] = text
        if text == EMPTY_LIST or (text.isidentifier() and text not in ("None", "True", "False")):
            self.captured.setdefault(text, len(self.captured))
            return True
        return is_atom(text)


class _DeferredRow:
    """A thunk of a very large set that is to be written later."""

    __slots__ = ("_index", "_label", "_node", "_table")

    def __init__(self, table: RowTable, index: int, label: str, node: nodes.Node) -> None:
        self._table = table
        self._index = index
        self._label = label
        self._node = node

    def write(self, name: str, module: Module) -> Section:
        """See `Deferral`."""
        table, node = self._table, self._node
        module = module.for_section(name, node.end - node.start)
        unit = Unit(f"t{name}", self._label, node, None)
        around = Frame(module, unit, table.outermost, table.scope, lifted=False)
        around.names, around.facts = table.names.copy(), table.facts.copy()
        text = around.cheap_delay(node, self._label)
        if text is None:
            frame = Frame(module, unit, around, table.scope, lifted=True)
            frame.write_unit()
            text = thunk_text(unit.name, [around.refer(binding) for binding in frame.captures])
        assert isinstance(text, ThunkText)
        count = len(table.captured)
        row = row_of(text, table.captured)
        assert row is not None and len(table.captured) == count, "a row takes more than it was said to"
        return Section(module, row, table.number, self._index)
