"""`pyoci compare`: one file on C++ Nix and on pyoci."""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pyoci.cli.arguments import Arguments, InputError, Option, UsageError, parse
from pyoci.cli.cpp_nix import Question, ask, find_nix, quoted, version_of
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, Input, settings_for
from pyoci.cli.results import evaluate
from pyoci.cli.sections import pretty_json
from pyoci.cli.terminal import write_lines
from pyoci.emit.containers import Container
from pyoci.emit.differences import Answer, Difference, UnitAnswer, container_differences, unit_differences
from pyoci.emit.files import OutputError
from pyoci.emit.placement import starts
from pyoci.emit.units import Configuration

OPTIONS = (
    Option("--nix", "PROGRAM", "the nix-instantiate of C++ Nix (default: the one on PATH)"),
    Option("--recorded", "", "compare with recorded answers even where there is a C++ Nix"),
    *EVALUATION_OPTIONS,
)

_RECORDED = Path(__file__).with_name("recorded_answers.json")
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


class Side(NamedTuple):
    """One evaluator's answers."""

    label: str
    containers: dict[str, Answer]
    units: dict[str, UnitAnswer]


def run(words: list[str]) -> int:
    """Compare the containers and units of one file: 0 where nothing differs but what is meant to."""
    arguments = parse(OPTIONS, words, gnu=True)
    if len(arguments.positional) > 1:
        raise UsageError("one FILE is compared at a time")
    if len(arguments.texts("attr")) > 1:
        raise UsageError("-A is given more than once, but one thing is compared")
    nix = None if arguments.flag("recorded") else _nix(arguments)
    settings = settings_for(arguments)
    if settings.nixpkgs is not None and settings.ocitools is None:
        settings.ocitools = "pyoci"
    evaluation = Evaluation(arguments, settings)
    (given,) = evaluation.inputs()

    def job() -> int:
        ours, of_service = _ours(evaluation, given)
        if nix is not None and settings.nixpkgs is not None:
            answers = ask(nix, _question(evaluation, given), list(ours.units) if of_service else None)
            theirs = _side(f"C++ Nix {version_of(nix)}", answers.containers, answers.units)
        else:
            theirs = _recorded(given)
        return _report(theirs, ours, of_service)

    try:
        return evaluation.run(job)
    except OutputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _nix(arguments: Arguments) -> str | None:
    """The C++ Nix to ask, which needs a tree; None to look at the recorded answers."""
    wanted = arguments.text("nix")
    found = find_nix(wanted)
    if wanted is not None and found is None:
        raise InputError(f"there is no program '{wanted}'")
    if wanted is not None and arguments.text("nixpkgs") is None:
        raise UsageError("C++ Nix needs a nixpkgs", "add --nixpkgs TREE")
    if found is None and arguments.text("nixpkgs") is not None:
        print("note: no nix-instantiate is on PATH: this compares with recorded answers", file=sys.stderr)
    return found


def _ours(evaluation: Evaluation, given: Input) -> tuple[Side, bool]:
    """pyoci's answers, and whether they are a configuration's."""
    _, result = evaluate(evaluation, given, evaluation.attr_paths()[0])
    if isinstance(result, Configuration):
        units = {
            unit.name: UnitAnswer(unit.text, unit.wanted_by, unit.required_by)
            for unit in result.units.values()
            if starts(unit, result.containers.values())
        }
        if not units:
            raise OutputError("there is nothing to compare: no unit of the configuration starts a container")
        return _side("pyoci", result.containers, units), True
    if result is None:
        raise OutputError(f"{given.file or given.label} makes neither a container nor a configuration")
    return _side("pyoci", {result.name: result}, {}), False


def _side(label: str, containers: dict[str, Container], units: dict[str, UnitAnswer]) -> Side:
    answers = {name: Answer(one.out_path, one.config, one.roots) for name, one in containers.items()}
    return Side(label, answers, units)


def _question(evaluation: Evaluation, given: Input) -> Question:
    """The same file and the same arguments, in Nix's words."""
    from pyoci.evaluator import parse_attr_path

    arguments = evaluation.arguments
    settings = evaluation.evaluator.settings
    assert settings.nixpkgs is not None
    text = given.text
    if given.file is not None:
        with open(given.file, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
    assert text is not None
    if _is_bindings(text):
        value = f"scope: {{ config, pkgs, lib, ... }}: {{\n{text}\n}}"
    elif given.file is not None:
        value = f"scope: builtins.scopedImport scope (/. + {quoted(given.file)})"
    else:
        value = f"{{ pkgs, lib }}: (\n{text}\n)"
    values = [f"{name} = ({expression});" for name, expression in arguments.pairs("arg")]
    values += [f"{name} = {quoted(word)};" for name, word in arguments.pairs("argstr")]
    attr_path = evaluation.attr_paths()[0]
    return Question(
        settings.nixpkgs,
        settings.system,
        value,
        os.path.dirname(given.file) if given.file is not None else os.getcwd(),
        f"{{ {' '.join(values)} }}",
        parse_attr_path(attr_path) if attr_path is not None else [],
        given.name,
    )


def _is_bindings(text: str) -> bool:
    """Whether a text is bindings, which only pyoci takes for a file."""
    from pyoci.runtime.errors import ParseError
    from pyoci.syntax.parser import parse as parse_expression
    from pyoci.syntax.source import Source

    try:
        parse_expression(Source(text, "", b"/"))
    except ParseError:
        return True
    return False


def _recorded(given: Input) -> Side:
    """What C++ Nix once answered for a file of the same text."""
    if given.file is not None:
        with open(given.file, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
    else:
        text = given.text or ""
    records: dict[str, Any] = json.loads(_RECORDED.read_text(encoding="utf-8"))
    record = records["files"].get(sha256(text.strip().encode("utf-8", "surrogateescape")).hexdigest())
    if record is None:
        raise OutputError(
            f"no answer of C++ Nix is recorded for {given.file or given.label}. To ask one, give --nixpkgs TREE, and "
            "--nix PROGRAM where nix-instantiate is not on PATH"
        )
    containers = {
        name if name else given.name: Answer(one["outPath"], one["config"], tuple(one["roots"]))
        for name, one in record["containers"].items()
    }
    units = {
        name: UnitAnswer(one["text"], tuple(one["wantedBy"]), tuple(one["requiredBy"]))
        for name, one in record["units"].items()
    }
    return Side(f"C++ Nix {records['nix']} on nixpkgs {records['nixpkgs']}, recorded", containers, units)


def _report(theirs: Side, ours: Side, of_service: bool) -> int:
    """Show all differences; 1 where one is not meant to be."""
    counts = {True: 0, False: 0}
    bundles = {}
    for name in sorted(theirs.units.keys() | ours.units.keys()):
        one, other = theirs.units.get(name), ours.units.get(name)
        if one is None or other is None:
            _count(counts, _missing(f"unit {name}", theirs if one is None else ours))
            continue
        bundles = {
            container.out_path: theirs.containers[key].out_path
            for key, container in ours.containers.items()
            if key in theirs.containers
        }
        _show(f"unit {name}", one.text, other.text, theirs.label, ours.label)
        _count(counts, unit_differences(one, other, bundles))
    for name in sorted(theirs.containers.keys() | ours.containers.keys()):
        left, right = theirs.containers.get(name), ours.containers.get(name)
        if left is None or right is None:
            _count(counts, _missing(f"container {name}", theirs if left is None else ours))
            continue
        _show(f"container {name}: config.json", _pretty(left), _pretty(right), theirs.label, ours.label)
        _count(counts, container_differences(left, right, of_service=of_service))
    print(_summary(counts))
    return 1 if counts[False] else 0


def _pretty(answer: Answer) -> str:
    return pretty_json(answer.config) + "\n"


def _missing(what: str, side: Side) -> list[Difference]:
    return [Difference(what, f"{side.label} has none", None)]


def _show(heading: str, before: str, after: str, label_before: str, label_after: str) -> None:
    lines = [[(f"# {heading}", "bold")]]
    for line in _diff(before, after, label_before, label_after):
        lines.append([(line, _COLOURS.get(line[:1], "") if not line.startswith(("---", "+++")) else "bold")])
    write_lines(lines, sys.stdout)


def _diff(before: str, after: str, label_before: str, label_after: str) -> Iterator[str]:
    if before == after:
        yield "  no difference"
    yield from difflib.unified_diff(
        before.splitlines(), after.splitlines(), label_before, label_after, lineterm="", n=2
    )


def _count(counts: dict[bool, int], differences: list[Difference]) -> None:
    lines = []
    for one in differences:
        intended = one.intended is not None
        counts[intended] += 1
        mark = ("intended", "green") if intended else ("BUG", "bold red")
        lines.append([mark, (f": {one.where}: {one.what}", "")])
        if one.intended is not None:
            lines.append([(f"          {one.intended}", "dim")])
    write_lines([*lines, [("", "")]], sys.stdout)


def _summary(counts: dict[bool, int]) -> str:
    intended = f"{counts[True]} intended difference{'s' * (counts[True] != 1)}"
    if counts[False]:
        return f"{counts[False]} that should not be, and {intended}"
    return f"nothing differs but for {intended}" if counts[True] else "nothing differs"


def help_text() -> str:
    """The help of `pyoci compare`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci compare [OPTION …] FILE --nixpkgs TREE

Evaluates a file with C++ Nix and with pyoci, both on the same nixpkgs, and shows where config.json and the units that
start containers differ. pyoci's ociTools and railcar module go their own way in known places (docs/commands.md);
these differences are named as intended, any other is a bug.

Without --nixpkgs, or without a nix-instantiate, pyoci's own package set is compared with recorded answers of C++ Nix,
which there are for the examples of the post "ociTools in NixOS".

Exit status: 0 where nothing differs that is not meant to, 1 where something does, or could not be evaluated.

Options:
{describe(OPTIONS)}

Examples:
  pyoci compare nix-examples/container.nix
  pyoci compare container.nix --nixpkgs ~/nixpkgs
  pyoci compare railcar.nix --nixpkgs ~/nixpkgs --nix ~/nix/bin/nix-instantiate
"""
