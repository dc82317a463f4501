"""`pyoci index`: make an index of a nixpkgs tree's store paths."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyoci.cli.arguments import Option, UsageError, parse

if TYPE_CHECKING:
    from pyoci.nixpkgs.index.tree import Tree

OPTIONS = (
    Option("-o --output", "FILE", "write the index here"),
    Option("--set", "NAME", "take the members of this set too (python3Packages); may be repeated", repeated=True),
    Option("--top-level", "", "take no sets, only the packages of the top level"),
    Option("--system", "NAME", "the system that the packages are for (default: x86_64-linux)"),
    Option("--nix", "PROGRAM", "let this nix-instantiate of C++ Nix evaluate, not pyoci"),
)


def run(words: list[str]) -> int:
    """Make the index of one tree."""
    from pyoci.nixpkgs.index.checking import checked
    from pyoci.nixpkgs.index.maker import NESTED, make_index
    from pyoci.runtime.errors import NixError

    arguments = parse(OPTIONS, words, gnu=True)
    output = arguments.text("output")
    if output is None:
        raise UsageError("the file to write to is missing", "add -o FILE")
    place = Path(output)
    # Before the minutes that it takes.
    if place.is_dir() or not place.absolute().parent.is_dir():
        raise UsageError(f"'{output}' is no place for a file")
    tree = _tree(arguments.positional)
    system = arguments.text("system") or "x86_64-linux"
    nested = () if arguments.flag("top_level") else arguments.texts("set") or NESTED
    try:
        with _evaluated(tree, system, arguments.text("nix")) as asked:
            data = make_index(asked, system, nested, _say)
            data, wrong = checked(data, asked, partial(paths_of_checks, system))
    except NixError as error:
        _say(f"error: {error.message}")
        if error.hint:
            _say(f"  hint: {error.hint}")
        return 1
    if wrong:
        _say(f"builders that this release does not have as pyoci knows them, and that are refused: {', '.join(wrong)}")
    place.write_bytes(data)
    print(output)
    return 0


def _tree(words: list[str]) -> Path:
    if len(words) != 1:
        raise UsageError("one nixpkgs tree is wanted" if words else "the nixpkgs tree is missing", "a folder")
    tree = Path(words[0]).resolve()
    if not (tree / "default.nix").is_file() or not (tree / "pkgs").is_dir():
        raise UsageError(f"'{words[0]}' is no nixpkgs tree", "it has a default.nix and a folder pkgs")
    return tree


@contextmanager
def _evaluated(tree: Path, system: str, program: str | None) -> Iterator[Tree]:
    if program is None:
        from pyoci.evaluator import Evaluator
        from pyoci.nixpkgs.index.evaluated import EvaluatedTree
        from pyoci.settings import Settings

        yield EvaluatedTree(tree, Evaluator(Settings(system=system)))
        return
    from tempfile import TemporaryDirectory

    from pyoci.nixpkgs.index.tree import NixInstantiateTree

    with TemporaryDirectory(prefix="pyoci-index-", ignore_cleanup_errors=True) as store:
        yield NixInstantiateTree(tree, system, Path(store), program)


def paths_of_checks(system: str, data: bytes) -> dict[str, list[str | None]]:
    """The derivations of the checks on an index."""
    from tempfile import NamedTemporaryFile

    from pyoci.evaluator import Evaluator
    from pyoci.nixpkgs.index.checking import CHECKS
    from pyoci.runtime.calls import call
    from pyoci.runtime.coercion import expect_list, expect_set
    from pyoci.runtime.errors import NixError
    from pyoci.runtime.thunks import force
    from pyoci.runtime.values import Lazy
    from pyoci.settings import Settings

    with NamedTemporaryFile(prefix="pyoci-", suffix=".idx") as file:
        file.write(data)
        file.flush()
        evaluator = Evaluator(Settings(index=Path(file.name), system=system))

        def path(derivation: Lazy) -> str | None:
            try:
                return evaluator.run(lambda: str(force(expect_set(force(derivation))["drvPath"])))
            except NixError:
                return None

        def calls() -> dict[str, Lazy]:
            return expect_set(call(evaluator.import_file(os.fsencode(CHECKS)), {"pkgs": evaluator.pkgs()}))

        def derivations(made: Lazy) -> tuple[Lazy, ...]:
            return evaluator.run(lambda: expect_list(force(made)))

        return {
            name: [path(derivation) for derivation in derivations(made)] for name, made in evaluator.run(calls).items()
        }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def help_text() -> str:
    """The help of `pyoci index`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci index [OPTION …] TREE -o FILE

Makes an index of the packages of a nixpkgs tree: their store paths, and what the tree's builders put into a derivation.
With it, `pyoci eval --index FILE` gives that tree's store paths without the tree. All packages are evaluated, which
takes some minutes; a package that fails costs only itself. At last, builders are called on the tree and on the index:
one that makes something else on the index is refused there.

Options:
{describe(OPTIONS)}

Example:
  pyoci index ~/nixpkgs -o nixpkgs.idx
  pyoci eval --index nixpkgs.idx container.nix
"""
