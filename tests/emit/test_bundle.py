"""Bundles on disk."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

from pyoci.emit import bundle
from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError, replace_folder
from pyoci.realise.realiser import Realiser
from pyoci.store.registry import DerivationRegistry


def container(config: dict[str, Any]) -> Container:
    return Container("web", "/nix/store/x-join.drv", "/nix/store/x-join", json.dumps(config), (), ())


def write_bundle(container: Container, folder: Path) -> None:
    """Write a bundle that needs no store path."""
    with Realiser(DerivationRegistry()) as realiser:
        bundle.write_bundle(container, folder, realiser)


BASE = {"ociVersion": "1.0.0", "root": {"path": "rootfs"}}


def test_a_bundle_has_the_configuration_byte_for_byte_and_a_root_file_system(tmp_path: Path) -> None:
    made = container(BASE)
    write_bundle(made, tmp_path / "deep" / "web")
    assert (tmp_path / "deep" / "web" / "config.json").read_text() == made.config_text
    assert sorted(os.listdir(tmp_path / "deep" / "web" / "rootfs")) == ["dev", "proc", "sys"]
    assert os.listdir(tmp_path / "deep") == ["web"]


def test_mount_points(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text("x")
    mounts = [
        {"destination": "/data", "type": "none", "source": str(tmp_path), "options": ["bind"]},
        {"destination": "/etc/settings", "type": "none", "source": str(file), "options": ["rbind", "bind"]},
        {"destination": "/dev/pts", "type": "devpts", "source": "devpts"},
        {"destination": "/../../../escape", "type": "none", "source": "/nowhere", "options": ["bind"]},
    ]
    write_bundle(container({**BASE, "mounts": mounts}), tmp_path / "web")
    rootfs = tmp_path / "web" / "rootfs"
    assert (rootfs / "data").is_dir()
    assert (rootfs / "etc" / "settings").is_file()
    assert (rootfs / "etc" / "settings").read_text() == ""
    assert os.listdir(rootfs / "dev") == []
    assert (rootfs / "escape").is_dir()
    assert not (tmp_path.parent / "escape").exists()


@pytest.mark.parametrize("root", ["/", "../other", "a/../../b", None])
def test_a_root_outside_of_the_bundle_is_refused(tmp_path: Path, root: str | None) -> None:
    with pytest.raises(OutputError, match="inside the bundle"):
        write_bundle(container({**BASE, "root": {"path": root}}), tmp_path / "web")
    assert os.listdir(tmp_path) == []


def test_a_bundle_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_bundle(container({**BASE, "hostname": "old"}), tmp_path / "web")
    (tmp_path / "web" / "rootfs" / "left").mkdir(mode=0o500)
    write_bundle(container({**BASE, "hostname": "new"}), tmp_path / "web")
    assert json.loads((tmp_path / "web" / "config.json").read_text())["hostname"] == "new"
    assert not (tmp_path / "web" / "rootfs" / "left").exists()
    assert os.listdir(tmp_path) == ["web"]


def test_other_things_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "mine").write_text("precious")
    with pytest.raises(OutputError, match="holds something else"):
        write_bundle(container(BASE), tmp_path / "web")
    (tmp_path / "file").write_text("precious")
    with pytest.raises(OutputError, match="no folder"):
        write_bundle(container(BASE), tmp_path / "file")
    with pytest.raises(OutputError):
        write_bundle(container(BASE), tmp_path / "file" / "below")
    assert (tmp_path / "web" / "mine").read_text() == (tmp_path / "file").read_text() == "precious"


def test_a_failure_on_the_way_leaves_the_old_folder(tmp_path: Path) -> None:
    write_bundle(container(BASE), tmp_path / "web")

    def fill(fresh: Path) -> None:
        (fresh / "half").write_text("x")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        replace_folder(tmp_path / "web", fill, ours=lambda folder: True)
    assert sorted(os.listdir(tmp_path / "web")) == ["config.json", "rootfs"]
    assert os.listdir(tmp_path) == ["web"]


def test_what_a_killed_run_has_left_is_removed_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".web.pyoci-killed"
    (left / "new" / "rootfs").mkdir(parents=True)
    (left / "new" / "rootfs").chmod(0o555)
    used = tmp_path / ".web.pyoci-used"
    used.mkdir()
    descriptor = os.open(used, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        write_bundle(container(BASE), tmp_path / "web")
    finally:
        os.close(descriptor)
    assert sorted(os.listdir(tmp_path)) == [".web.pyoci-used", "web"]


def test_a_mount_point_is_not_made_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "rootfs").mkdir()
    (tmp_path / "rootfs" / "link").symlink_to(outside)
    with pytest.raises(OutputError, match="leads through the link '/link'"):
        bundle.make_mount_point(tmp_path / "rootfs", {"destination": "/link/deep"})
    assert os.listdir(outside) == []
