"""Hints for what was opened and not closed, or closed and not opened. Where a quote is missing, what follows is read
the wrong way round up to some later quote: the place to show is where the string begins that goes on too far."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoci.syntax import table as tables
from pyoci.syntax.lexer import Lexer
from pyoci.syntax.situation import OPENING, Situation
from pyoci.syntax.table import END


def comment(s: Situation) -> str | None:
    """`/* …` up to the end of the text."""
    if s.found == "/" and s.source.text.startswith("/*", s.start):
        return f"the comment that begins at {s.place(s.start)} is not closed with '*/'"
    return None


def string(s: Situation) -> str | None:
    """A string that ends in a later line, where the next one should begin."""
    for start, end in _strings(s):
        text = s.source.text
        before = text[text.rfind("\n", start, end) + 1 : end]
        if "\n" not in text[start:end]:
            continue
        if before.endswith("''"):
            begins_another = re.search(r"[=\"(]\s*''$", before)
        else:
            begins_another = re.match(r"[\w/.$<~-]", text[end : end + 1]) or re.search(r"[=\[(]\s*\"$", before)
        if begins_another:
            double = before.endswith('"')
            missing = "is a '\"' missing" if double else "are two single quotes ('') missing"
            closed = s.place(end - (1 if double else 2))
            return f"{missing}? The string that begins at {s.place(start)}, goes on to {closed}"
    return None


def _strings(s: Situation) -> Iterator[tuple[int, int]]:
    """Where each whole string before the token at fault begins and ends."""
    table = tables.load()
    opened: list[tuple[str, int]] = []
    for kind, _, start, end in Lexer(table).tokens(s.source.text):
        terminal = table.terminals[kind] if kind >= 0 else ""
        if start > s.start:
            return
        if terminal in ("WHOLE_STRING", "WHOLE_INDENTED"):
            yield start, end
        elif terminal in ("{", "${", "INDENTED_START") or (terminal == '"' and (not opened or opened[-1][0] != '"')):
            opened.append((terminal, start))
        elif terminal in ("}", "INDENTED_END", '"') and opened:
            _, began = opened.pop()
            if terminal != "}":
                yield began, end


def interpolation(s: Situation) -> str | None:
    """`"${a"`: the quote begins a string inside the interpolation."""
    strings = ('"', "INDENTED_START")
    if s.found != END or s.inside not in strings or "${" not in s.symbols[: s.opener]:
        return None
    outer = len(s.symbols[: s.opener]) - 1 - s.symbols[: s.opener][::-1].index("${")
    return f"is a '}}' missing? The '${{' at {s.place(s.starts[outer])} is not closed"


def bracket(s: Situation) -> str | None:
    """A bracket, brace or string that is open where it cannot be any more."""
    if s.inside not in OPENING:
        return None
    closing = OPENING[s.inside]
    opening = "''" if s.inside == "INDENTED_START" else s.inside
    if s.found == END or (s.found in (")", "]", "}") and s.found != closing and _is_open(s, s.found)):
        what = "string" if closing in ('"', "''") else f"'{opening}'"
        return f"the {what} that begins at {s.place(s.starts[s.opener])} is not closed with {_named(closing)}"
    if s.found == ";" and s.inside in ("(", "[", "${"):
        return _missing(s)
    return None


def definition_in_list(s: Situation) -> str | None:
    """`[ a b c = 1;`: a definition where a bracket should have been closed."""
    if s.found != "=" or s.inside not in ("[", "(", "${"):
        return None
    same_line = s.source.position(s.starts[s.opener]).line == s.source.position(s.start).line
    return None if same_line and s.inside == "(" else _missing(s)


def _missing(s: Situation) -> str:
    return f"is a '{OPENING[s.inside]}' missing? The '{s.inside}' at {s.place(s.starts[s.opener])} is not closed"


def _is_open(s: Situation, closing: str) -> bool:
    """Whether a closing bracket has an opening one. In a `${` it rather belongs to the string around."""
    return s.inside == "${" or any(OPENING.get(symbol) == closing for symbol in s.symbols)


def nothing_open(s: Situation) -> str | None:
    """A closing bracket too many, or a `;` at the end of an expression."""
    if s.found in (")", "]", "}") and not _is_open(s, s.found):
        return f"nothing is open here that '{s.found}' could close"
    if s.found == ";" and not s.inside:
        return "an expression has no ';' at its end; definitions 'name = value;' do"
    return None


def _named(text: str) -> str:
    return f"two single quotes ({text})" if text == "''" else f"'{text}'"
