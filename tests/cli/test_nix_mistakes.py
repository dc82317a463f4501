"""Mistakes that people make, and all that Nix writes to standard error about them (see `nix_mistakes.txt`).

Each piece of that file is a name after `=== `, the text of default.nix, other files after `--- NAME`, and after `>>>`
what `nix-instantiate --eval --strict default.nix` writes; the folder is /here.

`python tests/cli/test_nix_mistakes.py` writes into the file what the nix-instantiate of PYOCI_TEST_NIX writes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

TABLE = Path(__file__).parent / "nix_mistakes.txt"
NIX = os.environ.get("PYOCI_TEST_NIX", "")


class Mistake(NamedTuple):
    """Files with a mistake, and what is said about it."""

    name: str
    files: dict[str, str]
    said: str


def read() -> list[Mistake]:
    """The pieces of the table."""
    mistakes = []
    for piece in re.split(r"(?m)^=== ", TABLE.read_text())[1:]:
        name, _, rest = piece.partition("\n")
        given, said = re.split(r"(?m)^>>>\n", rest)
        first, *others = re.split(r"(?m)^--- ", given)
        files = {"default.nix": first}
        for other in others:
            file, _, text = other.partition("\n")
            files[file] = text
        mistakes.append(Mistake(name, files, said.removesuffix("\n")))
    return mistakes


MISTAKES = read()


def write_files(mistake: Mistake, folder: Path) -> None:
    for name, text in mistake.files.items():
        (folder / name).write_text(text)


def by_nix(mistake: Mistake, folder: Path) -> str:
    """What a real Nix writes to standard error."""
    write_files(mistake, folder)
    done = subprocess.run(
        [NIX, "--eval", "--strict", "default.nix"],
        cwd=folder,
        env={**os.environ, "NIX_REMOTE": "dummy://", "NIX_PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, mistake.name
    return done.stderr.replace(str(folder), "/here")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_what_is_said(
    mistake: Mistake, pyoci: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIX_PATH", "")
    monkeypatch.chdir(tmp_path)
    write_files(mistake, tmp_path)
    done = pyoci("nix-instantiate", "--eval", "--strict", "default.nix")
    assert done.status == 1
    assert done.err.replace(str(tmp_path), "/here") == mistake.said


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_nix_says_that(mistake: Mistake, tmp_path: Path) -> None:
    if not NIX or not _is_recent():
        pytest.skip("skipped: PYOCI_TEST_NIX names no nix-instantiate of Nix 2.34 or later")
    assert by_nix(mistake, tmp_path) == mistake.said


def _is_recent() -> bool:
    shown = subprocess.run([NIX, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", shown.split()[-1])[:2]) >= (2, 34)


def record() -> None:
    """Write what Nix says into the table."""
    pieces = []
    for mistake in MISTAKES:
        with tempfile.TemporaryDirectory() as folder:
            said = by_nix(mistake, Path(folder).resolve())
        first, *others = mistake.files.items()
        files = first[1] + "".join(f"--- {name}\n{text}" for name, text in others)
        pieces.append(f"=== {mistake.name}\n{files}>>>\n{said}\n")
    TABLE.write_text("".join(pieces))


if __name__ == "__main__":
    sys.exit(record())
