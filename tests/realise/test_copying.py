"""Closures in root file systems."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pyoci.realise import copying
from pyoci.realise.closure import Closure, StoreObject
from pyoci.runtime.errors import StoreError

from .conftest import archive_of, store_path

A = store_path("a", "x")


def copy(closure: Closure, rootfs: Path, *, hard_links: bool) -> None:
    """All of a closure."""
    with copying.ClosureCopy(rootfs, hard_links=hard_links) as copies:
        for found in closure.objects.values():
            copies.add(found)
    copying.copy_host_files(closure.host_files, rootfs)


def made(tmp_path: Path, *, shared: bool = False) -> Closure:
    """A closure of one tree."""
    tree = tmp_path / "tree"
    (tree / "bin").mkdir(parents=True)
    (tree / "bin" / "run").write_text("x" * 5000)
    (tree / "bin" / "run").chmod(0o755)
    (tree / "empty").touch()
    (tree / "link").symlink_to("/etc/passwd")
    return Closure({A: StoreObject(A, tree, (), "store", "", shared=shared)})


@pytest.mark.parametrize(("shared", "hard_links"), [(False, False), (False, True), (True, False), (True, True)])
def test_copies_are_the_same(shared: bool, hard_links: bool, tmp_path: Path) -> None:
    closure = made(tmp_path, shared=shared)
    copy(closure, tmp_path / "rootfs", hard_links=hard_links)
    place = tmp_path / "rootfs" / A.lstrip("/")
    assert archive_of(place) == archive_of(tmp_path / "tree")
    linked = (place / "bin" / "run").samefile(tmp_path / "tree" / "bin" / "run")
    assert linked <= (shared and hard_links)
    if not linked:
        for path in (place, place / "bin", place / "bin" / "run", place / "empty", place / "link"):
            assert path.lstat().st_mtime_ns == 1_000_000_000
        assert stat.S_IMODE((place / "bin" / "run").stat().st_mode) == 0o555
        assert stat.S_IMODE((place / "empty").stat().st_mode) == 0o444
    assert stat.S_IMODE(place.stat().st_mode) == 0o555


def test_only_linked_files_of_the_shared_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying._Copier, "_clone", lambda copier, *_: setattr(copier, "_clones", False))
    copy(made(tmp_path, shared=True), tmp_path / "rootfs", hard_links=True)
    place = tmp_path / "rootfs" / A.lstrip("/")
    assert (place / "bin" / "run").samefile(tmp_path / "tree" / "bin" / "run")


def test_another_file_system_is_copied_to(tmp_path: Path) -> None:
    if not os.access("/dev/shm", os.W_OK) or os.stat("/dev/shm").st_dev == tmp_path.stat().st_dev:
        pytest.skip("skipped: no other file system at /dev/shm")
    import tempfile

    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        copy(made(tmp_path, shared=True), Path(other) / "rootfs", hard_links=True)
        assert archive_of(Path(other) / "rootfs" / A.lstrip("/")) == archive_of(tmp_path / "tree")


def test_host_files_and_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("library")
    (tmp_path / "library").symlink_to("real")
    closure = made(tmp_path)
    with_files = Closure(closure.objects, {"/lib/library": tmp_path / "library", A + "/empty": tmp_path / "real"})
    copy(with_files, tmp_path / "rootfs", hard_links=False)
    assert (tmp_path / "rootfs" / "lib" / "library").read_text() == "library"
    assert not (tmp_path / "rootfs" / "lib" / "library").is_symlink()
    assert (tmp_path / "rootfs" / A.lstrip("/") / "empty").read_text() == ""
    os.mkfifo(tmp_path / "tree" / "fifo")
    with pytest.raises(StoreError, match="unsupported type"):
        copy(closure, tmp_path / "other", hard_links=False)
