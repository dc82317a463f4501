"""Batches of random programs, compared; what the two sides disagree on, made smaller."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from answers import Answer, by_nix, by_pyoci, write_programs
from programs import Code, Programs, text_of

BATCH = 200
"""Programs in a folder; the first one's seed is the batch's."""

_PATIENCE = 30
"""Seconds that are spent on making a program smaller."""


@dataclass(frozen=True)
class Disagreement:
    """A program, what Nix answers and what pyoci answers."""

    seed: int
    program: str
    nix: Answer
    pyoci: Answer

    def __str__(self) -> str:
        return f"--- {self.seed}\n{self.program}\n  nix:   {_shown(self.nix)}\n  pyoci: {_shown(self.pyoci)}"


@dataclass
class Result:
    """Of a batch: how many programs end how, and the disagreements."""

    kinds: Counter[str] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)


def compare(nix: str, seed: int, *, count: int = BATCH, messages: bool = False, shrink: int = 0) -> Result:
    """Compare the programs of so many seeds. The first `shrink` that the sides disagree on are made smaller."""
    codes = [Programs(seed + number).program() for number in range(count)]
    result = Result()
    with tempfile.TemporaryDirectory(prefix="pyoci-differential-") as name:
        folder = Path(name).resolve() / "parent" / "programs"
        answers = _answers(nix, folder, codes, messages)
        for number, (ours, theirs) in answers.items():
            result.kinds[theirs.kind if theirs.kind != "value" else _outcome(theirs)] += 1
            if ours.agrees(theirs, messages=messages):
                continue
            if _depends_on_order(nix, folder, number, theirs, messages):
                result.kinds["depending on the order of names"] += 1
                continue
            code = codes[number]
            if shrink:
                shrink -= 1
                code, theirs, ours = _smaller(
                    nix, folder.parents[1] / "smaller" / "programs", code, theirs, ours, messages
                )
            result.disagreements.append(Disagreement(seed + number, text_of(code), theirs, ours))
    return result


def _outcome(answer: Answer) -> str:
    return "thrown" if answer.text.startswith("{ success = false;") else "value"


def _answers(nix: str, folder: Path, codes: list[Code], messages: bool) -> dict[int, tuple[Answer, Answer]]:
    folder.mkdir(parents=True, exist_ok=True)
    write_programs(folder, [text_of(code) for code in codes])
    numbers = list(range(len(codes)))
    return dict(zip(numbers, zip(by_pyoci(folder, numbers), by_nix(nix, folder, numbers), strict=True), strict=True))


def _depends_on_order(nix: str, folder: Path, number: int, answer: Answer, messages: bool) -> bool:
    """Whether Nix's own answer changes with the order in which it has read the names of attributes."""
    return not by_nix(nix, folder, [number], backwards=True)[0].agrees(answer, messages=messages)


def _smaller(
    nix: str, folder: Path, code: Code, theirs: Answer, ours: Answer, messages: bool
) -> tuple[Code, Answer, Answer]:
    """A smaller program that they disagree on as well, and what they say of it."""
    end = monotonic() + _PATIENCE
    while monotonic() < end:
        size = len(text_of(code))
        candidates = sorted({text_of(one): one for one in _reductions(code)}.items(), key=lambda item: len(item[0]))
        candidates = [item for item in candidates if len(item[0]) < size]
        for start in range(0, len(candidates), 24):
            if monotonic() > end:
                break
            some = [one for _, one in candidates[start : start + 24]]
            answers = _answers(nix, folder, some, messages)
            better = next(
                (
                    number
                    for number, (a, b) in answers.items()
                    if a.kind in (ours.kind, "internal")
                    and b.kind == theirs.kind
                    and not a.agrees(b, messages=messages)
                    and not _depends_on_order(nix, folder, number, b, messages)
                ),
                None,
            )
            if better is not None:
                code = some[better]
                ours, theirs = answers[better]
                break
        else:
            break
    return code, theirs, ours


def _reductions(code: Code) -> Iterator[Code]:
    """Programs in which one expression is replaced by a part of itself, by something plain, or by nothing."""
    if isinstance(code, str):
        return
    for part in code:
        if isinstance(part, list):
            yield part
            for inner in part:
                if isinstance(inner, list):
                    yield inner
    yield ["null"]
    yield ["1"]
    yield ["{ }"]
    yield []
    for at, part in enumerate(code):
        if isinstance(part, list):
            for smaller in _reductions(part):
                yield [*code[:at], smaller, *code[at + 1 :]]


def _shown(answer: Answer) -> str:
    traces = f" after {answer.traces!r}" if answer.traces else ""
    return f"{answer.kind}: {answer.text}{traces}"
