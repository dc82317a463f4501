"""Fixtures of the compiler's tests."""

from __future__ import annotations

import pytest

from pyoci.compiler import frame, module, rows


@pytest.fixture
def all_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the body of every thunk put off that can be, and every set of two attributes taken for a very large one."""
    monkeypatch.setattr(frame, "DEFERRED", 1)
    monkeypatch.setattr(module, "_TABLE", 2)
    for user in (module, rows):
        monkeypatch.setattr(user, "DATA", 2)


@pytest.fixture(params=["as ever", "all put off"])
def sections(request: pytest.FixtureRequest) -> None:
    """Run a test twice: with the files in the sections that they have, and with all put off that can be."""
    if request.param == "all put off":
        request.getfixturevalue("all_put_off")
