"""A closure of a hundred derivations that Nix has built, out of caches that Nix has signed.

PYOCI_TEST_NIX names a nix-instantiate; its nix-build, nix-store and nix are taken from beside it, or from PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.emit.bundle import write_bundle
from pyoci.emit.containers import Container
from pyoci.realise.closure import StoreObject
from pyoci.realise.copying import ClosureCopy
from pyoci.realise.joins import Joins, Plan
from pyoci.realise.local import StoreSource
from pyoci.realise.memory import Memory
from pyoci.realise.realiser import Realiser
from pyoci.realise.shared import SharedStore
from pyoci.store.local import LocalStore
from pyoci.store.registry import DerivationRegistry

from .conftest import Site, archive_of, realiser_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("PYOCI_TEST_NIX" not in os.environ, reason="skipped: PYOCI_TEST_NIX is not set"),
    pytest.mark.skipif(os.geteuid() != 0, reason="skipped: building in a store of its own needs root"),
]

PARTS = """
let
  part = builtins.elemAt (builtins.genList make 100);
  make = n: derivation {
    name = "part-${toString n}";
    system = builtins.currentSystem;
    builder = "/bin/sh";
    earlier = if n == 0 then [ ] else [ (part (n - 1)) ] ++ (if n > 6 then [ (part (n / 2)) (part (n - 5)) ] else [ ]);
    args = [ "-c" ''
      PATH=/bin:/usr/bin
      mkdir -p $out/bin $out/share/deep "$out/share/a name with blanks"
      echo "$earlier $out" > $out/share/references
      echo "echo part ${toString n}" > $out/bin/run
      chmod +x $out/bin/run
      ln -s ../bin/run $out/share/link
      : > $out/share/empty
      i=0
      while [ $i -lt ${toString (n * 9)} ]; do echo "line $i of $name"; i=$((i + 1)); done > $out/share/deep/text
    '' ];
  };
in part 99
"""


class Nix:
    """A store of its own, and the tools that fill it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # Nix 2.34 behind a loader (.ci/newer-nix) cannot start itself as its build hook: one that declines all builds.
        hook = root / "hook"
        hook.write_text("#!/bin/sh\necho '# decline-permanently' >&2\nexec cat > /dev/null\n")
        hook.chmod(0o755)
        configuration = root / "nix.conf"
        configuration.write_text(
            "build-users-group =\nsandbox = true\nsandbox-paths = /bin /lib /lib64 /usr\nsubstituters =\n"
            f"build-hook = {hook}\n"
            "experimental-features = nix-command\n"
        )
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in ("NIX_REMOTE", "NIX_PATH")},
            "NIX_USER_CONF_FILES": str(configuration),
            "HOME": str(root),
        }

    def run(self, tool: str, *words: str) -> str:
        """The last line that a tool prints."""
        beside = Path(os.environ["PYOCI_TEST_NIX"]).with_name(tool)
        program = str(beside) if beside.exists() else shutil.which(tool)
        if program is None:
            pytest.skip(f"skipped: no {tool}")
        done = subprocess.run(
            [program, *words], env=self._environment, capture_output=True, text=True, errors="replace"
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return (done.stdout.splitlines() or [""])[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Nix, str, str]:
    """The tools, the path of the last part, and the public key of the caches."""
    root = tmp_path_factory.mktemp("nix")
    nix = Nix(root)
    (root / "parts.nix").write_text(PARTS)
    top = nix.run("nix-build", "--store", str(root), "--no-out-link", str(root / "parts.nix"))
    nix.run("nix-store", "--generate-binary-cache-key", "test-1", str(root / "secret"), str(root / "public"))
    return nix, top, (root / "public").read_text().strip()


def container(top: str) -> Container:
    """A container that runs a path."""
    config = f'{{"ociVersion":"1.0.0","root":{{"path":"rootfs"}},"process":{{"args":["{top}/bin/run"]}}}}'
    return Container("web", f"{top}.drv", top, config, (top,), (top,))


def assert_is_the_stores(bundle: Path, nix: Nix) -> None:
    """Compare all of a bundle's store with Nix's."""
    places = sorted((bundle / "rootfs" / "nix" / "store").iterdir())
    assert len(places) == 100
    for place in places:
        original = nix.root / "nix" / "store" / place.name
        assert archive_of(place) == archive_of(original)
        for path in [place, *place.rglob("*")]:
            theirs = (original / path.relative_to(place)).lstat()
            ours = path.lstat()
            assert (ours.st_mode, ours.st_mtime) == (theirs.st_mode, theirs.st_mtime)


@pytest.mark.parametrize("compression", ["none", "xz", "bzip2", "zstd"])
def test_a_hundred_paths_out_of_a_cache(
    compression: str, built: tuple[Nix, str, str], site: Site, tmp_path: Path
) -> None:
    nix, top, key = built
    folder = tmp_path / "nix-cache"
    url = f"file://{folder}?secret-key={nix.root}/secret&compression={compression}"
    nix.run("nix", "copy", "--store", str(nix.root), "--to", url, top)
    site.folder = folder
    opened: list[tuple[str, Callable[[], Realiser]]] = [
        ("http", lambda: realiser_of(tmp_path, site.url, key)),
        ("file", lambda: realiser_of(tmp_path, folder.as_uri(), key, shared=SharedStore(tmp_path / "other"))),
    ]
    for name, realiser in opened:
        with realiser() as one:
            closure = write_bundle(container(top), tmp_path / name, one)
        assert len(closure.objects) == 100
        assert_is_the_stores(tmp_path / name, nix)


@pytest.mark.parametrize("scanned", [False, True])
def test_a_hundred_paths_out_of_a_store_have_the_references_that_nix_knows(
    scanned: bool, built: tuple[Nix, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nix, top, _ = built
    source = StoreSource(LocalStore(nix.root), None)
    if scanned:
        monkeypatch.setattr(source._database, "_is_absent", True)
    else:
        monkeypatch.setattr("pyoci.realise.local.Scanner", None)
    with Realiser(DerivationRegistry(), stores=[source]) as realiser:
        closure = write_bundle(container(top), tmp_path / "web", realiser)
    assert_is_the_stores(tmp_path / "web", nix)
    for path in list(closure.objects)[::9]:
        known = nix.run("nix", "path-info", "--store", str(nix.root), "--json", path)
        references = {one.rpartition("/")[2] for one in references_in(known)} - {path.rpartition("/")[2]}
        assert {one.rpartition("/")[2] for one in closure.objects[path].references} == references


def references_in(text: str) -> list[str]:
    """The references that `nix path-info --json` prints, in either of its forms."""
    import json

    known = json.loads(text)
    while not (isinstance(known, dict) and "references" in known):
        known = known[0] if isinstance(known, list) else next(iter(known.values()))
    return [str(one) for one in known["references"]]


JOIN = """
let
  run = "${(import ./parts.nix)}/bin/run";
  config = builtins.toFile "config.json" (builtins.unsafeDiscardStringContext ''{"process":{"args":["${run}"]}}'');
in derivation {
  name = "join";
  system = builtins.currentSystem;
  builder = "/bin/bash";
  exportReferencesGraph = [ "graph" (import ./parts.nix) ];
  args = [ "-c" ''
    PATH=/bin:/usr/bin
    while read path; do
      echo $path >> listed
      read dummy
      read count
      for ((i = 0; i < count; i++)); do read ref; done
    done < graph
    set -o pipefail
    mkdir -p $out/rootfs/{dev,proc,sys}
    cp ${config} $out/config.json
    xargs tar c < listed | tar -xC $out/rootfs/
  '' ];
}
"""


def test_a_bundle_inside_of_a_bundle_is_what_its_builder_makes(built: tuple[Nix, str, str], tmp_path: Path) -> None:
    nix, top, _ = built
    (nix.root / "join.nix").write_text(JOIN)
    path = nix.run("nix-build", "--store", str(nix.root), "--no-out-link", str(nix.root / "join.nix"))
    original = nix.root / path.lstrip("/")
    references = nix.run("nix", "path-info", "--store", str(nix.root), "--json", path)
    config = tmp_path / "config.json"
    config.write_bytes((original / "config.json").read_bytes())
    source = StoreSource(LocalStore(nix.root), None)
    with Realiser(DerivationRegistry(), stores=[source]) as realiser:
        objects = dict(realiser.closure([top]).objects)
    plan = Plan(StoreObject("/nix/store/config.json", config, (), "memory", ""), (top,))
    joins = Joins(Memory(DerivationRegistry(), tmp_path / "memory"), tmp_path / "joins")
    made = joins.make({path: plan}, objects, {})[path]
    assert set(made.references) == set(references_in(references)) == set(objects)
    # Modes and times are given to it where it is copied to.
    with ClosureCopy(tmp_path / "rootfs", hard_links=False) as copy:
        copy.add(made)
    assert archive_of(tmp_path / "rootfs" / path.lstrip("/")) == archive_of(original)
    source._database._is_absent = True
    scanned = source.find(path)
    assert scanned is not None
    assert set(scanned.references) == set(made.references)
