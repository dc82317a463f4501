"""The benchmark measures what it says, and gives no ratio where the answers differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark's modules can be imported, as they are where it runs."""
    monkeypatch.syspath_prepend(str(HERE))


def fake_nix(folder: Path, answer: str, version: str) -> str:
    """A program that says what a nix-instantiate might."""
    program = folder / f"nix-{version}"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo "nix-instantiate (Nix) {version}"; else {answer}; fi\n'
    )
    program.chmod(0o755)
    return str(program)


def benchmark(tmp_path: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    kept = tmp_path / "result.json"
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py"), "--json", str(kept), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    return done, json.loads(kept.read_text()) if kept.exists() else {}


def test_programs_in_turn(tmp_path: Path) -> None:
    log = tmp_path / "log"
    right = fake_nix(tmp_path, f"echo right >>{log}; echo 1", "1.0")
    wrong = fake_nix(tmp_path, f"echo wrong >>{log}; echo 2", "2.0")
    failing = fake_nix(tmp_path, "echo broken >&2; exit 3", "3.0")
    done, kept = benchmark(tmp_path, "--pairs", "2", "--rows", "start", "--nix", right, wrong, failing)
    assert done.returncode == 0, done.stderr
    assert log.read_text().split() == ["right", "wrong"] * 3  # one run of each does not count
    [row] = kept["rows"]
    by_name = {program["name"]: program for program in row["programs"]}
    assert len(by_name["pyoci"]["runs"]) == len(by_name["Nix 1.0"]["runs"]) == 2
    assert by_name["Nix 1.0"]["ratios"]["wall"]["median"] > 1  # than a shell that says it at once
    assert by_name["Nix 2.0"]["ratios"] is None
    assert by_name["Nix 2.0"]["noRatio"] == "the answers differ"
    assert by_name["Nix 3.0"]["noRatio"] == "status 3: broken"
    assert "the answers differ" in done.stdout
    assert "status 3: broken" in done.stdout
    assert all(run["peak"] > 5e6 and run["wall"] > 0.005 for run in by_name["pyoci"]["runs"])


def test_a_program_that_does_not_end(tmp_path: Path) -> None:
    slow = fake_nix(tmp_path, "sleep 100", "1.0")
    done, kept = benchmark(tmp_path, "--pairs", "1", "--timeout", "3", "--rows", "start", "--nix", slow)
    assert done.returncode == 0
    assert kept["rows"][0]["programs"][1]["noRatio"] == "no answer within 3 s"


def test_mistakes(tmp_path: Path) -> None:
    assert "no such row: strat" in benchmark(tmp_path, "--rows", "strat")[0].stdout
    assert "there is no program nowhere" in benchmark(tmp_path, "--nix", "nowhere")[0].stderr
    assert "there is no nixpkgs at" in benchmark(tmp_path, "--nixpkgs", str(tmp_path))[0].stderr


@pytest.mark.usefixtures("here")
def test_peak_memory_is_the_programs_own(tmp_path: Path) -> None:
    from measure import Command, Worker

    ballast = bytearray(200 << 20)
    worker = Worker(tmp_path, 60)
    run, _ = worker.run(Command(("true",), {"PATH": os.environ["PATH"]}))
    worker.close()
    assert len(ballast) > 10 * run.peak


@pytest.mark.usefixtures("here")
def test_ratios_and_answers() -> None:
    from measure import ratio, same

    assert ratio([2, 6, 4], [1, 2, 4]).median == 2
    assert (ratio([2, 6, 4], [1, 2, 4]).low, ratio([2, 6, 4], [1, 2, 4]).high) == (1, 3)
    assert same('"/a\\nb"\n', "/a\nb")
    assert same("[ 1 ]", "[ 1 ]\n")
    assert same("[1,2]", "[1, 2]")
    assert not same("1", "2")
    assert not same(None, None)


@pytest.mark.usefixtures("here")
def test_programs_are_all_there() -> None:
    from rows import PROGRAMS, rows

    files = {row.snix for row in rows(None) if row.snix}
    assert files == set(PROGRAMS.glob("*.nix"))
    names = [row.name for row in rows(HERE)]
    assert len(names) == len(set(names))
