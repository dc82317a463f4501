"""Functions: `x: …`, `{ a, b ? 1 }: …`, and how several arguments become one call."""

from __future__ import annotations

from pyoci.compiler.frame import DELAYS, VALUES, Frame, constant_text, is_shown, is_too_deep
from pyoci.compiler.module import thunk_text
from pyoci.compiler.scope import Binding, Scope
from pyoci.syntax import nodes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

MAX_ARITY: Final = 3
"""So many directly nested `a: b: …` become one Python function."""


def uncurried(node: nodes.Lambda) -> list[nodes.Lambda]:
    """The lambdas that become one Python function with `node`, outermost first."""
    lambdas = [node]
    while len(lambdas) < MAX_ARITY and node.formals is None:
        body = node.body
        if not isinstance(body, nodes.Lambda) or body.formals is not None:
            break
        lambdas.append(body)
        node = body
    return lambdas


def function(frame: Frame, node: nodes.Lambda, label: str = "") -> str:
    """A function that no variable is bound to; `label` is the attribute that it defines, if any."""
    if is_too_deep(frame):
        return f"F({frame.thunk(node, label)})"
    if not label and frame.unit.node is node:
        label = frame.unit.label
    python = frame.module.python_name(label or "lambda")
    define_function(frame, node, python, label)
    return python


def function_delay(frame: Frame, node: nodes.Lambda, label: str) -> str | None:
    """A function is made at once: that is as cheap as a thunk."""
    return None if is_too_deep(frame) or is_shown(frame) else function(frame, node, label)


def define_function(frame: Frame, node: nodes.Lambda, python: str, label: str) -> None:
    """Write a function as the Python function `python`; `label` is what the user calls it, "" where nothing does."""
    module = frame.module
    module.functions[python] = node
    module.labels[python] = label
    lambdas = uncurried(node)
    child = Frame(module, frame.unit, frame, frame.scope, lifted=False)
    if node.formals is not None:
        parameter = Binding(node.parameter or "", module.python_name(node.parameter or "args"))
        child.declare(parameter)
        frame.emit(f"def {python}({parameter.python}):", node)
        bind_formals(child, node, parameter)
    else:
        names: dict[str, Binding] = {}
        parameters = []
        for one in lambdas:
            assert one.parameter is not None
            binding = Binding(one.parameter, module.python_name(one.parameter))
            names[one.parameter] = binding
            child.declare(binding)
            parameters.append(binding.python)
        first, *others = parameters
        frame.emit(f"def {python}({', '.join([first, *(f'{name}=...' for name in others)])}):", node)
        if others:
            child.emit(f"if {others[-1]} is ...: return ...")
        child.scope = Scope(frame.scope, names)
    body = lambdas[-1].body
    if label and isinstance(body, nodes.Lambda):
        # What is left of a function after so many arguments has its name.
        child.emit(f"return {function(child, body, label)}", body)
    else:
        child.tail(body)


def bind_formals(frame: Frame, node: nodes.Lambda, parameter: Binding) -> None:
    """Write the beginning of a function with a set pattern: check the argument, take its attributes out."""
    assert node.formals is not None
    module, argument = frame.module, parameter.python
    words = [formal.name + ("?" if formal.default is not None else "") for formal in node.formals]
    frame.emit(repr(" ".join([*words, "..."] if node.ellipsis else words)))
    frame.emit(f"if {argument}.__class__ is L: {argument} = F({argument})", node)
    frame.emit(f"if {argument}.__class__ is not D: raise NOTSET({argument})", node)
    frame.learn(parameter, argument)
    names = {formal.name: Binding(formal.name, module.python_name(formal.name)) for formal in node.formals}
    if node.parameter is not None:
        names[node.parameter] = parameter
    frame.scope = Scope(frame.scope, names)
    for formal in node.formals:
        binding = names[formal.name]
        frame.declare(binding)
        if formal.default is None:
            key = repr(formal.name)
            frame.emit(f"{binding.python} = {argument}[{key}]", formal, "formal", argument, formal.name)
    bind_defaults(frame, node.formals, names, argument)
    if not node.ellipsis:
        check_unexpected(frame, node, argument)


def bind_defaults(frame: Frame, formals: list[nodes.Formal], names: dict[str, Binding], argument: str) -> None:
    """Take out the attributes that have defaults. A default may use any formal, also one that comes later: such a
    thunk is made with a hole that is filled when all are there."""
    pending = {names[formal.name] for formal in formals if formal.default is not None}
    holes: list[str] = []
    for formal in formals:
        if formal.default is None:
            continue
        binding = names[formal.name]
        key = repr(formal.name)
        simple = available(frame, formal.default, pending)
        if simple is not None:
            text = simple
        else:
            unit, captures = frame.lift(formal.default, formal.name, binding)
            parts = [unit]
            for index, other in enumerate(captures, 1):
                if other in pending:
                    parts.append("None")
                    holes.append(f"if {key} not in {argument}: {binding.python}[{index}] = {other.python}")
                else:
                    parts.append(frame.refer(other))
            text = thunk_text(parts[0], parts[1:])
        frame.emit(f"{binding.python} = {argument}[{key}] if {key} in {argument} else {text}")
        pending.discard(binding)
    for hole in holes:
        frame.emit(hole)


def available(frame: Frame, node: nodes.Node, pending: set[Binding]) -> str | None:
    """Text of a default that is a constant or a variable that has been assigned, None for any other."""
    if isinstance(node, nodes.ListLiteral) and not node.items:
        return "()"
    if isinstance(node, nodes.Literal):
        return constant_text(node.value)
    if isinstance(node, nodes.Variable):
        found = frame.resolve(node, node.name)
        if isinstance(found, Binding) and found not in pending:
            return frame.refer(found)
    return None


def check_unexpected(frame: Frame, node: nodes.Lambda, argument: str) -> None:
    """Refuse attributes that no formal names."""
    assert node.formals is not None
    required = sum(formal.default is None for formal in node.formals)
    if required == len(node.formals):
        condition = f"len({argument}) != {required}"
    else:
        known = frame.module.name_set(formal.name for formal in node.formals)
        condition = f"len({argument}) > {required} and not {argument}.keys() <= {known}"
    names = " ".join(formal.name for formal in node.formals)
    frame.emit(f"if {condition}: raise UNEXPECTED({argument}, {names!r})", node, "function")


VALUES[nodes.Lambda] = function
DELAYS[nodes.Lambda] = function_delay
