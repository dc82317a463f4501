"""Attribute sets and `let`: groups of definitions, recursive or not.

A recursive group is written as: the functions first (nested Python functions see variables that are assigned later),
then the thunks in an order in which most find what they capture already there. Where two thunks need each other, the
first one is made with a hole, and the hole is filled when the second one exists; nothing is evaluated in between.
"""

from __future__ import annotations

from pyoci.compiler.attributes import attribute_later, inherited, static_attribute
from pyoci.compiler.frame import DELAYS, VALUES, Frame, constant_text, is_shown, is_too_deep
from pyoci.compiler.functions import define_function, uncurried
from pyoci.compiler.literals import literal_delay
from pyoci.compiler.module import Row, thunk_text
from pyoci.compiler.rows import is_put_off, row_table
from pyoci.compiler.scope import Binding, Scope
from pyoci.syntax import nodes

_INLINE_STRING = 40
"""String constants up to this length stand for the variable that is bound to them."""


def attr_set(frame: Frame, node: nodes.AttrSet) -> str:
    """`{ … }` or `rec { … }`."""
    if node.recursive:
        return recursive_set(frame, node)
    holders = [frame.assign(frame.delay(one)) for one in node.inherit_from]
    keys = enter_keys(frame, node)
    values: list[str | Row] = []
    table = row_table(frame, node) if not is_shown(frame) else None
    for name, attribute in node.attributes.items():
        if table is not None and is_put_off(attribute):
            row = table.put_off(len(values), name, attribute.value)
            if row is not None:
                values.append(row)
                continue
        if is_shown(frame) and not is_constant(frame, attribute):
            text = frame.thunk(attribute_node(node, name, attribute), name)
        elif attribute.source is None:
            text = (table is None and literal_delay(frame, attribute.value)) or frame.delay(attribute.value, name)
        elif attribute.source == nodes.OUTER:
            text = frame.delay(attribute.value)
        else:
            text = inherited(frame, node.inherit_from[attribute.source], holders[attribute.source], name, attribute)
        values.append(text)
    text = frame.module.set_text(keys, values, table.captured if table is not None else None)
    if table is not None:
        table.number = len(frame.module.tables) - 1
    return with_dynamic(frame, node, text)


def is_constant(frame: Frame, attribute: nodes.Attribute) -> bool:
    """Whether Nix makes no thunk of a definition either."""
    value = attribute.value
    if attribute.source == nodes.OUTER:
        found = frame.resolve(value, value.name) if isinstance(value, nodes.Variable) else None
        return isinstance(found, Binding) and not found.arity
    if attribute.source is not None:
        return False
    return isinstance(value, nodes.Literal | nodes.PathLiteral | nodes.Variable) or (
        isinstance(value, nodes.ListLiteral) and not value.items
    )


def attribute_node(node: nodes.AttrSet, name: str, attribute: nodes.Attribute) -> nodes.Node:
    """The expression that an attribute of a set stands for: a selection, where it is inherited from a set."""
    if attribute.source is None or attribute.source == nodes.OUTER:
        return attribute.value
    path = [nodes.Name(name, attribute.start, attribute.end)]
    return nodes.Select(node.inherit_from[attribute.source], path, None, attribute.start, attribute.end)


def enter_keys(frame: Frame, node: nodes.AttrSet) -> list[str]:
    """Enter the attribute names of a set literal into the module's table: what stands for each."""
    return frame.module.set_keys([(name, attribute.start) for name, attribute in node.attributes.items()])


def with_dynamic(frame: Frame, node: nodes.AttrSet, text: str) -> str:
    """The set whose static part is `text`, with its dynamic attributes added."""
    if not node.dynamic:
        return text
    result = frame.temporary()
    frame.emit(f"{result} = {text}")
    for attribute in node.dynamic:
        name = frame.atom(attribute.name)
        value = frame.delay(attribute.value)
        frame.emit(f"ADDATTR({result}, {name}, {value}, {frame.module.source.name!r}, {attribute.start})", attribute)
    return result


def recursive_set(frame: Frame, node: nodes.AttrSet) -> str:
    """`rec { … }`."""
    outer = frame.scope
    if "__overrides" in node.attributes:
        text = overridden_set(frame, node)
    else:
        bindings = bind_group(frame, node.attributes, node.inherit_from)
        text = set_display(frame, node, bindings)
    text = with_dynamic(frame, node, text)
    frame.scope = outer
    return text


def set_display(frame: Frame, node: nodes.AttrSet, bindings: dict[str, Binding]) -> str:
    """Text of the dict of a group's variables."""
    values = []
    for name, binding in bindings.items():
        if is_shown(frame) and binding.arity:
            at = node.attributes[name]
            values.append(frame.thunk(nodes.Variable(name, at.start, at.end), name))
        else:
            values.append(frame.refer(binding))
    return frame.module.set_text(enter_keys(frame, node), values)


def overridden_set(frame: Frame, node: nodes.AttrSet) -> str:
    """`rec { …; __overrides = …; }`: the variables are those of the set after its overrides, so they live in it."""
    holder = Binding("__overrides", f"o{frame.module.number()}")
    frame.emit(f"{holder.python} = {{}}")
    frame.declare(holder)
    frame.learn(holder, holder.python)
    names = {name: Binding(name, "", holder=holder) for name in node.attributes}
    outer = frame.scope
    inner = Scope(outer, names)
    keys = enter_keys(frame, node)
    for key, (name, attribute) in zip(keys, node.attributes.items(), strict=True):
        frame.scope = outer if attribute.source == nodes.OUTER else inner
        text = frame.thunk(attribute_node(node, name, attribute), name)
        frame.emit(f"{holder.python}[{key}] = {text}")
    frame.scope = inner
    frame.emit(f"OVERRIDE({holder.python})", node)
    return holder.python


def bind_let(frame: Frame, node: nodes.Let) -> None:
    """Write the bindings of a `let` and put them into scope."""
    bind_group(frame, node.attributes, node.inherit_from)


def bind_group(
    frame: Frame, attributes: dict[str, nodes.Attribute], inherit_from: list[nodes.Node]
) -> dict[str, Binding]:
    """Write the variables of a recursive group, put them into scope, and give them by name."""
    group = _Group(frame, attributes, inherit_from)
    group.write()
    return group.bindings


class _Group:
    """The definitions of one `let` or recursive set, on their way into a frame."""

    def __init__(self, frame: Frame, attributes: dict[str, nodes.Attribute], inherit_from: list[nodes.Node]) -> None:
        self.frame = frame
        self.attributes = attributes
        self.inherit_from = inherit_from
        self.outer = frame.scope
        self.bindings: dict[str, Binding] = {}
        self.holders = [Binding("inherit", f"h{frame.module.number()}") for _ in inherit_from]
        self.subjects: dict[Binding, Binding] = {}
        self.functions: list[tuple[Binding, nodes.Lambda]] = []
        self.lazy: dict[str, Binding] = {}
        # What is not emitted yet: the thunk's function, what it captures, and for SEL the attribute and its place.
        self.thunks: dict[Binding, tuple[str, list[Binding], tuple[str, int] | None]] = {}

    def write(self) -> None:
        """Everything, in order."""
        frame = self.frame
        for name, attribute in self.attributes.items():
            self.bindings[name] = self.declare(name, attribute)
        frame.scope = Scope(self.outer, self.bindings)
        self.resolve_aliases()
        self.resolve_subjects()
        for binding in (*self.own_holders(), *self.lazy.values(), *(binding for binding, _ in self.functions)):
            frame.declare(binding)
        for binding, _ in self.functions:
            frame.learn(binding, binding.python)
        for binding, function in self.functions:
            define_function(frame, function, binding.python, binding.name)
        self.lift_thunks()
        self.emit_thunks()

    def declare(self, name: str, attribute: nodes.Attribute) -> Binding:
        """The binding of a definition, as far as its node tells; notes what has to be written for it."""
        frame, value, source = self.frame, attribute.value, attribute.source
        if source == nodes.OUTER:
            found = frame.resolve(value, name)
            if isinstance(found, Binding):
                return found
        elif source is not None:
            subject = self.inherit_from[source]
            if not (isinstance(subject, nodes.Variable) and subject.name in self.attributes):
                static = static_attribute(frame, subject, name)
                if static is not None:
                    return static
        elif isinstance(value, nodes.Literal) and not (
            isinstance(value.value, str) and len(value.value) > _INLINE_STRING
        ):
            return Binding(name, "", constant=constant_text(value.value))
        elif isinstance(value, nodes.ListLiteral) and not value.items:
            return Binding(name, "", constant="()")
        binding = Binding(name, frame.module.python_name(name))
        if source is None and isinstance(value, nodes.Lambda) and not is_too_deep(frame):
            binding.arity = len(uncurried(value))
            self.functions.append((binding, value))
        else:
            self.lazy[name] = binding
        return binding

    def resolve_aliases(self) -> None:
        """`a = b;` makes a another name of b's binding, unless b leads back to a."""
        frame = self.frame
        targets: dict[str, Binding] = {}
        for name, attribute in self.attributes.items():
            value = attribute.value
            if attribute.source is None and isinstance(value, nodes.Variable):
                found = frame.resolve(value, value.name)
                if isinstance(found, Binding):
                    targets[name] = found
        own = {binding: name for name, binding in self.lazy.items()}
        for name, target in targets.items():
            seen = {name}
            following = own.get(target)
            while following in targets and following not in seen:
                seen.add(following)
                target = targets[following]
                following = own.get(target)
            if following not in seen:
                self.bindings[name] = target
                del self.lazy[name]

    def resolve_subjects(self) -> None:
        """`inherit (variable) …;` takes from the variable itself."""
        frame = self.frame
        for holder, node in zip(self.holders, self.inherit_from, strict=True):
            found = frame.resolve(node, node.name) if isinstance(node, nodes.Variable) else holder
            self.subjects[holder] = found if isinstance(found, Binding) else holder

    def own_holders(self) -> list[Binding]:
        """The holders that need a variable."""
        return [holder for holder in self.holders if self.subjects[holder] is holder]

    def lift_thunks(self) -> None:
        """Write the bodies of all thunks, to learn what each captures."""
        frame = self.frame
        inner = frame.scope
        for holder, node in zip(self.holders, self.inherit_from, strict=True):
            if self.subjects[holder] is holder:
                self.lift(holder, node, "")
        for name, binding in self.lazy.items():
            attribute = self.attributes[name]
            if attribute.source is None:
                self.lift(binding, attribute.value, name)
            elif attribute.source == nodes.OUTER:
                frame.scope = self.outer
                self.lift(binding, attribute.value, name)
                frame.scope = inner
            else:
                subject = self.subjects[self.holders[attribute.source]]
                frame.refer(subject)
                self.thunks[binding] = ("SEL", [subject], (name, attribute.start))

    def lift(self, binding: Binding, node: nodes.Node, label: str) -> None:
        unit, captures = self.frame.lift(node, label, binding)
        self.thunks[binding] = (unit, captures, None)

    def emit_thunks(self) -> None:
        """Write the thunks, each after what it captures where that is possible."""
        frame, pending = self.frame, self.thunks
        holes: dict[Binding, list[tuple[Binding, int]]] = {}
        in_progress: set[Binding] = set()
        for start in list(pending):
            stack = [start]
            while stack:
                binding = stack[-1]
                if binding not in pending:
                    stack.pop()
                    continue
                unit, captures, selected = pending[binding]
                if binding not in in_progress:
                    in_progress.add(binding)
                    needed = [other for other in captures if other in pending and other not in in_progress]
                    if needed:
                        stack.extend(needed)
                        continue
                if selected is not None and captures[0] not in pending:
                    text = attribute_later(frame, captures[0], *selected)
                else:
                    parts = [unit]
                    for index, other in enumerate(captures, 1):
                        if other in pending:
                            holes.setdefault(other, []).append((binding, index))
                            parts.append("None")
                        else:
                            parts.append(frame.refer(other))
                    if selected is not None:
                        parts += [repr(selected[0]), frame.module.place(selected[1])]
                    text = thunk_text(parts[0], parts[1:])
                frame.emit(f"{binding.python} = {text}")
                del pending[binding]
                stack.pop()
                for thunk, index in holes.pop(binding, ()):
                    frame.emit(f"{thunk.python}[{index}] = {binding.python}")


def small_set(frame: Frame, node: nodes.AttrSet, label: str) -> str | None:
    """An empty set is as cheap as its thunk."""
    return "{}" if not node.attributes and not node.dynamic and not is_shown(frame) else None


VALUES[nodes.AttrSet] = attr_set
DELAYS[nodes.AttrSet] = small_set
