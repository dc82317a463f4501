"""The Python API."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import pyoci
from pyoci.settings import Settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ a = 1 + 1; }", {"a": 2}),
        ("[ 1 2.5 true null ]", [1, 2.5, True, None]),
        ('"text"', "text"),
        ("/a/../b", Path("/b")),
        ("{ a.b.c = [ { } [ ] ]; }", {"a": {"b": {"c": [{}, []]}}}),
        ('"\\${x}"', "${x}"),
    ],
)
def test_values_come_out_as_pythons_own(text: str, expected: object) -> None:
    result = pyoci.evaluate(text)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    "value",
    [
        1,
        -(2**63),
        2**63 - 1,
        0.5,
        True,
        False,
        None,
        "",
        'é\n"$',
        [],
        [1, [2, "x"]],
        {},
        {"a b": {"c": [None]}},
        Path("/tmp/x"),
    ],
)
def test_values_go_in_and_come_out_again(value: object) -> None:
    result = pyoci.evaluate("x", scope={"x": value})
    assert result == value
    assert type(result) is type(value)


def test_other_collections_go_in_too() -> None:
    assert pyoci.evaluate("x", scope={"x": (1, (2,))}) == [1, [2]]
    assert pyoci.evaluate("x.a", scope={"x": MappingProxyType({"a": 1})}) == 1


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (object(), TypeError),
        ({1: 2}, TypeError),
        (2**63, OverflowError),
        ("a\0b", ValueError),
        ([{"a": b""}], TypeError),
    ],
)
def test_what_no_nix_value_can_be_is_refused(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        pyoci.evaluate("x", scope={"x": value})


def test_a_relative_path_starts_from_base(tmp_path: Path) -> None:
    (tmp_path / "a.nix").write_text("[ 1 ./x ]")
    assert pyoci.evaluate("import ./a.nix", base=tmp_path) == [1, tmp_path / "x"]
    assert pyoci.evaluate_file(tmp_path / "a.nix") == [1, tmp_path / "x"]


def test_functions_come_out_callable() -> None:
    function = pyoci.evaluate("{ a, b ? 2, ... }: [ a b ]")
    assert isinstance(function, pyoci.Function)
    assert function.parameters == {"a": False, "b": True}
    assert function(a=1) == function({"a": 1}) == [1, 2]
    add = pyoci.evaluate("a: b: c: a + b + c")
    assert add.parameters is None
    assert add(1, 2, 3) == add(1)(2)(3) == add(1, 2)(3) == 6
    assert pyoci.evaluate("builtins.map")(lambda n: n + 1, [1, 2]) == [2, 3]
    assert pyoci.evaluate("{ __functor = self: x: self.n + x; n = 1; }")(2) == 3
    with pytest.raises(TypeError):
        add()
    with pytest.raises(pyoci.NixError, match="without required argument 'a'"):
        function(b=1)


def test_functions_go_back_in() -> None:
    twice = pyoci.evaluate("f: x: f (f x)")
    increment = pyoci.evaluate("x: x + 1")
    assert twice(increment, 0) == 2
    assert pyoci.evaluate("twice (x: x * 3) 1", scope={"twice": twice}) == 9


def test_python_callables_go_in() -> None:
    calls: list[tuple[Any, ...]] = []

    def record(first: Any, second: Any = None) -> int:
        calls.append((first, second))
        return len(calls)

    assert pyoci.evaluate("[ (f 1 2) (f { a = [ ]; } null) ]", scope={"f": record}) == [1, 2]
    assert calls == [(1, 2), ({"a": []}, None)]
    assert pyoci.evaluate("f (-3)", scope={"f": abs}) == 3
    assert pyoci.evaluate("builtins.isFunction f", scope={"f": record}) is True
    assert pyoci.evaluate("builtins.functionArgs f", scope={"f": record}) == {}


def test_an_argument_that_is_not_used_is_not_computed() -> None:
    def explode(_: object) -> None:
        raise AssertionError

    assert pyoci.evaluate("{ a = x: 1; b = f 1; }.a null", scope={"f": explode}) == 1


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyError, TypeError, ValueError, RecursionError, OSError])
def test_what_a_python_function_raises_comes_out_as_it_is(error: type[Exception]) -> None:
    def fail(_: object) -> None:
        raise error("mine")

    with pytest.raises(error, match="mine"):
        pyoci.evaluate("1 + f 1", scope={"f": fail})


def test_try_eval_does_not_catch_what_python_raises() -> None:
    def fail(_: object) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        pyoci.evaluate("builtins.tryEval (f 1)", scope={"f": fail})


def test_evaluating_inside_a_python_function_that_nix_called() -> None:
    def inner(n: int) -> Any:
        return pyoci.evaluate("n + 1", scope={"n": n})

    def apply(function: Callable[[int], Any]) -> Any:
        return function(20)

    assert pyoci.evaluate("f 1", scope={"f": inner}) == 2
    assert pyoci.evaluate("apply (x: x + 1)", scope={"apply": apply}) == 21


def test_arguments_are_passed_as_nix_instantiate_passes_them() -> None:
    assert pyoci.evaluate("{ a, b ? 2 }: a + b", arguments={"a": 1, "c": 3}) == 3
    assert pyoci.evaluate("{ a, ... }@all: all", arguments={"a": 1, "c": 3}) == {"a": 1, "c": 3}
    with pytest.raises(pyoci.NixError, match="argument without a value"):
        pyoci.evaluate("{ a }: a", arguments={})


def test_search_path(tmp_path: Path) -> None:
    (tmp_path / "x.nix").write_text("5")
    assert pyoci.evaluate("import <t/x.nix>", search_path={"t": tmp_path}) == 5
    settings = Settings(search_path=[("t", "/nowhere"), ("u", str(tmp_path))])
    assert (
        pyoci.evaluate("import <t/x.nix> + import <u/x.nix>", search_path={"t": str(tmp_path)}, settings=settings) == 10
    )
    assert settings.search_path == [("t", "/nowhere"), ("u", str(tmp_path))]


DERIVATION = 'derivation { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }'


def test_derivations() -> None:
    made = pyoci.evaluate(DERIVATION)
    assert isinstance(made, pyoci.Derivation)
    assert made.name == "x"
    assert made.outputs.keys() == {"out", "dev"}
    assert made.out_path == made.outputs["out"] == str(made)
    assert pyoci.evaluate("[ x x.dev ]", scope={"x": made})[1].out_path == made.outputs["dev"]
    text = pyoci.evaluate('"${x.dev}"', scope={"x": made})
    assert text == made.outputs["dev"]
    assert text.context == {f"!dev!{made.drv_path}"}
    assert pyoci.evaluate("builtins.getContext t", scope={"t": text}) == {made.drv_path: {"outputs": ["dev"]}}


def test_values_that_contain_themselves() -> None:
    loop = pyoci.evaluate("let x = { list = [ x ]; }; in x")
    assert loop["list"][0] is loop


def test_deep_values() -> None:
    value = pyoci.evaluate("let f = n: if n == 0 then null else [ (f (n - 1)) ]; in f 10000")
    depth = 0
    while value is not None:
        (value,) = value
        depth += 1
    assert depth == 10000


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("{ a = 1; }.b", "attribute 'b' missing", 1, None),
        ("1 +\n  nope", "undefined variable 'nope'", 2, 3),
        ("{ a = ; }", "syntax error", 1, 7),
        ('throw "mine"', "mine", 1, None),
        ('{ a = throw "inside"; }', "inside", 1, None),
    ],
)
def test_errors_carry_their_place(text: str, message: str, line: int, column: int | None) -> None:
    with pytest.raises(pyoci.NixError, match=message) as raised:
        pyoci.evaluate(text)
    error = raised.value
    assert error.position is not None
    assert error.position.file == "«string»"
    assert error.position.line == line
    assert column is None or error.position.column == column
    assert error.report is not None
    assert error.report.message == error.message
    assert error.report.frames


def test_a_suggestion() -> None:
    with pytest.raises(pyoci.NixError) as raised:
        pyoci.evaluate("{ size = 1; }.sise")
    assert raised.value.hint is not None
    assert "size" in raised.value.hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(pyoci.NixError, match="does not exist"):
        pyoci.evaluate_file(tmp_path / "gone.nix")


def test_threads_wait_for_each_other() -> None:
    results: list[int] = []
    text = "builtins.foldl' (a: b: a + b) 0 (builtins.genList (n: n) 20000)"
    threads = [threading.Thread(target=lambda: results.append(pyoci.evaluate(text))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [199990000] * 4


def test_importing_is_cheap() -> None:
    code = (
        "import sys; before = set(sys.modules); import pyoci; print(sorted(set(sys.modules) - before - {'__future__'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['pyoci']"


def test_names() -> None:
    for name in pyoci.__all__:
        assert getattr(pyoci, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        pyoci.nope  # noqa: B018
