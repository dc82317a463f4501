"""A share of the random programs, compared with the nix-instantiate of Nix 2.34 or later that PYOCI_TEST_NIX names.

`python tests/differential COUNT` compares as many as are wanted. PYOCI_TEST_SEED chooses others than the usual ones.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from answers import version
from comparison import BATCH, compare
from programs import Programs, text_of

NIX = os.environ.get("PYOCI_TEST_NIX", "")
SEED = int(os.environ.get("PYOCI_TEST_SEED", "1"))
BATCHES = 10


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_programs_have_the_same_outcome(batch: int) -> None:
    if not NIX or version(NIX) < (2, 34):
        pytest.skip("skipped: PYOCI_TEST_NIX names no nix-instantiate of Nix 2.34 or later")
    result = compare(NIX, SEED + batch * BATCH, shrink=1)
    assert result.disagreements == [], "\n".join(map(str, result.disagreements))
    # Programs that all fail would agree easily.
    assert result.kinds["value"] > BATCH / 4
    assert result.kinds["error"] > BATCH / 10


def test_programs_come_from_their_seeds() -> None:
    texts = [text_of(Programs(seed).program()) for seed in range(1000)]
    assert texts == [text_of(Programs(seed).program()) for seed in range(1000)]
    assert len(set(texts)) > 900


def test_every_construct_is_written() -> None:
    texts = " ".join(text_of(Programs(seed).program()) for seed in range(3000))
    words = Counter(texts.replace("(", " ").replace(")", " ").split())
    wanted = (
        "let in rec inherit with assert if then else or ? // ++ + - * / == != < <= > >= && || -> ... { [ ; x: throw"
    )
    assert [word for word in wanted.split() if word not in words] == []
