"""Random units, of our modules by pyoci and of NixOS of July 2020 by C++ Nix."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Nix, Pyoci

PACKAGES = [f"pkgs.{name}" for name in "hello bash openssl curl git nginx redis python3 coreutils systemd".split()]

RELATIONS = """
    wantedBy requiredBy after before wants requires requisite bindsTo partOf conflicts onFailure documentation aliases
""".split()

FLAGS = "enable restartIfChanged reloadIfChanged stopIfChanged".split()

SCRIPTS = "script preStart postStart preStop postStop reload".split()

SETTINGS = [
    *('"x"', "1", "-3", "1.5", "true", "false", "null", '"é"', r'"a\nb"', '[ "a" " b" ]', "[ ]", "[ 1 true ]", "/etc"),
    *(r'"%h $A \"q\""', '(lib.mkForce "f")', "(lib.mkDefault 5)", '(lib.mkIf true "i")', '(lib.mkIf false "n")'),
]

TEXTS = ['"x"', '"a b"', '"q\\"q"', '"$x %i"', '"é"', "null", '(lib.mkForce "y")']

LINES = ['"echo hi"', '""', '(lib.mkBefore "first")', '(lib.mkMerge [ "a" (lib.mkAfter "z") ])', "''\n  a\n    b\n''"]

KINDS = {"sockets": "socketConfig", "timers": "timerConfig", "paths": "pathConfig", "slices": "sliceConfig"}


class Written:
    """Texts of definitions, by chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.one = self.random.choice

    def units(self) -> str:
        some = ['"a.service"', '"b.target"', '"x y"', '"${pkgs.hello}"']
        return f"[ {' '.join(self.one(some) for _ in range(self.random.randrange(4)))} ]"

    def setting(self) -> str:
        return self.one([*SETTINGS, self.one(PACKAGES), f'"${{{self.one(PACKAGES)}}}/bin/x"'])

    def settings(self, *names: str) -> str:
        chosen = self.random.sample(names, self.random.randrange(len(names) + 1))
        return f"{{ {' '.join(f'{name} = {self.setting()};' for name in chosen)} }}"

    def environment(self) -> str:
        chosen = self.random.sample(["A", "FOO_BAR", "LANG", "HOME"], self.random.randrange(4))
        return f"{{ {' '.join(f'{name} = {self.one([*TEXTS, *PACKAGES])};' for name in chosen)} }}"

    def common(self) -> dict[str, Callable[[], str]]:
        return {
            **dict.fromkeys(RELATIONS, self.units),
            "description": lambda: self.one(['"d"', '"é x"', '""']),
            "enable": lambda: self.one(["true", "false"]),
            "unitConfig": lambda: self.settings("ConditionPathExists", "X", "DefaultDependencies"),
            "restartTriggers": lambda: f'[ {self.one(PACKAGES)} "x" ]',
            "startLimitIntervalSec": lambda: "7",
        }

    def service(self) -> dict[str, Callable[[], str]]:
        return {
            **self.common(),
            **dict.fromkeys(FLAGS, lambda: self.one(["true", "false"])),
            **dict.fromkeys(SCRIPTS, lambda: self.one(LINES)),
            "environment": self.environment,
            "path": lambda: f'[ {self.one(PACKAGES)} "/x" ]',
            "startAt": lambda: self.one(['"daily"', '[ "a" "b" ]', "[ ]"]),
            "serviceConfig": lambda: self.settings("User", "Nice", "Environment", "ReadWritePaths", "LimitNOFILE"),
        }

    def definition(self, number: int) -> str:
        name = self.one(["s%d", "s-%d", "s%d@", "s.%d", "s_%d"]) % number
        kind = self.one(["services"] * 6 + ["user.services", "targets", *KINDS])
        options = self.service() if kind.endswith("services") else self.common()
        if kind in KINDS:
            options[KINDS[kind]] = lambda: self.settings("A", "B", "C")
        chosen = self.random.sample(sorted(options), self.random.randrange(1, 8))
        return f'systemd.{kind}."{name}" = {{ {" ".join(f"{option} = {options[option]()};" for option in chosen)} }};'


def units(nix: Nix, nixos: str, file: Path) -> Any:
    """Of the units whose names are random ones, what shows of them."""
    return nix.json(
        f"""
        let
          inherit ((import {nixos} {{ configuration = {file}; system = "x86_64-linux"; }}).config) systemd;
          show = unit: {{ inherit (unit) text enable wantedBy requiredBy aliases; }};
          ours = set: builtins.intersectAttrs set (builtins.listToAttrs (builtins.filter (one: one.value) (map
            (name: {{ inherit name; value = builtins.match "s[-.@_]?[0-9]+@?[.].*" name != null; }})
            (builtins.attrNames set))));
          shown = set: builtins.mapAttrs (name: _: show set.${{name}}) (ours set);
        in {{ system = shown systemd.units; user = shown systemd.user.units; }}
        """
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_units(reference: Nix, nixpkgs: Path, tmp_path: Path, seed: int) -> None:
    written = Written(seed)
    definitions = [written.definition(number) for number in range(200)]
    file = tmp_path / "units.nix"
    file.write_text("{ pkgs, lib, ... }: {\n" + "\n".join(definitions) + "\n}\n")
    wanted, made = units(reference, f"{nixpkgs}/nixos", file), units(Pyoci(), "<nixpkgs/nixos>", file)
    assert sum(map(len, wanted.values())) >= 200
    for manager, of_manager in wanted.items():
        assert made[manager].keys() == of_manager.keys()
        for name, unit in of_manager.items():
            assert made[manager][name] == unit, name
