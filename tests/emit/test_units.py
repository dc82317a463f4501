"""Unit files on disk, and what is read out of an evaluated configuration."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyoci.emit.files import OutputError
from pyoci.emit.unit_files import write_units
from pyoci.emit.units import Unit, configuration_of, container_name
from pyoci.runtime.thunks import delay


def unit(name: str, **changes: object) -> Unit:
    values = {"text": f"# {name}\n", "enabled": True, "wanted_by": (), "required_by": (), "drop_in": False}
    return Unit(name=name, **(values | changes))  # type: ignore[arg-type]


def test_units_are_read_where_nixos_has_them() -> None:
    declared = {
        "b.timer": {"text": "[Timer]\n", "enable": False, "wantedBy": (), "requiredBy": ("x.target",)},
        "a.service": delay(lambda text: {"text": text, "wantedBy": (delay(str, "multi-user.target"),)}, "[Service]\n"),
        "c.service": {"text": "", "overrideStrategy": "asDropin"},
    }
    found = configuration_of({"systemd": {"units": declared}}, {})
    assert list(found.units) == ["a.service", "b.timer", "c.service"]
    assert found.units["a.service"] == unit("a.service", text="[Service]\n", wanted_by=("multi-user.target",))
    assert found.units["b.timer"].required_by == ("x.target",)
    assert not found.units["b.timer"].enabled
    assert found.units["c.service"].drop_in
    assert found.containers == {}
    assert found.as_json()["units"]["a.service"]["wantedBy"] == ["multi-user.target"]


def test_only_some_units_are_read() -> None:
    declared = {"a.service": {"text": "a"}, "b.service": delay(lambda text: 1 / 0, None)}
    found = configuration_of({"systemd": {"units": declared}}, {}, {"a.service", "gone.service"})
    assert list(found.units) == ["a.service"]


def test_unit_files_and_links(tmp_path: Path) -> None:
    units = [
        unit("a.service", wanted_by=("multi-user.target", "x.target")),
        unit("b.service", required_by=("multi-user.target",)),
        unit("masked.service", enabled=False),
        unit("c@1.service", drop_in=True),
    ]
    folder = tmp_path / "units"
    write_units({one.name: one for one in units}, folder)
    assert (folder / "a.service").read_text() == "# a.service\n"
    assert os.readlink(folder / "multi-user.target.wants" / "a.service") == "../a.service"
    assert (folder / "x.target.wants" / "a.service").resolve() == (folder / "a.service").resolve()
    assert os.readlink(folder / "multi-user.target.requires" / "b.service") == "../b.service"
    assert os.readlink(folder / "masked.service") == "/dev/null"
    assert (folder / "c@1.service.d" / "overrides.conf").read_text() == "# c@1.service\n"


def test_a_folder_of_units_is_replaced_but_no_other(tmp_path: Path) -> None:
    write_units({"old.service": unit("old.service")}, tmp_path / "units")
    write_units({"new.service": unit("new.service")}, tmp_path / "units")
    assert (tmp_path / "units" / "new.service").exists()
    assert not (tmp_path / "units" / "old.service").exists()
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "sshd.service").write_text("mine")
    with pytest.raises(OutputError, match="holds something else"):
        write_units({}, tmp_path / "etc")
    assert (tmp_path / "etc" / "sshd.service").read_text() == "mine"


@pytest.mark.parametrize("name", ["../x.service", "a/b.service", "..", ""])
def test_names_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="no name of a unit"):
        write_units({name: unit(name)}, tmp_path / "units")
    assert os.listdir(tmp_path) == []


def test_names_of_containers() -> None:
    assert container_name("railcar-hello.service") == "hello"
    assert container_name("podman-db.v2.service") == "podman-db.v2"
