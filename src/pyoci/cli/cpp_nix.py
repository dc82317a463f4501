"""Asking C++ Nix what it makes of a file."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from pyoci.emit.containers import Container, container_at
from pyoci.emit.differences import UnitAnswer
from pyoci.emit.files import OutputError
from pyoci.emit.units import container_name
from pyoci.store.derivation import Derivation

_ASK = Path(__file__).with_name("ask.nix")
_STORE = "nix/store"


class Question(NamedTuple):
    """What to ask."""

    tree: Path
    system: str
    value: str
    """A Nix expression: the file as a function of `{ pkgs, lib, ... }`."""
    folder: str
    """Where relative paths of the expression begin."""
    arguments: str
    """A Nix expression: a set, what to call functions with."""
    path: Sequence[str]
    name: str
    """What a container is called that has no name of its own."""


class Answers(NamedTuple):
    """What C++ Nix answers: containers and units by name. A unit that it does not know is not there."""

    containers: dict[str, Container]
    units: dict[str, UnitAnswer]


def find_nix(wanted: str | None) -> str | None:
    """The nix-instantiate to ask: the one that is wanted, or one on PATH; None where there is none."""
    return shutil.which(wanted if wanted is not None else "nix-instantiate")


def version_of(nix: str) -> str:
    """The version of a nix-instantiate: `2.34.8`."""
    done = subprocess.run([nix, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    found = re.search(r"\d[\w.]*$", done.stdout.strip())
    return found[0] if found else "of an unknown version"


def ask(nix: str, question: Question, units: Sequence[str] | None) -> Answers:
    """The container that a file makes or, with `units`, these units of a configuration and their containers.

    Raises OutputError with C++ Nix's words where it refuses the file."""
    with TemporaryDirectory(prefix="pyoci-compare-", ignore_cleanup_errors=True) as store:
        answer = _evaluate(nix, question, units, store)
        derivations = _derivations(Path(store) / _STORE)
        if units is None:
            container = container_at(answer["derivation"], derivations, question.name)
            if container is None:
                raise OutputError(f"what C++ Nix makes of {question.name} is no container")
            return Answers({question.name: container}, {})
        answers = Answers({}, {})
        for name, unit in answer.items():
            if unit is None:
                continue
            answers.units[name] = UnitAnswer(unit["text"], tuple(unit["wantedBy"]), tuple(unit["requiredBy"]))
            for derivation in unit["derivations"]:
                container = container_at(derivation, derivations, container_name(name))
                if container is not None:
                    answers.containers[container.name] = container
        return answers


def _evaluate(nix: str, question: Question, units: Sequence[str] | None, store: str) -> dict[str, Any]:
    expression = (
        f"import {_path(_ASK)} {{ tree = {_path(question.tree)}; system = {quoted(question.system)};\n"
        f"value = {question.value};\n"
        f"arguments = {question.arguments}; path = {_list(question.path)};\n"
        f"units = {'null' if units is None else _list(units)}; }}"
    )
    done = subprocess.run(
        [nix, "--store", store, "--read-write-mode", "--eval", "--strict", "--json", "--expr", expression],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        cwd=question.folder,
        env={name: value for name, value in os.environ.items() if name != "NIX_REMOTE"},
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip() or f"(nothing is said, the exit status of '{nix}' is {done.returncode})"
        raise OutputError(f"C++ Nix refuses the file:\n{said}")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise OutputError(f"'{nix}' is no nix-instantiate: its answer is no JSON") from None
    return answer


def _derivations(store: Path) -> dict[str, Derivation]:
    """All derivations that C++ Nix wrote."""
    found = {}
    for file in store.glob("*.drv"):
        found[f"/{_STORE}/{file.name}"] = Derivation.from_text(file.name[33:-4], file.read_bytes())
    return found


def _path(path: Path) -> str:
    """A Nix expression of a path, whatever characters are in it."""
    return f"(/. + {quoted(str(path))})"


def _list(words: Sequence[str]) -> str:
    return f"[ {' '.join(map(quoted, words))} ]"


def quoted(text: str) -> str:
    """A Nix string."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("${", "\\${")):
        text = text.replace(plain, escaped)
    return f'"{text}"'
