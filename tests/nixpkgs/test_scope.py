"""Configurations as the commands see them: on the embedded modules, and on the NixOS of a tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import pyoci.nixpkgs.embedded
from pyoci.cli import main
from pyoci.evaluator import Evaluator
from pyoci.runtime.thunks import force
from pyoci.settings import Settings

EMBEDDED = Path(pyoci.nixpkgs.embedded.__file__).parent

TREE = {
    "default.nix": f"{{ config, overlays, system }}: import {EMBEDDED} {{ inherit overlays system; }}",
    "nixos/default.nix": f"""
        {{ configuration, system }}:
        let
          pkgs = import {EMBEDDED} {{ inherit system; }};
          evaluated = pkgs.lib.evalModules {{
            modules = [ ../modules/systemd.nix ../modules/web.nix ../modules/virtualisation/railcar.nix configuration ];
            specialArgs = {{ inherit pkgs; }};
          }};
        in
        {{ inherit (evaluated) config options; inherit pkgs; }}
    """,
    # As much of NixOS as there must be: definitions of services become units, and a service may bring a timer.
    "modules/systemd.nix": """
        { config, lib, ... }:
        let
          any = lib.types.attrsOf lib.types.unspecified;
          kinds = [ "paths" "services" "slices" "sockets" "targets" "timers" ];
          unitsOf = kind: lib.mapAttrs' (name: unit:
            lib.nameValuePair "${name}.${lib.removeSuffix "s" kind}" { text = unit.text or name; wantedBy = [ ]; })
            config.systemd.${kind};
        in
        {
          options = {
            warnings = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
            networking.hostName = lib.mkOption { default = "nixos"; };
            nixpkgs.overlays = lib.mkOption { default = [ ]; };
            systemd = lib.genAttrs (kinds ++ [ "units" ]) (_: lib.mkOption { type = any; default = { }; });
          };
          config.systemd = {
            services.journald = { };
            timers = lib.mapAttrs (_: unit: { text = unit.startAt; })
              (lib.filterAttrs (_: unit: unit ? startAt) config.systemd.services);
            units = lib.mkMerge (map unitsOf kinds);
          };
        }
    """,
    "modules/web.nix": """
        { config, lib, ... }:
        {
          options.services.web.enable = lib.mkOption { default = false; };
          options.services.mail.enable = lib.mkOption { default = true; };
          config.systemd.sockets = lib.mkIf config.services.web.enable { web = { }; };
        }
    """,
    "modules/virtualisation/railcar.nix": """
        { config, lib, ... }:
        {
          options.services.railcar.containers = lib.mkOption { default = { }; };
          config.systemd.services = lib.mapAttrs' (name: _: lib.nameValuePair "railcar-${name}" { text = "theirs"; })
            config.services.railcar.containers;
        }
    """,
}


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """A tree with a NixOS of its own."""
    for name, text in TREE.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    yield tmp_path / "tree"


CONFIGURATIONS: dict[str, set[str]] = {
    "{ }": set(),
    '{ networking.hostName = "x"; }': set(),
    '{ systemd.services.mine.startAt = "daily"; }': {"mine.service", "mine.timer"},
    "{ services.web.enable = true; }": {"web.socket"},
    "{ services.railcar.containers.a = { }; }": {"railcar-a.service"},
    "{ config, lib, ... }: lib.mkIf config.services.mail.enable { services.web.enable = true; }": {"web.socket"},
    "{ lib, ... }: { config = lib.mkMerge [ { services.web.enable = lib.mkForce true; } ]; }": {"web.socket"},
    "{ lib, ... }: { services.web = lib.mkIf false { enable = throw null; }; }": set(),
    "{ ... }: { imports = [ ./other.nix ]; systemd.targets.mine = { }; }": {"mine.target", "other.path"},
    "{ modulesPath, ... }: { systemd.units.own = { text = modulesPath; }; }": {"own"},
}


@pytest.mark.parametrize(("text", "expected"), CONFIGURATIONS.items(), ids=CONFIGURATIONS)
def test_units_that_a_configuration_brings(tree: Path, tmp_path: Path, text: str, expected: set[str]) -> None:
    (tmp_path / "other.nix").write_text("{ systemd.paths.other = { }; }")
    (tmp_path / "configuration.nix").write_text(text)
    evaluator = Evaluator(Settings(nixpkgs=tree, use_cache=False))

    def brought() -> set[str]:
        module = evaluator.eval_file(tmp_path / "configuration.nix")
        configured = evaluator.configuration(module, str(tmp_path / "configuration.nix"))
        return {str(force(name)) for name in force(configured.brought)}

    assert evaluator.run(brought) == expected


def test_eval_shows_those_or_all(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "configuration.nix"
    file.write_text('{ services.web.enable = true; warnings = [ "beware of the web" ]; }')
    assert main(["eval", str(file), "--nixpkgs", str(tree)]) == 0
    shown = capsys.readouterr()
    assert [line for line in shown.out.splitlines() if line.startswith("# ")] == ["# unit web.socket"]
    assert shown.err == "warning: beware of the web\n"
    assert main(["eval", str(file), "--nixpkgs", str(tree), "--all"]) == 0
    units = [line for line in capsys.readouterr().out.splitlines() if line.startswith("# ")]
    assert units == ["# unit journald.service", "# unit web.socket"]


def test_our_railcar_in_the_nixos_of_a_tree(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["eval", "-E", "{ config, ... }: { services.railcar.containers = { }; }", "--nixpkgs", str(tree)]
    assert main([*words, "-A", "config.services.railcar", "--strict"]) == 0
    assert capsys.readouterr().out == "{ containers = { }; }\n"
    assert main([*words, "--ocitools", "pyoci", "-A", "config.services.railcar.stateDir"]) == 0
    assert capsys.readouterr().out == '"/var/railcar"\n'


def test_a_configuration_of_the_embedded_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "configuration.nix"
    file.write_text(
        """
        { config, pkgs, ... }:
        {
          nixpkgs.config.allowUnfree = true;
          nixpkgs.overlays = [ (final: previous: { greeting = "of ${previous.hello.name}"; }) ];
          warnings = [ "careful" ];
          systemd.services.mine.description = "${pkgs.greeting} ${pkgs.lib.boolToString pkgs.config.allowUnfree}";
        }
        """
    )
    assert main(["eval", str(file)]) == 0
    shown = capsys.readouterr()
    assert "Description=of hello-2.10 true\n" in shown.out
    assert shown.err == "warning: careful\n"
    assert main(["eval", str(file), "-A", "config.systemd.services.mine.description"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.slow
@pytest.mark.skipif("PYOCI_TEST_NIXPKGS" not in os.environ, reason="skipped: PYOCI_TEST_NIXPKGS is not set")
@pytest.mark.parametrize("flavour", ["pyoci", "nixpkgs"])
def test_a_real_nixos(tmp_path: Path, capsys: pytest.CaptureFixture[str], flavour: str) -> None:
    file = tmp_path / "configuration.nix"
    file.write_text(
        """
        { pkgs, lib, config, ... }:
        {
          networking.hostName = "x";
          services.openssh = lib.mkIf (config.networking.hostName == "x") { enable = true; };
          services.railcar = { enable = true; containers.hello.cmd = "${pkgs.hello}/bin/hello"; };
          systemd.services.mine = { startAt = "daily"; script = "true"; };
        }
        """
    )
    assert main(["eval", str(file), "--nixpkgs", os.environ["PYOCI_TEST_NIXPKGS"], "--ocitools", flavour]) == 0
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("# ")]
    assert heads == [
        "# unit mine.service",
        "# unit mine.timer",
        "# unit railcar-hello.service",
        "# unit sshd.service",
        "# container hello",
    ]
