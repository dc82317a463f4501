"""Store paths to closures on disk: each source is asked in turn."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from pyoci.realise.closure import Closure


class Realiser:
    """Finds store paths and all that they refer to. A context manager: what it keeps in temporary folders (objects
    from memory, programs of the host) lasts as long as the `with` block, so bundles are written inside of it."""

    def closure(self, roots: Iterable[str], *, mentions: Iterable[str] = ()) -> Closure:
        """The closure of some store paths, all of it on disk. `mentions` are further texts (config.json) that say
        which programs of a package are used; only `--from-host` asks.

        Raises StoreError naming every path that no source has."""
        raise NotImplementedError

    def __enter__(self) -> Realiser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove what was temporary."""
