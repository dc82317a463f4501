"""Containers in evaluated values.

A container is a derivation that copies a file named `config.json` into its output, beside a root file system made of
the closure of what that configuration runs. That is what `ociTools.buildContainer` makes, pyoci's own and that of
any nixpkgs, so a container is recognised in the derivation graph and not by how it was written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pyoci.runtime.thunks import force
from pyoci.runtime.values import Value, context_of

if TYPE_CHECKING:
    from pyoci.store.derivation import Derivation

CONFIG_FILE = "config.json"


class Container(NamedTuple):
    """A container as it was evaluated; nothing of it need exist in a store."""

    name: str
    drv_path: str
    """Store path of its derivation."""
    out_path: str
    """Store path that the bundle has where Nix builds it."""
    config_text: str
    """config.json, byte for byte as the derivation writes it."""
    roots: tuple[str, ...]
    """Store paths whose closure is the root file system."""
    closure: tuple[str, ...]
    """The roots and what they are known to refer to: the references of a text are read from the text, those of a
    compiled package are known only to who has the package."""

    @property
    def config(self) -> dict[str, Any]:
        """config.json as Python values (OCI runtime specification, config.md)."""
        config = json.loads(self.config_text)
        assert isinstance(config, dict)
        return config

    def as_json(self) -> dict[str, Any]:
        """The container as `pyoci eval --json` writes it."""
        return {
            "type": "container",
            "name": self.name,
            "outPath": self.out_path,
            "drvPath": self.drv_path,
            "config": self.config,
            "roots": list(self.roots),
            "closure": list(self.closure),
        }


def container_of(value: Value, derivations: Mapping[str, Derivation], name: str) -> Container | None:
    """The container that a value is, called `name`; None where it is something else.

    May raise NixError, from evaluating the value's `drvPath`."""
    if value.__class__ is not dict or force(value.get("type")) != "derivation" or "drvPath" not in value:
        return None
    return container_at(str(force(value["drvPath"])), derivations, name)


def container_at(drv_path: str, derivations: Derivations, name: str) -> Container | None:
    """The container that a derivation builds, or None."""
    graph = derivations if isinstance(derivations, Graph) else Graph(derivations)
    drv = graph.derivations.get(drv_path)
    config_text = _config_text(drv, graph.derivations) if drv is not None else None
    if drv is None or config_text is None:
        return None
    out_path = drv.outputs["out"].path if "out" in drv.outputs else ""
    roots = graph.roots(drv, config_text, out_path)
    return Container(name, drv_path, out_path, config_text, roots, graph.closure(roots))


def containers_in(text: str, derivations: Derivations, name: str) -> list[Container]:
    """The containers whose store paths a string mentions (a unit's text that starts one). The first is called
    `name`, further ones `name-2`, …"""
    found: list[Container] = []
    for element in sorted(context_of(text)):
        drv_path = element[element.rindex("!") + 1 :] if "!" in element else element.lstrip("=")
        container = container_at(drv_path, derivations, f"{name}-{len(found) + 1}" if found else name)
        if container is not None:
            found.append(container)
    return found


def _config_text(drv: Derivation, derivations: Mapping[str, Derivation]) -> str | None:
    """The text of the config.json that a derivation uses; None where it uses none."""
    for path in drv.input_derivations:
        file = derivations.get(path)
        if file is None or file.name != CONFIG_FILE:
            continue
        text = _variable(file, "text")
        try:
            config = json.loads(text)
        except ValueError:
            continue
        if isinstance(config, dict) and "ociVersion" in config:
            return text
    return None


def _variable(drv: Derivation, name: str) -> str:
    """An environment variable of a builder, empty where it is not set; structured attributes count, as JSON if they
    are no strings."""
    if "__json" not in drv.environment:
        return drv.environment.get(name, "")
    value = json.loads(drv.environment["__json"]).get(name, "")
    return value if isinstance(value, str) else json.dumps(value)


class Graph:
    """Store paths and the derivations that make them. Whoever looks for many containers makes one for all of them."""

    def __init__(self, derivations: Mapping[str, Derivation]) -> None:
        """`derivations` may grow: what evaluation adds later is seen too."""
        self.derivations = derivations
        self._by_output: dict[str, Derivation] = {}
        self._seen = 0

    def producer(self, path: str) -> Derivation | None:
        """The derivation of which a store path is an output."""
        if self._seen < len(self.derivations):
            for drv in islice(self.derivations.values(), self._seen, None):
                self._by_output.update({output.path: drv for output in drv.outputs.values() if output.path})
            self._seen = len(self.derivations)
        return self._by_output.get(path)

    def roots(self, drv: Derivation, config_text: str, out_path: str) -> tuple[str, ...]:
        """What the bundle's builder takes the closure of: the graph that one of its inputs exports or, where none
        does, the store paths that the process runs."""
        for path in drv.input_derivations:
            exporter = self.derivations.get(path)
            graph = _variable(exporter, "exportReferencesGraph") if exporter is not None else ""
            if graph:
                return store_paths(graph, out_path)
        process = json.loads(config_text).get("process") or {}
        return store_paths(" ".join(map(str, process.get("args") or ())), out_path)

    def closure(self, roots: tuple[str, ...]) -> tuple[str, ...]:
        """The roots and, through texts, what they refer to; in the order of discovery."""
        seen: dict[str, None] = {}
        pending = list(reversed(roots))
        while pending:
            path = pending.pop()
            if path in seen:
                continue
            seen[path] = None
            producer = self.producer(path)
            text = _variable(producer, "text") if producer is not None else ""
            pending += [found for found in reversed(store_paths(text, path)) if found not in seen]
        return tuple(seen)


Derivations: TypeAlias = "Mapping[str, Derivation] | Graph"


def store_paths(text: str, like: str) -> tuple[str, ...]:
    """The store paths that a text mentions, each once, without what follows inside them; `like` is any path of the
    same store."""
    store_dir = like.rpartition("/")[0] or "/nix/store"
    pattern = re.escape(store_dir) + r"/[0-9a-df-np-sv-z]{32}-[0-9a-zA-Z+\-._?=]+"
    return tuple(dict.fromkeys(re.findall(pattern, text)))
