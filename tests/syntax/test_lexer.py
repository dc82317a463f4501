"""Where tokens begin and end, and which kind they are."""

from __future__ import annotations

import pytest

from pyoci.syntax.lexer import FAULT, INVALID, Lexer
from pyoci.syntax.table import END, load

TABLE = load()
LEXER = Lexer(TABLE)


def kinds(text: str) -> list[str]:
    names = {INVALID: "INVALID", FAULT: "FAULT"} | dict(enumerate(TABLE.terminals))
    found = [names[kind] for kind, *_ in LEXER.tokens(text)]
    if found[-1] == END:
        found.pop()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a-b a'b _c", "ID ID ID"),
        ("-a", "- ID"),
        ("a.b", "ID . ID"),
        ("if ifx", "if ID"),
        ("1.5 .5 1. 00.5 1e5", "FLOAT FLOAT FLOAT INTEGER FLOAT INTEGER ID"),
        ("a/b a / b a//b", "WHOLE_PATH ID / ID ID // ID"),
        ("1/2 -/a +/a ", "WHOLE_PATH WHOLE_PATH WHOLE_PATH"),
        ("a.b/c a'b/c ", "WHOLE_PATH ID WHOLE_PATH"),
        ("... ./. .. ", "... WHOLE_PATH . ."),
        ("<a/b> <a <= a> <a b>", "SEARCH_PATH < ID <= ID > < ID ID >"),
        ("x:x x: x a+b:c", "URI ID : ID URI"),
        ("a/${b}/c d", "PATH ${ ID } TEXT PATH_END ID"),
        ("./a//b ", "PATH TEXT PATH_END"),
        ("~/a ~/${b} ", "HOME_PATH PATH_END HOME_PATH ${ ID } PATH_END"),
        ("./a/ ", "PATH FAULT"),
        ('"a" "a\\n" "${a}b"', 'WHOLE_STRING " TEXT " " ${ ID } TEXT "'),
        ('"$" "$$" "$${" "\\${"', '" TEXT " " TEXT " " TEXT " " TEXT "'),
        ('"${"${a}"}"', '" ${ " ${ ID } " } "'),
        ('"${{a="}";}}"', '" ${ { ID = WHOLE_STRING ; } } "'),
        ("''a'' ''a''${b''", "WHOLE_INDENTED INDENTED_START INDENTED_TEXT INDENTED_TEXT INDENTED_TEXT INDENTED_END"),
        ("''${a}''", "INDENTED_START ${ ID } INDENTED_END"),
        ("''$''", "INDENTED_START INDENTED_TEXT INDENTED_END"),
        ("# a\n1 #", "INTEGER"),
        ("/* a */ 1 /***/ /* **/", "INTEGER"),
        ("/* a", "/ * ID"),
        ("} }", "} }"),
        ("é %", "INVALID INVALID"),
        ("1 \0 2", "INTEGER"),
        ("99999999999999999999", "FAULT"),
        ("a |> b", "ID FAULT"),
    ],
)
def test_kinds(text: str, expected: str) -> None:
    assert kinds(text) == expected.split()


def test_places() -> None:
    text = '{ a = "b${c}" ; /* */ }'
    assert [text[start:end] for _, _, start, end in LEXER.tokens(text)] == [
        "{",
        "a",
        "=",
        '"',
        "b",
        "${",
        "c",
        "}",
        '"',
        ";",
        "}",
        "",
    ]


def test_patterns_do_not_backtrack_into_shorter_tokens() -> None:
    """CPython 3.11.2 gives up characters of `(?:…)*+` that it must not; atomic groups are right everywhere."""
    assert kinds("''" + "a" * 50 + "''$b''") == [
        "INDENTED_START",
        "INDENTED_TEXT",
        "INDENTED_TEXT",
        "INDENTED_TEXT",
        "INDENTED_END",
    ]
    assert kinds("/**" + "*" * 50 + " a") == ["/", "*", "*", "*"] + ["*"] * 49 + ["ID"]
