"""Programs that nest deeply: an answer, or Nix's error, whichever way the depth comes about."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.deep import force_deep
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value

OVERFLOW = "error: stack overflow; max-call-depth exceeded"

LISTS = "builtins.foldl' (a: _: [ a ]) [ ] (builtins.genList (x: x) {n})"
SETS = "builtins.foldl' (a: _: {{ inherit a; }}) 1 (builtins.genList (x: x) {n})"
LISTS_5000, SETS_5000 = LISTS.format(n=5000), SETS.format(n=5000)
LISTS_50000, SETS_50000 = LISTS.format(n=50_000), SETS.format(n=50_000)


def answer(program: str) -> str:
    """The value, everything in it evaluated, or the error."""
    evaluator = Evaluator(Settings(use_cache=False, embedded=False, trace=lambda _: None))

    def value() -> str:
        result = evaluator.eval_text(program, bindings=False)
        force_deep(result)
        return print_value(result)

    try:
        return evaluator.run(value)
    except NixError as error:
        evaluator.report(error)
        return f"error: {error.message}"


def recursion(body: str, depth: int = 20_000, last: str = "0") -> str:
    """A function `f` that calls itself in some place."""
    return f"let f = n: if n == 0 then {last} else {body}; in f {depth}"


ANSWERS = {
    "sum": (recursion("1 + f (n - 1)", 100_000), "100000"),
    "strict fold": ("builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 1000000)", "499999500000"),
    "accumulator": ("let go = n: acc: if n == 0 then acc else go (n - 1) (acc + 1); in go 100000 0", "100000"),
    "chain of map": ("builtins.foldl' (a: _: map (x: x + 1) a) [ 1 ] (builtins.genList (x: x) 50000)", "[ 50001 ]"),
    "chain of thunks": (
        "(builtins.foldl' (a: b: { v = a.v + b; }) { v = 0; } (builtins.genList (x: x) 50000)).v",
        "1249975000",
    ),
    "chain of //": (
        "builtins.length (builtins.attrNames (" + recursion("f (n - 1) // { ${toString n} = n; }", 5000, "{ }") + "))",
        "5000",
    ),
    "chain of ++": ("builtins.length (" + recursion("f (n - 1) ++ [ n ]", 5000, "[ ]") + ")", "5000"),
    "interpolation": (recursion('"${f (n - 1)}"', last='"x"'), '"x"'),
    "concatenation": (f'builtins.stringLength ({recursion(""" "a" + f (n - 1) """, last=chr(34) * 2)})', "20000"),
    "functors in functors": (recursion("{ __functor = self: x: f (n - 1); } 1"), "0"),
    "a functor that calls itself": (
        "let f = { __functor = self: n: if n == 0 then 0 else 1 + self (n - 1); }; in f 20000",
        "20000",
    ),
    "formals": ("let f = { n, m ? n }: if m == 0 then 0 else 1 + f { n = m - 1; }; in f { n = 20000; }", "20000"),
    "attributes of attributes": ("(" + recursion("{ v = (f (n - 1)).v; }", last="{ v = 1; }") + ").v", "1"),
    "with": (recursion("with { a = f (n - 1); }; a"), "0"),
    "seq": (recursion("builtins.seq (f (n - 1)) 1"), "1"),
    "tryEval": (recursion("(builtins.tryEval (f (n - 1))).value"), "0"),
    "all": (recursion("builtins.all (x: f (n - 1)) [ 1 ]", last="true"), "true"),
    "filter": (recursion("builtins.filter (x: f (n - 1) == [ 0 ]) [ 0 ]", last="[ 0 ]"), "[ 0 ]"),
    "fold in a fold": (recursion("builtins.foldl' (a: b: a + f (n - 1)) 0 [ 1 ]"), "0"),
    "concatMap": (recursion("builtins.concatMap (x: f (n - 1)) [ 1 ]", last="[ 1 ]"), "[ 1 ]"),
    "mapAttrs": (recursion("builtins.mapAttrs (_: x: x + 1) (f (n - 1))", last="{ a = 0; }"), "{ a = 20000; }"),
    "match": (recursion('builtins.head (builtins.match "(.*)" (f (n - 1)))', 5000, '"a"'), '"a"'),
    "replaceStrings": (recursion('builtins.replaceStrings [ "a" ] [ (f (n - 1)) ] "a"', 5000, '"a"'), '"a"'),
    "outPath": ("toString (" + recursion("{ outPath = f (n - 1); }", last='"x"') + ")", '"x"'),
    "overlays": (
        "let fix = f: let x = f x; in x; extend = f: o: self: let s = f self; in s // o self s;"
        " in (fix (builtins.foldl' (f: i: extend f (self: super: { v = super.v + 1; })) (self: { v = 0; })"
        " (builtins.genList (x: x) 20000))).v",
        "20000",
    ),
    "closure": (
        "builtins.length (builtins.genericClosure { startSet = [ { key = 0; } ];"
        " operator = x: if x.key < 20000 then [ { key = x.key + 1; } ] else [ ]; })",
        "20001",
    ),
    "toString": (f"toString ({LISTS_50000})", '""'),
    "toJSON": (f"builtins.stringLength (builtins.toJSON ({LISTS_5000}))", "10002"),
    "toJSON of sets": (f"builtins.stringLength (builtins.toJSON ({SETS_5000}))", "30001"),
    "toXML": (
        "builtins.stringLength (builtins.toXML (builtins.foldl' (a: _: [ a ]) [ ] (builtins.genList (x: x) 500)))",
        "510573",
    ),
    "deepSeq": (f"builtins.deepSeq ({SETS_5000}) 1", "1"),
    "==": (f"({SETS_50000}) == ({SETS_50000})", "true"),
    "<": (f"({LISTS_50000}) < ({LISTS_50000})", "false"),
    "a list that prints": (LISTS.format(n=10_000), "[ " * 10_001 + "]" + " ]" * 10_000),
    "a set that prints": (SETS.format(n=10_000), "{ a = " * 10_000 + "1" + "; }" * 10_000),
    "trace": (f"builtins.trace ({LISTS_50000}) 1", "1"),
    "a failed assertion": (
        f"assert ({LISTS_50000}) == [ ({LISTS_50000}) ]; 1",
        "error: list of size '0' is not equal to list of size '1',"
        " left hand side is '[ ]', right hand side is '[ [ ] ]'",
    ),
    "fromJSON": (
        'builtins.fromJSON (builtins.concatStringsSep "" (builtins.genList (x: if x < 5000 then "[" else "]") 10000))'
        " == 1",
        "false",
    ),
}  # fmt: skip

OVERFLOWS = {
    "no end": "let f = n: 1 + f (n + 1); in f 0",
    "no end of a functor": "let f = { __functor = self: self; }; in f 1 == f",
    "a functor that is its own": "let f = { __functor = f; }; in f 1",
    "toJSON": "let x = { a = x; }; in builtins.toJSON x",
    "toJSON of ever more": "let f = x: { a = f x; }; in builtins.toJSON (f 1)",
    "toXML": "let x = { a = x; }; in builtins.toXML x",
    "==": "let x = { a = x; }; y = { a = y; }; in x == y",
    "<": "let x = [ x ]; y = [ y ]; in x < y",
    "toString": "let x = [ x ]; in toString x",
    "interpolation": 'let x = { outPath = x; }; in "${x}"',
    "__toString": 'let x = { __toString = self: self; }; in "${x}"',
    "deepSeq": "let f = x: [ (f x) ]; in builtins.deepSeq (f 1) 1",
    "printing": "let f = x: { a = f x; }; in f 1",
    "a list that is too deep to print": LISTS.format(n=10_001),
    "what is too deep for toJSON": f"builtins.toJSON ({LISTS_50000})",
    "what is too deep for deepSeq": f"builtins.deepSeq ({SETS_50000}) 1",
}


def around(before: str, inside: str, after: str, depth: int = 3000) -> str:
    return before * depth + inside + after * depth


TEXTS = {
    "parentheses": (around("(", "1", ")", 20_000), "1"),
    "lists": (around("[", "", "]"), "[ " * 2999 + "[ ]" + " ]" * 2999),
    "sets": (around("{ a = ", "1", "; }"), "{ a = " * 3000 + "1" + "; }" * 3000),
    "recursive sets": (around("rec { a = ", "1", "; }"), "{ a = " * 3000 + "1" + "; }" * 3000),
    "an attribute path": ("{ " + "a." * 2999 + "a = 1; }", "{ a = " * 3000 + "1" + "; }" * 3000),
    "a selection": ("{ }" + ".a" * 3000 + " or 1", "1"),
    "a question": ("{ } ? a" + ".a" * 3000, "false"),
    "or": ("{ }.a or " * 3000 + "1", "1"),
    "minus": ("- " * 3000 + "1", "1"),
    "not": ("!" * 10_001 + "true", "false"),
    "+": ("1" + " + 1" * 3000, "3001"),
    "+ of strings": ('builtins.stringLength ("a"' + ' + "a"' * 3000 + ")", "3001"),
    "-": ("1" + " - 1" * 3000, "-2999"),
    "*": ("1" + " * 1" * 3000, "1"),
    "++": ("[ ]" + " ++ [ ]" * 3000, "[ ]"),
    "//": ("{ }" + " // { }" * 3000, "{ }"),
    "&&": ("true" + " && true" * 3000, "true"),
    "->": ("true" + " -> true" * 3000, "true"),
    "==": (around("(", "1", " == 1)"), "false"),
    "if": (around("if true then ", "1", " else 2"), "1"),
    "else if": ("if false then 1 else " * 3000 + "2", "2"),
    "functions": (f"({'x: ' * 3000} 1) {'1 ' * 3000}", "1"),
    "formals": ("({ a }: " * 1000 + "a" + ") { a = 1; }" * 1000, "1"),
    "calls": (around("(x: x) (", "1", ")", 1000), "1"),
    "let": ("let a = 1; in " * 3000 + "a", "1"),
    "let in let": (around("let a = ", "1", "; in a"), "1"),
    "with": ("with { a = 1; }; " * 3000 + "a", "1"),
    "assert": ("assert true; " * 3000 + "1", "1"),
    "interpolations": (around('"${', '"a"', '}"'), '"a"'),
    "indented strings": (around("''${", '"a"', "}''"), '"a"'),
    "inherit": (around("{ inherit (", "{ a = 1; }", ") a; }", 1000), "{ a = 1; }"),
    "no end of parentheses": ("(" * 20_000, "error: syntax error, unexpected end of file"),
    "no end of sets": ("{ a = " * 20_000, "error: syntax error, unexpected end of file"),
    "lists that are too deep to print": (around("[", "", "]", 20_000), OVERFLOW),
}


@pytest.mark.parametrize(("program", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_answers(program: str, expected: str) -> None:
    assert answer(program) == expected


@pytest.mark.parametrize("program", OVERFLOWS.values(), ids=OVERFLOWS)
def test_overflows(program: str) -> None:
    assert answer(program) == OVERFLOW


@pytest.mark.parametrize(("program", "expected"), TEXTS.values(), ids=TEXTS)
def test_texts(program: str, expected: str) -> None:
    assert answer(program) == expected


def test_a_file_that_imports_itself(tmp_path: Path) -> None:
    (tmp_path / "self.nix").write_text("1 + import ./self.nix")
    (tmp_path / "a.nix").write_text("import ./b.nix")
    (tmp_path / "b.nix").write_text("import ./a.nix")
    (tmp_path / "lazy.nix").write_text("{ a = (import ./lazy.nix).b; b = 1; }")
    assert answer(f"import {tmp_path}/self.nix") == "error: infinite recursion encountered"
    assert answer(f"import {tmp_path}/a.nix") == "error: infinite recursion encountered"
    assert answer(f"import {tmp_path}/lazy.nix") == "{ a = 1; b = 1; }"


def test_files_that_import_each_other(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"{number}.nix").write_text(f"1 + import ./{number + 1}.nix")
    (tmp_path / "1000.nix").write_text("0")
    assert answer(f"import {tmp_path}/0.nix") == "1000"


def _in_threads(work: Callable[[], str], count: int) -> list[str]:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_in_threads() -> None:
    assert _in_threads(lambda: answer(ANSWERS["sum"][0]), 3) == ["100000"] * 3
    assert _in_threads(lambda: answer(OVERFLOWS["no end"]), 2) == [OVERFLOW] * 2


def test_in_threads_with_small_stacks() -> None:
    size = threading.stack_size(256 << 10)
    try:
        assert _in_threads(lambda: answer(ANSWERS["a list that prints"][0])[:4], 2) == ["[ [ "] * 2
        assert _in_threads(lambda: answer(TEXTS["lists"][0])[:4], 2) == ["[ [ "] * 2
    finally:
        threading.stack_size(size)
