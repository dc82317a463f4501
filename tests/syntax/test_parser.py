"""The trees that the parser builds: kinds of nodes and the places that they carry."""

from __future__ import annotations

import gc

import pytest

from pyoci.runtime.errors import ParseError
from pyoci.syntax.nodes import (
    Apply,
    AttrSet,
    Binary,
    CurrentPosition,
    HasAttr,
    Interpolation,
    Lambda,
    Let,
    ListLiteral,
    Literal,
    Name,
    Node,
    PathLiteral,
    SearchPath,
    Select,
    Unary,
    Variable,
)
from pyoci.syntax.parser import parse
from pyoci.syntax.printing import print_tree
from pyoci.syntax.source import Source


def tree(text: str) -> Node:
    return parse(Source(text, "«string»", b"/"))


def span(text: str, node: Node) -> str:
    return text[node.start : node.end]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("007", 7),
        ("9223372036854775807", 2**63 - 1),
        ("1.5", 1.5),
        (".5e1", 5.0),
        ('"a"', "a"),
        ("''a''", "a"),
        ("http://a.b/c?d", "http://a.b/c?d"),
    ],
)
def test_literals(text: str, value: object) -> None:
    node = tree(text)
    assert isinstance(node, Literal)
    assert node.value == value
    assert type(node.value) is type(value)
    assert span(text, node) == text


def test_a_string_that_is_one_interpolation_stays_one() -> None:
    node = tree('"${a}"')
    assert isinstance(node, Interpolation)
    assert [type(part) for part in node.parts] == [Variable]


def test_interpolation_parts_in_order() -> None:
    node = tree('"a\\n${b}c${d}"')
    assert isinstance(node, Interpolation)
    assert [part if isinstance(part, str) else print_tree(part, Source("", "", b"/")) for part in node.parts] == [
        "a\n",
        "b",
        "c",
        "d",
    ]


def test_paths_stay_as_written() -> None:
    plain = tree("./a/../b")
    assert isinstance(plain, PathLiteral)
    assert plain.parts == ["./a/../b"]
    joined = tree("~/a${b}c/d")
    assert isinstance(joined, PathLiteral)
    assert [part for part in joined.parts if isinstance(part, str)] == ["~/a", "c/d"]


def test_search_path() -> None:
    node = tree("<nixpkgs/lib>")
    assert isinstance(node, SearchPath)
    assert node.name == "nixpkgs/lib"


def test_calls_are_flat() -> None:
    text = "(f a) b c"
    node = tree(text)
    assert isinstance(node, Apply)
    assert isinstance(node.function, Variable)
    assert len(node.arguments) == 3
    assert node.end == len(text)


def test_or_is_a_variable_behind_an_expression() -> None:
    node = tree("f or")
    assert isinstance(node, Apply)
    assert isinstance(node.arguments[0], Variable)
    assert node.arguments[0].name == "or"


def test_lambda_with_formals() -> None:
    text = "{ a, b ? 1, ... } @ all: a"
    node = tree(text)
    assert isinstance(node, Lambda)
    assert node.parameter == "all"
    assert node.parameter_at is not None
    assert text[slice(*node.parameter_at)] == "all"
    assert node.ellipsis
    assert node.formals is not None
    assert [span(text, formal) for formal in node.formals] == ["a", "b ? 1"]
    assert [formal.default is None for formal in node.formals] == [True, False]


def test_lambda_with_a_name() -> None:
    for text in ("x: y: x", "x @ { }: x"):
        node = tree(text)
        assert isinstance(node, Lambda)
        assert node.parameter_at == (0, 1)
        assert span(text, node) == text


def test_operators_know_their_place() -> None:
    text = "a +  b * c"
    node = tree(text)
    assert isinstance(node, Binary)
    assert (node.operator, node.operator_at) == ("+", 2)
    assert isinstance(node.right, Binary)
    assert span(text, node.right) == "b * c"


def test_prefixes() -> None:
    for text in ("!a", "-a"):
        node = tree(text)
        assert isinstance(node, Unary)
        assert (node.operator, span(text, node)) == (text[0], text)


def test_selection() -> None:
    text = 'a.b."c".${"d"}.${e} or f'
    node = tree(text)
    assert isinstance(node, Select)
    assert [step.name if isinstance(step.name, str) else None for step in node.path] == ["b", "c", "d", None]
    assert [span(text, step) for step in node.path] == ["b", '"c"', '${"d"}', "${e}"]
    assert isinstance(node.default, Variable)


def test_has_attribute() -> None:
    node = tree("a ? b.c")
    assert isinstance(node, HasAttr)
    assert [step.name for step in node.path] == ["b", "c"]


def test_old_let_is_the_body_of_a_recursive_set() -> None:
    node = tree("let { a = 1; body = a; }")
    assert isinstance(node, Select)
    assert isinstance(node.subject, AttrSet)
    assert node.subject.recursive
    assert [step.name for step in node.path if isinstance(step, Name)] == ["body"]


def test_current_position_is_no_variable() -> None:
    assert isinstance(tree("__curPos"), CurrentPosition)
    named = tree("{ __curPos = 1; }.__curPos")
    assert isinstance(named, Select)
    assert named.path[0].name == "__curPos"


def test_let() -> None:
    node = tree("let a = 1; inherit (b) c; in a")
    assert isinstance(node, Let)
    assert list(node.attributes) == ["a", "c"]
    assert len(node.inherit_from) == 1


def test_parentheses_leave_no_node_but_count_for_what_is_around() -> None:
    text = "(a) b"
    node = tree(text)
    assert isinstance(node, Apply)
    assert span(text, node) == text
    assert span(text, node.function) == "a"


def test_comments_and_blanks() -> None:
    node = tree("/* a */ [ # b\r\n 1 /**/ /* * / **/ 2\r3\t]#c")
    assert isinstance(node, ListLiteral)
    assert len(node.items) == 3


def test_pipes_need_the_experimental_feature() -> None:
    source = Source("a |> b", "«string»", b"/")
    with pytest.raises(ParseError, match="pipe-operators"):
        parse(source)
    assert isinstance(parse(source, pipe_operators=True), Apply)


NESTED = 100_000


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [("[", "", "]"), ('"${', "1", '}"'), ("(", "1", ")"), ("{a=", "1", ";}"), ("!", "a", ""), ("x: ", "x", "")],
)
def test_deep_nesting(opening: str, middle: str, closing: str) -> None:
    source = Source(opening * NESTED + middle + closing * NESTED, "«string»", b"/")
    assert print_tree(parse(source), source)


def test_deep_nesting_without_end_is_one_clear_error() -> None:
    with pytest.raises(ParseError, match="syntax error, unexpected end of file"):
        tree("[" * NESTED)


def test_the_collector_is_put_back() -> None:
    assert gc.isenabled()
    tree("1")
    assert gc.isenabled()
    with pytest.raises(ParseError):
        tree("]")
    assert gc.isenabled()
    gc.disable()
    try:
        tree("1")
        assert not gc.isenabled()
    finally:
        gc.enable()
