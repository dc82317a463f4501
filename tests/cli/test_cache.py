"""`pyoci cache`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Runner


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "pyoci"


def fill(folder: Path) -> None:
    for name, size in (("answers/aa/bb", 2000), ("code/x/y", 5 << 20), ("fetched/nix/store/z", 3), ("grammar", 1)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(bytes(size))
    (folder / "fetched/nix/store").chmod(0o555)
    folder.chmod(0o700)


def test_info(pyoci: Runner, folder: Path) -> None:
    done = pyoci("cache", "info")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"{folder}\n  answers  0 bytes of at most 64 MiB, 0 files: ")
    fill(folder)
    lines = pyoci("cache").out.splitlines()
    assert "2.0 KiB of at most 64 MiB, 1 file:" in lines[1]
    assert "5.0 MiB of at most" in lines[2]
    assert "3 bytes, 1 file:" in lines[3]
    assert len(pyoci("cache", "info", "code").out.splitlines()) == 2


def test_clear(pyoci: Runner, folder: Path) -> None:
    assert pyoci("cache", "clear").out == "removed 0 files, 0 bytes\n"
    fill(folder)
    assert pyoci("cache", "clear", "fetched", "answers").out == "removed 2 files, 2.0 KiB\n"
    assert sorted(one.name for one in folder.iterdir()) == ["code", "grammar"]
    assert pyoci("cache", "clear").out == "removed 2 files, 5.0 MiB\n"
    assert not folder.exists()


def test_containers_that_run_are_left_alone(pyoci: Runner, folder: Path) -> None:
    fill(folder)
    (folder / "runs/hello").mkdir(parents=True)
    (folder / "runs/hello/config.json").write_text("{}")
    assert pyoci("cache", "clear").out == "removed 4 files, 5.0 MiB\n"
    assert [one.name for one in folder.rglob("*")] == ["runs", "hello", "config.json"]


def test_what_cannot_be_removed_is_told(pyoci: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder)
    unlink = os.unlink

    def refuse(path: str, **more: object) -> None:
        if os.path.basename(path) == "bb":
            raise PermissionError(1, "Operation not permitted", path)
        unlink(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "unlink", refuse)
    done = pyoci("cache", "clear")
    assert done.status == 1
    assert done.err.startswith("error: cannot remove '")
    assert done.out.startswith("removed 3 files")


def test_a_folder_of_others_is_told(pyoci: Runner, folder: Path) -> None:
    fill(folder)
    folder.chmod(0o777)
    assert "This folder is not used" in pyoci("cache").err


def test_mistakes(pyoci: Runner, folder: Path) -> None:
    done = pyoci("cache", "clera")
    assert (done.status, done.out) == (2, "")
    assert "Did you mean clear?" in done.err
    assert "has no part 'cod'" in pyoci("cache", "clear", "cod").err


def test_help(pyoci: Runner) -> None:
    assert pyoci("help", "cache").out.startswith("Usage: pyoci cache")
    assert pyoci("cache", "--help").out == pyoci("help", "cache").out
    assert "  cache " in pyoci("help").out
