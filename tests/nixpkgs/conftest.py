"""Nix evaluators and package sets that the embedded Nix files are tested with."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

import pyoci

EMBEDDED = Path(__file__).parents[2] / "src" / "pyoci" / "nixpkgs"


class EvaluationFailed(Exception):
    """An evaluation ended with an error; the text is what was said of it."""


class Nix(Protocol):
    """An evaluator."""

    def json(self, expression: str) -> Any:
        """The value of an expression. Raises EvaluationFailed."""


@dataclass(frozen=True)
class CppNix:
    """A nix-instantiate."""

    program: str

    def json(self, expression: str) -> Any:
        run = subprocess.run(
            [self.program, "--eval", "--strict", "--json", "-E", expression],
            env={**os.environ, "NIX_REMOTE": "dummy://"},
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise EvaluationFailed(run.stderr)
        return json.loads(run.stdout)


@dataclass(frozen=True)
class Pyoci:
    """pyoci, in this process."""

    def json(self, expression: str) -> Any:
        try:
            return json.loads(pyoci.evaluate(f"builtins.toJSON ({expression})"))
        except pyoci.NixError as error:
            raise EvaluationFailed(error.message) from error


@pytest.fixture(scope="session")
def reference() -> Nix:
    """C++ Nix."""
    program = os.environ.get("PYOCI_TEST_NIX")
    if not program:
        pytest.skip("skipped: PYOCI_TEST_NIX names no nix-instantiate")
    return CppNix(program)


@pytest.fixture(scope="session")
def nixpkgs() -> Path:
    """A nixpkgs tree of July 2020."""
    tree = os.environ.get("PYOCI_TEST_NIXPKGS")
    if not tree:
        pytest.skip("skipped: PYOCI_TEST_NIXPKGS names no nixpkgs tree")
    return Path(tree)


@dataclass(frozen=True)
class Packages:
    """An evaluator, and a package set with our ociTools for it."""

    nix: Nix
    expression: str

    def json(self, body: str, flavour: str = "pyoci") -> Any:
        """The value of an expression in which `pkgs` is the package set. Raises EvaluationFailed."""
        return self.nix.json(self.let(body, flavour))

    def error(self, body: str, flavour: str = "pyoci") -> str:
        """What is said of such an expression, which must fail."""
        try:
            value = self.json(body, flavour)
        except EvaluationFailed as failed:
            return str(failed)
        pytest.fail(f"no error, but the value {value!r}")

    def let(self, body: str, flavour: str = "pyoci") -> str:
        """An expression in which `pkgs` is the package set."""
        return f"""
            let
              packages = {self.expression};
              pkgs = packages // {{ ociTools = packages.ociTools.withFlavour "{flavour}"; }};
            in {body}
        """


def embedded(nix: Nix) -> Packages:
    """The package set that comes with pyoci."""
    return Packages(nix, "import <nixpkgs> { }")


def on_tree(nix: Nix, tree: Path) -> Packages:
    """Our ociTools, and our library, on the packages of a nixpkgs tree."""
    return Packages(
        nix,
        f"""
        (let
          tree = import {tree} {{ config = {{ }}; overlays = [ ]; system = "x86_64-linux"; }};
          lib = import {EMBEDDED}/lib;
        in tree // {{
          inherit lib;
          ociTools = import {EMBEDDED}/oci-tools.nix (tree // {{
            inherit lib;
            containerTemplate = import {EMBEDDED}/oci-template.nix tree;
          }});
        }})
        """,
    )


@pytest.fixture(
    scope="session",
    params=[
        "pyoci",
        pytest.param("pyoci on nixpkgs", marks=pytest.mark.slow),
        pytest.param("C++ Nix on nixpkgs", marks=pytest.mark.slow),
    ],
)
def packages(request: pytest.FixtureRequest) -> Packages:
    """Each evaluator and package set in turn."""
    if request.param == "pyoci":
        return embedded(Pyoci())
    tree: Path = request.getfixturevalue("nixpkgs")
    return on_tree(request.getfixturevalue("reference") if "C++" in request.param else Pyoci(), tree)


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder of our modules."""
    return EMBEDDED / "modules"
