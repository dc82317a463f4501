"""The language tests of the Nix repository, run in place through `pyoci nix-instantiate`.

PYOCI_TEST_NIX_LANG names the folder that holds them (tests/functional/lang). How each class is run is said in lang.sh
there. The counts are those of this program, and must not fall; C++ Nix 2.34.8 has 139 of eval-okay, and the message of
268 of eval-fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

FOLDER = os.environ.get("PYOCI_TEST_NIX_LANG", "")
SOURCE = Path(__file__).parents[2] / "src"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="skipped: PYOCI_TEST_NIX_LANG names no folder of language tests"),
]


class Language:
    """The tests in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.above = self.folder.parent

    def names(self, kind: str) -> list[str]:
        """The tests of a kind that are not switched off."""
        names = sorted(path.stem for path in self.folder.glob(f"{kind}-*.nix"))
        return [name for name in names if not (self.folder / f"{name}.exp-disabled").exists()]

    def expected(self, name: str) -> str | None:
        """The contents of a file beside the tests; None where there is none."""
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else None

    def flags(self, name: str) -> list[str] | None:
        """The arguments that a test asks for itself."""
        text = self.expected(f"{name}.flags")
        if text is None:
            return None
        return [word for line in text.splitlines() for word in line.partition("#")[0].split()]

    def run(self, words: list[str], given: bytes | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """What pyoci's nix-instantiate does. Paths in what it writes are as in the files of expected output."""
        environment = {"TEST_VAR": "foo", "NIX_REMOTE": "dummy://", "PYTHONPATH": str(SOURCE), **variables}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NIX_")} | environment
        done = subprocess.run(
            [sys.executable, "-m", "pyoci", "nix-instantiate", *words],
            cwd=self.above,
            env=environment,
            input=given,
            capture_output=True,
            check=False,
            timeout=300,
        )
        out, err = (
            text.decode(errors="replace").replace(str(self.above), "/pwd") for text in (done.stdout, done.stderr)
        )
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture(scope="module")
def language() -> Language:
    return Language(Path(FOLDER))


def _each(function: object, names: list[str]) -> Iterator[tuple[str, bool]]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip(names, pool.map(function, names), strict=True)  # type: ignore[arg-type]


def _failed(outcomes: Iterator[tuple[str, bool]]) -> list[str]:
    return [name for name, passed in outcomes if not passed]


def last_error(text: str | None) -> str:
    """The last line that tells of an error."""
    lines = [line.strip() for line in (text or "").splitlines() if "error:" in line]
    return lines[-1] if lines else ""


def test_what_parses(language: Language) -> None:
    def passes(name: str) -> bool:
        done = language.run(["--parse", "-"], (language.folder / f"{name}.nix").read_bytes())
        return done.returncode == 0 and done.stdout == language.expected(f"{name}.exp")

    names = language.names("parse-okay")
    assert len(names) >= 13
    assert _failed(_each(passes, names)) == []


def test_what_does_not_parse(language: Language) -> None:
    def passes(name: str) -> bool:
        done = language.run(["--parse", "-"], (language.folder / f"{name}.nix").read_bytes())
        return done.returncode == 1 and last_error(done.stderr) == last_error(language.expected(f"{name}.err.exp"))

    names = language.names("parse-fail")
    assert len(names) >= 41
    assert _failed(_each(passes, names)) == []


def test_what_evaluates(language: Language) -> None:
    def passes(name: str) -> bool:
        file = f"lang/{name}.nix"
        expected = language.expected(f"{name}.exp.xml")
        if expected is not None:
            done = language.run(["--eval", "--xml", "--no-location", "--strict", file])
        else:
            expected = language.expected(f"{name}.exp")
            words = [*(language.flags(name) or []), "--eval", "--strict", file]
            done = language.run(words, NIX_PATH="lang/dir3:lang/dir4", HOME="/fake-home")
        return done.returncode == 0 and done.stdout == expected

    names = language.names("eval-okay")
    failed = _failed(_each(passes, names))
    assert len(names) - len(failed) >= 148, failed


def test_what_does_not_evaluate(language: Language) -> None:
    messages: list[str] = []

    def passes(name: str) -> bool:
        flags = language.flags(name)
        done = language.run(
            [*(flags if flags is not None else ["--eval", "--strict", "--show-trace"]), f"lang/{name}.nix"]
        )
        if last_error(done.stderr) == last_error(language.expected(f"{name}.err.exp")):
            messages.append(name)
        return done.returncode == 1

    names = language.names("eval-fail")
    assert len(names) >= 283
    assert _failed(_each(passes, names)) == []
    assert len(messages) >= 278, sorted(set(names) - set(messages))
