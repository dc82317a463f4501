"""Trees in canonical form. What is expected is what `nix-instantiate --parse` of Nix 2.34 printed, run in `/base`."""

from __future__ import annotations

import pytest

from pyoci.syntax.parser import parse
from pyoci.syntax.printing import absolute_path, print_tree, show_identifier, show_string
from pyoci.syntax.source import Source

CASES = [
    ("0.0e5", "0"),
    ("2.2250738585072014e-308", "2.22507e-308"),
    (
        "[ 00.5 01 007 .5 1. 1.e5 0.1e1 1.0e20 9223372036854775807 0.00001 1000000.0 1234567.0 ]",
        "[ (0) (0.5) (1) (7) (0.5) (1) (100000) (1) (1e+20) (9223372036854775807) (1e-05) (1e+06) (1.23457e+06) ]",
    ),
    (
        '{ "a b" = 1; "if" = 2; or = 3; "" = 4; "$" = 5; "${"x"}" = 6; ${"y"} = 7; ${\'\'z\'\'} = 8; a."${"q"}" = 1; }',
        '{ "" = 4; "$" = 5; a = { "${("q")}" = 1; }; "a b" = 1; "if" = 2; or = 3; y = 7; z = 8; "${("x")}" = 6; }',
    ),
    ('"${"a"}"', '("a")'),
    ("''${\"a\"}''", '"a"'),
    ("''${\"a\"}b''", '("a" + "b")'),
    ("''a''$b''", '("a" + "$" + "b")'),
    ("''\n\n   a\n  ${\"x\"}\n    b''", '("\\n a\\n" + "x" + "\\n  b")'),
    ("{ a = rec { b = 1; }; a.c = 1; }", "{ a = rec { b = 1; c = 1; }; }"),
    ("{ a = { b = 1; }; a = rec { c = 1; }; }", "{ a = { b = 1; c = 1; }; }"),
    (
        "let x = { y = 1; }; in { a = { inherit (x) y; }; a = { inherit (x) z; q = 1; inherit x; }; a.w = 1; }",
        "(let x = { y = 1; }; in { a = { inherit x; inherit (x) y; inherit (x) z; q = 1; w = 1; }; })",
    ),
    ('let ${"a"} = 1; in a', "(let a = 1; in a)"),
    ('let a.${"a" + "b"} = 1; in 1', '(let a = { "${("a" + "b")}" = 1; }; in 1)'),
    ("let { body = 1; }", "(rec { body = 1; }).body"),
    ('let { a = 1; ${"b"+"c"} = 1; body = 1; }', '(rec { a = 1; body = 1; "${("b" + "c")}" = 1; }).body'),
    ("a: a.or", "(a: (a).or)"),
    ("__curPos", "__curPos"),
    ("{ __curPos }: __curPos", "({ __curPos }: __curPos)"),
    ("{ __curPos = 1; }", "{ __curPos = 1; }"),
    ("let __curPos = 1; in __curPos", "(let __curPos = 1; in __curPos)"),
    ('"a\nb"', '"a\\nb"'),
    ("{ ... }: 1", "({ ... }: 1)"),
    ("{ a, }: 1", "({ a }: 1)"),
    ("1 < 2 == 3", "((__lessThan 1 2) == 3)"),
    ("!1 == 2", "((! 1) == 2)"),
    ("- 1 - - 2", "(__sub (__sub 0 1) (__sub 0 2))"),
    ("1 ? a ? b", "((((1) ? a)) ? b)"),
    ("a: !a ? b && a", "(a: ((! ((a) ? b)) && a))"),
    ("assert 1; assert 2; 3", "assert 1; assert 2; 3"),
    ("(assert 1; 2) (assert 3; 4)", "(assert 1; 2 assert 3; 4)"),
    ("a: (a - 1) 2", "(a: (__sub a 1 2))"),
    ("a: (a < 1) 2", "(a: (__lessThan a 1 2))"),
    ("a: (a <= 1) 2", "(a: ((! (__lessThan 1 a)) 2))"),
    ("a: (-a) 2", "(a: (__sub 0 a 2))"),
    ("a: (<a> a)", '(a: (__findFile __nixPath "a" a))'),
    ("a: ((a a) a) a", "(a: (a a a a))"),
    ('a: "$${a} $$ \\${a} $a"', '(a: "$\\${a} $$ \\${a} $a")'),
    (
        "''$${\"a\"} $$ ''${a} $a ''\\n ''' ''\\x''",
        '("$\\${\\"a\\"} $$ " + "$" + "{a} $a " + "\\n" + " " + "\'\'" + " " + "x")',
    ),
    ('"\\\nx"', '"\\nx"'),
    (
        'x: { ${x} = 1; ${x} = 2; ${x}.a = 1; "a${x}".b = 2; }',
        '(x: { "${x}" = 1; "${x}" = 2; "${x}" = { a = 1; }; "${("a" + x)}" = { b = 2; }; })',
    ),
    ("{ a = (({ b = 1; })); a.c = 1; }", "{ a = { b = 1; c = 1; }; }"),
    ("/.", "/"),
    ("/./a/../..", "/"),
    (
        "[ /a/b ./. ../. ./a.nix ../../b.nix a/b /. ]",
        "[ (/a/b) (/base) (/) (/base/a.nix) (/b.nix) (/base/a/b) (/) ]",
    ),
    ("(1) . a", "(1).a"),
    ('{ a = 1; }.a.b."c d".${"e"}', '({ a = 1; }).a.b."c d".e'),
    ("''''", '""'),
    ("''\n''", '""'),
    ("'' ''", '""'),
    ("''\n  '' ", '""'),
    ("''   \n   a\n   ''", '"a\\n"'),
    ("''a\nb''", '"a\\nb"'),
    ("http://a.b/c?d=e", '"http://a.b/c?d=e"'),
    ("[ a:b x:/ a+b:c ]", '[ ("a:b") ("x:/") ("a+b:c") ]'),
    (
        "x: { inherit (x) a b; inherit (x.y) c; inherit x; z = 1; }",
        "(x: { inherit x; inherit (x) a b; inherit ((x).y) c; z = 1; })",
    ),
    (
        "x: [ x.a x.b.c (x.a or 1) (x ? a.b) ] ++ [ ]",
        "(x: ([ ((x).a) ((x).b.c) ((x).a or (1)) (((x) ? a.b)) ] ++ [ ]))",
    ),
    ("x: x.a or x.b or 1", "(x: (x).a or ((x).b or (1)))"),
    ("x: y: z: x y z (x y) z", "(x: (y: (z: (x y z (x y) z))))"),
    ("{ a, b ? 1, ... }@args: args", "({ a, b ? 1, ... } @ args: args)"),
    ("args@{ z, a }: args", "({ a, z } @ args: args)"),
    ("{ }: 1", "({  }: 1)"),
    ("{ ... }@x: x", "({ ... } @ x: x)"),
    (
        "x: if x == 1 && !x || x -> x then x // { } else x ++ [ ]",
        "(x: (if ((((x == 1) && (! x)) || x) -> x) then (x // { }) else (x ++ [ ])))",
    ),
    ("x: 1 + 2 * 3 - 4 / 5 - -6", "(x: (__sub (__sub (1 + (__mul 2 3)) (__div 4 5)) (__sub 0 6)))"),
    ("x: !x ? a", "(x: (! ((x) ? a)))"),
    (
        "x: x < 1 || x <= 2 || x > 3 || x >= 4",
        "(x: ((((__lessThan x 1) || (! (__lessThan 2 x))) || (__lessThan 3 x)) || (! (__lessThan x 4))))",
    ),
    ("x: with x; assert a; b", "(x: (with x; assert a; b))"),
    ('"a\\nb\\t\\"c\\" \\\\ \\${d} $e \\r"', '"a\\nb\\t\\"c\\" \\\\ \\${d} $e \\r"'),
    ("''\n  a\n    b\n ''", '"a\\n  b\\n"'),
    ("''\n  ${\"a\"}\n   b\n''", '("a" + "\\n b\\n")'),
    ("''a ''\\t b''", '("a " + "\\t" + " b")'),
    ("''\n\ttab\n  b\n''", '"\\ttab\\n  b\\n"'),
    ("''\n\n  a\n\n  b\n   ''", '"\\na\\n\\nb\\n"'),
    ("rec { a = b; b = 1; }", "rec { a = b; b = 1; }"),
    ("1.0", "1"),
    ("/a/../b/./c", "/b/c"),
    ('./a/${"b"}/c${"d"}.nix', '(/base/a/ + "b" + "/c" + "d" + ".nix")'),
    ("<nixpkgs/lib>", '(__findFile __nixPath "nixpkgs/lib")'),
    ("mailto:a@b.c", '"mailto:a@b.c"'),
    ("if 1 then 2 else 3", "(if 1 then 2 else 3)"),
    ("assert true; 1", "assert true; 1"),
    ("let x = 1; inherit (x) y; in y", "(let inherit (x) y; x = 1; in y)"),
    ("let inherit (1) a b; in a\n", "(let inherit (1) a b; in a)"),
]


@pytest.mark.parametrize(("text", "printed"), CASES, ids=range(len(CASES)))
def test_canonical_form(text: str, printed: str) -> None:
    source = Source(text, "«string»", b"/base")
    assert print_tree(parse(source), source) == printed


def test_pipes_are_calls() -> None:
    source = Source("f: g: x: [ (x |> f |> g) (g <| f <| x) ]", "«string»", b"/")
    printed = print_tree(parse(source, pipe_operators=True), source)
    assert printed == "(f: (g: (x: [ ((g (f x))) ((g (f x))) ])))"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a", "a"),
        ("a-b'", "a-b'"),
        ("or", "or"),
        ("if", '"if"'),
        ("", '""'),
        ("a b", '"a b"'),
        ("1a", '"1a"'),
        ("a\n", '"a\\n"'),
    ],
)
def test_identifiers(name: str, shown: str) -> None:
    assert show_identifier(name) == shown


def test_strings() -> None:
    assert show_string('a"b\\c\n\r\t${d} $e $') == r'"a\"b\\c\n\r\t\${d} $e $"'


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("./.", "/b/c"),
        ("./a/../d", "/b/c/d"),
        ("../..", "/"),
        ("../../..", "/"),
        ("/x/./y", "/x/y"),
        ("./a/", "/b/c/a/"),
    ],
)
def test_paths_are_made_absolute(written: str, path: str) -> None:
    assert absolute_path(written, b"/b/c") == path


def test_home_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/user")
    assert absolute_path("~/a/b", b"/") == "/home/user/a/b"
