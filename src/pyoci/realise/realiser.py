"""Store paths to closures on disk: each source is asked in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, TypeAlias, cast

from pyoci.realise.caches import Caches, Offer
from pyoci.realise.closure import Closure, Progress, Silent, StoreObject
from pyoci.realise.downloads import Downloads
from pyoci.realise.host import Host
from pyoci.realise.joins import Joins, Plan
from pyoci.realise.local import StoreSource
from pyoci.realise.memory import Memory
from pyoci.realise.shared import SharedStore
from pyoci.runtime.errors import StoreError
from pyoci.store import paths
from pyoci.store.registry import DerivationRegistry

CONNECTIONS: Final = 8
_MAX_TEXT: Final = 1 << 20
_Answer: TypeAlias = tuple[list[Offer], list[str]]
"""Who has a path, and why others do not."""


class Realiser:
    """Finds store paths and all that they refer to. A context manager: what it keeps in temporary folders (objects
    from memory, programs of the host) lasts as long as the `with` block, so bundles are written inside of it."""

    def __init__(
        self,
        registry: DerivationRegistry,
        *,
        stores: Iterable[StoreSource] = (),
        shared: SharedStore | None = None,
        caches: Caches | None = None,
        from_host: bool = False,
        progress: Progress | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        """Sources in the order in which they are asked: what the evaluation itself knows (`registry`), `stores`,
        `shared` and `caches` (caches need a shared store to download to), and the host.

        Raises StoreError where nothing temporary can be written."""
        self._registry = registry
        self._stores = tuple(stores)
        self._shared = shared
        self._caches = caches
        self._from_host = from_host
        self._progress = progress or Silent()
        self._connections = connections
        self._scratch = shared.scratch() if shared is not None else TemporaryDirectory(prefix="pyoci-")
        self._memory = Memory(registry, Path(self._scratch.name) / "memory")
        self._joins = Joins(self._memory, Path(self._scratch.name) / "joins")

    def __enter__(self) -> Realiser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove what was temporary, and end helpers."""
        for store in self._stores:
            store.close()
        self._scratch.cleanup()

    def closure(
        self,
        roots: Iterable[str],
        *,
        mentions: Iterable[str] = (),
        found: Callable[[StoreObject], object] = lambda _: None,
    ) -> Closure:
        """The closure of some store paths, all of it on disk. `mentions` are further texts (config.json) that say
        which programs of a package are used; only the host asks. `found` is told of each object once it is on disk,
        while others are still looked for; what it raises ends the search.

        Raises StoreError naming every path that no source has."""
        host = Host(Path(self._scratch.name) / "host")
        with Downloads(self._shared, self._progress, self._connections) as downloads:
            search = _Search(self._find, self._joins.plan, self._caches, self._connections, downloads, found)
            search.run(roots)
            if search.missing and self._from_host:
                self._stand_in(search, host, mentions)
            if search.missing:
                raise self._not_found(search.missing)
            search.finish()
        objects = search.found
        for bundle in self._joins.make(search.plans, objects, host.files).values():
            objects[bundle.path] = bundle
            found(bundle)
        return Closure(_references_first(objects), host.files, tuple(host.notes))

    def _stand_in(self, search: _Search, host: Host, mentions: Iterable[str]) -> None:
        """Take programs of the host for what is missing."""
        texts = [*mentions, *_texts(search.found.values())]
        for path in list(search.missing):
            stand_in, why_not = host.find(path, texts)
            if stand_in is None:
                search.missing[path].append(why_not)
            else:
                del search.missing[path]
                search.take(stand_in)

    def _find(self, path: str) -> StoreObject | None:
        """A path that is on this machine."""
        found = self._memory.find(path)
        if found is not None:
            return found
        for store in self._stores:
            found = store.find(path)
            if found is not None:
                return found
        if self._shared is not None and self._caches is not None:
            return self._shared.find(path, self._caches.trusted)
        return None

    def _not_found(self, missing: dict[str, list[str]]) -> StoreError:
        lines = []
        for path, troubles in missing.items():
            lines.append(f"no source has '{path}'{self._origin(path)}")
            lines += [f"  {trouble}" for trouble in dict.fromkeys(troubles)]
        options = ["--store DIR names a Nix store that has it", "--substituter URL a binary cache"]
        if not self._from_host:
            options.append("--from-host takes programs from this machine")
        return StoreError("\n".join(lines), hint=", ".join(options))

    def _origin(self, path: str) -> str:
        """The derivation of a path, as words for a message."""
        known = self._memory.producer(path)
        if known is not None:
            return f": package '{known[1].name}', which '{known[0]}' builds"
        name = path.rpartition("/")[2][paths.HASH_LENGTH + 1 :]
        drv_paths = {
            drv_path
            for derivation in self._registry.derivations.values()
            for drv_path, outputs in derivation.input_derivations.items()
            if any(
                paths.output_name(drv_path[: -len(".drv")].rpartition("/")[2][paths.HASH_LENGTH + 1 :], output) == name
                for output in outputs
            )
        }
        return f": package '{name}', which '{drv_paths.pop()}' builds" if len(drv_paths) == 1 else f": package '{name}'"


class _Search:
    """Walks references from some roots; lookups in caches, and downloads of what they find, go on at the same time."""

    def __init__(
        self,
        find: Callable[[str], StoreObject | None],
        plan: Callable[[str], Plan | None],
        caches: Caches | None,
        connections: int,
        downloads: Downloads,
        tell: Callable[[StoreObject], object],
    ) -> None:
        self._find = find
        self._plan = plan
        self._tell = tell
        self._caches = caches
        self._connections = connections
        self._downloads = downloads
        self._waiting: list[str] = []
        self._asked: dict[Future[_Answer], str] = {}
        self._coming: set[Future[StoreObject]] = set()
        self._done: SimpleQueue[Future[_Answer] | Future[StoreObject]] = SimpleQueue()
        self.found: dict[str, StoreObject] = {}
        self.missing: dict[str, list[str]] = {}
        """Path to why no source gave it."""
        self.plans: dict[str, Plan] = {}
        """What is put together once all is there."""

    def run(self, roots: Iterable[str]) -> None:
        """Look for everything. Some of what is found may still be coming.

        Raises StoreError for what cannot be read or downloaded."""
        seen: set[str] = set()
        self._waiting += roots
        with ThreadPoolExecutor(self._connections, thread_name_prefix="lookup") as pool:
            while self._waiting or self._asked:
                while self._waiting:
                    path = self._waiting.pop()
                    if path not in seen:
                        seen.add(path)
                        self._look(path, pool)
                if self._asked:
                    self._next()

    def finish(self) -> None:
        """Wait for what is coming. Raises StoreError for what cannot be downloaded."""
        while self._coming:
            self._next()

    def take(self, found: StoreObject) -> None:
        """An object is on disk."""
        self.found[found.path] = found
        self._tell(found)

    def _look(self, path: str, pool: ThreadPoolExecutor) -> None:
        found = self._find(path)
        if found is not None:
            self.take(found)
            self._waiting += found.references
        elif (plan := self._plan(path)) is not None:
            self.plans[path] = plan
            self._waiting += plan.needed
        elif self._caches is not None and self._caches.caches:
            task = pool.submit(self._caches.offers, path)
            self._asked[task] = path
            task.add_done_callback(self._done.put)
        else:
            self.missing[path] = []

    def _next(self) -> None:
        """Wait for the next answer or download."""
        done = self._done.get()
        if done in self._coming:
            self._coming.remove(cast("Future[StoreObject]", done))
            self.take(cast(StoreObject, done.result()))
            return
        task = cast("Future[_Answer]", done)
        path = self._asked.pop(task)
        offers, troubles = task.result()
        if not offers:
            self.missing[path] = troubles
            return
        self._waiting += offers[0].info.references
        download = self._downloads.add(offers)
        self._coming.add(download)
        download.add_done_callback(self._done.put)


def _texts(objects: Iterable[StoreObject]) -> Iterator[str]:
    """The texts that an evaluation wrote."""
    for found in objects:
        if found.origin == "memory":
            files = [found.place] if found.place.is_file() else sorted(found.place.rglob("*"))
            for file in files:
                if file.is_file() and not file.is_symlink() and file.stat().st_size <= _MAX_TEXT:
                    yield file.read_text(encoding="utf-8", errors="replace")


def _references_first(objects: dict[str, StoreObject]) -> dict[str, StoreObject]:
    """Objects after what they refer to, as far as there are no cycles; without recursion."""
    ordered: dict[str, StoreObject] = {}
    entered: set[str] = set()
    for root in sorted(objects):
        waiting = [root]
        while waiting:
            path = waiting[-1]
            if path not in entered:
                entered.add(path)
                waiting += [reference for reference in objects[path].references if reference not in entered]
            else:
                waiting.pop()
                ordered.setdefault(path, objects[path])
    return ordered
