"""Many archives at once into the shared store: by threads and, where there is much to fetch, by helpers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from heapq import heappop, heappush
from pathlib import Path
from threading import Event, Lock
from typing import Final

from pyoci.realise import narinfo
from pyoci.realise.caches import BinaryCache, Offer
from pyoci.realise.closure import Progress, StoreObject
from pyoci.realise.fetching import fetch
from pyoci.realise.helpers import PROCESSORS, Helper, HelperGone, Tell, at_end
from pyoci.realise.shared import SharedStore
from pyoci.realise.transport import Patience

_WORTH_HELPERS: Final = 64 << 20
"""Bytes to transfer from which on there are helpers: threads of one process wait for each other."""
_MOST_PROCESSES: Final = 4
_WORTH_TELLING: Final = 1 << 20


class Downloads:
    """Fetches paths into the shared store while others are still being looked up. A context manager: at the end of the
    `with` block nothing is on its way any more; what was complete by then stays for the next time."""

    def __init__(self, shared: SharedStore | None, progress: Progress, connections: int) -> None:
        """Where there is no shared store, nothing can be added."""
        self._shared = shared
        self._progress = progress
        self._connections = connections
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="download")
        self._waiting: list[tuple[int, str, Sequence[Offer]]] = []
        self._helpers: list[Helper] = []
        self._lock = Lock()
        self._stop = Event()
        self._expected = 0

    def __enter__(self) -> Downloads:
        return self

    def __exit__(self, *_: object) -> None:
        # After an error or an interrupt, what is on its way ends at its next piece; otherwise all has come.
        self._stop.set()
        for helper in self._helpers:
            helper.end()
        self._pool.shutdown(cancel_futures=True)

    def add(self, offers: Sequence[Offer]) -> Future[StoreObject]:
        """Begin to fetch a path from the first of its offers that holds what it promises. Of those that wait for a
        connection, large ones are first: the last to finish should be a small one, so that the future of one path may
        bring another.

        The future raises StoreError for a path that none of its caches gives."""
        assert self._shared is not None
        if not self._expected:
            self._shared.sweep()
        size = _transfer_size(offers[0])
        self._progress.expect(1, size)
        self._expected += size
        if self._expected >= _WORTH_HELPERS and not self._helpers and PROCESSORS > 1:
            self._helpers = _helpers(self._shared, self._connections)
        with self._lock:
            heappush(self._waiting, (-size, offers[0].info.path, offers))
        return self._pool.submit(self._largest, self._shared)

    def _largest(self, shared: SharedStore) -> StoreObject:
        with self._lock:
            _, path, offers = heappop(self._waiting)
        if not self._is_helped(offers):
            fetch(offers, shared, self._progress.received, self._stop)
        self._progress.finished(path)
        return shared.describe(offers[0].info)

    def _is_helped(self, offers: Sequence[Offer]) -> bool:
        """Whether a helper has fetched a path."""
        share = -(-self._connections // (len(self._helpers) + 1))
        ready = [helper for helper in self._helpers if helper.is_ready and helper.busy < share]
        if not ready:
            return False
        told = [(offer.cache.url, offer.cache.patience, offer.info.text, offer.key) for offer in offers]
        try:
            min(ready, key=lambda helper: helper.busy).call(
                _fetch_for_another, self._progress.received, offers[0].info.path, told
            )
        except HelperGone:
            return False
        return True


def _transfer_size(offer: Offer) -> int:
    return offer.info.file_size or offer.info.nar_size


def _helpers(shared: SharedStore, connections: int) -> list[Helper]:
    """Helpers for all processors but that of this process, which downloads too."""
    processes = min(PROCESSORS, _MOST_PROCESSES)
    share = -(-connections // processes)
    return [
        Helper(_Helped.prepare, shared.root, shared.store.store_dir, share, processes) for _ in range(processes - 1)
    ]


class _Helped:
    """What a helper knows of who is helped."""

    shared: SharedStore
    connections: int
    among: int
    caches: Final[dict[str, BinaryCache]] = {}
    stop: Final = Event()

    @classmethod
    def prepare(cls, root: Path, store_dir: str, connections: int, among: int) -> None:
        """In a helper: before all else."""
        cls.shared = SharedStore(root, store_dir)
        cls.connections = connections
        cls.among = among
        at_end(cls.stop.set)

    @classmethod
    def cache(cls, url: str, patience: Patience) -> BinaryCache:
        """A cache, whose connections are kept."""
        if url not in cls.caches:
            store_dir = cls.shared.store.store_dir
            cls.caches[url] = BinaryCache(url, patience, cls.connections, store_dir, among=cls.among)
        return cls.caches[url]


def _fetch_for_another(tell: Tell, path: str, told: Sequence[tuple[str, Patience, str, str]]) -> None:
    """In a helper: fetch a path."""
    offers = [Offer(_Helped.cache(url, patience), narinfo.parse(text, path), key) for url, patience, text, key in told]
    arrived = 0

    def received(size: int) -> None:
        nonlocal arrived
        arrived += size
        if arrived >= _WORTH_TELLING:
            tell(arrived)
            arrived = 0

    fetch(offers, _Helped.shared, received, _Helped.stop)
    tell(arrived)
