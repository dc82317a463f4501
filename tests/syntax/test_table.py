"""The table: how it is built, kept and found."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyoci.syntax import actions, table


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder; there is no table beside the module."""
    monkeypatch.setattr(table, "_INSTALLED", str(tmp_path / "installed"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "pyoci"


def test_built_once_and_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = table.load()
    assert len(list(cache.iterdir())) == 1

    def forbidden(grammar: str) -> table.Table:
        raise AssertionError("built a second time")

    monkeypatch.setattr(table, "build", forbidden)
    assert table.load() == first


@pytest.mark.parametrize("content", [b"", b"nonsense", marshal.dumps((1, 2))])
def test_a_spoilt_table_is_built_anew(cache: Path, content: bytes) -> None:
    good = table.load()
    (kept,) = cache.iterdir()
    kept.write_bytes(content)
    assert table.load() == good
    assert len(kept.read_bytes()) > 1000


def test_a_cache_that_cannot_be_written_does_no_harm(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert table.load().terminals[0] == table.END


def test_what_was_installed_is_taken(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Path(table._INSTALLED)
    installed.mkdir()
    table.write(str(installed))
    monkeypatch.setattr(table, "build", lambda grammar: pytest.fail("built although it was there"))
    assert table.load().terminals[0] == table.END
    assert not cache.exists()


def test_another_grammar_has_another_table(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table.load()
    text = table.grammar_text()
    monkeypatch.setattr(table, "grammar_text", lambda: text + "\n// changed\n")
    table.load()
    assert len(list(cache.iterdir())) == 2


def test_does_not_depend_on_the_hash_seed() -> None:
    program = "from pyoci.syntax import table; print(repr(table.build(table.grammar_text())))"
    outputs = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        outputs.add(
            subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True).stdout
        )
    assert len(outputs) == 1


def test_a_warm_start_imports_no_lark(cache: Path) -> None:
    table.load()
    program = (
        "import sys; from pyoci.syntax.parser import parse; from pyoci.syntax.source import Source; "
        "parse(Source('1', '', b'/')); print('lark' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"


def test_every_rule_has_an_action() -> None:
    for name, _, _ in table.load().rules:
        assert callable(actions.action(name or "hand_on"))


def test_operators_that_do_not_associate() -> None:
    built = table.load()
    forbidden = {built.terminals[terminal] for row in built.forbidden for terminal in row}
    assert forbidden == {"==", "!=", "<", "<=", ">", ">="}
