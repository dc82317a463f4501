"""Bundles inside of bundles."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pyoci.realise.memory import Memory
from pyoci.realise.realiser import Realiser
from pyoci.realise.trivial import Join, closure_roots, join
from pyoci.runtime.errors import StoreError
from pyoci.store.derivation import Derivation, Output

from .test_trivial import BASH, OUT, evaluated

CONFIG, LISTED = "/nix/store/" + "c" * 32 + "-config.json", "/nix/store/" + "d" * 32 + "-runtime-deps"


def bundle(words: str) -> str:
    """An expression of a bundle that runs something."""
    return f"(ociTools.buildContainer {{ args = [ {words} ]; }})"


INNER = bundle('(writeScript "inner" "#!/x").outPath')
TWICE = bundle(f'(writeScript "outer" "${{{INNER}}} ${{writeText "data" ""}}").outPath')


def names(store_paths: list[str] | tuple[str, ...]) -> list[str]:
    """The names of store paths."""
    return sorted(path[44:] for path in store_paths)


@pytest.mark.parametrize(
    ("expression", "inside"),
    [(INNER, ["inner"]), (TWICE, ["data", "inner", "join", "outer"])],
)
def test_a_bundle_as_a_store_object(expression: str, inside: list[str], tmp_path: Path) -> None:
    evaluator, path = evaluated(expression, tmp_path)
    told = []
    with Realiser(evaluator.store) as realiser:
        closure = realiser.closure([path], found=lambda found: told.append(found.path))
        found = closure.objects[path]
        assert sorted(told) == sorted(closure.objects)
        # The configuration is in the bundle, but the bundle does not refer to where it came from.
        assert names(found.references) == inside
        assert names(list(closure.objects)) == sorted([*inside, "join"])
        assert sorted(os.listdir(found.place)) == ["config.json", "rootfs"]
        assert sorted(os.listdir(found.place / "rootfs")) == ["dev", "nix", "proc", "sys"]
        store = found.place / "rootfs" / "nix" / "store"
        assert sorted(os.listdir(store)) == sorted(one[11:] for one in found.references)
        (program,) = json.loads((found.place / "config.json").read_text())["process"]["args"]
        assert os.access(found.place / "rootfs" / program.lstrip("/"), os.X_OK)
        if len(inside) > 1:
            nested = next(one for one in store.iterdir() if one.name.endswith("-join"))
            assert names(["/nix/store/" + one.name for one in (nested / "rootfs/nix/store").iterdir()]) == ["inner"]


def test_what_is_missing_inside_is_named(tmp_path: Path) -> None:
    evaluator, path = evaluated(bundle('"${hello}/bin/hello"'), tmp_path)
    with Realiser(evaluator.store) as realiser, pytest.raises(StoreError, match=r"no source has '.*-hello-2.10'"):
        realiser.closure([path])


def derivation(command: str, **environment: str) -> Derivation:
    """A derivation of stdenv with a build command."""
    return Derivation(
        "join",
        {"out": Output(OUT)},
        builder=BASH,
        arguments=("-e", "/nix/store/x-default-builder.sh"),
        environment={"buildCommand": command, "passAsFile": "buildCommand", "out": OUT} | environment,
    )


NIXPKGS = f"""
set -o pipefail
mkdir -p $out/rootfs/{{dev,proc,sys}}
cp {CONFIG} $out/config.json
xargs tar c < {LISTED} | tar -xC $out/rootfs/
"""
OWN = f"""
set -eu -o pipefail
rootfs=$out/rootfs
mkdir -p "$rootfs"/proc "$rootfs"/sys "$rootfs"/dev
cat {CONFIG} > "$out/config.json"
# The closure keeps its places: what args names exists under the same path inside.
tar --create --files-from={LISTED} | tar --extract --directory="$rootfs"
"""


@pytest.mark.parametrize("command", [NIXPKGS, OWN])
def test_both_builders(command: str) -> None:
    assert join(derivation(command)) == Join(CONFIG, LISTED)
    assert join(derivation(command + "echo more > $out/more\n")) is None
    assert join(derivation(command, preHook="echo")) is None
    assert join(derivation("touch $out")) is None


def test_ours_is_the_one_that_is_known() -> None:
    text = (Path(__file__).parents[2] / "src/pyoci/nixpkgs/oci-tools.nix").read_text()
    for line in OWN.strip().splitlines():
        assert line.replace(CONFIG, "${config}").replace(LISTED, "${references}") in text


def test_lists_of_closures(tmp_path: Path) -> None:
    evaluator, path = evaluated('writeReferencesToFile "${writeText "a" ""}"', tmp_path)
    known = Memory(evaluator.store, tmp_path).producer(path)
    assert known is not None
    roots = closure_roots(known[1])
    assert roots is not None
    assert names(roots) == ["a"]
    command = known[1].environment["buildCommand"]
    graph = f"graph {roots[0]}/bin/x"
    assert closure_roots(derivation(command, exportReferencesGraph=graph)) == roots
    assert closure_roots(derivation(command, exportReferencesGraph=f"{graph} other {roots[0]}")) is None
    assert closure_roots(derivation(command + "echo", exportReferencesGraph=graph)) is None
    assert closure_roots(derivation(command)) is None
