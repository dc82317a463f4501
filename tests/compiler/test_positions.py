"""From a traceback back to the text: which place an error is given, and how it got there."""

from __future__ import annotations

import pytest

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import ErrorReport, NixError

pytestmark = pytest.mark.usefixtures("sections")


def report(text: str) -> ErrorReport:
    """The report of the error that an expression ends in."""
    evaluator = Evaluator(Settings(use_cache=False))

    def deep() -> None:
        from pyoci.runtime.deep import force_deep

        force_deep(evaluator.eval_text(text))

    with pytest.raises(NixError) as caught:
        evaluator.run(deep)
    return evaluator.report(caught.value)


def marked(text: str) -> tuple[str, ErrorReport]:
    """What the report's place spans in a text of one line, and the report."""
    found = report(text)
    place = found.frames[0].position
    assert place is not None and place.line == 1
    return text[place.column - 1 : place.end_column - 1], found


@pytest.mark.parametrize(
    ("text", "span", "message"),
    [
        ("let a = { b = 1; }; in a.c", "c", "attribute 'c' missing"),
        ("let a = { b = 1; }; in [ a.c ]", "c", "attribute 'c' missing"),
        ("let f = x: x.y.z; in f { y = { }; }", "z", "attribute 'z' missing"),
        ("{ x = nothing; }", "nothing", "undefined variable 'nothing'"),
        ("with { a = 1; }; [ a bb ]", "bb", "undefined variable 'bb'"),
        ("with { a.b = 1; }; [ a.c ]", "c", "attribute 'c' missing"),
        ("with { a.b = 1; }; [ bb.c.d ]", "bb", "undefined variable 'bb'"),
        ("let a.b.c = 1; in [ a.b.d.e ]", "d", "attribute 'd' missing"),
        ("let a.b.c = 1; in [ a.b .d ]", "a.b", "attribute 'd' missing"),
        ("let x = 1; in x 2", "x 2", "attempt to call something which is not a function but an integer: 1"),
        ("if 1 then 2 else 3", "1", "expected a Boolean but found an integer: 1"),
        ('throw "a"', 'throw "a"', "a"),
        ("builtins.length 1", "builtins.length 1", "expected a list but found an integer: 1"),
    ],
)
def test_the_place_is_the_expression_at_fault(text: str, span: str, message: str) -> None:
    found, whole = marked(text)
    assert (found, whole.message) == (span, message)


def test_a_missing_argument_names_the_function() -> None:
    found = report("let f = { a, b }: a; in f { a = 1; }")
    assert found.message == "function 'f' called without required argument 'b'"


def test_an_unexpected_argument_names_the_function_and_what_was_meant() -> None:
    found = report("let build = { name }: name; in build { nam = 1; name = 2; }")
    assert found.message == "function 'build' called with unexpected argument 'nam'"
    assert found.hint is not None and "name" in found.hint


def test_the_way_to_an_error_names_functions_and_attributes() -> None:
    notes = [frame.note for frame in report('let f = x: throw x; in { a = f "e"; }').frames]
    assert any("'f'" in note for note in notes)
    assert any("'a'" in note for note in notes)


def test_the_places_of_a_long_recursion_are_bounded() -> None:
    found = report('let f = n: if n == 0 then throw "end" else 1 + f (n - 1); in f 50000')
    assert found.message == "end"
    assert len(found.frames) < 10_000
