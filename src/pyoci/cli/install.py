"""`pyoci install`: bundles and units into place."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from pyoci.cli.arguments import Option, UsageError, parse
from pyoci.cli.containers import configuration, refuse_foreign_mounts, rootless_container
from pyoci.cli.evaluation import EVALUATION_OPTIONS, Evaluation, settings_for
from pyoci.cli.realising import REALISE_OPTIONS, hard_links, realiser_for, show_notes
from pyoci.cli.runtimes import RUNTIME_OPTION, Choice
from pyoci.emit.bundle import write_bundle
from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError
from pyoci.emit.installing import BUNDLES, SYSTEM, Installations, Manifest, plan, user_layout
from pyoci.emit.placement import USER_STATE, folders, of_user, placed, starts
from pyoci.emit.units import Configuration, Unit

OPTIONS = (
    Option("--user", "", "for this user's systemd, to run without privileges"),
    Option("--root", "FOLDER", "install below this folder, for a system that is started later"),
    Option("--name", "NAME", "the name of the installation (default: that of the file)"),
    RUNTIME_OPTION,
    *REALISE_OPTIONS,
    *EVALUATION_OPTIONS,
)


def run(words: list[str]) -> int:
    """Install the containers of one file, and the units that start them."""
    arguments = parse(OPTIONS, words, gnu=True)
    if len(arguments.positional) > 1:
        raise UsageError("one FILE is installed at a time")
    root, is_user = arguments.text("root"), arguments.flag("user")
    if root is not None and is_user:
        raise UsageError("--root and --user contradict each other")
    place = Path(root or "/").absolute()
    layout = user_layout() if is_user else SYSTEM
    choice = Choice(arguments.text("runtime"), place if root else None, required=True)
    evaluation = Evaluation(arguments, settings_for(arguments))
    (given,) = evaluation.inputs()
    name = arguments.text("name") or given.name
    installations = Installations(place, layout)

    def job() -> int:
        attr_paths = evaluation.attr_paths()
        units, containers = _to_install(configuration(evaluation, given, attr_paths[0]))
        where = folders(containers, layout.bundles)
        state = USER_STATE if is_user else None
        units = [placed(unit, where, choice.for_unit(unit), state_folder=state) for unit in units]
        if is_user:
            units = [of_user(unit) for unit in units]
            containers = [rootless_container(container) for container in containers]
        new, contents = plan(given.file or given.label, units, containers, layout)
        choice.tell()
        by_place = {where[container.out_path]: container for container in containers}
        with realiser_for(arguments, evaluation) as realiser:

            def write(bundle: str, folder: Path) -> None:
                links = hard_links(arguments)
                show_notes(write_bundle(by_place[bundle], folder, realiser, hard_links=links))

            old = installations.install(name, new, contents, write)
        _show(new, place)
        if root is None:
            _show_commands(old, new, ("systemctl", "--user") if is_user else ("systemctl",))
        return 0

    try:
        return evaluation.run(job)
    except OutputError as error:
        print(f"error: {error}", file=sys.stderr)
        if isinstance(error.__cause__, PermissionError) and root is None and not is_user:
            print("  hint: --user installs for you alone, without privileges", file=sys.stderr)
        return 1


def _to_install(made: Configuration) -> tuple[list[Unit], list[Container]]:
    """The units that start containers, and these containers."""
    units = [unit for unit in made.units.values() if starts(unit, made.containers.values())]
    others = sorted(made.units.keys() - {unit.name for unit in units})
    if others:
        shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        print(f"note: left out, since they start no container: {shown}", file=sys.stderr)
    if not units:
        raise OutputError("there is nothing to install: no unit of the configuration starts a container")
    containers = list(made.containers.values())
    for container in containers:
        refuse_foreign_mounts(container)
    return units, containers


def _show(new: Manifest, place: Path) -> None:
    """What is in place now; as comments, so that all that is printed is a shell script."""
    for one in new.places():
        print(f"# {place / one.lstrip('/')}")


def _show_commands(old: Manifest, new: Manifest, systemctl: tuple[str, ...]) -> None:
    """What is left to do."""

    def say(*words: str) -> None:
        print(shlex.join((*systemctl, *words)))

    gone = [unit for unit in old.units if unit not in new.units]
    changed = [unit for unit in new.units if unit in old.units]
    fresh = [unit for unit in new.units if unit not in old.units]
    if gone:
        say("stop", *gone)
    say("daemon-reload")
    if changed:
        say("restart", *changed)
    if fresh:
        say("start", *fresh)
    if "--user" in systemctl:
        print("# loginctl enable-linger starts them at boot, and lets them run on when you log out")


def installation_name(word: str) -> str:
    """The name under which `install FILE` installs a file."""
    path = os.path.abspath(word)
    if os.path.isdir(path):
        return os.path.basename(path)
    stem = os.path.basename(path).removesuffix(".nix")
    return os.path.basename(os.path.dirname(path)) if stem == "default" else stem


def help_text() -> str:
    """The help of `pyoci install`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci install [OPTION …] FILE

Puts a configuration's containers and the units that start them into place: bundles in {BUNDLES}/NAME,
units in /etc/systemd/system, with the links that start them at boot. The units name the installed bundles and a
container runtime of this machine: the one that the configuration asks for or, where it is not there, another one.
Prints the commands that make systemd start them now; `pyoci install FILE | sh` runs these, too.

With --user, all of it is this user's: bundles below $XDG_DATA_HOME/pyoci, units in $XDG_CONFIG_HOME/systemd/user, and
the containers run in a user namespace, as `pyoci run --rootless` runs them. What multi-user.target wants, the user's
default.target does.

An installation of the same file is replaced. Nothing is overwritten that an installation did not put there.
`pyoci uninstall` takes everything away again.

Options:
{describe(OPTIONS)}

Examples:
  pyoci install railcar.nix
  pyoci install railcar.nix --user | sh
  pyoci install railcar.nix --root /mnt --runtime /usr/bin/crun
"""
