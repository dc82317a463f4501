"""The derivations in a value, as nix-instantiate finds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from pyoci.runtime.errors import EVALUATION_ERRORS, EvalError, TypeMismatch, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value

_LISTED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_+-]*")
"""Names of attributes that are looked at."""


def derivations_in(value: Lazy, call: Callable[[Value], Value]) -> Iterator[Value]:
    """The derivations in a value: itself, or those in a list or set of them. In a set, sets with
    `recurseForDerivations = true` are looked into too; functions are `call`ed first.

    Raises TypeMismatch for a value that holds none, and what evaluating raises."""
    yield from _walk(value, call, set())


def _walk(value: Lazy, call: Callable[[Value], Value], done: set[int]) -> Iterator[Value]:
    value = call(force(value))
    if _is_derivation(value):
        yield from _once(value, done)
    elif value.__class__ is dict:
        for name in sorted_names(value):
            if not _LISTED.fullmatch(name):
                continue
            try:
                inner = force(value[name])
                if _is_derivation(inner):
                    yield from _once(inner, done)
                elif inner.__class__ is dict and force(inner.get("recurseForDerivations", False)) is True:
                    yield from _walk(inner, call, done)
            except EVALUATION_ERRORS as error:
                key = next(key for key in value if key == name)
                add_trace(error, f"while evaluating the attribute '{name}'", host().attribute_position(key))
                raise
    elif value.__class__ is tuple:
        for item in value:
            inner = force(item)
            if _is_derivation(inner):
                yield from _once(inner, done)
            else:
                yield from _walk(inner, call, done)
    else:
        raise TypeMismatch("expression does not evaluate to a derivation (or a set or list of those)")


def _once(derivation: Value, done: set[int]) -> Iterator[Value]:
    if id(derivation) not in done:
        done.add(id(derivation))
        if "name" not in derivation:
            raise EvalError("derivation name missing")
        yield derivation


def _is_derivation(value: Value) -> bool:
    return value.__class__ is dict and force(value.get("type")) == "derivation"


def instantiated(derivation: Value) -> str:
    """The path of a derivation as nix-instantiate prints it: with `!output` for another output than `out`."""
    if "drvPath" not in derivation:
        raise EvalError("derivation does not contain a 'drvPath' attribute")
    output = str(force(derivation.get("outputName", "")))
    if not output:
        raise EvalError(f"derivation '{force(derivation['drvPath'])}' lacks an 'outputName' attribute")
    return str(force(derivation["drvPath"])) + (f"!{output}" if output != "out" else "")
