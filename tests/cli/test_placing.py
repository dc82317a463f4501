"""run, install, uninstall, image and compare: what they say, and what they refuse."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pyoci.cli import COMMANDS, compare
from pyoci.cli.cpp_nix import Question, ask
from pyoci.emit.files import OutputError
from pyoci.realise.closure import Closure

if TYPE_CHECKING:
    from conftest import Runner

EXAMPLES = Path(__file__).resolve().parents[2] / "nix-examples"
CONTAINER, RAILCAR = str(EXAMPLES / "container.nix"), str(EXAMPLES / "railcar.nix")
NOWHERE = ("--no-store", "--no-substituters")
BUILTINS_ONLY = """\
services.railcar = {
  enable = true;
  containers = { "a" = { cmd = "true"; }; "b" = { cmd = "true"; }; };
};
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    """A program that stands in for a runtime."""
    file = tmp_path / "bin" / "crun"
    file.parent.mkdir()
    file.write_text("#!/bin/sh\ncd ${0%/*}\n[ $3 = run ] && echo $* > words && cp $5/config.json .\nexit 5\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(pyoci: Runner, command: str) -> None:
    done = pyoci(command, "--help") if command != "nix-instantiate" else pyoci("help", command)
    assert done.status == 0
    assert "Usage: " in done.out
    assert "Example" in done.out or command == "nix-instantiate"


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["run", "-E", "1", "--runtime", "no-such"], 1, "the container runtime 'no-such' is not installed"),
        (["run", "-E", "1", "--runtime", "/no/such"], 1, "there is no program '/no/such'"),
        (["run", "-E", "1"], 1, "makes no container"),
        (["run", RAILCAR, "helo"], 1, "has no container 'helo'\n  hint: Did you mean hello?"),
        (["run", CONTAINER, "a", "b"], 2, "a word too many"),
        (["run", CONTAINER, "-A", "a", "-A", "b"], 2, "more than once"),
        (["run", *NOWHERE, CONTAINER], 1, "no source has"),
        (["install", CONTAINER, "--root", "r"], 1, "makes no units"),
        (["install", *NOWHERE, RAILCAR, "--root", "r"], 1, "no source has"),
        (["install", "-E", "{ services.railcar.enable = true; }", "--root", "r"], 1, "nothing to install"),
        (["install", "a.nix", "b.nix"], 2, "one FILE"),
        (["install", "--user", RAILCAR, "--root", "r"], 2, "--root and --user contradict each other"),
        (["uninstall", "--user", "x", "--root", "r"], 2, "--root and --user contradict each other"),
        (["uninstall"], 2, "name one installation"),
        (["uninstall", "x", "--root", "r"], 1, "nothing is installed at all"),
        (["image", CONTAINER], 2, "add -o FOLDER"),
        (["image", CONTAINER, "-o", "i", "--compression", "lzma"], 2, "gzip, zstd, none"),
        (["image", CONTAINER, "-o", "i", "--tag", "no tag"], 1, "no tag of an image"),
        (["image", *NOWHERE, CONTAINER, "-o", "i"], 1, "no source has"),
        (["compare", "-E", "pkgs.hello"], 1, "neither a container nor a configuration"),
        (["compare", "-E", 'pkgs.ociTools.buildContainer { args = [ "/x" ]; }'], 1, "no answer of C++ Nix is recorded"),
        (["compare", CONTAINER, "--nix", "no-such-nix"], 1, "there is no program 'no-such-nix'"),
        (["compare", CONTAINER, CONTAINER], 2, "one FILE"),
        (["units", CONTAINER, "-o", "u"], 1, "makes no units"),
    ],
    ids=lambda value: " ".join(value)[-40:] if isinstance(value, list) else None,
)
def test_mistakes_are_told(
    pyoci: Runner, tmp_path: Path, program: str, words: list[str], status: int, message: str
) -> None:
    if words[0] in ("run", "install") and "--runtime" not in words:
        words = [words[0], "--runtime", program, *words[1:]]
    done = pyoci(*words)
    assert done.status == status
    assert message in done.out + done.err
    assert [name for name in os.listdir(tmp_path) if name not in ("bin", "r")] == []
    assert not (tmp_path / "r" / "etc").exists()


def test_run_hands_over_to_the_runtime(pyoci: Runner, tmp_path: Path, program: str) -> None:
    text = 'pkgs.ociTools.buildContainer { args = [ "/bin/x" "a" ]; }'
    done = pyoci("run", *NOWHERE, "--runtime", program, "-E", text, "--", "b")
    assert (done.status, done.err) == (5, "")
    words = (tmp_path / "bin" / "words").read_text().split()
    assert words[0] == "--root" and words[2:4] == ["run", "--bundle"]
    assert words[5].startswith("container-")
    assert json.loads((tmp_path / "bin" / "config.json").read_text())["process"]["args"] == ["/bin/x", "b"]
    assert not Path(words[4]).parent.exists()


def test_a_container_on_the_host_s_own_mounts_is_never_run(pyoci: Runner, program: str) -> None:
    text = 'pkgs.ociTools.buildContainer { args = [ "/bin/x" ]; namespaces = [ "pid" ]; }'
    done = pyoci("run", *NOWHERE, "--runtime", program, "-E", text)
    assert done.status == 1
    assert "no mount namespace of its own" in done.err


def test_of_several_containers_one_is_named(pyoci: Runner, tmp_path: Path, program: str) -> None:
    (tmp_path / "two.nix").write_text(BUILTINS_ONLY)
    done = pyoci("run", "--runtime", program, "two.nix")
    assert done.status == 1
    assert "several containers; name one of a, b" in done.err


def test_units_name_bundles_and_the_runtime(pyoci: Runner, tmp_path: Path, program: str) -> None:
    done = pyoci("units", RAILCAR, "-o", "u", "--bundles", "b", "--runtime", program)
    assert (done.status, done.err) == (0, "")
    text = (tmp_path / "u" / "railcar-hello.service").read_text()
    assert f"ExecStart={program} --root /var/railcar run --bundle {tmp_path}/b/hello hello\n" in text
    assert f"ExecStopPost=-{program} --root /var/railcar delete --force hello\n" in text


def test_an_installation_of_a_user(
    pyoci: Runner, tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "my data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    text = '{ services.railcar = { enable = true; containers."a" = { cmd = "x"; }; }; }'
    (tmp_path / "web.nix").write_text(text)
    monkeypatch.setattr("pyoci.emit.bundle.Realiser.closure", lambda *_, **__: Closure({}))
    done = pyoci("install", "--user", "--runtime", program, "web.nix")
    assert (done.status, done.err) == (0, "")
    bundle, unit = tmp_path / "my data/pyoci/bundles/a", tmp_path / "config/systemd/user/railcar-a.service"
    link = unit.parent / "default.target.wants" / unit.name
    assert done.out.splitlines() == [
        *(f"# {place}" for place in (bundle, unit, link)),
        "systemctl --user daemon-reload",
        "systemctl --user start railcar-a.service",
        "# loginctl enable-linger starts them at boot, and lets them run on when you log out",
    ]
    assert os.readlink(link) == str(unit)
    config = json.loads((bundle / "config.json").read_text())
    assert {"type": "user"} in config["linux"]["namespaces"]
    assert config["linux"]["uidMappings"]
    lines = unit.read_text().splitlines()
    assert f'ExecStart={program} --root %t/pyoci run --bundle "{bundle}" a' in lines
    assert f"ExecStopPost=-{program} --root %t/pyoci delete --force a" in lines
    assert all(line.endswith(':/bin"') for line in lines if line.startswith('Environment="PATH='))
    assert "hint: it is for you: pyoci uninstall --user web\n" in pyoci("uninstall", "web").err
    done = pyoci("uninstall", "--user", "web")
    assert done.status == 0
    assert done.out.splitlines()[-2:] == [
        "systemctl --user stop railcar-a.service",
        "systemctl --user daemon-reload",
    ]
    assert not unit.exists() and not bundle.exists() and not link.exists()


def test_a_container_on_the_host_s_own_mounts_is_never_installed(pyoci: Runner, program: str) -> None:
    text = '{ services.railcar = { enable = true; containers."a" = { cmd = "x"; namespaces = [ "pid" ]; }; }; }'
    done = pyoci("install", *NOWHERE, "--runtime", program, "-E", text, "--name", "a", "--root", "r")
    assert done.status == 1
    assert "no mount namespace of its own" in done.err


@pytest.mark.parametrize("name", ["container", "mounts", "railcar"])
def test_the_post_s_snippets_differ_from_recorded_answers_as_they_are_meant_to(pyoci: Runner, name: str) -> None:
    done = pyoci("compare", str(EXAMPLES / f"{name}.nix"))
    assert (done.status, done.err) == (0, "")
    assert "BUG" not in done.out
    assert done.out.splitlines()[-1].startswith("nothing differs but for ")
    assert "intended: mounts[4].options: null is gone\n" in done.out
    assert ("Restart=on-failure' is added" in done.out) == (name == "railcar")
    assert ('"/var/lib/mydata", "type": "none"} is added' in done.out) == (name == "mounts")


def test_a_difference_that_is_not_meant_is_a_bug(
    pyoci: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = json.loads(compare._RECORDED.read_text())
    for record in records["files"].values():
        for container in record["containers"].values():
            container["config"]["process"]["cwd"] = "/elsewhere"
    (tmp_path / "recorded.json").write_text(json.dumps(records))
    monkeypatch.setattr(compare, "_RECORDED", tmp_path / "recorded.json")
    done = pyoci("compare", CONTAINER)
    assert done.status == 1
    assert 'BUG: process.cwd: "/elsewhere" is "/"\n' in done.out
    assert done.out.endswith("1 that should not be, and 3 intended differences\n")


@pytest.mark.parametrize(
    ("program", "message"),
    [("/bin/true", "is no nix-instantiate"), ("/bin/false", "the exit status of '/bin/false' is 1")],
)
def test_what_is_no_nix(program: str, message: str, tmp_path: Path) -> None:
    question = Question(tmp_path, "x86_64-linux", "1", str(tmp_path), "{ }", [], "x")
    with pytest.raises(OutputError, match=message):
        ask(program, question, None)


def test_without_a_nix_it_is_said_that_answers_are_recorded_ones(
    pyoci: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = pyoci("compare", "-E", "1", "--nixpkgs", str(tmp_path))
    assert done.status == 1
    assert "note: no nix-instantiate is on PATH" in done.err


@pytest.mark.slow
@pytest.mark.skipif(
    not {"PYOCI_TEST_NIX", "PYOCI_TEST_NIXPKGS"} <= os.environ.keys(),
    reason="skipped: PYOCI_TEST_NIX and PYOCI_TEST_NIXPKGS are not both set",
)
@pytest.mark.parametrize("name", ["container", "mounts", "railcar"])
def test_the_answers_of_a_real_nix(pyoci: Runner, name: str) -> None:
    file = str(EXAMPLES / f"{name}.nix")
    tree = ("--nixpkgs", os.environ["PYOCI_TEST_NIXPKGS"], "--nix", os.environ["PYOCI_TEST_NIX"])
    done = pyoci("compare", file, *tree)
    assert done.status == 0, done.out + done.err
    recorded = pyoci("compare", file, "--recorded")
    # What was recorded is what Nix answers, but for the label.
    assert [line for line in done.out.splitlines() if not line.startswith("---")] == [
        line for line in recorded.out.splitlines() if not line.startswith("---")
    ]
