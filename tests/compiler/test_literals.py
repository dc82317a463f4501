"""Set and list literals within others, which are put together early and look as if they were not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.compiler.loader import LoadedModule, generate_file
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.printing import print_value

NESTED = "x: { a = { b = x; c = [ x { d = throw x; } ]; inherit ({ e = x; }) e; }; f = [ 1 2 3 4 x (x + 1) ]; }"
"""A function whose result is nothing but literals."""


@pytest.fixture
def printed() -> Callable[[str, bool], str]:
    evaluator = Evaluator(Settings(use_cache=False))
    return lambda text, strict: evaluator.run(lambda: print_value(evaluator.eval_text(text), strict=strict))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"({NESTED}) 1", "{ a = <CODE>; f = <CODE>; }"),
        (f"(({NESTED}) 1).a", "{ b = 1; c = <CODE>; e = <CODE>; }"),
        (f"let v = ({NESTED}) 1; in builtins.seq v.f v", "{ a = <CODE>; f = [ 1 2 3 4 1 <CODE> ]; }"),
        (f"builtins.elemAt (({NESTED}) 1).a.c 1", "{ d = <CODE>; }"),
    ],
)
def test_they_are_shown_as_code_until_they_are_looked_at(
    printed: Callable[[str, bool], str], text: str, shown: str
) -> None:
    assert printed(text, False) == shown


def test_what_is_in_them_is_evaluated_when_it_is_needed(printed: Callable[[str, bool], str]) -> None:
    assert printed(f'builtins.attrNames (({NESTED}) (throw "no")).a', True) == '[ "b" "c" "e" ]'
    assert printed("let f = x: { a = { b = x; }; }; in map (n: (f n).a.b) [ 1 2 ]", True) == "[ 1 2 ]"


def test_attributes_in_them_have_places(printed: Callable[[str, bool], str], tmp_path: Path) -> None:
    file = tmp_path / "x.nix"
    file.write_text("(x: {\n  a = {\n    b = x; }; }) 1")
    place = printed(f'builtins.unsafeGetAttrPos "b" (import {file}).a', True)
    assert place == f'{{ column = 5; file = "{file}"; line = 3; }}'


@pytest.mark.parametrize(("opening", "closing"), [("[ ", " ]"), ("{ a = ", "; }"), ("[ { a = ", "; } ]")])
def test_they_nest_as_deeply_as_one_likes(printed: Callable[[str, bool], str], opening: str, closing: str) -> None:
    for depth in (19, 20, 21, 60):
        value = printed(f"(x: {{ v = {opening * depth}x{closing * depth}; }}) 1", True)
        assert value == f"{{ v = {opening * depth}1{closing * depth}; }}"


def functions(text: str) -> int:
    """How many functions the code of a text has."""
    evaluator = Evaluator(Settings(use_cache=False))
    compiled = generate_file(LoadedModule("x", "x", None, text, os.fsencode("/"), evaluator._names, False))
    compiled.write_all()
    return sum(content.count("def ") for content, _ in compiled.parts.values())


def test_short_ones_have_no_functions() -> None:
    assert functions("x: { a = { b = x; c = [ x x x x x ]; }; }") == functions("x: { a = x; }")
    long = f'{{ b = "{"x" * 1000}"; }}'
    assert functions(f"x: {{ a = {long}; }}") == functions("x: { a = x; }") + 1
    assert functions("x: { a = rec { b = x; }; }") == functions("x: { a = x; }") + 1
