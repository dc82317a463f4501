"""The door of the compiler: a tree becomes a module's text."""

from __future__ import annotations

# Each of these adds its constructs to the tables in `frame`.
from pyoci.compiler import functions, groups, operators, selection, shapes, values  # noqa: F401
from pyoci.compiler.frame import Frame, Module, Unit
from pyoci.compiler.scope import GlobalNames
from pyoci.syntax.nodes import Node
from pyoci.syntax.source import Source


def generate(tree: Node, source: Source, global_names: GlobalNames) -> Module:
    """The module of a file. Its last unit is `main`, a function without arguments that returns the file's value.

    Raises UndefinedVariable, with its place, for a name that nothing binds."""
    module = Module(source, global_names)
    unit = Unit("main", "", tree)
    unit.lines.append("def main():")
    Frame(module, unit, None, None, lifted=False).tail(tree)
    module.units.append(unit)
    return module


def module_text(module: Module) -> str:
    """The module as Python text."""
    return "\n".join(["\n".join(unit.lines) for unit in module.units]) + "\n"
