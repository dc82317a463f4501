"""Processes that compile ahead, for a first run on many files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pyoci.compiler import cache as cache_module
from pyoci.compiler import compiled, loader
from pyoci.compiler.cache import CodeCache
from pyoci.compiler.compiled import CompiledFile
from pyoci.compiler.helpers import Helpers
from pyoci.evaluator import Evaluator
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value
from pyoci.settings import Settings

NAMES = Evaluator(Settings(use_cache=False))._names
LONG = f"let {' '.join(f'a{n} = {n};' for n in range(130))} in [ {' '.join(f'a{n}' for n in range(130))} ]"
"""Large enough for a thunk's body to be put off."""
PATIENCE = 60
"""Seconds: a helper only gets what time the machine has left."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that were not written just now, and a machine with two processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
    folder = tmp_path / "tree"
    (folder / "folder").mkdir(parents=True)
    elements = " ".join(f'(toString {n} + throw "x")' for n in range(50))
    texts = {
        "all.nix": "[ (import ./a.nix).a (import ./b.nix 3) ] ++ import ./folder",
        "a.nix": f"{{ a = 1; unused = [ {elements} ]; }}",
        "b.nix": "x: let y = x + 1; in y * 2",
        "folder/default.nix": "[ 1 2 ]",
        "wrong.nix": "{ a = ; }",
        "undefined.nix": "nope",
        "text.txt": "not Nix",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (1_500_000_000, 1_500_000_000))
    time.sleep(0.3)  # a file that is younger than a tick is not kept
    return folder


def wait_for(cache: CodeCache, paths: list[Path]) -> None:
    """Wait until files are in the cache."""
    end = time.monotonic() + PATIENCE
    for path in paths:
        while cache.get(cache.of_file(os.fsencode(path), path.stat(), (), False)) is None:
            assert time.monotonic() < end, f"{path.name} was not compiled"
            time.sleep(0.02)


def wait_for_code(helpers: Helpers, cache: CodeCache, path: Path) -> CompiledFile:
    """Wait until helpers have compiled a file: what they have made of it."""
    end = time.monotonic() + PATIENCE
    while (compiled := helpers.compiled(cache.of_file(os.fsencode(path), path.stat(), (), False))) is None:
        assert time.monotonic() < end, f"{path.name} was not compiled"
        time.sleep(0.001)
    return compiled


def test_files_and_folders_are_compiled(tree: Path, tmp_path: Path) -> None:
    cache = CodeCache(str(tmp_path / "code"), "some builtins")
    names = ["a.nix", "gone.nix", "wrong.nix", "undefined.nix", "text.txt", "folder", "b.nix"]
    helpers = Helpers(cache, NAMES)
    helpers.expect([os.fsencode(tree / name) for name in names])
    wait_for(cache, [tree / "b.nix", tree / "folder" / "default.nix", tree / "a.nix"])
    assert helpers._helpers
    process = helpers._helpers[0]._process
    helpers.close()
    assert process.wait(PATIENCE) == 0
    for name in ("wrong.nix", "undefined.nix", "text.txt"):
        path = tree / name
        assert cache.get(cache.of_file(os.fsencode(path), path.stat(), (), False)) is None


def not_used(evaluator: Evaluator, path: Path) -> int:
    """Bytes of code in the cache that runs have not used, where there is text of which that could be."""
    assert evaluator._cache is not None
    kept = evaluator._cache.get(evaluator._cache.of_file(os.fsencode(path), path.stat(), (), False))
    assert kept is not None
    assert kept.codes
    assert kept._index
    return sum(ahead for _, _, ahead, _, _ in kept._index.values())


def test_a_run_uses_what_was_compiled(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(cache=tmp_path / "code")
    first = Evaluator(settings)
    assert first._cache is not None
    Helpers(first._cache, first._names).expect([os.fsencode(tree / "a.nix"), os.fsencode(tree / "b.nix")])
    wait_for(first._cache, [tree / "a.nix", tree / "b.nix"])
    compiled: list[str] = []
    generate = loader.generate_file

    def generated(module: loader.LoadedModule) -> object:
        compiled.append(os.path.basename(module.source_name))
        return generate(module)

    monkeypatch.setattr(loader, "generate_file", generated)
    assert first.run(lambda: print_value(first.eval_file(str(tree / "all.nix")), True)) == "[ 1 8 1 2 ]"
    assert compiled == ["all.nix", "default.nix"]
    first.close()
    # What was not used does not stay as code.
    assert not_used(Evaluator(settings), tree / "a.nix") == 0


def test_collections_of_packages_are_left_alone(tree: Path, tmp_path: Path) -> None:
    helpers = Helpers(CodeCache(str(tmp_path / "code"), "some builtins"), NAMES)
    helpers.expect([os.fsencode(tree / "a.nix")] * 2000)
    assert helpers._helpers is None


def test_one_processor_has_no_helpers(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
    helpers = Helpers(CodeCache(str(tmp_path / "code"), "some builtins"), NAMES)
    helpers.expect([os.fsencode(tree / "a.nix")])
    assert helpers._helpers == []


def test_a_file_that_the_run_has_generated_is_compiled(tree: Path, tmp_path: Path) -> None:
    cache = CodeCache(str(tmp_path / "code"), "some builtins")
    helpers = Helpers(cache, NAMES)
    helpers.expect([os.fsencode(tree / "folder")])
    helpers.generated(os.fsencode(tree / "a.nix"))
    compiled = wait_for_code(helpers, cache, tree / "a.nix")
    assert not compiled.codes
    assert compiled._index
    assert all(ahead for _, _, ahead, _, _ in compiled._index.values())


def test_what_is_generated_is_compiled_by_one_helper(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2})
    cache = CodeCache(str(tmp_path / "code"), "some builtins")
    helpers = Helpers(cache, NAMES)
    helpers.expect([os.fsencode(tree / "text.txt")])
    assert helpers._helpers
    process = helpers._helpers[0]._process
    process.kill()  # whose turn it is
    process.wait(PATIENCE)
    helpers.generated(os.fsencode(tree / "b.nix"))
    helpers.expect([os.fsencode(tree / "b.nix")])
    helpers.expect([os.fsencode(tree / "folder")] * 2)
    # It only compiles when nothing is left that it expects.
    wait_for_code(helpers, cache, tree / "folder" / "default.nix")
    path = tree / "b.nix"
    assert cache.get(cache.of_file(os.fsencode(path), path.stat(), (), False)) is None


@pytest.fixture
def packed(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CodeCache:
    """A cache that has the files in a pack."""
    monkeypatch.setattr(cache_module, "WORTH_A_PACK", 1)
    evaluator = Evaluator(Settings(cache=tmp_path / "code"))
    assert text_value(evaluator, "import ./all.nix", tree) == "[ 1 8 1 2 ]"
    evaluator.close()
    assert evaluator._cache is not None
    return CodeCache(str(tmp_path / "code"), evaluator._cache.fingerprint)


def test_what_lies_in_a_pack_is_not_generated_again(tree: Path, packed: CodeCache) -> None:
    place = Path(packed._folder)
    assert [one.suffix for one in place.iterdir()] == [".pack"]
    (tree / "new.nix").write_text("1")
    os.utime(tree / "new.nix", (1_500_000_000, 1_500_000_000))
    time.sleep(0.15)
    cache = CodeCache(packed.folder, packed.fingerprint)
    helpers = Helpers(cache, NAMES)
    helpers.expect([os.fsencode(tree / name) for name in ("new.nix", "a.nix", "b.nix", "folder")])
    wait_for_code(helpers, cache, tree / "new.nix")
    assert sorted(one.suffix for one in place.iterdir()) == ["", ".pack"]


@pytest.mark.parametrize("told", ["expected", "generated"])
def test_what_is_compiled_of_a_changed_file_counts_before_a_pack(tree: Path, packed: CodeCache, told: str) -> None:
    (tree / "b.nix").write_text("x: x")
    os.utime(tree / "b.nix", (1_500_000_000, 1_500_000_000))
    time.sleep(0.15)
    cache = CodeCache(packed.folder, packed.fingerprint)
    path = tree / "b.nix"
    assert cache.get(cache.of_file(os.fsencode(path), path.stat(), (), False)) is None
    helpers = Helpers(cache, NAMES)
    helpers.expect([os.fsencode(tree / "folder"), *([os.fsencode(path)] if told == "expected" else [])])
    if told == "generated":
        helpers.generated(os.fsencode(path))
    assert not wait_for_code(helpers, cache, path).codes


LIBRARY = f"""{{ }}: {{
  plain.x = {{ a = rec {{ y =
    builtins.seq ({LONG}) (throw "no"); }}; }};
  list = [ ({LONG})
    {{ pname = rec {{ deep = [ ({LONG}) {{ pname = 2; }} ]; }}; }} ];
  rows = {{
    wrong.a.y =
      builtins.seq ({LONG}) (1 + throw "in a row");
    {" ".join(f"s{n} = [ {n} ];" for n in range(70))}
    {" ".join(f"r{n} = {{ pname = {n}; v = {LONG}; }};" for n in range(5))}
  }};
  unused = {{ a = ({LONG}); }};
}}
"""
"""Bodies that are put off, also those of thunks of a very large set."""
VALUE = """
  let lib = import ./lib.nix { }; at = s: (builtins.unsafeGetAttrPos "pname" s).line;
  in [ lib.list lib.rows.r1 lib.rows.s3 lib.rows.s69 lib.rows.r4.v
       (at lib.rows.r2) (at (builtins.elemAt lib.list 1)) (builtins.attrNames lib.rows.r0) ]
"""
ERRORS = ["(import ./lib.nix { }).plain.x.a.y", "(import ./lib.nix { }).rows.wrong.a.y"]


class Outcome:
    """The value of a text and the reports of two that fail."""

    def __init__(self, evaluator: Evaluator, folder: Path) -> None:
        self.value = text_value(evaluator, VALUE, folder)
        self.reports = []
        for text in ERRORS:
            with pytest.raises(NixError) as caught:
                text_value(evaluator, text, folder)
            report = evaluator.report(caught.value)
            self.reports.append((report.message, [(frame.position, frame.note) for frame in report.frames]))


def text_value(evaluator: Evaluator, text: str, folder: Path) -> str:
    return evaluator.run(lambda: print_value(evaluator.eval_text(text, base=folder), strict=True))


@pytest.mark.parametrize("kept", ["in a pack", "in files"])
@pytest.mark.parametrize(
    "before",
    [
        "builtins.isFunction (import ./lib.nix)",
        "with import ./lib.nix { }; [ rows.s3 rows.r2.pname rows.r4.pname (builtins.length list) ]",
    ],
)
def test_a_run_takes_over_what_helpers_compile(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, kept: str
) -> None:
    library = tree / "lib.nix"
    library.write_text(LIBRARY)
    (tree / "first.nix").write_text("./b.nix")
    for path in (library, tree / "first.nix"):
        os.utime(path, (1_500_000_000, 1_500_000_000))
    time.sleep(0.25)
    monkeypatch.setattr(loader, "_ALONE", 0)
    monkeypatch.setattr(cache_module, "WORTH_A_PACK", 1 if kept == "in a pack" else 1000)
    expected = Outcome(Evaluator(Settings(use_cache=False)), tree)
    assert [message for message, _ in expected.reports] == ["no", "in a row"]

    run = Evaluator(Settings(cache=tmp_path / "code"))
    run.compile_with_helpers()
    run.run(lambda: run.eval_file(tree / "first.nix"))  # which makes it start helpers
    text_value(run, before, tree)
    helpers = run._loader._helpers
    assert run._cache is not None
    assert helpers is not None
    wait_for_code(helpers, run._cache, library)
    work = Work(monkeypatch, library)
    assert vars(Outcome(run, tree)) == vars(expected)
    assert work.compiled == 0
    # Of the five thunks of the very large set that were forced, and nothing else.
    assert work.generated <= 5
    run.close()

    assert len(list((tmp_path / "code").rglob("*.pack"))) == (kept == "in a pack")
    work.compiled = work.generated = 0
    again = Evaluator(Settings(cache=tmp_path / "code"))
    assert not_used(again, library) == 0
    assert vars(Outcome(again, tree)) == vars(expected)
    assert (work.compiled, work.generated) == (0, 0)
    rest = text_value(again, "with import ./lib.nix { }; [ unused.a rows.r3.v ]", tree)
    assert rest.count("0 1 2 ") == rest.count(" 127 128 129 ]") == 2


class Work:
    """What runs do for one file, from now on: parts that they compile, and sections and whole files that they
    generate."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
        self.compiled = 0
        self.generated = 0
        compile_text, generate, write = compiled._compile_text, loader.generate_file, loader.SectionWriter.__call__

        def compiling(text: str, file_name: str) -> object:
            self.compiled += file_name == str(file)
            return compile_text(text, file_name)

        def generating(module: loader.LoadedModule) -> object:
            self.generated += module.source_name == str(file)
            return generate(module)

        def writing(writer: loader.SectionWriter, name: str) -> object:
            self.generated += writer._loaded.source_name == str(file)
            return write(writer, name)

        monkeypatch.setattr(compiled, "_compile_text", compiling)
        monkeypatch.setattr(loader, "generate_file", generating)
        monkeypatch.setattr(loader.SectionWriter, "__call__", writing)
