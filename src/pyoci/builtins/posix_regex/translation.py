"""From the tree of a regular expression to a pattern of Python's `re`, and whether that one answers the same.

`agrees_on_match` is about matching a whole text: a longer solution is none, so only repetitions that can go round
without consuming anything matter. `agrees_on_search` is about finding the next match: there the branches of a choice
matter too, unless at most one of them can match at a place, or all consume the same number of bytes, so that
whichever is taken the rest goes the same way.
"""

from __future__ import annotations

import re

from pyoci.builtins.posix_regex.syntax import BYTES, Anchor, Chars, Choice, Group, Node, Repeat, Sequence


def to_python(node: Node) -> str:
    """The pattern of Python's `re` for a tree, to be compiled with DOTALL."""
    if isinstance(node, Chars):
        return _set(node.members)
    if isinstance(node, Anchor):
        return r"\Z" if node.at_end else r"\A"
    if isinstance(node, Group):
        return f"({to_python(node.body)})"
    if isinstance(node, Sequence):
        return "".join(f"(?:{to_python(item)})" if isinstance(item, Choice) else to_python(item) for item in node.items)
    if isinstance(node, Choice):
        return "|".join(map(to_python, node.branches))
    body = to_python(node.body)
    if isinstance(node.body, Repeat):
        body = f"(?:{body})"
    return body + _quantifier(node)


def _quantifier(node: Repeat) -> str:
    if node.maximum is None:
        return ("*", "+")[node.minimum] if node.minimum < 2 else f"{{{node.minimum},}}"
    return "?" if (node.minimum, node.maximum) == (0, 1) else f"{{{node.minimum},{node.maximum}}}"


def _set(members: frozenset[str]) -> str:
    if len(members) == 1:
        return re.escape(next(iter(members)))
    if members >= BYTES - {"\0"}:
        return "."
    if not members:
        return "(?!)"
    negated = len(members) > 128
    codes = sorted(map(ord, BYTES - members if negated else members))
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    text = "".join(f"\\x{a:02x}" if a == b else f"\\x{a:02x}-\\x{b:02x}" for a, b in ranges)
    return f"[{'^' if negated else ''}{text}]"


def agrees_on_match(node: Node) -> bool:
    """Whether `re` captures the same when a whole text is matched."""
    if isinstance(node, Chars | Anchor):
        return True
    if isinstance(node, Group):
        return agrees_on_match(node.body)
    if isinstance(node, Sequence):
        return all(map(agrees_on_match, node.items))
    if isinstance(node, Choice):
        return all(map(agrees_on_match, node.branches))
    return not can_be_empty(node.body) and agrees_on_match(node.body)


def agrees_on_search(node: Node) -> bool:
    """Whether `re` finds the same match, captured the same."""
    return agrees_on_match(node) and _choices_agree(node)


def _choices_agree(node: Node) -> bool:
    if isinstance(node, Chars | Anchor):
        return True
    if isinstance(node, Group | Repeat):
        return _choices_agree(node.body)
    if isinstance(node, Sequence):
        return all(map(_choices_agree, node.items))
    return all(map(_choices_agree, node.branches)) and (_same_width(node) or _exclusive(node))


def _same_width(node: Choice) -> bool:
    widths = {_width(branch) for branch in node.branches}
    return len(widths) == 1 and None not in widths


def _exclusive(node: Choice) -> bool:
    """Whether the next byte alone tells which branch can match."""
    taken: set[str] = set()
    for branch in node.branches:
        first = _first(branch)
        if can_be_empty(branch) or taken & first:
            return False
        taken |= first
    return True


def can_be_empty(node: Node) -> bool:
    """Whether a tree can match without consuming anything."""
    if isinstance(node, Chars):
        return False
    if isinstance(node, Anchor):
        return True
    if isinstance(node, Group):
        return can_be_empty(node.body)
    if isinstance(node, Sequence):
        return all(map(can_be_empty, node.items))
    if isinstance(node, Choice):
        return any(map(can_be_empty, node.branches))
    return node.minimum == 0 or can_be_empty(node.body)


def _width(node: Node) -> int | None:
    """How many bytes a tree consumes; None where that varies."""
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Anchor):
        return 0
    if isinstance(node, Group):
        return _width(node.body)
    if isinstance(node, Sequence):
        total = 0
        for item in node.items:
            width = _width(item)
            if width is None:
                return None
            total += width
        return total
    if isinstance(node, Choice):
        widths = {_width(branch) for branch in node.branches}
        return widths.pop() if len(widths) == 1 else None
    width = _width(node.body)
    return width * node.minimum if width is not None and node.minimum == node.maximum else None


def _first(node: Node) -> frozenset[str]:
    """The bytes that a match can begin with."""
    if isinstance(node, Chars):
        return node.members
    if isinstance(node, Anchor):
        return frozenset()
    if isinstance(node, Group | Repeat):
        return _first(node.body)
    if isinstance(node, Choice):
        return frozenset().union(*map(_first, node.branches))
    first: frozenset[str] = frozenset()
    for item in node.items:
        first |= _first(item)
        if not can_be_empty(item):
            break
    return first
