"""Messages and places of errors. What is expected is what `nix-instantiate --parse` of Nix 2.34 said."""

from __future__ import annotations

import pytest

from pyoci.runtime.errors import ParseError
from pyoci.syntax.parser import parse
from pyoci.syntax.source import Source

PIPES = (
    "experimental Nix feature 'pipe-operators' is disabled; "
    "add '--extra-experimental-features pipe-operators' to enable it"
)

CASES = [
    ("./a/", "path has a trailing slash", 1, 1),
    ("./a/ ", "path has a trailing slash", 1, 5),
    ("[ ./a", "syntax error, unexpected end of file", 1, 3),
    ("[ ./x//y", "syntax error, unexpected end of path, expecting '${'", 1, 3),
    ("./x//y", "syntax error, unexpected end of path, expecting '${'", 1, 1),
    ('a/${"x"}/', "path has a trailing slash", 1, 9),
    ('[ a/${"x"}', "syntax error, unexpected end of file", 1, 10),
    ('[ a/${"x"}/b', "syntax error, unexpected end of file", 1, 11),
    ("[ ./a }", "syntax error, unexpected '}'", 1, 7),
    ("~/", "syntax error, unexpected invalid token", 1, 1),
    ("~/a/ b", "path has a trailing slash", 1, 5),
    ("1.0e400", "invalid float '1.0e400'", 1, 1),
    ("1.0e-310", "invalid float '1.0e-310'", 1, 1),
    ("1.0e-400", "invalid float '1.0e-400'", 1, 1),
    ("9223372036854775808", "invalid integer '9223372036854775808'", 1, 1),
    ("-9223372036854775808", "invalid integer '9223372036854775808'", 1, 2),
    (
        "{ a = { b = 1; c = { d = 1; }; }; a.c = { e = 2; d = 3; }; }",
        "attribute 'a.c.d' already defined at «string»:1:22",
        1,
        50,
    ),
    ("let x = 1; in { inherit x; x.y = 1; }", "attribute 'x' already defined at «string»:1:25", 1, 28),
    ("let x = 1; in { x.y = 1; inherit x; }", "attribute 'x' already defined at «string»:1:17", 1, 34),
    ("let x = 1; in { x.y = 1; x = 1; }", "attribute 'x' already defined at «string»:1:17", 1, 26),
    ("{ x.y = 1; x.y.z = 1; }", "attribute 'x.y' already defined at «string»:1:3", 1, 12),
    ('{ x."a b".y = 1; x."a b" = { y = 2; }; }', "attribute 'x.\"a b\".y' already defined at «string»:1:3", 1, 30),
    ('{ a = 1; "a" = 2; }', "attribute 'a' already defined at «string»:1:3", 1, 10),
    ("let a = 1; a = 2; in a", "attribute 'a' already defined at «string»:1:5", 1, 12),
    ('let ${"a" + "b"} = 1; in 1', "dynamic attributes not allowed in let", 1, 1),
    ("let x = 1; in { inherit ${x}; }", "dynamic attributes not allowed in inherit", 1, 25),
    ('let x = 1; in { inherit "${x}"; }', "dynamic attributes not allowed in inherit", 1, 25),
    ("{ a, b, a }: 1", "duplicate formal function argument 'a'", 1, 9),
    ("{ b, a, a, b }: 1", "duplicate formal function argument 'b'", 1, 12),
    ("{ a, b }@a: 1", "duplicate formal function argument 'a'", 1, 1),
    ("b@{ a, b }: 1", "duplicate formal function argument 'b'", 1, 1),
    ("   x:   b@{ a, b }: 1", "duplicate formal function argument 'b'", 1, 9),
    ("a: a or or", "syntax error, unexpected 'or', expecting end of file", 1, 9),
    ("a: a or or or", "syntax error, unexpected 'or', expecting end of file", 1, 9),
    ("or", "syntax error, unexpected 'or'", 1, 1),
    (
        "a: a <| a",
        PIPES,
        1,
        6,
    ),
    (
        "a: a |> a",
        PIPES,
        1,
        6,
    ),
    (
        "a |> ; ",
        PIPES,
        1,
        3,
    ),
    ("1 + ", "syntax error, unexpected end of file", 1, 5),
    ("{ a = 1 }", "syntax error, unexpected '}', expecting ';'", 1, 9),
    ("{ a = 1; b }", "syntax error, unexpected '}', expecting '.' or '='", 1, 12),
    ("{ a, b", "syntax error, unexpected end of file, expecting '}' or ','", 1, 7),
    ("{ a b }", "syntax error, unexpected identifier, expecting '.' or '='", 1, 5),
    ("{ a: 1 }", "syntax error, unexpected ':', expecting '.' or '='", 1, 4),
    ("[ a, b ]", "syntax error, unexpected ','", 1, 4),
    ("( 1", "syntax error, unexpected end of file, expecting ')'", 1, 4),
    ("if true then 1", "syntax error, unexpected end of file, expecting 'else'", 1, 15),
    ("if true 1 else 2", "syntax error, unexpected 'else', expecting 'then'", 1, 11),
    ("let a = 1 b = 2; in a", "syntax error, unexpected '=', expecting ';'", 1, 13),
    ("let a = 1;", "syntax error, unexpected end of file, expecting 'in' or 'inherit'", 1, 11),
    ("let a = 1; in", "syntax error, unexpected end of file", 1, 14),
    ("with 1 2", "syntax error, unexpected end of file, expecting ';'", 1, 9),
    ("x = 1", "syntax error, unexpected '=', expecting end of file", 1, 3),
    ("x: = 1", "syntax error, unexpected '='", 1, 4),
    ("{ inherit a }", "syntax error, unexpected '}'", 1, 13),
    ("{ inherit (a b; }", "syntax error, unexpected ';', expecting ')'", 1, 15),
    ("{ ..., a }: 1", "syntax error, unexpected ',', expecting '}'", 1, 6),
    ("{ a, ... ? 1 }: 1", "syntax error, unexpected '?', expecting '}'", 1, 10),
    ("{ a, , b }: 1", "syntax error, unexpected ',', expecting identifier or '...' or '}'", 1, 6),
    ("{ , }: 1", "syntax error, unexpected ',', expecting 'inherit'", 1, 3),
    ("{}@{}: 1", "syntax error, unexpected '{', expecting identifier", 1, 4),
    ("a@b: 1", "syntax error, unexpected identifier, expecting '{'", 1, 3),
    (
        "''abc",
        "syntax error, unexpected end of file, expecting indented string or '${' or end of an indented string",
        1,
        6,
    ),
    ("''abc ${", "syntax error, unexpected end of file", 1, 9),
    ('"abc ${1', "syntax error, unexpected end of file, expecting '}'", 1, 9),
    ('"abc\\', "syntax error, unexpected end of file, expecting '\"'", 1, 6),
    ('"abc$', "syntax error, unexpected end of file, expecting '\"'", 1, 6),
    ('"abc$\\', "syntax error, unexpected end of file, expecting '\"'", 1, 7),
    ("/* abc", "syntax error, unexpected '/'", 1, 1),
    ("# abc", "syntax error, unexpected end of file", 1, 6),
    ("", "syntax error, unexpected end of file", 1, 1),
    ("a b: c", "syntax error, unexpected ':', expecting end of file", 1, 4),
    ("{a}@b:c", "syntax error, unexpected URI, expecting identifier", 1, 5),
    ("a.b.c = 1", "syntax error, unexpected '=', expecting end of file", 1, 7),
    ('a."b" = 1; c = 2;', "syntax error, unexpected '=', expecting end of file", 1, 7),
    ("1 == 2 == 3", "syntax error, unexpected '=='", 1, 8),
    ("1 < 2 < 3", "syntax error, unexpected '<'", 1, 7),
    ("a: -a.b or - 1", "syntax error, unexpected '-'", 1, 12),
    ('{ "é" = "é"; } é', "syntax error, unexpected invalid token, expecting end of file", 1, 18),
    ("'", "syntax error, unexpected invalid token", 1, 1),
    (
        "'''",
        "syntax error, unexpected end of file, expecting indented string or '${' or end of an indented string",
        1,
        4,
    ),
    ("~", "syntax error, unexpected invalid token", 1, 1),
    ("{ a.b or c = 1; }", "syntax error, unexpected 'or', expecting '.' or '='", 1, 7),
    ("{ a or b = 1; }", "syntax error, unexpected 'or', expecting '.' or '='", 1, 5),
    ("{ or.a = 1; a.or = 2; or = 1; }", "attribute 'or' already defined at «string»:1:3", 1, 23),
    ("{ with = 1; }", "syntax error, unexpected 'with', expecting 'inherit'", 1, 3),
    ("{ a = if true then 1; }", "syntax error, unexpected ';', expecting 'else'", 1, 21),
    ("[ if true then 1 else 2 ]", "syntax error, unexpected 'if'", 1, 3),
    ("[ 1 + 2 ]", "syntax error, unexpected '+'", 1, 5),
    ("f x: x", "syntax error, unexpected ':', expecting end of file", 1, 4),
    ("(a = 1)", "syntax error, unexpected '=', expecting ')'", 1, 4),
    ("{ a = 1 b = 2; }", "syntax error, unexpected '=', expecting ';'", 1, 11),
    ("{ a == 1; }", "syntax error, unexpected '==', expecting '.' or '='", 1, 5),
    ("{ a = [ 1 ; }", "syntax error, unexpected ';'", 1, 11),
    ("$x", "syntax error, unexpected invalid token", 1, 1),
    ("a & b", "syntax error, unexpected invalid token, expecting end of file", 1, 3),
    ("let a = 1; }", "syntax error, unexpected '}', expecting 'in' or 'inherit'", 1, 12),
    ("{ a = 1; }}", "syntax error, unexpected '}', expecting end of file", 1, 11),
    ("1 | 2", "syntax error, unexpected invalid token, expecting end of file", 1, 3),
    ('a."b', "syntax error, unexpected end of file, expecting '\"'", 1, 5),
]


def fail(text: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse(Source(text, "«string»", b"/"))
    return caught.value


@pytest.mark.parametrize(("text", "message", "line", "column"), CASES, ids=range(len(CASES)))
def test_message_and_place(text: str, message: str, line: int, column: int) -> None:
    error = fail(text)
    position = error.position
    assert position is not None
    assert (error.message, position.line, position.column) == (message, line, column)


def test_errors_come_in_nix_order() -> None:
    """A definition is added before the token behind it is looked at, as by a parser with default reductions."""
    assert fail("{ a = 1; a = 2; ) }").message.startswith("attribute 'a' already defined")
    assert fail("{ a = 1; a = 2; 99999999999999999999").message.startswith("attribute 'a' already defined")
    assert fail("{ a = 1; 99999999999999999999").message == "invalid integer '99999999999999999999'"


def test_columns_count_bytes() -> None:
    position = fail('"äö" ]').position
    assert position is not None
    assert position.column == 8


def test_null_bytes() -> None:
    assert fail("1 + \0 2").message == "syntax error, unexpected end of file"
    assert "contains null bytes" in fail('"a\0b"').message
    assert "contains null bytes" in fail("''a\0b''").message


def test_no_traceback_of_ours() -> None:
    """The error is raised anew, without what led to it inside the parser."""
    error = fail("{ a = ; }")
    assert error.__cause__ is None
    assert error.__suppress_context__
