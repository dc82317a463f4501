"""Records behave as the named tuples that type checkers take them for."""

from __future__ import annotations

import pickle

import pytest

from pyoci.records import Record


class Point(Record):
    """A record with a default."""

    across: int
    down: int = 2


def test_fields() -> None:
    point = Point(1)
    assert point == (1, 2)
    assert (point.across, point.down) == (1, 2)
    assert Point(across=3, down=4) == Point(3, 4)
    assert point._replace(across=5) == Point(5, 2)
    assert Point._make([6, 7]) == Point(6, 7)
    assert repr(point) == "Point(across=1, down=2)"
    assert pickle.loads(pickle.dumps(point)) == point
    assert type(pickle.loads(pickle.dumps(point))) is Point


def test_wrong_fields() -> None:
    for make in (
        lambda: Point(),  # type: ignore[call-arg]
        lambda: Point(1, 2, 3),  # type: ignore[call-arg]
        lambda: Point(1, left=2),  # type: ignore[call-arg]
    ):
        with pytest.raises(TypeError, match="Point has the fields across, down"):
            make()
