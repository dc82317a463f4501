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
    (nodes.Apply, nodes.Assert, nodes.HasAttr, nodes.If, nodes.Interpolation, nodes.Let, nodes.Select, nodes.With)
)
"""Expressions that are delayed as thunks, whatever is in them; of selections, see `RowTable._is_lexical`."""


def row_table(frame: Frame, node: nodes.AttrSet) -> RowTable | None:
    """What puts off the thunks of a set literal, None where that does not pay."""
    if len(node.attributes) < DATA:
        return None
    count = sum(is_put_off(attribute) for attribute in node.attributes.values())
    return RowTable(frame) if count >= DATA else None


def is_put_off(attribute: nodes.Attribute) -> bool:
    """Whether the attribute is one whose thunk need not be written yet, as far as its node tells."""
    value = attribute.value
    kind = value.__class__
    if kind is nodes.AttrSet:
        return attribute.source is None and not _is_empty(value)
    return kind in _ALWAYS_THUNKS and attribute.source is None


def _is_empty(node: nodes.Node) -> bool:
    """Whether a node is `{ }`."""
    return isinstance(node, nodes.AttrSet) and not node.attributes and not node.dynamic


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
        name = self._plain_function(node)
        if not (self._know(name) if name is not None else not self._is_lexical(node) and self._know_all(node)):
            return None
        module = self._frame.module
        section = module.new_section()
        module.deferred[section] = _DeferredRow(self, index, label, node)
        return (section,)

    def _plain_function(self, node: nodes.Node) -> str | None:
        """The function of a call that has one name, its function's, and else paths, constants and empty sets: such are
        most."""
        if not isinstance(node, nodes.Apply) or not isinstance(node.function, nodes.Variable):
            return None
        for one in node.arguments:
            if isinstance(one, nodes.PathLiteral) and len(one.parts) == 1:
                self._free.visit(one)
            elif not isinstance(one, nodes.Literal) and not _is_empty(one):
                return None
        return node.function.name

    def _know_all(self, node: nodes.Node) -> bool:
        """Take what the names in a node stand for; whether that is possible."""
        free = FreeNames(self._frame.module.paths)
        free.visit(node)
        if isinstance(node, nodes.Apply) and any(isinstance(one, nodes.ListLiteral) for one in node.arguments):
            self.captured.setdefault(EMPTY_LIST, len(self.captured))
        if free.has_with and not all(map(self._take, subjects_of(self.scope))):
            return False
        return all(self._know(name, is_needed) for name, is_needed in free.names.items())

    def _know(self, name: str, is_needed: bool = True) -> bool:
        known = self._is_known
        if name not in known:
            known[name] = self._learn(name)
        is_known = known[name]
        return is_known if is_known is not None else not is_needed

    def _is_lexical(self, node: nodes.Node) -> bool:
        """Whether a node selects from a variable that no `with` supplies: that needs no unit."""
        if (
            not isinstance(node, nodes.Select)
            or node.default is not None
            or not isinstance(node.subject, nodes.Variable)
        ):
            return False
        return isinstance(resolve(self.scope, self._frame.module.global_names, node.subject.name), Binding)

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
