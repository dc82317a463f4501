"""An index of a release with other builders than pyoci knows gives the same derivation, or an error that says why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pyoci.cli import index as command
from pyoci.cli.arguments import UsageError
from pyoci.evaluator import Evaluator
from pyoci.runtime.calls import call
from pyoci.runtime.errors import EvalError, MissingAttribute, NixError, Thrown
from pyoci.settings import Settings

from .conftest import Evaluate, evaluating

TREE = Path(__file__).parent / "other-release"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index, made by the command."""
    path = tmp_path_factory.mktemp("other") / "other.idx"
    assert command.run([str(TREE), "-o", str(path), "--top-level"]) == 0
    return path


@pytest.fixture(scope="module")
def other(made: Path) -> Iterator[Evaluate]:
    """Evaluates on the package set of the index."""
    evaluator = Evaluator(Settings(index=made))
    yield evaluating(evaluator, evaluator.pkgs)
    evaluator.close()


@pytest.fixture(scope="module")
def release() -> Iterator[Evaluate]:
    """Evaluates on the tree itself."""
    evaluator = Evaluator(Settings())
    yield evaluating(evaluator, lambda: call(evaluator.import_file(bytes(TREE)), {}))
    evaluator.close()


HASH = "0000000000000000000000000000000000000000000000000000"

SAME = [
    "pkgs.zlib.drvPath",
    "pkgs.half.outPath",
    '(pkgs.writeText "a" "b ${pkgs.bash}").drvPath',
    '(pkgs.runCommand "a" { x = pkgs.zlib; } "true").drvPath',
    '(pkgs.makeSetupHook { deps = [ pkgs.bash ]; } "s").drvPath',
    '(pkgs.writeTextFile { name = "a"; text = "b"; executable = true; }).drvPath',
    f'(pkgs.fetchzip {{ url = "http://x/y.zip"; sha256 = "{HASH}"; }}).drvPath',
    '(pkgs.stdenv.mkDerivation { name = "a"; x = 1; }).drvPath',
]


@pytest.mark.parametrize("text", SAME)
def test_same_derivation(other: Evaluate, release: Evaluate, text: str) -> None:
    """What can be learnt of the release, the index gives."""
    assert other(text) == release(text)


REFUSED = [
    ("pkgs.faulty.outPath", Thrown, "attribute 'fault' missing"),
    ("pkgs.never", Thrown, "attribute 'fault' missing"),
    ('pkgs.writeScriptBin "a" "b"', MissingAttribute, "attribute 'writeScriptBin' missing"),
    ('(pkgs.makeSetupHook { name = "n"; } "s").drvPath', EvalError, "what makeSetupHook of nixpkgs 0.9 makes"),
    ('(pkgs.writeTextFile { name = "a"; text = "b"; destination = "/c"; }).drvPath', EvalError, "writeTextFile"),
    ('(pkgs.writeScript "a" "b").drvPath', EvalError, "another derivation"),
    ('(pkgs.linkFarm "a" [ ]).drvPath', EvalError, "linkFarm of nixpkgs 0.9"),
    ('(pkgs.writeShellScript "a" "b").drvPath', EvalError, "attribute 'fault' missing"),
    ('(pkgs.symlinkJoin { name = "a"; paths = [ ]; }).drvPath', EvalError, "symlinkJoin of nixpkgs 0.9"),
    ('(pkgs.stdenv.mkDerivation { name = "a"; buildInputs = [ pkgs.zlib ]; }).drvPath', EvalError, "dependencies"),
    (
        '(pkgs.fetchzip { url = "http://x/y"; sha256 = "00"; stripRoot = false; }).drvPath',
        EvalError,
        "what fetchzip of nixpkgs 0.9 makes of such arguments",
    ),
]


@pytest.mark.parametrize(("text", "error", "message"), REFUSED)
def test_refused(other: Evaluate, text: str, error: type[NixError], message: str) -> None:
    """What cannot be learnt costs only itself, and is never another derivation."""
    with pytest.raises(error) as caught:
        other(text)
    assert message in caught.value.message


def test_a_way_out_is_named(other: Evaluate) -> None:
    """Errors of what was not learnt say how to get further."""
    with pytest.raises(EvalError) as caught:
        other('(pkgs.writeScript "a" "b").drvPath')
    assert "--nixpkgs" in (caught.value.hint or "")


@pytest.mark.parametrize("output", [".", "missing/other.idx"])
def test_a_wrong_place_is_told_at_once(tmp_path: Path, output: str) -> None:
    """And not after all packages were evaluated."""
    with pytest.raises(UsageError, match="no place for a file"):
        command.run([str(TREE), "-o", str(tmp_path / output)])
