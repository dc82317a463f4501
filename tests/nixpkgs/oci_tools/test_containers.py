"""buildContainer: the configuration that it writes, and the derivations of the nixpkgs flavour."""

from __future__ import annotations

from typing import Any

import pytest

# What the configuration of any container says, unless it is asked for something else.
SYSTEM_MOUNTS: list[dict[str, Any]] = [
    {
        "destination": "/dev",
        "type": "tmpfs",
        "source": "tmpfs",
        "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
    {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"]},
    {
        "destination": "/dev/pts",
        "type": "devpts",
        "source": "devpts",
        "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=755", "gid=5"],
    },
    {
        "destination": "/dev/shm",
        "type": "tmpfs",
        "source": "shm",
        "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
    },
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"]},
    {
        "destination": "/sys/fs/cgroup",
        "type": "cgroup",
        "source": "cgroup",
        "options": ["nosuid", "noexec", "nodev", "relatime", "ro"],
    },
]
PLAIN: dict[str, Any] = {
    "ociVersion": "1.0.0",
    "platform": {"os": "linux", "arch": "x86_64"},
    "root": {"path": "rootfs", "readonly": False},
    "process": {"args": ["/bin/true"], "cwd": "/", "user": {"uid": 0, "gid": 0}},
    "linux": {"namespaces": [{"type": kind} for kind in ("pid", "network", "mount", "ipc", "uts")]},
    "mounts": SYSTEM_MOUNTS,
}

POST = """pkgs.ociTools.buildContainer {
  args = [
    (pkgs.writeShellScript "run.sh" ''
      ${pkgs.hello}/bin/hello -g "Hello from OCI container!"
    '').outPath
  ];
  %s
}"""


def _config(packages: Any, arguments: str, flavour: str = "pyoci") -> Any:
    call = f'pkgs.ociTools.buildContainer ({{ args = [ "/bin/true" ]; }} // {arguments})'
    return packages.json(f"({call}).oci.config", flavour)


def test_plain(packages: Any) -> None:
    assert _config(packages, "{ }") == PLAIN


def test_mounts_follow_those_of_the_system_in_the_order_of_their_names(packages: Any) -> None:
    config = _config(
        packages,
        """{ mounts = {
          "/z" = { source = "/host/z"; };
          "/data" = { source = "/var/lib/mydata"; options = [ "bind" "ro" ]; };
          "/scratch" = { source = "tmpfs"; type = "tmpfs"; };
          "/bound" = { source = "/host/bound"; type = "bind"; };
        }; }""",
    )
    assert config["mounts"] == [
        *SYSTEM_MOUNTS,
        {"destination": "/bound", "type": "bind", "source": "/host/bound", "options": ["bind"]},
        {"destination": "/data", "type": "none", "source": "/var/lib/mydata", "options": ["bind", "ro"]},
        {"destination": "/scratch", "type": "tmpfs", "source": "tmpfs"},
        {"destination": "/z", "type": "none", "source": "/host/z", "options": ["bind"]},
    ]
    assert {**config, "mounts": SYSTEM_MOUNTS} == PLAIN


@pytest.mark.parametrize(
    ("arguments", "changed"),
    [
        ('{ os = "freebsd"; arch = "arm64"; }', {"platform": {"os": "freebsd", "arch": "arm64"}}),
        ("{ readonly = true; }", {"root": {"path": "rootfs", "readonly": True}}),
        ("{ uid = 1000; gid = 100; }", {"process": {**PLAIN["process"], "user": {"uid": 1000, "gid": 100}}}),
        (
            '{ env = { PATH = "/bin"; LANG = "C"; GONE = null; }; }',
            {"process": {**PLAIN["process"], "env": ["LANG=C", "PATH=/bin"]}},
        ),
        ('{ hostname = "box"; }', {"hostname": "box"}),
        (
            '{ namespaces = [ "pid" { type = "network"; path = "/run/netns/blue"; } "user" ]; }',
            {
                "linux": {
                    "namespaces": [
                        {"type": "pid"},
                        {"type": "network", "path": "/run/netns/blue"},
                        {"type": "user"},
                    ]
                }
            },
        ),
        (
            '{ extraConfig = { process.cwd = "/srv"; annotations.a = "b"; }; }',
            {"process": {**PLAIN["process"], "cwd": "/srv"}, "annotations": {"a": "b"}},
        ),
    ],
)
def test_arguments(packages: Any, arguments: str, changed: dict[str, Any]) -> None:
    assert _config(packages, arguments) == {**PLAIN, **changed}


def test_nixpkgs_flavour_keeps_its_gaps(packages: Any) -> None:
    config = _config(packages, '{ readonly = true; mounts."/data".source = "/var/lib/mydata"; }', "nixpkgs")
    proc, cgroup = SYSTEM_MOUNTS[4], SYSTEM_MOUNTS[6]
    assert config["mounts"] == [
        *SYSTEM_MOUNTS[:4],
        {**proc, "options": None},
        SYSTEM_MOUNTS[5],
        {**cgroup, "options": ["nosuid", "noexec", "nodev", "realatime", "ro"]},
    ]
    assert config["root"] == {"path": "rootfs", "readonly": True}


@pytest.mark.parametrize(
    ("more", "drv_path"),
    [
        ("", "sp9m4gzsggaqn5bbxg1j5hgdg2y0wfkf"),
        ('mounts."/data" = { source = "/var/lib/mydata"; };', "sp9m4gzsggaqn5bbxg1j5hgdg2y0wfkf"),
        ("readonly = true;", "8mxh9dhgwvqcj35mfi4lxgzrx80y849c"),
        ('os = "freebsd"; arch = "aarch64"; readonly = false;', "41hnn67ylay1l5a35zlsvr545i97y6i9"),
    ],
)
def test_nixpkgs_flavour_is_the_derivation_of_nixpkgs(packages: Any, more: str, drv_path: str) -> None:
    found = packages.json(f"({POST % more}).drvPath", "nixpkgs")
    assert found == f"/nix/store/{drv_path}-join.drv"


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", "readonly = true;", 'os = "freebsd"; arch = "aarch64";', 'mounts."/a" = null;'])
def test_nixpkgs_flavour_against_the_tree(packages: Any, reference: Any, nixpkgs: Any, more: str) -> None:
    tree = f'let pkgs = import {nixpkgs} {{ config = {{ }}; overlays = [ ]; system = "x86_64-linux"; }}; in '
    theirs = reference.json(f"{tree} ({POST % more}).drvPath")
    assert packages.json(f"({POST % more}).drvPath", "nixpkgs") == theirs


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        ("pkgs.hello", "/nix/store/cdc1s9a5pm4z0q16xs3ws0k41dbg5vdr-hello-2.10"),
        ('"${pkgs.hello}/bin/hello"', "/nix/store/cdc1s9a5pm4z0q16xs3ws0k41dbg5vdr-hello-2.10/bin/hello"),
        ('{ __toString = _: "text"; }', "text"),
    ],
)
def test_what_stands_for_a_string_in_args(packages: Any, argument: str, written: str) -> None:
    call = f'pkgs.ociTools.buildContainer {{ args = [ {argument} "x" ]; }}'
    assert packages.json(f"({call}).oci.config.process.args") == [written, "x"]


@pytest.mark.parametrize(
    ("arguments", "needs"),
    [
        ("args = [ pkgs.hello ];", {"hello-2.10"}),
        ('args = [ "${pkgs.bash}/bin/bash" "-c" "${pkgs.hello}/bin/hello" ];', {"bash-4.4-p23", "hello-2.10"}),
        ('args = [ pkgs.hello ]; env.PATH = "${pkgs.coreutils}/bin";', {"hello-2.10", "coreutils-8.31"}),
        ('args = [ pkgs.hello ]; mounts."/data".source = "${pkgs.coreutils}";', {"hello-2.10"}),
        (
            'args = [ pkgs.hello ]; extraConfig.process.env = [ "PATH=${pkgs.coreutils}/bin" ];',
            {"hello-2.10", "coreutils-8.31"},
        ),
    ],
)
def test_root_file_system_holds_what_runs(packages: Any, arguments: str, needs: set[str]) -> None:
    # The list of references is made for one path; what it stands for is in that path, or behind its text.
    names = packages.json(
        f"""
            let
              inherit ((pkgs.ociTools.buildContainer {{ {arguments} }}).oci) references;
              path = builtins.elemAt references.exportReferencesGraph 1;
              text = if builtins.isList path then toString path else path.text or (toString path);
              paths = builtins.attrNames (builtins.getContext text);
            in map (path: builtins.substring 44 (-1) path) paths
            """
    )
    assert {name.removesuffix(".drv") for name in names} == needs
