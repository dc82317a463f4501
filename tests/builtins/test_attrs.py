"""Builtins on sets, and the operator `//`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyoci.builtins import attrs
from pyoci.runtime.aggregates import update
from pyoci.runtime.thunks import force


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        (
            r'builtins.attrNames { b = 1; a = 2; "é" = 3; Z = 4; _x = 5; "ab" = 6; }',
            '[ "Z" "_x" "a" "ab" "b" "é" ]',
        ),
        ("builtins.attrValues { b = 1; a = 2; Z = 3; }", "[ 3 2 1 ]"),
        ('builtins.getAttr "x" { x = 1 + 1; }', "2"),
        ('builtins.hasAttr "a" { a = throw "x"; }', "true"),
        ('builtins.hasAttr "b" { a = throw "x"; }', "false"),
        ('removeAttrs { a = 1; b = 2; c = 3; } [ "b" "x" "b" ]', "{ a = 1; c = 3; }"),
        ("let s = { a = 1; }; in [ (removeAttrs s [ ]) s ]", "[ { a = 1; } { a = 1; } ]"),
        ('let s = { a = 1; }; in [ (removeAttrs s [ "a" ]) s ]', "[ { } { a = 1; } ]"),
        ("builtins.intersectAttrs { a = 1; b = 2; c = 4; } { a = 3; d = 4; }", "{ a = 3; }"),
        ('(builtins.intersectAttrs { a = 1; } { a = 3; b = throw "x"; }).a', "3"),
        (
            'builtins.listToAttrs [ { name = "a"; value = 1; } { name = "b"; value = 2; } { name = "a"; value = 3; } ]',
            "{ a = 1; b = 2; }",
        ),
        ('builtins.listToAttrs [ { name = "a"; value = 1; } { name = "a"; } ]', "{ a = 1; }"),
        ('builtins.catAttrs "a" [ { a = 1; } { b = 2; } { a = 3; } ]', "[ 1 3 ]"),
        ('builtins.mapAttrs (name: value: "${name}${value}") { a = "1"; b = "2"; }', '{ a = "a1"; b = "b2"; }'),
        ("builtins.mapAttrs (name: { x }: x) { a = { x = 3; }; }", "{ a = 3; }"),
        ('builtins.mapAttrs { __functor = self: n: v: n + v; } { a = "b"; }', '{ a = "ab"; }'),
        ("builtins.mapAttrs builtins.hasAttr { a = { b = 1; }; b = { b = 1; }; }", "{ a = false; b = true; }"),
        ('builtins.attrNames (builtins.mapAttrs (throw "never") { a = 1; })', '[ "a" ]'),
        ("builtins.mapAttrs 1 { }", "{ }"),
        (
            "builtins.zipAttrsWith (name: values: { inherit name values; }) [ { a = 1; } { a = 2; b = 3; } { } ]",
            '{ a = { name = "a"; values = [ 1 2 ]; }; b = { name = "b"; values = [ 3 ]; }; }',
        ),
        (
            'builtins.groupBy (x: if x > 2 then "big" else "small") [ 1 3 2 4 ]',
            "{ big = [ 3 4 ]; small = [ 1 2 ]; }",
        ),
        ("{ a = 1; b = 2; } // { b = 3; c = 4; }", "{ a = 1; b = 3; c = 4; }"),
        ('({ a = throw "x"; } // { a = 1; }).a', "1"),
        ("{ } // { a = 1; } // { }", "{ a = 1; }"),
    ],
)
def test_answers(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


PAIR = "in a {name=...; value=...;} pair"


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ('builtins.getAttr "x" { }', "attribute 'x' missing", "in the attribute set under consideration"),
        (
            "builtins.getAttr 1 { }",
            "expected a string but found an integer: 1",
            "while evaluating the first argument passed to builtins.getAttr",
        ),
        (
            'builtins.hasAttr "a" 1',
            "expected a set but found an integer: 1",
            "while evaluating the second argument passed to builtins.hasAttr",
        ),
        (
            "removeAttrs { a = 1; } [ 1 ]",
            "expected a string but found an integer: 1",
            "while evaluating the values of the second argument passed to builtins.removeAttrs",
        ),
        (
            "builtins.attrNames 1",
            "expected a set but found an integer: 1",
            "while evaluating the argument passed to builtins.attrNames",
        ),
        ("builtins.listToAttrs [ { } ]", "attribute 'name' missing", PAIR),
        ('builtins.listToAttrs [ { name = "a"; } ]', "attribute 'value' missing", PAIR),
        (
            'builtins.listToAttrs [ { name = "a"; } { name = 1; } ]',
            "expected a string but found an integer: 1",
            "while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs",
        ),
        (
            "builtins.intersectAttrs { } 1",
            "expected a set but found an integer: 1",
            "while evaluating the second argument passed to builtins.intersectAttrs",
        ),
        (
            'builtins.catAttrs "a" [ 1 ]',
            "expected a set but found an integer: 1",
            "while evaluating an element in the list passed as second argument to builtins.catAttrs",
        ),
        (
            "builtins.mapAttrs 1 { a = 1; }",
            "attempt to call something which is not a function but an integer: 1",
            "",
        ),
        (
            "builtins.zipAttrsWith 1 [ ]",
            "expected a function but found an integer: 1",
            "while evaluating the first argument passed to builtins.zipAttrsWith",
        ),
        (
            "builtins.groupBy (x: 1) [ 1 ]",
            "expected a string but found an integer: 1",
            "while evaluating the return value of the grouping function passed to builtins.groupBy",
        ),
        ("{ } // 2", "expected a set but found an integer: 2", "in the right operand of the update (//) operator"),
        ("1 // { }", "expected a set but found an integer: 1", "in the left operand of the update (//) operator"),
    ],
)
def test_errors(fails: Callable[..., None], expression: str, message: str, trace: str) -> None:
    fails(expression, message, *filter(None, [trace]))


def test_update_takes_the_key_objects_along() -> None:
    """Attribute positions hang on them."""
    left_a, left_b, right_b = ("".join(["n", letter]) for letter in "abb")
    left, right = {left_a: 1, left_b: 2}, {right_b: 3}
    keys = {key: id(key) for key in update(left, right)}
    assert keys == {"na": id(left_a), "nb": id(right_b)}
    assert {key: id(key) for key in left} == {"na": id(left_a), "nb": id(left_b)}


def test_update_shares_where_one_side_is_empty() -> None:
    some = {"a": 1}
    assert update(some, {}) is some
    assert update({}, some) is some


def test_map_attrs_calls_nothing_before_it_is_needed() -> None:
    calls: list[str] = []

    def function(name: str, value: int = ...) -> object:  # type: ignore[assignment]
        calls.append(name)
        return value + 1

    mapped = attrs.map_attrs(function, {"a": 1, "b": 2})
    assert calls == []
    assert force(mapped["b"]) == 3
    assert calls == ["b"]


def test_intersection_walks_the_smaller_set() -> None:
    big = {f"name{i}": i for i in range(10_000)}
    assert attrs.intersect_attrs({"name7": None, "other": None}, big) == {"name7": 7}
    assert attrs.intersect_attrs(big, {"name7": 0, "other": 1}) == {"name7": 0}
