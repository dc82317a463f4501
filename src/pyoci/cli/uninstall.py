"""`pyoci uninstall`: away with what `pyoci install` put into place."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from pyoci.cli.arguments import InputError, Option, UsageError, parse
from pyoci.cli.install import installation_name
from pyoci.emit.files import OutputError
from pyoci.emit.installing import SYSTEM, Installations, Manifest, user_layout

OPTIONS = (
    Option("--user", "", "what was installed with --user"),
    Option("--root", "FOLDER", "the folder below which it was installed"),
)


def run(words: list[str]) -> int:
    """Remove one installation."""
    arguments = parse(OPTIONS, words, gnu=True)
    if len(arguments.positional) != 1:
        raise UsageError("name one installation, or the file that was installed")
    root, is_user = arguments.text("root"), arguments.flag("user")
    if root is not None and is_user:
        raise UsageError("--root and --user contradict each other")
    place = Path(root or "/").absolute()
    installations = Installations(place, user_layout() if is_user else SYSTEM)
    try:
        own = Installations(place, user_layout()) if root is None and not is_user else None
        name, old = _installation(installations, arguments.positional[0], own)
        left = installations.uninstall(name, old)
    except OutputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for one in old.places():
        if one not in left:
            print(f"# {place / one.lstrip('/')}")
    for one in left:
        print(f"note: left, since it was changed: {place / one.lstrip('/')}", file=sys.stderr)
    if root is None and old.units:
        systemctl = "systemctl --user" if is_user else "systemctl"
        print(f"{systemctl} stop {shlex.join(old.units)}")
        print(f"{systemctl} daemon-reload")
    return 0


def _installation(installations: Installations, word: str, of_user: Installations | None) -> tuple[str, Manifest]:
    """The installation that a word means: its name, or the file that it was made from; `of_user` are those where it
    may be instead."""
    found = _find(installations, word)
    if found is not None:
        return found
    if of_user is not None and _find(of_user, word) is not None:
        raise InputError(f"'{word}' is not installed for all", f"it is for you: pyoci uninstall --user {word}")
    names = installations.names()
    for name in names:
        other = installations.find(name)
        if other is not None and word in [place.rpartition("/")[2] for place in other.places()]:
            raise InputError(
                f"nothing is installed under the name '{word}'", f"'{name}' has it: pyoci uninstall {name}"
            )
    raise InputError(
        f"nothing is installed under the name '{word}'",
        f"installed are {', '.join(names)}" if names else "nothing is installed at all",
    )


def _find(installations: Installations, word: str) -> tuple[str, Manifest] | None:
    for name in (word, installation_name(word)):
        found = installations.find(name) if name and "/" not in name else None
        if found is not None:
            return name, found
    return None


def help_text() -> str:
    """The help of `pyoci uninstall`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci uninstall [OPTION …] NAME | FILE

Removes what `pyoci install FILE` put into place, and nothing else: what was changed since is left, and named. Prints
the commands that make systemd stop what it still runs.

Options:
{describe(OPTIONS)}

Examples:
  pyoci uninstall railcar.nix
  pyoci uninstall railcar --root /mnt
"""
