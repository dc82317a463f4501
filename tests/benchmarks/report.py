"""The results: as a table, as JSON, as a picture."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measure import Ratio, Subject, ratio, same
from rich.console import Console
from rich.table import Table
from rows import Row

Result = tuple[Row, list[Subject]]


def problem(row: Row, ours: Subject, other: Subject) -> str | None:
    """Why there is no ratio of two programs; None where there is one."""
    if ours.problem or other.problem:
        return ours.problem or other.problem
    if row.compared and not same(ours.answer, other.answer):
        return "the answers differ"
    return None


def ratios(ours: Subject, other: Subject) -> dict[str, Ratio]:
    """Wall time, time on a processor and peak memory of one program in relation to another's."""
    return {
        quantity: ratio([getattr(run, quantity) for run in ours.runs], [getattr(run, quantity) for run in other.runs])
        for quantity in ("wall", "processor", "peak")
    }


def show(console: Console, results: list[Result], nix: str | None) -> None:
    """Print a table with a line for each program in each row. The goal is that of the ratio to `nix`."""
    table = Table(title="pyoci in relation to others: below 1, pyoci takes less", title_justify="left")
    for heading in ("row", "program"):
        table.add_column(heading, overflow="fold")
    for heading in (
        "wall s",
        "user s",
        "cpu s",
        "peak MB",
        "wall ratio",
        "spread",
        "cpu ratio",
        "memory ratio",
        "goal",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for row, subjects in results:
        ours = subjects[0]
        table.add_row(row.what, "pyoci", *_figures(ours), *[""] * 5, style="bold")
        for other in subjects[1:]:
            table.add_row("", other.name, *_figures(other), *_comparison(row, ours, other, nix))
        table.add_section()
    console.print(table)
    for row, subjects in results:
        for subject in subjects:
            if subject.problem is not None:
                console.print(f"{row.what}: {subject.name}: {subject.problem}", markup=False, highlight=False)


def _figures(subject: Subject) -> list[str]:
    if not subject.runs or subject.problem:
        return ["[red]none[/]", "", "", ""]
    wall, user, processor = (f"{subject.median(name):.3f}" for name in ("wall", "user", "processor"))
    return [wall, user, processor, f"{subject.median('peak') / 1e6:.0f}"]


def _comparison(row: Row, ours: Subject, other: Subject, nix: str | None) -> list[str]:
    why = problem(row, ours, other)
    if why is not None:
        return ["-", f"[red]{why}[/]" if not other.problem else "", "", "", ""]
    found = ratios(ours, other)
    wall, memory = found["wall"], found["peak"]
    goals = []
    if other.name == nix and row.goal is not None:
        goals.append(_goal(wall.median, row.goal))
    if other.name == nix and row.memory_goal is not None:
        goals.append(_goal(memory.median, row.memory_goal, "memory "))
    if other.name == "snix":
        goals.append(_goal(wall.median, 1.0))
    return [
        f"{wall.median:.2f}",
        f"{wall.low:.2f} to {wall.high:.2f}",
        f"{found['processor'].median:.2f}",
        f"{memory.median:.2f}",
        "\n".join(goals),
    ]


def _goal(value: float, goal: float, what: str = "") -> str:
    return f"[{'green' if value <= goal else 'red'}]{what}<= {goal:g}[/]"


def as_json(results: list[Result], nix: dict[str, str]) -> dict[str, Any]:
    """Everything that was measured, for `--json`."""
    return {
        "machine": {"system": platform.platform(), "python": platform.python_version(), "processor": _processor()},
        "nix": nix,
        "rows": [
            {
                "name": row.name,
                "what": row.what,
                "goal": row.goal,
                "memoryGoal": row.memory_goal,
                "programs": [
                    {
                        "name": subject.name,
                        "problem": subject.problem,
                        "runs": [asdict(run) for run in subject.runs],
                        "ratios": None
                        if subject is subjects[0] or problem(row, subjects[0], subject)
                        else {name: asdict(one) for name, one in ratios(subjects[0], subject).items()},
                        "noRatio": None if subject is subjects[0] else problem(row, subjects[0], subject),
                    }
                    for subject in subjects
                ],
            }
            for row, subjects in results
        ],
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def write_json(place: Path, results: list[Result], nix: dict[str, str]) -> None:
    """Keep everything that was measured."""
    place.write_text(json.dumps(as_json(results, nix), indent=1) + "\n")


def plot(place: Path, results: list[Result], nix: str) -> None:
    """Draw the ratios of wall time to one nix-instantiate: median, spread, goal. Needs matplotlib."""
    import matplotlib  # type: ignore[import-not-found,unused-ignore]

    matplotlib.use("Agg")
    from matplotlib import pyplot  # type: ignore[import-not-found,unused-ignore]

    found = []
    for row, subjects in results:
        for other in subjects[1:]:
            if other.name == nix and problem(row, subjects[0], other) is None:
                found.append((row, ratios(subjects[0], other)["wall"]))
    found.reverse()
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.35 * len(found)))
    for at, (row, wall) in enumerate(found):
        meets = row.goal is None or wall.median <= row.goal
        axes.barh(at, wall.median, color="#4c8c4a" if meets else "#b5493b", height=0.6)
        spread = [[wall.median - wall.low], [wall.high - wall.median]]
        axes.errorbar(wall.median, at, xerr=spread, color="black", capsize=3, linewidth=1)
        if row.goal is not None:
            axes.plot([row.goal, row.goal], [at - 0.4, at + 0.4], color="black", linestyle=":")
    axes.axvline(1, color="grey", linewidth=0.8)
    axes.set_yticks(range(len(found)), [row.what for row, _ in found])
    axes.set_xscale("log")
    axes.set_xlabel(f"wall time in relation to {nix} (dotted: the goal)")
    figure.tight_layout()
    figure.savefig(place, dpi=120)
