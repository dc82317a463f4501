"""Index files: what is read of a good one, and what is said of a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyoci.nixpkgs.index.format import DERIVATION_WIDTH, SECTIONS, BadIndex, base36, escape, unescape, write
from pyoci.nixpkgs.index.reader import Index


def sections(**text: str) -> dict[str, str]:
    """All sections, empty but for some."""
    return dict.fromkeys(SECTIONS, "") | text


def hash_part(number: int) -> str:
    """The hash part of some store path."""
    return f"{number:032d}"


def test_facts() -> None:
    """The header is found again."""
    index = Index(write({"system": "s", "release": "r", "store": "/store"}, sections()), "here")
    assert (index.system, index.release, index.store_dir, index.where) == ("s", "r", "/store", "here")
    assert index.set_named("") is None
    assert index.template("writeText") is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
def test_every_derivation_is_found(count: int) -> None:
    """Bisecting finds the first, the last and all between, and nothing else."""
    lines = [f"{hash_part(2 * at)} {at:064x} ----\n" for at in range(count)]
    assert all(len(line) == DERIVATION_WIDTH for line in lines)
    index = Index(write({}, sections(derivations="".join(lines))), "here")
    for at in range(count):
        assert index.known_hash(f"/nix/store/{hash_part(2 * at)}-x.drv") == f"{at:064x}"
    for at in range(-1, count + 1):
        assert index.known_hash(f"/nix/store/{hash_part(abs(2 * at + 1))}-x.drv") is None


def test_small_sections_are_searched_by_whole_keys() -> None:
    """A key that begins or ends like another one is another one."""
    text = "writeTextFile\t1\nwriteText\t2\nxwriteText\t3\n"
    index = Index(write({}, sections(templates=text)), "here")
    assert index.template("writeText") == "2"
    assert index.template("writeTextFile") == "1"
    assert index.template("Text") is None
    assert index.template("write") is None


def test_variants() -> None:
    """A package after an override is found by derivation and arguments."""
    text = f'{hash_part(1)}\t{{"a":1}}\t5\n'
    index = Index(write({}, sections(variants=text)), "here")
    assert index.variant(hash_part(1), '{"a":1}') == 5
    assert index.variant(hash_part(1), '{"a":2}') is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no index at all\n\n", "is no package index"),
        (b"pyoci index 1", "is no package index"),
        (b"pyoci index 99\n\n", "version 99, this pyoci reads version 1"),
        (b"pyoci index 1\n@names 0\n\n", "is damaged"),
        (b"pyoci index 1\n@names zero 1\n\n", "is damaged"),
        (b"pyoci index 1\nsystem x\n\n", "is not complete"),
        (write({}, sections(names="abc"))[:-1], "is not complete"),
        (b"\x00\xff" * 5000, "is no package index"),
    ],
)
def test_bad_files(data: bytes, message: str) -> None:
    """A file that is no whole index is refused by name."""
    with pytest.raises(BadIndex) as caught:
        Index(data, "/some/file")
    assert message in caught.value.message
    assert "/some/file" in caught.value.message


def test_missing_and_empty_files(tmp_path: Path) -> None:
    """What cannot be opened is an error that says why."""
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    for path, reason in [(empty, "is empty"), (tmp_path / "none", "No such file"), (tmp_path, "it is a folder")]:
        with pytest.raises(BadIndex) as caught:
            Index.open(path)
        assert reason in caught.value.message


@pytest.mark.parametrize("text", ["", "plain", "a\tb\nc", "\\", "\\t", "\\\\n\n", "é\\\t"])
def test_fields(text: str) -> None:
    """A field holds any text on one line."""
    field = escape(text)
    assert "\t" not in field and "\n" not in field
    assert unescape(field) == text


def test_numbers() -> None:
    """Numbers are of fixed width, or refused."""
    assert base36(0, 4) == "0000"
    assert int(base36(46654, 4), 36) == 46654
    with pytest.raises(ValueError, match="too many"):
        base36(36**4, 4)
