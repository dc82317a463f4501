"""The cache of compiled code."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pyoci.caching import folder as caching
from pyoci.compiler import loader
from pyoci.evaluator import Evaluator
from pyoci.settings import Settings


class Compiler:
    """Evaluates with a code cache of its own, and counts what is compiled."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.compiled = 0
        real = loader.generate_file

        def counting(module: loader.LoadedModule) -> loader.CompiledFile:
            self.compiled += 1
            return real(module)

        monkeypatch.setattr(loader, "generate_file", counting)

    def text(self, text: str, **more: object) -> object:
        return self._run(lambda evaluator: evaluator.eval_text(text, **more))

    def file(self, path: Path, **more: object) -> object:
        return self._run(lambda evaluator: evaluator.eval_file(path, **more))

    def _run(self, evaluate) -> object:  # type: ignore[no-untyped-def]
        evaluator = Evaluator(Settings(cache=self.folder))
        result = evaluator.run(lambda: evaluate(evaluator))
        evaluator.close()
        return result

    def is_new(self, evaluate) -> tuple[object, bool]:  # type: ignore[no-untyped-def]
        """A result, and whether anything was compiled for it."""
        before = self.compiled
        return evaluate(), self.compiled > before


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiler:
    return Compiler(tmp_path / "code", monkeypatch)


def written(path: Path, text: str) -> Path:
    """A file that is old enough for its stat to be trusted."""
    path.write_text(text)
    time.sleep(0.25)
    return path


def test_files(compiler: Compiler, tmp_path: Path) -> None:
    file = written(tmp_path / "x.nix", "1 + 1")
    assert [compiler.is_new(lambda: compiler.file(file)) for _ in range(2)] == [(2, True), (2, False)]
    before = file.stat()
    written(file, "2 + 2")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert compiler.is_new(lambda: compiler.file(file)) == (4, True)


def test_a_file_that_has_just_changed_is_not_kept(compiler: Compiler, tmp_path: Path) -> None:
    """It might change again within the same tick of the clock."""
    file = tmp_path / "x.nix"
    for number in range(20):
        file.write_text(f"{number % 10}")
        assert compiler.is_new(lambda: compiler.file(file)) == (number % 10, True)


def test_a_file_of_bindings_is_none_where_it_is_imported(compiler: Compiler, tmp_path: Path) -> None:
    file = written(tmp_path / "x.nix", "a = 1;")
    assert compiler.file(file) == {"a": 1}
    with pytest.raises(Exception, match="syntax error"):
        compiler.text(f"import {file}")


def test_texts(compiler: Compiler, tmp_path: Path) -> None:
    for text, value in (("1 + 1", 2), ("1 + 2", 3), ('"\udcff"', "\udcff")):
        assert [compiler.is_new(lambda text=text: compiler.text(text)) for _ in range(2)] == [
            (value, True),
            (value, False),
        ]


def test_what_a_text_means_depends_on_folder_names_and_kind(compiler: Compiler) -> None:
    for folder in ("/one", "/two"):
        assert compiler.text("./x", base=folder) == f"{folder}/x".encode()
        assert compiler.is_new(lambda folder=folder: compiler.text("./x", base=folder))[1] is False
    assert compiler.text("x", scope={"x": 1}) == 1
    assert compiler.text("x", scope={"x": 2}) == 2
    with pytest.raises(Exception, match="undefined variable 'x'"):
        compiler.text("x")
    assert compiler.text("a = 1;", bindings=True) == {"a": 1}
    with pytest.raises(Exception, match="syntax error"):
        compiler.text("a = 1;", bindings=False)


def test_errors_in_kept_texts_have_places(compiler: Compiler) -> None:
    reports = []
    for _ in range(2):
        evaluator = Evaluator(Settings(cache=compiler.folder))
        with pytest.raises(Exception, match="integer") as caught:
            evaluator.run(lambda evaluator=evaluator: evaluator.eval_text("let x = 1 + { }; in\n  x"))
        reports.append([frame.position for frame in evaluator.report(caught.value).frames])  # type: ignore[arg-type]
        evaluator.close()
    assert reports[0] == reports[1]
    assert reports[0]


def test_damage(compiler: Compiler, tmp_path: Path) -> None:
    file = written(tmp_path / "x.nix", "1 + 1")
    compiler.file(file)
    [kept] = [one for one in compiler.folder.rglob("*") if one.is_file() and one.name != "size"]
    whole = kept.read_bytes()
    for content in (b"", whole[:30], whole[:-20], whole[:40] + b"\0" * 100):
        kept.write_bytes(content)
        assert compiler.file(file) == 2
        assert compiler.is_new(lambda: compiler.file(file)) == (2, False)


def test_a_folder_that_others_can_write_to_is_not_used(compiler: Compiler) -> None:
    compiler.text("1")
    compiler.folder.chmod(0o777)
    assert compiler.is_new(lambda: compiler.text("1")) == (1, True)
    compiler.folder.chmod(0o700)
    assert compiler.is_new(lambda: compiler.text("1")) == (1, False)


def test_size(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(caching.LIMITS, "code", 4_000)
    for number in range(40):
        compiler.text(f"{number}")
        for one in compiler.folder.rglob("*"):
            if one.is_file() and one.name != "size":
                os.utime(one, (one.stat().st_mtime - 100_000,) * 2)
    files = [one for one in caching.files(str(compiler.folder)) if not one.path.endswith("size")]
    assert 2_000 < sum(one.size for one in files) <= 4_000
    assert compiler.is_new(lambda: compiler.text("39"))[1] is False
    assert compiler.is_new(lambda: compiler.text("0"))[1] is True
