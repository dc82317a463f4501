"""`toFile`, `path`, `filterSource`, `storePath`, and paths in strings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from store_host import evaluating

from pyoci.builtins.sources import filter_source, path_builtin, store_path, to_file
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.coercion import coerce_to_string
from pyoci.runtime.errors import NixError
from pyoci.runtime.values import context_of
from pyoci.store.hashes import parse
from pyoci.store.local import LocalStore
from pyoci.store.paths import fixed_output_path

Gives = Callable[[str, str], None]
Fails = Callable[..., None]
A = '(derivation { name = "a"; system = "b"; builder = "c"; })'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with one of everything that the store takes."""
    root = tmp_path / "tree"
    (root / "sub/empty").mkdir(parents=True)
    (root / "sub/script").write_text("#!/bin/sh\n")
    (root / "sub/script").chmod(0o755)
    (root / "B").write_text("capital\n")
    (root / "a").write_text("small\n")
    (root / "link").symlink_to("sub/script")
    return root


TREE_PATH = "/nix/store/424qj2xk50q4791z48rbpfchnwzhl09r-tree"


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('builtins.toFile "x" "y"', '"/nix/store/lfngsssysp6h1v4ccqg23c52s9sjl779-x"'),
        (
            'let f = builtins.toFile "x" "y"; in builtins.getContext (builtins.toFile "z" "see ${f}")',
            '{ "/nix/store/dbawyqzl7s0yaz4si85f3bb60a0r89iv-z" = { path = true; }; }',
        ),
        (
            'builtins.storePath "/nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a/b/c"',
            '"/nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a/b/c"',
        ),
        (
            'builtins.getContext (builtins.storePath "/nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a/b/c")',
            '{ "/nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a" = { path = true; }; }',
        ),
    ],
)
def test_values(gives: Gives, expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        (
            'builtins.toFile "a b" "x"',
            "path 'dm85kbl5cy82j2dzvy1874s14y3salv3-a b' is not a valid store path: name 'a b' contains illegal "
            "character ' '",
            [],
        ),
        (
            'builtins.toFile 1 "x"',
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.toFile"],
        ),
        (
            'builtins.toFile "x" 1',
            "expected a string but found an integer: 1",
            ["while evaluating the second argument passed to builtins.toFile"],
        ),
        (
            'builtins.toFile "a" "${' + A + '}"',
            "files created by builtins.toFile may not reference derivations, but a references "
            "!out!ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a.drv",
            [],
        ),
        (
            'builtins.toFile "a" ' + A + ".drvPath",
            "files created by builtins.toFile may not reference derivations, but a references "
            "=ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a.drv",
            [],
        ),
        ('"${/nonexistent}"', "path '/nonexistent' does not exist", []),
        ('"${/nonexistent + "/a.drv"}"', "file names are not allowed to end in '.drv'", []),
        (
            "builtins.path { path = /nonexistent; }",
            "path '/nonexistent' does not exist",
            ["while adding path '/nonexistent'"],
        ),
        (
            'builtins.path { path = /dev/null; name = "a b"; }',
            "file '/dev/null' has an unsupported type",
            ["while adding path '/dev/null'"],
        ),
        ("builtins.path { }", "missing required 'path' attribute in the first argument to 'builtins.path'", []),
        ("builtins.path { pth = 1; }", "unsupported argument 'pth' to 'builtins.path'", []),
        (
            "builtins.path { path = 1; }",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the 'path' attribute passed to 'builtins.path'"],
        ),
        (
            "builtins.path { path = /dev; name = 1; }",
            "expected a string but found an integer: 1",
            ["while evaluating the `name` attribute passed to builtins.path"],
        ),
        (
            "builtins.path { path = /dev; filter = 1; }",
            "expected a function but found an integer: 1",
            ["while evaluating the `filter` parameter passed to builtins.path"],
        ),
        (
            "builtins.path { path = /dev; recursive = 1; }",
            "expected a Boolean but found an integer: 1",
            ["while evaluating the `recursive` attribute passed to builtins.path"],
        ),
        (
            "builtins.path 1",
            "expected a set but found an integer: 1",
            ["while evaluating the argument passed to 'builtins.path'"],
        ),
        (
            "builtins.filterSource 1 /dev",
            "expected a function but found an integer: 1",
            ["while evaluating the first argument passed to builtins.filterSource"],
        ),
        (
            'builtins.filterSource (a: b: true) "dev"',
            "string 'dev' doesn't represent an absolute path",
            ["while evaluating the second argument (the path to filter) passed to 'builtins.filterSource'"],
        ),
        (
            "builtins.filterSource (a: b: 1) /dev",
            "expected a Boolean but found an integer: 1",
            ["while evaluating the return value of the path filter function", "while adding path '/dev'"],
        ),
        ("builtins.storePath /dev", "path '/dev' is not in the Nix store", []),
        ('builtins.storePath "/nix/store"', "path '/nix/store' is not in the Nix store", []),
        (
            "builtins.storePath 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the first argument passed to 'builtins.storePath'"],
        ),
    ],
)
def test_errors(fails: Fails, expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


def test_a_path_in_a_string_is_copied_under_its_own_name(tree: Path) -> None:
    with evaluating() as host:
        string = coerce_to_string(bytes(tree))
        assert string == TREE_PATH
        assert context_of(string) == {TREE_PATH}
        (tree / "a").write_text("changed")
        assert coerce_to_string(bytes(tree)) == TREE_PATH, "asked again, it is not read again"
    with evaluating() as host:
        assert coerce_to_string(bytes(tree)) != TREE_PATH
        assert coerce_to_string(bytes(tree / "link")).endswith("-link")
        real = host.store.real_path(bytes(tree))
    assert real == bytes(tree)


def test_links_above_a_path_are_followed_and_the_path_itself_is_not(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(tree)
    with evaluating() as host:
        assert coerce_to_string(bytes(tmp_path / "other/a")) == coerce_to_string(bytes(tree / "a"))
        link = coerce_to_string(bytes(tmp_path / "other"))
        assert host.store.sources[link].digest != host.store.sources[coerce_to_string(bytes(tree))].digest


def test_filters_see_paths_and_types_in_order(tree: Path) -> None:
    asked: list[tuple[str, str]] = []

    def accept(path: str, kind: str) -> bool:
        asked.append((path.removeprefix(f"{tree}/"), kind))
        return path != f"{tree}/sub" and kind != "symlink"

    with evaluating():
        assert filter_source(accept, bytes(tree)) == "/nix/store/ivpljlh1nz4zfjz77q11dgqk7iw0bg67-tree"
    assert asked == [("B", "regular"), ("a", "regular"), ("link", "symlink"), ("sub", "directory")]


def test_what_a_filter_left_out_is_not_there(tree: Path) -> None:
    evaluator = Evaluator(Settings(use_cache=False))

    def evaluate(text: str) -> object:
        return evaluator.run(lambda: evaluator.eval_text(text))

    source = f'builtins.filterSource (path: type: baseNameOf path != "a") {tree}'
    assert evaluate(f'builtins.readFile "${{{source}}}/B"') == "capital\n"
    assert evaluate(f"builtins.attrNames (builtins.readDir ({source}))") == ("B", "link", "sub")
    assert evaluate(f'builtins.pathExists "${{{source}}}/a"') is False


def test_texts_of_the_store_can_be_read_though_nothing_was_written() -> None:
    evaluator = Evaluator(Settings(use_cache=False))
    assert evaluator.run(lambda: evaluator.eval_text('import (builtins.toFile "x.nix" "1 + 2")')) == 3
    assert evaluator.run(lambda: evaluator.eval_text(f"builtins.readFile {A}.drvPath")).startswith("Derive([(")


def test_path_takes_a_name_and_a_hash(tree: Path) -> None:
    with evaluating() as host:
        named = str(path_builtin({"path": bytes(tree), "name": "n"}))
        assert named.endswith("-n") and named[:44] != TREE_PATH[:44]
        right = host.store.nar_hash(named).format("sri")
        assert path_builtin({"path": bytes(tree), "name": "n", "sha256": right}) == named
        with pytest.raises(NixError) as caught:
            path_builtin({"path": bytes(tree), "sha256": "0" * 64})
        assert caught.value.message == f"store path mismatch in (possibly filtered) path added from '{tree}'"
        flat = str(path_builtin({"path": bytes(tree / "a"), "recursive": False}))
        assert flat == "/nix/store/3kkwbvwjw53chmipqqhmg3mq7kdzhvb8-a"
        with pytest.raises(NixError, match="Is a directory"):
            path_builtin({"path": bytes(tree), "recursive": False})


def test_with_the_hash_of_what_is_in_the_store_nothing_is_read(tmp_path: Path) -> None:
    empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    arguments = {"path": b"/gone", "recursive": False, "sha256": empty}
    with evaluating(tmp_path) as host:
        with pytest.raises(NixError, match="path '/gone' does not exist"):
            path_builtin(arguments)
        expected = fixed_output_path("gone", "flat", parse(empty))
        host.store.target.add_text(expected, b"")
        assert path_builtin(arguments) == expected


def test_sources_are_written_to_a_store(tree: Path, tmp_path: Path) -> None:
    with evaluating(tmp_path / "root"):
        coerce_to_string(bytes(tree))
        text = str(to_file("x", "y"))
        flat = str(path_builtin({"path": bytes(tree / "sub/script"), "recursive": False}))
    written = tmp_path / f"root{TREE_PATH}"
    assert sorted(path.name for path in written.iterdir()) == ["B", "a", "link", "sub"]
    assert (written / "sub/script").stat().st_mode & 0o777 == 0o555
    assert (written / "link").readlink() == Path("sub/script")
    assert (tmp_path / f"root{text}").read_text() == "y"
    assert (tmp_path / f"root{flat}").stat().st_mode & 0o777 == 0o444


def test_store_path_wants_to_see_it_where_derivations_are_written(tmp_path: Path) -> None:
    path = "/nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a"
    with evaluating(tmp_path):
        with pytest.raises(NixError, match=f"path '{path}' is required, but there is no substituter"):
            store_path(path)
        LocalStore(tmp_path, writable=True).add_text(path, b"")
        assert store_path(path) == path
