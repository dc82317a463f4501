"""Where Python writes no bytecode, pyoci's own is kept in the cache folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pyoci.caching.bytecode import keep_bytecode

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A checkout without bytecode, and an empty cache folder."""
    project, cache = tmp_path / "project", tmp_path / "cache"
    for part in ("src", "grammar"):
        shutil.copytree(PROJECT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
    cache.mkdir(0o700)
    return project, cache


def run(project: Path, cache: Path, **variables: str) -> None:
    """Evaluate something with the pyoci of a checkout."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    }
    environment |= {"PYTHONPATH": str(project / "src"), "XDG_CACHE_HOME": str(cache), **variables}
    words = ["-m", "pyoci", "eval", "--no-eval-cache", "-E", "1 + 1"]
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"


def bytecode(folder: Path, module: str) -> list[Path]:
    """The bytecode of a module in a folder."""
    return list(folder.rglob(f"{module}.*.pyc"))


def test_bytecode_is_kept(places: tuple[Path, Path]) -> None:
    project, cache = places
    run(project, cache, PYTHONDONTWRITEBYTECODE="1")
    assert not bytecode(project, "*")
    (kept,) = bytecode(cache / "pyoci" / "python", "evaluator")
    written = kept.stat().st_mtime_ns
    run(project, cache, PYTHONDONTWRITEBYTECODE="1")
    assert kept.stat().st_mtime_ns == written
    shutil.rmtree(cache)
    cache.mkdir(0o700)
    run(project, cache)
    assert bytecode(project, "evaluator")
    assert not bytecode(cache, "evaluator")
    run(project, cache, PYTHONDONTWRITEBYTECODE="1")
    assert not bytecode(cache, "evaluator")


def test_bytecode_that_a_full_disk_has_cut_short_is_removed(places: tuple[Path, Path]) -> None:
    project, cache = places
    run(project, cache, PYTHONDONTWRITEBYTECODE="1")
    (kept,) = bytecode(cache / "pyoci" / "python", "eval")
    kept.write_bytes(kept.read_bytes()[:100])
    environment = {**os.environ, "PYTHONPATH": str(project / "src"), "XDG_CACHE_HOME": str(cache)}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-m", "pyoci", "eval", "--no-eval-cache", "-E", "1 + 1"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: Python's own files in the cache folder were damaged, and are removed\n  hint: run the command again\n"
    )
    run(project, cache, PYTHONDONTWRITEBYTECODE="1")


def test_no_bytecode_is_kept_where_there_is_hardly_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    tmp_path.chmod(0o700)
    for blocks, kept in ((1, None), (1 << 20, str(tmp_path / "pyoci" / "python"))):
        monkeypatch.setattr(os, "statvfs", lambda _, blocks=blocks: SimpleNamespace(f_bavail=blocks, f_frsize=4096))
        keep_bytecode("/no/such/file.pyc")
        assert sys.pycache_prefix == kept
