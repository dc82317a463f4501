"""Operators. Integers and plain strings are handled inline, everything else by the runtime."""

from __future__ import annotations

from collections.abc import Callable

from pyoci.compiler.frame import VALUES, Frame, constant_text, is_too_deep
from pyoci.compiler.scope import Binding
from pyoci.compiler.values import condition_text, outlined
from pyoci.runtime.errors import UndefinedVariable
from pyoci.runtime.values import INT_MAX, INT_MIN
from pyoci.syntax import nodes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


def binary(frame: Frame, node: nodes.Binary) -> str:
    """An operator with two operands, left before right where `_RIGHT_FIRST` does not have it."""
    logical = _LOGICAL.get(node.operator)
    if logical is not None:
        return logical(frame, node)
    if node.operator in _RIGHT_FIRST:
        try:
            right = frame.atom(node.right)
        except UndefinedVariable:
            if node.operator == "//":
                frame.atom(node.left)  # what is wrong with it is told first
            raise
        if node.operator == "//" and not is_harmless(frame, node.left):
            frame.emit(f"if {right}.__class__ is not D: UPDATE({{}}, {right})", node)
        return _INLINE[node.operator](frame, frame.atom(node.left), right)
    if node.operator in ("==", "!="):
        left = operand(frame, node.left)
        right = operand(frame, node.right)
        if left in EMPTY and right in EMPTY:
            left = frame.assign(left)
        return _INLINE[node.operator](frame, left, right)
    left = frame.atom(node.left)
    if node.operator == "+" and not isinstance(node.left, nodes.Literal) and not is_harmless(frame, node.right):
        # What is neither number, string nor path is made a string, or refused, before the right side is evaluated.
        checked = frame.temporary()
        frame.emit(
            f"{checked} = {left} if {left}.__class__ is I or {left}.__class__ is S else FIRST({left})", node.left
        )
        left = checked
    right = frame.atom(node.right)
    return _INLINE[node.operator](frame, left, right)


EMPTY: Final = {"()": "T", "{}": "D"}
"""Text of an empty list and set, and the type to test for."""


def operand(frame: Frame, node: nodes.Node) -> str:
    """An atom for an operand of a comparison; an empty list or set as it is written."""
    if isinstance(node, nodes.ListLiteral) and not node.items:
        return "()"
    if isinstance(node, nodes.AttrSet) and not node.attributes and not node.dynamic:
        return "{}"
    return frame.atom(node)


def is_harmless(frame: Frame, node: nodes.Node) -> bool:
    """Whether evaluating the node cannot fail: a constant, a list, a function, or a variable that is forced."""
    if isinstance(node, nodes.Variable):
        found = frame.resolve(node, node.name)
        return isinstance(found, Binding) and frame.is_forced(found)
    return isinstance(node, nodes.Literal | nodes.Lambda | nodes.ListLiteral)


def conjunction(frame: Frame, node: nodes.Binary) -> str:
    """`left && right`."""
    return short_circuit(frame, node, "", "and")


def disjunction(frame: Frame, node: nodes.Binary) -> str:
    """`left || right`."""
    return short_circuit(frame, node, "not ", "or")


def implication(frame: Frame, node: nodes.Binary) -> str:
    """`left -> right`."""
    left = condition_text(frame, node.left)
    negated = frame.assign(f"(not {left})", node.left)
    return continued(frame, node, negated, "not ", "or")


def short_circuit(frame: Frame, node: nodes.Binary, negation: str, word: str) -> str:
    """`&&` and `||`: the right side is only evaluated where the left does not decide."""
    left = frame.assign(condition_text(frame, node.left), node.left)
    return continued(frame, node, left, negation, word)


def continued(frame: Frame, node: nodes.Binary, left: str, negation: str, word: str) -> str:
    """The right side of a logical operator, inline when it is a mere expression, else in a block of its own."""
    if is_too_deep(frame):
        return f"({left} {word} NOTBOOL({outlined(frame, node.right)}))"
    lines = frame.unit.lines
    result = frame.temporary()
    mark = len(lines)
    frame.emit(f"{result} = {left}")
    frame.emit(f"if {negation}{result}:")
    with frame.block():
        right = condition_text(frame, node.right)
        if len(lines) > mark + 2:
            frame.emit(f"{result} = {right}", node.right)
            return_text = result
        else:
            del lines[mark:]
            return_text = f"({left} {word} {right})"
    return return_text


def unary(frame: Frame, node: nodes.Unary) -> str:
    """`!operand` and `-operand`."""
    if node.operator == "!":
        # Of many, two say as much: text that is nested ever deeper is none that Python takes.
        operand, negations = node.operand, 1
        while isinstance(operand, nodes.Unary) and operand.operator == "!":
            operand, negations = operand.operand, negations + 1
        text = f"(not {condition_text(frame, operand)})"
        return text if negations % 2 else f"(not {text})"
    if isinstance(node.operand, nodes.Literal) and isinstance(node.operand.value, int | float):
        return constant_text(0 - node.operand.value)
    atom = frame.atom(node.operand)
    return f"(-{atom} if {atom}.__class__ is I and {atom} != {INT_MIN} else NEG({atom}))"


def _arithmetic(operator: str, slow: str) -> Callable[[Frame, str, str], str]:
    """What writes an operator on two atoms; `slow` is a function to call with them, or the text of a thunk."""

    def write(frame: Frame, left: str, right: str) -> str:
        fast = f"({left} {operator} {right})"
        otherwise = slow if slow.startswith("[") else f"{slow}({left}, {right})"
        if _is_number(right) and _is_number(left):
            return otherwise
        if operator != "*" and (_is_number(right) or _is_number(left)):
            number, other = (right, left) if _is_number(right) else (left, right)
            # Adding a constant can overflow on one side only, and one that is known.
            value = int(number, 16)
            if operator == "+":
                safe = f"{other} <= {INT_MAX - value}"
            elif number == right:
                safe = f"{other} >= {INT_MIN + value}"
            else:
                safe = f"{other} >= {value - INT_MAX}"
            return f"({fast} if {other}.__class__ is I and {safe} else {otherwise})"
        result = frame.temporary()
        both = f"{left}.__class__ is I is {right}.__class__" if not _is_number(right) else f"{left}.__class__ is I"
        if _is_number(left):
            both = f"{right}.__class__ is I"
        in_range = f"{INT_MIN} <= ({result} := {left} {operator} {right}) <= {INT_MAX}"
        return f"({result} if {both} and {in_range} else {otherwise})"

    return write


def _is_number(atom: str) -> bool:
    return atom.startswith("0x")


def _is_string(atom: str) -> bool:
    return atom[0] in "'\""


def _equal(frame: Frame, left: str, right: str) -> str:
    for one, other in ((left, right), (right, left)):
        if one in ("None", "True", "False"):
            return f"({other} is {one})"
        if _is_string(one):
            return f"({left} == {right} if {other}.__class__ is S else EQ({left}, {right}))"
        if _is_number(one):
            return f"({left} == {right} if {other}.__class__ is I else EQ({left}, {right}))"
        if one in EMPTY:
            # Of a set on the left, Nix asks first whether it is a derivation.
            plain = " and 'type' not in " + other if one == right == "{}" else ""
            return f"(not {other} if {other}.__class__ is {EMPTY[one]}{plain} else EQ({left}, {right}))"
    return f"({left} == {right} if {left}.__class__ is S is {right}.__class__ else EQ({left}, {right}))"


def _not_equal(frame: Frame, left: str, right: str) -> str:
    return f"(not {_equal(frame, left, right)})"


def _less(frame: Frame, left: str, right: str) -> str:
    return _ordered(left, "<", right, f"LT({left}, {right})")


def _less_or_equal(frame: Frame, left: str, right: str) -> str:
    return _ordered(left, "<=", right, f"(not LT({right}, {left}))")


def _greater(frame: Frame, left: str, right: str) -> str:
    return _ordered(left, ">", right, f"LT({right}, {left})")


def _greater_or_equal(frame: Frame, left: str, right: str) -> str:
    return _ordered(left, ">=", right, f"(not LT({left}, {right}))")


def _ordered(left: str, operator: str, right: str, slow: str) -> str:
    unknown = [atom for atom in (left, right) if not _is_number(atom)]
    if not unknown:
        return f"({left} {operator} {right})"
    ints = f"{unknown[0]}.__class__ is I" + (f" is {unknown[1]}.__class__" if len(unknown) > 1 else "")
    return f"({left} {operator} {right} if {ints} else {slow})"


def _concatenation(frame: Frame, left: str, right: str) -> str:
    return f"({left} + {right} if {left}.__class__ is T is {right}.__class__ else CONCAT({left}, {right}))"


_LOGICAL: Final[dict[str, Callable[[Frame, nodes.Binary], str]]] = {
    "&&": conjunction,
    "||": disjunction,
    "->": implication,
}
_INLINE: Final[dict[str, Callable[[Frame, str, str], str]]] = {
    "+": _arithmetic("+", "ADD"),
    "-": _arithmetic("-", "SUB"),
    "*": _arithmetic("*", "MUL"),
    "/": lambda frame, left, right: f"DIV({left}, {right})",
    "//": lambda frame, left, right: f"UPDATE({left}, {right})",
    "==": _equal,
    "!=": _not_equal,
    "<": _less,
    "<=": _less_or_equal,
    ">": _greater,
    ">=": _greater_or_equal,
    "++": _concatenation,
}
_RIGHT_FIRST: Final = frozenset(("//", ">", "<="))
"""Operators that evaluate their right operand first: `a > b` is `b < a`, and `a <= b` is `!(b < a)`."""


def arithmetic_delay(frame: Frame, node: nodes.Binary, label: str) -> str | None:
    """A sum of what is at hand is computed at once where both are integers: it cannot fail then (nor overflow, or the
    thunk is made after all), costs less than the thunk, and spares the forcing."""
    if node.operator not in ("+", "-", "*"):
        return None
    atoms = []
    for operand in (node.left, node.right):
        if isinstance(operand, nodes.Literal) and operand.value.__class__ is int:
            atoms.append(constant_text(operand.value))
        elif isinstance(operand, nodes.Variable):
            found = frame.resolve(operand, operand.name)
            if not isinstance(found, Binding) or not found.python or not frame.is_forced(found):
                return None
            atoms.append(frame.refer(found))
        else:
            return None
    if _is_number(atoms[0]) and _is_number(atoms[1]):
        return None
    return _arithmetic(node.operator, frame.thunk(node, label))(frame, *atoms)


VALUES[nodes.Binary] = binary
VALUES[nodes.Unary] = unary
