"""Stores in folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyoci.runtime.errors import NixError
from pyoci.store import nar
from pyoci.store.local import LocalStore, remove

PATH = "/nix/store/lfngsssysp6h1v4ccqg23c52s9sjl779-x"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "root", writable=True)


def test_a_text(store: LocalStore) -> None:
    assert not store.has(PATH)
    store.add_text(PATH, b"y")
    assert store.has(PATH)
    place = store.physical(PATH)
    assert place == store.root / PATH[1:]
    assert place.read_bytes() == b"y"
    assert place.stat().st_mode & 0o777 == 0o444
    assert place.stat().st_mtime == 1
    store.add_text(PATH, b"what is there stays")
    assert place.read_bytes() == b"y"
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_the_store_of_the_machine_has_no_prefix() -> None:
    assert LocalStore().physical(PATH) == Path(PATH)


def test_a_tree(store: LocalStore, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "sub/script").write_text("x")
    (tree / "sub/script").chmod(0o700)
    (tree / "sub/left-out").write_text("x")
    (tree / "link").symlink_to("nowhere")
    (tree / "sub").chmod(0o500)
    store.add_tree(PATH, bytes(tree), lambda path, kind: not path.endswith(b"left-out"))
    place = store.physical(PATH)
    modes = {path.name: path.lstat().st_mode & 0o777 for path in [place, *place.rglob("*")]}
    assert {name: mode for name, mode in modes.items() if name != "link"} == {
        place.name: 0o555,
        "sub": 0o555,
        "script": 0o555,
    }
    assert {path.lstat().st_mtime for path in [place, *place.rglob("*")]} == {1}
    assert nar.hash_tree(bytes(place)) == nar.hash_tree(bytes(tree), lambda path, kind: not path.endswith(b"left-out"))


def test_a_store_that_is_only_read(tmp_path: Path) -> None:
    with pytest.raises(NixError, match=f"store '{tmp_path}' is read-only"):
        LocalStore(tmp_path).add_text(PATH, b"y")


def test_nothing_half_done_is_left(store: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(NixError, match="does not exist"):
        store.add_tree(PATH, bytes(tmp_path / "none"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NixError, match="has an unsupported type"):
        store.add_tree(PATH, bytes(tmp_path / "pipe"))
    assert list(store.physical("/nix/store").iterdir()) == []


def test_a_place_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "root").write_text("a file")
    with pytest.raises(NixError, match="cannot write"):
        LocalStore(tmp_path / "root", writable=True).add_text(PATH, b"y")


def test_reading_derivations(store: LocalStore) -> None:
    path = f"{PATH}.drv"
    store.add_text(path, b'Derive([("out","","","")],[],[],"s","b",[],[])')
    assert store.read_derivation(path).name == "x"
    assert store.read_derivation(path).builder == "b"
    broken = f"{PATH}-broken.drv"
    store.add_text(broken, b"Derive(")
    with pytest.raises(NixError, match=f"error parsing derivation '{broken}': not a well-formed derivation"):
        store.read_derivation(broken)
    with pytest.raises(NixError, match="does not exist"):
        store.read_derivation(f"{PATH}-none.drv")


def test_removing_what_is_read_only(store: LocalStore, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "a/b").mkdir(parents=True)
    (tree / "a/b/c").write_text("x")
    store.add_tree(PATH, bytes(tree))
    remove(store.physical(PATH))
    assert not store.has(PATH)
    remove(store.physical(PATH))
