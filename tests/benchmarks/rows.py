"""The rows of the benchmark: what is evaluated by whom, and the goal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from measure import HERE, Command, Subject

ROOT = HERE.parent.parent
PROGRAMS = HERE / "programs"
EXAMPLE = ROOT / "nix-examples" / "container.nix"


@dataclass(frozen=True)
class Row:
    """A row: the words for each kind of program. `goal` is of wall time, in relation to the first nix-instantiate;
    `compared` tells whether the answers must be the same."""

    name: str
    what: str
    goal: float | None
    pyoci: tuple[str, ...]
    nix: tuple[str, ...] = ()
    """Words behind nix-instantiate; none where there is nothing to compare with."""
    snix: Path | None = None
    """A program that snix is given too."""
    first: bool = False
    """Each run of pyoci begins with an empty cache folder."""
    memory_goal: float | None = None
    compared: bool = True
    parses: Path | None = None
    """pyoci parses this file and prints the number of its nodes, instead of running as a command."""


@dataclass
class Peers:
    """The programs that take part."""

    pyoci: list[str]
    nix: dict[str, str]
    pythons: dict[str, str]
    snix: str | None
    caches: Path
    environment: dict[str, str] = field(default_factory=dict)

    def subjects(self, row: Row) -> list[Subject]:
        """Who runs a row: pyoci first, then each nix-instantiate, snix, and pyoci under other Pythons."""
        subjects = [Subject("pyoci", self._pyoci(row, self.pyoci, "cache"))]
        if row.nix:
            subjects += [Subject(name, Command((nix, *row.nix), self.environment)) for name, nix in self.nix.items()]
        if row.snix is not None and self.snix is not None:
            words = (self.snix, "-c", _SNIX, str(row.snix))
            subjects.append(Subject("snix", Command(words, self.environment)))
        for name, python in self.pythons.items():
            command = [python, "-c", _PROGRAM]
            subjects.append(Subject(f"pyoci, {name}", self._pyoci(row, command, f"cache-{name}")))
        return subjects

    def _pyoci(self, row: Row, command: list[str], cache: str) -> Command:
        folder = self.caches / cache
        environment = {**self.environment, "XDG_CACHE_HOME": str(folder)}
        # An installed pyoci is measured as it is: the source has no parse table, which installing makes.
        if command[1:2] == ["-c"]:
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
        words = [*command, *row.pyoci]
        if row.parses is not None:
            python = command[0] if command[1:2] == ["-c"] else sys.executable
            words = [python, "-c", _PARSE, str(row.parses)]
        if not row.first:
            return Command(tuple(words), environment)
        environment["XDG_CACHE_HOME"] = str(self.caches / "first")
        return Command(tuple(words), environment, lambda: shutil.rmtree(self.caches / "first", ignore_errors=True))


_PROGRAM = "from pyoci.cli import program; program()"

_SNIX = "import json, nixeval, sys; print(json.dumps(nixeval.loads(open(sys.argv[1]).read())))"

_PARSE = """
import gc, os, sys
from pyoci.syntax.parser import parse
from pyoci.syntax.source import Source
gc.disable()  # as the program does
text = open(sys.argv[1], encoding="utf-8", errors="surrogateescape").read()
tree = parse(Source(text, sys.argv[1], os.fsencode(os.path.dirname(sys.argv[1]))))
while not hasattr(tree, "attributes"):  # through lambdas, let and with to the set
    tree = tree.body
print(len(tree.attributes), flush=True)
os._exit(0)  # as the program does
"""

_EVAL = ("--eval", "--strict")
_FRONT = ("nix-instantiate", "--no-eval-cache", *_EVAL)


def rows(tree: Path | None) -> Iterator[Row]:
    """All rows; those on nixpkgs only where there is a tree."""
    yield Row("start", "-E 1", 2.0, (*_FRONT, "-E", "1"), (*_EVAL, "-E", "1"), memory_goal=1.3)
    if tree is not None:
        yield from _on_nixpkgs(tree)
    for program, what in _PROGRAMS.items():
        file = PROGRAMS / f"{program}.nix"
        words = (*_EVAL, "--json", str(file))
        yield Row(program, what, 4.0, ("nix-instantiate", "--no-eval-cache", *words), words, snix=file)
    yield Row("remembered-start", "-E 1, remembered", None, ("eval", "-E", "1"), (*_EVAL, "-E", "1"))
    for count in (10, 100, 1000):
        grown = ("eval", "--no-eval-cache", "--raw", "-E", _embedded(count), "-A", "config.systemd.units.all.text")
        yield Row(f"growth-{count}", f"{count} railcar containers, embedded set", None, grown)


def _on_nixpkgs(tree: Path) -> Iterator[Row]:
    pkgs = f'import {tree} {{ config = {{ }}; overlays = [ ]; system = "x86_64-linux"; }}'
    hello = f"({pkgs}).hello.drvPath"
    container = f"(builtins.scopedImport {{ pkgs = {pkgs}; }} {EXAMPLE}).drvPath"
    unit = f'({_nixos(tree, 1)}).config.systemd.units."railcar-hello1.service".text'
    toplevel = f"({_nixos(tree, 1)}).config.system.build.toplevel.drvPath"

    def expression(
        name: str, what: str, goal: float | None, text: str, *, first: bool = False, remembered: bool = False
    ) -> Row:
        words = (*_EVAL, "-E", text)
        front = ("nix-instantiate", *words) if remembered else (*_FRONT, "-E", text)
        memory_goal = None if first or remembered or goal is None else 1.3
        return Row(name, what, goal, front, words, first=first, memory_goal=memory_goal)

    example = ("--raw", "-A", "drvPath", str(EXAMPLE))
    embedded = ("eval", "--no-eval-cache", "--ocitools", "nixpkgs", *example)
    example_by_nix = (*_EVAL, "-E", container)
    yield Row("embedded", "container.nix, embedded set / on nixpkgs", 0.5, embedded, example_by_nix, memory_goal=1.3)
    yield expression("hello", "hello.drvPath", 1.1, hello)
    yield expression("container", "the post's container", 1.1, container)
    yield expression("unit", "NixOS, the railcar unit's text", 1.4, unit)
    yield expression("toplevel", "NixOS, toplevel.drvPath", 1.8, toplevel)
    yield expression("first-hello", "first run: hello.drvPath", 5.0, hello, first=True)
    yield expression("first-toplevel", "first run: NixOS, toplevel.drvPath", 5.0, toplevel, first=True)
    yield Row("first-embedded", "first run: container.nix, embedded set", 2.0, embedded, example_by_nix, first=True)
    packages = tree / "pkgs" / "top-level" / "all-packages.nix"
    yield Row(
        "parse", "parse all-packages.nix, print a count / --parse", 3.0, (), ("--parse", str(packages)),
        compared=False, parses=packages,
    )  # fmt: skip
    yield Row(
        "remembered-container", "pyoci eval container.nix on nixpkgs, remembered", 0.35,
        ("eval", "--nixpkgs", str(tree), *example), example_by_nix,
    )  # fmt: skip
    yield expression("remembered-unit", "NixOS, the unit's text, remembered", 0.15, unit, remembered=True)
    for count in (10, 100, 1000):
        text = (
            f"builtins.attrValues (builtins.mapAttrs (_: unit: unit.text) ({_nixos(tree, count)}).config.systemd.units)"
        )
        yield expression(f"growth-nixos-{count}", f"NixOS, all units, {count} containers", None, text)


def _containers(count: int) -> str:
    """A configuration with so many containers. A module, in Nix."""
    one = '{ name = "hello${toString n}"; value.cmd = "${pkgs.hello}/bin/hello -g ${toString n}"; }'
    return (
        "{ pkgs, ... }: { services.railcar = { enable = true; containers = builtins.listToAttrs "
        f"(builtins.genList (m: let n = m + 1; in {one}) {count}); }}; }}"
    )


def _nixos(tree: Path, count: int) -> str:
    system = "{ boot.isContainer = true; }"
    return f"import {tree}/nixos {{ configuration = {{ imports = [ {system} ({_containers(count)}) ]; }}; }}"


def _embedded(count: int) -> str:
    """A module whose unit `all` has the texts of the units of all containers."""
    return f"""
      {{ config, pkgs, ... }}: {{
        imports = [ ({_containers(count)}) ];
        systemd.units.all.text = builtins.concatStringsSep "\\n" (map
          (n: config.systemd.units."railcar-hello${{toString n}}.service".text) (builtins.genList (n: n + 1) {count}));
      }}"""


_PROGRAMS = {
    "fib": "fib 25",
    "foldl": "foldl' over 1e6",
    "updates": "200-deep chains of //",
    "closure": "genericClosure of 1e5",
    "sort": "sort of 1e5",
    "replace": "replaceStrings on 1 MB",
    "attributes": "listToAttrs, mapAttrs: 1e5",
    "strings": "interpolation",
    "recursion": "recursion 9,000 deep",
    "withs": "chains of with",
}
