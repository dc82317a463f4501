"""Container runtimes: which of them are on a machine, and how each is told what to do.

The command lines are those of `services.railcar`: railcar has one of its own, crun and runc (and whatever else follows
the "OCI Runtime Command Line Interface") share theirs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

KNOWN = ("crun", "runc", "railcar")
"""In the order in which one is chosen where nobody has a wish."""

SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
"""Where programs of a system are; Debian's runc is in a folder that a user's PATH lacks."""


class Runtime(NamedTuple):
    """A program that runs bundles."""

    name: str
    """`crun`, `runc`, `railcar`, or another one with the command line of the first two."""
    program: str
    """Its absolute path."""

    def run(self, state: str, bundle: str, container: str) -> list[str]:
        """The command that runs a bundle and ends with its process; `state` is the folder in which the runtime notes
        what runs, `container` the name under which it does."""
        if self.name == "railcar":
            return [self.program, "-r", state, "run", container, "-b", bundle]
        return [self.program, "--root", state, "run", "--bundle", bundle, container]

    def kill(self, state: str, container: str) -> list[str]:
        """The command that ends a container at once."""
        return [self.program, "-r" if self.name == "railcar" else "--root", state, "kill", container, "KILL"]

    def delete(self, state: str, container: str) -> list[str] | None:
        """The command that ends a container and forgets it, if there is one; None where the runtime cannot."""
        if self.name == "railcar":
            return None
        return [self.program, "--root", state, "delete", "--force", container]


def find_runtime(wanted: str | None, *, preferred: Sequence[str] = (), root: Path | None = None) -> Runtime | None:
    """The runtime to use, None where there is none.

    `wanted` is a name or a path and the only choice then; without it, the first of `preferred` that is found, then of
    `KNOWN`. Programs are looked up below `root`, as seen from inside of it, before they are on this machine."""
    if wanted is not None:
        return _at(wanted, root) if "/" in wanted else _named(wanted, root)
    found = (_named(name, root) for name in dict.fromkeys((*preferred, *KNOWN)))
    return next((runtime for runtime in found if runtime is not None), None)


def _at(path: str, root: Path | None) -> Runtime | None:
    program = os.path.abspath(path)
    there = (program,) if root is None else (root / program.lstrip("/"), program)
    return Runtime(os.path.basename(program), program) if any(os.access(one, os.X_OK) for one in there) else None


def _named(name: str, root: Path | None) -> Runtime | None:
    if root is not None:
        for folder in SYSTEM_FOLDERS:
            if os.access(root / folder.lstrip("/") / name, os.X_OK):
                return Runtime(name, f"{folder}/{name}")
    program = shutil.which(name) or shutil.which(name, path=os.pathsep.join(SYSTEM_FOLDERS))
    return Runtime(name, os.path.abspath(program)) if program is not None else None
