"""`import <nixpkgs/nixos>` without nixpkgs: the expressions that one writes for NixOS, and the units that it makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import pyoci
from pyoci import NixError
from pyoci.cli import main

HERE = Path(__file__).parent
SHOWN = "builtins.mapAttrs (_: unit: { inherit (unit) text wantedBy; })"


def value(expression: str) -> Any:
    """What pyoci makes of an expression."""
    return json.loads(pyoci.evaluate(f"builtins.toJSON ({expression})"))


@pytest.mark.parametrize("name", ["own-module", "timer", "submodules"])
@pytest.mark.parametrize(
    "configuration",
    [
        "(import <nixpkgs/nixos> { configuration = DEFINITION; })",
        '(import <nixpkgs/nixos> { system = "x86_64-linux"; configuration = { imports = [ DEFINITION ]; }; })',
        "(import <nixpkgs/nixos/lib/eval-config.nix> { modules = [ DEFINITION ]; })",
    ],
)
def test_units(configuration: str, name: str) -> None:
    expression = configuration.replace("DEFINITION", str(HERE / "definitions" / f"{name}.nix"))
    expected = json.loads((HERE / "expected" / f"{name}.json").read_text())["units"]
    assert value(f"{SHOWN} {expression}.config.systemd.units") == {
        unit: {key: told[key] for key in ("text", "wantedBy")} for unit, told in expected.items()
    }


def test_arguments_of_modules() -> None:
    modules = "[ ({ a, ... }: { systemd.services.x.description = a; }) ({ b, ... }: { imports = b; }) ]"
    given = 'extraArgs.a = "told"; specialArgs.b = [ { systemd.services.y.description = "special"; } ];'
    services = (
        f"(import <nixpkgs/nixos/lib/eval-config.nix> {{ modules = {modules}; {given} }}).config.systemd.services"
    )
    assert value(f"let s = {services}; in [ s.x.description s.y.description ]") == ["told", "special"]


def test_packages_of_the_configuration() -> None:
    overlay = 'nixpkgs.overlays = [ (self: super: { mine = super.writeText "mine" "x"; }) ];'
    assert value(f"(import <nixpkgs/nixos> {{ configuration = {{ {overlay} }}; }}).pkgs.mine.name") == "mine"


def test_the_file_that_the_search_path_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "configuration.nix").write_text('{ networking.hostName = "here"; }')
    words = ["-I", f"nixos-config={tmp_path}/configuration.nix", "-E", "(import <nixpkgs/nixos> { }).config"]
    assert main(["eval", *words, "-A", "networking.hostName"]) == 0
    assert capsys.readouterr().out == '"here"\n'


def test_what_is_not_there() -> None:
    with pytest.raises(NixError, match="attribute 'vm' missing"):
        value("(import <nixpkgs/nixos> { configuration = { }; }).vm")
    with pytest.raises(NixError, match="for x86_64-linux, not for riscv64-linux"):
        value('(import <nixpkgs/nixos> { system = "riscv64-linux"; configuration = { }; }).pkgs.hello')
