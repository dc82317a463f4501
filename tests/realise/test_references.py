"""Scanning for references."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from pyoci.realise import references
from pyoci.realise.local import StoreSource
from pyoci.runtime.errors import StoreError
from pyoci.store.local import LocalStore

from .conftest import store_path

ONE, TWO, THREE = b"0123456789abcdfghijklmnpqrsvwxyz", b"1" * 32, b"z" * 32
WANTED = {ONE, TWO, THREE}


def found_in(data: bytes) -> set[bytes]:
    """What is found in some bytes."""
    found: set[bytes] = set()
    references.hashes_in(data, WANTED, found)
    return found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", set()),
        (ONE, {ONE}),
        (ONE[:-1], set()),
        (b"/nix/store/" + ONE + b"-x\0" + TWO, {ONE, TWO}),
        (b"abc" + ONE + b"xyz", {ONE}),
        (ONE + TWO, {ONE, TWO}),
        (b"1" * 40, {TWO}),
        (ONE.upper(), set()),
        (b"2" * 32, set()),
        (b"\xff" * 100 + THREE + b"\xff", {THREE}),
    ],
)
def test_hashes(data: bytes, expected: set[bytes]) -> None:
    assert found_in(data) == expected


@pytest.mark.parametrize("before", range(9))
@pytest.mark.parametrize("filler", [b" ", b"\xff", b"e", b"2"])
def test_a_hash_at_any_place(before: int, filler: bytes) -> None:
    for after in range(5):
        assert found_in(filler * before + THREE[:-1] + filler * after) == set()
        assert found_in(filler * before + ONE + filler * after) == {ONE}
        assert found_in(filler * before + ONE + filler + TWO + filler * after) == {ONE, TWO}


def test_as_one_finds_them_by_looking_everywhere() -> None:
    random = Random(7)
    for _ in range(300):
        words = (random.choice([ONE, TWO, THREE, b"/", b"text", ONE[:31], b"\0" * 5]) for _ in range(20))
        data = b"".join(word[random.choice([0, 0, 0, 1]) :] for word in words)
        everywhere = {data[at : at + 32] for at in range(len(data))}
        assert found_in(data) == everywhere & WANTED


@pytest.mark.parametrize("at", [-40, -32, -31, -16, -1, 0, 1])
def test_a_hash_across_two_pieces_that_are_read(at: int, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b" " * (references._CHUNK + at) + ONE + b" " * 100)
    assert references.scan(os.fsencode(file), WANTED) == {ONE}


def test_trees(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "file").write_bytes(ONE)
    (tree / "link").symlink_to("/nix/store/" + TWO.decode() + "-x")
    assert references.scan(os.fsencode(tree), WANTED) == {ONE, TWO}
    (tree / f"a-{THREE.decode()}-x").write_bytes(b"")
    assert references.scan(os.fsencode(tree), WANTED) == {ONE, TWO, THREE}
    with pytest.raises(StoreError, match="does not exist"):
        references.scan(os.fsencode(tmp_path / "missing"), WANTED)


def test_a_store_is_searched_once_for_what_a_path_refers_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "root" / "nix" / "store"
    store.mkdir(parents=True)
    top, library, other = store_path("a", "top"), store_path("b", "library"), store_path("c", "x.drv")
    for path, text in ((top, f"{top} {library} {other} {store_path('d', 'gone')}"), (library, ""), (other, "")):
        (tmp_path / "root" / path.lstrip("/")).write_text(text)
    (store / "not-a-store-path").touch()

    def source() -> StoreSource:
        return StoreSource(LocalStore(tmp_path / "root"), tmp_path / "scanned")

    found = source().find(top)
    assert found is not None
    assert found.references == (library,)
    assert source().find(store_path("d", "gone")) is None
    monkeypatch.setattr("pyoci.realise.local.Scanner", None)
    assert source().find(top) == found
    for file in (tmp_path / "scanned").iterdir():
        file.write_text("{")
    with pytest.raises(TypeError):
        source().find(top)


def test_a_database_that_cannot_be_read_counts_as_absent(tmp_path: Path) -> None:
    (tmp_path / "nix" / "store").mkdir(parents=True)
    path, library = store_path("a", "top"), store_path("b", "library")
    (tmp_path / path.lstrip("/")).write_text(library)
    (tmp_path / library.lstrip("/")).write_text("")
    database = tmp_path / "nix" / "var" / "nix" / "db" / "db.sqlite"
    database.parent.mkdir(parents=True)
    for content in (b"", b"no database" * 1000):
        database.write_bytes(content)
        found = StoreSource(LocalStore(tmp_path), None).find(path)
        assert found is not None
        assert found.references == (library,)


def test_what_a_database_does_not_know_is_scanned(tmp_path: Path) -> None:
    import sqlite3

    (tmp_path / "nix" / "store").mkdir(parents=True)
    (tmp_path / "nix" / "var" / "nix" / "db").mkdir(parents=True)
    path, library, unknown = store_path("a", "top"), store_path("b", "library"), store_path("c", "new")
    for one in (path, library, unknown):
        (tmp_path / one.lstrip("/")).write_text(library)
    with sqlite3.connect(tmp_path / "nix" / "var" / "nix" / "db" / "db.sqlite") as database:
        database.execute("create table ValidPaths (id integer primary key, path text)")
        database.execute("create table Refs (referrer integer, reference integer)")
        database.executemany("insert into ValidPaths values (?, ?)", [(1, path), (2, library)])
        database.executemany("insert into Refs values (?, ?)", [(2, 2)])
    database.close()
    source = StoreSource(LocalStore(tmp_path), None)
    assert [found.references for one in (path, library, unknown) if (found := source.find(one))] == [(), (), (library,)]
