"""Recognising thunks whose body is one of the shared ones of `runtime.shapes`."""

from __future__ import annotations

from pyoci.compiler.attributes import attribute_later, static_builtin
from pyoci.compiler.frame import DELAYS, Frame
from pyoci.compiler.module import thunk_text
from pyoci.compiler.operators import arithmetic_delay
from pyoci.compiler.scope import Binding
from pyoci.syntax import nodes


def variable_delay(frame: Frame, node: nodes.Variable, label: str) -> str | None:
    """A variable is as it is, forced or not; one that a `with` supplies is looked up later."""
    found = frame.resolve(node, node.name)
    if isinstance(found, Binding):
        return frame.refer(found)
    if len(found) == 1:
        return thunk_text("WVAR", [frame.refer(found[0]), repr(node.name), frame.module.place(node.start)])
    return None


def select_delay(frame: Frame, node: nodes.Select, label: str) -> str | None:
    """`variable.a.b`: a builtin needs no thunk, nor does an attribute of a set that is at hand; the names of a path lie
    in one string, parted by spaces."""
    builtin = static_builtin(frame, node)
    if builtin is not None:
        return frame.refer(builtin)
    if node.default is not None or not isinstance(node.subject, nodes.Variable):
        return None
    names = [name.name for name in node.path if isinstance(name.name, str)]
    found = frame.resolve(node.subject, node.subject.name)
    if len(names) < len(node.path):
        return None
    if isinstance(found, Binding) and len(names) == 1:
        return attribute_later(frame, found, names[0], node.path[0].start)
    if any(name.split() != [name] for name in names):
        return None
    rest = [repr(" ".join(names)), frame.module.place(node.start)]
    if isinstance(found, Binding):
        return thunk_text("SELPATH", [frame.refer(found), *rest])
    if len(found) == 1:
        return thunk_text("WSEL", [frame.refer(found[0]), repr(node.subject.name), *rest])
    return None


def apply_delay(frame: Frame, node: nodes.Apply, label: str) -> str | None:
    """`variable a b`, where a and b are names, constants or empty sets."""
    if len(node.arguments) > 2 or not isinstance(node.function, nodes.Variable):
        return None
    found = frame.resolve(node.function, node.function.name)
    texts = [simple_argument(frame, argument) for argument in node.arguments]
    if None in texts or static_builtin(frame, node.function) is not None:
        return None
    count = "2" if len(texts) == 2 else ""
    arguments = [text for text in texts if text is not None]
    if isinstance(found, Binding):
        return thunk_text(f"APP{count}", [frame.refer(found), *arguments, frame.module.place(node.start)])
    if len(found) == 1:
        name = repr(node.function.name)
        return thunk_text(f"WAPP{count}", [frame.refer(found[0]), name, *arguments, frame.module.place(node.start)])
    return None


def simple_argument(frame: Frame, node: nodes.Node) -> str | None:
    """Text of an argument that costs no more to make now than later, None where it is not of that kind."""
    if isinstance(node, nodes.Literal):
        return frame.delay(node)
    if isinstance(node, nodes.Variable) and isinstance(frame.resolve(node, node.name), Binding):
        return frame.delay(node)
    if isinstance(node, nodes.PathLiteral) and len(node.parts) == 1 and not str(node.parts[0]).startswith("~"):
        return frame.delay(node)
    if isinstance(node, nodes.AttrSet) and not node.attributes and not node.dynamic:
        return "{}"
    if isinstance(node, nodes.ListLiteral) and not node.items:
        return "()"
    return None


DELAYS.update(
    {
        nodes.Variable: variable_delay,
        nodes.Select: select_delay,
        nodes.Apply: apply_delay,
        nodes.Binary: arithmetic_delay,
    }
)
