"""An index of the small tree in tree/."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pyoci.evaluator import Evaluator
from pyoci.nixpkgs.index.evaluated import EvaluatedTree
from pyoci.nixpkgs.index.maker import make_index
from pyoci.nixpkgs.index.reader import Index
from pyoci.runtime.calls import call
from pyoci.runtime.deep import force_deep
from pyoci.settings import Settings

TREE = Path(__file__).parent / "tree"

Evaluate = Callable[[str], Any]


@pytest.fixture(scope="session")
def index_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index, made by pyoci."""
    tree = EvaluatedTree(TREE, Evaluator(Settings()))
    path = tmp_path_factory.mktemp("index") / "small.idx"
    path.write_bytes(make_index(tree, "x86_64-linux", ["things", "nothing"]))
    return path


@pytest.fixture(scope="session")
def index(index_file: Path) -> Index:
    """The index, open."""
    return Index.open(index_file)


def evaluating(evaluator: Evaluator, pkgs: Callable[[], Any]) -> Evaluate:
    """A function that evaluates a text deeply in which `pkgs` is a package set."""

    def evaluate(text: str) -> Any:
        return evaluator.run(lambda: force_deep(evaluator.eval_text(text, scope={"pkgs": pkgs()})))

    return evaluate


@pytest.fixture(scope="session")
def embedded(index_file: Path) -> Iterator[Evaluate]:
    """Evaluates on the package set of the index."""
    evaluator = Evaluator(Settings(index=index_file))
    yield evaluating(evaluator, evaluator.pkgs)
    evaluator.close()


@pytest.fixture(scope="session")
def on_tree() -> Iterator[Evaluate]:
    """Evaluates on the tree itself."""
    evaluator = Evaluator(Settings())
    yield evaluating(evaluator, lambda: call(evaluator.import_file(os.fsencode(TREE)), {}))
    evaluator.close()
