"""The formats that archives come in, as streams: pieces of compressed bytes in, plain bytes out.

Every decompressor is a C library that lets other threads run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Protocol

from pyoci.runtime.errors import StoreError

if TYPE_CHECKING:
    from typing_extensions import Buffer

_OUTPUT: Final = 1 << 20
"""No more than this is decompressed at once, whatever a small input claims to be."""


class _Decompressor(Protocol):
    """What bz2, lzma and zlib have in common (gzip and zstd are brought to it below)."""

    @property
    def eof(self) -> bool:
        """Whether the end of a stream was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether there is no more output without more input."""

    @property
    def unused_data(self) -> bytes:
        """What follows the end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Some more output."""


def _bzip2() -> _Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _xz() -> _Decompressor:
    import lzma

    return lzma.LZMADecompressor()


class _Gzip:
    def __init__(self) -> None:
        import zlib

        self._inner = zlib.decompressobj(wbits=31)
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


def decompressed(compression: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The plain bytes of compressed pieces, in pieces; `compression` as `.narinfo` names it.

    Raises StoreError where there is no such format and, later, where the data is damaged."""
    if compression in ("none", ""):
        return pieces
    if compression == "zstd":
        return _zstd(pieces)
    factory = _FORMATS.get(compression)
    if factory is None:
        raise StoreError(f"archives compressed with '{compression}' cannot be read: {', '.join(FORMATS)} can")
    return _plain(factory, pieces, compression)


_FORMATS: Final[dict[str, Callable[[], _Decompressor]]] = {"xz": _xz, "bzip2": _bzip2, "gzip": _Gzip}
FORMATS: Final = ("none", "xz", "zstd", "bzip2", "gzip")


def _plain(factory: Callable[[], _Decompressor], pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Several compressed streams may follow each other, as xz and bzip2 files may hold."""
    decompressor: _Decompressor | None = None
    for piece in pieces:
        waiting = piece
        while waiting or (decompressor is not None and not decompressor.needs_input and not decompressor.eof):
            if decompressor is None or decompressor.eof:
                decompressor = factory()
            try:
                output = decompressor.decompress(waiting, _OUTPUT)
            except Exception as error:
                raise _damaged(name, str(error)) from None
            waiting = decompressor.unused_data if decompressor.eof else b""
            if output:
                yield output
    if decompressor is None or not decompressor.eof:
        raise _damaged(name, "it ends too early")


def _zstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    import zstandard

    source = PieceReader(pieces)
    with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
        source,  # type: ignore[arg-type]
        read_across_frames=True,
    ) as reader:
        while True:
            try:
                output = reader.read(_OUTPUT)
            except zstandard.ZstdError as error:
                raise _damaged("zstd", str(error)) from None
            if not output:
                return
            yield output


def _damaged(name: str, why: str) -> StoreError:
    return StoreError(f"damaged {name} data: {why}")


class PieceReader(io.BufferedIOBase):
    """A stream of pieces; `read(n)` gives exactly n bytes unless the pieces end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = b""
        self._at = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        end = self._at + (size if size is not None and size >= 0 else 1 << 62)
        if end <= len(self._piece):
            data = self._piece[self._at : end]
            self._at = end
            return data
        parts = [self._piece[self._at :]]
        missing = end - len(self._piece)
        self._piece, self._at = b"", 0
        for piece in self._pieces:
            if len(piece) >= missing:
                parts.append(piece[:missing])
                self._piece, self._at = piece, missing
                break
            parts.append(piece)
            missing -= len(piece)
        return b"".join(parts)

    def read1(self, size: int = -1, /) -> bytes:
        """Up to so many bytes, without waiting for more than is there; none at the end."""
        while self._at == len(self._piece):
            self._piece, self._at = next(self._pieces, b""), 0
            if not self._piece:
                return b""
        end = min(self._at + size, len(self._piece)) if size >= 0 else len(self._piece)
        # All of a piece is that piece, and no copy.
        data = self._piece[self._at : end]
        self._at = end
        return data

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)
