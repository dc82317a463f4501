"""Store objects into a root file system: cloned, linked or copied, with the modes and times of the store."""

# Names in a file tree are bytes, which pathlib does not take.

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from pyoci.realise.closure import Closure
from pyoci.realise.unpacking import MTIME, write_all
from pyoci.runtime.errors import StoreError

_TIMES: Final = (MTIME, MTIME)
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FICLONE: Final = 0x40049409
"""ioctl_ficlone(2): share the blocks of a file until one of the two is written to."""
_CANNOT: Final = frozenset(
    {errno.EXDEV, errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.EMLINK, errno.EBADF}
)
_PIECE: Final = 1 << 20
_WORKERS: Final = 4


def copy_closure(closure: Closure, rootfs: Path, *, hard_links: bool) -> None:
    """Copy all objects of a closure below a root file system, and what else it needs from the host. Files are cloned
    where the file system can; with `hard_links`, those of the shared store are linked where it cannot.

    Raises OSError where the root file system cannot be written, StoreError where an object cannot be read."""
    copier = _Copier()
    for path in closure.objects:
        (rootfs / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="copy") as pool:
        tasks = [
            pool.submit(
                copier.tree,
                os.fsencode(found.place),
                os.fsencode(rootfs / path.lstrip("/")),
                link=hard_links and found.shared,
            )
            for path, found in closure.objects.items()
        ]
        try:
            for task in tasks:
                task.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for inside, place in closure.host_files.items():
        target = rootfs / inside.lstrip("/")
        if os.path.lexists(target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        copier.tree(os.fsencode(place.resolve()), os.fsencode(target), link=False)


class _Copier:
    """Copies trees, and learns on the way what the file system can do."""

    def __init__(self) -> None:
        self._clones = True
        self._links = True

    def tree(self, source: bytes, target: bytes, *, link: bool) -> None:
        """Copy a tree to a place where nothing is."""
        mode = os.lstat(source).st_mode
        if stat.S_ISREG(mode):
            self._file(source, target, 0o555 if mode & stat.S_IXUSR else 0o444, link=link)
        elif stat.S_ISLNK(mode):
            os.symlink(os.readlink(source), target)
            os.utime(target, ns=_TIMES, follow_symlinks=False)
        elif stat.S_ISDIR(mode):
            os.mkdir(target, 0o755)
            with os.scandir(source) as entries:
                names = [entry.name for entry in entries]
            for name in names:
                self.tree(source + b"/" + name, target + b"/" + name, link=link)
            os.chmod(target, 0o555)
            os.utime(target, ns=_TIMES)
        else:
            raise StoreError(f"file '{os.fsdecode(source)}' has an unsupported type")

    def _file(self, source: bytes, target: bytes, mode: int, *, link: bool) -> None:
        if link and not self._clones:
            if self._link(source, target):
                return
            link = False
        if self._copy(source, target, mode, or_give_up=link):
            return
        # The file system cannot clone, which is known only now.
        os.unlink(target)
        self._file(source, target, mode, link=link)

    def _copy(self, source: bytes, target: bytes, mode: int, *, or_give_up: bool) -> bool:
        """Clone a file or, unless that is reason to give up, copy it."""
        reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            writing = os.open(target, _FLAGS, mode)
            try:
                if not self._clone(reading, writing):
                    if or_give_up:
                        return False
                    _copy_contents(reading, writing)
                os.fchmod(writing, mode)
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


def _copy_contents(reading: int, writing: int) -> None:
    """Copy contents inside of the kernel, or through memory where it cannot."""
    try:
        while os.copy_file_range(reading, writing, 1 << 30):
            pass
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
    # Also after success: some file systems of /proc and the like say that there is nothing.
    while piece := os.read(reading, _PIECE):
        write_all(writing, piece)
