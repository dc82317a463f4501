"""Writing by another process, which nobody waits for but who needs what it writes."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from pyoci.caching import background
from pyoci.caching.background import end_writers, wait_for_writers, write_in_background

HERE = os.getpid()
PATIENCE = 10
HIGH = 300
"""The number of an open file that is above all others."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    end_writers()  # of tests before this
    yield str(tmp_path)
    end_writers()


def writing(place: Path) -> Callable[[], None]:
    """What writes the number of the process that does it."""
    return lambda: _write(place)


def writing_after(event: Path, place: Path) -> Callable[[], None]:
    """The same, which does not begin before a file is there."""

    def write() -> None:
        end = time.monotonic() + PATIENCE
        while not event.exists() and time.monotonic() < end:
            time.sleep(0.002)
        _write(place)

    return write


def _write(place: Path) -> None:
    place.write_text(str(os.getpid()))


def process() -> int:
    """The last one that was started."""
    return background._writers[-1]


def status() -> int:
    """The exit status of the last one that was started."""
    return os.waitstatus_to_exitcode(os.waitpid(background._writers.pop(), 0)[1])


def test_all_is_written_once_one_has_waited(folder: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_in_background(folder, writing_after(tmp_path / "go", tmp_path / name))
    assert os.listdir(folder) == ["writing"]
    (tmp_path / "go").touch()
    wait_for_writers(folder)
    assert [(tmp_path / name).read_text() for name in ("one", "two")] == [str(one) for one in background._writers]


def test_who_had_to_wait_is_told(folder: str, tmp_path: Path) -> None:
    def write() -> None:
        time.sleep(0.3)

    write_in_background(folder, write)
    assert wait_for_writers(folder)
    assert not wait_for_writers(folder)


def test_writers_do_not_wait_for_each_other(folder: str, tmp_path: Path) -> None:
    write_in_background(folder, writing_after(tmp_path / "two", tmp_path / "one"))
    write_in_background(folder, writing(tmp_path / "two"))
    wait_for_writers(folder)
    assert (tmp_path / "one").stat().st_mtime_ns >= (tmp_path / "two").stat().st_mtime_ns


def test_where_nobody_writes_nobody_waits(folder: str, tmp_path: Path) -> None:
    assert not wait_for_writers(folder)
    assert os.listdir(folder) == []
    write_in_background(folder, writing(tmp_path / "x"))
    end_writers()
    assert not wait_for_writers(folder)
    assert not wait_for_writers(str(tmp_path / "gone"))


def test_nobody_waits_for_a_writer_that_was_stopped(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_in_background(folder, writing_after(tmp_path / "go", tmp_path / "x"))
    os.kill(process(), signal.SIGSTOP)
    try:
        monkeypatch.setattr(background, "_PATIENCE", 0.1)
        begin = time.monotonic()
        assert wait_for_writers(folder)
        assert 0.1 <= time.monotonic() - begin < 4
        assert not (tmp_path / "x").exists()
    finally:
        (tmp_path / "go").touch()
        os.kill(process(), signal.SIGCONT)
    monkeypatch.undo()
    wait_for_writers(folder)
    assert (tmp_path / "x").exists()


def test_a_writer_that_was_killed_is_not_waited_for(folder: str, tmp_path: Path) -> None:
    write_in_background(folder, writing_after(tmp_path / "never", tmp_path / "x"))
    os.kill(process(), signal.SIGKILL)
    assert status() == -signal.SIGKILL
    assert not wait_for_writers(folder)


def test_nothing_is_kept_open_that_somebody_may_wait_for(folder: str, tmp_path: Path) -> None:
    """Not the standard streams, nor a pipe, nor a lock, but the one of writers."""
    saved = [os.dup(stream) for stream in range(3)]
    reader, writer = os.pipe()
    other, inherited = os.pipe()
    os.set_inheritable(inherited, True)
    os.dup2(writer, HIGH)
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        for stream in (1, 2):
            os.dup2(writer, stream)
        os.dup2(other, 0)
        write_in_background(folder, writing_after(tmp_path / "go", tmp_path / "x"))
    finally:
        for stream, one in enumerate(saved):
            os.dup2(one, stream)
            os.close(one)
    for one in (writer, inherited, lock, HIGH):
        os.close(one)
    for end in (reader, other):
        assert select.select([end], [], [], PATIENCE / 2)[0]
        assert os.read(end, 1) == b""
    lock = os.open(tmp_path / "lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not (tmp_path / "x").exists()
    (tmp_path / "go").touch()
    wait_for_writers(folder)
    assert (tmp_path / "x").exists()
    for one in (reader, other, lock):
        os.close(one)


def test_a_writer_is_of_no_terminal(folder: str, tmp_path: Path) -> None:
    def write() -> None:
        (tmp_path / "x").write_text(str(os.getsid(0)))

    write_in_background(folder, write)
    wait_for_writers(folder)
    assert (tmp_path / "x").read_text() == str(process())


def test_ending_leaves_no_defunct_process(folder: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_in_background(folder, writing(tmp_path / name))
    started = list(background._writers)
    assert len(started) == 2
    os.waitpid(started[0], 0)  # somebody else has asked for it
    end_writers()
    assert (tmp_path / "two").exists()
    assert background._writers == []
    for one in started:
        with pytest.raises(ProcessLookupError):
            os.kill(one, 0)
    end_writers()


@pytest.mark.parametrize("error", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_a_writer_that_fails_ends(folder: str, tmp_path: Path, error: type[BaseException]) -> None:
    def fail() -> NoReturn:
        raise error

    with suppress(error):
        write_in_background(folder, fail)
    (tmp_path / f"went on in {os.getpid()}").touch()  # as the other process must not
    assert status() == 1
    write_in_background(folder, writing(tmp_path / "x"))
    assert status() == 0
    assert sorted(os.listdir(folder)) == [f"went on in {HERE}", "writing", "x"]


@pytest.mark.parametrize("name", ["fork", "flock"])
def test_what_cannot_be_done_by_another_process_is_done_at_once(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.EAGAIN, "not now")

    monkeypatch.setattr({"fork": os, "flock": fcntl}[name], name, refuse)
    write_in_background(folder, writing(tmp_path / "x"))
    assert (tmp_path / "x").read_text() == str(HERE)
    assert background._writers == []
    monkeypatch.undo()
    assert not wait_for_writers(folder)


@pytest.mark.parametrize("lock", ["a link", "a folder", "nowhere"])
def test_where_no_lock_can_be_made_it_is_written_at_once(folder: str, tmp_path: Path, lock: str) -> None:
    place = tmp_path / "cache"
    if lock != "nowhere":
        place.mkdir()
    if lock == "a link":
        (place / "writing").symlink_to(tmp_path / "elsewhere")
    elif lock == "a folder":
        (place / "writing").mkdir()
    write_in_background(str(place), writing(tmp_path / "x"))
    assert (tmp_path / "x").read_text() == str(HERE)
    assert background._writers == []
    assert not (tmp_path / "elsewhere").exists()
    assert not wait_for_writers(str(place))


def test_a_file_system_without_locks_has_nobody_to_wait_for(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "writing").write_text("")

    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert not wait_for_writers(folder)


def test_the_only_program_of_a_container_writes_at_once(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it leaves behind ends with it."""
    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: 1)
        write_in_background(folder, writing(tmp_path / "x"))
        assert (tmp_path / "x").read_text() == "1"
    assert background._writers == []
