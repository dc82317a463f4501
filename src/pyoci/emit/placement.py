"""Units that start bundles where they are and with the runtime that is there.

An evaluated unit starts the store path of a bundle with the store path of a runtime. On a machine where neither was
built by Nix, the same command line names the folder of the bundle and the machine's runtime.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping

from pyoci.emit.containers import Container
from pyoci.emit.runtimes import SYSTEM_FOLDERS, Runtime
from pyoci.emit.units import Unit

_RAILCAR = re.compile(r"\S*/(?P<runtime>railcar) -r (?P<state>\S+) run (?P<name>\S+) -b (?P<bundle>\S+)")
_OCI = re.compile(r"\S*/(?P<runtime>[^/\s]+) --root (?P<state>\S+) run --bundle (?P<bundle>\S+) (?P<name>\S+)")
"""The command lines that services.railcar writes (`Runtime.run`)."""

_START = re.compile(r"^ExecStart=(?P<command>.*)$", re.MULTILINE)


def starts(unit: Unit, containers: Iterable[Container]) -> list[Container]:
    """The containers that a unit starts."""
    return [container for container in containers if container.out_path and container.out_path in unit.text]


def runtime_of(unit: Unit) -> str | None:
    """The name of the runtime that an evaluated unit starts its container with."""
    for line in _START.finditer(unit.text):
        command = _RAILCAR.fullmatch(line["command"]) or _OCI.fullmatch(line["command"])
        if command is not None:
            return command["runtime"]
    return None


USER_STATE = "%t/pyoci"
"""Where runtimes note what a user's units run: below `XDG_RUNTIME_DIR` (systemd.unit(5), "Specifiers")."""

_USER_TARGETS = {"multi-user.target": "default.target", "graphical.target": "default.target"}
"""What starts a user's units when the system is up, in place of what starts the system's."""


_PATH = re.compile(r'^(Environment="PATH=[^"\n]*)"$', re.MULTILINE)


def of_user(unit: Unit) -> Unit:
    """The unit as one of a user's systemd: hooked in at a target that there is, and with a PATH on which runtimes find
    newuidmap and newgidmap of the machine."""

    def targets(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_USER_TARGETS.get(name, name) for name in names))

    text = _PATH.sub(lambda line: f'{line[1]}:{":".join(SYSTEM_FOLDERS)}"', unit.text)
    return unit._replace(text=text, wanted_by=targets(unit.wanted_by), required_by=targets(unit.required_by))


def placed(
    unit: Unit,
    bundles: Mapping[str, str],
    choose: Callable[[str | None], Runtime | None],
    *,
    state_folder: str | None = None,
) -> Unit:
    """The unit with real places in the commands that start containers.

    `bundles` has the folders of bundles by their store paths. `choose` gives the runtime for a container, told the
    name of the one that the unit was evaluated with; where it gives none, the unit's own stays. `state_folder`, written
    as systemd reads it, takes the place of the folder in which the runtime notes what runs. Of a runtime that can
    be told to, the container is also ended when the service is: a runtime that is killed leaves its container running,
    and could not start it again."""
    runtime = choose(runtime_of(unit))

    def start(line: re.Match[str]) -> str:
        text = line["command"]
        command = _RAILCAR.fullmatch(text) or _OCI.fullmatch(text)
        if command is None or command["bundle"] not in bundles:
            return line[0]
        folder, name = bundles[command["bundle"]], command["name"]
        state = state_folder or command["state"]

        def words(command: list[str]) -> str:
            return " ".join(word if word == state_folder else escaped(word) for word in command)

        if runtime is None:
            return "ExecStart=" + text.replace(command["bundle"], escaped(folder))
        lines = ["ExecStart=" + words(runtime.run(state, folder, name))]
        forget = runtime.delete(state, name)
        if forget is not None:
            lines.append("ExecStopPost=-" + words(forget))
        return "\n".join(lines)

    text = _START.sub(start, unit.text)
    for store_path, folder in bundles.items():
        text = text.replace(store_path, folder)
    return unit._replace(text=text)


def folders(containers: Iterable[Container], below: str) -> dict[str, str]:
    """Where the bundles of containers are, by their store paths: `below`/NAME."""
    return {container.out_path: posixpath.join(below, container.name) for container in containers}


def escaped(word: str) -> str:
    """A word of a command line as systemd reads it (systemd.service(5), "Command lines")."""
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[A-Za-z0-9_./:=@+,%$-]+", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
