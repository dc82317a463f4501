"""Hashes of derivations and paths of their outputs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from pyoci.runtime.errors import NixError
from pyoci.store import derivation as module
from pyoci.store import paths
from pyoci.store.derivation import DEFERRED, Derivation, Output, instantiate
from pyoci.store.hashes import Hash

NIX = os.environ.get("PYOCI_TEST_NIX")
NIXPKGS = os.environ.get("PYOCI_TEST_NIXPKGS")


def plain(name: str = "a", *outputs: str, **environment: str) -> Derivation:
    names = outputs or ("out",)
    return Derivation(
        name,
        dict.fromkeys(names, Output()),
        system="b",
        builder="c",
        environment={"name": name, "system": "b", "builder": "c", **environment},
    )


def nothing(path: str, outputs: Iterable[str]) -> str:
    raise AssertionError("no inputs")


def test_a_derivation_without_inputs() -> None:
    derivation = plain()
    result = instantiate(derivation, nothing)
    assert result.path == "/nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a.drv"
    assert derivation.outputs == {"out": Output("/nix/store/n1graip4nvxv1778rif8j3yapjdfgk8g-a")}
    assert derivation.environment["out"] == derivation.outputs["out"].path
    assert result.text == (
        b'Derive([("out","/nix/store/n1graip4nvxv1778rif8j3yapjdfgk8g-a","","")],[],[],"b","c",[],[("builder","c"),'
        b'("name","a"),("out","/nix/store/n1graip4nvxv1778rif8j3yapjdfgk8g-a"),("system","b")])'
    )
    assert result.modulo == sha256(result.text).hexdigest(), "there is nothing to replace"
    assert derivation.text() == result.text


def test_output_variables_are_found_among_lookalikes() -> None:
    """The text of a variable may look like the output's variable; only that itself is filled in."""
    derivation = plain("a", "out", "dev", A='("out","")', B='"out"', dev="overwritten")
    text = instantiate(derivation, nothing).text
    again = Derivation.from_text("a", text)
    assert again.environment["A"] == '("out","")'
    assert again.environment["out"] == again.outputs["out"].path
    assert again.environment["dev"] == again.outputs["dev"].path
    module.check(again, nothing)


def test_inputs_are_named_by_their_hashes() -> None:
    first, second = "/nix/store/x-1.drv", "/nix/store/x-2.drv"
    modulo = {first: "b" * 64, second: "a" * 64}
    derivation = plain()
    derivation.input_derivations = {second: ("out", "dev"), first: ("out",)}
    result = instantiate(derivation, lambda path, _: modulo[path])
    assert b'[("/nix/store/x-1.drv",["out"]),("/nix/store/x-2.drv",["dev","out"])]' in result.text
    replaced = result.text.replace(
        b'("/nix/store/x-1.drv",["out"]),("/nix/store/x-2.drv",["dev","out"])',
        f'("{"a" * 64}",["dev","out"]),("{"b" * 64}",["out"])'.encode(),
    )
    assert result.modulo == sha256(replaced).hexdigest()


def test_inputs_with_the_same_hash_become_one() -> None:
    inputs = {"/a.drv": ("out",), "/b.drv": ("lib",), "/c.drv": ("out",)}
    assert module.inputs_by_hash(inputs, lambda path, _: "2" if path == "/c.drv" else "1") == {
        "1": ["lib", "out"],
        "2": ["out"],
    }


def test_fixed_outputs() -> None:
    content = Hash("sha256", bytes(32))
    derivation = plain("f", url="x")
    derivation.outputs = {"out": module.fixed_output("f", "flat", content)}
    derivation.environment["out"] = derivation.outputs["out"].path
    result = instantiate(derivation, nothing)
    path = paths.fixed_output_path("f", "flat", content)
    assert result.modulo == sha256(f"fixed:out:sha256:{'0' * 64}:{path}".encode()).hexdigest()
    assert derivation.fixed_output == Output(path, "sha256", "0" * 64)
    module.check(Derivation.from_text("f", result.text), nothing)


def test_deferred_inputs_defer_outputs() -> None:
    derivation = plain()
    derivation.input_derivations = {"/nix/store/x.drv": ("out",)}
    result = instantiate(derivation, lambda path, outputs: DEFERRED)
    assert result.modulo is DEFERRED
    assert derivation.outputs == {"out": Output()} and derivation.environment["out"] == ""
    assert module.hash_modulo(derivation, lambda path, outputs: DEFERRED) is DEFERRED


def test_names_are_in_the_order_of_their_bytes() -> None:
    names = ["\udcff", "ü", "z", "Z", "", "€", "😀"]
    assert list(module.sort_names(dict.fromkeys(names))) == ["", "Z", "z", "ü", "€", "😀", "\udcff"]


def test_wrong_paths_are_noticed() -> None:
    result = instantiate(plain(), nothing)
    wrong = Derivation.from_text("a", result.text.replace(b"n1graip4", b"n1graip5"))
    with pytest.raises(NixError, match=r"derivation has incorrect output '.*n1graip5.*', should be '.*n1graip4.*'"):
        module.check(wrong, nothing)
    with pytest.raises(NixError, match="is not a valid store path"):
        instantiate(plain("a", "b/c"), nothing)


@pytest.mark.slow
@pytest.mark.skipif(not (NIX and NIXPKGS), reason="skipped: PYOCI_TEST_NIX or PYOCI_TEST_NIXPKGS is not set")
def test_the_closure_of_hello(tmp_path: Path) -> None:
    """All derivations that nix-instantiate writes for a package: parsed and written again they are the same bytes, and
    their output paths, their own paths and their hashes come out the same when computed from scratch."""
    assert NIX and NIXPKGS
    subprocess.run(
        [NIX, "--store", tmp_path, NIXPKGS, "-A", "hello", "--arg", "config", "{ }", "--arg", "overlays", "[ ]"],
        env={**os.environ, "NIX_CONFIG": "build-users-group ="},
        check=True,
        capture_output=True,
    )
    texts = {f"/nix/store/{file.name}": file.read_bytes() for file in (tmp_path / "nix/store").glob("*.drv")}
    assert len(texts) > 100
    parsed = {path: Derivation.from_text(paths.parse(path)[1][:-4], text) for path, text in texts.items()}
    memo: dict[str, str] = {}

    def modulo(path: str, outputs: Iterable[str]) -> str:
        if path not in memo:
            memo[path] = module.hash_modulo(parsed[path], modulo)
        return memo[path]

    for path, derivation in parsed.items():
        assert derivation.text() == texts[path]
        blank = Derivation.from_text(derivation.name, texts[path])
        if blank.fixed_output is None:
            blank.outputs = dict.fromkeys(blank.outputs, Output())
        result = instantiate(blank, modulo)
        assert result == (path, texts[path], modulo(path, ()))
        module.check(derivation, modulo)
