"""The cache folder: private, whole files only, bounded."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pyoci.caching import folder as cache


def test_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert cache.default_folder() == "/x/pyoci"
    monkeypatch.setenv("HOME", "/home/somebody")
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert cache.default_folder() == "/home/somebody/.cache/pyoci"


def test_folders_are_made_private(tmp_path: Path) -> None:
    place = tmp_path / "a/b/c"
    assert not cache.is_private(str(place))
    assert cache.make_private(str(place))
    assert cache.make_private(str(place))
    assert [one.stat().st_mode & 0o777 for one in (place, place.parent, place.parent.parent)] == [0o700] * 3


def test_folders_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "a"
    place.mkdir(mode=0o755)
    assert cache.is_private(str(place))
    assert cache.make_private(str(place))
    assert place.stat().st_mode & 0o777 == 0o700
    for mode in (0o720, 0o702, 0o777):
        place.chmod(mode)
        assert not cache.is_private(str(place))
        assert not cache.make_private(str(place))
    place.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert not cache.is_private(str(place))


def test_what_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not cache.make_private(str(tmp_path / "file/folder"))


def test_files_are_written_whole_and_for_nobody_else(tmp_path: Path) -> None:
    place = tmp_path / "x"
    cache.write(str(place), b"one", b"two")
    cache.write(str(place), b"three")
    assert place.read_bytes() == b"three"
    assert place.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["x"]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(OSError):
        cache.write(str(tmp_path / "x"), b"one")
    assert os.listdir(tmp_path) == ["x"]


def fill(folder: Path, *sizes: int) -> None:
    """Files named by age, the oldest first, a day apart."""
    for age, size in enumerate(sizes):
        place = folder / f"{age % 2}" / f"{age}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(bytes(size))
        os.utime(place, (time.time() - (10 - age) * 86400,) * 2)


def left(folder: Path) -> list[str]:
    return sorted(os.path.basename(one.path) for one in cache.files(str(folder)) if not one.path.endswith("size"))


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    fill(tmp_path, 100, 100, 100, 100)
    cache.has_grown(str(tmp_path), 100, 400)
    assert left(tmp_path) == ["0", "1", "2", "3"]
    (tmp_path / "1/9").write_bytes(bytes(100))
    cache.has_grown(str(tmp_path), 100, 400)
    assert left(tmp_path) == ["2", "3", "9"]


def test_what_was_used_stays(tmp_path: Path) -> None:
    fill(tmp_path, 100, 100, 100)
    place = tmp_path / "0/0"
    cache.used(str(place), place.stat())
    cache.has_grown(str(tmp_path), 0, 250)
    assert left(tmp_path) == ["0", "2"]


def test_the_size_is_kept_and_not_measured_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 100, 100)
    cache.has_grown(str(tmp_path), 0, 1000)
    assert (tmp_path / "size").read_bytes() == b"200"
    monkeypatch.setattr(cache, "files", None)
    cache.has_grown(str(tmp_path), 300, 1000)
    assert (tmp_path / "size").read_bytes() == b"500"


@pytest.mark.parametrize("content", [b"", b"x", b"-5", b"99999999999999999999999999"])
def test_a_size_that_cannot_be_is_measured(tmp_path: Path, content: bytes) -> None:
    fill(tmp_path, 100, 100)
    (tmp_path / "size").write_bytes(content)
    cache.has_grown(str(tmp_path), 0, 1000)
    assert 200 <= int((tmp_path / "size").read_bytes()) <= 200 + len(content)


def test_the_size_is_measured_once_a_day(tmp_path: Path) -> None:
    fill(tmp_path, 100, 100)
    (tmp_path / "size").write_bytes(b"0")
    cache.has_grown(str(tmp_path), 1, 150)
    assert left(tmp_path) == ["0", "1"]  # what other runs have written at the same time is not known yet
    os.utime(tmp_path / "size", (time.time() - 90_000,) * 2)
    cache.has_grown(str(tmp_path), 1, 150)
    assert left(tmp_path) == ["1"]


def test_what_somebody_began_to_write_and_left_goes(tmp_path: Path) -> None:
    for name, age in (("old", 10_000), ("new", 10)):
        place = tmp_path / f"{name}.123~"
        place.write_bytes(b"")
        os.utime(place, (time.time() - age,) * 2)
    cache.has_grown(str(tmp_path), 0, 1000)
    assert left(tmp_path) == ["new.123~"]
