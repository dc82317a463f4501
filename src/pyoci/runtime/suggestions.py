"""Did you mean …?"""

from __future__ import annotations

from collections.abc import Iterable

from pyoci.runtime.strings import as_bytes_text

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_LIMIT: Final = 5
"""So many suggestions at most."""
_DISTANCE: Final = 2


def best_matches(name: str, candidates: Iterable[str]) -> list[str]:
    """The candidates that a typing mistake could have turned into `name`, likeliest first: as in C++ Nix, those at a
    Levenshtein distance of at most 2, however short the name."""
    found = []
    for candidate in set(candidates):
        if abs(len(candidate) - len(name)) <= _DISTANCE and candidate != name:
            distance = _distance(as_bytes_text(name), as_bytes_text(candidate))
            if distance <= _DISTANCE:
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


def hint(name: str, candidates: Iterable[str]) -> str | None:
    """What `similar` says where Nix says nothing: a hint of ours, which begins with a small letter."""
    said = similar(name, candidates)
    return said and said[0].lower() + said[1:]


def suggestion(name: str, candidates: Iterable[str]) -> str | None:
    """What `similar` says, or where it says nothing the candidate that differs in upper and lower case only."""
    said = similar(name, candidates)
    if said is not None:
        return said
    same = [candidate for candidate in candidates if candidate.casefold() == name.casefold() and candidate != name]
    return f"did you mean {same[0]}?" if same else None


def closest(name: str, candidates: Iterable[str]) -> list[str]:
    """The candidates nearest to a name, for people: fewer than `best_matches` finds. Upper and lower case hardly
    count, two letters the wrong way round count as one mistake, and a short name allows but one."""
    if len(name) < 3:
        return []
    allowed = max(1, len(name) // 3)
    found: dict[int, list[str]] = {}
    folded = name.casefold()
    for candidate in set(candidates):
        if abs(len(candidate) - len(name)) <= allowed and candidate != name and len(candidate) > 1:
            distance = _distance(folded, candidate.casefold(), swaps=True)
            if distance <= allowed:
                found.setdefault(distance, []).append(candidate)
    return sorted(found[min(found)])[:_LIMIT] if found else []


def _distance(a: str, b: str, *, swaps: bool = False) -> int:
    """Edit distance; with `swaps`, exchanging two neighbours is one step."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y)))
            if swaps and i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], before[j - 2] + 1)
        before = above
    return row[-1]
