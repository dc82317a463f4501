"""Attributes of a real nixpkgs, some picked at random; `python tests/differential/nixpkgs_attributes.py` takes all."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from nixpkgs_attributes import Facts, Tree

TREE = os.environ.get("PYOCI_TEST_NIXPKGS")
FACTS = os.environ.get("PYOCI_TEST_NIXPKGS_FACTS")

VERSIONED = {"irods", "irods-icommands"}
"""Their derivations hold the version of Nix."""


@pytest.mark.slow
@pytest.mark.skipif(not TREE, reason="skipped: PYOCI_TEST_NIXPKGS is not set")
@pytest.mark.skipif(not FACTS, reason="skipped: PYOCI_TEST_NIXPKGS_FACTS is not set")
def test_attributes_picked_at_random() -> None:
    assert TREE and FACTS
    facts: Facts = json.loads(Path(FACTS).read_text())
    names = random.Random(4).sample(sorted(facts.keys() - VERSIONED), 200)
    kinds = {("-", None, "fails").index(facts[name]) if not str(facts[name]).startswith("/") else "/" for name in names}
    assert kinds == {0, 1, 2, "/"}
    tree = Tree(Path(TREE))
    assert dict(tree.outcomes(names)) == {name: facts[name] for name in names}
