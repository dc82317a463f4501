"""Builtins on lists, and the operator `++`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyoci.builtins import lists
from pyoci.runtime.errors import EvalError
from pyoci.runtime.thunks import force


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('builtins.length [ 1 (throw "x") ]', "2"),
        ('builtins.elemAt [ (throw "x") (1 + 1) ] 1', "2"),
        ('builtins.head [ 1 (throw "x") ]', "1"),
        ('builtins.tail [ (throw "x") 2 3 ]', "[ 2 3 ]"),
        ("map (x: x * 2) [ 1 2 3 ]", "[ 2 4 6 ]"),
        ('map (throw "x") [ ]', "[ ]"),
        ('builtins.length (map (x: throw "x") [ 1 2 ])', "2"),
        ("map { __functor = self: x: x + 1; } [ 1 2 ]", "[ 2 3 ]"),
        ("builtins.filter (x: x > 1) [ 1 2 3 ]", "[ 2 3 ]"),
        ("builtins.filter 1 [ ]", "[ ]"),
        ("builtins.filter { __functor = self: x: x > 1; } [ 1 2 ]", "[ 2 ]"),
        ("builtins.partition (x: x > 1) [ 3 1 2 ]", "{ right = [ 3 2 ]; wrong = [ 1 ]; }"),
        ('builtins.elem "b" [ 1 null { } "b" (throw "x") ]', "true"),
        ("builtins.elem true [ 1 ]", "false"),
        ("builtins.elem 1 [ true 1.0 ]", "true"),
        ("builtins.elem { a = [ 1 ]; } [ { a = [ 1 ]; } ]", "true"),
        ("let f = x: x; in builtins.elem f [ f ]", "true"),
        ("builtins.elem (x: x) [ (x: x) ]", "false"),
        ('builtins.elem (throw "x") [ ]', "false"),
        ('builtins.any (x: x) [ false true (throw "x") ]', "true"),
        ('builtins.all (x: x) [ true false (throw "x") ]', "false"),
        ("builtins.any (x: x) [ ]", "false"),
        ("builtins.all (x: x) [ ]", "true"),
        ("builtins.concatLists [ [ 1 ] [ ] [ 2 3 ] ]", "[ 1 2 3 ]"),
        ("builtins.concatMap (x: [ x (x * 10) ]) [ 1 2 ]", "[ 1 10 2 20 ]"),
        ("builtins.foldl' (a: b: a * 10 + b) 0 [ 1 2 3 ]", "123"),
        ("builtins.foldl' builtins.add 0 [ 1 2 3 ]", "6"),
        ("builtins.foldl' (a: let c = a; in b: c + b) 0 [ 1 2 3 ]", "6"),
        ('builtins.foldl\' (a: b: b) (throw "x") [ 1 ]', "1"),
        ('builtins.foldl\' (a: b: 1) 0 [ (throw "x") ]', "1"),
        ("builtins.genList (x: x * x) 4", "[ 0 1 4 9 ]"),
        ('builtins.length (builtins.genList (x: throw "x") 3)', "3"),
        ("[ 1 ] ++ [ ] ++ [ 2 ]", "[ 1 2 ]"),
    ],
)
def test_answers(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ("builtins.elemAt [ 1 2 ] 2", "'builtins.elemAt' called with index 2 on a list of size 2", ""),
        ("builtins.elemAt [ 1 2 ] (-1)", "'builtins.elemAt' called with index -1 on a list of size 2", ""),
        ('builtins.elemAt (throw "a") (throw "b")', "b", ""),
        (
            "builtins.elemAt 1 1",
            "expected a list but found an integer: 1",
            "while evaluating the first argument passed to 'builtins.elemAt'",
        ),
        ("builtins.head [ ]", "'builtins.head' called on an empty list", ""),
        ("builtins.tail [ ]", "'builtins.tail' called on an empty list", ""),
        (
            'builtins.length "abc"',
            'expected a list but found a string: "abc"',
            "while evaluating the first argument passed to builtins.length",
        ),
        (
            "map 1 [ 1 ]",
            "expected a function but found an integer: 1",
            "while evaluating the first argument passed to builtins.map",
        ),
        (
            "map (x: x) 1",
            "expected a list but found an integer: 1",
            "while evaluating the second argument passed to builtins.map",
        ),
        (
            "builtins.filter (x: 1) [ 1 ]",
            "expected a Boolean but found an integer: 1",
            "while evaluating the return value of the filtering function passed to builtins.filter",
        ),
        ('builtins.partition (x: true) [ (throw "x") ]', "x", ""),
        (
            "builtins.any 1 [ ]",
            "expected a function but found an integer: 1",
            "while evaluating the first argument passed to builtins.any",
        ),
        (
            'builtins.all (x: "a") [ 1 ]',
            'expected a Boolean but found a string: "a"',
            "while evaluating the return value of the function passed to builtins.all",
        ),
        (
            "builtins.concatLists [ 1 ]",
            "expected a list but found an integer: 1",
            "while evaluating a value of the list passed to builtins.concatLists",
        ),
        (
            "builtins.concatMap (x: x) [ 1 ]",
            "expected a list but found an integer: 1",
            "while evaluating the return value of the function passed to builtins.concatMap",
        ),
        (
            "builtins.foldl' 1 2 [ ]",
            "expected a function but found an integer: 1",
            "while evaluating the first argument passed to builtins.foldlStrict",
        ),
        ('builtins.foldl\' (a: b: a) (throw "x") [ ]', "x", ""),
        ('builtins.foldl\' (a: b: if b == 1 then throw "s" else 3) 0 [ 1 2 ]', "s", ""),
        ("builtins.genList (x: x) (-1)", "cannot create list of size -1", ""),
        (
            "builtins.genList 1 0",
            "expected a function but found an integer: 1",
            "while evaluating the first argument passed to builtins.genList",
        ),
        ('builtins.elem (throw "a") [ (throw "b") ]', "a", ""),
        (
            "1 ++ [ ]",
            "expected a list but found an integer: 1",
            "while evaluating one of the elements to concatenate",
        ),
    ],
)
def test_errors(fails: Callable[..., None], expression: str, message: str, trace: str) -> None:
    fails(expression, message, *filter(None, [trace]))


def test_a_list_that_no_memory_holds_is_an_error(evaluate: Callable[[str], str]) -> None:
    with pytest.raises(EvalError, match="out of memory") as caught:
        evaluate("builtins.length (builtins.genList (x: x) 100000000000)")
    assert caught.value.hint == "this asks for a list of 100000000000 elements"


def test_map_is_lazy_in_each_element() -> None:
    calls: list[int] = []

    def function(x: int) -> int:
        calls.append(x)
        return -x

    mapped = lists.map_list(function, (1, 2, 3))
    assert calls == []
    assert [force(mapped[2]), force(mapped[2])] == [-3, -3]
    assert calls == [3]


@pytest.mark.parametrize("builtin", ["map (f: f)", "builtins.filter (x: x 0)", "builtins.concatMap (x: x 0)"])
def test_deep_recursion_through_builtins_uses_no_c_stack(evaluate: Callable[[str], str], builtin: str) -> None:
    result = {"map (f: f)": "1", "builtins.filter (x: x 0)": "true", "builtins.concatMap (x: x 0)": "[ ]"}[builtin]
    step = "(y: r (n - 1))"
    down = {
        "map (f: f)": f"builtins.head (map (f: f 0) [ {step} ])",
        "builtins.filter (x: x 0)": f"builtins.length (builtins.filter (x: x 0) [ {step} ]) == 1",
        "builtins.concatMap (x: x 0)": f"builtins.concatMap (x: x 0) [ {step} ]",
    }[builtin]
    assert evaluate(f"let r = n: if n == 0 then {result} else {down}; in r 3000") == result
