"""What is easy to get wrong in the language, theme by theme (see `transcripts`)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from answers import version
from transcripts import CASES, Case, ask_nix, ask_pyoci, read, without_place

NIX = os.environ.get("PYOCI_TEST_NIX", "")

FILES = sorted(CASES.glob("*.txt"))


def _differences(path: Path, cases: list[Case], answers: list[str]) -> str:
    return "\n\n".join(
        f"{path.name}:{case.line}\n{case.program}\nshould give:\n{case.answer}\ngives:\n{answer}"
        for case, answer in zip(cases, answers, strict=True)
        if without_place(answer, unless=case.answer) != case.answer
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_answers(path: Path) -> None:
    cases = read(path)
    assert len(cases) > 4
    assert _differences(path, cases, [ask_pyoci(case.program) for case in cases]) == ""


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_answers_are_those_of_nix(path: Path) -> None:
    if not NIX or version(NIX) < (2, 34):
        pytest.skip("skipped: PYOCI_TEST_NIX names no nix-instantiate of Nix 2.34 or later")
    cases = read(path)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(partial(ask_nix, NIX), [case.program for case in cases]))
    assert _differences(path, cases, answers) == ""
