"""Did you mean …?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_LIMIT: Final = 5
"""So many suggestions at most."""


def best_matches(name: str, candidates: Iterable[str]) -> list[str]:
    """The candidates that a typing mistake could have turned into `name`, likeliest first.

    C++ Nix 2.34 suggests by Levenshtein distance, at most 2 for names of ordinary length."""
    allowed = 2 if len(name) > 3 else 1
    found = []
    for candidate in set(candidates):
        if abs(len(candidate) - len(name)) <= allowed and candidate != name:
            distance = _distance(name, candidate)
            if distance <= allowed:
                found.append((distance, candidate))
    return [candidate for _, candidate in sorted(found)[:_LIMIT]]


def similar(name: str, candidates: Iterable[str]) -> str | None:
    """`Did you mean …?` in Nix's words, None where nothing comes near."""
    matches = best_matches(name, candidates)
    if not matches:
        return None
    if len(matches) == 1:
        return f"Did you mean {matches[0]}?"
    return f"Did you mean one of {', '.join(matches[:-1])} or {matches[-1]}?"


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
