"""C++ Nix and pyoci's own evaluator make the same index of a tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyoci.evaluator import Evaluator
from pyoci.nixpkgs.index.evaluated import EvaluatedTree
from pyoci.nixpkgs.index.maker import make_index
from pyoci.nixpkgs.index.tree import NixInstantiateTree
from pyoci.settings import Settings

HERE = Path(__file__).parent
SYSTEM = "x86_64-linux"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tree", "other-release"])
def test_the_same_index(name: str, tmp_path: Path) -> None:
    program = os.environ.get("PYOCI_TEST_NIX")
    if not program:
        pytest.skip("skipped: PYOCI_TEST_NIX names no nix-instantiate")
    by_nix = NixInstantiateTree(HERE / name, SYSTEM, tmp_path, program)
    by_pyoci = EvaluatedTree(HERE / name, Evaluator(Settings()))
    # Of the members of sets, only pyoci tells why one fails: the top level alone is compared.
    made = [make_index(tree, SYSTEM, []).split(b"\n") for tree in (by_nix, by_pyoci)]
    assert made[0] == made[1]
