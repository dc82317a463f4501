"""What the README says is so."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def captured() -> list[tuple[str, str]]:
    """The commands of the terminal captures, and what they printed."""
    commands = []
    for block in blocks("console"):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            commands.append((command, output))
    return commands


def test_the_terminal_capture_is_what_one_gets(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "nix-examples", tmp_path / "nix-examples")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pyoci"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pyoci "$@"\n')
    program.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("NIX_PATH", "FORCE_COLOR", "COLUMNS")},
        "PATH": f"{program.parent}:{os.environ['PATH']}",
    }
    assert captured()
    for command, expected in captured():
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert (command, done.stdout) == (command, expected)


def test_the_two_commands() -> None:
    main, tests = blocks("sh")
    for command in (main, tests):
        assert command.count("\n") == 1, "one line, to be copied as it is"
        subprocess.run(["bash", "-n", "-c", command], check=True)
    assert "pip install" in main and main.rstrip().endswith("pyoci eval nix-examples/container.nix")
    assert "'.[test]'" in tests and "pytest" in tests


def test_ci_runs_the_second_one() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    # The script takes it from the README; this is how it finds it.
    extract = "awk '/^## Tests/ {section = 1} section && /^```/ {if (inside) exit; inside = 1; next} inside' README.md"
    assert extract in script.read_text(encoding="utf-8")
    found = subprocess.run(["bash", "-c", extract], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found == blocks("sh")[1]


def test_the_python_example() -> None:
    test = doctest.DocTestParser().get_doctest("".join(blocks("pycon")), {}, "README.md", "README.md", 0)
    output: list[str] = []
    runner = doctest.DocTestRunner()
    runner.run(test, out=output.append)
    assert runner.failures == 0, "".join(output)
    assert test.examples


def test_every_command_is_named() -> None:
    from pyoci.cli import COMMANDS

    for command in COMMANDS:
        assert f"`pyoci {command}" in README


@pytest.mark.parametrize("name", ["container.nix", "mounts.nix", "railcar.nix"])
def test_the_examples_are_the_posts(name: str) -> None:
    text = (ROOT / "nix-examples" / name).read_text(encoding="utf-8")
    assert text.startswith("services.railcar = {" if name == "railcar.nix" else "with pkgs; ociTools.buildContainer {")
    assert "${pkgs.hello}/bin/hello" in text or "${hello}/bin/hello" in text
