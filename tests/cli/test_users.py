"""Users without privileges, and their systemd: `run --rootless` and `install --user`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="skipped: only root can become somebody else"),
    pytest.mark.skipif(shutil.which("setpriv") is None, reason="skipped: not installed: setpriv"),
    pytest.mark.skipif(shutil.which("hello") is None, reason="skipped: not installed: hello"),
]

EXAMPLES = Path(__file__).resolve().parents[2] / "nix-examples"
FROM_HOST = ("--from-host", "--no-store", "--no-substituters")
NUMBER = 54_321
"""A user whom the machine does not know."""

SYSTEMD = "/lib/systemd/systemd"
CGROUPS = Path("/sys/fs/cgroup/systemd")

# A systemd of the user lives in a control group of its own, and takes /run/systemd/system for the sign that there is
# one of the system.
WITH_SYSTEMD = """
umount /sys/fs/cgroup/unified 2>/dev/null
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system || exit 77
group={group}; mkdir $group && chown -R {number} $group && echo $$ > $group/cgroup.procs || exit 77
{user} sh -c '
  {systemd} --user & systemd=$!
  for _ in 1 2 3 4 5 6 7 8 9 10; do systemctl --user daemon-reload 2>/dev/null && break; sleep 1; done
  systemctl --user daemon-reload || exit 77
  sh "$HOME/script"; echo "started $?"
  systemctl --user is-enabled railcar-hello.service
  sh "$HOME/undo"; echo "stopped $?"
  kill $systemd; wait
'
status=$?
echo $$ > {cgroups}/cgroup.procs
exit $status
"""


class User:
    """A user with a home."""

    def __init__(self, home: Path, python: str) -> None:
        self.home = home
        self.python = python

    @property
    def prefix(self) -> list[str]:
        """What makes a command one of the user's."""
        number = str(NUMBER)
        environment = {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": python_path(),
            "NIX_PATH": "",
        }
        words = [f"{name}={value}" for name, value in environment.items()]
        return ["setpriv", "--reuid", number, "--regid", number, "--clear-groups", "env", "-i", *words]

    def pyoci(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run pyoci as the user."""
        return isolated(*self.prefix, self.python, "-m", "pyoci", *words)


def python_path() -> str:
    """Where a Python finds pyoci and what it needs."""
    return os.pathsep.join([str(Path(__file__).parents[2] / "src"), sysconfig.get_paths()["purelib"]])


def isolated(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a mount namespace, where crun finds no second version of cgroups."""
    script = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *words],
        capture_output=True,
        text=True,
        cwd=EXAMPLES,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def user() -> Iterator[User]:
    """The user."""
    home = Path(mkdtemp(prefix="pyoci-home-", dir="/tmp"))
    os.chown(home, NUMBER, NUMBER)
    try:
        for python in (sys.executable, "/usr/bin/python3"):
            one = User(home, python)
            probe = [*one.prefix, python, "-c", "import pyoci.cli.install, platformdirs, sys; print(sys.version_info)"]
            if subprocess.run(probe, capture_output=True, cwd="/").returncode == 0:
                break
        else:
            pytest.skip("skipped: the Python or the packages of these tests are closed to other users")
        yield one
    finally:
        for folder, _, _ in os.walk(home):
            os.chmod(folder, 0o700)
        shutil.rmtree(home)


@pytest.mark.parametrize("runtime", ["crun", "runc"])
def test_a_user_runs_a_container(runtime: str, user: User) -> None:
    if shutil.which(runtime) is None:
        pytest.skip(f"skipped: not installed: {runtime}")
    done = user.pyoci("run", "--rootless", "--runtime", runtime, *FROM_HOST, "container.nix")
    assert (done.returncode, done.stdout) == (0, "Hello from OCI container!\n"), done.stderr
    text = 'with pkgs; ociTools.buildContainer { args = [ (writeShellScript "x" "echo $UID; exit 3").outPath ]; }'
    done = user.pyoci("run", "--rootless", "--runtime", runtime, *FROM_HOST, "-E", text)
    assert (done.returncode, done.stdout) == (3, "0\n"), done.stderr


def test_a_user_may_not_install_for_all(user: User) -> None:
    done = user.pyoci("install", *FROM_HOST, "--runtime", "/bin/true", "railcar.nix")
    assert done.returncode == 1
    assert "Permission denied" in done.stderr
    assert "hint: --user installs for you alone" in done.stderr


@pytest.mark.skipif(not CGROUPS.is_dir(), reason="skipped: no control groups of systemd's own")
@pytest.mark.skipif(not os.access(SYSTEMD, os.X_OK), reason="skipped: not installed: systemd")
@pytest.mark.parametrize("runtime", ["crun", "runc"])
def test_the_systemd_of_a_user_starts_what_is_installed(runtime: str, user: User) -> None:
    program = shutil.which(runtime)
    if program is None:
        pytest.skip(f"skipped: not installed: {runtime}")
    done = user.pyoci("install", "--user", *FROM_HOST, "--runtime", program, "railcar.nix")
    assert done.returncode == 0, done.stderr
    (user.home / "script").write_text(done.stdout)
    (user.home / "undo").write_text(
        f"cat $HOME/said; {user.python} -m pyoci uninstall --user railcar > $HOME/commands && sh $HOME/commands\n"
    )
    drop_in = user.home / ".config/systemd/user/railcar-hello.service.d/said.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nStandardOutput=append:%h/said\nStandardError=append:%h/said\n")
    group = CGROUPS / f"pyoci-test-{os.getpid()}-{runtime}"
    script = WITH_SYSTEMD.format(
        group=group,
        number=NUMBER,
        user=" ".join(f"'{word}'" for word in user.prefix),
        systemd=SYSTEMD,
        cgroups=CGROUPS,
    )
    try:
        done = isolated("sh", "-c", script)
    finally:
        remove_groups(group)
    if done.returncode == 77:
        pytest.skip(f"skipped: no systemd of a user can be started here: {done.stderr[-300:]}")
    # newuidmap has something to say about users whom it does not know; and default.target may have started it, too.
    lines = [line for line in done.stdout.splitlines() if not line.startswith("new")]
    assert list(dict.fromkeys(lines)) == ["started 0", "enabled", "Hello railcar!", "stopped 0"], done.stderr
    assert not (user.home / ".local/share/pyoci").exists()


def remove_groups(group: Path) -> None:
    """Remove a control group, once what ran in it has ended."""
    for folder, _, _ in os.walk(group, topdown=False):
        subprocess.run(["rmdir", folder], capture_output=True)
