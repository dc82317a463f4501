"""`pyoci units`: write the systemd units of a configuration."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pyoci.cli.arguments import Option, UsageError, parse
from pyoci.cli.containers import configuration
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, settings_for
from pyoci.cli.runtimes import RUNTIME_OPTION, Choice
from pyoci.emit.files import OutputError
from pyoci.emit.installing import BUNDLES
from pyoci.emit.placement import folders, placed, starts
from pyoci.emit.unit_files import write_units
from pyoci.emit.units import Unit

OPTIONS = (
    Option("-o --output", "FOLDER", "write the units here; the folder is replaced as a whole"),
    Option("--bundles", "FOLDER", f"where the bundles are that the units start (default: {BUNDLES})"),
    Option("--verbatim", "", "as they were evaluated: bundles and runtime are store paths"),
    RUNTIME_OPTION,
    *EVALUATION_OPTIONS,
    Option("--all", "", "of a NixOS (--nixpkgs), every unit, and not only those that the file brings"),
)


def run(words: list[str]) -> int:
    """Write the units of all files into one folder."""
    arguments = parse(OPTIONS, words, gnu=True)
    output = arguments.text("output")
    if output is None:
        raise UsageError("the folder to write to is missing", "add -o FOLDER")
    evaluation = Evaluation(arguments, settings_for(arguments))
    inputs = evaluation.inputs()
    bundles = os.path.abspath(arguments.text("bundles") or BUNDLES)
    choice = Choice(arguments.text("runtime"), required=False)

    def job() -> int:
        units: dict[str, Unit] = {}
        for given in inputs:
            for attr_path in evaluation.attr_paths():
                made = configuration(evaluation, given, attr_path)
                containers = made.containers.values()
                for name, unit in made.units.items():
                    started = () if arguments.flag("verbatim") else starts(unit, containers)
                    units[name] = placed(unit, folders(started, bundles), choice.for_unit(unit)) if started else unit
        choice.tell()
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
Units that start containers name the bundles below --bundles, which `pyoci bundle` writes, and a container runtime of
this machine: the one that the configuration asks for or, where it is not there, another one.

Options:
{describe(OPTIONS)}

Examples:
  pyoci units railcar.nix -o units
  pyoci bundle railcar.nix -o /srv/bundles && pyoci units railcar.nix -o units --bundles /srv/bundles
"""
