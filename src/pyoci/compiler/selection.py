"""Selecting attributes, asking for them, and applying functions."""

from __future__ import annotations

from pyoci.compiler.attributes import BOOLEAN_BUILTINS, static_builtin
from pyoci.compiler.frame import VALUES, Frame, is_too_deep
from pyoci.compiler.operators import is_harmless
from pyoci.compiler.scope import Binding, BuiltinSignature, builtin_name
from pyoci.compiler.values import argument, outlined
from pyoci.syntax import nodes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


def name_text(frame: Frame, name: nodes.Name) -> str:
    """An atom for one component of an attribute path."""
    if isinstance(name.name, str):
        return repr(name.name)
    atom = frame.atom(name.name)
    return frame.assign(f"({atom} if {atom}.__class__ is S else NAME({atom}))", name)


def select(frame: Frame, node: nodes.Select) -> str:
    """`subject.path` and `subject.path or default`."""
    builtin = static_builtin(frame, node)
    if builtin is not None:
        return frame.force(builtin, node)
    subject = frame.atom(node.subject)
    if node.default is not None:
        return select_or(frame, node, subject)
    for index, name in enumerate(node.path):
        key = name_text(frame, name)
        # As in Nix, the next name is evaluated before the set that it is looked up in.
        if index:
            frame.emit(f"if {subject}.__class__ is L: {subject} = F({subject})", node, "attribute")
        result = frame.temporary()
        frame.emit(f"{result} = {subject}[{key}]", name, "select", subject, key)
        subject = result
    frame.emit(f"if {subject}.__class__ is L: {subject} = F({subject})", node, "attribute")
    return subject


def select_or(frame: Frame, node: nodes.Select, subject: str) -> str:
    """`subject.path or default`: `...` stands for "not there" on the way."""
    assert node.default is not None
    result = look_up(frame, node.path, subject, name_first=True)
    frame.emit(f"if {result} is ...:")
    with frame.block():
        default = outlined(frame, node.default) if is_too_deep(frame) else frame.value(node.default)
        frame.emit(f"{result} = {default}", node.default)
    frame.emit(f"elif {result}.__class__ is L: {result} = F({result})", node, "attribute")
    return result


def look_up(frame: Frame, path: list[nodes.Name], subject: str, *, name_first: bool = False) -> str:
    """A local variable with the unforced attribute at the end of a path, or `...` where the path breaks off.
    `name_first` tells whether a name is evaluated before the set that it is looked up in."""
    result = frame.temporary()
    indent = frame.indent
    for index, name in enumerate(path):
        dynamic = not isinstance(name.name, str)
        if index and not (dynamic and name_first):
            frame.emit(f"if {result}.__class__ is L: {result} = F({result})", name)
        if dynamic:
            # The name is only evaluated where the path leads up to it.
            if index:
                frame.emit(f"if {result} is not ...:")
                frame.indent += " "
            else:
                frame.emit(f"{result} = None")
        key = name_text(frame, name)
        if index and dynamic and name_first:
            frame.emit(f"if {result}.__class__ is L: {result} = F({result})", name)
        source = result if index else subject
        frame.emit(f"{result} = {source}[{key}] if {source}.__class__ is D and {key} in {source} else ...", name)
    frame.indent = indent
    return result


def has_attr(frame: Frame, node: nodes.HasAttr) -> str:
    """`subject ? path`."""
    subject = frame.atom(node.subject)
    if len(node.path) == 1:
        key = name_text(frame, node.path[0])
        return f"({subject}.__class__ is D and {key} in {subject})"
    return f"({look_up(frame, node.path, subject)} is not ...)"


def apply(frame: Frame, node: nodes.Apply) -> str:
    """`function argument…`."""
    text, rest = first_call(frame, node)
    while rest:
        now, rest = rest[:3], rest[3:]
        text = call(frame, node, frame.assign(text, node, "call"), now)
    return text


def first_call(frame: Frame, node: nodes.Apply) -> tuple[str, list[nodes.Node]]:
    """Text of the function with as many of its arguments as it is known to take, and the other arguments."""
    arguments = node.arguments
    builtin = static_builtin(frame, node.function)
    if builtin is not None:
        signature = frame.module.global_names.builtins.get(builtin.builtin or "")
        if signature is not None and len(arguments) >= len(signature.strict):
            texts = builtin_arguments(frame, builtin.name, signature, node)
            return builtin_call(builtin.name, texts), arguments[len(texts) :]
    if isinstance(node.function, nodes.Variable):
        found = frame.resolve(node.function, node.function.name)
        if isinstance(found, Binding) and found.arity:
            function = frame.refer(found)
            texts = [argument(frame, one) for one in arguments[: found.arity]]
            if len(texts) < found.arity:
                return f"PARTIAL({', '.join([function, *texts])})", []
            return f"{function}({', '.join(texts)})", arguments[found.arity :]
    return call(frame, node, frame.atom(node.function), arguments[:3]), arguments[3:]


def builtin_arguments(frame: Frame, name: str, signature: BuiltinSignature, node: nodes.Apply) -> list[str]:
    """Atoms or texts of the arguments of a builtin, those that it wants forced evaluated."""
    texts: list[str] = []
    unchecked = list(signature.checks)
    for at, (strict, one) in enumerate(zip(signature.strict, node.arguments, strict=False)):
        if strict and not is_harmless(frame, one):
            while unchecked and len(signature.checks) - len(unchecked) < at:
                check = unchecked.pop(0)
                given = texts[: len(signature.checks) - len(unchecked)]
                if not _passes(node, check):
                    frame.emit(f"if not ({check.format(*given)}): CHECK({name!r}, {', '.join(given)})", node)
        texts.append(frame.atom(one) if strict else argument(frame, one))
    return texts


def _passes(node: nodes.Apply, check: str) -> bool:
    """Whether a call passes a check, as far as that can be seen."""
    one = node.arguments[int(check[1])] if check.startswith("{") else None
    if isinstance(one, nodes.Lambda):
        return "is X" in check
    return isinstance(one, nodes.Literal) and f"is {_LETTERS[one.value.__class__]}" in check


_LETTERS: Final = {str: "S", int: "I", float: "float"}


def builtin_call(name: str, atoms: list[str]) -> str:
    """Text of a builtin with all its arguments: inline where that is a test of the type or little more."""
    called = f"b_{builtin_name(name)}({', '.join(atoms)})"
    inline = _INLINE_BUILTINS.get(name)
    # A constant has no business there; the builtin itself says what is wrong with it.
    if inline is None or not atoms[0].isidentifier():
        return called
    return f"({inline.format(atoms[0])})" if name in BOOLEAN_BUILTINS else f"({inline.format(atoms[0])} else {called})"


def call(frame: Frame, node: nodes.Apply, function: str, arguments: list[nodes.Node]) -> str:
    """Text of a call of something that may be any value, with one to three arguments."""
    texts = [argument(frame, one) for one in arguments]
    if len(texts) == 1:
        given = frame.assign(texts[0])
        result = frame.temporary()
        callee = f"({function} if {function}.__class__ is X else FUNCTOR({function}))"
        frame.emit(f"{result} = {callee}({given})", node, "call")
        frame.emit(f"if {result} is ...: {result} = C({function}, {given})", node, "call")
        return result
    atoms = ", ".join(frame.assign(text) for text in texts)
    takes_all = f"{function}.__class__ is X and {function}.__code__.co_argcount == {len(texts)}"
    return f"({function}({atoms}) if {takes_all} else C{len(texts)}({function}, {atoms}))"


_INLINE_BUILTINS: Final = {
    "isAttrs": "{0}.__class__ is D",
    "isBool": "{0}.__class__ is B",
    "isFunction": "{0}.__class__ is X",
    "isInt": "{0}.__class__ is I",
    "isList": "{0}.__class__ is T",
    "isNull": "{0} is None",
    "length": "len({0}) if {0}.__class__ is T",
    "stringLength": "len({0}) if {0}.__class__ is S and {0}.isascii()",
    "tail": "{0}[1:] if {0}.__class__ is T and {0}",
}
"""Text of builtins whose call costs more than they do; what is no Boolean ends before an `else` with the call."""

VALUES.update({nodes.Select: select, nodes.HasAttr: has_attr, nodes.Apply: apply})
