"""What the files of a command line make: their containers, or the units of a configuration."""

from __future__ import annotations

import json

from pyoci.cli.arguments import InputError, UsageError
from pyoci.cli.evaluation import Evaluation, Input
from pyoci.cli.results import evaluate
from pyoci.emit.adapting import has_own_mounts, rootless
from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError
from pyoci.emit.identities import identities
from pyoci.emit.units import Configuration


def containers_of(evaluation: Evaluation, given: Input, attr_path: str | None = None) -> list[Container]:
    """The containers that an input makes: one, or those of a configuration.

    Inside `Evaluator.run` only. Raises OutputError where it makes none, NixError where it cannot be evaluated."""
    _, result = evaluate(evaluation, given, attr_path)
    if isinstance(result, Configuration):
        return list(result.containers.values())
    if result is None:
        raise OutputError(f"{given.file or given.label} makes no container; see what it makes with pyoci eval")
    return [result]


def one_container(evaluation: Evaluation, given: Input, name: str | None) -> Container:
    """The container of an input that has a name, or the only one. As `containers_of`, and raises InputError where no
    container has the name."""
    attr_paths = evaluation.attr_paths()
    if len(attr_paths) > 1:
        raise UsageError("-A is given more than once, but there is one container to choose")
    containers = {one.name: one for one in containers_of(evaluation, given, attr_paths[0])}
    where = given.file or given.label
    if name is not None and name not in containers:
        from pyoci.runtime.suggestions import similar

        hint = similar(name, containers) or (f"it has {', '.join(sorted(containers))}" if containers else "it has none")
        raise InputError(f"{where} has no container '{name}'", hint)
    if name is None and len(containers) != 1:
        if not containers:
            raise OutputError(f"{where} makes no container: nothing in it starts one")
        raise OutputError(f"{where} makes several containers; name one of {', '.join(sorted(containers))}")
    return containers[name if name is not None else next(iter(containers))]


def rootless_container(container: Container) -> Container:
    """The container as this user may run it without privileges."""
    return container._replace(config_text=json.dumps(rootless(container.config, *identities())))


def refuse_foreign_mounts(container: Container) -> None:
    """Raises OutputError where running a container would change the machine's own folders."""
    if not has_own_mounts(container.config):
        raise OutputError(
            f"container '{container.name}' has no mount namespace of its own (linux.namespaces): running it would "
            "mount over this machine's own folders"
        )


def configuration(evaluation: Evaluation, given: Input, attr_path: str | None = None) -> Configuration:
    """The configuration that an input is.

    Inside `Evaluator.run` only. Raises OutputError where it is something else, NixError where evaluating it fails."""
    _, result = evaluate(evaluation, given, attr_path)
    if not isinstance(result, Configuration):
        raise OutputError(f"{given.file or given.label} makes no units: it is no configuration")
    return result
