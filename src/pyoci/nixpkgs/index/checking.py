"""Checking a new index against its tree: both evaluate the calls of checks.nix.

Releases differ in more than texts. Where what was learnt of a builder makes another derivation than the tree itself,
the index says so when the builder is called, and never gives the other derivation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pyoci.nixpkgs.index.format import lines, read_header, write
from pyoci.nixpkgs.index.records import compact
from pyoci.nixpkgs.index.tree import Tree, TreeError

CHECKS: Final = Path(__file__).with_name("checks.nix")

Paths = Mapping[str, list[str | None]]
"""The derivation paths of checks.nix's calls, by builder; None of a call that fails."""

Evaluate = Callable[[bytes], Paths]
"""Evaluates checks.nix on the packages of an index."""


def checked(data: bytes, tree: Tree, evaluate: Evaluate) -> tuple[bytes, list[str]]:
    """An index that refuses the builders that it has learnt wrongly, and the names of these."""
    wrong = [name for name, paths in evaluate(data).items() if _differs(tree, name, paths)]
    return (_without(data, wrong) if wrong else data), wrong


def _differs(tree: Tree, name: str, paths: list[str | None]) -> bool:
    if not any(paths):
        return False
    return any(
        path is not None and told is not None and path != told
        for path, told in zip(paths, _told(tree, name, len(paths)), strict=True)
    )


def _told(tree: Tree, name: str, count: int) -> list[str | None]:
    try:
        told: list[str | None] = tree.call("checks", {"name": name})
        return told
    except TreeError:
        return [_told_of(tree, name, at) for at in range(count)]


def _told_of(tree: Tree, name: str, at: int) -> str | None:
    try:
        told: str | None = tree.call("check", {"name": name, "at": at})
        return told
    except TreeError:
        return None


def _without(data: bytes, builders: list[str]) -> bytes:
    facts, places = read_header(data, "", len(data))
    sections = {name: data[start:end].decode("utf-8", "surrogateescape") for name, (start, end) in places.items()}
    templates = dict(line.split("\t", 1) for line in sections["templates"].splitlines())
    reason = compact({"fails": "pyoci makes another derivation of some arguments than this release"})
    sections["templates"] = lines(
        f"{name}\t{told}" for name, told in sorted({**templates, **dict.fromkeys(builders, reason)}.items())
    )
    return write(facts, sections)
