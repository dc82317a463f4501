"""Where a container or a unit differs from what C++ Nix makes of the same file, and whether it is meant to.

pyoci's ociTools and railcar module go their own way where nixpkgs' fall short of what they promise. These places are
known and named here; any other difference is a mistake.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NULL_OPTIONS = 'nixpkgs writes `"options": null`, which the OCI schema rejects; pyoci leaves it out'
MISSPELT = "nixpkgs of 2020 misspells the mount option relatime as realatime"
MOUNTS = "nixpkgs accepts mounts and drops them; pyoci mounts them"
PLATFORM = "nixpkgs' railcar module does not pass os, arch and readonly on; pyoci does"
RESTART = "nixpkgs' railcar module has no Restart=; pyoci's option restart writes one"
ROOTS = "nixpkgs takes args for one path; pyoci takes the closure of all that args, env and extraConfig name"
STORE_PATH = "the bundle's store path follows from its config.json"


class Difference(NamedTuple):
    """One place that differs."""

    where: str
    what: str
    intended: str | None
    """Why it is meant to differ; None for a mistake."""


class Answer(NamedTuple):
    """What an evaluator makes of a container."""

    out_path: str
    config: dict[str, Any]
    roots: tuple[str, ...]


class UnitAnswer(NamedTuple):
    """What an evaluator makes of a unit."""

    text: str
    wanted_by: tuple[str, ...]
    required_by: tuple[str, ...]


def container_differences(theirs: Answer, ours: Answer, *, of_service: bool) -> list[Difference]:
    """Where a container differs; `of_service` tells that services.railcar made it."""
    found = list(_values("", _without_mounts(theirs.config), _without_mounts(ours.config)))
    if of_service:
        passed_on = ("platform.os", "platform.arch", "root.readonly")
        found = [one._replace(intended=PLATFORM) if one.where in passed_on else one for one in found]
    found += _mounts(theirs.config.get("mounts") or [], ours.config.get("mounts") or [])
    collected = len(ours.roots) == 1 and ours.roots[0].endswith("-roots")
    for one in _values("root file system", list(theirs.roots), list(ours.roots)):
        found.append(one._replace(intended=ROOTS if collected else None))
    if theirs.out_path != ours.out_path:
        # Where the configurations are the same, nothing explains it.
        reason = STORE_PATH if theirs.config != ours.config else None
        found.append(Difference("store path", f"{theirs.out_path} is {ours.out_path}", reason))
    return found


def unit_differences(theirs: UnitAnswer, ours: UnitAnswer, bundles: Mapping[str, str]) -> list[Difference]:
    """Where a unit differs; `bundles` has their store path of a bundle for each of ours, whose differences are told
    with the containers."""
    found = []
    text = ours.text
    for our_path, their_path in bundles.items():
        text = text.replace(our_path, their_path)
    before, after = theirs.text.splitlines(), text.splitlines()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone, added = before[a:b], after[c:d]
        is_restart = not gone and all(line.startswith("Restart=") for line in added)
        what = " and ".join([*(f"'{line}' is gone" for line in gone), *(f"'{line}' is added" for line in added)])
        found.append(Difference(f"line {a + 1}", what, RESTART if is_restart else None))
    found += _values("wanted by", list(theirs.wanted_by), list(ours.wanted_by))
    found += _values("required by", list(theirs.required_by), list(ours.required_by))
    return found


def _without_mounts(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != "mounts"}


def _values(where: str, theirs: object, ours: object) -> Iterator[Difference]:
    """The innermost places at which two JSON values differ."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            inner = f"{where}.{key}" if where else str(key)
            if key not in ours:
                yield Difference(inner, f"{_shown(theirs[key])} is gone", None)
            elif key not in theirs:
                yield Difference(inner, f"{_shown(ours[key])} is added", None)
            else:
                yield from _values(inner, theirs[key], ours[key])
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for number, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            yield from _values(f"{where}[{number}]", one, other)
    elif type(theirs) is not type(ours) or theirs != ours:
        yield Difference(where, f"{_shown(theirs)} is {_shown(ours)}", None)


def _mounts(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> Iterator[Difference]:
    """The mounts come in the same order; pyoci's own follow behind."""
    for number, (one, other) in enumerate(zip(theirs, ours, strict=False)):
        for difference in _values(f"mounts[{number}]", one, other):
            yield difference._replace(intended=_why(difference.where, one, other))
    for number, mount in enumerate(theirs[len(ours) :], len(ours)):
        yield Difference(f"mounts[{number}]", f"{_shown(mount)} is gone", None)
    for number, mount in enumerate(ours[len(theirs) :], len(theirs)):
        bound = {"bind", "rbind"} & {mount.get("type"), *(mount.get("options") or ())}
        named = mount.get("type") != "none" or bound
        yield Difference(f"mounts[{number}]", f"{_shown(mount)} is added", MOUNTS if named else None)


def _why(where: str, theirs: dict[str, Any], ours: dict[str, Any]) -> str | None:
    if where.endswith(".options") and theirs.get("options") is None and "options" not in ours:
        return NULL_OPTIONS
    options = theirs.get("options")
    if options and ours.get("options") == [{"realatime": "relatime"}.get(one, one) for one in options]:
        return MISSPELT if ".options[" in where else None
    return None


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
