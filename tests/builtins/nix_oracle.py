"""Asking a real nix-instantiate, where PYOCI_TEST_NIX names one."""

from __future__ import annotations

import os
import re
import subprocess

NIX = os.environ.get("PYOCI_TEST_NIX")


def ask_nix(text: str) -> tuple[str, str]:
    """What nix-instantiate writes to standard output and standard error."""
    assert NIX
    answer = subprocess.run(
        [NIX, "--eval", "--strict", "--show-trace", "--expr", f"({text})"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            **os.environ,
            "NIX_REMOTE": "dummy://",
            "NIX_PATH": "",
            "NIX_CONFIG": "experimental-features = nix-command flakes",
        },
    )
    return answer.stdout.rstrip("\n"), answer.stderr


def same_words(text: str) -> str:
    """A message without the places below it, and without its indentation."""
    lines = [line for line in text.split("\n") if not re.match(r" *at .*:\d+:$| *\d*\|| *$", line)]
    return " ".join(" ".join(lines).split())
