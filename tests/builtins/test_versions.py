# ruff: noqa: E501 - answers and messages stay on one line
"""compareVersions, splitVersion and parseDrvName."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        (
            'map (p: builtins.compareVersions (builtins.head p) (builtins.elemAt p 1)) [ [ "1.0" "2.3" ] [ "2.1" "2.3" ] [ "2.3" "2.3" ] [ "2.5" "2.3" ] [ "3.1" "2.3" ] [ "2.3.1" "2.3" ] [ "2.3.1" "2.3a" ] [ "2.3pre1" "2.3" ] [ "2.3pre3" "2.3pre12" ] [ "2.3a" "2.3c" ] [ "2.3pre1" "2.3c" ] [ "2.3pre1" "2.3q" ] ]',
            "[ -1 -1 0 1 1 1 1 -1 -1 -1 -1 -1 ]",
        ),
        ('builtins.compareVersions "99999999999" "5"', "-1"),
        ('builtins.compareVersions "2147483647" "5"', "1"),
        ('builtins.compareVersions "007" "7"', "0"),
        ('builtins.compareVersions "" "1"', "-1"),
        ('builtins.compareVersions "" "a"', "-1"),
        ('builtins.compareVersions "1..2" "1-2"', "0"),
        ('builtins.compareVersions "é" "z"', "1"),
        ('builtins.splitVersion "1.2-pre3..4a5"', '[ "1" "2" "pre" "3" "4" "a" "5" ]'),
        ('builtins.splitVersion ""', "[ ]"),
        ('builtins.parseDrvName "a-b-1.2-c"', '{ name = "a-b"; version = "1.2-c"; }'),
        ('builtins.parseDrvName "a-"', '{ name = "a-"; version = ""; }'),
        ('builtins.parseDrvName "a--b"', '{ name = "a"; version = "-b"; }'),
        ('builtins.parseDrvName "a-é"', '{ name = "a"; version = "é"; }'),
        ('builtins.parseDrvName "hello"', '{ name = "hello"; version = ""; }'),
    ],
)
def test_gives(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        (
            'builtins.compareVersions 1 "7"',
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.compareVersions"],
        ),
        (
            'builtins.compareVersions "7" 1',
            "expected a string but found an integer: 1",
            ["while evaluating the second argument passed to builtins.compareVersions"],
        ),
        (
            "builtins.splitVersion 1",
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.splitVersion"],
        ),
        (
            "builtins.parseDrvName 1",
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.parseDrvName"],
        ),
        (
            'let f = builtins.toFile "a" "b"; in builtins.compareVersions "${f}" "a"',
            "the string '/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a' is not allowed to refer to a store path (such as '/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a')",
            ["while evaluating the first argument passed to builtins.compareVersions"],
        ),
    ],
)
def test_fails(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)
