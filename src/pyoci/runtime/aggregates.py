"""The operators that put lists and sets together: `++` and `//`, on forced values."""

from __future__ import annotations

from pyoci.runtime.coercion import expect_list, expect_set
from pyoci.runtime.values import Lazy, Value

_WHILE_CONCATENATING = "while evaluating one of the elements to concatenate"


def concat_lists(a: Value, b: Value) -> tuple[Lazy, ...]:
    """`a ++ b`. Raises TypeMismatch for what is no list."""
    if a.__class__ is tuple and b.__class__ is tuple:
        return a + b
    expect_list(a, _WHILE_CONCATENATING)
    expect_list(b, _WHILE_CONCATENATING)
    raise AssertionError("two lists have no business here")


def update(a: Value, b: Value) -> dict[str, Lazy]:
    """`a // b`: the attributes of both, those of `b` where a name is in both. Raises TypeMismatch for what is no set;
    `b` is looked at first, as in Nix.

    The key objects are those of the set that the attribute comes from: they lead to its position. A dict keeps the key
    that was there first, so names that are in both are taken out and put in anew."""
    if a.__class__ is not dict or b.__class__ is not dict:
        expect_set(b, "in the right operand of the update (//) operator")
        expect_set(a, "in the left operand of the update (//) operator")
    if not b:
        return a  # type: ignore[no-any-return]
    if not a:
        return b  # type: ignore[no-any-return]
    if len(a) < len(b):
        # CPython copies a dict as a block of memory, which is several times as fast as filling one.
        result: dict[str, Lazy] = b | {name: value for name, value in a.items() if name not in b}
        return result
    result = a | b
    if len(result) != len(a) + len(b):
        for name, value in b.items():
            if name in a:
                del result[name]
                result[name] = value
    return result
