"""Running programs in turn, and what comes of it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Command:
    """A program to run: `words`, in an environment; `before` is called each time before it runs, outside of the time
    that is taken."""

    words: tuple[str, ...]
    environment: dict[str, str]
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Run:
    """What one run took: seconds and bytes."""

    wall: float
    user: float
    system: float
    peak: int

    @property
    def processor(self) -> float:
        """Time on a processor, which other programs on the machine disturb less."""
        return self.user + self.system


@dataclass
class Subject:
    """A program in a row, and its runs; `problem` says why it has none."""

    name: str
    command: Command
    runs: list[Run] = field(default_factory=list)
    answer: str | None = None
    problem: str | None = None

    def median(self, quantity: str) -> float:
        """The median of a property of Run."""
        return float(statistics.median(getattr(run, quantity) for run in self.runs))


@dataclass(frozen=True)
class Ratio:
    """What one program took in relation to another, pair by pair: median, least and greatest; the quartiles where
    there are enough pairs for the extremes to mean little."""

    median: float
    low: float
    high: float


class Failed(Exception):
    """A program has not given an answer."""


class Worker:
    """The process that runs programs."""

    def __init__(self, scratch: Path, timeout: float) -> None:
        self._output = scratch / "output"
        self._scratch = scratch
        self._timeout = timeout
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(HERE / "worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, command: Command) -> tuple[Run, str]:
        """Run a program; what it took and what it said. Raises Failed."""
        command.before()
        request = {
            "command": command.words,
            "env": command.environment,
            "cwd": str(self._scratch),
            "output": str(self._output),
            "timeout": self._timeout,
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        result: dict[str, Any] = json.loads(self._process.stdout.readline())
        status = result.pop("status")
        if status is None:
            raise Failed(f"no answer within {self._timeout:.0f} s")
        if status:
            said = Path(f"{self._output}.err").read_text(errors="replace").strip()
            raise Failed(f"status {status}: {said.splitlines()[0] if said else 'no message'}")
        return Run(**result), self._output.read_text(errors="surrogateescape")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def measure(worker: Worker, subjects: list[Subject], pairs: int) -> None:
    """Run the subjects in turn, `pairs` times each after one run that does not count; what fails once is left out."""
    for number in range(pairs + 1):
        for subject in subjects:
            if subject.problem is not None:
                continue
            try:
                run, answer = worker.run(subject.command)
            except Failed as error:
                subject.problem = str(error)
                continue
            if subject.answer not in (None, answer):
                subject.problem = "gives another answer each time"
            subject.answer = answer
            if number:
                subject.runs.append(run)


def ratio(ours: Iterable[float], theirs: Iterable[float]) -> Ratio:
    """The ratio of two series of runs, pair by pair."""
    values = sorted(one / other for one, other in zip(ours, theirs, strict=True))
    low, high = values[0], values[-1]
    if len(values) >= 5:
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return Ratio(statistics.median(values), low, high)


def same(one: str | None, other: str | None) -> bool:
    """Whether two answers are the same: as JSON, where both are JSON, else as text without quotes around it (a printed
    string and a string printed raw)."""
    return one is not None and other is not None and _meaning(one) == _meaning(other)


def _meaning(answer: str) -> object:
    try:
        return json.loads(answer, strict=False)
    except ValueError:
        return answer.strip()
