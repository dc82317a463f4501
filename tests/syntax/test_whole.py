"""Plain bindings that are read at one go: the tree is that of the grammar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyoci.runtime.errors import ParseError
from pyoci.syntax.faults import Fault
from pyoci.syntax.lexer import BINDING
from pyoci.syntax.nodes import Node
from pyoci.syntax.parser import _machine, _UnexpectedError, parse
from pyoci.syntax.source import Source


def flat(node: object) -> object:
    """A tree with all its places, as something that can be compared."""
    if isinstance(node, Node):
        slots = [slot for base in type(node).__mro__ for slot in getattr(base, "__slots__", ())]
        return (type(node), *[(slot, flat(getattr(node, slot))) for slot in slots])
    if isinstance(node, list):
        return [flat(one) for one in node]
    if isinstance(node, dict):
        return [(name, flat(one)) for name, one in node.items()]
    return (type(node), node)


def tree(text: str, *, whole: bool) -> object:
    """The tree of a text; None where something is wrong with it."""
    try:
        return flat(_machine().run(Source(text, "a.nix", b"/"), "expression", pipes=False, whole=whole))
    except (Fault, _UnexpectedError):
        return None


def count(text: str) -> int:
    """How many bindings of a text are read at one go."""
    return sum(kind == BINDING for kind, *_ in _machine().lexer.tokens(text, whole=True))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('{ a = "x"; b = c; d = e.f.g; }', 3),
        ("{ a = callPackage ../x/y.nix { }; b = p.q ./. {}; }", 2),
        ("{ a = callPackage ../x/y.nix { }; b = p.q ./z {\n}; }", 2),
        ("{ a = [ b c.d\te ]; f = []; g = [ ]; }", 3),
        ("{ l = with lib.licenses; [ mit bsd3 ]; w = with l; [ ]; without = x; within = [ y ]; }", 4),
        ("let a = b; c = d; in a", 1),
        ("rec { a = b; inherit c; d = e; }", 2),
        ('{ # a\n a = b; # c\n /* d */ e = "f"; /* g = h; */ }', 2),
        ("{ a.b = c; a.d = e; f = g; f' = h; i-j = k; }", 3),
        ("{ a = x; a = { b = c; }; }", 2),
        ("{ a = { b = c; }; a = { d = e; }; }", 2),
        ("x: { y ? z, ... }: { a = x; }", 1),
        ("with a; { b = c; }", 1),
        ('{ a = "${b}"; c = "\\n"; d = "$"; e = \'\'f\'\'; }', 0),
        ("{ a = b/c; d = e:f; g = h ./i; j = k { }; l = m // n; o = p or q; r = s.t or u; }", 0),
        ("{ or = a; b = c.or; d = e.in; }", 0),
        ("{ a = b.; c = d..e; f = g.1; h = [ 1 ]; i = [ j.1 ]; k = [ l/m ]; n = [ -o ]; }", 0),
        ("{ a = [ if ]; }", 0),
        ("{ a = __curPos; b = [ __curPos ]; }", 0),
        ("{ a == b; }", 0),
        ("{ a = b /*c*/; d /*e*/ = f; }", 0),
        ("{ a = b", 0),
    ],
)
def test_what_is_read_at_one_go(text: str, number: int) -> None:
    assert count(text) == number
    found = tree(text, whole=True)
    assert found is None or found == tree(text, whole=False)


WORDS = ["a", "b-c", "d'", "with", "if", "or", "in", "__curPos", "1", "x.y", "z.", ".", "./p", "../p/q", "~/r", "u:v"]
OTHERS = [
    "=",
    "=",
    "=",
    ";",
    ";",
    ";",
    "{",
    "}",
    "{ }",
    "[",
    "]",
    '"s"',
    '"${t}"',
    "#c\n",
    "/*c*/",
    ",",
    ":",
    "//",
    "?",
]
FORMS = ['a = "s";', "f = g ./h { };", "i = [ j k.l ];", "m = with n; [ o ];", "p = q.r;", "inherit s;", "t.u = v;"]


@given(st.lists(st.sampled_from(WORDS + OTHERS + FORMS + FORMS), max_size=12), st.sampled_from(["", " ", "\n"]))
def test_the_tree_is_that_of_the_grammar(pieces: list[str], between: str) -> None:
    text = "{ " + between.join(pieces) + " }"
    found = tree(text, whole=True)
    if found is not None:
        assert found == tree(text, whole=False)


@pytest.mark.parametrize("text", ["{ a = b; a = c; }", "with a; b = c; d", "{ a = b; } c = d;", "{ a = b; c = ; }"])
def test_errors_are_those_of_the_grammar(text: str) -> None:
    source = Source(text, "a.nix", b"/")
    with pytest.raises(ParseError) as caught:
        parse(source)
    with pytest.raises(Fault) as plain:
        _machine().run(source, "expression", pipes=False, whole=False)
    expected = source.position(plain.value.start, plain.value.end)
    assert caught.value.message.startswith(plain.value.message.partition("{}")[0])
    assert caught.value.position == expected
