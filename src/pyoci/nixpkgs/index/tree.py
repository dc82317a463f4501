"""Asking a nixpkgs tree: the functions of describe.nix, evaluated.

`Tree` is all that `maker` knows of an evaluator. `NixInstantiateTree` has a C++ Nix answer (some ten times faster on a
whole nixpkgs); pyoci's own evaluator is the other one, in `evaluated`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Protocol

from pyoci.nixpkgs.index.learn import Json
from pyoci.runtime.errors import EvalError, StoreError
from pyoci.store.derivation import Derivation, hash_modulo

DESCRIBE: Final = Path(__file__).with_name("describe.nix")


_INPUT: Final = re.compile(rb'\("(/nix/store/[^"\\]+\.drv)",\[')
"""An input derivation in the text of another one. (Quotes inside of strings are escaped there.)"""


class TreeError(EvalError):
    """The tree could not answer; `message` is the evaluator's."""


def without_allowances() -> dict[str, str]:
    """The environment without what nixpkgs takes for permission (`NIXPKGS_ALLOW_UNFREE`, …)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NIXPKGS_ALLOW_")}


class Tree(Protocol):
    """A nixpkgs tree that can be asked."""

    batch: int
    """How many names to ask for at once."""
    folder: str
    """Where the tree is; an index says nothing of it."""
    tells_errors: bool
    """Whether asking one attribute for the reason of its failure is cheap."""

    def call(self, function: str, argument: dict[str, Any]) -> Json:
        """What a function of describe.nix answers, as JSON.

        Raises TreeError where the evaluation fails for a reason that `tryEval` does not catch."""

    def modulo(self, derivation_path: str) -> str:
        """The hash modulo of a derivation that an answer named."""

    def inputs(self, derivation_path: str) -> set[str]:
        """The derivations that one is made with directly."""

    def source(self, store_path: str) -> str | None:
        """The contents of a file that an answer named; None for a folder."""


class NixInstantiateTree:
    """A tree that C++ Nix evaluates, with a store of its own to keep the derivations in."""

    batch = 500
    tells_errors = False

    def __init__(self, tree: Path, system: str, store: Path, program: str = "nix-instantiate") -> None:
        self.folder = str(tree)
        self._expression: Final = f"(import {DESCRIBE} {{ tree = {tree}; system = {json.dumps(system)}; }})"
        self._store: Final = store
        self._program: Final = program
        self._modulos: dict[str, str] = {}

    def call(self, function: str, argument: dict[str, Any]) -> Json:
        text = json.dumps(argument)
        quoted = text.replace("''", "'''").replace("${", "''${")
        result = subprocess.run(
            [
                *(self._program, "--store", str(self._store), "--read-write-mode", "--eval", "--strict", "--json"),
                *("--expr", f"{self._expression}.{function} (builtins.fromJSON ''{quoted}'')"),
            ],
            capture_output=True,
            text=True,
            env=without_allowances(),
            check=False,
        )
        if result.returncode != 0:
            raise TreeError(_first_error(result.stderr))
        return json.loads(result.stdout)

    def _in_store(self, path: str) -> Path:
        return self._store / path.removeprefix("/")

    def modulo(self, derivation_path: str) -> str:
        # Inputs first, without recursion: chains of thousands of derivations occur.
        waiting = [derivation_path]
        read: dict[str, Derivation] = {}
        while waiting:
            path = waiting[-1]
            if path in self._modulos:
                waiting.pop()
                continue
            if path not in read:
                name = path.rpartition("/")[2][33:].removesuffix(".drv")
                try:
                    read[path] = Derivation.from_text(name, self._in_store(path).read_bytes())
                except OSError as error:
                    raise StoreError(f"cannot read the derivation '{path}': {error.strerror}") from None
            derivation = read[path]
            missing = []
            if derivation.fixed_output is None:
                missing = [drv for drv in derivation.input_derivations if drv not in self._modulos]
            if missing:
                waiting.extend(missing)
                continue
            self._modulos[path] = hash_modulo(derivation, self._known)
            del read[path]
            waiting.pop()
        return self._modulos[derivation_path]

    def _known(self, path: str, outputs: Iterable[str]) -> str:
        return self._modulos[path]

    def inputs(self, derivation_path: str) -> set[str]:
        text = self._in_store(derivation_path).read_bytes()
        return {path.decode() for path in _INPUT.findall(text)}

    def source(self, store_path: str) -> str | None:
        path = self._in_store(store_path)
        if path.is_dir():
            return None
        try:
            return path.read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            raise StoreError(f"cannot read '{store_path}': {error.strerror}") from None


def _first_error(text: str) -> str:
    """The message of an evaluator's standard error, without places and traces: the last of its errors in full."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if line.strip().startswith("error:")]
    if not starts:
        return text.strip()
    message = [lines[starts[-1]].strip().removeprefix("error:").strip()]
    for line in lines[starts[-1] + 1 :]:
        if not line.strip() or line.lstrip().startswith(("at ", "…", "(use ")):
            if message != [""]:
                break
            continue
        message.append(line.strip())
    return " ".join(part for part in message if part)
