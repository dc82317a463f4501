"""Containers found in derivation graphs."""

from __future__ import annotations

import json

import pytest

from pyoci.emit.containers import Graph, container_at, container_of, containers_in, store_paths
from pyoci.runtime.values import make_string
from pyoci.store.derivation import Derivation, Output

HASH = "a" * 31


def path(letter: str, name: str) -> str:
    return f"/nix/store/{HASH}{letter}-{name}"


def drv(letter: str, name: str, inputs: tuple[str, ...] = (), **environment: str) -> tuple[str, Derivation]:
    out = path(letter, name)
    return path(letter, name + ".drv"), Derivation(
        name=name,
        outputs={"out": Output(out)},
        input_derivations=dict.fromkeys(inputs, ("out",)),
        environment={"out": out, "name": name, **environment},
    )


BASH, HELLO, SCRIPT = path("b", "bash-5"), path("h", "hello-2.10"), path("s", "run.sh")
JOIN, JOIN_DRV = path("j", "join"), path("j", "join.drv")
CONFIG = {"ociVersion": "1.0.0", "process": {"args": [SCRIPT, "-x"]}, "root": {"path": "rootfs"}}


@pytest.fixture
def graph() -> dict[str, Derivation]:
    bash = drv("b", "bash-5")
    hello = drv("h", "hello-2.10")
    script = drv("s", "run.sh", (bash[0], hello[0]), text=f"#!{BASH}/bin/bash\n{HELLO}/bin/hello")
    config = drv("c", "config.json", (script[0],), text=json.dumps(CONFIG))
    references = drv("r", "runtime-deps", (script[0],), exportReferencesGraph=f"graph {path('s', 'run.sh')}")
    join = drv("j", "join", (config[0], references[0]))
    return dict([bash, hello, script, config, references, join])


def test_a_container_is_found_with_its_configuration_and_closure(graph: dict[str, Derivation]) -> None:
    container = container_at(JOIN_DRV, graph, "web")
    assert container is not None
    assert container.name == "web"
    assert container.out_path == JOIN
    assert container.config == CONFIG
    assert container.config_text == json.dumps(CONFIG)
    assert container.roots == (SCRIPT,)
    assert container.closure == (SCRIPT, BASH, HELLO)


def test_other_derivations_are_no_containers(graph: dict[str, Derivation]) -> None:
    for name in graph:
        assert (container_at(name, graph, "x") is not None) == name.endswith("-join.drv")
    assert container_at("/nix/store/unknown.drv", graph, "x") is None


def test_a_config_json_that_is_no_oci_configuration_makes_no_container() -> None:
    for text in ('{"a": 1}', "no JSON", "[1]", ""):
        config = drv("c", "config.json", text=text)
        join = drv("j", "join", (config[0],))
        assert container_at(join[0], dict([config, join]), "x") is None


def test_without_an_exported_graph_the_roots_are_what_the_process_runs(graph: dict[str, Derivation]) -> None:
    del graph[path("r", "runtime-deps.drv")]
    container = container_at(JOIN_DRV, graph, "web")
    assert container is not None
    assert container.roots == (SCRIPT,)


def test_structured_attributes_are_read_too() -> None:
    config = drv("c", "config.json")
    config[1].environment = {"__json": json.dumps({"text": json.dumps(CONFIG)})}
    references = drv("r", "runtime-deps")
    references[1].environment = {"__json": json.dumps({"exportReferencesGraph": {"graph": [SCRIPT]}})}
    join = drv("j", "join", (config[0], references[0]))
    container = container_at(join[0], dict([config, references, join]), "x")
    assert container is not None
    assert container.config == CONFIG
    assert container.roots == (SCRIPT,)


def test_values(graph: dict[str, Derivation]) -> None:
    container = container_of({"type": "derivation", "drvPath": JOIN_DRV}, graph, "n")
    assert container is not None
    assert container.drv_path == JOIN_DRV
    for other in ({"type": "derivation"}, {"drvPath": JOIN_DRV}, {}, (), 1, "text", None):
        assert container_of(other, graph, "n") is None


def test_containers_that_a_text_mentions(graph: dict[str, Derivation]) -> None:
    text = make_string("ExecStart=…", frozenset({f"!out!{JOIN_DRV}", f"!out!{BASH}.drv"}))
    assert [container.name for container in containers_in(text, graph, "web")] == ["web"]
    assert containers_in("no context", graph, "web") == []


def test_as_json_is_what_json_can_carry(graph: dict[str, Derivation]) -> None:
    container = container_at(JOIN_DRV, graph, "web")
    assert container is not None
    data = json.loads(json.dumps(container.as_json()))
    assert data["type"] == "container"
    assert data["config"] == CONFIG
    assert data["outPath"] == JOIN


def test_store_paths_end_where_names_end() -> None:
    text = f'{BASH}/bin:"{HELLO}" /nix/store/short-x {BASH}'
    assert store_paths(text, "/nix/store/x") == (BASH, HELLO)
    assert store_paths(text, "/other/store/x") == ()


def test_one_graph_for_many_containers_sees_what_is_added(graph: dict[str, Derivation]) -> None:
    known = dict(list(graph.items())[:2])
    shared = Graph(known)
    assert shared.producer(SCRIPT) is None
    known |= graph
    assert shared.producer(SCRIPT) is graph[path("s", "run.sh.drv")]
    assert container_at(JOIN_DRV, shared, "web") == container_at(JOIN_DRV, graph, "web")
    text = make_string(f"start {JOIN}", frozenset((f"!out!{JOIN_DRV}",)))
    assert containers_in(text, shared, "web") == containers_in(text, graph, "web")
