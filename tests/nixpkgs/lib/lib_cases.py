"""The cases of cases/*.nix, which are expressions on `lib`, and what a library makes of them.

A case's outcome is `{"value": …}`, `{"error": "throws"}` where tryEval can catch the error, or `{"error": "aborts"}`.
The file beside a case file, cases/*.json, records those of nixpkgs' own lib: record_lib_cases.py writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CASE_FILES = sorted((HERE / "cases").glob("*.nix"))
RUN_CASES = HERE / "run-cases.nix"

Evaluate = Callable[[str], Any]
Outcome = dict[str, Any]


def recorded(cases: Path) -> dict[str, Any]:
    """`release`, that of the library, and `outcomes` by the name of the case."""
    record: dict[str, Any] = json.loads(cases.with_suffix(".json").read_text())
    return record


def case_names(evaluate: Evaluate, library: Path, cases: Path) -> list[str]:
    names: list[str] = evaluate(f"builtins.attrNames (import {cases} {{ lib = import {library}; }})")
    return names


def outcomes(evaluate: Evaluate, library: Path, cases: Path, names: Iterable[str]) -> dict[str, Outcome]:
    """What the library makes of the named cases, in as few evaluations as uncatchable errors allow.

    `evaluate` takes a Nix expression to a Python object, and raises an exception on errors."""
    chosen = list(names)
    if not chosen:
        return {}
    listed = " ".join(json.dumps(name).replace("${", "\\${") for name in chosen)
    try:
        found = evaluate(f"import {RUN_CASES} {{ library = {library}; file = {cases}; names = [ {listed} ]; }}")
    except Exception:
        if len(chosen) == 1:
            return {chosen[0]: {"error": "aborts"}}
        half = len(chosen) // 2
        return outcomes(evaluate, library, cases, chosen[:half]) | outcomes(evaluate, library, cases, chosen[half:])
    return {
        name: {"error": "throws"} if "throws" in outcome else {"value": json.loads(outcome["value"])}
        for name, outcome in found.items()
    }
