"""The globals of generated code: what its short names stand for, and the slow paths behind its inline tests."""

from __future__ import annotations

import os
from types import FunctionType

from pyoci.runtime.aggregates import concat_lists, update
from pyoci.runtime.arithmetic import add, divide, multiply, negate, subtract
from pyoci.runtime.calls import call, call2, call3, callable_for, partial
from pyoci.runtime.coercion import (
    concat_path,
    expect_bool,
    expect_plain_string,
    expect_set,
    first_of_sum,
    interpolate,
    mismatch,
)
from pyoci.runtime.compare import equal, less_than
from pyoci.runtime.differences import unequal
from pyoci.runtime.errors import AssertionFailed, EvalError, MissingArgument, NixError
from pyoci.runtime.host import host
from pyoci.runtime.printing.literals import format_name
from pyoci.runtime.shapes import SHAPES
from pyoci.runtime.strings import canon_path
from pyoci.runtime.suggestions import similar
from pyoci.runtime.thunks import force, force_thunk
from pyoci.runtime.values import Lazy, Value
from pyoci.runtime.withs import WithTable, with_lookup

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final


def attribute_name(value: Value) -> str:
    """The name of a dynamic attribute in a path."""
    return expect_plain_string(value, "while evaluating an attribute name")


def add_attribute(target: dict[str, Lazy], name: Value, value: Lazy, file: str, offset: int) -> None:
    """Add a dynamic attribute to a set that is being made; a null name drops it."""
    if name is None:
        return
    text = attribute_name(name)
    if text in target:
        raise EvalError(
            f"dynamic attribute '{format_name(text)}' already defined{host().dynamic_attribute_place(target, text)}"
        )
    target[host().dynamic_key(text, file, offset)] = value


def apply_overrides(target: dict[str, Lazy]) -> None:
    """`__overrides`: its attributes take the place of the set's own."""
    overrides = expect_set(force(target["__overrides"]), "while evaluating the `__overrides` attribute")
    for name, value in overrides.items():
        target.pop(name, None)
        target[name] = value


def not_a_set(value: Value) -> NixError:
    """The error of something that had to be a set."""
    return mismatch("a set", value)


def not_a_boolean(value: Value) -> bool:
    """Raises the error of something that had to be a Boolean; takes one through."""
    return expect_bool(value)


_NAMES_OF_NIX: Final = (
    *"outPath drvPath type meta name value __overrides __functor __toString".split(),
    "",
    *"""
    system outputs outputName file line column right wrong builder args outputHash outputHashAlgo outputHashMode
    description self startSet operator key path prefix outputSpecified
    """.split(),
)


def unexpected_argument(argument: dict[str, Lazy], names: str) -> NixError:
    """The error of a call with an attribute that no formal names."""
    known = names.split()
    wrong = [name for name in argument if name not in known]
    # C++ Nix looks at names in the order in which it met them first: its own, then those of the files it read.
    unexpected = next((name for name in _NAMES_OF_NIX if name in wrong), wrong[0])
    return MissingArgument(
        f"function '{{function}}' called with unexpected argument '{format_name(unexpected)}'",
        hint=similar(unexpected, known),
    )


def failed_assertion(text: str) -> AssertionFailed:
    """The error of an `assert` whose condition is printed as `text`."""
    return AssertionFailed(f"assertion '{text}' failed")


def failed_equation(text: str, left: Lazy, right: Lazy) -> NixError:
    """The error of an `assert left == right`."""
    error = unequal(force(left), force(right))
    error.traces.append((f"while evaluating the condition of the assertion '{text}'", None))
    return error


def home_path(rest: str) -> bytes:
    """`~/rest`."""
    home = host().getenv("HOME") or os.path.expanduser("~")
    return canon_path(os.fsencode(home) + b"/" + os.fsencode(rest))


def search_path_lookup(name: str) -> bytes:
    """`<name>`."""
    return host().find_file(host().search_path, name)


GLOBALS: Final[dict[str, Any]] = {
    "L": list,
    "D": dict,
    "T": tuple,
    "S": str,
    "I": int,
    "B": bool,
    "X": FunctionType,
    "F": force_thunk,
    "C": call,
    "C2": call2,
    "C3": call3,
    "FUNCTOR": callable_for,
    "PARTIAL": partial,
    "FIRST": first_of_sum,
    "ADD": add,
    "SUB": subtract,
    "MUL": multiply,
    "DIV": divide,
    "NEG": negate,
    "EQ": equal,
    "LT": less_than,
    "CONCAT": concat_lists,
    "UPDATE": update,
    "INTERP": interpolate,
    "PATHCAT": concat_path,
    "NAME": attribute_name,
    "ADDATTR": add_attribute,
    "OVERRIDE": apply_overrides,
    "WITH": with_lookup,
    "WITHS": WithTable,
    "NOTSET": not_a_set,
    "NOTBOOL": not_a_boolean,
    "UNEXPECTED": unexpected_argument,
    "ASSERT": failed_assertion,
    "ASSERTEQ": failed_equation,
    "HOME": home_path,
    "FIND": search_path_lookup,
    **SHAPES,
}
"""Short, since they stand in every line: one letter for what is tested inline, a word for what is called."""
