"""Store objects into a root file system: cloned, linked or copied, with the modes and times of the store."""

# Names in a file tree are bytes, which pathlib does not take.

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Semaphore
from types import TracebackType
from typing import Final

from pyoci.realise.closure import StoreObject
from pyoci.realise.unpacking import MTIME, FileModes, write_all
from pyoci.runtime.errors import StoreError
from pyoci.store import nar

_TIMES: Final = (MTIME, MTIME)
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FICLONE: Final = 0x40049409
"""ioctl_ficlone(2): share the blocks of a file until one of the two is written to."""
_CANNOT: Final = frozenset(
    {errno.EXDEV, errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.EMLINK, errno.EBADF}
)
_PIECE: Final = 1 << 20
_WORKERS: Final = max(2, os.cpu_count() or 1)
"""More threads than processors spend their time on taking turns."""


class ClosureCopy:
    """Copies store objects below a root file system while others are still being looked for. A context manager: at the
    end of the `with` block all is there or, where an error ends it, nothing is being copied any more.

    Files are cloned where the file system can; with `hard_links`, those of the shared store are linked where it
    cannot."""

    def __init__(self, rootfs: Path, *, hard_links: bool) -> None:
        self._rootfs = rootfs
        self._hard_links = hard_links
        self._copier = _Copier()
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="copy")
        # Copies wait for what is found, and not the other way: as long as something is looked for, that has a
        # processor.
        self._turns = Semaphore(_WORKERS - 1)
        self._tasks: list[Future[None]] = []
        self._error: BaseException | None = None

    def __enter__(self) -> ClosureCopy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait for all that was begun; raises OSError where the root file system cannot be written, StoreError where
        an object cannot be read."""
        self._turns.release()
        try:
            if error is None:
                wait(self._tasks, return_when=FIRST_EXCEPTION)
        finally:
            self._copier.stop()
            self._pool.shutdown(cancel_futures=True)
        if error is None and self._error is not None:
            raise self._error

    def add(self, found: StoreObject) -> None:
        """Begin to copy an object. Raises what an earlier one has failed of."""
        if self._error is not None:
            raise self._error
        target = self._rootfs / found.path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        link = self._hard_links and found.shared
        self._tasks.append(self._pool.submit(self._tree, os.fsencode(found.place), os.fsencode(target), link))

    def _tree(self, source: bytes, target: bytes, link: bool) -> None:
        try:
            with self._turns:
                self._copier.tree(source, target, link=link)
        except BaseException as error:
            if not isinstance(error, _Stopped):
                self._error = self._error or error
            self._copier.stop()
            raise


def copy_host_files(files: Mapping[str, Path], rootfs: Path) -> None:
    """Copy files of this machine (`Closure.host_files`) to where nothing else is yet.

    Raises OSError where the root file system cannot be written."""
    copier = _Copier()
    for inside, place in files.items():
        target = rootfs / inside.lstrip("/")
        if os.path.lexists(target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        copier.tree(os.fsencode(place.resolve()), os.fsencode(target), link=False)


class _Stopped(Exception):
    """Nobody wants the copy any more."""


class _Copier:
    """Copies trees, and learns on the way what the file system can do."""

    def __init__(self) -> None:
        self._modes = FileModes()
        self._clones = True
        self._links = True
        self._stopped = False

    def stop(self) -> None:
        """Let all threads end at their next file."""
        self._stopped = True

    def tree(self, source: bytes, target: bytes, *, link: bool) -> None:
        """Copy a tree to a place where nothing is."""
        self._node(source, target, nar.file_type(source), link)

    def _node(self, source: bytes, target: bytes, kind: str, link: bool) -> None:
        if self._stopped:
            raise _Stopped
        if kind == "regular":
            self._file(source, target, link=link)
        elif kind == "symlink":
            os.symlink(os.readlink(source), target)
            os.utime(target, ns=_TIMES, follow_symlinks=False)
        elif kind == "directory":
            try:
                with os.scandir(source) as listing:
                    entries = [(entry.name, nar.entry_type(entry)) for entry in listing]
            except OSError as error:
                raise nar.unreadable(source, error) from None
            os.mkdir(target, 0o755)
            for name, inner in entries:
                self._node(source + b"/" + name, target + b"/" + name, inner, link)
            os.chmod(target, 0o555)
            os.utime(target, ns=_TIMES)
        else:
            raise StoreError(f"file '{os.fsdecode(source)}' has an unsupported type")

    def _file(self, source: bytes, target: bytes, *, link: bool) -> None:
        if link and not self._clones:
            if self._link(source, target):
                return
            link = False
        if self._copy(source, target, or_give_up=link):
            return
        # The file system cannot clone, which is known only now.
        os.unlink(target)
        self._file(source, target, link=link)

    def _copy(self, source: bytes, target: bytes, *, or_give_up: bool) -> bool:
        """Clone a file or, unless that is reason to give up, copy it."""
        try:
            reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise nar.unreadable(source, error) from None
        try:
            status = os.fstat(reading)
            mode = 0o555 if status.st_mode & stat.S_IXUSR else 0o444
            writing = os.open(target, _FLAGS, mode)
            try:
                if not self._clone(reading, writing):
                    if or_give_up:
                        return False
                    _copy_contents(reading, writing, status.st_size)
                self._modes.set(writing, mode)
                os.utime(writing, ns=_TIMES)
            finally:
                os.close(writing)
        finally:
            os.close(reading)
        return True

    def _clone(self, reading: int, writing: int) -> bool:
        if not self._clones:
            return False
        import fcntl

        try:
            fcntl.ioctl(writing, _FICLONE, reading)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
            self._clones = False
            return False
        return True

    def _link(self, source: bytes, target: bytes) -> bool:
        if not self._links:
            return False
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
            # One file may have as many links as it can have; other reasons hold for all.
            self._links = error.errno == errno.EMLINK
            return False
        return True


def _copy_contents(reading: int, writing: int, size: int) -> None:
    """Copy contents inside of the kernel, or through memory where it cannot."""
    left = size
    try:
        while left > 0 and (copied := os.copy_file_range(reading, writing, left)):
            left -= copied
        if left == 0 < size:
            return
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
    # Also where the kernel has copied less: some file systems say that files are empty which are not.
    while piece := os.read(reading, _PIECE):
        write_all(writing, piece)
