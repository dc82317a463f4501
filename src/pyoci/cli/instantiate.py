"""`pyoci instantiate`: print the derivations that a file makes, and write them to a store."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from pyoci.cli.arguments import Option, parse
from pyoci.cli.derivations import derivations_in, instantiated
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, Input, settings_for
from pyoci.cli.results import evaluate
from pyoci.cli.stores import store_folder
from pyoci.emit.units import Configuration
from pyoci.runtime.errors import EvalError

OPTIONS = (
    Option("--store", "FOLDER", "write .drv files and sources to FOLDER/nix/store"),
    *EVALUATION_OPTIONS,
)


def run(words: list[str]) -> int:
    """Print the paths of the derivations of each file; with --store, write them and all that they are made of."""
    arguments = parse(OPTIONS, words, gnu=True)
    settings = settings_for(arguments)
    folder = arguments.text("store")
    if folder is not None:
        settings.store = store_folder(folder if "/" in folder else f"./{folder}")
    evaluation = Evaluation(arguments, settings)
    inputs = evaluation.inputs()

    def job() -> int:
        for given in inputs:
            for attr_path in evaluation.attr_paths():
                for path, shown in _derivations(evaluation, given, attr_path):
                    if settings.store is not None:
                        evaluation.evaluator.store.write_closure(path)
                    sys.stdout.write(shown + "\n")
        return 0

    return evaluation.run(job)


def _derivations(evaluation: Evaluation, given: Input, attr_path: str | None) -> Iterator[tuple[str, str]]:
    """The paths of derivations, and how each is printed: of a configuration, those of its containers."""
    value, result = evaluate(evaluation, given, attr_path)
    if isinstance(result, Configuration):
        if not result.containers:
            raise EvalError(
                "this is a NixOS configuration, which has many derivations",
                hint="-A config.system.build.toplevel (or another attribute of config) chooses one",
            )
        for container in result.containers.values():
            yield container.drv_path, container.drv_path
        return
    evaluator = evaluation.evaluator
    arguments = evaluation.package_scope() | evaluation.function_arguments()
    for derivation in derivations_in(value, lambda inner: evaluator.auto_call(inner, arguments)):
        shown = instantiated(derivation)
        yield shown.partition("!")[0], shown


def help_text() -> str:
    """The help of `pyoci instantiate`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci instantiate [OPTION …] [--store FOLDER] [FILE | FOLDER | - …]
       pyoci instantiate [OPTION …] [--store FOLDER] -E EXPRESSION …

Prints the paths of the derivations that a Nix file makes (of a configuration, those of its containers). With --store,
every .drv file that they need and every source is written too, byte for byte what nix-instantiate writes, so that
Nix can build them. `pkgs` and `lib` are in scope. What pyoci's own package set knows of a package is its path, not how
it is made: writing what uses one needs a nixpkgs tree (--nixpkgs).

Options:
{describe(OPTIONS)}

Examples:
  pyoci instantiate -E 'derivation {{ name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; }}' --store store
  pyoci instantiate container.nix --nixpkgs ~/nixpkgs --store store
"""
