"""Files that hold what a whole run has compiled."""

from __future__ import annotations

import marshal
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.caching import folder as caching
from pyoci.compiler import cache as code_cache
from pyoci.compiler import loader
from pyoci.compiler.cache import WORTH_A_PACK
from pyoci.compiler.packs import Packs
from pyoci.evaluator import Evaluator
from pyoci.settings import Settings

COUNT = 40
TOTAL = sum(range(COUNT))


class Runs:
    """Runs on a tree of files, with one cache, that note which files they compile."""

    def __init__(self, tmp_path: Path) -> None:
        self.tree = tmp_path / "tree"
        self.cache = tmp_path / "code"
        self.compiled: list[str] = []
        self.tree.mkdir()

    def write(self, texts: dict[str, str]) -> None:
        """Write files that are old enough for their stat to be trusted."""
        for name, text in texts.items():
            (self.tree / name).write_text(text)
        time.sleep(0.25)

    def start(self, name: str = "all.nix") -> tuple[Evaluator, object]:
        """A run that has not ended yet, and the value of a file."""
        evaluator = Evaluator(Settings(cache=self.cache))
        return evaluator, evaluator.run(lambda: evaluator.eval_file(self.tree / name))

    def value(self, name: str = "all.nix") -> object:
        """The value of a file, by a run that has ended; `compiled` is what it compiled."""
        self.compiled.clear()
        evaluator, value = self.start(name)
        evaluator.close()
        return value

    def kept(self) -> list[Path]:
        """The files of the cache that hold code."""
        return sorted(one for one in self.cache.rglob("*") if one.is_file() and one.name not in ("size", "writing"))

    def pack(self) -> Path:
        """The only pack, which is all that there is."""
        [pack] = self.kept()
        assert pack.suffix == ".pack"
        return pack


def sources(number: Callable[[int], object] = str) -> dict[str, str]:
    """A file that adds up many others."""
    names = [f"n{n}.nix" for n in range(COUNT)]
    total = " + ".join(f"import ./{name}" for name in names)
    return {"all.nix": total} | {name: f"{number(n)}" for n, name in enumerate(names)}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    made = Runs(tmp_path)
    real = loader.generate_file

    def noting(module: loader.LoadedModule) -> object:
        made.compiled.append(os.path.basename(module.source_name))
        return real(module)

    monkeypatch.setattr(loader, "generate_file", noting)
    return made


@pytest.fixture
def full(runs: Runs) -> Runs:
    """Runs after a first one."""
    runs.write(sources())
    assert runs.value() == TOTAL
    assert len(runs.compiled) == COUNT + 1
    return runs


@pytest.fixture
def always_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_cache, "WORTH_A_PACK", 1)


def replace(path: Path, content: bytes) -> None:
    """Another file in the place of one that may still be mapped."""
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.replace(path)


def test_a_run_that_compiles_much_leaves_one_file(full: Runs) -> None:
    assert full.pack().stat().st_mode & 0o777 == 0o600
    before = full.pack()
    assert full.value() == TOTAL
    assert full.compiled == []
    assert full.pack() == before


@pytest.mark.parametrize("count", [WORTH_A_PACK - 1, WORTH_A_PACK])
def test_a_run_that_compiles_little_leaves_a_file_for_each(runs: Runs, count: int) -> None:
    names = [f"n{n}.nix" for n in range(count - 1)]
    runs.write({"all.nix": " + ".join(f"import ./{name}" for name in names)} | dict.fromkeys(names, "1"))
    for compiled in (count, 0):
        assert runs.value() == count - 1
        assert len(runs.compiled) == compiled
    assert len(runs.kept()) == (count if count < WORTH_A_PACK else 1)


def test_what_is_changed_counts_before_the_pack(full: Runs) -> None:
    pack = full.pack()
    full.write({"n3.nix": "1003"})
    for compiled in (["n3.nix"], []):
        assert full.value() == TOTAL + 1000
        assert full.compiled == compiled
    assert len(full.kept()) == 2
    assert pack in full.kept()


def test_a_newer_pack_counts_before_older_ones_and_files(full: Runs) -> None:
    full.write({"n3.nix": "1003"})
    assert full.value() == TOTAL + 1000
    full.write(sources(lambda n: n + 1))
    for compiled in (COUNT + 1, 0):
        assert full.value() == TOTAL + COUNT
        assert len(full.compiled) == compiled
    assert [one.suffix for one in full.kept()] == [".pack", ".pack"]


def test_parts_that_a_later_run_needs_are_added(runs: Runs) -> None:
    """They are written again, with what was there; of the others nothing is."""
    functions = {f"n{n}.nix": f"{{ one = {n}; two = x: x + {n}; }}" for n in range(COUNT)}
    listed = " ".join(f"(import ./{name})" for name in functions)
    runs.write(
        functions
        | {f"{what}.nix": f"builtins.foldl' (sum: one: {of}) 0 [ {listed} ]" for what, of in (
            ("one", "sum + one.one"), ("two", "sum + one.two 1")
        )}
        | {"some.nix": "(import ./n7.nix).two 1"}
    )  # fmt: skip
    assert runs.value("one.nix") == TOTAL
    assert runs.value("two.nix") == TOTAL + COUNT
    assert runs.compiled == ["two.nix"]
    for name, value in (("one.nix", TOTAL), ("two.nix", TOTAL + COUNT)):
        assert runs.value(name) == value
        assert runs.compiled == []


HEAD = 12
"""Bytes before the index: its length, in eight, and its checksum."""


def start_of_entries(pack: bytes) -> int:
    return HEAD + int.from_bytes(pack[:8], "little")


def damages(whole: bytes) -> dict[str, bytes]:
    """A pack as it should not be."""
    start = start_of_entries(whole)
    length, entries = start - HEAD, whole[start:]
    size = len(entries)
    names = marshal.loads(whole[HEAD:start])[1]

    def with_index(index: object) -> bytes:
        data = marshal.dumps(index)
        return len(data).to_bytes(8, "little") + whole[8:HEAD] + data + entries

    return {
        "empty": b"",
        "cut in the length": whole[:5],
        "cut behind the length": whole[:8],
        "cut behind the checksum": whole[:HEAD],
        "cut in the index": whole[: start - 20],
        "cut behind the index": whole[:start],
        "cut in the entries": whole[:-20],
        "too long": whole + b"x",
        "zeros in the length": bytes(8) + whole[8:],
        "ones in the length": b"\xff" * 8 + whole[8:],
        "zeros in the index": whole[: HEAD + 4] + bytes(length - 4) + entries,
        "noise in the index": whole[:HEAD] + bytes(n * 7 % 256 for n in range(length)) + entries,
        "zeros in the entries": whole[:start] + bytes(size),
        "noise in the entries": whole[:start] + bytes(n * 7 % 256 for n in range(size)),
        "an index that is none": with_index(None),
        "an index without places": with_index((size, None)),
        "an index with a list of names": with_index((size, list(names))),
        "an index with numbers for places": with_index((size, dict.fromkeys(names, 5))),
        "an index with places beyond the end": with_index((size, dict.fromkeys(names, (size, 1 << 40)))),
        "no pack": b"\0" * 5000,
    }


def test_damage_to_a_pack_costs_time_only(full: Runs) -> None:
    pack = full.pack()
    whole = pack.read_bytes()
    for what, content in damages(whole).items():
        for one in full.kept():
            one.unlink()
        replace(pack, content)
        assert full.value() == TOTAL, what
        assert len(full.compiled) == COUNT + 1, what
        assert full.value() == TOTAL, what
        assert full.compiled == [], what
    replace(pack, whole)


def test_damage_to_an_entry_of_a_pack_costs_one_file(full: Runs) -> None:
    pack = full.pack()
    whole = bytearray(pack.read_bytes())
    start = start_of_entries(whole)
    at, length = marshal.loads(whole[HEAD:start])[1].popitem()[1]
    whole[start + at : start + at + length] = bytes(length)
    replace(pack, bytes(whole))
    for compiled in (1, 0):
        assert full.value() == TOTAL
        assert len(full.compiled) == compiled


@pytest.mark.usefixtures("always_packs")
def test_many_packs_become_one(runs: Runs) -> None:
    runs.write({f"n{n}.nix": f"{n}" for n in range(12)})
    most = 0
    for n in range(12):
        assert runs.value(f"n{n}.nix") == n
        assert runs.compiled == [f"n{n}.nix"]
        most = max(most, len(runs.kept()))
    assert most == 8
    assert len(runs.kept()) == 4
    for n in range(12):
        assert runs.value(f"n{n}.nix") == n
        assert runs.compiled == []


@pytest.mark.usefixtures("always_packs")
def test_what_is_merged_is_the_newest(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.write({f"n{n}.nix": f"{n}" for n in range(7)})
    for n in range(5):
        runs.value(f"n{n}.nix")
    runs.write({"n0.nix": "100", "n1.nix": "101", "n2.nix": "102"})
    runs.value("n0.nix")
    monkeypatch.setattr(code_cache, "WORTH_A_PACK", WORTH_A_PACK)
    runs.value("n1.nix")  # which becomes a file of its own
    monkeypatch.setattr(code_cache, "WORTH_A_PACK", 1)
    for n in (5, 6, 2):
        runs.value(f"n{n}.nix")
    assert [one.suffix for one in runs.kept()].count(".pack") == 1
    for n in range(7):
        assert runs.value(f"n{n}.nix") == n + 100 * (n <= 2)
        assert runs.compiled == []


@pytest.mark.usefixtures("always_packs")
def test_damaged_packs_are_left_out_when_packs_are_merged(runs: Runs) -> None:
    runs.write({f"n{n}.nix": f"{n}" for n in range(10)})
    runs.value("n0.nix")
    pack = runs.pack()
    for what, content in damages(pack.read_bytes()).items():
        for one in runs.kept():
            one.unlink()
        replace(pack, content)
        for n in range(1, 10):
            assert runs.value(f"n{n}.nix") == n, what
        assert len(runs.kept()) <= 3, what
        for n in range(1, 10):
            assert runs.value(f"n{n}.nix") == n, what
            assert runs.compiled == [], what
        assert runs.value("n0.nix") == 0, what


@pytest.mark.usefixtures("always_packs")
def test_packs_that_are_not_used_go_when_there_is_too_much(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.write({f"n{n}.nix": f"{n}" for n in range(6)})
    runs.value("n0.nix")
    monkeypatch.setitem(caching.LIMITS, "code", 3 * runs.pack().stat().st_size)
    for n in range(1, 6):
        for one in runs.kept():
            os.utime(one, (one.stat().st_mtime - 100_000,) * 2)
        assert runs.value("n1.nix") == 1  # which is used every day
        assert runs.compiled == ["n1.nix"] * (n == 1)
        runs.value(f"n{n}.nix")
    assert sum(one.stat().st_size for one in runs.kept()) <= caching.LIMITS["code"]
    found = {}
    for n in (1, 5, 0):
        assert runs.value(f"n{n}.nix") == n
        found[n] = not runs.compiled
    assert found == {1: True, 5: True, 0: False}


def test_a_folder_of_other_versions_only_is_no_error(full: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_cache, "FORMAT", -1)
    for compiled in (COUNT + 1, 0):
        assert full.value() == TOTAL
        assert len(full.compiled) == compiled
    assert [one.suffix for one in full.kept()] == [".pack"] * 2


def test_runs_at_once_do_not_disturb_each_other(runs: Runs) -> None:
    runs.write(sources())
    first, second = runs.start(), runs.start()
    assert first[1] == second[1] == TOTAL
    second[0].close()
    first[0].close()
    third = runs.start()
    assert third[1] == TOTAL
    assert runs.value() == TOTAL
    assert runs.compiled == []
    third[0].close()
    assert [one.suffix for one in runs.kept()] == [".pack"] * 2


def test_merging_at_once_loses_nothing(tmp_path: Path) -> None:
    folder, expected = str(tmp_path), {}
    for n in range(8):
        Packs(folder, 0).write({f"old{n}": bytes([n])})
        expected[f"old{n}"] = bytes([n])
    one, other, reader = (Packs(folder, 0) for _ in range(3))
    one.write({"one": b"1"})
    other.write({"other": b"2"})
    after = Packs(folder, 0)
    expected |= {"one": b"1", "other": b"2"}
    assert {name: bytes(after.get(name) or b"") for name in expected} == expected
    assert len(os.listdir(folder)) == 2
    # Who has looked at packs before they went can go on.
    assert bytes(reader.get("old3") or b"") == b"\3"


def test_processes_at_once_do_not_disturb_each_other(runs: Runs) -> None:
    runs.write(sources())
    program = (
        "import sys; from pyoci.evaluator import Evaluator, Settings; one = Evaluator(Settings(cache=sys.argv[1]));"
        "print(one.run(lambda: one.eval_file(sys.argv[2]))); one.close(in_background=True)"
    )
    command = [sys.executable, "-c", program, str(runs.cache), str(runs.tree / "all.nix")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(3)]
    assert [process.communicate(timeout=60)[0] for process in processes] == [f"{TOTAL}\n".encode()] * 3
    assert runs.value() == TOTAL
    assert runs.compiled == []


@pytest.mark.parametrize("count", [1, COUNT])
def test_a_folder_that_vanishes_is_made_again(runs: Runs, count: int) -> None:
    runs.write(sources())
    name = "all.nix" if count == COUNT else "n1.nix"
    value = TOTAL if count == COUNT else 1
    assert runs.value(name) == value
    shutil.rmtree(runs.cache)
    run = runs.start(name)
    assert run[1] == value
    shutil.rmtree(runs.cache, ignore_errors=True)
    run[0].close()
    assert runs.value(name) == value
    assert runs.compiled == []


def test_what_a_cache_has(full: Runs) -> None:
    """What helpers ask before they generate a file."""

    def has() -> bool:
        evaluator = Evaluator(Settings(cache=full.cache))
        path = full.tree / "n3.nix"
        assert evaluator._cache is not None
        return evaluator._cache.has(evaluator._cache.of_file(os.fsencode(path), path.stat(), (), False))

    assert has()
    full.write({"n3.nix": "1003"})
    assert not has()
    full.value()
    [pack] = [one for one in full.kept() if one.suffix == ".pack"]
    pack.unlink()
    assert has()
    shutil.rmtree(full.cache)
    assert not has()


def test_a_folder_that_vanishes_while_it_is_used_is_no_error(full: Runs) -> None:
    evaluator = Evaluator(Settings(cache=full.cache))
    assert evaluator.run(lambda: evaluator.eval_file(full.tree / "n1.nix")) == 1
    shutil.rmtree(full.cache)
    full.compiled.clear()
    assert evaluator.run(lambda: evaluator.eval_file(full.tree / "all.nix")) == TOTAL
    assert full.compiled == []  # for a pack that was opened is there
    evaluator.close()


@pytest.mark.parametrize("worth", [1, 1000])
def test_a_folder_that_vanishes_before_it_is_written_to_is_no_error(
    full: Runs, monkeypatch: pytest.MonkeyPatch, worth: int
) -> None:
    prepare = code_cache.CodeCache.prepare

    def then_gone(self: code_cache.CodeCache) -> bool:
        done = prepare(self)
        shutil.rmtree(full.cache)
        return done

    shutil.rmtree(full.cache)
    with monkeypatch.context() as patched:
        patched.setattr(code_cache.CodeCache, "prepare", then_gone)
        patched.setattr(code_cache, "WORTH_A_PACK", worth)
        assert full.value() == TOTAL
    assert full.kept() == []
    assert full.value() == TOTAL
    full.pack()


def test_what_a_later_run_needed_more_of_a_file_counts_before_the_pack(runs: Runs) -> None:
    long = " + ".join(f"f {n}" for n in range(60))
    more = f"let f = n: n; in {{ a = 0; b = {long}; }}"
    texts = sources() | {"more.nix": more, "b.nix": "import ./n0.nix + (import ./more.nix).b"}
    runs.write(texts | {"all.nix": f"(import ./more.nix).a + {texts['all.nix']}"})
    assert runs.value() == TOTAL
    pack = runs.pack()
    assert runs.value("b.nix") == sum(range(60))
    own = [one for one in runs.kept() if one != pack]
    assert len(own) == 2
    written = [one.stat() for one in own]
    assert runs.value("b.nix") == sum(range(60))
    assert [one.stat() for one in own] == written
