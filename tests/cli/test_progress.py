"""The line that a first run shows on a terminal."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from pyoci.cli import main, progress

LINE = "\r\x1b[Kcompiling, as this is the first run on these files: 1 files"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that has never been compiled; the line appears at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    path = tmp_path / "a.nix"
    path.write_text('builtins.trace "said" 42\n')
    return path


def run(file: Path, stderr: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """The status and what standard output got."""
    stdout = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr(sys, "stderr", stderr)
    status = main(["eval", str(file)])
    assert sys.stdout is stdout
    assert sys.stderr is stderr
    return status, stdout.getvalue()


def test_it_gives_way_to_what_is_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    assert run(file, stderr, monkeypatch) == (0, "42\n")
    shown, said, rest = stderr.getvalue().partition("trace: said\n")
    assert said
    assert shown == LINE + "\r\x1b[K"
    assert rest in ("", "\r\x1b[K")


def test_it_gives_way_to_errors(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('throw "wrong"\n')
    stderr = Terminal()
    assert run(file, stderr, monkeypatch) == (1, "")
    assert stderr.getvalue().startswith(LINE + "\r\x1b[K")
    assert "wrong" in stderr.getvalue()


def test_it_is_not_written_to_a_pipe(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    assert run(file, stderr, monkeypatch) == (0, "42\n")
    assert stderr.getvalue() == "trace: said\n"


def test_a_compiled_file_needs_none(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    # A file that has just been written is not kept otherwise.
    monkeypatch.setattr("pyoci.compiler.cache.is_young", lambda stat, began: False)
    run(file, io.StringIO(), monkeypatch)
    stderr = Terminal()
    assert run(file, stderr, monkeypatch) == (0, "42\n")
    assert stderr.getvalue() == "trace: said\n"
