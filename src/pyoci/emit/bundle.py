"""OCI bundles: a folder with config.json and rootfs (OCI runtime specification, bundle.md)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoci.emit.containers import CONFIG_FILE, Container
from pyoci.emit.files import OutputError, replace_folder, write_text
from pyoci.realise.closure import Closure
from pyoci.realise.copying import ClosureCopy, copy_host_files
from pyoci.realise.realiser import Realiser
from pyoci.realise.trivial import STANDARD_FOLDERS


def write_bundle(container: Container, folder: Path, realiser: Realiser, *, hard_links: bool | None = None) -> Closure:
    """Write a container's bundle: `config.json` byte for byte as its derivation writes it, and a root file system
    with the closure of the container's roots under `nix/store`, and dev, proc, sys and the targets of all mounts.
    Returns the closure, whose `notes` are for the user.

    The bundle is put together beside `folder` and exchanged for what stands there when it is whole. Files of the
    shared store are cloned where the file system can; else, with `hard_links`, they are linked, and without, copied
    (None: linked only where the root file system is read-only, because whoever writes to a link writes to the shared
    store). Files have the modes and times of the Nix store.

    Raises StoreError where a path is in no source; OutputError where `folder` holds something else or cannot be
    written (a full disk), or where the configuration names no root file system inside the bundle."""
    config = container.config
    root = config.get("root") or {}
    path = root.get("path")
    if not isinstance(path, str) or posixpath.isabs(path) or ".." in path.split("/"):
        raise OutputError(f"root.path of container '{container.name}' is no folder inside the bundle: {path!r}")
    if hard_links is None:
        hard_links = root.get("readonly") is True

    made: list[Closure] = []

    def fill(fresh: Path) -> None:
        write_text(fresh / CONFIG_FILE, container.config_text)
        rootfs = fresh / path
        for name in STANDARD_FOLDERS:
            (rootfs / name).mkdir(parents=True)
        with ClosureCopy(rootfs, hard_links=hard_links) as copy:
            closure = realiser.closure(container.closure, mentions=[container.config_text], found=copy.add)
        copy_host_files(closure.host_files, rootfs)
        made.append(closure)
        for mount in _mounts(config):
            make_mount_point(rootfs, mount)

    replace_folder(folder, fill, ours=is_bundle)
    return made[0]


def is_bundle(folder: Path) -> bool:
    """Whether a folder looks like a bundle."""
    return (folder / CONFIG_FILE).is_file()


def make_mount_point(rootfs: Path, mount: dict[str, Any]) -> None:
    """Make what a mount covers: a folder or, where a file of the host is bound, an empty file.

    Systems that mount below another mount (`/dev/pts` in `/dev`) make their own mount points.

    Raises OutputError where the way there leads through a link, which may lead out of the root file system."""
    destination = posixpath.normpath("/" + str(mount.get("destination", ""))).lstrip("/")
    if not destination or destination.split("/")[0] in STANDARD_FOLDERS:
        return
    target = rootfs / destination
    for folder in reversed(target.relative_to(rootfs).parents):
        if (rootfs / folder).is_symlink():
            raise OutputError(f"mount point '/{destination}' leads through the link '/{folder}'")
    if os.path.lexists(target):
        return
    if "bind" in (mount.get("type"), *(mount.get("options") or ())) and Path(str(mount.get("source"))).is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    else:
        target.mkdir(parents=True)


def _mounts(config: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (mount for mount in config.get("mounts") or () if isinstance(mount, dict))
