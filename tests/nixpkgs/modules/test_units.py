"""Units of our modules against those that NixOS of July 2020 makes of the same definitions.

expected/*.json hold what NixOS made; they are outputs for our own definitions, and nothing of NixOS. Running this file
as a program writes them anew, with PYOCI_TEST_NIX on PYOCI_TEST_NIXPKGS.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
DEFINITIONS = sorted((HERE / "definitions").glob("*.nix"))

# Without the units that NixOS has by itself.
EXPRESSION = """
let
  systemd = module: (import {tree}/nixos {{ configuration = module; system = "x86_64-linux"; }}).config.systemd;
  bare = systemd {{ }};
  used = systemd {definition};
  show = unit: {{ inherit (unit) text enable wantedBy requiredBy aliases; }};
  added = set: old: builtins.mapAttrs (_: show) (builtins.removeAttrs set (builtins.attrNames old));
in {{
  units = added used.units bare.units;
  user = added used.user.units bare.user.units;
}}
"""


def expected_file(definition: Path) -> Path:
    """Where the units of a definition are recorded."""
    return HERE / "expected" / f"{definition.stem}.json"


def expression(tree: Path, definition: Path | str) -> str:
    """The units that NixOS makes of a definition, as a Nix expression."""
    return EXPRESSION.format(tree=tree, definition=definition)


def _units(packages: Any, modules: Path, definition: Path, flavour: str) -> Any:
    return packages.json(
        f"""
        let config = (import {modules}/eval-config.nix {{ inherit pkgs; modules = [ {definition} ]; }}).checked;
        in {{ inherit (config.systemd) units; user = config.systemd.user.units; }}
        """,
        flavour,
    )


def _expected(definition: Path) -> Any:
    return json.loads(expected_file(definition).read_text())


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_units_are_those_of_nixos(packages: Any, modules: Path, definition: Path) -> None:
    assert _units(packages, modules, definition, "nixpkgs") == _expected(definition)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_pyoci_flavour_differs_in_containers_only(packages: Any, modules: Path, definition: Path) -> None:
    ours, theirs = _units(packages, modules, definition, "pyoci"), _expected(definition)
    for name, unit in ours["units"].items():
        if name.startswith("railcar-"):
            unit["text"], restart = _without_restart(unit["text"])
            assert restart == "on-failure"
            unit["text"] = _without_bundle(unit["text"])
            theirs["units"][name]["text"] = _without_bundle(theirs["units"][name]["text"])
    assert ours == theirs


def _without_restart(text: str) -> tuple[str, str]:
    head, _, tail = text.partition("\nRestart=")
    value, _, rest = tail.partition("\n")
    return f"{head}\n{rest}", value


def _without_bundle(text: str) -> str:
    lines = text.split("\n")
    (index,) = (index for index, line in enumerate(lines) if line.startswith("ExecStart="))
    command, separator, bundle = lines[index].partition(" -b /nix/store/")
    assert separator and bundle.endswith("-join")
    lines[index] = command
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("definition", [path for path in DEFINITIONS if path.stem.startswith("railcar")])
def test_nixos_with_our_railcar(packages: Any, reference: Any, nixpkgs: Path, modules: Path, definition: Path) -> None:
    both = f"{{ imports = [ {modules}/nixos.nix {definition} ]; }}"
    assert reference.json(expression(nixpkgs, both)) == _units(packages, modules, definition, "pyoci")


@pytest.mark.slow
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_recorded_units_are_those_of_nixos(reference: Any, nixpkgs: Path, definition: Path) -> None:
    assert reference.json(expression(nixpkgs, definition)) == _expected(definition)


def record() -> None:
    """Write expected/*.json."""
    for definition in DEFINITIONS:
        text = expression(Path(os.environ["PYOCI_TEST_NIXPKGS"]), definition)
        command = [os.environ["PYOCI_TEST_NIX"], "--eval", "--strict", "--json", "-E", text]
        units = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        expected_file(definition).write_text(json.dumps(units, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    record()
