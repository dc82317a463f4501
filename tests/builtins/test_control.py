"""What evaluates, when, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from nix_oracle import NIX, ask_nix

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.deep import force_deep
from pyoci.runtime.errors import NixError, StackOverflow
from pyoci.runtime.printing import print_value


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("builtins.seq 1 2", "2"),
        ('builtins.seq { a = throw "x"; } 2', "2"),
        ("let x = { inherit x; y = [ x ]; }; in builtins.deepSeq x 1", "1"),
        ('builtins.tryEval (throw "x")', "{ success = false; value = false; }"),
        ("builtins.tryEval (assert false; 1)", "{ success = false; value = false; }"),
        ("builtins.tryEval <nowhere>", "{ success = false; value = false; }"),
        ("builtins.tryEval 1", "{ success = true; value = 1; }"),
        ('let t = throw "x"; in [ (builtins.tryEval t).success (builtins.tryEval t).success ]', "[ false false ]"),
        ('(builtins.tryEval { a = throw "x"; }).success', "true"),
        ('builtins.addErrorContext (throw "never") 1', "1"),
        ('builtins.traceVerbose (throw "never") 1', "1"),
        ("builtins.break 1", "1"),
    ],
)
def test_answers(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ('throw "a"', "a", []),
        ('throw { outPath = "foo"; }', "foo", []),
        (
            "throw 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the error message passed to builtin.throw"],
        ),
        ('abort "x"', "evaluation aborted with the following error message: 'x'", []),
        (
            "abort { }",
            "cannot coerce a set to a string: { }",
            ["while evaluating the error message passed to builtins.abort"],
        ),
        ('builtins.seq (throw "a") (throw "b")', "a", []),
        ('builtins.deepSeq { a = [ 1 (throw "q") ]; } (throw "b")', "q", ["while evaluating list element at index 1"]),
        ('builtins.tryEval (abort "x")', "evaluation aborted with the following error message: 'x'", []),
        ('builtins.tryEval (1 + "a")', "cannot add a string to an integer", []),
        ("builtins.tryEval (let x = x; in x)", "infinite recursion encountered", []),
        ('builtins.addErrorContext "here" (throw "x")', "x", ["here"]),
        (
            'builtins.addErrorContext 1 (throw "x")',
            "cannot coerce an integer to a string: 1",
            ["while evaluating the error message passed to builtins.addErrorContext"],
        ),
        (
            "builtins.warn 1 2",
            "expected a string but found an integer: 1",
            ["while evaluating the first argument; the message passed to builtins.warn"],
        ),
    ],
)
def test_errors(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ('builtins.trace "hello" 1', "trace: hello"),
        (r'builtins.trace "two\nlines" 1', "trace: two\nlines"),
        ("builtins.trace [ 1.5 null true /a ] 1", "trace: [ 1.5 null true /a ]"),
        ("builtins.trace { b = 1; type = 2; a = 1 + 1; } 1", "trace: { a = «thunk»; b = 1; type = 2; }"),
        (
            "let l = builtins.genList (x: x) 12; in builtins.trace (builtins.deepSeq l l) 1",
            "trace: [ 0 1 2 3 4 5 6 7 8 9 10 11 ]",
        ),
        ('builtins.warn "careful" 1', "evaluation warning: careful"),
        (r'builtins.warn "a  \n\n  b\n" 1', "evaluation warning: a\n\n                      b"),
        (r'builtins.warn "\na" 1', "evaluation warning:\n                    a"),
        ('builtins.warn "" 1', ""),
    ],
)
def test_what_is_written_to_standard_error(expression: str, written: str) -> None:
    lines: list[str] = []
    evaluator = Evaluator(Settings(use_cache=False, trace=lines.append))
    assert evaluator.run(lambda: print_value(evaluator.eval_text(expression))) == "1"
    assert lines == [written]
    if NIX:
        assert ask_nix(expression) == ("1", written + "\n")


def test_tracing_comes_before_what_is_traced(evaluate: Callable[[str], str]) -> None:
    lines: list[str] = []
    evaluator = Evaluator(Settings(use_cache=False, trace=lines.append))
    text = 'builtins.trace "outer" (builtins.trace "inner" 1)'
    evaluator.run(lambda: evaluator.eval_text(text))
    assert lines == ["trace: outer", "trace: inner"]


def test_forcing_deeply_uses_no_c_stack(evaluate: Callable[[str], str]) -> None:
    chain = "builtins.foldl' (a: n: [ a ]) [ ] (builtins.genList (n: n) 5000)"
    assert evaluate(f"builtins.deepSeq ({chain}) 1") == "1"


@pytest.mark.parametrize(("depth", "answer"), [(9_999, "1"), (10_000, "stack overflow; max-call-depth exceeded")])
def test_forcing_deeply_ends_where_nix_does(evaluate: Callable[[str], str], depth: int, answer: str) -> None:
    text = f"builtins.deepSeq (builtins.foldl' (a: n: [ a ]) [ ] (builtins.genList (n: n) {depth})) 1"
    if answer == "1":
        assert evaluate(text) == answer
    else:
        with pytest.raises(StackOverflow) as caught:
            evaluate(text)
        assert caught.value.message == answer
    if NIX:
        assert answer in "".join(ask_nix(text))


def test_forcing_deeply_gives_the_value() -> None:
    value = {"a": (1, "x")}
    assert force_deep(value) is value
    assert force_deep(7) == 7


def test_an_error_in_depth_names_the_way_to_it(evaluate: Callable[[str], str]) -> None:
    with pytest.raises(NixError) as caught:
        evaluate('builtins.deepSeq { a = [ 1 { b = throw "x"; } ]; } 1')
    lines = [line for line, _ in caught.value.traces]
    assert lines == [
        "while evaluating the attribute 'b'",
        "while evaluating list element at index 1",
        "while evaluating the attribute 'a'",
    ]
