"""`pyoci bundle`: write containers as OCI bundles."""

from __future__ import annotations

import sys
from pathlib import Path

from pyoci.cli.arguments import Option, UsageError, parse
from pyoci.cli.containers import containers_of
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, settings_for
from pyoci.cli.realising import REALISE_OPTIONS, hard_links, realiser_for, show_notes
from pyoci.emit.bundle import write_bundle
from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError

OPTIONS = (
    Option("-o --output", "FOLDER", "write the bundles here, each in a folder of its name"),
    Option("--name", "NAME", "the name of the container, where there is only one"),
    *REALISE_OPTIONS,
    *EVALUATION_OPTIONS,
)


def run(words: list[str]) -> int:
    """Write a bundle for each container of each file."""
    arguments = parse(OPTIONS, words, gnu=True)
    output = arguments.text("output")
    if output is None:
        raise UsageError("the folder to write to is missing", "add -o FOLDER")
    evaluation = Evaluation(arguments, settings_for(arguments))
    inputs = evaluation.inputs()

    def job() -> int:
        containers = [
            container
            for given in inputs
            for attr_path in evaluation.attr_paths()
            for container in containers_of(evaluation, given, attr_path)
        ]
        named = _named(containers, arguments.text("name"))
        with realiser_for(arguments, evaluation) as realiser:
            for name, container in named.items():
                closure = write_bundle(container, Path(output) / name, realiser, hard_links=hard_links(arguments))
                show_notes(closure)
                print(Path(output) / name)
        return 0

    try:
        return evaluation.run(job)
    except OutputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _named(containers: list[Container], name: str | None) -> dict[str, Container]:
    """The containers by the names of their folders."""
    for one in [container.name for container in containers] if name is None else [name]:
        if "/" in one or one in ("", ".", ".."):
            raise OutputError(f"'{one}' is no name of a folder")
    if name is None:
        by_name = {container.name: container for container in containers}
        if len(by_name) < len(containers):
            raise OutputError("two containers have the same name; write them with two commands, and --name")
        return by_name
    if len(containers) != 1:
        raise OutputError(f"--name fits one container, but there are {len(containers)}")
    return {name: containers[0]}


def help_text() -> str:
    """The help of `pyoci bundle`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci bundle [OPTION …] -o FOLDER [FILE | FOLDER | - …]

Writes each container of the files as an OCI bundle: FOLDER/NAME/config.json and FOLDER/NAME/rootfs/, with all store
paths that the container needs. The container of a file is named after the file, those of a configuration by the
configuration. A bundle is replaced as a whole.

Texts, scripts and bundles of the file are written by pyoci. Everything else is looked for in a store on this machine,
then in binary caches, and then, with --from-host, among the programs of this machine. What a cache gives is believed
if a trusted key has signed it and its hash is the signed one; it is kept in a store of pyoci's own, for the next
bundle.

Options:
{describe(OPTIONS)}

Examples:
  pyoci bundle container.nix -o bundles
  pyoci bundle container.nix -o bundles --name web
  pyoci bundle container.nix -o bundles --from-host --no-substituters
  pyoci bundle container.nix -o bundles --store /mnt
  pyoci bundle container.nix -o bundles --substituter file:///srv/cache --trusted-key cache.example.org-1:…=
"""
