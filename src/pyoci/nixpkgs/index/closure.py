"""What derivations are made with: their inputs, the inputs of these, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Inputs = Callable[[str], Iterable[str]]
"""Path of a derivation to those of its input derivations."""


def closure_with(roots: Iterable[str], inputs: Inputs, marked: set[str]) -> tuple[dict[str, frozenset[str]], set[str]]:
    """For each derivation in the closure of `roots`, which marked ones it is made with (itself apart); and all
    derivations that any is made with."""
    made_with: dict[str, frozenset[str]] = {}
    used: set[str] = set()
    # Inputs before what is made with them, without recursion.
    waiting = [(root, False) for root in roots]
    while waiting:
        path, inputs_are_done = waiting.pop()
        if path in made_with:
            continue
        direct = set(inputs(path))
        if not inputs_are_done:
            waiting.append((path, True))
            waiting += [(other, False) for other in direct if other not in made_with]
            continue
        used |= direct
        made_with[path] = frozenset(direct & marked).union(*(made_with[other] for other in direct))
    return made_with, used
