"""Derivations that are realised from what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyoci.evaluator import Evaluator
from pyoci.realise.memory import Memory
from pyoci.realise.realiser import Realiser
from pyoci.realise.trivial import WrittenFile, written_file
from pyoci.runtime.errors import StoreError
from pyoci.runtime.thunks import force
from pyoci.settings import Settings
from pyoci.store.derivation import Derivation, Output
from pyoci.store.paths import placeholder

OUT = "/nix/store/" + "a" * 32 + "-x"
BASH = "/nix/store/" + "b" * 32 + "-bash/bin/bash"


def evaluated(expression: str, tmp_path: Path) -> tuple[Evaluator, str]:
    """An evaluator that knows what an expression of the embedded packages makes, and its output path."""
    evaluator = Evaluator(Settings(cache=tmp_path / "code"))
    path = evaluator.run(
        lambda: str(force(force(evaluator.eval_text(f"with import <nixpkgs> {{}}; {expression}"))["outPath"]))
    )
    return evaluator, path


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('writeText "x" "content\\n"', WrittenFile("", b"content\n", False)),
        ('writeText "x" "-n ü \\\\ $out"', WrittenFile("", "-n ü \\ $out".encode(), False)),
        ('writeText "x" ""', WrittenFile("", b"", False)),
        ('writeScript "x" "#!/x"', WrittenFile("", b"#!/x", True)),
        ('writeScriptBin "x" "#!/x"', WrittenFile("bin/x", b"#!/x", True)),
        ('writeTextDir "share/deep/x" "y"', WrittenFile("share/deep/x", b"y", False)),
        (
            'writeTextFile { name = "x"; text = "y"; executable = true; destination = "/a/b"; }',
            WrittenFile("a/b", b"y", True),
        ),
    ],
)
def test_what_the_embedded_builders_write(expression: str, expected: WrittenFile, tmp_path: Path) -> None:
    evaluator, path = evaluated(expression, tmp_path)
    known = Memory(evaluator.store, tmp_path).producer(path)
    assert known is not None
    assert written_file(known[1]) == expected


@pytest.mark.parametrize("builder", ["writeShellScript", "writeShellScriptBin"])
def test_shell_scripts_refer_to_their_shell_and_packages(builder: str, tmp_path: Path) -> None:
    evaluator, path = evaluated(f'{builder} "run" "${{hello}}/bin/hello; echo ${{bash}}."', tmp_path)
    found = Memory(evaluator.store, tmp_path / "memory").find(path)
    assert found is not None
    assert sorted(reference.partition("-")[2] for reference in found.references) == ["bash-4.4-p23", "hello-2.10"]
    file = found.place / "bin" / "run" if builder.endswith("Bin") else found.place
    shell = next(reference for reference in found.references if "bash" in reference)
    assert file.read_text().startswith(f"#!{shell}/bin/bash\n")
    assert file.stat().st_mode & 0o777 == 0o555


@pytest.mark.parametrize(
    "expression",
    [
        'runCommand "x" { } "echo > $out"',
        'writeTextFile { name = "x"; text = "y"; checkPhase = "echo more >> $out"; }',
        'writeTextFile { name = "x"; text = "y"; destination = "/../../x"; }',
        'runCommand "x" { text = "y"; passAsFile = [ "text" "buildCommand" ]; } "cat $textPath > $out"',
    ],
)
def test_anything_else_is_left_to_other_sources(expression: str, tmp_path: Path) -> None:
    evaluator, path = evaluated(expression, tmp_path)
    assert Memory(evaluator.store, tmp_path).find(path) is None
    with Realiser(evaluator.store) as realiser, pytest.raises(StoreError) as error:
        realiser.closure([path])
    assert path in error.value.message
    assert ".drv" in error.value.message
    assert "--substituter" in (error.value.hint or "")


def derivation(command: str, **environment: str) -> Derivation:
    """A derivation of stdenv with a build command."""
    given = {"text": "content", "passAsFile": "text", "buildCommand": command, "out": OUT, "executable": "1"}
    return Derivation(
        "x",
        {"out": Output(OUT)},
        builder=BASH,
        arguments=("-e", "/nix/store/x-default-builder.sh"),
        environment=given | environment,
    )


def test_packages_of_which_only_the_path_is_known_are_named_with_their_derivation(tmp_path: Path) -> None:
    evaluator, path = evaluated('writeText "x" "${hello}"', tmp_path)
    with Realiser(evaluator.store) as realiser, pytest.raises(StoreError) as error:
        realiser.closure([path])
    assert "package 'hello-2.10', which '/nix/store/" in error.value.message
    assert "-hello-2.10.drv' builds" in error.value.message


LATER = """
target=$out'/bin/it'
mkdir -p "$(dirname "$target")"

if [ -e "$textPath" ]; then
  mv "$textPath" "$target"
else
  echo -n "$text" > "$target"
fi

if [ -n "$executable" ]; then
  chmod +x "$target"
fi

eval "$checkPhase"
"""


def test_releases_that_spell_it_otherwise() -> None:
    assert written_file(derivation(LATER)) == WrittenFile("bin/it", b"content", True)
    check = f'{BASH} -n -O extglob "$target"\n'
    assert written_file(derivation(LATER, checkPhase=check)) == WrittenFile("bin/it", b"content", True)
    assert written_file(derivation(LATER, executable="")) == WrittenFile("bin/it", b"content", False)


def test_the_placeholder_of_the_output() -> None:
    made = written_file(derivation(LATER, text=f"it is {placeholder('out')}"))
    assert made is not None
    assert made.content == f"it is {OUT}".encode()


@pytest.mark.parametrize(
    "made",
    [
        derivation(LATER, checkPhase="rm $target"),
        derivation(LATER, passAsFile=""),
        derivation(LATER, buildInputs="/nix/store/hook"),
        derivation(LATER, preHook="exit"),
        derivation(LATER + "echo more >> $out\n"),
        derivation(LATER.replace("'/bin/it'", "'/../it'")),
        derivation(LATER.replace("'/bin/it'", "$(id)")),
        derivation(LATER.replace('mv "$textPath" "$target"', 'mv "$textPath" "$other"')),
        derivation(""),
    ],
)
def test_nothing_is_guessed(made: Derivation) -> None:
    assert written_file(made) is None


def test_another_builder() -> None:
    made = derivation(LATER)
    made.builder = "/nix/store/x/bin/python"
    assert written_file(made) is None
    made = derivation(LATER)
    made.arguments = ("-c", "true")
    assert written_file(made) is None


def test_texts_and_sources(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "file").write_text("x")
    (folder / "run").write_text("x")
    (folder / "run").chmod(0o700)
    evaluator = Evaluator(Settings(cache=tmp_path / "code"))
    path = evaluator.run(
        lambda: str(force(evaluator.eval_text('builtins.toFile "text" "see ${./source}"', base=tmp_path)))
    )
    with Realiser(evaluator.store) as realiser:
        closure = realiser.closure([path])
        assert closure.objects[path].place.read_text().startswith("see /nix/store/")
        (reference,) = closure.objects[path].references
        assert (closure.objects[reference].place / "file").read_text() == "x"
        (folder / "file").write_text("changed")
        with pytest.raises(StoreError, match="has changed"):
            realiser.closure([path])
