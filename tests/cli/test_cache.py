"""`pyoci cache`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pyoci.caching import background
from pyoci.caching.background import end_writers, wait_for_writers
from pyoci.cli.foreground import run_in_foreground
from pyoci.compiler.cache import CodeCache
from pyoci.evaluator import Evaluator
from pyoci.settings import Settings

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


COUNT = 45
"""So many files that a run on them has another process write what it compiled."""
SLOW = """
import os, sys, time
from pyoci.compiler.cache import CodeCache
write = CodeCache._write_pack
def wait_and_write(*arguments):
    end = time.monotonic() + 10
    while not os.path.exists(event) and time.monotonic() < end:
        time.sleep(0.01)
    write(*arguments)
CodeCache._write_pack = wait_and_write
os.sched_getaffinity = lambda process: {0}
event = sys.argv.pop(1)
from pyoci.cli import program
program()
"""
"""The program, whose writer waits for a file, that is named before the arguments."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that loads many others; no processes that help, which write, too."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
    (tmp_path / "tree").mkdir()
    for n in range(COUNT):
        (tmp_path / f"tree/n{n}.nix").write_text(f"{n}")
    main = tmp_path / "tree/all.nix"
    main.write_text(" + ".join(f"import ./n{n}.nix" for n in range(COUNT)))
    time.sleep(0.25)
    return main


VALUE = f"{sum(range(COUNT))}\n"


@pytest.fixture
def slow_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    real = CodeCache._write_pack

    def later(*arguments: object) -> None:
        time.sleep(0.2)
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(CodeCache, "_write_pack", later)


def code(folder: Path) -> list[Path]:
    """The files with code."""
    return [one for one in (folder / "code").rglob("*") if one.is_file() and one.name not in ("size", "writing")]


@pytest.mark.usefixtures("slow_writer")
def test_clearing_right_behind_a_first_run_leaves_nothing(pyoci: Runner, folder: Path, tree: Path) -> None:
    assert pyoci("eval", str(tree)).out == VALUE
    assert code(folder) == []
    # The pack, the lock, and the size: it has waited for them.
    assert pyoci("cache", "clear", "code").out.startswith("removed 3 files, ")
    end_writers()
    assert not (folder / "code").exists()
    pyoci("cache", "clear")
    assert not folder.exists()


@pytest.mark.usefixtures("slow_writer")
def test_what_is_still_being_written_is_told(pyoci: Runner, folder: Path, tree: Path) -> None:
    pyoci("eval", str(tree))
    assert ", 3 files: " in pyoci("cache", "info", "code").out
    assert [one.suffix for one in code(folder)] == [".pack"]


@pytest.mark.usefixtures("slow_writer")
def test_a_second_run_right_behind_the_first_compiles_nothing(pyoci: Runner, folder: Path, tree: Path) -> None:
    first = pyoci("eval", str(tree))
    assert pyoci("eval", str(tree)) == first
    [pack] = code(folder)
    assert pack.suffix == ".pack"
    written = pack.stat()
    assert pyoci("eval", str(tree)) == first
    end_writers()
    assert code(folder) == [pack]
    assert pack.stat() == written


def test_nobody_waits_for_what_is_written(folder: Path, tree: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NIX_PATH": ""}
    done = subprocess.run(
        ["sh", "-c", '"$@" | cat', "sh", sys.executable, "-c", SLOW, str(tmp_path / "go"), "eval", str(tree)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == (VALUE, "", 0)
    assert code(folder) == []
    (tmp_path / "go").touch()
    assert wait_for_writers(str(folder / "code"))
    assert [one.suffix for one in code(folder)] == [".pack"]


def test_a_program_that_runs_in_the_foreground_has_no_defunct_process_beside_it(
    folder: Path, tree: Path, tmp_path: Path
) -> None:
    evaluator = Evaluator(Settings(cache=folder / "code"))
    evaluator.run(lambda: evaluator.eval_file(tree))
    evaluator.close(in_background=True)
    program = "import os, sys; sys.exit(os.path.exists('/proc/' + sys.argv[1]))"
    with open(tmp_path / "inherited", "w") as file:
        command = [sys.executable, "-c", program, str(background._writers[-1])]
        assert run_in_foreground(command, inherited=file.fileno(), kill=["true"]) == 0
