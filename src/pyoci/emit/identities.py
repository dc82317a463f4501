"""Whom a user of this machine can be inside of a user namespace (user_namespaces(7), subuid(5), subgid(5))."""

from __future__ import annotations

import os
import pwd
import shutil
from contextlib import suppress
from pathlib import Path

from pyoci.emit.adapting import Identity


def identities() -> tuple[Identity, Identity]:
    """The user and the group that this process runs as, with the numbers set aside for them."""
    user, group = os.geteuid(), os.getegid()
    # Only the superuser may map foreign numbers without these programs.
    if user != 0 and not (shutil.which("newuidmap") and shutil.which("newgidmap")):
        return Identity(user), Identity(group)
    names = {str(user)}
    with suppress(KeyError):
        names.add(pwd.getpwuid(user).pw_name)
    users, groups = _set_aside(Path("/etc/subuid"), names), _set_aside(Path("/etc/subgid"), names)
    if users is None or groups is None:
        return Identity(user), Identity(group)
    return Identity(user, *users), Identity(group, *groups)


def _set_aside(file: Path, names: set[str]) -> tuple[int, int] | None:
    """First number and count of the first line `NAME:FIRST:COUNT` for one of the names."""
    try:
        lines = file.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    for line in lines:
        name, _, numbers = line.partition(":")
        first, _, count = numbers.partition(":")
        if name in names and first.isdigit() and count.isdigit():
            return int(first), int(count)
    return None
