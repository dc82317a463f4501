"""Our module system under all of NixOS: the same system as with nixpkgs' own, to the last byte of a derivation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyoci.evaluator import Evaluator
from pyoci.runtime.thunks import force
from pyoci.settings import Settings

LIBRARY = Path(__file__).parents[3] / "src" / "pyoci" / "nixpkgs" / "lib"
SYSTEM = Path(__file__).parent / "nixos-system.nix"


@pytest.mark.slow
def test_nixos_is_the_same_system(reference: Any, nixpkgs: Path) -> None:
    theirs = f'import {SYSTEM} {{ tree = "{nixpkgs}"; }}'
    ours = f'import {SYSTEM} {{ tree = "{nixpkgs}"; ours = {LIBRARY}; }}'
    expected = reference.json(theirs)
    assert expected.endswith("-nixos-system-nixos-20.09pre-git.drv")
    assert reference.json(ours) == expected
    evaluator = Evaluator(Settings(trace=lambda message: None))
    assert evaluator.run(lambda: str(force(evaluator.eval_text(ours)))) == expected
