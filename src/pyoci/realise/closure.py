"""What realising gives: store objects that are on disk, and what they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

Origin = Literal["memory", "store", "cache", "host"]


@dataclass(frozen=True, slots=True)
class StoreObject:
    """A store path whose files can be read."""

    path: str
    """`/nix/store/HASH-NAME`"""
    place: Path
    """Where the files lie now."""
    references: tuple[str, ...]
    """The store paths that it refers to, itself left out, sorted."""
    origin: Origin
    source: str
    """Which store, cache or program it came from, for people."""
    shared: bool = False
    """Whether `place` is in the shared store, whose files may be linked instead of copied."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Store paths and all that they refer to, everything on disk."""

    objects: Mapping[str, StoreObject]
    """By store path; each object after those that it refers to, as far as there are no cycles."""
    host_files: Mapping[str, Path] = field(default_factory=dict)
    """Files outside of the store that objects from the host need, by their path in the root file system: the loader,
    shared libraries, interpreters."""
    notes: tuple[str, ...] = ()
    """What the user should know: which programs stand in for which packages."""


class Progress(Protocol):
    """Is told how a download goes; called from several threads."""

    def expect(self, paths: int, size: int) -> None:
        """So many more paths are to come, with so many bytes as they are transferred."""

    def received(self, size: int) -> None:
        """Bytes arrived."""

    def finished(self, path: str) -> None:
        """A path is complete and verified."""


class Silent:
    """Progress that nobody watches."""

    def expect(self, paths: int, size: int) -> None:
        """Ignored."""

    def received(self, size: int) -> None:
        """Ignored."""

    def finished(self, path: str) -> None:
        """Ignored."""
