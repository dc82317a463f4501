"""Containers for real: run by runc and crun, started by units, unpacked from images.

The programs of packages come from this machine. Each run has a mount namespace of its own, so that nothing that a
runtime mounts stays behind.
"""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "nix-examples"
FROM_HOST = ("--from-host", "--no-substituters", "--no-store")
SEARCHED = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

pytestmark = pytest.mark.slow


def _namespaces() -> bool:
    words = ["unshare", "-m", "true"]
    return (
        shutil.which("unshare") is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0
    )


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where a program is missing."""
    missing = [program for program in programs if shutil.which(program, path=SEARCHED) is None]
    return pytest.mark.skipif(bool(missing), reason=f"skipped: not installed: {', '.join(missing)}")


privileged = pytest.mark.skipif(
    os.geteuid() != 0 or not _namespaces(), reason="skipped: containers need root and mount namespaces here"
)


@pytest.fixture(params=[pytest.param("runc", marks=needs("runc")), pytest.param("crun", marks=needs("crun"))])
def runtime(request: pytest.FixtureRequest) -> str:
    """The name of a container runtime."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of every command: one cache for all of these tests."""
    cache = tmp_path_factory.mktemp("cache")
    cache.chmod(0o700)
    return {**os.environ, "XDG_CACHE_HOME": str(cache), "PATH": SEARCHED}


class Commands:
    """Runs commands in a mount namespace; crun finds no second version of cgroups there, which confuses it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.runs = Path(environment["XDG_CACHE_HOME"]) / "pyoci" / "runs"

    def isolated(self, *words: str) -> list[str]:
        """A command line in a mount namespace."""
        return ["unshare", "-m", "sh", "-c", 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"', "sh", *words]

    def pyoci(self, *words: str) -> list[str]:
        """The command line of pyoci."""
        return self.isolated(sys.executable, "-m", "pyoci", *words)

    def run(self, words: list[str], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command line to its end."""
        return subprocess.run(
            words, input=stdin, capture_output=True, text=True, env=self.environment, check=False, timeout=120
        )

    def __call__(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = self.run(self.pyoci(*words), stdin=stdin)
        assert "Traceback" not in done.stderr
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start pyoci with nothing on standard input, and wait until its container says that it is ready."""
        process = subprocess.Popen(
            self.pyoci(*words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=self.environment,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def left(self) -> list[str]:
        """What runs have left in the cache."""
        return os.listdir(self.runs) if self.runs.exists() else []


@pytest.fixture
def commands(environment: dict[str, str]) -> Commands:
    """Runs commands."""
    return Commands(environment)


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], str]:
    """Write a container that runs a shell script; its file."""

    def write(text: str) -> str:
        file = tmp_path / "script.nix"
        body = text.replace("''", "'''").replace("${", "''${")
        file.write_text(
            f"with pkgs; ociTools.buildContainer {{\n"
            f'  args = [ (writeShellScript "run.sh" \'\'\n{body}\n  \'\').outPath "one" "two" ];\n}}\n'
        )
        return str(file)

    return write


@privileged
@needs("hello")
@pytest.mark.parametrize("rootless", [False, True], ids=["root", "rootless"])
def test_the_post_s_first_snippet_says_hello(commands: Commands, runtime: str, rootless: bool) -> None:
    words = ["--rootless"] if rootless else []
    done = commands("run", *FROM_HOST, "--runtime", runtime, *words, str(EXAMPLES / "container.nix"))
    assert (done.returncode, done.stdout) == (0, "Hello from OCI container!\n"), done.stderr
    assert "bin/hello is this machine's" in done.stderr
    assert commands.left() == []


@privileged
def test_the_second_snippet_sees_its_data(commands: Commands, runtime: str, tmp_path: Path) -> None:
    (tmp_path / "mydata").mkdir()
    (tmp_path / "mydata" / "greeting").write_text("from the host\n")
    text = (EXAMPLES / "mounts.nix").read_text()
    text = text.replace("/var/lib/mydata", str(tmp_path / "mydata"))
    line = next(line for line in text.splitlines() if "bin/hello" in line)
    text = text.replace(line, 'read line < /data/greeting; echo "$line"; echo back > /data/answer')
    (tmp_path / "mounts.nix").write_text(text)
    done = commands("run", *FROM_HOST, "--runtime", runtime, str(tmp_path / "mounts.nix"))
    assert (done.returncode, done.stdout) == (0, "from the host\n"), done.stderr
    assert (tmp_path / "mydata" / "answer").read_text() == "back\n"


@privileged
@needs("hello")
def test_the_installed_unit_starts_the_railcar_configuration(commands: Commands, runtime: str, tmp_path: Path) -> None:
    program = shutil.which(runtime, path=SEARCHED)
    assert program is not None
    file, bundles, units = str(EXAMPLES / "railcar.nix"), tmp_path / "bundles", tmp_path / "units"
    done = commands("bundle", *FROM_HOST, file, "-o", str(bundles))
    assert done.returncode == 0, done.stderr
    done = commands("units", file, "--runtime", program, "--bundles", str(bundles), "-o", str(units))
    assert (done.returncode, done.stderr) == (0, "")
    text = (units / "railcar-hello.service").read_text()
    commands_of = dict(line.split("=", 1) for line in text.splitlines() if line.startswith("Exec"))
    assert commands_of["ExecStart"] == f"{program} --root /var/railcar run --bundle {bundles}/hello hello"
    assert commands_of["ExecStopPost"] == f"-{program} --root /var/railcar delete --force hello"
    start = commands_of["ExecStart"].replace("/var/railcar", str(tmp_path / "state")).split(" ")
    for _ in range(2):
        done = commands.run(commands.isolated(*start))
        assert (done.returncode, done.stdout) == (0, "Hello railcar!\n"), done.stderr
    stop = commands_of["ExecStopPost"].removeprefix("-").replace("/var/railcar", str(tmp_path / "state")).split(" ")
    assert commands.run(commands.isolated(*stop)).returncode == 0


@needs("systemd-analyze", "crun")
@pytest.mark.parametrize(
    "changes",
    ["", 'runType = "simple";', 'restart = "always"; runType = "exec";', 'mounts."/data".source = "/var/lib/mydata";'],
)
def test_systemd_accepts_the_units(commands: Commands, tmp_path: Path, changes: str) -> None:
    text = (EXAMPLES / "railcar.nix").read_text().replace("cmd = ''", f"{changes}\ncmd = ''")
    (tmp_path / "railcar.nix").write_text(text)
    words = ["units", str(tmp_path / "railcar.nix"), "--runtime", "crun", "-o", str(tmp_path / "units")]
    done = commands.run([sys.executable, "-m", "pyoci", *words])
    assert (done.returncode, done.stderr) == (0, "")
    unit = str(tmp_path / "units" / "railcar-hello.service")
    done = commands.run(["systemd-analyze", "verify", "--man=no", unit])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@privileged
def test_the_status_the_arguments_and_the_input_are_passed_on(
    commands: Commands, runtime: str, script: Callable[[str], str]
) -> None:
    file = script('read line; echo "$# $1 $2 $line"; exit 7')
    run = ("run", *FROM_HOST, "--runtime", runtime, file)
    done = commands(*run, stdin="input\n")
    assert (done.returncode, done.stdout) == (7, "2 one two input\n")
    done = commands(*run, "--", "a b", "--help")
    assert (done.returncode, done.stdout) == (7, "2 a b --help \n")
    done = commands(*run, "--")
    assert (done.returncode, done.stdout) == (7, "0   \n")
    assert commands.left() == []


@privileged
@needs("runc")
def test_the_program_has_a_terminal_where_there_is_one(commands: Commands, script: Callable[[str], str]) -> None:
    file = script('[ -t 0 ] && [ -t 1 ] && echo "a terminal" || echo "none"')
    words = commands.pyoci("run", *FROM_HOST, "--runtime", "runc", file)
    assert commands.run(words).stdout == "none\n"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=commands.environment, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    while b"\n" not in seen:
        seen += os.read(ours, 1000)
    assert process.wait(60) == 0
    os.close(ours)
    assert seen.split() == [b"a", b"terminal"]


@privileged
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_passed_on(
    commands: Commands, runtime: str, script: Callable[[str], str], number: signal.Signals
) -> None:
    file = script("trap 'exit 3' TERM INT; echo ready; while :; do read -t 0.1 < /dev/zero; done")
    process = commands.start("run", *FROM_HOST, "--runtime", runtime, file)
    process.send_signal(number)
    assert process.wait(30) == 3
    assert commands.left() == []


@privileged
def test_the_second_signal_kills_what_does_not_listen(
    commands: Commands, runtime: str, script: Callable[[str], str]
) -> None:
    file = script("trap '' TERM; echo ready; while :; do read -t 0.1 < /dev/zero; done")
    process = commands.start("run", *FROM_HOST, "--runtime", runtime, file)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 128 + signal.SIGKILL
    assert commands.left() == []


@privileged
@needs("runc")
def test_what_a_killed_run_leaves_behind_goes_with_the_next(
    commands: Commands, script: Callable[[str], str], tmp_path: Path
) -> None:
    file = script("echo ready; while :; do read -t 0.1 < /dev/zero; done")
    process = commands.start("run", *FROM_HOST, "--runtime", "runc", file)
    (left,) = commands.left()
    process.kill()
    process.wait(30)
    quick = tmp_path / "quick.nix"
    quick.write_text(Path(file).read_text().replace("while :; do read -t 0.1 < /dev/zero; done", ""))
    run = ("run", *FROM_HOST, "--runtime", "runc", str(quick))
    assert commands(*run).stdout == "ready\n"
    assert commands.left() == [left], "its runtime still runs"
    state = commands.runs / left / "state"
    subprocess.run(["runc", "--root", state, "kill", left, "KILL"], check=True, env=commands.environment)
    deadline = time.monotonic() + 30
    while commands.left() and time.monotonic() < deadline:
        assert commands(*run).stdout == "ready\n"
    assert commands.left() == []


@needs("skopeo", "umoci")
def test_images_are_read_by_others(commands: Commands, tmp_path: Path) -> None:
    file, image, unpacked = str(EXAMPLES / "mounts.nix"), tmp_path / "image", tmp_path / "unpacked"
    if shutil.which("hello", path=SEARCHED) is None:
        pytest.skip("skipped: not installed: hello")
    pyoci = [sys.executable, "-m", "pyoci"]
    done = commands.run([*pyoci, "image", *FROM_HOST, file, "-o", str(image)])
    assert (done.returncode, done.stdout) == (0, f"oci:{image}:mounts\n"), done.stderr
    assert "/var/lib/mydata" in done.stderr
    done = commands.run(["skopeo", "inspect", "--config", f"oci:{image}:mounts"])
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    done = commands.run([*pyoci, "bundle", *FROM_HOST, file, "-o", str(tmp_path / "bundles")])
    bundle = tmp_path / "bundles" / "mounts"
    config = json.loads((bundle / "config.json").read_text())
    assert (seen["os"], seen["architecture"]) == ("linux", "amd64")
    assert seen["config"]["Entrypoint"] == config["process"]["args"]
    words = ["umoci", "unpack", *(["--rootless"] if os.geteuid() else []), "--image", f"{image}:mounts", str(unpacked)]
    done = commands.run(words)
    assert done.returncode == 0, done.stderr
    done = commands.run(["diff", "-r", "--no-dereference", str(bundle / "rootfs"), str(unpacked / "rootfs")])
    assert (done.returncode, done.stdout) == (0, "")
    copied = commands.run(["skopeo", "copy", f"oci:{image}:mounts", f"dir:{tmp_path / 'copied'}"])
    assert copied.returncode == 0, copied.stderr


@privileged
@needs("skopeo", "umoci", "runc", "hello")
@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_an_unpacked_image_runs(commands: Commands, tmp_path: Path, compression: str) -> None:
    image, unpacked = tmp_path / "image", tmp_path / "unpacked"
    words = ["image", *FROM_HOST, str(EXAMPLES / "railcar.nix"), "-o", str(image), "--compression", compression]
    assert commands(*words).returncode == 0
    done = commands.run(["umoci", "unpack", "--image", f"{image}:hello", str(unpacked)])
    assert done.returncode == 0, done.stderr
    config = json.loads((unpacked / "config.json").read_text())
    config["process"]["terminal"] = False
    (unpacked / "config.json").write_text(json.dumps(config))
    state = str(tmp_path / "state")
    done = commands.run(commands.isolated("runc", "--root", state, "run", "--bundle", str(unpacked), "unpacked"))
    assert (done.returncode, done.stdout) == (0, "Hello railcar!\n"), done.stderr


@privileged
@needs("podman", "hello")
@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_podman_runs_an_image(commands: Commands, runtime: str, tmp_path: Path, compression: str) -> None:
    image = tmp_path / "image"
    words = ["image", *FROM_HOST, str(EXAMPLES / "container.nix"), "-o", str(image), "--compression", compression]
    assert commands(*words).returncode == 0
    # podman refuses long paths here; pytest's are.
    with TemporaryDirectory(prefix="pyoci-podman-", dir="/tmp", ignore_cleanup_errors=True) as short:
        podman = ["podman", "--root", f"{short}/root", "--runroot", f"{short}/run", "--tmpdir", f"{short}/tmp"]
        podman += ["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file"]
        # Its own limits may be more than a machine without CAP_SYS_RESOURCE may ask for.
        limits = ["--ulimit", "nofile=999:999", "--ulimit", "nproc=999:999"]
        run = [*podman, "--runtime", runtime, "run", "--rm", "--quiet", "--network", "none", *limits, f"oci:{image}"]
        done = commands.run(commands.isolated(*run))
    if "mount" in done.stderr and done.returncode == 125:
        pytest.skip(f"skipped: podman cannot keep images here: {done.stderr.strip()}")
    assert (done.returncode, done.stdout) == (0, "Hello from OCI container!\n"), done.stderr
