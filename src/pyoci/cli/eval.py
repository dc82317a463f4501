"""`pyoci eval`: show what a file makes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pyoci.cli.arguments import Arguments, Option, parse
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, settings_for
from pyoci.cli.results import Result, evaluate
from pyoci.cli.terminal import is_rich, write
from pyoci.runtime.values import Value

if TYPE_CHECKING:
    from pyoci.emit.containers import Container
    from pyoci.emit.units import Configuration

OPTIONS = (
    *EVALUATION_OPTIONS,
    Option("--all", "", "of a NixOS (--nixpkgs), every unit, and not only those that the file brings"),
    Option("--strict", "", "evaluate lists and sets with everything in them"),
    Option("--json", "", "print JSON, for programs"),
    Option("--raw", "", "print a string as it is: no quotes, no end of line"),
    Option("--no-eval-cache", "", "evaluate, even if an earlier answer is known and nothing has changed"),
)


def run(words: list[str]) -> int:
    """Evaluate and show each file or expression."""
    arguments = parse(OPTIONS, words, gnu=True)
    evaluation = Evaluation(arguments, settings_for(arguments))
    inputs = evaluation.inputs()

    def job() -> int:
        for given in inputs:
            for attr_path in evaluation.attr_paths():
                value, result = evaluate(evaluation, given, attr_path)
                _show(arguments, value, result)
                sys.stdout.flush()
        return 0

    return evaluation.run(job)


def _show(arguments: Arguments, value: Value, result: Result) -> None:
    if arguments.flag("raw"):
        from pyoci.runtime.coercion import coerce_to_string

        write(str(coerce_to_string(value)))
    elif arguments.flag("json"):
        write(_as_json(value, result) + "\n")
    elif result is None:
        _show_value(value, arguments.flag("strict"))
    else:
        from pyoci.cli.sections import sections_of, show

        sections = sections_of(result)
        show(sections)
        if not sections:
            _note("the configuration makes no units and no containers")


def _as_json(value: Value, result: Container | Configuration | None) -> str:
    if result is None:
        from pyoci.runtime.printing import to_json

        return to_json(value)[0]
    import json

    return json.dumps(result.as_json(), ensure_ascii=False, indent=2)


def _show_value(value: Value, strict: bool) -> None:
    from pyoci.runtime.printing import print_value

    text = print_value(value, strict)
    if is_rich(sys.stdout):
        from pyoci.cli.sections import show_code

        show_code(text, "nix")
    else:
        write(text + "\n")
    if callable(value):
        _note("the value is a function that was given no argument, or too few")


def _note(text: str) -> None:
    """What the output alone does not tell a reader who wonders about it."""
    sys.stderr.write(f"note: {text}\n")


def help_text() -> str:
    """The help of `pyoci eval`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci eval [OPTION …] [FILE | FOLDER | - …]
       pyoci eval [OPTION …] -E EXPRESSION …

Shows what a Nix file makes: for a container its store path, config.json and what its root file system is made of;
for a NixOS configuration the text of its units, and its containers; for anything else the value, in Nix syntax.
A folder stands for its default.nix, - for standard input, nothing for ./default.nix. `pkgs` and `lib` are in scope.

Options:
{describe(OPTIONS)}

Examples:
  pyoci eval container.nix
  pyoci eval railcar.nix --json
  pyoci eval railcar.nix -A config.services.railcar.stateDir
  pyoci eval --strict -E 'map (n: n * n) [ 1 2 3 ]'
"""
