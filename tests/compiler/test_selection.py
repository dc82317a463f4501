"""In which order the parts of an attribute path are evaluated: what is thrown tells, and Nix throws the same."""

from __future__ import annotations

import pytest

from pyoci import evaluate
from pyoci.runtime.errors import NixError

pytestmark = pytest.mark.usefixtures("sections")


@pytest.mark.parametrize(
    ("expression", "thrown"),
    [
        ('{ a = throw "set"; }.a.${throw "name"}', "name"),
        ('{ a = throw "set"; }.a.${throw "name"} or 1', "name"),
        ('{ a = throw "set"; } ? a.${throw "name"}', "set"),
        ('{ a = 1; } ? a.${throw "name"}', "name"),
        ('{ a = 1; }.a.${throw "name"} or 2', "name"),
        ('{ }.a.${throw "name"} or (throw "default")', "default"),
    ],
)
def test_order(expression: str, thrown: str) -> None:
    with pytest.raises(NixError, match=thrown):
        evaluate(expression)


@pytest.mark.parametrize("name", ["b", "", "b c", "b\tc", " b", "b\u2003c"])
@pytest.mark.parametrize("around", ["let s = {}; in [ {} {} ]", "with {{ s = {}; }}; [ {} {} ]"])
def test_paths_of_any_names(name: str, around: str) -> None:
    text = around.format(f'{{ "{name}" = 1; p."{name}".q = 2; }}', f's."{name}"', f's.p."{name}".q')
    assert evaluate(text) == [1, 2]
