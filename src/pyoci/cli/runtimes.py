"""The container runtime that a command uses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pyoci.cli.arguments import InputError, Option
from pyoci.emit.runtimes import KNOWN, Runtime, find_runtime
from pyoci.emit.units import Unit

RUNTIME_OPTION = Option("--runtime", "PROGRAM", "the container runtime: crun, runc or railcar, or the path of one")

_HINT = "apt-get install crun (Debian, Ubuntu), dnf install crun (Fedora), or name one with --runtime PROGRAM"


def runtime(wanted: str | None, *, preferred: Sequence[str] = (), root: Path | None = None) -> Runtime:
    """The runtime that is wanted or, without a wish, one that is there.

    Raises InputError where there is none, saying what to install."""
    found = find_runtime(wanted, preferred=preferred, root=root)
    if found is not None:
        return found
    if wanted is None:
        raise InputError(f"no container runtime is installed: {', '.join(KNOWN[:-1])} or {KNOWN[-1]} is needed", _HINT)
    if "/" in wanted:
        raise InputError(f"there is no program '{wanted}'")
    raise InputError(f"the container runtime '{wanted}' is not installed: it is nowhere on PATH", _HINT)


class Choice:
    """Which runtime starts which unit: the one that is wanted, else the one that the unit was evaluated with, else one
    that is there. Says so where it is another one than the unit's."""

    def __init__(self, wanted: str | None, root: Path | None = None, *, required: bool) -> None:
        """`root` is the folder of the system that the units are for; with `required` there has to be a runtime."""
        self.wanted = wanted
        self.root = root
        self.required = required
        self._noted: dict[str, list[str]] = {}

    def for_unit(self, unit: Unit) -> Callable[[str | None], Runtime | None]:
        """The choice for one unit. It raises InputError where there is no runtime, but has to be one."""

        def choose(own: str | None) -> Runtime | None:
            preferred = () if own is None else (own,)
            if self.required or self.wanted is not None:
                chosen = runtime(self.wanted, preferred=preferred, root=self.root)
            else:
                found = find_runtime(None, preferred=preferred, root=self.root)
                if found is None:
                    if own is not None:
                        self._note(unit, f"there is no container runtime here; it names {own} of the package set")
                    return None
                chosen = found
            if own is not None and self.wanted is None and chosen.name != own:
                self._note(unit, f"starts its container with {chosen.program}; {own} is not installed")
            return chosen

        return choose

    def _note(self, unit: Unit, what: str) -> None:
        self._noted.setdefault(what, []).append(unit.name)

    def tell(self) -> None:
        """Say what is worth a note; of many units the same is said once."""
        for what, units in self._noted.items():
            others = f" (and {len(units) - 1} more units)" if len(units) > 3 else ""
            for name in units[:1] if others else units:
                print(f"note: {name}{others}: {what}", file=sys.stderr)
        self._noted.clear()
