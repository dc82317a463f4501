"""Nix evaluators and package sets that the embedded Nix files are tested with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

EMBEDDED = Path(__file__).parents[2] / "src" / "pyoci" / "nixpkgs"


class NixError(Exception):
    """An evaluation ended with an error; the text is what was said of it."""


@dataclass(frozen=True)
class Nix:
    """A program that takes nix-instantiate's arguments."""

    command: tuple[str, ...]
    environment: Mapping[str, str]

    def json(self, expression: str) -> Any:
        """The value of an expression. Raises NixError."""
        run = subprocess.run(
            [*self.command, "--eval", "--strict", "--json", "-E", expression],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise NixError(run.stderr)
        return json.loads(run.stdout)

    def error(self, expression: str) -> str:
        """What is said of an expression that must fail."""
        try:
            value = self.json(expression)
        except NixError as failed:
            return str(failed)
        pytest.fail(f"no error, but the value {value!r}")


@pytest.fixture(scope="session")
def reference() -> Nix:
    """C++ Nix."""
    program = os.environ.get("PYOCI_TEST_NIX")
    if not program:
        pytest.skip("skipped: PYOCI_TEST_NIX names no nix-instantiate")
    return Nix((program,), {"NIX_REMOTE": "dummy://"})


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
    pyoci = Nix((sys.executable, "-m", "pyoci", "nix-instantiate"), {"PYTHONPATH": str(EMBEDDED.parents[1])})
    if request.param == "pyoci":
        return embedded(pyoci)
    tree: Path = request.getfixturevalue("nixpkgs")
    return on_tree(request.getfixturevalue("reference") if "C++" in request.param else pyoci, tree)


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder of our modules."""
    return EMBEDDED / "modules"
