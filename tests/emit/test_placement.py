"""Units that start bundles where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyoci.emit.containers import Container
from pyoci.emit.placement import USER_STATE, escaped, folders, of_user, placed, runtime_of, starts
from pyoci.emit.runtimes import Runtime, find_runtime
from pyoci.emit.units import Unit

BUNDLE = "/nix/store/" + "j" * 32 + "-join"
RAILCAR = f"/nix/store/{'r' * 32}-railcar-1.0.4/bin/railcar -r /var/railcar run hello -b {BUNDLE}"
CRUN = f"/nix/store/{'c' * 32}-crun-1/bin/crun --root /var/railcar run --bundle {BUNDLE} hello"
CONTAINER = Container("hello", BUNDLE + ".drv", BUNDLE, "{}", (), ())


def unit(command: str) -> Unit:
    text = f"[Unit]\n\n[Service]\nExecStart={command}\n\nRestart=on-failure\n"
    return Unit("railcar-hello.service", text, True, ("multi-user.target",), (), False)


@pytest.mark.parametrize(("command", "own"), [(RAILCAR, "railcar"), (CRUN, "crun")])
def test_the_start_line_names_the_bundle_s_folder_and_the_machine_s_runtime(command: str, own: str) -> None:
    asked = []

    def choose(name: str | None) -> Runtime:
        asked.append(name)
        return Runtime("runc", "/usr/sbin/runc")

    made = placed(unit(command), folders([CONTAINER], "/srv/b"), choose)
    assert asked == [own]
    assert made.text == unit("@").text.replace(
        "@",
        "/usr/sbin/runc --root /var/railcar run --bundle /srv/b/hello hello\n"
        "ExecStopPost=-/usr/sbin/runc --root /var/railcar delete --force hello",
    )
    assert made.wanted_by == ("multi-user.target",)


def test_railcar_s_own_command_line() -> None:
    made = placed(unit(CRUN), {BUNDLE: "/srv/b/hello"}, lambda _: Runtime("railcar", "/opt/railcar"))
    assert made.text == unit("/opt/railcar -r /var/railcar run hello -b /srv/b/hello").text


def test_without_a_runtime_only_the_bundle_changes() -> None:
    made = placed(unit(RAILCAR), {BUNDLE: "/srv/b/hello"}, lambda _: None)
    assert made.text == unit(RAILCAR.replace(BUNDLE, "/srv/b/hello")).text


def test_other_commands_are_left_but_for_the_bundle() -> None:
    def choose(own: str | None) -> Runtime:
        return Runtime("crun", "/usr/bin/crun")

    assert placed(unit("/bin/true"), {BUNDLE: "/b"}, choose) == unit("/bin/true")
    assert placed(unit(f"/bin/start {BUNDLE}/x"), {BUNDLE: "/b"}, choose) == unit("/bin/start /b/x")
    assert runtime_of(unit("/bin/true")) is None
    assert starts(unit(RAILCAR), [CONTAINER]) == [CONTAINER]
    assert starts(unit("/bin/true"), [CONTAINER]) == []


def test_a_user_s_unit() -> None:
    made = placed(unit(RAILCAR), {BUNDLE: "/b"}, lambda _: Runtime("crun", "/bin/crun"), state_folder=USER_STATE)
    assert "ExecStart=/bin/crun --root %t/pyoci run --bundle /b hello\n" in made.text
    wanted = of_user(made._replace(wanted_by=("multi-user.target", "graphical.target", "x.target")))
    assert wanted.wanted_by == ("default.target", "x.target")
    with_path = of_user(made._replace(text='Environment="PATH=/a/bin"\nEnvironment="X=y"\n'))
    assert with_path.text.startswith('Environment="PATH=/a/bin:/usr/local/sbin:')
    assert with_path.text.endswith(':/bin"\nEnvironment="X=y"\n')


@pytest.mark.parametrize(
    ("word", "line"),
    [("/a-b/c.d", "/a-b/c.d"), ("100%", "100%%"), ("$HOME", "$$HOME"), ("a b", '"a b"'), ('"\\', '"\\"\\\\"')],
)
def test_words_that_systemd_would_read_otherwise(word: str, line: str) -> None:
    assert escaped(word) == line


def test_runtimes_are_found_below_a_root_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("root/usr/sbin/runc", "bin/crun", "bin/railcar"):
        program = tmp_path / place
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    crun = Runtime("crun", str(tmp_path / "bin/crun"))
    assert find_runtime(None) == crun
    assert find_runtime(None, preferred=("railcar",)) == Runtime("railcar", str(tmp_path / "bin/railcar"))
    assert find_runtime("runc", root=tmp_path / "root") == Runtime("runc", "/usr/sbin/runc")
    assert find_runtime("/usr/sbin/runc", root=tmp_path / "root") == Runtime("runc", "/usr/sbin/runc")
    assert find_runtime(str(tmp_path / "bin/crun")) == crun
    assert find_runtime("no-such-runtime") is None
    assert find_runtime(str(tmp_path / "bin/runc")) is None
