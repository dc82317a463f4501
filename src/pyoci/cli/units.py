"""`pyoci units`: write the systemd units of a configuration."""

from __future__ import annotations

import sys
from pathlib import Path

from pyoci.cli.arguments import Option, UsageError, parse
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, settings_for
from pyoci.cli.results import evaluate
from pyoci.emit.files import OutputError
from pyoci.emit.unit_files import write_units
from pyoci.emit.units import Configuration, Unit

OPTIONS = (
    Option("-o --output", "FOLDER", "write the units here; the folder is replaced as a whole"),
    *EVALUATION_OPTIONS,
)


def run(words: list[str]) -> int:
    """Write the units of all files into one folder."""
    arguments = parse(OPTIONS, words, gnu=True)
    output = arguments.text("output")
    if output is None:
        raise UsageError("the folder to write to is missing", "add -o FOLDER")
    evaluation = Evaluation(arguments, settings_for(arguments))
    inputs = evaluation.inputs()

    def job() -> int:
        units: dict[str, Unit] = {}
        for given in inputs:
            for attr_path in evaluation.attr_paths():
                _, result = evaluate(evaluation, given, attr_path)
                if not isinstance(result, Configuration):
                    raise OutputError(f"{given.file or given.label} makes no units: it is no configuration")
                units.update(result.units)
        write_units(units, Path(output))
        for name in units:
            print(Path(output) / name)
        return 0

    try:
        return evaluation.run(job)
    except OutputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def help_text() -> str:
    """The help of `pyoci units`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci units [OPTION …] -o FOLDER [FILE | FOLDER | - …]

Writes the systemd units of NixOS configurations as systemd reads them: unit files, and the links that start them.

Options:
{describe(OPTIONS)}

Example:
  pyoci units railcar.nix -o units
"""
