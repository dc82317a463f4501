"""Syntax errors in the words of C++ Nix."""

from __future__ import annotations

from pyoci.syntax.faults import Fault
from pyoci.syntax.table import END, Table

SPOKEN = {
    END: "end of file",
    "INVALID": "invalid token",
    "ID": "identifier",
    "TEXT": "string",
    "INDENTED_TEXT": "indented string",
    "INTEGER": "integer",
    "FLOAT": "floating-point literal",
    "PATH": "path",
    "HOME_PATH": "'~/…' path",
    "SEARCH_PATH": "'<…>' path",
    "PATH_END": "end of path",
    "URI": "URI",
    "INDENTED_START": "start of an indented string",
    "INDENTED_END": "end of an indented string",
    "WHOLE_STRING": "'\"'",
    "WHOLE_PATH": "path",
    "WHOLE_INDENTED": "start of an indented string",
}
"""What terminals are called; those not here by their text in quotes."""

_ORDER = """$END INVALID ID TEXT INDENTED_TEXT INTEGER FLOAT PATH HOME_PATH SEARCH_PATH PATH_END URI
if then else assert with let in rec inherit == != <= >= // ++ && || -> or <| |> ${ INDENTED_START INDENTED_END ...
< > + - * / ? : @ ; ! . " ( ) { } [ ] = ,""".split()

MOST = 4
"""How many expected tokens a message names; if there were more it names none."""


def unexpected(table: Table, kind: int, at: int, end: int, state: int) -> Fault:
    """The complaint about a token in a state in which it cannot stand."""
    found = table.terminals[kind] if kind >= 0 else "INVALID"
    message = f"syntax error, unexpected {spoken(found)}"
    expected = sorted((table.terminals[t] for t in table.expected[state]), key=_ORDER.index)
    if 0 < len(expected) <= MOST:
        message += ", expecting " + " or ".join(map(spoken, expected))
    return Fault(message, at, end)


def spoken(terminal: str) -> str:
    """What a message calls a terminal."""
    return SPOKEN.get(terminal) or f"'{terminal}'"
