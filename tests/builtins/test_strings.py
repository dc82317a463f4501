# ruff: noqa: E501 - answers and messages stay on one line
"""Builtins on strings."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('builtins.stringLength "é"', "2"),
        ('builtins.stringLength { outPath = "abc"; }', "3"),
        ('builtins.substring 1 (-1) "hello"', '"ello"'),
        ('builtins.substring 1 3 "hello"', '"ell"'),
        ('builtins.substring 10 2 "hello"', '""'),
        ('builtins.substring 9223372036854775807 9223372036854775807 "a"', '""'),
        ('builtins.substring 0 1 { __toString = self: "xyz"; }', '"x"'),
        (
            'let s = "é€😀"; chars = builtins.genList (i: builtins.substring i 1 s) (builtins.stringLength s); in [ (builtins.concatStringsSep "" chars == s) (builtins.foldl\' (a: b: a + b) "" chars == s) (builtins.replaceStrings chars chars s == s) ]',
            "[ true true true ]",
        ),
        ('builtins.concatStringsSep "," [ "a" "b" { outPath = "c"; } ]', '"a,b,c"'),
        ('builtins.concatStringsSep "," [ ]', '""'),
        ('builtins.replaceStrings [ "oo" "a" ] [ "a" "oo" ] "foobar"', '"faboor"'),
        ('builtins.replaceStrings [ "a" "b" "" ] [ "1" "2" "_" ] "abc"', '"12_c_"'),
        ('builtins.replaceStrings [ "" "a" "b" ] [ "_" "1" (throw "x") ] "abc"', '"_a_b_c_"'),
        ('builtins.replaceStrings [ "ab" "a" ] [ "X" "Y" ] "aaba"', '"YXY"'),
        ('builtins.replaceStrings [ "a" "ab" ] [ "Y" "X" ] "aaba"', '"YYbY"'),
        ('builtins.replaceStrings [ "a" "b" "a" ] [ "1" "2" "3" ] "abab"', '"1212"'),
        ('builtins.replaceStrings [ "" ] [ "_" ] ""', '"_"'),
        ('builtins.replaceStrings [ "" ] [ "_" ] "ab"', '"_a_b_"'),
        ('builtins.replaceStrings [ "x" ] [ (throw "not used") ] "ab"', '"ab"'),
        ('builtins.replaceStrings [ "ab" "bc" "c" ] [ (throw "not used") "1" "2" ] "bcacb"', '"1a2b"'),
        ('builtins.replaceStrings [ "é" ] [ "e" ] "été"', '"ete"'),
        ('builtins.replaceStrings [ "t" ] [ "é" ] "été"', '"ééé"'),
        ('builtins.replaceStrings [ "t" ] [ "é" ] "tt"', '"éé"'),
        ('builtins.replaceStrings [ "\\\\" "\\"" ] [ "\\\\\\\\" "\\\\\\"" ] "a\\\\b\\"c"', '"a\\\\\\\\b\\\\\\"c"'),
        (
            'toString [ 1 [ ] [ 2 ] [ [ ] ] "a" [ ] { outPath = "x"; } null true false 1.5 1.0e20 ]',
            '"1 2  a x  1  1.500000 100000000000000000000.000000"',
        ),
        ("toString (-5)", '"-5"'),
        ("toString /a/b", '"/a/b"'),
        ("toString { __toString = self: 1; outPath = 3; }", '"1"'),
        ("toString { outPath = [ 1 [ 2 ] ]; }", '"1 2"'),
        ('baseNameOf "a/b/"', '"b"'),
        ('baseNameOf "a/b//"', '""'),
        ('baseNameOf "/"', '""'),
        ('baseNameOf ""', '""'),
        ("baseNameOf /a/b", '"b"'),
        ("baseNameOf /.", '""'),
        ('baseNameOf { outPath = "/x/y"; }', '"y"'),
        ('dirOf "a"', '"."'),
        ('dirOf "/a"', '"/"'),
        ('dirOf "a/b/"', '"a/b"'),
        ('dirOf "a//b"', '"a/"'),
        ("dirOf /a/b", "/a"),
        ("dirOf /a", "/"),
        ("dirOf /.", "/"),
        ("dirOf { outPath = /a/b; }", '"/a"'),
    ],
)
def test_gives(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        (
            "builtins.stringLength 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the argument passed to builtins.stringLength"],
        ),
        ('builtins.substring (-1) 2 "hello"', "negative start position in 'substring'", []),
        (
            'builtins.substring "a" 2 "hello"',
            'expected an integer but found a string: "a"',
            ["while evaluating the first argument (the start offset) passed to builtins.substring"],
        ),
        (
            'builtins.substring 1 "a" "hello"',
            'expected an integer but found a string: "a"',
            ["while evaluating the second argument (the substring length) passed to builtins.substring"],
        ),
        (
            "builtins.substring 10 0 { }",
            "cannot coerce a set to a string: { }",
            ["while evaluating the third argument (the string) passed to builtins.substring"],
        ),
        (
            "builtins.substring 1 3 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the third argument (the string) passed to builtins.substring"],
        ),
        (
            "builtins.concatStringsSep 1 [ ]",
            "expected a string but found an integer: 1",
            ["while evaluating the first argument (the separator string) passed to builtins.concatStringsSep"],
        ),
        (
            'builtins.concatStringsSep "" 1',
            "expected a list but found an integer: 1",
            [
                "while evaluating the second argument (the list of strings to concat) passed to builtins.concatStringsSep"
            ],
        ),
        (
            'builtins.concatStringsSep "" [ 1 ]',
            "cannot coerce an integer to a string: 1",
            ["while evaluating one element of the list of strings to concat passed to builtins.concatStringsSep"],
        ),
        (
            'builtins.replaceStrings 1 [ ] ""',
            "expected a list but found an integer: 1",
            ["while evaluating the first argument passed to builtins.replaceStrings"],
        ),
        (
            'builtins.replaceStrings [ ] 1 ""',
            "expected a list but found an integer: 1",
            ["while evaluating the second argument passed to builtins.replaceStrings"],
        ),
        (
            "builtins.replaceStrings [ ] [ ] 1",
            "expected a string but found an integer: 1",
            ["while evaluating the third argument passed to builtins.replaceStrings"],
        ),
        (
            'builtins.replaceStrings [ "a" ] [ ] ""',
            "'from' and 'to' arguments passed to builtins.replaceStrings have different lengths",
            [],
        ),
        (
            'builtins.replaceStrings [ 1 ] [ "" ] ""',
            "expected a string but found an integer: 1",
            ["while evaluating one of the strings to replace passed to builtins.replaceStrings"],
        ),
        (
            'builtins.replaceStrings [ "a" ] [ 1 ] "a"',
            "expected a string but found an integer: 1",
            ["while evaluating one of the replacement strings passed to builtins.replaceStrings"],
        ),
        (
            "toString { }",
            "cannot coerce a set to a string: { }",
            ["while evaluating the first argument passed to builtins.toString"],
        ),
        (
            "toString [ 1 map ]",
            "cannot coerce the built-in function 'map' to a string: «primop map»",
            [
                "while evaluating one element of the list",
                "while evaluating the first argument passed to builtins.toString",
            ],
        ),
        (
            "toString (map (x: x))",
            "cannot coerce the partially applied built-in function 'map' to a string: «partially applied primop map»",
            ["while evaluating the first argument passed to builtins.toString"],
        ),
        (
            "toString { __toString = self: { }; }",
            "cannot coerce a set to a string: { }",
            ["while evaluating the result of the `__toString` attribute"],
        ),
        (
            "baseNameOf 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the first argument passed to builtins.baseNameOf"],
        ),
        (
            "dirOf 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the first argument passed to 'builtins.dirOf'"],
        ),
    ],
)
def test_fails(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


def test_bytes(evaluate: Callable[[str], str]) -> None:
    assert evaluate('builtins.substring 2 2 "aéb"') == '"\udca9b"'
    assert evaluate('builtins.replaceStrings [ "" ] [ "_" ] "é"') == '"_\udcc3_\udca9_"'


def test_replacing_in_a_long_text(evaluate: Callable[[str], str]) -> None:
    megabyte = 'builtins.concatStringsSep "" (builtins.genList (_: "0123456789abcdef") 65536)'
    replaced = f'builtins.replaceStrings [ "0123" "45" "f" "nope" ] [ "x" "" "ff" (throw "unused") ] ({megabyte})'
    assert evaluate(f"builtins.stringLength ({replaced})") == str(65536 * 12)
