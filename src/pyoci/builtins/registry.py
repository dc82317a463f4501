"""How a builtin is declared, and what a declaration becomes.

    @builtin("elemAt", "xs n")
    def elem_at(xs: Value, n: Value) -> Value:
        '''Element n of list xs, from 0.'''

A word for each argument; `xs` is forced before the call (the function gets a value), `?x` is not (it gets a value
or a thunk). The Python function is what generated code calls when the builtin is named and given all its arguments;
`curried` is what it is as a first-class value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Final, TypeVar

from pyoci.runtime.primops import curry
from pyoci.runtime.values import Value

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Builtin:
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
    """Whether the bare name is in scope too (`map`, `toString`, …)."""
    doc: str
    impure: bool
    """Whether the answer can change between runs with the same files (`currentTime`)."""


BUILTINS: Final[dict[str, Builtin]] = {}
"""Every declared builtin by name."""


def builtin(name: str, parameters: str, *, is_global: bool = False, impure: bool = False) -> Callable[[F], F]:
    """Declare a builtin of one to three arguments."""

    def declare(implementation: F) -> F:
        words = parameters.split()
        strict = tuple(not word.startswith("?") for word in words)
        assert isinstance(implementation, FunctionType) and implementation.__code__.co_argcount == len(words)
        BUILTINS[name] = Builtin(
            name=name,
            parameters=tuple(word.lstrip("?") for word in words),
            strict=strict,
            implementation=implementation,
            curried=curry(implementation, strict),
            is_global=is_global,
            doc=(implementation.__doc__ or "").strip(),
            impure=impure,
        )
        return implementation

    return declare
