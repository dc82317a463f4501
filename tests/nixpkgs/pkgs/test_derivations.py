"""The embedded package set computes the derivations that C++ Nix computes on nixpkgs: cases/*.nix, cases/*.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.calls import call
from pyoci.runtime.thunks import force

CASES = Path(__file__).parent / "cases"

ALL = [
    (file.stem, case, path)
    for file in sorted(CASES.glob("*.json"))
    for case, path in json.loads(file.read_text()).items()
]


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    """The embedded set, with nixpkgs' own semantics of ociTools."""
    evaluator = Evaluator(Settings(ocitools="nixpkgs"))
    yield evaluator
    evaluator.close()


@pytest.mark.parametrize(("file", "case", "path"), ALL, ids=[f"{file}-{case}" for file, case, _ in ALL])
def test_same_derivation(evaluator: Evaluator, file: str, case: str, path: str) -> None:
    """The path of the derivation, and with it everything in it, is the same."""

    def derivation_path() -> str:
        pkgs = evaluator.pkgs()
        cases = call(evaluator.eval_file(CASES / f"{file}.nix"), {"pkgs": pkgs, "lib": pkgs["lib"]})
        return str(force(force(cases[case])["drvPath"]))

    assert evaluator.run(derivation_path) == path
