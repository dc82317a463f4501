"""Bytes out of a binary cache, over HTTP or from a folder.

HTTP: connections are reused; one that breaks, stalls or answers with a passing error is tried again after a pause that
grows, from the byte at which it stopped. What has arrived is kept in a partial file, unless it came so fast that it is
had again in no time, so that a later run goes on where this one was stopped; whether it is what it should be is found
out by whoever reads it, by its hash.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol
from urllib.parse import unquote, urlsplit

from pyoci.runtime.errors import StoreError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

_PIECE: Final = 1 << 17
_ABSENT: Final = frozenset({403, 404, 410})
_PLAIN_SERVER: Final = 3
"""Archives at once from a server that closes every connection. What speaks HTTP/1.0 has a short queue for new ones, and
drops what does not fit, which costs a second each."""
_PLAIN_LOOKUPS: Final = 2
"""Small files at once from such a server."""
_FAST: Final = 32 << 20
"""Bytes a second. What comes as fast as this is not kept: it comes again in the time that it takes to write it to disk
and to read it, and most that is begun is finished."""
_WINDOW: Final = 1 << 20
"""Bytes from which on it can be said how fast they come."""
_BLOCK: Final = 1 << 16
"""What is kept begins at a multiple of this, so that file systems can tell where that is."""
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})


class TransferError(StoreError):
    """A cache that cannot be reached, or breaks off again and again."""


class Transport(Protocol):
    """Files of a cache, by their URL relative to it."""

    def read(self, name: str, limit: int) -> bytes | None:
        """A small file; None where there is none. Raises TransferError, StoreError where it is longer."""

    def pieces(
        self, name: str, size: int | None, partial: Path, received: Callable[[int], object]
    ) -> Generator[bytes, None, None]:
        """A file in pieces, `size` bytes in all where that is known. Raises TransferError, also where it is absent or
        of another size; `received` is told of every piece that is transferred."""


class Patience:
    """How long to wait for a cache, and how often to try."""

    def __init__(self, *, connect: float = 10, stall: float = 30, attempts: int = 5, pause: float = 0.25) -> None:
        """Seconds to wait for a connection, and for the next bytes of an answer; how many attempts in a row may bring
        nothing; seconds before the second one, doubled for each further one."""
        self.connect = connect
        self.stall = stall
        self.attempts = attempts
        self.pause = pause

    def wait(self, failed: int) -> None:
        """Sleep after so many failed attempts; some randomness keeps many clients apart."""
        time.sleep(self.pause * 2 ** (failed - 1) * random.uniform(0.75, 1.25))


def transport_for(url: str, patience: Patience, connections: int, among: int = 1) -> Transport:
    """The transport of a cache's URL: `https://…`, `http://…`, `file:///…`, or an absolute path; `among` is how many
    processes ask it at once.

    Raises StoreError for any other."""
    parts = urlsplit(url)
    if parts.scheme in ("http", "https") and parts.netloc:
        return HttpTransport(url.partition("?")[0].rstrip("/") + "/", patience, connections, among)
    if url.startswith("/"):
        return FolderTransport(Path(url))
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return FolderTransport(Path(unquote(parts.path)))
    raise StoreError(f"'{url}' is no binary cache", hint="a cache is https://…, http://… or file:///…")


class FolderTransport:
    """A cache in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, limit: int) -> bytes | None:
        """See Transport."""
        try:
            with (self._folder / unquote(name)).open("rb") as file:
                data = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise TransferError(f"cannot read '{self._folder / name}': {error.strerror}") from None
        return _limited(data, limit, name)

    def pieces(
        self, name: str, size: int | None, partial: Path, received: Callable[[int], object]
    ) -> Generator[bytes, None, None]:
        """See Transport."""
        place = self._folder / unquote(name)
        total = 0
        try:
            with place.open("rb", buffering=0) as file:
                while piece := file.read(_PIECE):
                    total += len(piece)
                    received(len(piece))
                    yield piece
        except OSError as error:
            raise TransferError(f"cannot read '{place}': {error.strerror}") from None
        if size is not None and total != size:
            raise TransferError(f"'{place}' has {total} bytes, but should have {size}")


class HttpTransport:
    """A cache on a web server."""

    def __init__(self, base: str, patience: Patience, connections: int, among: int) -> None:
        self._among = among
        self._base = base
        self._patience = patience
        self._pool = _pool(base, patience, connections)
        self._places = _Places(connections)
        # Lookups do not wait for archives: they tell which others can be begun.
        self._lookups = _Places(connections)

    def read(self, name: str, limit: int) -> bytes | None:
        """See Transport."""
        import urllib3

        failed = 0
        while True:
            try:
                with self._lookups:
                    response = self._get(name, {})
                    try:
                        if response.status == 200:
                            # Read to the end, so that the connection can be used again.
                            return _limited(response.read(limit + 1), limit, name)
                        if response.status in _ABSENT:
                            response.drain_conn()
                            return None
                        reason = self._refusal(response, name)
                    finally:
                        response.release_conn()
            except (urllib3.exceptions.HTTPError, OSError) as error:
                reason = _reason(error)
            failed += 1
            if failed >= self._patience.attempts:
                raise TransferError(f"cannot fetch '{self._base}{name}': {reason}")
            self._patience.wait(failed)

    def pieces(
        self, name: str, size: int | None, partial: Path, received: Callable[[int], object]
    ) -> Generator[bytes, None, None]:
        """See Transport."""
        with _open_partial(partial) as kept:
            begin, have = _kept_span(kept)
            if size is not None and have > size:
                raise TransferError(f"'{partial}' is longer than '{self._base}{name}'")
            if begin:
                for piece in _first(begin, self._download(name, size, 0)):
                    received(len(piece))
                    yield piece
            kept.seek(begin)
            while piece := kept.read(_PIECE):
                yield piece
            received(have - begin)
            keeper = _Keeper(kept, have)
            try:
                for piece in self._download(name, size, have):
                    keeper.take(piece)
                    received(len(piece))
                    yield piece
            except BaseException:
                with suppress(OSError):
                    keeper.write()
                raise

    def _download(self, name: str, size: int | None, have: int) -> Iterator[bytes]:
        """What follows the first `have` bytes of a file, across as many connections as it takes."""
        import urllib3

        failed = 0
        while size is None or have < size:
            try:
                with self._places:
                    response = self._get(name, {"Range": f"bytes={have}-"} if have else {})
                    try:
                        if _is_whole(response, have):
                            return
                        if response.status not in (200, 206):
                            reason = self._refusal(response, name)
                        else:
                            for piece in _rest(response, have):
                                have += len(piece)
                                failed = 0
                                yield piece
                            if size is None or have == size:
                                return
                            if have > size:
                                raise TransferError(f"'{self._base}{name}' is longer than {size} bytes")
                            reason = f"it ended after {have} of {size} bytes"
                    finally:
                        response.close()
            except (urllib3.exceptions.HTTPError, OSError) as error:
                reason = _reason(error)
            failed += 1
            if failed >= self._patience.attempts:
                raise TransferError(f"cannot fetch '{self._base}{name}': {reason}")
            self._patience.wait(failed)

    def _get(self, name: str, headers: dict[str, str]) -> BaseHTTPResponse:
        response = self._pool.request(
            "GET", self._base + name, headers={**headers, "Accept-Encoding": "identity"}, preload_content=False
        )
        if response.version == 10:
            self._places.limit(-(-_PLAIN_SERVER // self._among))
            self._lookups.limit(_PLAIN_LOOKUPS)
        return response

    def _refusal(self, response: BaseHTTPResponse, name: str) -> str:
        """Why an answer brings no file, where asking again may help.

        Raises TransferError where it will not."""
        reason = f"the server answers {response.status} {response.reason or ''}".rstrip()
        if response.status not in _PASSING:
            raise TransferError(f"cannot fetch '{self._base}{name}': {reason}")
        return reason


class _Places:
    """How many requests a server gets at once; a context manager for each."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = 0
        self._condition = Condition()

    def limit(self, count: int) -> None:
        """From now on, no more than so many."""
        self._count = min(self._count, count)

    def __enter__(self) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._taken < self._count)
            self._taken += 1

    def __exit__(self, *_: object) -> None:
        with self._condition:
            self._taken -= 1
            self._condition.notify()


class _Keeper:
    """Writes to a partial file what it would take long to get again. Where what comes first comes fast, the file begins
    with a hole."""

    def __init__(self, file: BinaryIO, have: int) -> None:
        """`have` is the length of the file."""
        self._file = file
        self._at = have
        self._waiting: list[bytes] = []
        self._size = 0
        self._writes = have > 0
        self._came = 0
        self._since: float | None = None

    def take(self, piece: bytes) -> None:
        """Raises OSError where the file cannot be written."""
        if self._writes:
            self._file.write(piece)
            return
        if self._since is None:
            self._since = time.monotonic()
        self._waiting.append(piece)
        self._size += len(piece)
        if self._size < _WINDOW:
            return
        self._came += self._size
        if self._came < _FAST * (time.monotonic() - self._since):
            self.write()
        else:
            self._at += self._size
            self._waiting.clear()
            self._size = 0

    def write(self) -> None:
        """Write what is waiting, and all else at once. Raises OSError."""
        data = b"".join(self._waiting)
        self._waiting.clear()
        skipped = -self._at % _BLOCK
        if len(data) > skipped:
            self._file.seek(self._at + skipped)
            self._file.write(data[skipped:])
            self._writes = True


def _kept_span(file: BinaryIO) -> tuple[int, int]:
    """Where the contents of a partial file begin and end."""
    end = file.seek(0, os.SEEK_END)
    try:
        return (file.seek(0, os.SEEK_DATA), end) if end else (0, 0)
    except OSError:
        # It is all hole, as after a crash of the machine.
        file.truncate(0)
        return 0, 0


def _first(size: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """So many bytes, and no more."""
    for piece in pieces:
        yield piece[:size]
        size -= len(piece)
        if size <= 0:
            return


def _is_whole(response: BaseHTTPResponse, have: int) -> bool:
    """Whether a server says that nothing follows the bytes that are there."""
    return response.status == 416 and response.headers.get("Content-Range", "").endswith(f"*/{have}")


def _rest(response: BaseHTTPResponse, have: int) -> Iterator[bytes]:
    """The pieces of an answer from byte `have` on; a server that knows no ranges sends the bytes before, too."""
    skip = have
    if response.status == 206:
        if not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise OSError("the server sends another part than was asked for")
        skip = 0
    # What has arrived, and no waiting for more: it would be lost with the connection.
    while piece := response.read1(_PIECE, decode_content=False):
        if skip >= len(piece):
            skip -= len(piece)
        else:
            yield piece[skip:]
            skip = 0


def _pool(base: str, patience: Patience, connections: int) -> PoolManager:
    """Connections to a server, through the proxy that the environment names for it."""
    from urllib.request import getproxies_environment, proxy_bypass

    import urllib3

    options = {
        "maxsize": connections,
        "timeout": urllib3.Timeout(connect=patience.connect, read=patience.stall),
        # Only redirections: what else fails is tried again here, with the bytes that are there.
        "retries": urllib3.Retry(total=5, connect=0, read=0, status=0, other=0, redirect=5, raise_on_status=False),
        "headers": {"User-Agent": "pyoci"},
    }
    parts = urlsplit(base)
    proxies = getproxies_environment()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy, **options)  # type: ignore[arg-type]
    return urllib3.PoolManager(**options)  # type: ignore[arg-type]


def _reason(error: Exception) -> str:
    """An error of the network in few words."""
    from urllib3 import exceptions

    while isinstance(error, exceptions.MaxRetryError) and error.reason is not None:
        error = error.reason
    if isinstance(error, exceptions.NameResolutionError):
        return "there is no server of that name"
    if isinstance(error, exceptions.ReadTimeoutError):
        return "it stalled"
    if isinstance(error, exceptions.NewConnectionError):
        return "no connection to the server"
    if isinstance(error, exceptions.ConnectTimeoutError):
        return "the server does not answer"
    if isinstance(error, exceptions.ProtocolError | exceptions.IncompleteRead):
        return "the connection broke"
    return str(error)


def _limited(data: bytes, limit: int, name: str) -> bytes:
    if len(data) > limit:
        raise StoreError(f"'{name}' is longer than {limit} bytes")
    return data


@contextmanager
def _open_partial(partial: Path) -> Iterator[BinaryIO]:
    """The partial file, for reading and then appending; a nameless one where another process is at work on it."""
    import fcntl
    import tempfile

    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreError(f"cannot write '{partial}': {error.strerror}") from None
    with open(descriptor, "r+b") as file:
        free = False
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        if free:
            yield file
            return
    with tempfile.TemporaryFile(dir=partial.parent) as nameless:
        yield nameless
