"""Differences between C++ Nix and pyoci, and which of them are meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pyoci.emit import differences
from pyoci.emit.differences import Answer, UnitAnswer, container_differences, unit_differences

THEIRS: dict[str, Any] = {
    "platform": {"os": "linux", "arch": "x86_64"},
    "root": {"path": "rootfs", "readonly": False},
    "process": {"args": ["/nix/store/x"]},
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc", "options": None},
        {"destination": "/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro", "realatime"]},
    ],
}
OURS = copy.deepcopy(THEIRS)
del OURS["mounts"][0]["options"]
OURS["mounts"][1]["options"][1] = "relatime"
OURS["mounts"].append({"destination": "/data", "type": "none", "source": "/d", "options": ["bind"]})


def found(ours: dict[str, Any], *, of_service: bool = False, roots: tuple[str, ...] = ("/r",)) -> dict[str, str | None]:
    answers = Answer("/theirs", THEIRS, ("/r",)), Answer("/ours", ours, roots)
    return {one.where: one.intended for one in container_differences(*answers, of_service=of_service)}


def test_the_intended_differences_have_their_reasons() -> None:
    assert found(OURS) == {
        "mounts[0].options": differences.NULL_OPTIONS,
        "mounts[1].options[1]": differences.MISSPELT,
        "mounts[2]": differences.MOUNTS,
        "store path": differences.STORE_PATH,
    }


def test_nothing_differs() -> None:
    same = Answer("/theirs", THEIRS, ("/r",))
    assert container_differences(same, same, of_service=False) == []


def changed(path: str, value: object) -> dict[str, Any]:
    config = copy.deepcopy(OURS)
    *parents, last = path.split(".")
    inner: Any = config
    for name in parents:
        inner = inner[int(name) if name.isdigit() else name]
    inner[int(last) if last.isdigit() else last] = value
    return config


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("process.args", ["/nix/store/y"], "process.args[0]"),
        ("process.args", [], "process.args"),
        ("process.env", ["PATH=/bin"], "process.env"),
        ("hostname", "x", "hostname"),
        ("root.path", "other", "root.path"),
        ("root.readonly", 0, "root.readonly"),
        ("mounts.0.options", [], "mounts[0].options"),
        ("mounts.1.options", ["rw", "relatime"], "mounts[1].options[0]"),
        ("mounts.1.destination", "/x", "mounts[1].destination"),
        ("mounts.2", {"destination": "/x", "type": "none", "source": "/x"}, "mounts[2]"),
        ("mounts", THEIRS["mounts"][:1], "mounts[1]"),
    ],
)
def test_any_other_is_a_mistake(path: str, value: object, where: str) -> None:
    assert found(changed(path, value))[where] is None


def test_a_store_path_that_nothing_explains_is_a_mistake() -> None:
    assert found(THEIRS) == {"store path": None}


def test_roots() -> None:
    assert found(OURS, roots=("/nix/store/x-roots",))["root file system[0]"] == differences.ROOTS
    assert found(OURS, roots=("/other",))["root file system[0]"] is None
    assert found(OURS, roots=())["root file system"] is None


def test_what_the_railcar_module_does_not_pass_on() -> None:
    config = changed("root.readonly", True)
    assert found(config, of_service=True)["root.readonly"] == differences.PLATFORM
    assert found(config)["root.readonly"] is None


UNIT = UnitAnswer("[Service]\nExecStart=/x /theirs\nType=oneshot\n", ("multi-user.target",), ())


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (UNIT.text.replace("/theirs", "/ours"), []),
        (UNIT.text.replace("/theirs", "/ours").replace("Type", "Restart=always\nType"), [differences.RESTART]),
        (UNIT.text.replace("/theirs", "/third"), [None]),
        (UNIT.text.replace("/theirs", "/ours").replace("oneshot", "simple"), [None]),
        (UNIT.text.replace("/theirs", "/ours").replace("Type=oneshot", "Restart=always"), [None]),
    ],
)
def test_units(text: str, reasons: list[str | None]) -> None:
    assert [one.intended for one in unit_differences(UNIT, UNIT._replace(text=text), {"/ours": "/theirs"})] == reasons


def test_what_starts_a_unit() -> None:
    (one,) = unit_differences(UNIT, UNIT._replace(wanted_by=()), {})
    assert (one.where, one.intended) == ("wanted by", None)
