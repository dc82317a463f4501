"""Notes of what an evaluation reads are complete."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyoci.runtime import reads


@pytest.fixture
def notes() -> Iterator[reads.Reads]:
    yield reads.begin()
    reads.end()


def test_answers_are_noted(notes: reads.Reads, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("file")
    link, nothing, folder = (os.fsencode(tmp_path / name) for name in ("link", "nothing", ""))
    assert reads.exists(link) and reads.is_there(link) and not reads.is_there(nothing)
    assert reads.is_folder(folder) and not reads.is_folder(link)
    assert reads.target(link) == b"file"
    assert reads.real_path(link) == os.path.realpath(os.fsencode(tmp_path / "file"))
    assert reads.kind(link) != reads.kind(folder)
    assert len(notes.facts) == 9
    assert all(reads.ask(question, path) == answer for (question, path), answer in notes.facts.items())
    assert not notes.unrepeatable


def test_what_changes_meanwhile(notes: reads.Reads, tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    reads.ignore(str(own))
    for folder, repeatable in ((own, True), (tmp_path, False)):
        assert not reads.is_there(os.fsencode(folder / "x"))
        (folder / "x").write_text("")
        assert reads.is_there(os.fsencode(folder / "x"))
        assert notes.unrepeatable is not repeatable
    assert not other.exists()


def test_nothing_is_noted_outside_of_a_run(tmp_path: Path) -> None:
    notes = reads.begin()
    reads.end()
    reads.contents(os.fsencode(tmp_path))
    reads.variable(b"HOME")
    reads.exists(os.fsencode(tmp_path))
    reads.unrepeatable()
    assert (notes.files, notes.facts, notes.variables, notes.unrepeatable) == ({}, {}, {}, False)


_AUDITED = """
import os, sys
from pyoci.cli import main
from pyoci.runtime import reads

root, *words = sys.argv[1:]
opened = set()

def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        path = os.path.abspath(os.fsencode(arguments[0]))
        if path.startswith(os.fsencode(root)):
            opened.add(path)

notes = reads.begin()
sys.addaudithook(watch)
status = main(words)
sys.stdout.flush()
forgotten = opened - notes.files.keys()
print(len(opened), sorted(forgotten), notes.unrepeatable, file=sys.stderr)
os._exit(status)
"""


def audited(root: Path, words: list[str], cache: Path) -> tuple[int, str, str]:
    """How many files and folders below `root` were opened, which of them were not noted, and whether the run could be
    repeated."""
    done = subprocess.run(
        [sys.executable, "-c", _AUDITED, str(root), *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(cache)},
    )
    count, rest = done.stderr.splitlines()[-1].split(" ", 1)
    forgotten, unrepeatable = rest.rsplit(" ", 1)
    return int(count), forgotten, unrepeatable


def test_every_file_that_is_opened_is_noted(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("imported.nix", "text", "folder/default.nix", "tree/sub/file", "listing/one", "words", "found/x.nix"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    (tmp_path / "main.nix").write_text(
        """{ words }: [
          words (import ./imported.nix) (import ./folder) (builtins.readFile ./text) (builtins.readDir ./listing)
          "${./tree}" (builtins.hashFile "md5" ./text) (import <x.nix>) (builtins.scopedImport { } ./imported.nix)
          (builtins.path { path = ./tree; filter = _: _: true; }) (builtins.unsafeGetAttrPos "a" { a = 1; })
          (import (builtins.toFile "x.nix" "1"))
        ]"""
    )
    words = ["eval", "--strict", "-I", f"{tmp_path}/found", "--arg-from-file", "words", str(tmp_path / "words")]
    cache = tmp_path_factory.mktemp("cache")
    for _ in range(2):  # with an empty code cache, and a full one
        count, forgotten, unrepeatable = audited(tmp_path, [*words, str(tmp_path / "main.nix")], cache)
        assert count >= 6
        assert (forgotten, unrepeatable) == ("[]", "False")


@pytest.mark.slow
def test_every_file_of_nixpkgs_that_is_opened_is_noted(tmp_path: Path) -> None:
    tree = os.environ.get("PYOCI_TEST_NIXPKGS")
    if not tree:
        pytest.skip("skipped: PYOCI_TEST_NIXPKGS names no nixpkgs tree")
    module = "{ pkgs, ... }: { boot.isContainer = true; services.railcar.enable = true; }"
    text = f"(import {tree}/nixos {{ configuration = {module}; }}).config.system.build.toplevel.drvPath"
    count, forgotten, unrepeatable = audited(Path(tree), ["nix-instantiate", "--eval", "-E", text], tmp_path)
    assert count > 1000
    assert (forgotten, unrepeatable) == ("[]", "False")
