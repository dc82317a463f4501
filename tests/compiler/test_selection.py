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
