"""Running the program inside the test process."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyoci.cli import main


@dataclass
class Done:
    """What a command did."""

    status: int
    out: str
    err: str


class Runner:
    """Runs a command line; no command may end in a traceback."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys = capsys
        self.monkeypatch = monkeypatch

    def __call__(self, *words: str, stdin: str | None = None) -> Done:
        if stdin is not None:
            self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self.capsys.readouterr()
        status = main(words)
        captured = self.capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "internal error" not in captured.err
        return Done(status, captured.out, captured.err)


@pytest.fixture
def pyoci(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runner:
    """The program, in an empty working folder and a plain environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("NIX_PATH", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Runner(capsys, monkeypatch)
