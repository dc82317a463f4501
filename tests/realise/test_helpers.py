"""Helpers: the same results as without, and none where they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyoci.realise import downloads, scanning
from pyoci.realise.helpers import Helper, HelperGone, Tell, at_end
from pyoci.realise.scanning import Scanner
from pyoci.realise.shared import SharedStore
from pyoci.runtime.errors import StoreError

from .conftest import Answer, Site, TinyCache, archive_of, file_archive, realiser_of, store_path
from .test_downloads import damage, holds_nothing, tree

A, B = store_path("a", "top-1"), store_path("b", "library")


def prepare(folder: str) -> None:
    """In a helper: leave a note at the end."""
    at_end(lambda: Path(folder, "ended").touch())


def double(tell: Tell, number: int) -> int:
    """In a helper: a result, or an error."""
    if number < 0:
        raise StoreError(f"{number} is negative")
    tell(number + 1)
    return 2 * number


def die(_: Tell, way: str) -> None:
    """In a helper: end, or wait to be ended."""
    if way == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    raise RuntimeError(way)


def wait_for(helper: Helper) -> Helper:
    """A helper that takes calls."""
    helper.has_begun.wait(20)
    assert helper.is_ready
    return helper


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    """A helper that knows this module."""
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    )
    helper = wait_for(Helper(prepare, str(tmp_path)))
    yield helper
    helper.end()


def test_calls(helper: Helper, tmp_path: Path) -> None:
    told: list[int] = []
    assert helper.call(double, told.append, 4) == 8
    assert told == [5]
    with pytest.raises(StoreError, match="-1 is negative"):
        helper.call(double, told.append, -1)
    assert helper.busy == 0
    helper.end()
    with pytest.raises(HelperGone):
        helper.call(double, told.append, 4)
    until = time.monotonic() + 20
    while not (tmp_path / "ended").exists():
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.parametrize("way", ["killed", "raised"])
def test_a_helper_that_is_no_more(way: str, helper: Helper) -> None:
    for _ in range(2):
        with pytest.raises(HelperGone):
            helper.call(die, print, way)
    assert not helper.is_ready


def test_what_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    helper = Helper(prepare, "")
    with pytest.raises(HelperGone):
        helper.call(double, print, 1)
    helper.end()


def test_scanning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_PATIENCE", 0)
    monkeypatch.setattr(scanning, "PROCESSORS", 2)
    one, two = b"1" * 32, b"2" * 32
    (tmp_path / "file").write_bytes(one)
    scanner = Scanner(frozenset({one, two}))
    place = os.fsencode(tmp_path / "file")
    assert scanner.scan(place) == {one}
    assert scanner._helper is not None
    wait_for(scanner._helper)
    with monkeypatch.context() as only_helped:
        only_helped.setattr(scanning, "scan", None)
        assert scanner.scan(place) == {one}
        with pytest.raises(StoreError, match="does not exist"):
            scanner.scan(place + b"-missing")
    assert scanner._helper._process is not None
    scanner._helper._process.kill()
    assert scanner.scan(place) == {one}
    scanner.close()
    assert scanner.scan(place) == {one}
    scanner.close()


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is downloaded by helpers."""
    alone = downloads.Downloads._is_helped

    def is_helped(self: downloads.Downloads, *arguments: object) -> bool:
        for helper in self._helpers:
            wait_for(helper)
        assert alone(self, *arguments)  # type: ignore[arg-type]
        return True

    monkeypatch.setattr(downloads, "_WORTH_HELPERS", 0)
    monkeypatch.setattr(downloads, "PROCESSORS", 2)
    monkeypatch.setattr(downloads.Downloads, "_is_helped", is_helped)


class Counted:
    """Progress as numbers."""

    def __init__(self) -> None:
        self.expected = self.arrived = 0
        self.paths: set[str] = set()
        self._lock = threading.Lock()

    def expect(self, paths: int, size: int) -> None:
        """See Progress."""
        self.expected += size

    def received(self, size: int) -> None:
        """See Progress."""
        with self._lock:
            self.arrived += size

    def finished(self, path: str) -> None:
        """See Progress."""
        self.paths.add(path)


@pytest.mark.usefixtures("helped")
def test_downloads(cache: TinyCache, site: Site, tmp_path: Path) -> None:
    cache.add(A, archive_of(tree(tmp_path / "a", "a")), (B,), "xz")
    cache.add(B, file_archive(bytes(3_000_000)))
    with realiser_of(tmp_path, site.url, cache.key) as realiser:
        realiser._progress = progress = Counted()
        closure = realiser.closure([A])
    assert archive_of(closure.objects[A].place) == archive_of(tmp_path / "a")
    assert closure.objects[B].place.read_bytes() == bytes(3_000_000)
    assert closure.objects[A].references == (B,)
    assert progress.arrived == progress.expected
    assert progress.paths == {A, B}
    assert SharedStore(tmp_path / "shared").find(A, frozenset({cache.key})) == closure.objects[A]


@pytest.mark.usefixtures("helped")
def test_damaged_archives(cache: TinyCache, tmp_path: Path) -> None:
    damage("flipped", cache, cache.add(A, archive_of(tree(tmp_path / "a", "a"))))
    with realiser_of(tmp_path, cache.url, cache.key) as realiser, pytest.raises(StoreError, match="is damaged"):
        realiser.closure([A])
    assert holds_nothing(SharedStore(tmp_path / "shared"))


@pytest.mark.usefixtures("helped")
def test_one_that_fails_stops_the_others(cache: TinyCache, site: Site, tmp_path: Path) -> None:
    cache.add(A, file_archive(bytes(1000)), (B,))
    cache.add(B, file_archive(bytes(1_000_000)))
    site.tricks[f"{'a' * 32}.nar.none"] = [Answer(status=404)]
    site.tricks[f"{'b' * 32}.nar.none"] = [Answer(stall_after=500_000)] * 3
    with realiser_of(tmp_path, site.url, cache.key) as realiser, pytest.raises(StoreError, match="answers 404"):
        realiser.closure([A])
    # Nobody is at work any more, and nothing half-made is left.
    assert holds_nothing(SharedStore(tmp_path / "shared"))


def test_downloads_where_helpers_end(
    cache: TinyCache, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = downloads.Downloads._is_helped
    helped: list[bool] = []

    def is_helped(self: downloads.Downloads, *arguments: object) -> bool:
        for helper in self._helpers:
            assert wait_for(helper)._process is not None
            helper._process.kill()  # type: ignore[union-attr]
        helped.append(alone(self, *arguments))  # type: ignore[arg-type]
        return helped[-1]

    monkeypatch.setattr(downloads, "_WORTH_HELPERS", 0)
    monkeypatch.setattr(downloads, "PROCESSORS", 2)
    monkeypatch.setattr(downloads.Downloads, "_is_helped", is_helped)
    cache.add(A, archive_of(tree(tmp_path / "a", "a")))
    with realiser_of(tmp_path, site.url, cache.key) as realiser:
        assert archive_of(realiser.closure([A]).objects[A].place) == archive_of(tmp_path / "a")
    assert helped == [False]


KILLED = """
import sys, time
from pathlib import Path
from pyoci.realise import downloads
from pyoci.realise.helpers import Helper
from tests.realise.conftest import realiser_of

downloads._WORTH_HELPERS, downloads.PROCESSORS = 0, 2
alone = downloads.Downloads._is_helped

def is_helped(self, offers):
    (helper,) = self._helpers
    helper.has_begun.wait(20)
    print(helper._process.pid, flush=True)
    assert alone(self, offers)
    return True

downloads.Downloads._is_helped = is_helped
with realiser_of(Path(sys.argv[1]), *sys.argv[2:4]) as realiser:
    realiser.closure(sys.argv[4:])
"""


def test_killed_while_a_helper_downloads(cache: TinyCache, site: Site, tmp_path: Path) -> None:
    cache.add(A, archive_of(tree(tmp_path / "a", "a")))
    site.tricks["nar.none"] = [Answer(stall_after=200_000)]
    top = str(Path(__file__).parents[2])
    path = os.pathsep.join([top, str(Path(top, "src")), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), site.url, cache.key, A],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with process.stdout:
        helper = int(process.stdout.readline())
    until = time.monotonic() + 20
    while not any(wanted.endswith("nar.none") for wanted, _ in site.requests):
        assert time.monotonic() < until
        time.sleep(0.005)
    process.kill()
    process.wait()
    while os.path.exists(f"/proc/{helper}"):
        assert time.monotonic() < until
        time.sleep(0.01)
    shared = SharedStore(tmp_path / "shared")
    assert shared.find(A, None) is None
    with realiser_of(tmp_path, site.url, cache.key) as realiser:
        assert archive_of(realiser.closure([A]).objects[A].place) == archive_of(tmp_path / "a")
    assert not [name for name in os.listdir(shared.root / "nix" / "store") if name.startswith(".")]
