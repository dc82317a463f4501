"""Processes that compile ahead, for a first run on many files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pyoci.compiler import loader
from pyoci.compiler.cache import CodeCache
from pyoci.compiler.helpers import Helpers
from pyoci.evaluator import Evaluator
from pyoci.runtime.printing import print_value
from pyoci.settings import Settings

NAMES = Evaluator(Settings(use_cache=False))._names
PATIENCE = 60
"""Seconds: a helper only gets what time the machine has left."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that were not written just now, and a machine with two processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
    folder = tmp_path / "tree"
    (folder / "folder").mkdir(parents=True)
    elements = " ".join(f'(toString {n} + throw "x")' for n in range(50))
    texts = {
        "all.nix": "[ (import ./a.nix).a (import ./b.nix 3) ] ++ import ./folder",
        "a.nix": f"{{ a = 1; unused = [ {elements} ]; }}",
        "b.nix": "x: let y = x + 1; in y * 2",
        "folder/default.nix": "[ 1 2 ]",
        "wrong.nix": "{ a = ; }",
        "undefined.nix": "nope",
        "text.txt": "not Nix",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (1_500_000_000, 1_500_000_000))
    time.sleep(0.3)  # a file that is younger than a tick is not kept
    return folder


def wait_for(cache: CodeCache, paths: list[Path]) -> None:
    """Wait until files are in the cache."""
    end = time.monotonic() + PATIENCE
    for path in paths:
        while cache.get(cache.of_file(os.fsencode(path), path.stat(), (), False)) is None:
            assert time.monotonic() < end, f"{path.name} was not compiled"
            time.sleep(0.02)


def test_files_and_folders_are_compiled(tree: Path, tmp_path: Path) -> None:
    cache = CodeCache(str(tmp_path / "code"), "some builtins")
    names = ["a.nix", "gone.nix", "wrong.nix", "undefined.nix", "text.txt", "folder", "b.nix"]
    helpers = Helpers(cache, NAMES)
    helpers.compile([os.fsencode(tree / name) for name in names])
    wait_for(cache, [tree / "b.nix", tree / "folder" / "default.nix", tree / "a.nix"])
    assert helpers._helpers
    process = helpers._helpers[0]._process
    helpers.close()
    assert process.wait(PATIENCE) == 0
    for name in ("wrong.nix", "undefined.nix", "text.txt"):
        path = tree / name
        assert cache.get(cache.of_file(os.fsencode(path), path.stat(), (), False)) is None


def test_a_run_uses_what_was_compiled(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(cache=tmp_path / "code")
    first = Evaluator(settings)
    assert first._cache is not None
    Helpers(first._cache, first._names).compile([os.fsencode(tree / "a.nix"), os.fsencode(tree / "b.nix")])
    wait_for(first._cache, [tree / "a.nix", tree / "b.nix"])
    compiled: list[str] = []
    generate = loader.generate_file

    def generated(module: loader.LoadedModule) -> object:
        compiled.append(os.path.basename(module.source_name))
        return generate(module)

    monkeypatch.setattr(loader, "generate_file", generated)
    assert first.run(lambda: print_value(first.eval_file(str(tree / "all.nix")), True)) == "[ 1 8 1 2 ]"
    assert compiled == ["all.nix", "default.nix"]
    first.close()
    # What was not used does not stay as code.
    second = Evaluator(settings)
    assert second._cache is not None
    path = tree / "a.nix"
    kept = second._cache.get(second._cache.of_file(os.fsencode(path), path.stat(), (), False))
    assert kept is not None
    assert kept.codes
    assert kept._index
    assert all(ahead == 0 for _, _, ahead, _, _ in kept._index.values())


def test_collections_of_packages_are_left_alone(tree: Path, tmp_path: Path) -> None:
    helpers = Helpers(CodeCache(str(tmp_path / "code"), "some builtins"), NAMES)
    helpers.compile([os.fsencode(tree / "a.nix")] * 2000)
    assert helpers._helpers is None


def test_one_processor_has_no_helpers(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
    helpers = Helpers(CodeCache(str(tmp_path / "code"), "some builtins"), NAMES)
    helpers.compile([os.fsencode(tree / "a.nix")])
    assert helpers._helpers == []


def test_what_the_run_has_compiled_is_left_out(tree: Path, tmp_path: Path) -> None:
    cache = CodeCache(str(tmp_path / "code"), "some builtins")
    helpers = Helpers(cache, NAMES)
    helpers.compile([os.fsencode(tree / "a.nix")])
    helpers.compiled(os.fsencode(tree / "b.nix"))
    # The last one is taken first.
    helpers.compile([os.fsencode(tree / "folder"), os.fsencode(tree / "b.nix")])
    wait_for(cache, [tree / "a.nix", tree / "folder" / "default.nix"])
    path = tree / "b.nix"
    assert cache.get(cache.of_file(os.fsencode(path), path.stat(), (), False)) is None
