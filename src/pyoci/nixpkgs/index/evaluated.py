"""A nixpkgs tree that pyoci itself evaluates, for making an index without any Nix.

All of nixpkgs in one process would be many gigabytes of thunks, so each batch of names is evaluated in a forked child,
which starts from what the parent has (the package set, unevaluated) and hands back JSON and the hashes of the
derivations in it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoci.nixpkgs.index.learn import Json
from pyoci.nixpkgs.index.tree import DESCRIBE, TreeError, without_allowances
from pyoci.runtime.calls import call
from pyoci.runtime.deep import force_deep
from pyoci.runtime.errors import NixError, StoreError
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value

if TYPE_CHECKING:
    from pyoci.evaluator import Evaluator

_DERIVATION: Final = re.compile(r"/nix/store/[0-9a-z]{32}-[0-9A-Za-z+._?=-]+\.drv")
_SOURCE: Final = re.compile(r"/nix/store/[0-9a-z]{32}-[0-9A-Za-z+._?=-]+")


class EvaluatedTree:
    """A tree and an evaluator of pyoci's for it."""

    batch = 200
    tells_errors = True

    def __init__(self, tree: Path, evaluator: Evaluator) -> None:
        self.folder = str(tree)
        self._evaluator: Final = evaluator
        self._modulos: dict[str, str] = {}
        self._inputs: dict[str, list[str]] = {}
        self._sources: dict[str, str | None] = {}
        arguments: dict[str, Lazy] = {"tree": os.fsencode(tree), "system": evaluator.system}
        self._functions: Final[Value] = evaluator.run(
            lambda: call(evaluator.import_file(os.fsencode(DESCRIBE)), arguments)
        )
        # What all packages are made with is evaluated once, here, and compiled code is kept for the children; so is
        # what reads errors.
        assert evaluator.reporter
        evaluator.run(lambda: force_deep(call(force(self._functions["force"]), {"path": (), "name": "stdenv"})))
        evaluator.close()

    def call(self, function: str, argument: dict[str, Any]) -> Json:
        answer = json.loads(_in_child(lambda: self._answer(function, argument)))
        if "error" in answer:
            raise TreeError(answer["error"])
        self._modulos |= answer["modulos"]
        self._sources |= answer["sources"]
        self._inputs |= answer["inputs"]
        return answer["told"]

    def modulo(self, derivation_path: str) -> str:
        if derivation_path not in self._modulos:
            raise StoreError(f"no answer named the derivation '{derivation_path}'")
        return self._modulos[derivation_path]

    def inputs(self, derivation_path: str) -> set[str]:
        return set(self._inputs.get(derivation_path, ()))

    def source(self, store_path: str) -> str | None:
        return self._sources.get(store_path)

    # ---- In the child ----

    def _answer(self, function: str, argument: dict[str, Any]) -> bytes:
        for name in os.environ.keys() - without_allowances().keys():
            del os.environ[name]
        try:
            told = self._evaluator.run(lambda: self._tell(function, argument))
        except NixError as error:
            return json.dumps({"error": error.message}).encode()
        text = json.dumps(told)
        store = self._evaluator.store
        modulos = {path: store.modulo(path) for path in set(_DERIVATION.findall(text))}
        named = set(_SOURCE.findall(text)) if function in ("template", "probe", "platform") else set()
        sources = {path: self._read(path) for path in named}
        # What the parent knows already, it need not be told.
        inputs = {
            path: sorted(made.input_derivations) for path, made in store.derivations.items() if path not in self._inputs
        }
        self._evaluator.close()
        return json.dumps({"told": told, "modulos": modulos, "sources": sources, "inputs": inputs}).encode()

    def _tell(self, function: str, argument: dict[str, Any]) -> Json:
        return _as_json(force_deep(call(force(self._functions[function]), _as_nix(argument))))

    def _read(self, path: str) -> str | None:
        """The contents of a file that evaluation added to the store."""
        store = self._evaluator.store
        if path in store.texts:
            return store.texts[path].content.decode("utf-8", "surrogateescape")
        if path in store.sources:
            origin = Path(os.fsdecode(store.sources[path].origin))
            return origin.read_bytes().decode("utf-8", "surrogateescape") if origin.is_file() else None
        return None


def _in_child(function: Callable[[], bytes]) -> bytes:
    """What a function returns, called in a child of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as file:
                file.write(function())
            status = 0
        except Exception as error:
            # A fault of the evaluator's in one package is told, and costs that package.
            sys.stderr.write(f"internal error: {type(error).__name__}: {error}\n")
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        data = file.read()
    _, status = os.waitpid(child, 0)
    if status != 0 or not data:
        raise TreeError(f"the evaluating process ended with status {os.waitstatus_to_exitcode(status)}")
    return data


def _as_nix(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(_as_nix(element) for element in value)
    if isinstance(value, dict):
        return {name: _as_nix(inner) for name, inner in value.items()}
    return value


def _as_json(value: Value) -> Json:
    """JSON of a deeply forced value; contexts are told apart by describe.nix already."""
    value = force(value)
    if isinstance(value, tuple):
        return [_as_json(element) for element in value]
    if isinstance(value, dict):
        return {name: _as_json(inner) for name, inner in value.items()}
    return str(value) if isinstance(value, str) else value
