"""`pyoci instantiate`, and nix-instantiate with a store: what is printed and what is written."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pyoci.store.local import LocalStore
from pyoci.store.registry import DerivationRegistry

if TYPE_CHECKING:
    from conftest import Runner

DERIVATIONS = """
let
  zeros = "0000000000000000000000000000000000000000";
  make = name: more: derivation ({ inherit name; system = "x86_64-linux"; builder = "/bin/sh"; } // more);
in
rec {
  x = make "x" { src = ./src; outputs = [ "out" "dev" ]; };
  y = make "y" {
    inherit x;
    text = builtins.toFile "text" "of ${./src}";
    filtered = builtins.filterSource (path: type: baseNameOf path != "b") ./src;
    flat = builtins.path { path = ./src/a; name = "flat"; recursive = false; };
  };
  sub = {
    recurseForDerivations = true;
    dev = x.dev;
    fetched = make "fetched" {
      tree = builtins.fetchTarball "file://${toString ./src.tar}";
      file = builtins.fetchurl "file://${toString ./src.tar}";
      imported = import (builtins.toFile "one.nix" "1");
      fixed = make "fixed" { outputHashMode = "recursive"; outputHashAlgo = "sha1"; outputHash = zeros; };
      structured = make "structured" { __structuredAttrs = true; list = [ 1 x.dev ]; };
    };
  };
}
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with the file above, a source with a link and a program in it, and an archive of that."""
    (tmp_path / "src/sub").mkdir(parents=True)
    (tmp_path / "src/a").write_text("a\n")
    (tmp_path / "src/b").write_text("b\n")
    (tmp_path / "src/link").symlink_to("a")
    (tmp_path / "src/sub/program").write_text("#!/bin/sh\n")
    (tmp_path / "src/sub/program").chmod(0o755)
    with tarfile.open(tmp_path / "src.tar", "w") as archive:
        archive.add(tmp_path / "src", "src")
    (tmp_path / "drvs.nix").write_text(DERIVATIONS)
    return tmp_path


def listing(root: Path) -> dict[str, tuple[int, float, bytes]]:
    """All that is in a store, but not what Nix keeps there for itself: mode, time and contents by path."""
    store = root / "nix/store"
    found = {}
    for path in sorted(store.rglob("*")):
        name = str(path.relative_to(store))
        if not name.startswith(".links"):
            status = path.lstat()
            data = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            found[name] = status.st_mode, status.st_mtime, data
    return found


def test_a_closure_is_written(pyoci: Runner, here: Path) -> None:
    done = pyoci("instantiate", "drvs.nix", "--store", "store")
    assert (done.status, done.err) == (0, "")
    printed = [line.rpartition("/")[2].partition("-")[2] for line in done.out.splitlines()]
    assert printed == ["x.drv!dev", "fetched.drv", "x.drv", "y.drv"]
    written = listing(here / "store")
    assert sorted({name.partition("/")[0][33:] for name in written}) == sorted(
        "fetched.drv fixed.drv flat one.nix source src src.tar structured.drv text x.drv y.drv".split()
    )
    assert sum(name.endswith("/link") for name in written) == 3
    for path in done.out.split():
        derivation = DerivationRegistry(read_from=[LocalStore(here / "store")]).derivation(path.partition("!")[0])
        assert all(LocalStore(here / "store").has(used) for used in derivation.references())


def test_nothing_is_written_without_a_store(pyoci: Runner, here: Path) -> None:
    before = sorted(here.rglob("*"))
    done = pyoci("instantiate", "drvs.nix", "-A", "x", "-A", "sub.dev")
    assert done.out.splitlines() == [done.out.splitlines()[0], done.out.splitlines()[0] + "!dev"]
    assert pyoci("nix-instantiate", "drvs.nix", "-A", "x").out == done.out.splitlines()[0] + "\n"
    assert sorted(here.rglob("*")) == before


def test_a_derivation_of_another_store_comes_along(pyoci: Runner, here: Path) -> None:
    inner = pyoci("instantiate", "drvs.nix", "-A", "y", "--store", "first").out.strip()
    (here / "first").rename(here / "second")
    (here / "user.nix").write_text(
        f'derivation {{ name = "user"; system = "s"; builder = "b"; input = import (builtins.storePath {inner}); }}'
    )
    store = LocalStore(here / "second")
    registry = DerivationRegistry(target=LocalStore(here / "third", writable=True), read_from=[store])
    registry.write_closure(inner)
    assert listing(here / "third").items() <= listing(here / "second").items()
    assert len(list((here / "third/nix/store").iterdir())) == 6


def test_packages_without_a_tree_cannot_be_written(pyoci: Runner, here: Path) -> None:
    words = ["instantiate", "-E", 'pkgs.runCommand "a" { } "${pkgs.hello}/bin/hello > $out"']
    assert pyoci(*words).status == 0
    refused = pyoci(*words, "--store", "store")
    assert refused.status == 1
    assert "is known by its hash only" in refused.err
    assert "--nixpkgs" in refused.err
    assert refused.out == ""


def test_a_configuration_gives_its_containers(pyoci: Runner, here: Path) -> None:
    (here / "railcar.nix").write_text(
        'services.railcar = { enable = true; containers.hello.cmd = "${pkgs.hello}/bin/hello"; };'
    )
    done = pyoci("instantiate", "railcar.nix")
    (container,) = done.out.splitlines()
    shown = pyoci("eval", "railcar.nix", "--json").out
    assert f'"drvPath": "{container}"' in shown
    (here / "plain.nix").write_text("services.railcar.enable = false;")
    refused = pyoci("instantiate", "plain.nix")
    assert (refused.status, refused.out) == (1, "")
    assert "-A config.system.build.toplevel" in refused.err


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["-E", "1"], 1, "expression does not evaluate to a derivation (or a set or list of those)"),
        (["--store", "http://127.0.0.1/", "-E", "1"], 2, "'http://127.0.0.1/' is no store that can be written to"),
        (["--store", "drvs.nix/x", "drvs.nix"], 1, "cannot write"),
        (["--stroe", "x", "drvs.nix"], 2, "Did you mean --store?"),
    ],
    ids=str,
)
def test_mistakes(pyoci: Runner, here: Path, words: list[str], status: int, message: str) -> None:
    done = pyoci("instantiate", *words)
    assert (done.status, done.out) == (status, "")
    assert message in done.err


@pytest.mark.parametrize("named", ["./store", "local?root={here}/store", "{here}/store"])
def test_nix_instantiate_writes_where_it_makes_derivations(pyoci: Runner, here: Path, named: str) -> None:
    named = named.replace("{here}", str(here))
    words = ["nix-instantiate", "--store", named, "drvs.nix", "-A", "x"]
    path = pyoci(*words, "--eval", "--raw").out
    pyoci(*words, "--readonly-mode")
    assert not (here / "store").exists()
    drv = pyoci(*words).out.strip()
    assert sorted(name[33:] for name in os.listdir(here / "store/nix/store")) == ["src", "x.drv"]
    assert pyoci("nix-instantiate", "--eval", "--store", named, "-E", f"builtins.readFile {drv}").out.count(path)
    pyoci("nix-instantiate", "--eval", "--read-write-mode", "--store", named, "-E", 'builtins.toFile "t" "x"')
    assert len(os.listdir(here / "store/nix/store")) == 3


def test_nix_remote_names_a_store_too(pyoci: Runner, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIX_REMOTE", str(here / "store"))
    pyoci("nix-instantiate", "drvs.nix", "-A", "x")
    assert len(os.listdir(here / "store/nix/store")) == 2
    monkeypatch.setenv("NIX_REMOTE", "dummy://")
    assert pyoci("nix-instantiate", "drvs.nix", "-A", "y").status == 0
    assert len(os.listdir(here / "store/nix/store")) == 2


@pytest.mark.parametrize("words", [[], ["--read-write-mode", "--store", "./store"]], ids=["unwritten", "written"])
def test_files_of_the_store_know_themselves_by_their_place_in_it(pyoci: Runner, here: Path, words: list[str]) -> None:
    (here / "src/default.nix").write_text('{ here = ./.; also = import ./a.nix; whole = "${./.}"; part = "${./b}"; }')
    (here / "src/a.nix").write_text("[ (toString ./x) __curPos.file ]")
    (here / "ask.nix").write_text(
        """
        let
          path = builtins.path { path = ./src; name = "tree"; filter = path: _: baseNameOf path != "link"; };
          found = import path;
        in
        [
          (toString found.here == path)
          (found.also == [ "${path}/x" "${path}/a.nix" ])
          (found.part == "${./src/b}")
          (builtins.substring 44 99 found.whole == baseNameOf path)
          (import (builtins.toFile "x.nix" "toString ./.") == builtins.storeDir)
        ]
        """
    )
    done = pyoci("nix-instantiate", "--eval", "--strict", *words, "ask.nix")
    assert (done.out, done.err) == ("[ true true true true true ]\n", "")


needs_nix = pytest.mark.skipif("PYOCI_TEST_NIX" not in os.environ, reason="skipped: PYOCI_TEST_NIX is not set")


def nix_instantiate(store: Path, *words: str) -> str:
    """What C++ Nix prints; it writes to `store`."""
    command = [os.environ["PYOCI_TEST_NIX"], "--store", str(store), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@needs_nix
def test_against_nix(pyoci: Runner, here: Path) -> None:
    printed = nix_instantiate(here / "theirs", str(here / "drvs.nix"))
    assert pyoci("instantiate", "drvs.nix", "--store", "ours").out == printed
    assert pyoci("nix-instantiate", "drvs.nix", "--store", "./ours-too").out == printed
    assert listing(here / "ours") == listing(here / "theirs")
    assert listing(here / "ours-too") == listing(here / "theirs")


@needs_nix
@pytest.mark.slow
@pytest.mark.skipif("PYOCI_TEST_NIXPKGS" not in os.environ, reason="skipped: PYOCI_TEST_NIXPKGS is not set")
def test_the_closure_of_a_package(pyoci: Runner, tmp_path: Path) -> None:
    text = 'import <nixpkgs> { config = { }; overlays = [ ]; system = "x86_64-linux"; }'
    words = ["-I", f"nixpkgs={os.environ['PYOCI_TEST_NIXPKGS']}", "-E", text, "-A", "hello"]
    printed = nix_instantiate(tmp_path / "theirs", *words)
    assert pyoci("instantiate", *words, "--store", "ours").out == printed
    assert listing(tmp_path / "ours") == listing(tmp_path / "theirs")
