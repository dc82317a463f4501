"""Systemd units of an evaluated NixOS configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoci.emit.containers import Container, containers_in
from pyoci.emit.files import OutputError, replace_folder, write_text
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Value
from pyoci.store.derivation import Derivation

_MARK = ".pyoci-units"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit file (systemd.unit(5)) and where it is hooked in."""

    name: str
    """`railcar-hello.service`"""
    text: str
    enabled: bool
    """A unit that is not enabled is masked: its file is a link to /dev/null."""
    wanted_by: tuple[str, ...]
    required_by: tuple[str, ...]
    drop_in: bool
    """The text adds to a unit of that name which comes from elsewhere."""

    def as_json(self) -> dict[str, Any]:
        """The unit as `pyoci eval --json` writes it."""
        return {
            "text": self.text,
            "enable": self.enabled,
            "wantedBy": list(self.wanted_by),
            "requiredBy": list(self.required_by),
        }


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration makes: units and the containers that they start, by name."""

    units: dict[str, Unit]
    containers: dict[str, Container]

    def as_json(self) -> dict[str, Any]:
        """The configuration as `pyoci eval --json` writes it."""
        return {
            "type": "configuration",
            "units": {name: unit.as_json() for name, unit in self.units.items()},
            "containers": {name: container.as_json() for name, container in self.containers.items()},
        }


def configuration_of(config: Value, derivations: Mapping[str, Derivation]) -> Configuration:
    """Units and containers of an evaluated configuration: the `config` value of a NixOS evaluation, read at
    `systemd.units`.

    Raises NixError where evaluating them fails."""
    units: dict[str, Unit] = {}
    containers: dict[str, Container] = {}
    declared = force(force(config["systemd"])["units"])
    for name in sorted(declared):
        unit = force(declared[name])
        text = force(unit["text"])
        units[name] = Unit(
            name=name,
            text=str(text),
            enabled=bool(force(unit.get("enable", True))),
            wanted_by=_names(unit.get("wantedBy", ())),
            required_by=_names(unit.get("requiredBy", ())),
            drop_in=force(unit.get("overrideStrategy")) == "asDropin",
        )
        for container in containers_in(text, derivations, container_name(name)):
            containers[container.name] = container
    return Configuration(units, containers)


def container_name(unit: str) -> str:
    """The name of the container that a unit runs: `railcar-hello.service` runs `hello`."""
    return unit.rpartition(".")[0].removeprefix("railcar-")


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(force(item)) for item in force(value))


def write_units(units: Mapping[str, Unit], folder: Path) -> None:
    """Write unit files as systemd reads them from a unit directory (systemd.unit(5), "Unit File Load Path"): the
    files, `NAME.wants/` and `NAME.requires/` links, drop-ins under `NAME.d/`. The folder is replaced as a whole.

    Raises OutputError where `folder` holds something else or cannot be written."""

    def fill(fresh: Path) -> None:
        write_text(fresh / _MARK, "Written by pyoci; replaced as a whole when it is written again.\n")
        for unit in units.values():
            _write_unit(unit, fresh)

    replace_folder(folder, fill, ours=lambda existing: (existing / _MARK).is_file())


def _write_unit(unit: Unit, folder: Path) -> None:
    if "/" in unit.name or unit.name in ("", ".", ".."):
        raise OutputError(f"'{unit.name}' is no name of a unit")
    if not unit.enabled:
        (folder / unit.name).symlink_to("/dev/null")
    elif unit.drop_in:
        (folder / f"{unit.name}.d").mkdir()
        write_text(folder / f"{unit.name}.d" / "overrides.conf", unit.text)
    else:
        write_text(folder / unit.name, unit.text)
    for kind, targets in (("wants", unit.wanted_by), ("requires", unit.required_by)):
        for target in targets:
            links = folder / f"{target}.{kind}"
            links.mkdir(exist_ok=True)
            (links / unit.name).symlink_to(f"../{unit.name}")
