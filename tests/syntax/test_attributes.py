"""How definitions come together in one set."""

from __future__ import annotations

import pytest

from pyoci.runtime.errors import ParseError
from pyoci.syntax.nodes import OUTER, AttrSet
from pyoci.syntax.parser import parse
from pyoci.syntax.source import Source


def attrs(text: str) -> AttrSet:
    node = parse(Source(text, "«string»", b"/"))
    assert isinstance(node, AttrSet)
    return node


def inner(node: AttrSet, name: str) -> AttrSet:
    value = node.attributes[name].value
    assert isinstance(value, AttrSet)
    return value


def test_paths_with_a_common_beginning_share_sets() -> None:
    node = attrs("{ a.b.c = 1; a.b.d = 2; a.e = 3; }")
    assert list(inner(node, "a").attributes) == ["b", "e"]
    assert list(inner(inner(node, "a"), "b").attributes) == ["c", "d"]


def test_sets_are_poured_into_sets() -> None:
    node = attrs("{ a = { b = 1; c.d = 1; }; a.c = { e = 2; }; a = { f = 3; }; }")
    assert list(inner(node, "a").attributes) == ["b", "c", "f"]
    assert list(inner(inner(node, "a"), "c").attributes) == ["d", "e"]


def test_rec_of_the_first_set_counts() -> None:
    assert inner(attrs("{ a = rec { b = 1; }; a = { c = 1; }; }"), "a").recursive
    assert not inner(attrs("{ a = { b = 1; }; a = rec { c = 1; }; }"), "a").recursive


def test_inherit() -> None:
    node = attrs("{ inherit a; inherit (x) b c; inherit (y) d; e = 1; }")
    assert {name: attribute.source for name, attribute in node.attributes.items()} == {
        "a": OUTER,
        "b": 0,
        "c": 0,
        "d": 1,
        "e": None,
    }
    assert len(node.inherit_from) == 2


def test_inherit_of_a_merged_set_points_behind_that_of_the_first() -> None:
    node = inner(attrs("{ a = { inherit (x) b; }; a = { inherit (y) c; inherit (z) d; }; }"), "a")
    assert [node.attributes[name].source for name in "bcd"] == [0, 1, 2]
    assert [getattr(subject, "name", None) for subject in node.inherit_from] == ["x", "y", "z"]


def test_names_known_from_the_text_are_static() -> None:
    node = attrs("{ a = 1; \"b\" = 2; ${\"c\"} = 3; ${''d''} = 4; or = 5; }")
    assert list(node.attributes) == ["a", "b", "c", "d", "or"]


def test_dynamic_names() -> None:
    node = attrs('{ ${a} = 1; ${a} = 2; "b${c}".d = 3; e.${f} = 4; }')
    assert len(node.dynamic) == 3
    assert isinstance(node.dynamic[2].value, AttrSet)
    assert len(inner(node, "e").dynamic) == 1


def test_the_place_of_an_attribute_is_that_of_its_whole_path() -> None:
    text = "{ a.b = 1; inherit c; }"
    node = attrs(text)
    for attribute, place in (
        (node.attributes["a"], "a.b"),
        (inner(node, "a").attributes["b"], "a.b"),
        (node.attributes["c"], "c"),
    ):
        assert text[attribute.start : attribute.end] == place


@pytest.mark.parametrize(
    "text",
    [
        "{ a = 1; a = 2; }",
        "{ a = { }; a = 1; }",
        "{ a.b = 1; a = 1; }",
        "{ inherit a; a.b = 1; }",
        "{ a.b = 1; inherit a; }",
        "{ inherit a a; }",
        "let a.b = 1; a.b.c = 2; in a",
        "{ a = { inherit b; }; a.b = 1; }",
    ],
)
def test_anything_else_twice_is_an_error(text: str) -> None:
    with pytest.raises(ParseError, match="already defined at «string»:1:"):
        parse(Source(text, "«string»", b"/"))
