"""What expressions give, as tables of expression and answer.

Where PYOCI_TEST_NIX names a nix-instantiate of C++ Nix 2.34, every expected answer is checked against it as well, so
that the tables cannot drift from what they describe.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from nix_oracle import NIX, ask_nix, same_words

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value


@pytest.fixture(scope="session")
def evaluator() -> Evaluator:
    return Evaluator(Settings(use_cache=False))


@pytest.fixture
def evaluate(evaluator: Evaluator) -> Callable[[str], str]:
    """An expression's value as text, everything in it evaluated."""
    return lambda text: evaluator.run(lambda: print_value(evaluator.eval_text(text), strict=True))


@pytest.fixture
def gives(evaluate: Callable[[str], str]) -> Callable[[str, str], None]:
    """Assert what an expression gives."""

    def check(text: str, expected: str) -> None:
        assert evaluate(text) == expected
        if NIX:
            assert ask_nix(text) == (expected, "")

    return check


@pytest.fixture
def fails(evaluate: Callable[[str], str]) -> Callable[..., None]:
    """Assert the message of the error that an expression ends in, and lines of its trace."""

    def check(text: str, message: str, *trace: str) -> None:
        with pytest.raises(NixError) as caught:
            evaluate(text)
        assert caught.value.message == message
        lines = [note.partition("\n")[0] for note, _ in caught.value.traces]
        assert [line for line in lines if line in trace] == list(trace)
        if NIX:
            _, error = ask_nix(text)
            assert same_words(error.rpartition("error:")[2]) == same_words(message)
            assert all(line in error for line in trace)

    return check
