"""Expressions whose value is needed now."""

from __future__ import annotations

import os

from pyoci.compiler.attributes import is_boolean_builtin
from pyoci.compiler.frame import DELAYS, TAILS, VALUES, Frame, constant_text, is_shown, is_too_deep
from pyoci.compiler.groups import bind_let
from pyoci.compiler.literals import literal_delay
from pyoci.compiler.scope import Binding, Scope, TableBinding, subjects_of
from pyoci.runtime.strings import canon_path
from pyoci.syntax import nodes
from pyoci.syntax.printing import print_tree

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

_PEEKS: Final = 2
"""A name that only `with` can supply is looked for inline in the innermost set and so many more."""

_TABULATED: Final = 3
"""From so many `with`s around each other on, a table remembers what was found in them."""

_JOIN_LIMIT: Final = 8
"""Strings with more pieces than this are joined by the runtime; fewer are added inline when they are plain."""


def literal(frame: Frame, node: nodes.Literal, label: str = "") -> str:
    """An integer, float or string."""
    return constant_text(node.value)


def path_text(frame: Frame, text: str) -> str:
    """An atom for a path without interpolation, as it is written in the file."""
    if text.startswith("~/"):
        return f"(HOME({text[2:]!r}))"
    path = os.fsencode(text) if text.startswith("/") else frame.module.source.base + b"/" + os.fsencode(text)
    frame.module.paths.append(text)
    return repr(canon_path(path))


def path_literal(frame: Frame, node: nodes.PathLiteral) -> str:
    """A path, its interpolated parts appended as strings."""
    first, *rest = node.parts
    assert isinstance(first, str)
    if not rest:
        return path_text(frame, first)
    # The slash before an interpolation is part of the text, but canonical paths end in none.
    slash = "/" if first.endswith("/") else ""
    atoms = [frame.assign(path_text(frame, first)), *([repr(slash)] if slash else [])]
    atoms += [repr(part) if isinstance(part, str) else frame.atom(part) for part in rest]
    return f"PATHCAT(({', '.join(atoms)}))"


def search_path(frame: Frame, node: nodes.SearchPath) -> str:
    """`<name>` is `__findFile __nixPath "name"`, both of which a file may bind itself."""
    found = [frame.resolve(node, name) for name in ("__findFile", "__nixPath")]
    if all(isinstance(binding, Binding) and binding.builtin for binding in found):
        return f"FIND({node.name!r})"
    call = nodes.Apply(
        nodes.Variable("__findFile", node.start, node.end),
        [nodes.Variable("__nixPath", node.start, node.end), nodes.Literal(node.name, node.start, node.end)],
        node.start,
        node.end,
    )
    return frame.value(call)


def interpolation(frame: Frame, node: nodes.Interpolation) -> str:
    """A string with `${…}`: plain strings are added inline, everything else goes through coercion."""
    atoms: list[str] = []
    last = max((at for at, part in enumerate(node.parts) if not isinstance(part, str)), default=0)
    for at, part in enumerate(node.parts):
        if isinstance(part, str):
            atoms.append(repr(part))
        else:
            # Each part is coerced before the next one is evaluated.
            atoms.append(frame.atom(part) if at == last else coerced(frame, part))
    dynamic = [atom for atom in atoms if atom[0] not in "'\""]
    slow = f"INTERP(({', '.join(atoms)},))"
    if len(atoms) > _JOIN_LIMIT or not dynamic:
        return slow
    plain = " is ".join(f"{atom}.__class__" for atom in dynamic)
    if len(dynamic) == 1:
        return f"({' + '.join(atoms)} if {plain} is S else {slow})"
    # Where strings that are no UTF-8 meet, they may become UTF-8: that is not for `+` to see.
    result = frame.temporary()
    return f"({result} if {plain} is S and ({result} := {' + '.join(atoms)}).isascii() else {slow})"


def coerced(frame: Frame, node: nodes.Node) -> str:
    """An atom for a part of a string, as a string already."""
    atom = frame.atom(node)
    if isinstance(node, nodes.Literal):
        return atom
    result = frame.temporary()
    frame.emit(f"{result} = {atom} if {atom}.__class__ is S else INTERP(({atom},))", node)
    return result


def variable(frame: Frame, node: nodes.Variable) -> str:
    """A name."""
    found = frame.resolve(node, node.name)
    if isinstance(found, Binding):
        return frame.force(found, node)
    return from_withs(frame, node, found)


def current_position(frame: Frame, node: nodes.CurrentPosition, label: str = "") -> str:
    """`__curPos`."""
    position = frame.module.source.position(node.start)
    if position.file.startswith("«"):
        return "None"
    return f"{{'file': {position.file!r}, 'line': {position.line}, 'column': {position.column}}}"


def from_withs(frame: Frame, node: nodes.Variable, subjects: list[Binding]) -> str:
    """A name that only a `with` can supply: the innermost set that has it."""
    first, *others = subjects
    subject = frame.force(first, node)
    name = repr(node.name)
    result = frame.temporary()
    if isinstance(first, TableBinding):
        frame.emit(f"{result} = {subject}[{name}]", node)
        frame.emit(f"if {result}.__class__ is L: {result} = {subject}[{name}] = F({result})", node)
        return result
    if isinstance(others[0] if others else None, TableBinding):
        table = frame.refer(others[0])
        found = f"{subject}[{name}] if {name} in {subject} else {table}[{name}]"
        frame.emit(f"{result} = ({found}) if {subject}.__class__ is D else WITH({name}, {subject})", node)
    elif others:
        # The next sets are looked into as well where they are at hand: with `with lib; with types;` the second mostly
        # has the name.
        following = [frame.peek(other) for other in others[:_PEEKS] if not isinstance(other, TableBinding)]
        rest = ", ".join([subject, *map(frame.refer, others)])
        inline = " else ".join(
            f"{one}[{name}] if {one}.__class__ is D and {name} in {one}" for one in (subject, *following)
        )
        frame.emit(f"{result} = {inline} else WITH({name}, {rest})", node)
    else:
        frame.emit(f"{result} = {subject}[{name}]", node, "with", subject, node.name)
    frame.emit(f"if {result}.__class__ is L: {result} = F({result})", node)
    return result


def list_literal(frame: Frame, node: nodes.ListLiteral) -> str:
    """A list; its elements are delayed."""
    if not node.items:
        return "()"
    items = [literal_delay(frame, item) or frame.delay(item) for item in node.items]
    if all(item[0] in "'\"0b(" or item in ("None", "True", "False") for item in items):
        # CPython would make one constant of equal lists of constants, and Nix tells lists apart when it prints them.
        return f"T([{', '.join(items)}])"
    return f"({', '.join(items)},)"


def let(frame: Frame, node: nodes.Let) -> str:
    """`let … in body`, in the middle of something."""
    outer = frame.scope
    bind_let(frame, node)
    result = frame.value(node.body)
    frame.scope = outer
    return result


def let_tail(frame: Frame, node: nodes.Let) -> None:
    """`let … in body`, last in a function."""
    outer = frame.scope
    bind_let(frame, node)
    frame.tail(node.body)
    frame.scope = outer


def enter_with(frame: Frame, node: nodes.With) -> None:
    """Put the set of a `with`, delayed, into scope."""
    if isinstance(node.subject, nodes.Variable):
        found = frame.resolve(node.subject, node.subject.name)
        if isinstance(found, Binding):
            # `with lib;`: the variable itself is the subject, and what is known of it stays known.
            frame.scope = Scope(frame.scope, {}, subject=found)
            return
    subject = Binding("with", f"w{frame.module.number()}")
    frame.emit(f"{subject.python} = {frame.delay(node.subject)}")
    frame.declare(subject)
    frame.scope = Scope(frame.scope, {}, subject=subject)


def tabulate_withs(frame: Frame, body: nodes.Node) -> None:
    """Where several `with`s are around a body in which names may be looked up again and again, as in the files of
    nixpkgs' lib: a table that remembers what was found. Code in the body captures it instead of all the sets."""
    subjects = subjects_of(frame.scope)
    if not isinstance(body, nodes.AttrSet | nodes.Let) or len(subjects) < _TABULATED or subjects[0].builtin:
        return
    table = TableBinding("withs", f"w{frame.module.number()}")
    frame.emit(f"{table.python} = WITHS(({', '.join(map(frame.refer, subjects))}))")
    frame.declare(table)
    frame.learn(table, table.python)
    frame.scope = Scope(frame.scope, {}, subject=table)


def with_(frame: Frame, node: nodes.With) -> str:
    """`with subject; body`, in the middle of something."""
    outer = frame.scope
    enter_with(frame, node)
    tabulate_withs(frame, node.body)
    result = frame.value(node.body)
    frame.scope = outer
    return result


def with_tail(frame: Frame, node: nodes.With) -> None:
    """`with subject; body`, last in a function."""
    outer = frame.scope
    enter_with(frame, node)
    tabulate_withs(frame, node.body)
    frame.tail(node.body)
    frame.scope = outer


def assert_check(frame: Frame, node: nodes.Assert) -> None:
    """The check of an `assert`."""
    condition = frame.assign(condition_text(frame, node.condition), node.condition)
    frame.emit(f"if not {condition}:")
    with frame.block():
        text = print_tree(node.condition, frame.module.source)
        comparison = node.condition
        if isinstance(comparison, nodes.Binary) and comparison.operator == "==":
            operands = f"{frame.delay(comparison.left)}, {frame.delay(comparison.right)}"
            frame.emit(f"raise ASSERTEQ({text!r}, {operands})", node.condition)
        else:
            frame.emit(f"raise ASSERT({text!r})", node.condition)


def assert_(frame: Frame, node: nodes.Assert) -> str:
    """`assert condition; body`, in the middle of something."""
    assert_check(frame, node)
    return frame.value(node.body)


def assert_tail(frame: Frame, node: nodes.Assert) -> None:
    """`assert condition; body`, last in a function."""
    assert_check(frame, node)
    frame.tail(node.body)


_BOOLEAN_OPERATORS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||", "->"})


def condition_text(frame: Frame, node: nodes.Node) -> str:
    """Text of an expression that is True or False; anything else the node gives is an error."""
    text = frame.value(node)
    boolean = (
        isinstance(node, nodes.HasAttr)
        or (isinstance(node, nodes.Binary) and node.operator in _BOOLEAN_OPERATORS)
        or (isinstance(node, nodes.Unary) and node.operator == "!")
        or text in ("True", "False")
        or is_boolean_builtin(frame, node)
    )
    if boolean:
        return text
    atom = frame.assign(text, node)
    return f"({atom} is True or {atom} is not False and NOTBOOL({atom}))"


def if_(frame: Frame, node: nodes.If) -> str:
    """`if … then … else …`, in the middle of something."""
    if is_too_deep(frame):
        return outlined(frame, node)
    condition = condition_text(frame, node.condition)
    result = frame.temporary()
    frame.emit(f"if {condition}:", node.condition)
    with frame.block():
        frame.emit(f"{result} = {frame.value(node.consequence)}", node.consequence)
    frame.emit("else:")
    with frame.block():
        frame.emit(f"{result} = {frame.value(node.alternative)}", node.alternative)
    return result


def if_tail(frame: Frame, node: nodes.If) -> None:
    """`if … then … else …`, last in a function: a chain of `else if` stays at one indentation."""
    if is_too_deep(frame):
        frame.emit(f"return {outlined(frame, node)}", node)
        return
    frame.emit(f"if {condition_text(frame, node.condition)}:", node.condition)
    with frame.block():
        frame.tail(node.consequence)
    frame.tail(node.alternative)


def outlined(frame: Frame, node: nodes.Node) -> str:
    """The node's value by way of a thunk, whose unit starts at indentation 0 again."""
    return f"F({frame.thunk(node)})"


def path_delay(frame: Frame, node: nodes.PathLiteral, label: str) -> str | None:
    """A path that needs no evaluation is a constant."""
    first = node.parts[0]
    if len(node.parts) == 1 and isinstance(first, str) and not first.startswith("~"):
        return path_text(frame, first)
    return None


_SMALL: Final = 4
"""A list literal of at most this many names and constants is built at once: a thunk of it would cost as much."""


def list_delay(frame: Frame, node: nodes.ListLiteral, label: str) -> str | None:
    """A short list of names and constants is as cheap as its thunk."""
    if not node.items:
        return "()"
    if len(node.items) <= _SMALL and not is_shown(frame) and all(is_trivial(frame, item) for item in node.items):
        return list_literal(frame, node)
    return None


def is_trivial(frame: Frame, node: nodes.Node) -> bool:
    """Whether delaying the node is just naming it: a constant or a variable that no `with` has to supply."""
    if isinstance(node, nodes.Literal):
        return True
    return isinstance(node, nodes.Variable) and isinstance(frame.resolve(node, node.name), Binding)


def argument(frame: Frame, node: nodes.Node) -> str:
    """Text of a function's argument: as `delay`, but set and list literals are built at once, since a function that is
    handed one nearly always looks into it."""
    if not is_shown(frame) and (
        isinstance(node, nodes.ListLiteral)
        or (isinstance(node, nodes.AttrSet) and not node.recursive and not node.dynamic)
    ):
        return VALUES[node.__class__](frame, node)
    return frame.delay(node)


VALUES.update(
    {
        nodes.Literal: literal,
        nodes.PathLiteral: path_literal,
        nodes.SearchPath: search_path,
        nodes.Interpolation: interpolation,
        nodes.Variable: variable,
        nodes.CurrentPosition: current_position,
        nodes.ListLiteral: list_literal,
        nodes.Let: let,
        nodes.With: with_,
        nodes.Assert: assert_,
        nodes.If: if_,
    }
)
TAILS.update({nodes.Let: let_tail, nodes.With: with_tail, nodes.Assert: assert_tail, nodes.If: if_tail})
DELAYS.update(
    {
        nodes.Literal: literal,
        nodes.CurrentPosition: current_position,
        nodes.ListLiteral: list_delay,
        nodes.PathLiteral: path_delay,
    }
)
