"""An index of a second nixpkgs tree gives that release's derivations.

The cases of ../pkgs/cases, on the tree by C++ Nix and on the index. PYOCI_TEST_NIXPKGS_OTHER names a nixpkgs tree (of
October 2019, say), PYOCI_TEST_NIX a nix-instantiate. Only the packages that the cases name are taken."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyoci.cli.index import paths_of_checks
from pyoci.evaluator import Evaluator
from pyoci.nixpkgs.index.checking import checked
from pyoci.nixpkgs.index.evaluated import EvaluatedTree
from pyoci.nixpkgs.index.maker import make_index
from pyoci.runtime.calls import call
from pyoci.runtime.errors import NixError
from pyoci.runtime.thunks import force
from pyoci.settings import Settings

from ..conftest import EvaluationFailed, Nix

CASES = Path(__file__).parents[1] / "pkgs" / "cases"
FILES = sorted(CASES.glob("*.nix"))
WORDS = {word for file in FILES for word in re.findall(r"[A-Za-z_][\w-]*", file.read_text())}
SYSTEM = "x86_64-linux"

pytestmark = pytest.mark.slow


class Some(EvaluatedTree):
    """A tree of which only the packages that the cases name are looked at."""

    def call(self, function: str, argument: dict[str, Any]) -> Any:
        answer = super().call(function, argument)
        if function == "names" and not argument["path"]:
            return [name for name in answer if name in WORDS]
        return answer


@pytest.fixture(scope="module")
def tree() -> Path:
    """The second tree."""
    named = os.environ.get("PYOCI_TEST_NIXPKGS_OTHER")
    if not named:
        pytest.skip("skipped: PYOCI_TEST_NIXPKGS_OTHER names no second nixpkgs tree")
    return Path(named)


@pytest.fixture(scope="module")
def evaluator(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    """The package set of the tree's index, with nixpkgs' own semantics of ociTools."""
    asked = Some(tree, Evaluator(Settings()))
    data, _ = checked(make_index(asked, SYSTEM, ["xorg"]), asked, lambda data: paths_of_checks(SYSTEM, data))
    path = tmp_path_factory.mktemp("second") / "second.idx"
    path.write_bytes(data)
    evaluator = Evaluator(Settings(index=path, ocitools="nixpkgs"))
    yield evaluator
    evaluator.close()


def on_tree(nix: Nix, tree: Path, file: Path, cases: list[str]) -> dict[str, str | None]:
    """Derivation paths of cases; None of one that the release refuses or does not have."""
    names = " ".join(f'"{case}"' for case in cases)
    expression = f"""
      let
        entry = import {tree};
        overlays = builtins.intersectAttrs (builtins.functionArgs entry) {{ overlays = [ ]; }};
        pkgs = entry ({{ config = {{ }}; system = "{SYSTEM}"; }} // overlays);
        cases = import {file} {{ inherit pkgs; inherit (pkgs) lib; }};
        path = case: builtins.tryEval (builtins.unsafeDiscardStringContext cases.${{case}}.drvPath);
        one = case: {{ name = case; value = let found = path case; in if found.success then found.value else null; }};
      in builtins.listToAttrs (map one [ {names} ])
    """
    try:
        found: dict[str, str | None] = nix.json(expression)
        return found
    except EvaluationFailed:
        if len(cases) == 1:
            return {cases[0]: None}
        half = len(cases) // 2
        return on_tree(nix, tree, file, cases[:half]) | on_tree(nix, tree, file, cases[half:])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_derivations_of_the_release(evaluator: Evaluator, reference: Nix, tree: Path, file: Path) -> None:
    """The index gives the release's derivation, or an error; and of the cases that it can have, most."""
    wanted = on_tree(reference, tree, file, sorted(json.loads(file.with_suffix(".json").read_text())))

    def path(case: str) -> str | None:
        pkgs = evaluator.pkgs()
        cases = call(evaluator.eval_file(file), {"pkgs": pkgs, "lib": pkgs["lib"]})
        return str(force(force(cases[case])["drvPath"]))

    agreed = 0
    for case, want in wanted.items():
        if want is None:
            continue
        try:
            found = evaluator.run(lambda case=case: path(case))
        except NixError:
            continue
        assert found == want, case
        agreed += 1
    if file.stem != "containers":
        assert agreed >= 0.6 * sum(want is not None for want in wanted.values())
