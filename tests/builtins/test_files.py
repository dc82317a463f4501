"""Builtins that read files, and what names files."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from nix_oracle import NIX, ask_nix

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of everything; its name is the same in every run."""
    root = tmp_path_factory.mktemp("tree")
    (root / "file").write_text("hi\n")
    (root / "bytes").write_bytes(b"\xff\xfeabc")
    (root / "null").write_bytes(b"a\0b")
    (root / "folder").mkdir()
    (root / "folder/default.nix").write_text("1 + 1")
    (root / "scoped.nix").write_text("[ x (map (y: y) [ 1 ]) ]")
    (root / "link").symlink_to("file")
    (root / "dangling").symlink_to("nowhere")
    (root / "folderlink").symlink_to("folder")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("builtins.readFile @/file", r'"hi\n"'),
        ('builtins.readFile "@/link"', r'"hi\n"'),
        ("builtins.readFile { outPath = @/file; }", r'"hi\n"'),
        ("builtins.stringLength (builtins.readFile @/bytes)", "5"),
        ("builtins.readDir @/folder", '{ "default.nix" = "regular"; }'),
        ("builtins.readDir @/folderlink", '{ "default.nix" = "regular"; }'),
        (
            "builtins.readDir @",
            '{ bytes = "regular"; dangling = "symlink"; file = "regular"; folder = "directory"; '
            'folderlink = "symlink"; link = "symlink"; null = "regular"; pipe = "unknown"; '
            '"scoped.nix" = "regular"; }',
        ),
        ("builtins.readFileType @/file", '"regular"'),
        ("builtins.readFileType @/folder", '"directory"'),
        ("builtins.readFileType @/folderlink", '"symlink"'),
        ("builtins.readFileType @/pipe", '"unknown"'),
        ("builtins.pathExists @/file", "true"),
        ("builtins.pathExists @/dangling", "true"),
        ("builtins.pathExists @/nothing/at/all", "false"),
        ('builtins.pathExists "@/file/"', "false"),
        ('builtins.pathExists "@/file/."', "false"),
        ('builtins.pathExists "@/link/"', "false"),
        ('builtins.pathExists "@/folder/"', "true"),
        ('builtins.pathExists "@/folder/."', "true"),
        ('builtins.pathExists "@/folderlink/"', "true"),
        ('builtins.pathExists "@/dangling/"', "false"),
        ('builtins.pathExists { outPath = "@/file/"; }', "true"),
        ("import @/folder", "2"),
        ('import "@/folder/default.nix"', "2"),
        ('scopedImport { x = 7; map = f: l: "mine"; } @/scoped.nix', '[ 7 "mine" ]'),
        (
            'builtins.hashFile "sha256" @/file',
            '"98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4"',
        ),
        ('builtins.hashFile "md5" @/link', '"764efa883dda1e11db47671c4a3bbd9e"'),
        ('builtins.findFile [ { path = @; prefix = ""; } ] "folder/default.nix" == @/folder/default.nix', "true"),
        ('builtins.findFile [ { path = "@"; prefix = "p"; } ] "p/file" == @/file', "true"),
        ('builtins.findFile [ { path = "@"; prefix = "p"; } ] "p" == @', "true"),
        ('(builtins.tryEval (builtins.findFile [ { path = "@"; prefix = "p"; } ] "path/file")).success', "false"),
        ('builtins.toPath "/a/../b//c/"', '"/b/c"'),
        ("builtins.toPath /a", '"/a"'),
        ('builtins.getEnv "PYOCI_TEST_NOT_SET_ANYWHERE"', '""'),
    ],
)
def test_answers(evaluate: Callable[[str], str], tree: Path, expression: str, answer: str) -> None:
    text = expression.replace("@", str(tree))
    assert evaluate(text) == answer
    if NIX:
        assert ask_nix(text) == (answer, "")


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ("builtins.readFile @/nothing", "path '@/nothing' does not exist", ""),
        ("builtins.readFile @/null", "the contents of the file '@/null' cannot be represented as a Nix string", ""),
        (
            'builtins.readFile "file"',
            "string 'file' doesn't represent an absolute path",
            "while realising the context of a path",
        ),
        (
            "builtins.pathExists null",
            "cannot coerce null to a string: null",
            "while realising the context of a path",
        ),
        ("builtins.readDir @/nothing", "path '@/nothing' does not exist", ""),
        ("builtins.readFileType @/nothing", "path '@/nothing' does not exist", ""),
        ("import @/nothing", "path '@/nothing' does not exist", ""),
        ("import 1", "cannot coerce an integer to a string: 1", "while realising the context of a path"),
        (
            "scopedImport 1 @/folder",
            "expected a set but found an integer: 1",
            "while evaluating the first argument passed to builtins.scopedImport",
        ),
        (
            'builtins.toPath "x"',
            "string 'x' doesn't represent an absolute path",
            "while evaluating the first argument passed to builtins.toPath",
        ),
        (
            "builtins.hashFile 1 @/file",
            "expected a string but found an integer: 1",
            "while evaluating the first argument passed to builtins.hashFile",
        ),
        (
            'builtins.hashFile "blake3" @/file',
            "experimental Nix feature 'blake3-hashes' is disabled; "
            "add '--extra-experimental-features blake3-hashes' to enable it",
            "",
        ),
        (
            'builtins.findFile [ ] "x"',
            "file 'x' was not found in the Nix search path (add it using $NIX_PATH or -I)",
            "",
        ),
        ('builtins.findFile [ { } ] "x"', "attribute 'path' missing", "in an element of the __nixPath"),
        (
            'builtins.findFile [ { path = 1; } ] "x"',
            "cannot coerce an integer to a string: 1",
            "while evaluating the `path` attribute of an element of the list passed to builtins.findFile",
        ),
        (
            'builtins.findFile [ { path = "/a"; prefix = 1; } ] "x"',
            "expected a string but found an integer: 1",
            "while evaluating the `prefix` attribute of an element of the list passed to builtins.findFile",
        ),
        (
            "builtins.findFile [ ] 1",
            "expected a string but found an integer: 1",
            "while evaluating the second argument passed to builtins.findFile",
        ),
    ],
)
def test_errors(fails: Callable[..., None], tree: Path, expression: str, message: str, trace: str) -> None:
    place = str(tree)
    fails(expression.replace("@", place), message.replace("@", place), *filter(None, [trace]))


def test_a_file_in_the_store_brings_its_references_along(evaluate: Callable[[str], str]) -> None:
    text = (
        'let y = builtins.toFile "y" "z"; in builtins.getContext (builtins.readFile (builtins.toFile "x" "see ${y}"))'
    )
    assert evaluate(text) == '{ "/nix/store/hnh4k9f7ql2wcpblcngqcir7j21i9vi4-y" = { path = true; }; }'


DERIVATION = 'derivation { name = "x"; system = "y"; builder = "z"; outputs = [ "out" "dev" ]; }'


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("builtins.attrNames d", '[ "all" "dev" "drvPath" "name" "out" "outPath" "outputName" "type" ]'),
        ("map (o: o.outputName) d.all", '[ "dev" "out" ]'),
        ("d.outputName", '"dev"'),
        ("d.out.outPath", '"/nix/store/25268j2c7bjwigz7a97920bq4jvp71rg-x"'),
        (
            "builtins.getContext d.drvPath",
            '{ "/nix/store/x6q8sf2i0br9fnjdg1934r3q2wy3iapk-x.drv" = { allOutputs = true; }; }',
        ),
        (f"d == ({DERIVATION}).dev", "true"),
    ],
)
def test_importing_a_derivation_gives_its_first_output_by_name(
    evaluate: Callable[[str], str], expression: str, answer: str
) -> None:
    assert evaluate(f"let d = import ({DERIVATION}).drvPath; in {expression}") == answer


def test_reading_what_is_not_built_names_the_derivation(evaluate: Callable[[str], str]) -> None:
    with pytest.raises(NixError) as caught:
        evaluate('builtins.readFile "${derivation { name = "x"; system = "y"; builder = "z"; }}/foo"')
    assert "/nix/store/n01dy158nk2mfsjgkgdpm9ma51dy2ry5-x.drv" in caught.value.message
    assert caught.value.traces[0][0].startswith("while realising the context of path '/nix/store/")


def test_the_environment_is_empty_in_pure_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYOCI_TEST_VARIABLE", "seen")
    for pure, expected in ((False, "seen"), (True, "")):
        evaluator = Evaluator(Settings(use_cache=False, pure=pure))
        assert evaluator.run(partial(evaluator.eval_text, 'builtins.getEnv "PYOCI_TEST_VARIABLE"')) == expected


def test_the_search_path_is_a_list_of_sets() -> None:
    evaluator = Evaluator(Settings(use_cache=False, search_path=[("a", "/x"), ("", "/y")]))
    answer = evaluator.run(lambda: print_value(evaluator.eval_text("builtins.nixPath"), strict=True))
    assert answer == '[ { path = "/x"; prefix = "a"; } { path = "/y"; prefix = ""; } ]'
