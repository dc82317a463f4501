"""Processes that are started without some of the standard streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PYOCI = f"{sys.executable} -m pyoci"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "NIX_PATH": ""}


@pytest.mark.parametrize(
    ("words", "status", "output", "errors"),
    [
        ("eval -E '1 + 1' <&-", 0, "2\n", ""),
        ("eval -E '1 + 1' 2>&-", 0, "2\n", ""),
        ("eval -E '1 +' 2>&-", 1, "", ""),
        ("eval -E '1 + 1' >&-", 1, "", "error: standard output: Bad file descriptor\n"),
        ("nix-instantiate --eval -E '1 + 1' >&-", 1, "", "error: standard output: Bad file descriptor\n"),
        ("eval -E '1 + 1' <&- >&- 2>&-", 1, "", ""),
    ],
)
def test_closed_streams(words: str, status: int, output: str, errors: str, tmp_path: Path) -> None:
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-c", f"{PYOCI} {words}"], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (status, output, errors)
