"""Programs of this machine in place of packages that no cache has.

A package `hello-2.10` of which a configuration uses `bin/hello` becomes a folder with the machine's `hello` at that
place. The program is not changed: its loader, its libraries, and the interpreter of a script come into the root file
system under the paths at which they are looked for. What else a package has, data and plug-ins, is not taken.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoci.realise import elf
from pyoci.realise.closure import StoreObject
from pyoci.runtime.errors import StoreError
from pyoci.store import paths

_MAX_SCRIPTS: Final = 4
"""How many interpreters may follow each other (execve(2))."""


class Host:
    """Finds programs, and gathers what they need."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where store objects are put together."""
        self._folder = folder
        self.files: dict[str, Path] = {}
        """Path in the root file system to file of this machine."""
        self.notes: list[str] = []

    def find(self, path: str, texts: Iterable[str]) -> tuple[StoreObject | None, str]:
        """Stand in for a package; `texts` are those that may name its programs.

        Returns the store object or, with None, why there is none. Raises StoreError where a program cannot be read."""
        _, name = paths.parse(path, path.rpartition("/")[0])
        wanted = _programs(path, texts)
        if not wanted:
            return None, f"this machine cannot stand in for '{name}': nothing says which of its programs are used"
        programs: dict[str, Path] = {}
        for inside in wanted:
            found = _which(inside.rpartition("/")[2])
            if found is None:
                return None, f"this machine has no program '{inside.rpartition('/')[2]}' to stand in for '{name}'"
            programs[inside] = Path(found)
        top = self._folder / path.rpartition("/")[2]
        for inside, program in programs.items():
            self._gather(program)
            self._place(program, top / inside)
            self.notes.append(f"{name}: {inside} is this machine's {program}{_version(program)}")
        shown = ", ".join(str(program) for program in programs.values())
        return StoreObject(path, top, (), "host", shown), ""

    def _place(self, program: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(os.path.realpath(program), target)
            target.chmod(0o755)
        except OSError as error:
            raise StoreError(f"cannot take '{program}' from this machine: {error.strerror}") from None

    def _gather(self, program: Path) -> None:
        """Note what a program needs: libraries, or an interpreter and its libraries."""
        for _ in range(_MAX_SCRIPTS):
            interpreter = _interpreter(program)
            if interpreter is None:
                break
            self.notes.append(f"{program} is a script of {interpreter}, whose modules are not taken along")
            program = Path(interpreter)
            self.files[interpreter] = program
        needed = elf.needs(Path(os.path.realpath(program)))
        if needed.missing:
            raise StoreError(f"'{program}' needs {', '.join(needed.missing)}, which this machine does not have")
        self.files |= needed.files


def _programs(path: str, texts: Iterable[str]) -> list[str]:
    """`bin/NAME` of the programs of a package that some texts name. Where they name only their folder, as in a PATH, it
    is the program of the package's name, if there is one."""
    pattern = re.escape(path) + r"/(s?bin/[\w.+-]*[\w+-]|s?bin\b)"
    found = dict.fromkeys(match for text in texts for match in re.findall(pattern, text))
    named = [word for word in found if "/" in word]
    if named or not found:
        return named
    plain = re.split(r"-(?![a-zA-Z])", path.rpartition("/")[2][paths.HASH_LENGTH + 1 :])[0]
    return [f"{next(iter(found))}/{plain}"] if _which(plain) is not None else []


def _which(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin")


def _interpreter(program: Path) -> str | None:
    """What a script's first line names; None where the program is no script."""
    try:
        with program.open("rb") as file:
            line = file.readline(4096)
    except OSError as error:
        raise StoreError(f"cannot take '{program}' from this machine: {error.strerror}") from None
    words = line[2:].split(None, 1) if line.startswith(b"#!") else []
    return os.fsdecode(words[0]) if words else None


def _version(program: Path) -> str:
    """Which package of the machine a program is of, as far as its package manager tells."""
    real = os.path.realpath(program)
    for path in dict.fromkeys((str(program), real, real.removeprefix("/usr"))):
        for command in (["dpkg-query", "-S", path], ["rpm", "-qf", path]):
            answer = _ask(command)
            if answer is None:
                continue
            if command[0] == "rpm":
                return f" ({answer})"
            package = answer.partition(": ")[0].partition(",")[0]
            version = _ask(["dpkg-query", "-W", "-f", "${Version}", package])
            return f" ({package} {version})" if version else f" ({package})"
    return ""


def _ask(command: list[str]) -> str | None:
    if shutil.which(command[0]) is None:
        return None
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.strip().splitlines()
    return lines[0] if answer.returncode == 0 and lines else None
