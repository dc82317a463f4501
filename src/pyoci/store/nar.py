"""Nix archives: a file tree as one canonical sequence of bytes, its hash, and reading it back.

A NAR keeps names, contents, link targets and whether a file is executable, nothing else. Every token is its length (8
bytes, little endian), its bytes, and zeros up to a multiple of 8; the entries of a folder are in byte order.
Specification: Nix manual, "Nix Archive (NAR) format".

Reading trusts nothing: names, order, lengths and nesting are checked, and `unpack` creates every file anew.
"""

# Names in an archive are bytes, which pathlib does not take.

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from operator import attrgetter

from pyoci.runtime import reads
from pyoci.runtime.errors import StoreError
from pyoci.store.digests import sha256

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO, Final, Protocol, TypeAlias
else:
    Protocol = object

Sink: TypeAlias = Callable[[bytes], object]
Accept: TypeAlias = Callable[[bytes, str], bool]
"""Path and type (`regular`, `directory`, `symlink`, `unknown`) of something below the root, to whether it goes in."""

MAX_DEPTH: Final = 64
_CHUNK: Final = 1 << 20
_MAX_TAG: Final = 32
_MAX_NAME: Final = 255
_MAX_TARGET: Final = 4095


def _token(data: bytes) -> bytes:
    size = len(data)
    return b"".join((size.to_bytes(8, "little"), data, bytes(-size % 8)))


def _tokens(*data: str) -> bytes:
    return b"".join(_token(piece.encode()) for piece in data)


_MAGIC: Final = _tokens("nix-archive-1")
_REGULAR: Final = _tokens("(", "type", "regular", "contents")
_EXECUTABLE: Final = _tokens("(", "type", "regular", "executable", "", "contents")
_SYMLINK: Final = _tokens("(", "type", "symlink", "target")
_DIRECTORY: Final = _tokens("(", "type", "directory")
_ENTRY: Final = _tokens("entry", "(", "name")
_NODE: Final = _tokens("node")
_CLOSE: Final = _tokens(")")
_CONTENTS: Final = _tokens("contents")
_NODE_BEGINS: Final = _tokens("(", "type")
_NAMED: Final = _tokens("(", "name")


def write(path: bytes, sink: Sink, accept: Accept | None = None) -> None:
    """Write the archive of the file tree at `path` to `sink`, piece by piece. `accept` is asked for everything below
    the root, in the order of the archive; what it refuses is left out with all it holds.

    Raises StoreError for what cannot be read or is neither file, folder nor link."""
    sink(_MAGIC)
    _write_node(path, file_type(path), sink, accept, 0)


def hash_tree(path: bytes, accept: Accept | None = None) -> str:
    """The SHA-256 of the archive of a file tree, in base 16; nothing is held in memory."""
    digest = sha256()
    write(path, digest.update, accept)
    return digest.hexdigest()


def file_type(path: bytes) -> str:
    """`regular`, `directory`, `symlink` or `unknown`.

    Raises StoreError where there is nothing."""
    try:
        kind = reads.kind(path)
    except OSError as error:
        raise unreadable(path, error) from None
    return _TYPES.get(kind, "unknown")


_TYPES: Final = {stat.S_IFREG: "regular", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink"}


def unreadable(path: bytes, error: OSError) -> StoreError:
    """The error of a path that cannot be read."""
    shown = os.fsdecode(path)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return StoreError(f"path '{shown}' does not exist")
    return StoreError(f"cannot read '{shown}': {error.strerror}")


def _write_node(path: bytes, kind: str, sink: Sink, accept: Accept | None, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise StoreError(f"path '{os.fsdecode(path)}' exceeds maximum NAR directory depth of {MAX_DEPTH}")
    try:
        if kind == "regular":
            _write_file(path, sink)
        elif kind == "directory":
            _write_directory(path, sink, accept, depth)
        elif kind == "symlink":
            sink(_SYMLINK + _token(reads.target(path)) + _CLOSE)
        else:
            raise StoreError(f"file '{os.fsdecode(path)}' has an unsupported type")
    except OSError as error:
        raise unreadable(path, error) from None


def _write_file(path: bytes, sink: Sink) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        reads.contents(path, status)
        size = left = status.st_size
        header = (_EXECUTABLE if status.st_mode & stat.S_IXUSR else _REGULAR) + size.to_bytes(8, "little")
        while left:
            chunk = os.read(descriptor, min(left, _CHUNK))
            if not chunk:
                raise StoreError(f"file '{os.fsdecode(path)}' shrank while it was read")
            sink(header + chunk if header else chunk)
            header = b""
            left -= len(chunk)
        sink(header + bytes(-size % 8) + _CLOSE)
    finally:
        os.close(descriptor)


def _write_directory(path: bytes, sink: Sink, accept: Accept | None, depth: int) -> None:
    sink(_DIRECTORY)
    reads.contents(path)
    with os.scandir(path) as listing:
        entries = sorted(listing, key=attrgetter("name"))
    for entry in entries:
        kind = entry_type(entry)
        if accept is None or accept(entry.path, kind):
            sink(_ENTRY + _token(entry.name) + _NODE)
            _write_node(entry.path, kind, sink, accept, depth + 1)
            sink(_CLOSE)
    sink(_CLOSE)


def entry_type(entry: os.DirEntry[bytes]) -> str:
    """The type of something in a folder, as `file_type` names it."""
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir():
        return "directory"
    return "regular" if entry.is_file() else "unknown"


class Visitor(Protocol):
    """Is told what an archive holds, each folder before what lies in it. Paths are relative to the root of the
    archive, the root itself is empty."""

    def directory(self, path: bytes) -> None:
        """A folder."""

    def symlink(self, path: bytes, target: bytes) -> None:
        """A link."""

    def regular(self, path: bytes, executable: bool, size: int, contents: Iterator[bytes]) -> None:
        """A file; what of `contents` is not consumed is skipped."""


def read(stream: BinaryIO, visitor: Visitor) -> None:
    """Read one archive from a stream, up to its end and no further.

    Raises StoreError (`bad archive: …`) where it is not well formed."""
    reader = _Reader(stream)
    if reader.token(_MAX_TAG) != b"nix-archive-1":
        raise bad_archive("input doesn't look like a Nix archive")
    _read_node(reader, visitor, b"", 0)


def bad_archive(why: str) -> StoreError:
    """The error of bytes that are no archive."""
    return StoreError(f"bad archive: {why}")


class _Reader:
    """Tokens of a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read_some: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._put_back = b""

    def exactly(self, size: int) -> bytes:
        data = self._take(size) if self._put_back else self._stream.read(size)
        if len(data) != size:
            raise bad_archive("unexpected end of file")
        return data

    def _take(self, size: int) -> bytes:
        data, self._put_back = self._put_back[:size], self._put_back[size:]
        return data if len(data) == size else data + self._stream.read(size - len(data))

    def skip(self, usual: bytes) -> bool:
        """Skip the tokens that nearly always follow, all at once. Where others do, nothing is taken, and reading one
        after the other tells what is wrong."""
        data = self._take(len(usual)) if self._put_back else self._stream.read(len(usual))
        if data == usual:
            return True
        self._put_back = data + self._put_back
        return False

    def number(self) -> int:
        return int.from_bytes(self.exactly(8), "little")

    def token(self, limit: int) -> bytes:
        size = self.number()
        if size > limit:
            raise bad_archive("string is too long")
        data = self.exactly(size)
        self.padding(size)
        return data

    def padding(self, size: int) -> None:
        if any(self.exactly(-size % 8)):
            raise bad_archive("non-zero padding")

    def expect(self, tag: bytes) -> None:
        self.check(tag, self.token(_MAX_TAG))

    @staticmethod
    def check(tag: bytes, found: bytes) -> None:
        if found != tag:
            raise bad_archive(f"expected tag '{tag.decode()}', got '{os.fsdecode(found)}'")

    def contents(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            chunk = self._some(min(left, _CHUNK))
            left -= len(chunk)
            yield chunk

    def _some(self, most: int) -> bytes:
        """What is there already, at least a byte: joining pieces takes as long as writing them."""
        if self._put_back:
            data, self._put_back = self._put_back[:most], self._put_back[most:]
        else:
            data = self._read_some(most)
        if not data:
            raise bad_archive("unexpected end of file")
        return data


def _read_node(reader: _Reader, visitor: Visitor, path: bytes, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise bad_archive(f"NAR directory nesting exceeds maximum depth of {MAX_DEPTH}")
    if not reader.skip(_NODE_BEGINS):
        reader.expect(b"(")
        reader.expect(b"type")
    kind = reader.token(_MAX_TAG)
    if kind == b"regular":
        _read_file(reader, visitor, path)
    elif kind == b"symlink":
        reader.expect(b"target")
        target = reader.token(_MAX_TARGET)
        if not target or b"\0" in target:
            raise bad_archive("NAR contains invalid symlink target")
        visitor.symlink(path, target)
        reader.expect(b")")
    elif kind == b"directory":
        visitor.directory(path)
        _read_entries(reader, visitor, path, depth)
    else:
        raise bad_archive(f"unknown file type '{os.fsdecode(kind)}'")


def _read_file(reader: _Reader, visitor: Visitor, path: bytes) -> None:
    executable = False
    if not reader.skip(_CONTENTS):
        tag = reader.token(_MAX_TAG)
        executable = tag == b"executable"
        if executable:
            if reader.token(_MAX_TAG):
                raise bad_archive("executable marker has non-empty value")
            tag = reader.token(_MAX_TAG)
        reader.check(b"contents", tag)
    size = reader.number()
    contents = reader.contents(size)
    visitor.regular(path, executable, size, contents)
    for _ in contents:
        pass
    if not reader.skip(bytes(-size % 8) + _CLOSE):
        reader.padding(size)
        reader.expect(b")")


def _read_entries(reader: _Reader, visitor: Visitor, path: bytes, depth: int) -> None:
    previous = b""
    while (tag := reader.token(_MAX_TAG)) != b")":
        if tag != b"entry":
            raise bad_archive(f"expected tag 'entry' or ')', got '{os.fsdecode(tag)}'")
        if not reader.skip(_NAMED):
            reader.expect(b"(")
            reader.expect(b"name")
        name = reader.token(_MAX_NAME)
        if name in (b"", b".", b"..") or b"/" in name or b"\0" in name:
            raise bad_archive(f"NAR contains invalid file name '{os.fsdecode(name)}'")
        if name <= previous:
            raise bad_archive("NAR directory is not sorted")
        previous = name
        if not reader.skip(_NODE):
            reader.expect(b"node")
        _read_node(reader, visitor, path + b"/" + name if path else name, depth + 1)
        if not reader.skip(_CLOSE):
            reader.expect(b")")


class _Unpacker:
    """Writes what it is told below a folder that did not exist before. Nothing is ever opened that was not created
    just now, so a link in the archive (or two names that a file system takes for one) leads nowhere."""

    def __init__(self, destination: Path) -> None:
        self._destination = os.fsencode(destination)

    def _place(self, path: bytes) -> bytes:
        return self._destination + b"/" + path if path else self._destination

    def directory(self, path: bytes) -> None:
        os.mkdir(self._place(path))

    def symlink(self, path: bytes, target: bytes) -> None:
        os.symlink(target, self._place(path))

    def regular(self, path: bytes, executable: bool, size: int, contents: Iterator[bytes]) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._place(path), flags, 0o777 if executable else 0o666)
        with open(descriptor, "wb") as file:
            for chunk in contents:
                file.write(chunk)


def unpack(stream: BinaryIO, destination: Path) -> None:
    """Unpack an archive as `destination`, which must not exist yet.

    Raises StoreError; what was unpacked before the error stays."""
    try:
        read(stream, _Unpacker(destination))
    except FileExistsError as error:
        raise bad_archive(f"'{os.fsdecode(error.filename)}' is there already") from None
    except OSError as error:
        raise StoreError(f"cannot unpack to '{destination}': {error.strerror}") from None
