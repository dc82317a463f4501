"""Flake references: `parseFlakeRef`, `flakeRefToString`; and `getFlake`, which pyoci does not have."""

from __future__ import annotations

from pyoci.builtins.derivations import require
from pyoci.builtins.registry import builtin
from pyoci.runtime.coercion import expect_plain_string, expect_set
from pyoci.runtime.errors import EvalError, StoreError
from pyoci.runtime.printing import describe_type
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force
from pyoci.runtime.values import ContextString, Value


@builtin("parseFlakeRef", "reference")
def parse_flake_ref(reference: Value) -> Value:
    """The set of attributes that a flake reference stands for."""
    require("flakes")
    from pyoci.store.inputs import from_reference

    where = "while evaluating the argument passed to builtins.parseFlakeRef"
    return from_reference(expect_plain_string(reference, where))


@builtin("flakeRefToString", "attributes")
def flake_ref_to_string(attributes: Value) -> Value:
    """The flake reference of a set of attributes."""
    require("flakes")
    from pyoci.store.inputs import Attributes, to_reference

    given = expect_set(attributes, "while evaluating the argument passed to builtins.flakeRefToString")
    plain: Attributes = {}
    for name in sorted_names(given):
        value = force(given[name])
        if value.__class__ is int and value < 0:
            raise EvalError(f"negative value given for flake ref attr {name}: {value}")
        if value.__class__ not in (int, bool, str, ContextString):
            raise EvalError(
                "flake reference attribute sets may only contain integers, Booleans, and strings, "
                f"but attribute '{name}' is {describe_type(value)}",
            )
        plain[name] = str(value) if value.__class__ is ContextString else value
    return to_reference(plain)


@builtin("getFlake", "reference")
def get_flake(reference: Value) -> Value:
    """The outputs of a flake. pyoci evaluates no flakes: this always fails."""
    require("flakes")
    raise StoreError("builtins.getFlake: flakes are not supported", hint="import the files of the flake directly")
