"""Systemd units of an evaluated NixOS configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pyoci.emit.containers import Container, Graph, containers_in
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Value

if TYPE_CHECKING:
    from pyoci.store.derivation import Derivation


class Unit(NamedTuple):
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


class Configuration(NamedTuple):
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


def configuration_of(
    config: Value, derivations: Mapping[str, Derivation], only: Collection[str] | None = None
) -> Configuration:
    """Units (with `only`, those of these names) and containers of an evaluated configuration: the `config` value of a
    NixOS evaluation, read at `systemd.units`.

    Raises NixError where evaluating them fails."""
    units: dict[str, Unit] = {}
    containers: dict[str, Container] = {}
    declared = force(force(config["systemd"])["units"])
    graph = Graph(derivations)
    for name in sorted(name for name in declared if only is None or name in only):
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
        for container in containers_in(text, graph, container_name(name)):
            containers[container.name] = container
    return Configuration(units, containers)


def container_name(unit: str) -> str:
    """The name of the container that a unit runs: `railcar-hello.service` runs `hello`."""
    return unit.rpartition(".")[0].removeprefix("railcar-")


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(force(item)) for item in force(value))
