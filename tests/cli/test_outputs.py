"""Containers, configurations, bundles and units, from the post's snippets and from what people write instead."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Runner

EXAMPLES = Path(__file__).resolve().parents[2] / "nix-examples"
SCRIPT = "/nix/store/rfwb6qbwk19x6kkb55jdwi5xry8xhmdm-run.sh"
"""What C++ Nix computes for the first snippet's run.sh on the nixpkgs of 2020-07."""
CONTAINER = EXAMPLES / "container.nix"


def as_json(pyoci: Runner, *words: str) -> Any:
    done = pyoci("eval", "--json", *words)
    assert (done.status, done.err) == (0, "")
    return json.loads(done.out)


def test_the_first_snippet(pyoci: Runner) -> None:
    container = as_json(pyoci, str(CONTAINER))
    assert container["type"] == "container"
    assert container["name"] == "container"
    assert container["outPath"].endswith("-join") and container["drvPath"].endswith("-join.drv")
    assert container["config"]["process"]["args"] == [SCRIPT]
    assert container["roots"] == [SCRIPT]
    assert [path.partition("-")[2] for path in container["closure"]] == ["run.sh", "bash-4.4-p23", "hello-2.10"]
    assert "/data" not in [mount["destination"] for mount in container["config"]["mounts"]]


def test_the_first_snippet_with_nixpkgs_own_ocitools(pyoci: Runner) -> None:
    container = as_json(pyoci, str(CONTAINER), "--ocitools", "nixpkgs")
    assert container["drvPath"] == "/nix/store/sp9m4gzsggaqn5bbxg1j5hgdg2y0wfkf-join.drv"
    assert container["outPath"] == "/nix/store/whcjy8310vvy5dphikji9hdg0kzn0gy7-join"


def test_the_second_snippet_mounts(pyoci: Runner) -> None:
    mounts = as_json(pyoci, str(EXAMPLES / "mounts.nix"))["config"]["mounts"]
    assert mounts[-1] == {
        "destination": "/data",
        "type": "none",
        "source": "/var/lib/mydata",
        "options": ["bind"],
    }


def test_the_third_snippet_is_a_configuration(pyoci: Runner) -> None:
    configuration = as_json(pyoci, str(EXAMPLES / "railcar.nix"))
    assert configuration["type"] == "configuration"
    unit = configuration["units"]["railcar-hello.service"]
    container = configuration["containers"]["hello"]
    assert unit["wantedBy"] == ["multi-user.target"]
    assert f"run hello -b {container['outPath']}\n" in unit["text"]
    assert "Restart=on-failure\n" in unit["text"]


def test_plain_text(pyoci: Runner) -> None:
    text = pyoci("eval", str(EXAMPLES / "railcar.nix")).out
    assert text.startswith("# unit railcar-hello.service\nwanted by   multi-user.target\n\n[Unit]\n")
    assert "\n# container hello\nstore path  /nix/store/" in text
    assert '\n## config.json\n{\n  "linux": {' in text
    config = text[text.index("## config.json\n") + 15 :]
    assert json.loads(config) == as_json(pyoci, str(EXAMPLES / "railcar.nix"))["containers"]["hello"]["config"]


@pytest.mark.parametrize(
    "text",
    [
        CONTAINER.read_text(),
        "{ pkgs }:\n" + CONTAINER.read_text(),
        "{ pkgs, lib, ... }:\n" + CONTAINER.read_text(),
        "{ pkgs ? import <nixpkgs> { } }:\n" + CONTAINER.read_text(),
        CONTAINER.read_text().replace("with pkgs;", "with import <nixpkgs> { };"),
    ],
    ids=["free pkgs", "function", "function of more", "default", "import"],
)
def test_ways_to_write_a_container(pyoci: Runner, tmp_path: Path, text: str) -> None:
    (tmp_path / "c.nix").write_text(text)
    container = as_json(pyoci, "c.nix")
    assert container["type"] == "container"
    assert container["name"] == "c"
    assert container["roots"] == [SCRIPT]


MODULE = 'services.railcar = { enable = true; containers."hello".cmd = "x"; };'


@pytest.mark.parametrize(
    "text",
    [
        MODULE,
        f"# a comment\n/* and another */\n\n{MODULE}\n",
        f"{{ {MODULE} }}",
        f"{{ config, pkgs, lib, ... }}: {{ {MODULE} }}",
        f"{{ pkgs, ... }}: {{ {MODULE} }}",
        f"{{ config, ... }}: {{ config = {{ {MODULE} }}; }}",
        f"let x = 1; in {{ {MODULE} }}",
        f"{{ imports = [ ./other.nix ]; {MODULE} }}",
    ],
    ids=["bindings", "comments", "set", "module", "module of pkgs", "config", "let", "imports"],
)
def test_ways_to_write_a_configuration(pyoci: Runner, tmp_path: Path, text: str) -> None:
    (tmp_path / "c.nix").write_text(text)
    (tmp_path / "other.nix").write_text("{ }")
    for words in (["c.nix"], ["-E", text]):
        assert list(as_json(pyoci, *words)["containers"]) == ["hello"]


@pytest.mark.parametrize("text", ["{ services = 1; }", "{ a = 1; }", "{ config = 1; }", "{ systemd = [ ]; }", "x: x"])
def test_other_values_are_values(pyoci: Runner, text: str) -> None:
    done = pyoci("eval", "--strict", "-E", text)
    assert done.status == 0
    assert done.out == ("<LAMBDA>\n" if text == "x: x" else text + "\n")


def test_attributes_of_a_configuration(pyoci: Runner) -> None:
    file = str(EXAMPLES / "railcar.nix")
    assert pyoci("eval", file, "-A", "config.services.railcar.stateDir").out == '"/var/railcar"\n'
    assert pyoci("eval", file, "-A", "services.railcar.enable").out == "true\n"
    text = pyoci("eval", file, "--raw", "-A", 'config.systemd.units."railcar-hello.service".text').out
    assert text.startswith("[Unit]\n")
    assert pyoci("eval", str(CONTAINER), "--raw", "-A", "outPath").out.endswith("-join")


def test_raw_output_of_a_container_is_its_store_path(pyoci: Runner) -> None:
    assert pyoci("eval", str(CONTAINER), "--raw").out == as_json(pyoci, str(CONTAINER))["outPath"]


TEXT_ONLY = """
with pkgs; ociTools.buildContainer {
  args = [ (writeText "data" "a text").outPath ];
  mounts."/data".source = "/srv";
}
"""
"""A container whose closure pyoci can write itself."""
OFFLINE = ("--no-store", "--no-substituters")


def test_bundles(pyoci: Runner, tmp_path: Path) -> None:
    (tmp_path / "one.nix").write_text(TEXT_ONLY)
    (tmp_path / "two.nix").write_text(TEXT_ONLY)
    done = pyoci("bundle", "one.nix", "two.nix", "-o", "out", *OFFLINE)
    assert (done.status, done.out) == (0, "out/one\nout/two\n")
    for name in ("one", "two"):
        assert sorted(os.listdir(tmp_path / "out" / name)) == ["config.json", "rootfs"]
    rootfs = tmp_path / "out" / "one" / "rootfs"
    assert (rootfs / "data").is_dir()
    text = (tmp_path / "out" / "one" / "config.json").read_text()
    config = as_json(pyoci, "one.nix")["config"]
    assert json.loads(text) == config
    assert "\n" not in text, "as the derivation writes it"
    assert (rootfs / config["process"]["args"][0].lstrip("/")).read_text() == "a text"
    for _ in "twice":
        assert pyoci("bundle", "one.nix", "-o", "out", "--name", "web", *OFFLINE).out == "out/web\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-E", "1"], "makes no container"),
        (["one.nix", "./one.nix"], "same name"),
        (["one.nix", "two.nix", "--name", "x"], "--name fits one container"),
        (["one.nix", "--name", "../x"], "no name of a folder"),
        (["one.nix", "--name", "taken"], "holds something else"),
        (["one.nix", "--name", "file"], "is no folder"),
        ([str(CONTAINER)], "no source has '/nix/store/"),
        (["-E", 'services.railcar = { enable = true; containers."a/b".cmd = "x"; };'], "a/b"),
    ],
)
def test_bundles_that_cannot_be_written(pyoci: Runner, tmp_path: Path, words: list[str], message: str) -> None:
    for name in ("one.nix", "two.nix"):
        (tmp_path / name).write_text(TEXT_ONLY)
    (tmp_path / "out" / "taken").mkdir(parents=True)
    (tmp_path / "out" / "taken" / "mine").touch()
    (tmp_path / "out" / "file").touch()
    done = pyoci("bundle", "-o", "out", *OFFLINE, *words)
    assert done.status == 1
    assert message in done.err
    assert sorted(os.listdir(tmp_path / "out")) == ["file", "taken"]
    assert sorted(os.listdir(tmp_path)) == ["one.nix", "out", "two.nix"]


def test_units(pyoci: Runner, tmp_path: Path) -> None:
    file = str(EXAMPLES / "railcar.nix")
    done = pyoci("units", file, "-o", "out", "--verbatim")
    assert (done.status, done.out) == (0, "out/railcar-hello.service\n")
    text = as_json(pyoci, file)["units"]["railcar-hello.service"]["text"]
    assert (tmp_path / "out" / "railcar-hello.service").read_text() == text
    assert (tmp_path / "out" / "multi-user.target.wants" / "railcar-hello.service").is_symlink()
    assert pyoci("units", str(CONTAINER), "-o", "out").status == 1
    assert (tmp_path / "out" / "railcar-hello.service").exists()


@pytest.mark.skipif("PYOCI_TEST_OCI_SCHEMA" not in os.environ, reason="skipped: PYOCI_TEST_OCI_SCHEMA names no folder")
@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.nix")), ids=lambda path: path.name)
def test_config_json_fits_the_oci_schema(pyoci: Runner, example: Path) -> None:
    """PYOCI_TEST_OCI_SCHEMA is the folder `schema` of opencontainers/runtime-spec."""
    from jsonschema import Draft4Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    folder = Path(os.environ["PYOCI_TEST_OCI_SCHEMA"])
    registry = Registry().with_resources(
        (file.as_uri(), Resource.from_contents(json.loads(file.read_text()), default_specification=DRAFT4))
        for file in folder.glob("*.json")
    )
    schema = {"$ref": (folder / "config-schema.json").as_uri()}
    result = as_json(pyoci, str(example))
    for container in result.get("containers", {"": result}).values():
        errors = list(Draft4Validator(schema, registry=registry).iter_errors(container["config"]))
        assert not errors
