"""Types, functions' arguments, attributes' places, and the set `builtins` itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from nix_oracle import NIX, ask_nix

from pyoci.builtins.registry import all_builtins, builtins_set
from pyoci.evaluator import Evaluator


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        (
            'map builtins.typeOf [ 1 1.5 "a" /a null true [ ] { } (x: x) builtins.map ]',
            '[ "int" "float" "string" "path" "null" "bool" "list" "set" "lambda" "lambda" ]',
        ),
        ("map (f: f { }) (with builtins; [ isAttrs isList isString isFunction ])", "[ true false false false ]"),
        ("map builtins.isInt [ 1 true 1.0 ]", "[ true false false ]"),
        ("map builtins.isFloat [ 1 1.0 ]", "[ false true ]"),
        ("map builtins.isBool [ 1 false null ]", "[ false true false ]"),
        ("map isNull [ null 0 ]", "[ true false ]"),
        ('map builtins.isPath [ /a "/a" ]', "[ true false ]"),
        ("builtins.isFunction { __functor = self: x: x; }", "false"),
        ("builtins.functionArgs ({ a, b ? 1, ... }: a)", "{ a = false; b = true; }"),
        ("builtins.functionArgs (x: { a }: a)", "{ }"),
        ("builtins.functionArgs ((x: { a }: a) 1)", "{ a = false; }"),
        ("builtins.functionArgs builtins.add", "{ }"),
        ("builtins.functionArgs (builtins.add 1)", "{ }"),
        (
            "let f = { a }: a; in [ (builtins.functionArgs f) (builtins.functionArgs f) ]",
            "[ { a = false; } { a = false; } ]",
        ),
        ('builtins.unsafeGetAttrPos "b" { a = 1; }', "null"),
        ("builtins.langVersion", "6"),
        ("builtins.nixVersion", '"2.34.8"'),
        ("builtins.storeDir", '"/nix/store"'),
        ("builtins.nixPath", "[ ]"),
        ("builtins.builtins == builtins", "true"),
        ("[ true false null __langVersion ]", "[ true false null 6 ]"),
    ],
)
def test_answers(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ("builtins.functionArgs 1", "'functionArgs' requires a function", ""),
        ("builtins.functionArgs { __functor = self: x: x; }", "'functionArgs' requires a function", ""),
        (
            "builtins.unsafeGetAttrPos 1 { }",
            "expected a string but found an integer: 1",
            "while evaluating the first argument passed to builtins.unsafeGetAttrPos",
        ),
        ("getAttr", "undefined variable 'getAttr'", ""),
        ("__map", "undefined variable '__map'", ""),
    ],
)
def test_errors(fails: Callable[..., None], expression: str, message: str, trace: str) -> None:
    fails(expression, message, *filter(None, [trace]))


POSITIONS = """\
let
  set = { a = 1;
    b = 2; };
  f = { x, yy ? 1 }: x;
  at = name: set: let p = builtins.unsafeGetAttrPos name set; in "${toString p.line}:${toString p.column}";
in [
  (at "a" set)
  (at "b" (set // { c = 1; }))
  (at "b" (set // { b = 1; }))
  (at "b" (removeAttrs set [ "a" ]))
  (at "x" (builtins.functionArgs f))
  (at "yy" (builtins.functionArgs f))
  (builtins.unsafeGetAttrPos "a" (builtins.mapAttrs (n: v: v) set))
  (builtins.unsafeGetAttrPos "a" (builtins.zipAttrsWith (n: v: v) [ set ]))
  (builtins.unsafeGetAttrPos "a" (builtins.groupBy (n: n) (builtins.attrNames set)))
]
"""


def test_positions(evaluator: Evaluator, evaluate: Callable[[str], str], tmp_path: Path) -> None:
    file = tmp_path / "positions.nix"
    file.write_text(POSITIONS)
    expected = '[ "2:11" "3:5" "9:21" "3:5" "4:9" "4:12" null null null ]'
    assert evaluate(f"import {file}") == expected
    if NIX:
        assert ask_nix(f"import {file}") == (expected, "")


def test_every_builtin_has_a_description() -> None:
    for name, one in all_builtins().items():
        assert one.doc, f"builtins.{name} says nothing of itself"


def test_pure_mode_hides_the_clock_and_the_system() -> None:
    hidden = builtins_set(pure=False).keys() - builtins_set(pure=True).keys()
    assert hidden == {"currentTime", "currentSystem"}


@pytest.mark.skipif(not NIX, reason="skipped: PYOCI_TEST_NIX names no nix-instantiate")
def test_the_names_are_those_of_nix(evaluate: Callable[[str], str]) -> None:
    expression = "builtins.attrNames builtins"
    assert evaluate(expression) == ask_nix(expression)[0]


@pytest.mark.skipif(not NIX, reason="skipped: PYOCI_TEST_NIX names no nix-instantiate")
def test_the_names_in_scope_are_those_of_nix(evaluate: Callable[[str], str]) -> None:
    """Each builtin is in scope under its own name or with two underscores before it, never under both."""
    named = {name: one for name, one in all_builtins().items() if getattr(one, "feature", None) is None}
    bare = [name for name, one in named.items() if one.is_global]
    prefixed = [f"__{name}" for name, one in named.items() if not one.is_global]
    expression = f"builtins.length [ {' '.join([*bare, *prefixed])} ]"
    assert evaluate(expression) == ask_nix(expression)[0] == str(len(named))
