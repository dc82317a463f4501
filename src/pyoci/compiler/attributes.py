"""Attributes that can be found without evaluating, or that need not be forced."""

from __future__ import annotations

from pyoci.compiler.frame import Frame
from pyoci.compiler.module import thunk_text
from pyoci.compiler.scope import Binding
from pyoci.syntax import nodes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


def static_attribute(frame: Frame, subject: nodes.Node, name: str) -> Binding | None:
    """The builtin that `subject.name` is, where subject is `builtins` itself."""
    if isinstance(subject, nodes.Variable):
        found = frame.resolve(subject, subject.name)
        if isinstance(found, Binding) and found.builtin == "builtins":
            return frame.module.global_names.builtin(name)
    return None


def static_builtin(frame: Frame, node: nodes.Node) -> Binding | None:
    """The binding of the builtin that an expression names (`map`, `builtins.map`), if it does."""
    if isinstance(node, nodes.Variable):
        found = frame.resolve(node, node.name)
        return found if isinstance(found, Binding) and found.builtin else None
    if (
        isinstance(node, nodes.Select)
        and node.default is None
        and len(node.path) == 1
        and isinstance(node.path[0].name, str)
    ):
        return static_attribute(frame, node.subject, node.path[0].name)
    return None


BOOLEAN_BUILTINS: Final = frozenset(
    "all any elem hasAttr hasContext isAttrs isBool isFloat isFunction isInt isList isNull isPath isString lessThan "
    "pathExists".split()
)
"""Builtins that give a Boolean, whatever they are given."""


def is_boolean_builtin(frame: Frame, node: nodes.Node) -> bool:
    """Whether an expression is a call of one of these with all its arguments."""
    if not isinstance(node, nodes.Apply):
        return False
    found = static_builtin(frame, node.function)
    if found is None or found.name not in BOOLEAN_BUILTINS:
        return False
    return len(node.arguments) == len(frame.module.global_names.builtins[found.name].strict)


def attribute_later(frame: Frame, subject: Binding, name: str, offset: int) -> str:
    """Text of an attribute of a variable, unforced. Where the set is at hand it is looked up at once, which is as lazy
    as the thunk would be and makes one thing less to force."""
    text = frame.refer(subject)
    thunk = thunk_text("SEL", [text, repr(name), frame.module.place(offset)])
    if frame.is_forced(subject) and subject.constant is None:
        return f"({text}[{name!r}] if {text}.__class__ is D and {name!r} in {text} else {thunk})"
    return thunk


def inherited(frame: Frame, subject: nodes.Node, holder: str, name: str, attribute: nodes.Attribute) -> str:
    """Text of one attribute of `inherit (subject) name;` where an atom for the subject is at hand."""
    static = static_attribute(frame, subject, name)
    if static is not None:
        return frame.refer(static)
    if isinstance(subject, nodes.Variable):
        found = frame.resolve(subject, subject.name)
        if isinstance(found, Binding):
            return attribute_later(frame, found, name, attribute.start)
    return thunk_text("SEL", [holder, repr(name), frame.module.place(attribute.start)])
