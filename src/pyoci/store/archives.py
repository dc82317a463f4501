"""Unpacking what was downloaded: tar archives (plain or compressed with gzip, bzip2, xz) and zip archives.

Nothing is trusted: a name that is absolute or climbs with `..` is refused, and so is one that leads through a link, so
that everything lands below the folder. Owners, times and modes are not kept, but for whether a file is executable.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path
from typing import IO, Final

from pyoci.runtime.errors import StoreError

_EXECUTABLE: Final = 0o100


class _Folder:
    """A folder that an archive is unpacked to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.links: set[Path] = set()
        root.mkdir()

    def place(self, name: str) -> Path:
        """Where something of the archive goes, the folders above it made."""
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if name.startswith("/") or ".." in parts or "\0" in name:
            raise StoreError(f"archive contains the unsafe path '{name}'")
        place = self.root
        for part in parts[:-1]:
            place /= part
            if place in self.links:
                raise StoreError(f"archive contains the unsafe path '{name}': it leads through a symbolic link")
            place.mkdir(exist_ok=True)
        return place / parts[-1] if parts else place

    def directory(self, name: str) -> None:
        place = self.place(name)
        self._forget_link(place)
        place.mkdir(exist_ok=True)

    def regular(self, name: str, contents: IO[bytes], *, executable: bool) -> None:
        place = self.place(name)
        self._make_room(place)
        with place.open("xb") as file:
            shutil.copyfileobj(contents, file)
        if executable:
            place.chmod(0o755)

    def symlink(self, name: str, target: str) -> None:
        place = self.place(name)
        self._make_room(place)
        place.symlink_to(target)
        self.links.add(place)

    def hard_link(self, name: str, other: str) -> None:
        source = self.place(other)
        if source in self.links or not source.is_file():
            raise StoreError(f"archive contains a hard link '{name}' to '{other}', which is no file before it")
        with source.open("rb") as contents:
            self.regular(name, contents, executable=bool(source.stat().st_mode & _EXECUTABLE))

    def _forget_link(self, place: Path) -> None:
        if place in self.links:
            self.links.discard(place)
            place.unlink()

    def _make_room(self, place: Path) -> None:
        """A later entry replaces an earlier one of the same name."""
        self._forget_link(place)
        if place.is_file():
            place.unlink()


def unpack(archive: Path, destination: Path) -> tuple[Path, int]:
    """Unpack an archive as `destination`, which must not exist.

    Returns the tree (a folder that is alone at the top of the archive counts as the whole) and the time of the newest
    thing in it. Raises StoreError where it is no archive, or not a safe one."""
    folder = _Folder(destination)
    try:
        newest = _unpack_zip(archive, folder) if zipfile.is_zipfile(archive) else _unpack_tar(archive, folder)
    except OSError as error:
        raise StoreError(f"cannot unpack '{archive}': {error.strerror or error}") from None
    entries = list(destination.iterdir())
    if len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink():
        return entries[0], newest
    return destination, newest


def _unpack_tar(archive: Path, folder: _Folder) -> int:
    newest = 0
    try:
        with tarfile.open(archive, encoding="utf-8", errors="surrogateescape") as members:
            for member in members:
                newest = max(newest, int(member.mtime))
                _unpack_member(members, member, folder)
    except tarfile.ReadError as error:
        why = "Unrecognized archive format" if newest == 0 else str(error)
        raise StoreError(f"Failed to open archive ({why})") from None
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise StoreError(f"Failed to open archive ({error})") from None
    return newest


def _unpack_member(members: tarfile.TarFile, member: tarfile.TarInfo, folder: _Folder) -> None:
    if member.isdir():
        folder.directory(member.name)
    elif member.issym():
        folder.symlink(member.name, member.linkname)
    elif member.islnk():
        folder.hard_link(member.name, member.linkname)
    elif member.isreg():
        contents = members.extractfile(member)
        assert contents is not None
        folder.regular(member.name, contents, executable=bool(member.mode & _EXECUTABLE))
    else:
        raise StoreError(f"file '{member.name}' in tarball has unsupported file type")


def _unpack_zip(archive: Path, folder: _Folder) -> int:
    import time

    newest = 0
    try:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                newest = max(newest, int(time.mktime((*member.date_time, 0, 0, -1))))
                mode = member.external_attr >> 16
                if member.is_dir():
                    folder.directory(member.filename)
                elif stat.S_ISLNK(mode):
                    folder.symlink(member.filename, os.fsdecode(members.read(member)))
                else:
                    with members.open(member) as contents:
                        folder.regular(member.filename, contents, executable=bool(mode & _EXECUTABLE))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise StoreError(f"Failed to open archive ({error})") from None
    return newest
