"""Configurations fitted to a run."""

from __future__ import annotations

import copy
from typing import Any

from pyoci.emit.adapting import Identity, has_own_mounts, rootless, with_arguments, with_terminal

CONFIG: dict[str, Any] = {
    "ociVersion": "1.0.0",
    "process": {"args": ["/bin/x", "a", "b"], "cwd": "/", "user": {"uid": 0, "gid": 0}},
    "linux": {"namespaces": [{"type": "pid"}, {"type": "network"}, {"type": "mount"}], "resources": {"pids": {}}},
    "mounts": [
        {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "gid=5", "uid=0"]},
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro"]},
    ],
}


def test_arguments_replace_those_of_the_file_but_not_the_program() -> None:
    before = copy.deepcopy(CONFIG)
    assert with_arguments(CONFIG, ["c"])["process"] == {**CONFIG["process"], "args": ["/bin/x", "c"]}
    assert with_arguments(CONFIG, [])["process"]["args"] == ["/bin/x"]
    assert with_terminal(CONFIG)["process"]["terminal"] is True
    assert before == CONFIG


def test_a_user_without_numbers_set_aside_is_whoever_the_process_is() -> None:
    config = {**CONFIG, "process": {**CONFIG["process"], "user": {"uid": 33, "gid": 7}}}
    linux = rootless(config, Identity(1000), Identity(100))["linux"]
    assert linux["uidMappings"] == [{"containerID": 33, "hostID": 1000, "size": 1}]
    assert linux["gidMappings"] == [{"containerID": 7, "hostID": 100, "size": 1}]
    assert {"type": "user"} in linux["namespaces"]
    assert "resources" not in linux


def test_numbers_set_aside_follow_the_user_s_own() -> None:
    linux = rootless(CONFIG, Identity(1000, 100000, 65536), Identity(100, 200000, 65536))["linux"]
    assert linux["uidMappings"] == [
        {"containerID": 0, "hostID": 1000, "size": 1},
        {"containerID": 1, "hostID": 100000, "size": 65536},
    ]
    assert linux["gidMappings"][1]["hostID"] == 200000


def test_mounts_of_a_user_namespace() -> None:
    before = copy.deepcopy(CONFIG)
    mounts = rootless(CONFIG, Identity(1), Identity(1))["mounts"]
    assert mounts == [{**CONFIG["mounts"][0], "options": ["nosuid"]}, *CONFIG["mounts"][1:]]
    shared = {**CONFIG, "linux": {"namespaces": [{"type": "mount"}]}}
    sys = rootless(shared, Identity(1), Identity(1))["mounts"][2]
    assert (sys["type"], sys["source"], sys["options"][0]) == ("none", "/sys", "rbind")
    assert before == CONFIG


def test_only_a_mount_namespace_of_its_own_keeps_mounts_from_the_host() -> None:
    assert has_own_mounts(CONFIG)
    assert not has_own_mounts({})
    assert not has_own_mounts({"linux": {"namespaces": [{"type": "pid"}]}})
    assert not has_own_mounts({"linux": {"namespaces": [{"type": "mount", "path": "/proc/1/ns/mnt"}]}})
