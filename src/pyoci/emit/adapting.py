"""A configuration (OCI runtime specification, config.md) fitted to the run at hand: other arguments, a terminal, a user
namespace. Each function gives a new configuration and leaves the old one as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

Config = dict[str, Any]


class Identity(NamedTuple):
    """Whom of the host a user namespace knows: the user who makes it, and the numbers that are set aside for him."""

    own: int
    """User or group number on the host."""
    first: int = 0
    """The first of the numbers set aside (subuid(5), subgid(5))."""
    size: int = 0
    """How many there are."""

    def mappings(self, inside: int) -> list[Config]:
        """`uidMappings` or `gidMappings`, such that the process's own number `inside` exists: the user is root inside
        and has the other numbers from those set aside; where none are, he is whoever the process is."""
        if self.size == 0:
            return [{"containerID": inside, "hostID": self.own, "size": 1}]
        return [
            {"containerID": 0, "hostID": self.own, "size": 1},
            {"containerID": 1, "hostID": self.first, "size": self.size},
        ]


def with_arguments(config: Config, arguments: Sequence[str]) -> Config:
    """The same program with other arguments: all but the first of `process.args` are replaced."""
    process = config.get("process") or {}
    return {**config, "process": {**process, "args": [*(process.get("args") or ())[:1], *arguments]}}


def with_terminal(config: Config) -> Config:
    """A process that has a terminal of its own."""
    return {**config, "process": {**(config.get("process") or {}), "terminal": True}}


def rootless(config: Config, user: Identity, group: Identity) -> Config:
    """A container that a user without privileges may run: in a user namespace, and without what that forbids."""
    linux = {key: value for key, value in (config.get("linux") or {}).items() if key != "resources"}
    namespaces = [one for one in linux.get("namespaces") or () if one.get("type") != "user"]
    process = (config.get("process") or {}).get("user") or {}
    own_network = any(one.get("type") == "network" and "path" not in one for one in namespaces)
    return {
        **config,
        "linux": {
            **linux,
            "namespaces": [*namespaces, {"type": "user"}],
            "uidMappings": user.mappings(process.get("uid", 0)),
            "gidMappings": group.mappings(process.get("gid", 0)),
        },
        "mounts": [_permitted(mount, own_network) for mount in config.get("mounts") or ()],
    }


def _permitted(mount: Config, own_network: bool) -> Config:
    """A mount as a user namespace may make it: no owner that the namespace may not know, and the host's /sys where
    the network is the host's, since that file system belongs to the network's owner."""
    if mount.get("type") == "sysfs" and not own_network:
        return {**mount, "type": "none", "source": "/sys", "options": ["rbind", "nosuid", "noexec", "nodev", "ro"]}
    if not mount.get("options"):
        return mount
    return {**mount, "options": [one for one in mount["options"] if not one.startswith(("uid=", "gid="))]}


def has_own_mounts(config: Config) -> bool:
    """Whether a container's mounts are its own. One without a mount namespace would mount over the host's folders."""
    namespaces = (config.get("linux") or {}).get("namespaces") or ()
    return any(isinstance(one, dict) and one.get("type") == "mount" and "path" not in one for one in namespaces)
