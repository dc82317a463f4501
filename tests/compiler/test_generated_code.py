"""What generated code must get right, through the front door: laziness, sharing, depth, size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value

pytestmark = pytest.mark.usefixtures("sections")


@pytest.fixture(scope="module")
def shown() -> Callable[[str], str]:
    """Evaluates and prints an expression, everything in it forced."""
    evaluator = Evaluator(Settings(use_cache=False))

    def show(text: str) -> str:
        return evaluator.run(lambda: print_value(evaluator.eval_text(text), strict=True))

    return show


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('let a = throw "x"; in 1', "1"),
        ('({ a, b ? throw "x" }: a) { a = 1; }', "1"),
        ('builtins.length [ (throw "x") (1 / 0) ]', "2"),
        ('builtins.attrNames { a = throw "x"; inherit (throw "y") b; }', '[ "a" "b" ]'),
        ('(x: y: x) 1 (throw "x")', "1"),
        ('let f = a: b: c: a; in f 1 (throw "x") (throw "y")', "1"),
        ("let n = 9223372036854775807; f = a: b: a; in f 1 (n + 1)", "1"),
        ('if true then 1 else throw "x"', "1"),
        ('false && throw "x" || true', "true"),
        ('false -> throw "x"', "true"),
        ('{ a = 1; }.a or (throw "x")', "1"),
        ('{ }.${throw "x"} or 1', None),
        ('with throw "x"; 1', "1"),
        ('with throw "x"; let y = 1; in y', "1"),
        ("let x = { a = x.b; b = 2; }; in x.a", "2"),
    ],
)
def test_laziness(shown: Callable[[str], str], text: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(NixError):
            shown(text)
    else:
        assert shown(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("let f = a: b: a + b; g = f 1; in [ (g 2) (g 3) (f 4 5) ]", "[ 3 4 9 ]"),
        ("let f = a: b: c: a + b + c; in [ (f 1 2 3) ((f 1) 2 3) ((f 1 2) 3) (((f 1) 2) 3) ]", "[ 6 6 6 6 ]"),
        ("map (f: f 2) (map (a: b: a + b) [ 1 10 ])", "[ 3 12 ]"),
        ("let f = a: { b ? 2, c }: a + b + c; in f 1 { c = 3; }", "6"),
        (
            "let f = { __functor = self: a: b: a + b + self.n; n = 1; }; in [ (f 1 2) (map (f 1) [ 1 2 ]) ]",
            "[ 4 [ 3 4 ] ]",
        ),
        ("let f = a: b: c: d: e: [ a b c d e ]; in f 1 2 3 4 5", "[ 1 2 3 4 5 ]"),
        ("builtins.foldl' (a: b: c: a c + b) (x: x) [ 1 2 ] 3", "6"),
        ("builtins.functionArgs (({ a, b ? 1, ... }: a))", "{ a = false; b = true; }"),
        ("({ a ? b, b ? c, c ? 1 }: [ a b c ]) { }", "[ 1 1 1 ]"),
        ("({ a ? args.b, ... }@args: a) { b = 2; }", "2"),
        ("let a = b; b = c; c = 3; in [ a b c ]", "[ 3 3 3 ]"),
        ("rec { a = 1; b = { inherit a; c = rec { a = 2; d = a; }; }; }.b", "{ a = 1; c = { a = 2; d = 2; }; }"),
        ("let map = x: 5; in map 1", "5"),
        ("with { map = 1; }; builtins.isFunction map", "true"),
        ("with { a = 1; b = 1; }; with { a = 2; }; [ a b ]", "[ 2 1 ]"),
        ("rec { __overrides = { a = 2; }; a = 1; b = a; }.b", "2"),
        ("let a' = 1; a-b = 2; def = 3; lambda = 4; in [ a' a-b def lambda ]", "[ 1 2 3 4 ]"),
        ("[ (-1) (- 1) (2 - 1) (1 + -1) ]", "[ -1 -1 1 0 ]"),
        ("let x = 1; in x.y or 2", "2"),
        ('[ (1 == 1.0) ("" == null) ([ ] == [ ]) ({ } == { }) ({ } == [ ]) ]', "[ true false true true false ]"),
    ],
)
def test_scopes_and_calls(shown: Callable[[str], str], text: str, value: str) -> None:
    assert shown(text) == value


@pytest.mark.parametrize("count", [1, 23, 24, 63, 64, 65, 500])
def test_sets_of_every_size_are_the_same_set(shown: Callable[[str], str], count: int) -> None:
    """Small sets are displays, large ones zipped, very large ones data: all with thunks, constants and functions."""
    kinds = ["f {0}", "{0}", "x: x + {0}", "k", "s.a", "[ {0} k ]", "(f (f {0}))"]
    attributes = " ".join(f"a{at} = {kinds[at % len(kinds)].format(at)};" for at in range(count))
    values = "builtins.mapAttrs (name: value: if builtins.isFunction value then value 1 else value)"
    text = f"let f = n: n + 1; k = 7; s.a = 3; in builtins.attrValues ({values} {{ {attributes} }})"
    expected = [at + 1 for at in range(count)]
    for at in range(count):
        kind = at % len(kinds)
        expected[at] = (at + 1, at, at + 1, 7, 3, f"[ {at} 7 ]", at + 2)[kind]  # type: ignore[call-overload]
    order = sorted(range(count), key=lambda at: f"a{at}")
    assert shown(text) == f"[ {' '.join(str(expected[at]) for at in order)} ]"


@pytest.mark.parametrize(
    ("before", "inner", "after", "value"),
    [
        ("(", "1", ")", "1"),
        ("(x: ", "1", ") 0", "1"),
        ("if true then ", "1", " else 0", "1"),
        ("if false then 0 else ", "1", "", "1"),
        ("let a = ", "1", "; in a", "1"),
        ("{ a = ", "1", "; }.a", "1"),
        ("(1 + ", "0", ")", "300"),
        ("(true && ", "true", ")", "true"),
        ("with { }; ", "1", "", "1"),
        ("assert true; ", "1", "", "1"),
        ("(builtins.head [ ", "1", " ])", "1"),
        ("({ }.a or ", "1", ")", "1"),
    ],
)
def test_constructs_nest_deeper_than_python_indents(
    shown: Callable[[str], str], before: str, inner: str, after: str, value: str
) -> None:
    assert shown(before * 300 + inner + after * 300) == value


def test_deep_recursion_answers(shown: Callable[[str], str]) -> None:
    assert shown("let f = n: if n == 0 then 0 else 1 + f (n - 1); in f 100000") == "100000"


def test_endless_recursion_is_an_error(shown: Callable[[str], str]) -> None:
    with pytest.raises(NixError, match="stack overflow; max-call-depth exceeded"):
        shown("let f = n: 1 + f (n + 1); in f 0")


@pytest.mark.parametrize("text", ["let x = x; in x", "rec { a = b; b = a; }.a", "let x = [ 1 ] ++ x; in x"])
def test_a_value_that_needs_itself(shown: Callable[[str], str], text: str) -> None:
    with pytest.raises(NixError, match="infinite recursion encountered"):
        shown(text)


def test_a_thunk_that_failed_fails_again(shown: Callable[[str], str]) -> None:
    text = 'let x = throw "a"; t = builtins.tryEval x; in [ t.success (builtins.tryEval x).success ]'
    assert shown(text) == "[ false false ]"


def test_relative_paths_start_from_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "default.nix").write_text("import ./b.nix { x = ./c; }")
    (folder / "b.nix").write_text("{ x }: [ x ./d/../e ]")
    evaluator = Evaluator(Settings(use_cache=False))
    assert evaluator.run(lambda: evaluator.eval_file(folder)) == (bytes(folder / "c"), bytes(folder / "e"))
