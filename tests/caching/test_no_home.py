"""Users without a home folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyoci.caching import folder


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert not folder.make_private(folder.default_folder())
    assert not (tmp_path / "none").exists()
