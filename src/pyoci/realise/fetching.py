"""Fetching an archive, and verifying and unpacking it on its way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore, Event
from typing import BinaryIO, Final, TypeAlias, cast

from pyoci.realise.caches import Offer
from pyoci.realise.compression import PieceReader, decompressed
from pyoci.realise.narinfo import NarInfo
from pyoci.realise.shared import SharedStore
from pyoci.realise.transport import TransferError
from pyoci.realise.unpacking import unpack
from pyoci.runtime.errors import StoreError
from pyoci.store.local import remove


class _Stopped(StoreError):
    """Another download has failed."""


class _DiskError(StoreError):
    """The shared store cannot be written."""


Received: TypeAlias = Callable[[int], object]
"""Is told of bytes that have arrived."""


def fetch(offers: Sequence[Offer], shared: SharedStore, received: Received, stop: Event) -> None:
    """Fetch a path into a shared store, from the first of its offers that holds what it promises. Once `stop` is set,
    it ends at the next piece.

    Raises StoreError where none does, or the disk is the trouble."""
    troubles: list[str] = []
    for offer in offers:
        partial = shared.partial(offer.cache.url, offer.info)
        # What an earlier run has left may be what is damaged: then it is fetched once more, from the start.
        for _ in range(2 if _is_filled(partial) else 1):
            try:
                _fetch(offer, shared, partial, received, stop)
            except DamagedArchive as error:
                _discard(partial)
                trouble = error.message
            except TransferError as error:
                trouble = error.message
                break
            else:
                _discard(partial)
                return
        troubles.append(trouble)
    raise StoreError("; ".join(troubles))


def _is_filled(partial: Path) -> bool:
    try:
        return partial.stat().st_size > 0
    except OSError:
        return False


def _discard(partial: Path) -> None:
    with suppress(OSError):
        partial.unlink()


class DamagedArchive(StoreError):
    """An archive that is not what its description says."""


def _fetch(offer: Offer, shared: SharedStore, partial: Path, received: Received, stop: Event) -> None:
    """Fetch and unpack one archive; nothing is kept of one that is not what it should be.

    Raises DamagedArchive, TransferError, and StoreError where the disk is the trouble."""
    info = offer.info
    arriving = offer.cache.transport.pieces(info.url, info.file_size, partial, received)
    place = shared.store.new_place()
    try:
        _unpack_verified(info, arriving, place, stop)
        shared.add(place, info, offer.key)
    except (TransferError, _Stopped, _DiskError):
        raise
    except OSError as error:
        raise _DiskError(f"cannot write '{shared.root}': {error.strerror}") from None
    finally:
        arriving.close()
        remove(place)


_working: Final = BoundedSemaphore(max(2, os.cpu_count() or 1))
"""Many may wait for their next bytes, but who has them works on: threads that take turns after every system call spend
more time on the turns than on the work."""


def _waiting_aside(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces that are waited for without holding up others. Who asks for them works, and holds `_working`."""
    while True:
        _working.release()
        try:
            piece = next(pieces, None)
        finally:
            _working.acquire()
        if piece is None:
            return
        yield piece


def _unpack_verified(info: NarInfo, arriving: Iterator[bytes], place: Path, stop: Event) -> None:
    with _working:
        _unpack(info, _waiting_aside(arriving), place, stop)


def _unpack(info: NarInfo, arriving: Iterator[bytes], place: Path, stop: Event) -> None:
    checked = _Checked(info.nar_size, stop)
    try:
        plain = cast(BinaryIO, PieceReader(checked.pass_on(decompressed(info.compression, arriving))))
        unpack(plain, place)
        if plain.read(1):
            raise StoreError("something follows its end")
        # A decompressor may have its end before the last piece; a partial file is to be whole.
        for _ in arriving:
            pass
        checked.compare(info)
    except (TransferError, _Stopped):
        raise
    except StoreError as error:
        raise DamagedArchive(f"the archive of '{info.path}' is damaged: {error.message}") from None


class _Checked:
    """Counts and hashes the bytes of an archive on their way."""

    def __init__(self, limit: int, stop: Event) -> None:
        self._limit = limit
        self._stop = stop
        self._size = 0
        self._digest = sha256()

    def pass_on(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces."""
        for piece in pieces:
            self._size += len(piece)
            if self._size > self._limit:
                raise StoreError(f"it is longer than {self._limit} bytes")
            if self._stop.is_set():
                raise _Stopped("another download has failed")
            self._digest.update(piece)
            yield piece

    def compare(self, info: NarInfo) -> None:
        """Raises StoreError where the bytes were not those that a description promises."""
        if self._size != info.nar_size:
            raise StoreError(f"it has {self._size} bytes, but should have {info.nar_size}")
        if self._digest.digest() != info.nar_hash.digest:
            should = info.nar_hash.format("base16")
            raise StoreError(f"its SHA-256 is {self._digest.hexdigest()}, but should be {should}")
