"""`pyoci image`: containers as OCI images."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pyoci.cli.arguments import Option, UsageError, parse
from pyoci.cli.containers import containers_of
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, settings_for
from pyoci.cli.realising import REALISE_OPTIONS, realiser_for, show_notes
from pyoci.emit.bundle import write_bundle
from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError, scratch_beside
from pyoci.emit.image import COMPRESSIONS, Image, host_mounts, write_images

OPTIONS = (
    Option("-o --output", "FOLDER", "write the image layout here; the folder is replaced as a whole"),
    Option("--tag", "TAG", "the tag of the image, where there is only one (default: the container's name)"),
    Option("--compression", "FORMAT", f"of the layers: {', '.join(COMPRESSIONS)} (default: {COMPRESSIONS[0]})"),
    *REALISE_OPTIONS,
    *EVALUATION_OPTIONS,
)


def run(words: list[str]) -> int:
    """Write an image layout with the containers of one file."""
    arguments = parse(OPTIONS, words, gnu=True)
    output = arguments.text("output")
    if output is None:
        raise UsageError("the folder to write to is missing", "add -o FOLDER")
    if len(arguments.positional) > 1:
        raise UsageError("one FILE makes an image layout")
    compression = arguments.text("compression") or COMPRESSIONS[0]
    if compression not in COMPRESSIONS:
        raise UsageError(f"--compression is {', '.join(COMPRESSIONS)}, but not '{compression}'")
    evaluation = Evaluation(arguments, settings_for(arguments))
    (given,) = evaluation.inputs()

    def job() -> int:
        containers = [one for path in evaluation.attr_paths() for one in containers_of(evaluation, given, path)]
        tagged = _tagged(containers, arguments.text("tag"))
        place = Path(output).absolute()
        place.parent.mkdir(parents=True, exist_ok=True)
        with scratch_beside(place) as scratch, realiser_for(arguments, evaluation) as realiser:
            images = []
            for number, (tag, container) in enumerate(tagged.items()):
                bundle = scratch / str(number)
                show_notes(write_bundle(container, bundle, realiser, hard_links=True))
                images.append(Image(tag, container.config, bundle / container.config["root"]["path"]))
            write_images(images, Path(output), compression)
        for tag, container in tagged.items():
            print(f"oci:{output}:{tag}")
            for source, destination in host_mounts(container.config):
                how = f"podman run --volume {source}:{destination} mounts it"
                print(f"note: {tag}: no image can hold the host's {source}; {how}", file=sys.stderr)
        return 0

    try:
        return evaluation.run(job)
    except OutputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _tagged(containers: list[Container], tag: str | None) -> dict[str, Container]:
    """The containers by their tags."""
    if not containers:
        raise OutputError("there is no container to make an image of")
    if tag is not None and len(containers) != 1:
        raise OutputError(f"--tag fits one container, but there are {len(containers)}")
    tagged = {tag if tag is not None else container.name: container for container in containers}
    if len(tagged) < len(containers):
        raise OutputError("two containers have the same name")
    for one in tagged:
        if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", one) is None:
            raise OutputError(f"'{one}' is no tag of an image: letters, digits, _ . and - are; --tag gives another one")
    return tagged


def help_text() -> str:
    """The help of `pyoci image`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci image [OPTION …] FILE -o FOLDER

Writes the containers of a file as OCI images, into one image layout. The program is an image's entry point, and the
file's arguments for it are what `podman run IMAGE ARGUMENT …` puts others in the place of. The same container makes
the same image, byte for byte.

Options:
{describe(OPTIONS)}

Examples:
  pyoci image container.nix -o image && skopeo inspect oci:image
  podman run --rm oci:image
"""
