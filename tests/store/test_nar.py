"""Archives: writing, reading, and what must not be read."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyoci.runtime.errors import NixError
from pyoci.store import nar
from pyoci.store.hashes import Hash

NIX = os.environ.get("PYOCI_TEST_NIX")


def token(data: bytes) -> bytes:
    return len(data).to_bytes(8, "little") + data + bytes(-len(data) % 8)


def tokens(*data: str | bytes) -> bytes:
    return b"".join(token(piece.encode() if isinstance(piece, str) else piece) for piece in data)


def archive(*data: str | bytes) -> bytes:
    return tokens("nix-archive-1", *data)


def entry(name: str | bytes, *node: str | bytes) -> tuple[str | bytes, ...]:
    return ("entry", "(", "name", name, "node", *node, ")")


FILE = ("(", "type", "regular", "contents", "hi", ")")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "sub/empty").mkdir(parents=True)
    (root / "sub/script").write_text("#!/bin/sh\n")
    (root / "sub/script").chmod(0o755)
    (root / "B").write_bytes(bytes(range(256)) * 5)
    (root / "a").write_text("")
    (root / "link").symlink_to("sub/script")
    Path(os.fsdecode(os.fsencode(root) + b"/\xff")).write_text("name that is no UTF-8")
    return root


def dump(path: Path, accept: nar.Accept | None = None) -> bytes:
    pieces: list[bytes] = []
    nar.write(os.fsencode(path), pieces.append, accept)
    return b"".join(pieces)


def test_bytes_of_a_small_archive(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "f").write_text("hi")
    (folder / "l").symlink_to("f")
    (folder / "e").write_text("")
    (folder / "e").chmod(0o744)
    executable = ("(", "type", "regular", "executable", "", "contents", "", ")")
    link = ("(", "type", "symlink", "target", "f", ")")
    assert dump(folder) == archive(
        "(", "type", "directory", *entry("e", *executable), *entry("f", *FILE), *entry("l", *link), ")"
    )


def test_hash_of_an_empty_folder(tmp_path: Path) -> None:
    digest = bytes.fromhex(nar.hash_tree(bytes(tmp_path)))
    assert Hash("sha256", digest).format("sri") == "sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo="


def test_unpacking_gives_the_same_tree(tree: Path, tmp_path: Path) -> None:
    data = dump(tree)
    stream = io.BytesIO(data + b"more")
    nar.unpack(stream, tmp_path / "copy")
    assert stream.read() == b"more"
    assert dump(tmp_path / "copy") == data
    assert nar.hash_tree(bytes(tmp_path / "copy")) == nar.hash_tree(os.fsencode(tree))


def test_a_file_and_a_link_are_trees_too(tree: Path, tmp_path: Path) -> None:
    for name in ("a", "B", "link", "sub/script"):
        data = dump(tree / name)
        target = tmp_path / name.replace("/", "-")
        nar.unpack(io.BytesIO(data), target)
        assert dump(target) == data


def test_a_filter_leaves_out_what_it_refuses(tree: Path, tmp_path: Path) -> None:
    seen: list[tuple[bytes, str]] = []

    def accept(path: bytes, kind: str) -> bool:
        seen.append((os.path.relpath(path, os.fsencode(tree)), kind))
        return not path.endswith((b"/sub", b"\xff"))

    nar.unpack(io.BytesIO(dump(tree, accept)), tmp_path / "copy")
    assert sorted(os.listdir(tmp_path / "copy")) == ["B", "a", "link"]
    assert seen == [
        (b"B", "regular"),
        (b"a", "regular"),
        (b"link", "symlink"),
        (b"sub", "directory"),
        (b"\xff", "regular"),
    ]


def test_what_cannot_be_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NixError, match=rf"^file '{tmp_path}/pipe' has an unsupported type$"):
        nar.hash_tree(bytes(tmp_path))
    with pytest.raises(NixError, match=rf"^path '{tmp_path}/none' does not exist$"):
        nar.hash_tree(bytes(tmp_path / "none"))
    deep = tmp_path / "/".join(["d"] * 70)
    deep.mkdir(parents=True)
    with pytest.raises(NixError, match="exceeds maximum NAR directory depth of 64"):
        nar.hash_tree(bytes(tmp_path / "d"))


class Listing:
    """Notes what an archive holds."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    def directory(self, path: bytes) -> None:
        self.seen.append(path)

    def symlink(self, path: bytes, target: bytes) -> None:
        self.seen.append((path, target))

    def regular(self, path: bytes, executable: bool, size: int, contents: Iterator[bytes]) -> None:
        self.seen.append((path, executable, size))


def test_contents_that_nobody_wants_are_skipped(tree: Path) -> None:
    listing = Listing()
    nar.read(io.BytesIO(dump(tree)), listing)
    assert listing.seen == [
        b"",
        (b"B", False, 1280),
        (b"a", False, 0),
        (b"link", b"sub/script"),
        b"sub",
        b"sub/empty",
        (b"sub/script", True, 10),
        (b"\xff", False, 21),
    ]


def folder(*entries: tuple[str | bytes, ...]) -> bytes:
    return archive("(", "type", "directory", *(piece for one in entries for piece in one), ")")


LINK = ("(", "type", "symlink", "target", "/tmp", ")")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "unexpected end of file"),
        (b"\xff" * 16, "string is too long"),
        (tokens("nix-archive-2"), "input doesn't look like a Nix archive"),
        (archive("x"), "expected tag '(', got 'x'"),
        (archive("(", "type", "device"), "unknown file type 'device'"),
        (archive("(", "type", "regular", "content"), "expected tag 'contents', got 'content'"),
        (archive("(", "type", "regular", "executable", "x"), "executable marker has non-empty value"),
        (archive("(", "type", "regular", "contents", "hi", "x"), "expected tag ')', got 'x'"),
        (archive("(", "type", "regular", "contents") + b"\5" + bytes(7) + b"hello!!!", "non-zero padding"),
        (archive("(", "type", "regular", "contents") + b"\xff" * 7 + b"\0abc", "unexpected end of file"),
        (archive("(", "type", "symlink", "target", ""), "NAR contains invalid symlink target"),
        (archive("(", "type", "symlink", "target", b"a\0b"), "NAR contains invalid symlink target"),
        (archive("(", "type", "directory", "x"), "expected tag 'entry' or ')', got 'x'"),
        (folder(entry("", *FILE)), "NAR contains invalid file name ''"),
        (folder(entry(".", *FILE)), "NAR contains invalid file name '.'"),
        (folder(entry("..", *FILE)), "NAR contains invalid file name '..'"),
        (folder(entry("/etc/passwd", *FILE)), "NAR contains invalid file name '/etc/passwd'"),
        (folder(entry("a/b", *FILE)), "NAR contains invalid file name 'a/b'"),
        (folder(entry(b"a\0", *FILE)), "NAR contains invalid file name 'a\0'"),
        (folder(entry("b", *FILE), entry("a", *FILE)), "NAR directory is not sorted"),
        (folder(entry("a", *FILE), entry("a", *FILE)), "NAR directory is not sorted"),
        (folder(entry("a", *LINK), entry("a", "(", "type", "directory", ")")), "NAR directory is not sorted"),
        (folder(entry("x" * 256, *FILE)), "string is too long"),
        (
            archive(*("(", "type", "directory", "entry", "(", "name", "d", "node") * 64),
            "NAR directory nesting exceeds maximum depth of 64",
        ),
    ],
)
def test_bad_archives(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(NixError) as caught:
        nar.unpack(io.BytesIO(data), tmp_path / "out")
    assert caught.value.message == f"bad archive: {message}"
    assert sorted(os.listdir(tmp_path)) in ([], ["out"])


def test_every_truncation_is_noticed(tree: Path, tmp_path: Path) -> None:
    data = dump(tree / "sub")
    for size in range(0, len(data), 8):
        with pytest.raises(NixError, match="bad archive"):
            nar.read(io.BytesIO(data[:size]), Listing())


def test_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("old")
    with pytest.raises(NixError, match="is there already"):
        nar.unpack(io.BytesIO(archive(*FILE)), tmp_path / "there")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NixError, match="is there already"):
        nar.unpack(io.BytesIO(archive(*FILE)), tmp_path / "link")
    assert (tmp_path / "there").read_text() == "old"
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(NixError, match="cannot unpack"):
        nar.unpack(io.BytesIO(archive(*FILE)), tmp_path / "none/x")


@pytest.mark.skipif(not NIX, reason="skipped: PYOCI_TEST_NIX names no nix-instantiate")
def test_archives_are_those_of_nix(tree: Path, tmp_path: Path) -> None:
    assert NIX
    beside = Path(NIX).parent / "nix-store"
    store = beside if beside.exists() else "nix-store"
    theirs = subprocess.run([store, "--dump", tree], check=True, capture_output=True).stdout
    assert theirs == dump(tree)
    (tmp_path / "tree.nar").write_bytes(theirs)
    nar.unpack(io.BytesIO(theirs), tmp_path / "ours")
    with (tmp_path / "tree.nar").open("rb") as stream:
        subprocess.run([store, "--restore", tmp_path / "theirs"], check=True, stdin=stream)
    assert dump(tmp_path / "ours") == dump(tmp_path / "theirs")
