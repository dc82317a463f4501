"""`pyoci run`: run a container."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from pyoci.caching.folder import default_folder
from pyoci.cli.arguments import Option, UsageError, parse
from pyoci.cli.containers import one_container, refuse_foreign_mounts
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, settings_for
from pyoci.cli.foreground import GRACE, run_in_foreground
from pyoci.cli.realising import REALISE_OPTIONS, hard_links, realiser_for, show_notes
from pyoci.cli.runtimes import RUNTIME_OPTION, runtime
from pyoci.emit.adapting import Config, rootless, with_arguments, with_terminal
from pyoci.emit.bundle import write_bundle
from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError
from pyoci.emit.identities import identities
from pyoci.emit.runs import Run, new_run
from pyoci.emit.runtimes import Runtime

OPTIONS = (
    RUNTIME_OPTION,
    Option("--rootless", "", "in a user namespace; needs no privileges"),
    *REALISE_OPTIONS,
    *EVALUATION_OPTIONS,
)


def run(words: list[str]) -> int:
    """Run one container of a file to its end; the exit status is that of its process."""
    words, program_arguments = _split(words)
    arguments = parse(OPTIONS, words, gnu=True)
    if len(arguments.positional) > 2:
        raise UsageError(
            f"'{arguments.positional[2]}' is a word too many: FILE and NAME are",
            "arguments of the container's program stand behind --",
        )
    name = arguments.positional.pop() if len(arguments.positional) == 2 else None
    chosen = runtime(arguments.text("runtime"))
    evaluation = Evaluation(arguments, settings_for(arguments))
    (given,) = evaluation.inputs()
    try:
        with ExitStack() as stack:

            def job() -> int:
                container = one_container(evaluation, given, name)
                config = _fitted(container, program_arguments, chosen, arguments.flag("rootless"))
                new = stack.enter_context(new_run(Path(default_folder()) / "runs", container.name, chosen))
                with realiser_for(arguments, evaluation) as realiser:
                    fitted = container._replace(config_text=json.dumps(config))
                    show_notes(write_bundle(fitted, new.bundle, realiser, hard_links=hard_links(arguments)))
                runs.append(new)
                return 0

            runs: list[Run] = []
            status = evaluation.run(job)
            return status if status else _hand_over(chosen, runs[0])
    except OutputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _split(words: list[str]) -> tuple[list[str], list[str] | None]:
    """The words before the first `--`, and those behind it; None where there is no `--`."""
    if "--" not in words:
        return words, None
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _fitted(container: Container, program_arguments: list[str] | None, runtime: Runtime, is_rootless: bool) -> Config:
    """The container's configuration for this run."""
    refuse_foreign_mounts(container)
    config = container.config
    if program_arguments is not None:
        config = with_arguments(config, program_arguments)
    if runtime.name != "railcar" and os.isatty(0) and os.isatty(1):
        config = with_terminal(config)
    if is_rootless:
        config = rootless(config, *identities())
    return config


def _hand_over(runtime: Runtime, run: Run) -> int:
    """Give the terminal, standard input and all signals to the runtime, and wait for its end."""
    state = str(run.state)
    return run_in_foreground(
        runtime.run(state, str(run.bundle), run.container), inherited=run.lock, kill=runtime.kill(state, run.container)
    )


def help_text() -> str:
    """The help of `pyoci run`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci run [OPTION …] FILE [NAME] [-- ARGUMENT …]

Runs a container in the foreground, with a container runtime that is on this machine, and removes all of it when it
ends. NAME chooses one of a configuration's containers. Words behind `--` are the arguments of the container's program,
in place of those that the file gives it. On a terminal the program gets a terminal.

The exit status is the program's, and 128 and the signal's number where a signal ended it. Where the container could
not be made, it is 1; where the command line is wrong, 2. The first Ctrl-C or SIGTERM is passed on; if the program has
not ended {GRACE} seconds later, or at the second, it is killed.

Options:
{describe(OPTIONS)}

Examples:
  pyoci run container.nix
  pyoci run railcar.nix hello
  pyoci run --rootless --runtime crun greet.nix -- --traditional
"""
