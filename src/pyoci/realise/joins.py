"""Bundles inside of bundles: a store object with `config.json` and a root file system, put together from other store
objects as its builder would, once all of them are on disk.

It refers to all that is in its root file system, since the names of these folders are store paths, and to what its
configuration names.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoci.realise.closure import StoreObject
from pyoci.realise.copying import ClosureCopy, copy_host_files
from pyoci.realise.memory import Memory
from pyoci.realise.trivial import STANDARD_FOLDERS, closure_roots, join
from pyoci.runtime.errors import StoreError


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bundle is put together from."""

    config: StoreObject
    roots: tuple[str, ...]
    """Store paths whose closure is its root file system."""

    @property
    def needed(self) -> tuple[str, ...]:
        """All store paths that have to be there, apart from what these refer to."""
        return (*self.roots, *self.config.references)


class Joins:
    """Plans bundles, and then puts them together in a folder of the caller's."""

    def __init__(self, memory: Memory, folder: Path) -> None:
        self._memory = memory
        self._folder = folder
        self._made: dict[str, StoreObject] = {}

    def plan(self, path: str) -> Plan | None:
        """The plan of a store path; None where it is no such bundle, or not enough is known of it."""
        known = self._memory.producer(path)
        joined = join(known[1]) if known is not None else None
        if joined is None:
            return None
        lister = self._memory.producer(joined.closure)
        roots = closure_roots(lister[1]) if lister is not None else None
        config = self._memory.find(joined.config)
        return Plan(config, tuple(roots)) if roots is not None and config is not None else None

    def make(
        self,
        plans: Mapping[str, Plan],
        objects: Mapping[str, StoreObject],
        host_files: Mapping[str, Path],
    ) -> dict[str, StoreObject]:
        """Put the bundles of some plans together; `objects` is everything else that they need.

        Raises StoreError where they cannot be written."""
        made: dict[str, StoreObject] = {}
        for path in _inner_first(plans, objects):
            if path not in self._made:
                self._made[path] = self._put_together(path, plans[path], {**objects, **made}, host_files)
            made[path] = self._made[path]
        return made

    def _put_together(
        self, path: str, plan: Plan, objects: Mapping[str, StoreObject], host_files: Mapping[str, Path]
    ) -> StoreObject:
        inside = reachable(plan.roots, objects)
        place = self._folder / path.rpartition("/")[2]
        rootfs = place / "rootfs"
        try:
            for name in STANDARD_FOLDERS:
                (rootfs / name).mkdir(parents=True)
            shutil.copyfile(plan.config.place, place / "config.json")
            with ClosureCopy(rootfs, hard_links=True) as copy:
                for one in inside:
                    copy.add(objects[one])
            if any(objects[one].origin == "host" for one in inside):
                copy_host_files(host_files, rootfs)
        except OSError as error:
            raise StoreError(f"cannot write '{place}': {error.strerror}") from None
        references = {*inside, *plan.config.references} - {path}
        return StoreObject(path, place, tuple(sorted(references)), "memory", "a bundle of the expression")


def reachable(roots: tuple[str, ...], objects: Mapping[str, StoreObject]) -> list[str]:
    """Store paths and all that they refer to."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += objects[path].references
    return sorted(seen)


def _inner_first(plans: Mapping[str, Plan], objects: Mapping[str, StoreObject]) -> list[str]:
    """The paths of plans, each after those that are inside of it. Derivations have no cycles, so plans have none."""
    ordered: dict[str, None] = {}

    def visit(path: str) -> None:
        if path in ordered:
            return
        waiting, seen = list(plans[path].needed), set[str]()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if one in plans:
                visit(one)
            else:
                waiting += objects[one].references
        ordered[path] = None

    for path in plans:
        visit(path)
    return list(ordered)
