"""Closures out of binary caches, sound ones and others."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pyoci.realise import transport
from pyoci.realise.closure import StoreObject
from pyoci.realise.shared import SharedStore
from pyoci.runtime.errors import StoreError

from .conftest import COMPRESSORS, Answer, Site, TinyCache, archive_of, file_archive, realiser_of, store_path, token

A, B, C = store_path("a", "top-1"), store_path("b", "library"), store_path("c", "data")


def tree(folder: Path, text: str) -> Path:
    """A small tree of every kind of file."""
    (folder / "bin").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "bin" / "run").write_text(text)
    (folder / "bin" / "run").chmod(0o755)
    (folder / "data").write_bytes(random.Random(text).randbytes(300_000))
    (folder / "link").symlink_to("bin/run")
    return folder


@pytest.fixture
def filled(cache: TinyCache, tmp_path: Path) -> TinyCache:
    """Three paths, two of which refer to each other's kind."""
    cache.add(A, archive_of(tree(tmp_path / "a", "a")), (A, B, C), "xz")
    cache.add(B, archive_of(tree(tmp_path / "b", "b")), (C,), "zstd")
    cache.add(C, file_archive(b"data"))
    return cache


def holds_nothing(shared: SharedStore) -> bool:
    """Whether a shared store has neither paths nor anything half-made."""
    return not [entry for entry in shared.root.rglob("*") if entry.is_file() and entry.parent.name != "partial"]


@pytest.mark.parametrize("compression", sorted(COMPRESSORS))
def test_every_compression(compression: str, cache: TinyCache, tmp_path: Path) -> None:
    original = tree(tmp_path / "original", compression)
    cache.add(A, archive_of(original), compression=compression)
    with realiser_of(tmp_path, cache.url, cache.key) as realiser:
        place = realiser.closure([A]).objects[A].place
    assert archive_of(place) == archive_of(original)


def test_a_closure_is_complete_and_has_modes_and_times_of_the_store(
    filled: TinyCache, site: Site, tmp_path: Path
) -> None:
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        closure = realiser.closure([A])
    assert list(closure.objects) == [C, B, A]
    assert closure.objects[A].references == (B, C)
    assert archive_of(closure.objects[A].place) == archive_of(tmp_path / "a")
    assert archive_of(closure.objects[B].place) == archive_of(tmp_path / "b")
    for found in closure.objects.values():
        for place in [found.place, *found.place.rglob("*")]:
            status = place.lstat()
            assert status.st_mtime_ns == 1_000_000_000
            assert place.is_symlink() or stat.S_IMODE(status.st_mode) in (0o444, 0o555)
    assert (closure.objects[A].place / "bin" / "run").stat().st_mode & 0o111 == 0o111
    assert list((tmp_path / "shared" / "partial").iterdir()) == []


def test_what_is_in_the_shared_store_is_not_fetched_again(filled: TinyCache, site: Site, tmp_path: Path) -> None:
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        realiser.closure([A])
    asked = len(site.requests)
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        assert set(realiser.closure([A]).objects) == {A, B, C}
    assert len(site.requests) == asked


def test_what_was_written_to_in_the_shared_store_is_fetched_again(
    filled: TinyCache, site: Site, tmp_path: Path
) -> None:
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        place = realiser.closure([A]).objects[B].place
    (place / "data").chmod(0o644)
    (place / "data").write_bytes(b"changed")
    (place / "data").chmod(0o444)
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        assert archive_of(realiser.closure([A]).objects[B].place) == archive_of(tmp_path / "b")


def test_what_was_fetched_without_signatures_is_not_trusted_later(
    filled: TinyCache, site: Site, tmp_path: Path
) -> None:
    with realiser_of(tmp_path, site.url, check_signatures=False) as realiser:
        realiser.closure([A])
    asked = len(site.requests)
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        realiser.closure([A])
    assert len(site.requests) > asked


def damage(kind: str, cache: TinyCache, archive: Path) -> None:
    """Make a cache's archive wrong, and its description right about its length."""
    data = bytearray(archive.read_bytes())
    if kind == "flipped":
        data[len(data) // 2] ^= 1
    elif kind == "truncated":
        del data[len(data) // 2 :]
    elif kind == "followed":
        data += b"more"
    archive.write_bytes(data)
    info = cache.folder / f"{'a' * 32}.narinfo"
    lines = [line for line in info.read_text().splitlines() if not line.startswith("FileSize")]
    info.write_text("\n".join([*lines, f"FileSize: {len(data)}", ""]))


@pytest.mark.parametrize("compression", sorted(COMPRESSORS))
@pytest.mark.parametrize("kind", ["flipped", "truncated", "followed"])
def test_damaged_archives(kind: str, compression: str, cache: TinyCache, tmp_path: Path) -> None:
    archive = cache.add(A, archive_of(tree(tmp_path / "a", "a")), compression=compression)
    damage(kind, cache, archive)
    with realiser_of(tmp_path, cache.url, cache.key) as realiser, pytest.raises(StoreError) as error:
        realiser.closure([A])
    assert A in error.value.message
    assert "damaged" in error.value.message
    assert holds_nothing(SharedStore(tmp_path / "shared"))


def test_another_cache_is_asked_where_the_first_is_damaged(cache: TinyCache, tmp_path: Path) -> None:
    from pyoci.realise.caches import BinaryCache, Caches
    from pyoci.realise.realiser import Realiser
    from pyoci.store.registry import DerivationRegistry

    from .conftest import PATIENCE

    damage("flipped", cache, cache.add(A, archive_of(tree(tmp_path / "a", "a"))))
    sound = TinyCache(tmp_path / "sound")
    sound.add(A, archive_of(tmp_path / "a"))
    caches = Caches([BinaryCache(one.url, PATIENCE, 2) for one in (cache, sound)], [cache.key], check_signatures=False)
    with Realiser(DerivationRegistry(), shared=SharedStore(tmp_path / "shared"), caches=caches) as realiser:
        assert archive_of(realiser.closure([A]).objects[A].place) == archive_of(tmp_path / "a")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Sig": "test-1:" + "A" * 86 + "=="}, "not by a trusted key"),
        ({"Sig": "other-1:" + "A" * 86 + "=="}, "signed by other-1"),
        ({"References": f"{'e' * 32}-x"}, "illegal base-32"),
        ({"References": f"{'b' * 32}-library"}, "not by a trusted key"),
        ({"NarSize": "1"}, "not by a trusted key"),
        ({"NarHash": "sha256:" + "0" * 52}, "not by a trusted key"),
        ({"StorePath": B}, "is that of"),
        ({"URL": "../../etc/passwd"}, "no archive inside the cache"),
        ({"URL": "/etc/passwd"}, "no archive inside the cache"),
        ({"URL": "http://127.0.0.1:1/x"}, "no archive inside the cache"),
        ({"NarSize": "-1"}, "the size"),
        ({"NarHash": "md5:" + "0" * 32}, "hashed with md5"),
    ],
)
def test_descriptions_that_are_not_believed(
    changes: dict[str, str], message: str, cache: TinyCache, tmp_path: Path
) -> None:
    cache.add(A, file_archive(b"x"), **changes)
    with realiser_of(tmp_path, cache.url, cache.key) as realiser, pytest.raises(StoreError, match=message):
        realiser.closure([A])
    assert not (tmp_path / "shared" / "nix").exists()


def test_a_path_without_a_signature_needs_to_be_insisted_on(cache: TinyCache, tmp_path: Path) -> None:
    cache.add(A, file_archive(b"x"), sign=False)
    with realiser_of(tmp_path, cache.url, cache.key) as realiser, pytest.raises(StoreError, match="signed by nobody"):
        realiser.closure([A])
    with realiser_of(tmp_path, cache.url, check_signatures=False) as realiser:
        assert realiser.closure([A]).objects[A].place.read_bytes() == b"x"


def directory(*entries: tuple[bytes, bytes]) -> bytes:
    """The archive of a folder, entries as they are given."""
    inner = b"".join(token(b"entry", b"(", b"name", name, b"node") + node + token(b")") for name, node in entries)
    return token(b"nix-archive-1", b"(", b"type", b"directory") + inner + token(b")")


FILE = token(b"(", b"type", b"regular", b"contents", b"pwned", b")")


def link(target: bytes) -> bytes:
    """A node that is a link."""
    return token(b"(", b"type", b"symlink", b"target", target, b")")


def inside(name: bytes) -> bytes:
    """A node that is a folder with one file."""
    entry = token(b"entry", b"(", b"name", name, b"node") + FILE + token(b")")
    return token(b"(", b"type", b"directory") + entry + token(b")")


HOSTILE = {
    "parent": directory((b"..", FILE)),
    "climbing": directory((b"../../escaped", FILE)),
    "absolute": directory((b"/tmp/escaped", FILE)),
    "slash": directory((b"a/b", FILE)),
    "empty": directory((b"", FILE)),
    "dot": directory((b".", FILE)),
    "twice": directory((b"a", FILE), (b"a", FILE)),
    "link and folder of one name": directory((b"a", link(b"..")), (b"a", inside(b"escaped"))),
    "unsorted": directory((b"b", FILE), (b"a", FILE)),
    "zero": directory((b"a\0b", FILE)),
    "no end": directory((b"a", FILE))[:-16],
    "long name": directory((b"a" * 300, FILE)),
    "deep": token(b"nix-archive-1") + token(b"(", b"type", b"directory", b"entry", b"(", b"name", b"a", b"node") * 5000,
    "huge file": token(b"nix-archive-1", b"(", b"type", b"regular", b"contents") + b"\xff" * 8,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_archives_write_nothing_outside(kind: str, cache: TinyCache, tmp_path: Path) -> None:
    cache.add(A, HOSTILE[kind])
    before = sorted(tmp_path.parent.iterdir())
    with realiser_of(tmp_path, cache.url, cache.key) as realiser, pytest.raises(StoreError, match="bad archive"):
        realiser.closure([A])
    assert holds_nothing(SharedStore(tmp_path / "shared"))
    assert sorted(tmp_path.iterdir()) == [tmp_path / "cache", tmp_path / "shared"]
    assert sorted(tmp_path.parent.iterdir()) == before


def test_a_link_that_leads_out_is_only_a_link(cache: TinyCache, tmp_path: Path) -> None:
    cache.add(A, directory((b"A", FILE), (b"a", link(b"../../../../escaped"))))
    with realiser_of(tmp_path, cache.url, cache.key) as realiser:
        place = realiser.closure([A]).objects[A].place
    assert os.readlink(place / "a") == "../../../../escaped"
    assert sorted(os.listdir(place)) == ["A", "a"]
    assert not list(tmp_path.rglob("escaped"))


def test_a_bomb_is_stopped_at_the_size_that_was_promised(cache: TinyCache, tmp_path: Path) -> None:
    archive = cache.add(A, file_archive(b"x"), compression="xz")
    archive.write_bytes(COMPRESSORS["xz"](file_archive(bytes(200_000_000))))
    info = cache.folder / f"{'a' * 32}.narinfo"
    info.write_text("".join(f"{line}\n" for line in info.read_text().splitlines() if not line.startswith("FileSize")))
    with realiser_of(tmp_path, cache.url, cache.key) as realiser, pytest.raises(StoreError, match="longer than"):
        realiser.closure([A])


# -- servers


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("answer", [Answer(cut_after=70_000), Answer(stall_after=70_000), Answer(status=503)])
def test_a_server_that_fails_once_is_asked_for_the_rest(
    answer: Answer, ranges: bool, filled: TinyCache, site: Site, tmp_path: Path
) -> None:
    site.ranges = ranges
    site.tricks["zstd"] = [Answer(answer.status, answer.cut_after, answer.stall_after)]
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        assert archive_of(realiser.closure([A]).objects[B].place) == archive_of(tmp_path / "b")
    asked = [wanted for path, wanted in site.requests if path.endswith("zstd")]
    assert asked == [None, None if answer.status == 503 else "bytes=70000-"]


def test_a_server_that_fails_for_good_is_an_error_and_the_next_run_goes_on(
    filled: TinyCache, site: Site, tmp_path: Path
) -> None:
    site.tricks["zstd"] = [Answer(cut_after=70_000), *[Answer(status=500)] * 2]
    with realiser_of(tmp_path, site.url, filled.key) as realiser, pytest.raises(StoreError, match="answers 500"):
        realiser.closure([A])
    assert not SharedStore(tmp_path / "shared").store.has(B)
    site.requests.clear()
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        assert archive_of(realiser.closure([A]).objects[B].place) == archive_of(tmp_path / "b")
    assert [wanted for path, wanted in site.requests if path.endswith("zstd")] == ["bytes=70000-"]


def test_what_a_killed_run_has_left_is_thrown_away_if_it_is_wrong(
    filled: TinyCache, site: Site, tmp_path: Path
) -> None:
    site.tricks["zstd"] = [Answer(cut_after=70_000), *[Answer(status=500)] * 2]
    with realiser_of(tmp_path, site.url, filled.key) as realiser, pytest.raises(StoreError):
        realiser.closure([A])
    for partial in (tmp_path / "shared" / "partial").iterdir():
        partial.write_bytes(bytes(partial.stat().st_size))
    with realiser_of(tmp_path, site.url, filled.key) as realiser:
        assert archive_of(realiser.closure([A]).objects[B].place) == archive_of(tmp_path / "b")


def test_a_cache_that_is_down_is_named(tmp_path: Path) -> None:
    with realiser_of(tmp_path, "http://127.0.0.1:1") as realiser, pytest.raises(StoreError) as error:
        realiser.closure([A, B])
    assert error.value.message.count("no source has") == 2
    assert "no connection to the server" in error.value.message


def test_what_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with (
        realiser_of(tmp_path, f"file://{tmp_path}/plain") as realiser,
        pytest.raises(StoreError, match="no nix-cache-"),
    ):
        realiser.closure([A])
    for url in ("ftp://example.org", "s3://bucket", "file://host/x", "x"):
        with pytest.raises(StoreError, match="is no binary cache"):
            realiser_of(tmp_path, url)


def test_a_cache_of_another_store(cache: TinyCache, tmp_path: Path) -> None:
    (cache.folder / "nix-cache-info").write_text("StoreDir: /gnu/store\n")
    with realiser_of(tmp_path, cache.url) as realiser, pytest.raises(StoreError, match="a cache of '/gnu/store'"):
        realiser.closure([A])


DOWNLOADER = """
import sys, types
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import tests_conftest as conftest
from pathlib import Path
with conftest.realiser_of(Path(sys.argv[2]), sys.argv[3], sys.argv[4]) as realiser:
    realiser.closure(sys.argv[5:])
"""


def test_killed_at_any_point_it_is_whole_after_the_next_run(filled: TinyCache, site: Site, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "tests_conftest.py").symlink_to(Path(__file__).with_name("conftest.py"))
    command = [sys.executable, "-c", DOWNLOADER, str(code), str(tmp_path), site.url, filled.key, A]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    started = time.monotonic()
    subprocess.run(command, check=True, env=environment)
    whole = time.monotonic() - started
    shared = SharedStore(tmp_path / "shared")
    for at in range(8):
        for path in (A, B, C):
            shared.forget(path)
        process = subprocess.Popen(command, env=environment)
        time.sleep(whole * (0.6 + 0.05 * at))
        process.send_signal(signal.SIGKILL)
        process.wait()
        known = {path: shared.find(path, frozenset({filled.key})) for path in (A, B, C)}
        for path, original in ((A, tmp_path / "a"), (B, tmp_path / "b")):
            found = known[path]
            assert found is None or archive_of(found.place) == archive_of(original)
        with realiser_of(tmp_path, site.url, filled.key) as realiser:
            closure = realiser.closure([A])
        assert archive_of(closure.objects[A].place) == archive_of(tmp_path / "a")
        assert archive_of(closure.objects[B].place) == archive_of(tmp_path / "b")
        assert not [name for name in os.listdir(shared.root / "nix" / "store") if name.startswith(".")]


def test_a_plain_server_gets_few_requests_at_once() -> None:
    places = transport._Places(8)
    places.limit(2)
    busy, most = 0, 0
    lock = threading.Lock()

    def ask() -> None:
        nonlocal busy, most
        with places:
            with lock:
                busy += 1
                most = max(most, busy)
            time.sleep(0.01)
            with lock:
                busy -= 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, busy) == (2, 0)


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize(("fast", "begin"), [(1 << 60, 0), (0, 2 << 20)])
def test_what_has_arrived_is_kept_unless_it_came_fast(
    fast: int, begin: int, ranges: bool, cache: TinyCache, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_FAST", fast)
    data = random.Random(1).randbytes(3_000_000)
    cache.add(A, file_archive(data))
    site.ranges = ranges
    site.tricks["none"] = [Answer(cut_after=2_500_000), *[Answer(status=500)] * 2]
    with realiser_of(tmp_path, site.url, cache.key) as realiser, pytest.raises(StoreError, match="answers 500"):
        realiser.closure([A])
    (partial,) = (tmp_path / "shared" / "partial").iterdir()
    with partial.open("rb") as file:
        kept, end = transport._kept_span(file)
        file.seek(kept)
        assert file.read() == file_archive(data)[kept:end]
    assert (begin <= kept < begin + 300_000, end) == (True, 2_500_000)
    site.requests.clear()
    with realiser_of(tmp_path, site.url, cache.key) as realiser:
        assert realiser.closure([A]).objects[A].place.read_bytes() == data
    # The hole at the beginning is fetched first, and then what was not reached.
    asked = [wanted for path, wanted in site.requests if path.endswith("none")]
    assert asked == [*([None] if kept else []), "bytes=2500000-"]
    assert list((tmp_path / "shared" / "partial").iterdir()) == []


def test_a_partial_file_that_is_all_hole_counts_as_empty(tmp_path: Path) -> None:
    with (tmp_path / "partial").open("w+b") as file:
        file.truncate(1 << 20)
        assert transport._kept_span(file) == (0, 0)
        assert (tmp_path / "partial").stat().st_size == 0


def test_downloads_begin_before_all_is_looked_up(cache: TinyCache, site: Site, tmp_path: Path) -> None:
    cache.add(A, file_archive(b"top"), (B,))
    cache.add(B, file_archive(b"library"))
    asked_when_a_came: list[int] = []

    def found(_: StoreObject) -> None:
        asked_when_a_came.append(sum(path.endswith("b.narinfo") for path, _ in site.requests))

    # The description of B comes with the second attempt, after half a second.
    site.tricks["b.narinfo"] = [Answer(stall_after=0)]
    with realiser_of(tmp_path, site.url, cache.key) as realiser:
        realiser.closure([A], found=found)
    assert asked_when_a_came == [1, 2]


def test_temporary_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = SharedStore(tmp_path / "shared")
    gone, mine = tmp_path / "shared" / "scratch" / ".1234567-x", tmp_path / "shared" / "scratch" / f".{os.getpid()}-x"
    gone.mkdir(parents=True)
    mine.mkdir()
    with shared.scratch() as folder:
        assert Path(folder).parent == gone.parent
        assert mine.exists()
        assert not gone.exists()
    assert not Path(folder).exists()
    (tmp_path / "file").touch()
    with SharedStore(tmp_path / "file" / "no").scratch() as folder:
        assert Path(folder).is_dir()

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(StoreError, match="cannot write anything temporary"):
        SharedStore(tmp_path / "file" / "no").scratch()
