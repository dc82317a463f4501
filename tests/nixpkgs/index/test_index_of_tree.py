"""An index of a tree gives what the tree gives, and says so where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyoci.nixpkgs.index.reader import Index
from pyoci.runtime.errors import EvalError, MissingAttribute, NixError, Thrown

from .conftest import Evaluate

SAME = [
    # packages
    "pkgs.tool.outPath",
    "pkgs.tool.drvPath",
    "builtins.getContext pkgs.tool.outPath",
    '"${pkgs.tool}"',
    "pkgs.tool.name",
    "pkgs.tool.pname",
    "pkgs.tool.version",
    "pkgs.tool.type",
    "pkgs.tool.system",
    "pkgs.tool.outputs",
    "pkgs.tool.meta.description",
    "pkgs.tool.meta.license",
    "pkgs.tool.meta.mainProgram",
    "pkgs.tool.meta.name",
    "builtins.attrNames pkgs.tool.meta",
    "pkgs.tool ? src",
    "pkgs.tool ? dev",
    "pkgs.tool.nothing or 3",
    "pkgs.library.outputName",
    "pkgs.library.outPath",
    "pkgs.library.dev.outPath",
    "builtins.getContext pkgs.library.dev.outPath",
    "pkgs.library.dev.outputName",
    "pkgs.library.out.outPath",
    "map (output: output.outPath) pkgs.library.all",
    "pkgs.library.outputUnspecified",
    "pkgs.library.level",
    "pkgs.library.flags",
    "pkgs.library.tool.outPath",
    "pkgs.library.inner.outPath",
    "pkgs.interpreter.pkgs.first.outPath",
    "pkgs.alias.outPath",
    "pkgs.developed.outPath",
    "pkgs.developed.outputName",
    'pkgs."odd name".outPath',
    "pkgs.half.outPath",
    # other things
    "pkgs.number",
    "pkgs.greeting",
    "builtins.getContext pkgs.greeting",
    "pkgs.things.first.outPath",
    "pkgs.things.tool.outPath",
    "builtins.attrNames pkgs.things",
    "pkgs ? hopeless",
    "pkgs ? helpless",
    "(builtins.tryEval pkgs.gone).success",
    "with pkgs; tool.name",
    # builders
    '(pkgs.writeText "a" "b").drvPath',
    '(pkgs.writeText "a" "b ${pkgs.library.dev}").drvPath',
    '(pkgs.writeText "a" "b").outPath',
    '(pkgs.writeShellScript "a" "exec ${pkgs.tool}").drvPath',
    '(pkgs.runCommand "a" { x = 1; y = [ pkgs.tool "z" ]; n = null; } "true").drvPath',
    '(pkgs.writeTextFile { name = "a"; text = "b"; }).drvPath',
    '(pkgs.writeTextFile { name = "a"; text = "b"; executable = true; }).drvPath',
    '(pkgs.writeTextFile { name = "a"; text = "b"; destination = "/c"; checkPhase = "d"; }).drvPath',
    '(pkgs.linkFarm "a" [ ]).drvPath',
    '(pkgs.linkFarm "a" [ { name = "b"; path = "c"; } ]).drvPath',
    '(pkgs.linkFarm "a" (map (name: { inherit name; path = "p ${name}"; }) [ "x" "y" "z" ])).drvPath',
    '(pkgs.stdenv.mkDerivation { pname = "a"; version = "1"; x = pkgs.tool; }).drvPath',
    '(pkgs.stdenvNoCC.mkDerivation { name = "a"; outputs = [ "out" "doc" ]; }).doc.outPath',
    '((pkgs.writeText "a" "b").overrideAttrs (old: { name = "${old.name}c"; })).drvPath',
    "pkgs.stdenv.hostPlatform.isLinux",
    "pkgs.stdenv.shell",
    "pkgs.stdenv.outPath",
]


@pytest.mark.parametrize("text", SAME)
def test_same_value(embedded: Evaluate, on_tree: Evaluate, text: str) -> None:
    """The index answers as the tree does."""
    assert embedded(text) == on_tree(text)


REFUSED = [
    ("pkgs.tool.src", EvalError, "attribute 'src' of package tool-2.1"),
    ("pkgs.tool.src or 3", EvalError, "attribute 'src' of package tool-2.1"),
    ("pkgs.half.bad", EvalError, "attribute 'bad' of package half"),
    ("pkgs.half.bad or 3", EvalError, "attribute 'bad' of package half"),
    ("pkgs.stranger.pkgs", EvalError, "attribute 'pkgs' of package stranger"),
    ("pkgs.gone", Thrown, "gone was removed: use tool"),
    ("pkgs.hopeless", Thrown, "attribute 'nothing' missing"),
    ("pkgs.things.never", Thrown, "never"),
    ("pkgs.function 1", EvalError, "pkgs.function is a function"),
    ("pkgs.unasked", EvalError, "pkgs.unasked is a set"),
    ("pkgs.unasked.a or 3", EvalError, "pkgs.unasked is a set"),
    ("pkgs.tol", MissingAttribute, "attribute 'tol' missing"),
    ("pkgs.tool.overrideAttrs (_: { x = 1; })", EvalError, "tool-2.1 cannot be changed by `overrideAttrs`"),
    ("(pkgs.tool.overrideAttrs (old: old // { name = old.src; })).name", EvalError, "tool-2.1"),
    ('(pkgs.writeText "a" pkgs.tool.drvPath).drvPath', EvalError, "known by its hash only"),
    ("pkgs.secret.outPath", Thrown, "has an unfree license"),
    ("pkgs.wreck.outPath", Thrown, "is marked as broken"),
    ("pkgs.madeWithWreck.outPath", Thrown, "wreck"),
    ("pkgs.madeWithHidden.outPath", Thrown, "dependencies of made-with-hidden"),
    ("pkgs.foreign.drvPath", Thrown, "is not supported on"),
    ('pkgs.symlinkJoin { name = "a"; paths = [ ]; }', MissingAttribute, "attribute 'symlinkJoin' missing"),
    (
        "(pkgs.extend (final: previous: { tool = previous.library; })).library.outPath",
        EvalError,
        "An overlay that replaces tool",
    ),
]


@pytest.mark.parametrize(("text", "error", "message"), REFUSED)
def test_refused(embedded: Evaluate, text: str, error: type[NixError], message: str) -> None:
    """What the index cannot know is an error that names it, and never another answer."""
    with pytest.raises(error) as caught:
        embedded(text)
    assert message in caught.value.message


def test_a_way_out_is_named(embedded: Evaluate) -> None:
    """Errors of the index say how to get further."""
    with pytest.raises(EvalError) as caught:
        embedded("pkgs.tool.src")
    assert "--nixpkgs" in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["wreck", "madeWithWreck", "madeWithHidden"])
def test_admitted(embedded: Evaluate, name: str) -> None:
    """What a configuration allows is not refused."""
    assert embedded(f"(import <nixpkgs> {{ config.allowBroken = true; }}).{name}.outPath").startswith("/nix/store/")
    with pytest.raises(Thrown):
        embedded(f"(import <nixpkgs> {{ config.allowUnfree = true; }}).{name}.outPath")


def test_unknown_is_not_caught(embedded: Evaluate) -> None:
    """tryEval does not make a default of what the index does not know."""
    with pytest.raises(EvalError):
        embedded("builtins.tryEval pkgs.tool.src")


def test_metadata_may_change(embedded: Evaluate) -> None:
    """Another `meta` is the same derivation."""
    changed = "(pkgs.tool.overrideAttrs (_: { meta = { x = 1; }; }))"
    assert embedded(f"{changed}.outPath == pkgs.tool.outPath && {changed}.meta.x == 1") is True


def test_overlay(embedded: Evaluate) -> None:
    """Overlays add packages, and replace those that nothing else is made with."""
    overlay = 'final: previous: { more = final.writeText "m" "${final.tool}"; secret = final.more; }'
    assert embedded(f"(pkgs.extend ({overlay})).secret.outPath") == embedded(
        '(pkgs.writeText "m" "${pkgs.tool}").outPath'
    )


def test_what_others_are_made_with(index: Index, embedded: Evaluate) -> None:
    """The hash of a derivation as an input, and None for one that is not in the index."""
    path = str(embedded("builtins.unsafeDiscardStringContext pkgs.tool.drvPath"))
    assert len(index.known_hash(path) or "") == 64
    assert index.known_hash("/nix/store/00000000000000000000000000000000-x.drv") is None
    assert index.known_hash("/elsewhere") is None


def test_tells_nothing_of_the_machine(index_file: Path) -> None:
    """The index does not say where the tree was."""
    assert str(Path(__file__).parent).encode() not in index_file.read_bytes()
