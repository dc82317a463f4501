"""Unpacking archives, those of bad intent too."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from pyoci.runtime.errors import NixError
from pyoci.store.archives import unpack


def make_tar(path: Path, *members: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def file(name: str, content: bytes = b"x", mode: int = 0o644, mtime: int = 0) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.mode, member.mtime = mode, mtime
    return member, content


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_folder_alone_at_the_top_is_left_out(tmp_path: Path, mode: str) -> None:
    archive = make_tar(
        tmp_path / "a.tar",
        file("top/run", mode=0o755, mtime=7),
        file("top/sub/f", b"y", mtime=9),
        special("top/l", tarfile.SYMTYPE, "../../outside"),
        special("top/h", tarfile.LNKTYPE, "top/run"),
        mode=mode,
    )
    tree, newest = unpack(archive, tmp_path / "out")
    assert tree == tmp_path / "out/top"
    assert newest == 9
    assert sorted(path.name for path in tree.iterdir()) == ["h", "l", "run", "sub"]
    assert (tree / "run").stat().st_mode & 0o100 and (tree / "h").stat().st_mode & 0o100
    assert not (tree / "sub/f").stat().st_mode & 0o111
    assert (tree / "l").readlink() == Path("../../outside")
    assert (tree / "h").read_bytes() == b"x"


def test_several_things_at_the_top_stay(tmp_path: Path) -> None:
    tree, _ = unpack(make_tar(tmp_path / "a.tar", file("./a"), file("./b")), tmp_path / "out")
    assert tree == tmp_path / "out"
    assert sorted(path.name for path in tree.iterdir()) == ["a", "b"]


def test_later_entries_replace_earlier_ones(tmp_path: Path) -> None:
    archive = make_tar(
        tmp_path / "a.tar",
        file("a", b"1"),
        file("a", b"2"),
        special("l", tarfile.SYMTYPE, "/etc/hostname"),
        file("l", b"3"),
    )
    tree, _ = unpack(archive, tmp_path / "out")
    assert (tree / "a").read_bytes() == b"2"
    assert (tree / "l").read_bytes() == b"3" and not (tree / "l").is_symlink()


def test_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        run = zipfile.ZipInfo("top/run")
        run.external_attr = 0o100755 << 16
        archive.writestr(run, "x")
        link = zipfile.ZipInfo("top/l")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "run")
        archive.mkdir("top/empty")
    tree, _ = unpack(tmp_path / "a.zip", tmp_path / "out")
    assert (tree / "run").stat().st_mode & 0o100
    assert (tree / "l").readlink() == Path("run")
    assert (tree / "empty").is_dir()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([file("/etc/x")], "archive contains the unsafe path '/etc/x'"),
        ([file("a/../../x")], "archive contains the unsafe path 'a/../../x'"),
        (
            [special("a", tarfile.SYMTYPE, "/tmp"), file("a/x")],
            "archive contains the unsafe path 'a/x': it leads through a symbolic link",
        ),
        (
            [special("a", tarfile.SYMTYPE, "."), special("a/b", tarfile.DIRTYPE)],
            "archive contains the unsafe path 'a/b': it leads through a symbolic link",
        ),
        (
            [special("h", tarfile.LNKTYPE, "/etc/hostname")],
            "archive contains the unsafe path '/etc/hostname'",
        ),
        (
            [special("l", tarfile.SYMTYPE, "/etc/hostname"), special("h", tarfile.LNKTYPE, "l")],
            "archive contains a hard link 'h' to 'l', which is no file before it",
        ),
        ([special("pipe", tarfile.FIFOTYPE)], "file 'pipe' in tarball has unsupported file type"),
    ],
)
def test_unsafe_archives(tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], message: str) -> None:
    with pytest.raises(NixError) as caught:
        unpack(make_tar(tmp_path / "a.tar", *members), tmp_path / "out")
    assert caught.value.message == message


def test_a_file_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(NixError, match="cannot unpack"):
        unpack(make_tar(tmp_path / "a.tar", file("a"), file("a/b")), tmp_path / "out")


def test_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_text("hello" * 300)
    with pytest.raises(NixError, match="Failed to open archive"):
        unpack(tmp_path / "a.tar", tmp_path / "out")
    whole = make_tar(tmp_path / "b.tar.gz", file("a", bytes(100_000)), mode="w:gz").read_bytes()
    (tmp_path / "b.tar.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NixError, match="Failed to open archive"):
        unpack(tmp_path / "b.tar.gz", tmp_path / "out2")
