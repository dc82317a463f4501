"""Stamps tell every change of a file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.caching.stamps import COARSE_TICK, SIZE, TICK, is_young, stamp


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text("b"),
        lambda path: path.chmod(0o700),
        lambda path: os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns)),
        lambda path: path.rename(path.with_name("other")) and path.symlink_to("other"),
    ],
)
def test_changes(tmp_path: Path, change: Callable[[Path], object]) -> None:
    path = tmp_path / "x"
    path.write_text("a")
    before = stamp(path.stat())
    assert len(before) == SIZE
    assert stamp(path.stat()) == before
    time.sleep(0.03)
    change(path)
    assert stamp(path.stat()) != before


def of(modified: int, changed: int) -> os.stat_result:
    class Stat:
        st_mtime_ns = modified
        st_ctime_ns = changed

    return Stat()  # type: ignore[return-value]


def test_young_files() -> None:
    now = 1_000_000_000_000_000_001
    old = now - COARSE_TICK - 1
    assert not is_young(of(old, old), now)
    assert is_young(of(old, now - TICK + 1), now)
    assert is_young(of(now - TICK + 1, old), now)
    assert not is_young(of(now - TICK - 1, old), now)
    assert is_young(of(old, now + 5 * TICK), now)
    # A time in whole seconds may come from a clock that counts in seconds.
    assert is_young(of(now - 1_000_000_001, old), now)
