"""Variables of `let` and `rec` whose values are there at once, as printing shows; recorded from Nix."""

from __future__ import annotations

import pytest

from pyoci.evaluator import Evaluator
from pyoci.runtime.printing import print_value
from pyoci.settings import Settings

pytestmark = pytest.mark.usefixtures("sections")


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("let x = [ ]; in [ x x ]", "[ [ ] [ ] ]"),
        ("rec { a = [ ]; b = a; }", "{ a = [ ]; b = [ ]; }"),
        ("let x = 1; y = x; in [ y ]", "[ 1 ]"),
        ("let x = [ 1 ]; in [ x ]", "[ <CODE> ]"),
        ("let x = [ ]; in x.a or 3", "3"),
    ],
)
def test_what_is_there_at_once(expression: str, printed: str) -> None:
    evaluator = Evaluator(Settings(use_cache=False))
    assert evaluator.run(lambda: print_value(evaluator.eval_text(expression), False)) == printed
