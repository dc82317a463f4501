"""What a configuration is made of, and what is said where it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


class Configurations:
    """Evaluates configurations, given as the text of one module."""

    def __init__(self, packages: Any, modules: Path) -> None:
        self.packages = packages
        self.modules = modules

    def expression(self, module: str, ask: str) -> str:
        return f"""
            let evaluated = import {self.modules}/eval-config.nix {{
              inherit pkgs;
              inherit (pkgs) lib;
              modules = [ (with pkgs; {module}) ];
              file = "/somewhere/configuration.nix";
            }};
            in {ask}
        """

    def ask(self, module: str, ask: str) -> Any:
        return self.packages.json(self.expression(module, ask))

    def error(self, module: str, ask: str = "evaluated.checked.systemd.units") -> str:
        return " ".join(self.packages.error(self.expression(module, ask)).split())


@pytest.fixture(scope="session")
def configurations(packages: Any, modules: Path) -> Configurations:
    return Configurations(packages, modules)


# --- services.railcar

CONTAINER = 'services.railcar = { enable = true; containers.box.cmd = "true"; }; services.railcar.containers.box'


def _start(text: str) -> str:
    (line,) = (line for line in text.split("\n") if line.startswith("ExecStart="))
    return line.partition("=")[2]


@pytest.mark.parametrize(
    ("runtime", "command"),
    [
        ("railcar", "/bin/railcar -r /run/boxes run box -b BUNDLE"),
        ("crun", "/bin/crun --root /run/boxes run --bundle BUNDLE box"),
        ("runc", "/bin/runc --root /run/boxes run --bundle BUNDLE box"),
    ],
)
def test_runtimes(configurations: Configurations, runtime: str, command: str) -> None:
    units, bundle, package = configurations.ask(
        f"""{{ services.railcar = {{
          enable = true; runtime = "{runtime}"; stateDir = "/run/boxes"; containers.box.cmd = "true";
        }}; }}""",
        f'[ evaluated.config.systemd.units evaluated.containers.box.outPath "${{pkgs.{runtime}}}" ]',
    )
    assert _start(units["railcar-box.service"]["text"]) == package + command.replace("BUNDLE", bundle)


def test_container_is_told_all_that_the_options_say(configurations: Configurations) -> None:
    config = configurations.ask(
        f"""{{ {CONTAINER} = {{
          mounts."/data".source = "/var/lib/box";
          mounts."/scratch" = {{ source = "tmpfs"; type = "tmpfs"; }};
          os = "linux"; arch = "aarch64"; readonly = true; uid = 1000; gid = 100; env.A = "b"; hostname = "box";
          namespaces = [ "pid" "mount" {{ type = "network"; path = "/run/netns/blue"; }} ];
          extraConfig.process.cwd = "/srv";
        }}; }}""",
        "evaluated.containers.box.oci.config",
    )
    assert config["mounts"][7:] == [
        {"destination": "/data", "type": "none", "source": "/var/lib/box", "options": ["bind"]},
        {"destination": "/scratch", "type": "tmpfs", "source": "tmpfs"},
    ]
    assert config["platform"] == {"os": "linux", "arch": "aarch64"}
    assert config["root"] == {"path": "rootfs", "readonly": True}
    assert config["hostname"] == "box"
    assert config["linux"]["namespaces"] == [
        {"type": "pid"},
        {"type": "mount"},
        {"type": "network", "path": "/run/netns/blue"},
    ]
    process = config["process"]
    assert (process["user"], process["env"], process["cwd"]) == ({"uid": 1000, "gid": 100}, ["A=b"], "/srv")
    assert process["args"][0].endswith("-run.sh")


@pytest.mark.parametrize(
    ("option", "lines"),
    [
        ("{ }", ["Restart=on-failure", "Type=oneshot"]),
        ('{ restart = "always"; runType = "simple"; }', ["Restart=always", "Type=simple"]),
        ("{ restart = null; }", ["Type=oneshot"]),
    ],
)
def test_restart(configurations: Configurations, option: str, lines: list[str]) -> None:
    text = configurations.ask(f"{{ {CONTAINER} = {option}; }}", "evaluated.config.systemd.units")[
        "railcar-box.service"
    ]["text"]
    assert [line for line in text.split("\n") if line.startswith(("Restart=", "Type="))] == lines


def test_containers_that_are_not_enabled(configurations: Configurations) -> None:
    units, containers, warnings = configurations.ask(
        '{ services.railcar.containers.box.cmd = "true"; }',
        "[ evaluated.checked.systemd.units evaluated.containers evaluated.warnings ]",
    )
    assert (units, containers) == ({}, {})
    assert warnings == ["services.railcar.containers is set, but services.railcar.enable is not: no units come of it"]


def test_the_names_of_containers_reach_their_units(configurations: Configurations) -> None:
    units = configurations.ask(
        """{ lib, ... }: {
          services.railcar.enable = true;
          services.railcar.containers = lib.genAttrs [ "a" "b-c" "d_e" ] (name: { cmd = name; });
          systemd.services.railcar-a.after = [ "railcar-b-c.service" ];
        }""",
        "evaluated.checked.systemd.units",
    )
    assert sorted(units) == ["railcar-a.service", "railcar-b-c.service", "railcar-d_e.service"]
    assert "After=railcar-b-c.service\n" in units["railcar-a.service"]["text"]
    assert {tuple(unit["wantedBy"]) for unit in units.values()} == {("multi-user.target",)}


# --- the package set

OVERLAY = '(final: previous: { greeting = previous.writeText "greeting" "hello"; })'


def test_overlays(configurations: Configurations) -> None:
    module = f"{{ pkgs, ... }}: {{ nixpkgs.overlays = [ {OVERLAY} ]; environment.systemPackages = [ pkgs.greeting ]; }}"
    name, same = configurations.ask(
        module,
        """[
          (builtins.head evaluated.config.environment.systemPackages).name
          (evaluated.pkgs.hello.outPath == pkgs.hello.outPath)
        ]""",
    )
    assert (name, same) == ("greeting", True)


def test_another_package_set(configurations: Configurations) -> None:
    module = '{ pkgs, ... }: { nixpkgs.pkgs = { name = "other"; }; system.stateVersion = pkgs.name; }'
    assert configurations.ask(module, "evaluated.config.system.stateVersion") == "other"


def test_configuration_of_the_package_set(packages: Any, modules: Path) -> None:
    asked = packages.json(f"""
          (import {modules}/eval-config.nix {{
            inherit pkgs;
            inherit (pkgs) lib;
            modules = [
              {{ nixpkgs.config.allowUnfree = true; }}
              {{ nixpkgs.config = {{ pkgs, ... }}: {{ permitted = [ "x" ]; }}; }}
              ({{ pkgs, ... }}: {{ system.build.asked = pkgs.asked; }})
            ];
            packageSet = {{ config, overlays }}: pkgs // {{ asked = {{ inherit config overlays; }}; }};
          }}).config.system.build.asked
        """)
    assert asked == {"config": {"allowUnfree": True, "permitted": ["x"]}, "overlays": []}


# --- the rest of a system


def test_files_in_etc(configurations: Configurations) -> None:
    etc = configurations.ask(
        """{
          environment.etc."app/app.conf" = { text = "a = 1\\n"; mode = "0640"; user = "app"; gid = 12; };
          environment.etc.linked = { source = "/run/linked"; target = "elsewhere"; enable = false; };
          systemd.tmpfiles.rules = [ "d /var/lib/app 0700 app app -" "f /var/lib/app/started" ];
        }""",
        "evaluated.config.environment.etc",
    )
    app, linked, rules = etc["app/app.conf"], etc["linked"], etc["tmpfiles.d/00-nixos.conf"]
    assert app["source"].endswith("-etc-app.conf")
    assert (app["target"], app["mode"], app["user"], app["group"]) == ("app/app.conf", "0640", "app", "+12")
    assert (linked["source"], linked["target"], linked["enable"]) == ("/run/linked", "elsewhere", False)
    assert rules["text"] == "d /var/lib/app 0700 app app -\nf /var/lib/app/started\n"


def test_accounts(configurations: Configurations) -> None:
    users = configurations.ask(
        """{
          users.users.alice = { isNormalUser = true; extraGroups = [ "wheel" ]; };
          users.users.daemon.name = "other";
          users.groups.web.gid = 80;
        }""",
        """builtins.mapAttrs (_: user: removeAttrs user [ "shell" ]) evaluated.config.users.users
           // { groups = evaluated.config.users.groups; }""",
    )
    alice, daemon = users["alice"], users["daemon"]
    assert (alice["home"], alice["group"], alice["createHome"]) == ("/home/alice", "users", True)
    assert (daemon["name"], daemon["home"], daemon["group"], daemon["uid"]) == ("other", "/var/empty", "nogroup", None)
    assert users["groups"]["web"] == {"name": "web", "gid": 80, "members": []}


def test_assertions_and_warnings(configurations: Configurations) -> None:
    module = """{
      warnings = [ "careful" ];
      assertions = [
        { assertion = true; message = "holds"; }
        { assertion = false; message = "first"; }
        { assertion = false; message = "second"; }
      ];
      systemd.services.loop.serviceConfig = { Type = "oneshot"; Restart = "always"; ExecStart = "/bin/true"; };
    }"""
    assert configurations.ask(module, "evaluated.warnings") == [
        "careful",
        "systemd.services.loop: Restart=always is not for Type=oneshot; systemd will refuse the unit",
    ]
    said = configurations.error(module)
    assert "Failed assertions: - first - second" in said
    assert "holds" not in said


# --- mistakes


@pytest.mark.parametrize(
    ("module", "message"),
    [
        # names
        ("{ services.railcar.enabel = true; }", "`services.railcar.enabel' does not exist"),
        ("{ services.railcar.enabel = true; }", "services.railcar.enable'"),
        (f"{{ {CONTAINER}.mount = {{ }}; }}", "services.railcar.containers.box.mounts'"),
        ('{ systemd.services.a.scrpt = "x"; }', "systemd.services.a.script'"),
        ('{ systemd.service.a.script = "x"; }', "systemd.services'"),
        ('{ environment.ect.a.text = "x"; }', "environment.etc'"),
        ("{ services.nginx.enable = true; }", "`services.nginx' does not exist"),
        ("{ services.nginx.enable = true; }", "/somewhere/configuration.nix"),
        # types
        ('{ services.railcar = { enable = "true"; }; }', "`services.railcar.enable' is not of type `boolean'"),
        (
            "{ services.railcar = { enable = true; containers.box.cmd = 3; }; }",
            "`services.railcar.containers.box.cmd' is not of type",
        ),
        (
            f'{{ {CONTAINER}.mounts."/data" = "/var"; }}',
            'containers.box.mounts."/data"\' is not of type `set like { source = "/path/on/the/host"; }\'',
        ),
        (
            f'{{ {CONTAINER}.mounts.data.source = "/var"; }}',
            'services.railcar: containers.box.mounts."data" is no absolute path inside the container; '
            'write containers.box.mounts."/data"',
        ),
        (
            f'{{ {CONTAINER}.mounts."/data" = {{ }}; }}',
            'containers.box.mounts."/data".source\' was accessed but has no',
        ),
        (f'{{ {CONTAINER}.runType = "onshot"; }}', "`services.railcar.containers.box.runType' is not of type `one of"),
        (f"{{ {CONTAINER}.uid = -1; }}", "services.railcar: containers.box.uid must lie between 0 and 4294967295"),
        (f'{{ {CONTAINER}.namespaces = [ "net" ]; }}', "did you mean 'network'?"),
        ('{ services.railcar.runtime = "crum"; }', "`services.railcar.runtime' is not of type `one of"),
        ('{ systemd.services.a.wantedBy = "x.target"; }', "`systemd.services.a.wantedBy' is not of type `list of"),
        # units
        (
            '{ systemd.services.a.serviceConfig.Type = "onshot"; }',
            "systemd.services.a.serviceConfig.Type' cannot be 'onshot', did you mean 'oneshot'?",
        ),
        (
            '{ systemd.services.a.serviceConfig.Restart = "sometimes"; }',
            "systemd.services.a.serviceConfig.Restart' cannot be 'sometimes'; it may be no, always, on-success",
        ),
        (
            '{ systemd.timers.a.timerConfig.OnCalendar = { every = "day"; }; }',
            "systemd.timers.a.timerConfig.OnCalendar' must be a string, a number, a Boolean or a list of these, "
            "but it is a set",
        ),
        (
            '{ systemd.services.a = { script = "x"; serviceConfig.ExecStart = "y"; }; }',
            "`systemd.services.a.serviceConfig.ExecStart' has conflicting definition",
        ),
        ('{ users.users.a.name = "a-name-that-is-far-too-long-for-utmp"; }', "is longer than 31 characters"),
        (
            "{ nixpkgs.config.allowUnfree = true; environment.systemPackages = [ ]; }",
            "nixpkgs.config cannot be applied",
        ),
    ],
)
def test_mistake(configurations: Configurations, module: str, message: str) -> None:
    ask = "[ evaluated.checked.systemd.units evaluated.config.users.users evaluated.config.services.railcar.runtime ]"
    assert message in configurations.error(module, ask)


@pytest.mark.slow
def test_a_thousand_containers(configurations: Configurations) -> None:
    units = configurations.ask(
        """{ lib, ... }: {
          services.railcar.enable = true;
          services.railcar.containers = lib.genAttrs (map (i: "c${toString i}") (lib.range 1 1000)) (name: {
            cmd = "echo ${name}";
            mounts."/data".source = "/var/lib/${name}";
          });
        }""",
        "builtins.mapAttrs (_: unit: unit.text) evaluated.checked.systemd.units",
    )
    assert len(units) == 1000
    assert len({_start(text) for text in units.values()}) == 1000
