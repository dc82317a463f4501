"""How a builtin is declared, and what a declaration becomes.

    @builtin("elemAt", "xs n")
    def elem_at(xs: Value, n: Value) -> Value:
        '''Element n of list xs, from 0.'''

A word for each argument; `xs` is forced before the call (the function gets a value), `?x` is not (it gets a value
or a thunk). Strict arguments are forced from left to right, all before the function looks at any of them; what Nix
looks at before it evaluates the next argument is a `Check`. The Python
function is what generated code calls when the builtin is named and given all its arguments; `curried` is what it is as
a first-class value.

    @constant("langVersion")
    def lang_version() -> Value:
        '''Version of the language.'''

is for a builtin that is no function; it is computed when first needed, once in an evaluation.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import FunctionType

from pyoci.records import Record
from pyoci.runtime.primops import curry
from pyoci.runtime.thunks import Thunk
from pyoci.runtime.values import Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])


class Check(Record):
    """What must be right about an argument before the next one is evaluated."""

    passes: str
    """An expression of generated code that is true where all is well; `{0}` is the first argument, `{1}` the second,
    and `S`, `I`, `T`, `D` and `X` are the types of plain strings, integers, lists, sets and functions."""
    check: Callable[..., object]
    """Called with the arguments so far where it is false; raises what is wrong with them, if it is."""


class Builtin(Record):
    """A declared builtin."""

    name: str
    """As in `builtins.name`."""
    parameters: tuple[str, ...]
    """Names of its arguments, as in the Nix manual."""
    strict: tuple[bool, ...]
    """Which of them are forced before the call."""
    implementation: FunctionType
    """Takes that many positional arguments, returns a value (never a thunk)."""
    curried: Value
    """The first-class function."""
    is_global: bool
    """Whether the bare name is in scope (`map`, `toString`, …); `__name` is where it is not."""
    doc: str
    impure: bool
    """Whether the answer can change between runs with the same files (`getEnv`)."""
    checks: tuple[Check, ...]
    """Of the first argument, the second, …"""
    feature: str | None
    """The experimental feature that brings it; None: it is always there."""


class Constant(Record):
    """A declared builtin that is no function."""

    name: str
    """As in `builtins.name`."""
    compute: Callable[[], Value]
    """Its value (never a thunk) in the evaluation that is running."""
    is_global: bool
    """Whether the bare name is in scope (`true`, `derivation`); `__name` is where it is not."""
    doc: str
    impure: bool
    """Whether it is missing in pure mode (`currentTime`)."""


BUILTINS: Final[dict[str, Builtin]] = {}
"""Every declared builtin that is a function, by name. Complete once `all_builtins` was called."""

CONSTANTS: Final[dict[str, Constant]] = {}
"""Every declared constant, by name. Complete once `all_builtins` was called."""

FAMILIES: Final = (
    "attrs",
    "constants",
    "contexts",
    "control",
    "conversion",
    "derivations",
    "dynamic",
    "fetchers",
    "files",
    "flakes",
    "hashing",
    "lists",
    "numbers",
    "ordering",
    "reflection",
    "regex",
    "sources",
    "strings",
    "trees",
    "versions",
)
"""The modules of this package that declare builtins."""


def builtin(
    name: str,
    parameters: str,
    *,
    is_global: bool = False,
    impure: bool = False,
    checks: tuple[Check, ...] = (),
    feature: str | None = None,
) -> Callable[[F], F]:
    """Declare a builtin of one to three arguments."""

    def declare(implementation: F) -> F:
        words = parameters.split()
        strict = tuple(not word.startswith("?") for word in words)
        assert isinstance(implementation, FunctionType) and implementation.__code__.co_argcount == len(words)
        implementation.nix_name = name  # type: ignore[attr-defined]  # what `printing.primop_name` looks for
        BUILTINS[name] = Builtin(
            name=name,
            parameters=tuple(word.lstrip("?") for word in words),
            strict=strict,
            implementation=implementation,
            curried=curry(implementation, strict, *[check.check for check in checks]),
            is_global=is_global,
            doc=(implementation.__doc__ or "").strip(),
            impure=impure,
            checks=checks,
            feature=feature,
        )
        return implementation

    return declare


def constant(name: str, *, is_global: bool = False, impure: bool = False) -> Callable[[F], F]:
    """Declare a builtin that is no function by what computes it."""

    def declare(compute: F) -> F:
        CONSTANTS[name] = Constant(
            name=name, compute=compute, is_global=is_global, doc=(compute.__doc__ or "").strip(), impure=impure
        )
        return compute

    return declare


def all_builtins() -> dict[str, Builtin | Constant]:
    """Every builtin and constant by name, with all families imported."""
    for family in FAMILIES:
        import_module(f"pyoci.builtins.{family}")
    return {**BUILTINS, **CONSTANTS}


def builtins_set(*, pure: bool, features: frozenset[str] = frozenset()) -> dict[str, Lazy]:
    """The set `builtins`, made once for each evaluator: its own `builtins` attribute is the set itself, and constants
    are computed when first needed. In pure mode the impure constants are missing, and always what belongs to
    experimental features that are not among `features`."""
    declared = all_builtins()
    result: dict[str, Lazy] = {}
    for name, declaration in declared.items():
        if isinstance(declaration, Builtin):
            if declaration.feature is None or declaration.feature in features:
                result[name] = declaration.curried
        elif not (pure and declaration.impure):
            result[name] = [_compute, declaration.compute]
    result["builtins"] = result
    return result


def _compute(thunk: Thunk) -> Value:
    compute: Callable[[], Value] = thunk[1]
    return compute()


def check_arguments(name: str, *arguments: Value) -> None:
    """Raise what is wrong with the first arguments of a builtin."""
    BUILTINS[name].checks[len(arguments) - 1].check(*arguments)
