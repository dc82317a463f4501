"""Texts of bindings without braces around them."""

from __future__ import annotations

import pytest

from pyoci.runtime.errors import ParseError
from pyoci.syntax.parser import looks_like_bindings, parse_bindings, parse_configuration
from pyoci.syntax.printing import print_tree
from pyoci.syntax.source import Source


def source(text: str) -> Source:
    return Source(text, "«string»", b"/")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("services.railcar = { enable = true; };", "{ services = { railcar = { enable = true; }; }; }"),
        ("# why\na.b = 1;\na.c = 2;\n", "{ a = { b = 1; c = 2; }; }"),
        ('"a b".${c}.d = 1;', '{ "a b" = { "${c}" = { d = 1; }; }; }'),
        ('"a${"b" + "c"}d" = 1;', '{ "${("a" + ("b" + "c") + "d")}" = 1; }'),
        ("inherit (a) b; or = 1;", "{ inherit (a) b; or = 1; }"),
    ],
)
def test_bindings_are_a_set(text: str, printed: str) -> None:
    assert looks_like_bindings(source(text))
    for parse in (parse_bindings, parse_configuration):
        assert print_tree(parse(source(text)), source(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a.b",
        "a == b",
        "{ a = 1; }",
        "x: x",
        "{ a }: a",
        '"a"',
        '"a${b}" + c',
        "let a = 1; in a",
        "",
        "]",
        "${a}",
        "a b = 1;",
    ],
)
def test_other_texts_do_not_look_like_bindings(text: str) -> None:
    assert not looks_like_bindings(source(text))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "a = { b = 1; }",
            "syntax error, unexpected end of file, expecting ';'",
            "';' missing after the definition of 'a'",
        ),
        ("a = { b = 1 };", "syntax error, unexpected '}', expecting ';'", "';' missing after the definition of 'b'"),
        ("a = 1; }", "syntax error, unexpected '}', expecting 'inherit'", "nothing is open here"),
        ("a = 1; a = 2;", "attribute 'a' already defined at «string»:1:1", None),
    ],
)
def test_errors_are_those_of_bindings(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(ParseError) as caught:
        parse_configuration(source(text))
    assert caught.value.message == message
    assert (hint is None and caught.value.hint is None) or (hint or "") in (caught.value.hint or "")
