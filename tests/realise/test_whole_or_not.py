"""Bundles that are killed, or run out of disk, on the way: what is there is whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pyoci.store.local import remove

from .conftest import TinyCache, archive_of, file_archive, store_path
from .test_downloads import tree

PYOCI = [sys.executable, "-m", "pyoci"]
A, B = store_path("a", "top-1"), store_path("b", "library")


def expression(folder: Path) -> Path:
    """A container that runs a path of the cache."""
    file = folder / "container.nix"
    file.write_text(
        f"(import <nixpkgs> {{ }}).ociTools.buildContainer {{\n"
        f'  args = [ (builtins.appendContext "{A}" {{ "{A}" = {{ path = true; }}; }} + "/bin/run") ];\n}}\n'
    )
    return file


def environment(tmp_path: Path) -> dict[str, str]:
    """Of a run with its own caches."""
    return {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "XDG_CACHE_HOME": str(tmp_path / "xdg"),
        "NIX_PATH": "",
    }


@pytest.fixture
def command(cache: TinyCache, tmp_path: Path) -> list[str]:
    """Writes the bundle `out/container`."""
    cache.add(A, archive_of(tree(tmp_path / "a", "a")), (B,), "xz")
    cache.add(B, file_archive(bytes(range(256)) * 8000), compression="xz")
    options = ["--no-store", "--substituter", cache.url, "--trusted-key", cache.key]
    return [*PYOCI, "bundle", str(expression(tmp_path)), "-o", str(tmp_path / "out"), *options]


def is_whole(bundle: Path, tmp_path: Path) -> bool:
    """Whether a bundle has its configuration and both paths."""
    rootfs = bundle / "rootfs"
    return (
        json.loads((bundle / "config.json").read_text())["process"]["args"] == [f"{A}/bin/run"]
        and archive_of(rootfs / A.lstrip("/")) == archive_of(tmp_path / "a")
        and (rootfs / B.lstrip("/")).read_bytes() == bytes(range(256)) * 8000
        and sorted(os.listdir(rootfs)) == ["dev", "nix", "proc", "sys"]
    )


def test_a_bundle_out_of_a_cache(command: list[str], tmp_path: Path) -> None:
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path}/out/container\n"
    assert is_whole(tmp_path / "out" / "container", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("replacing", [False, True])
def test_killed_at_any_point(replacing: bool, command: list[str], tmp_path: Path) -> None:
    bundle = tmp_path / "out" / "container"
    for _ in range(2):
        # The first run also fills the caches of the evaluation.
        started = time.monotonic()
        subprocess.run(command, env=environment(tmp_path), check=True, capture_output=True)
    whole = time.monotonic() - started
    seen = {"whole": 0, "absent": 0}
    for at in range(16):
        if not replacing:
            remove(bundle)
        if at % 2:
            remove(tmp_path / "xdg" / "pyoci" / "store")
        process = subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.DEVNULL)
        time.sleep(whole * (at + 1) / 16)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if bundle.exists():
            assert is_whole(bundle, tmp_path)
            seen["whole"] += 1
        else:
            seen["absent"] += 1
    assert seen["whole"] == 16 if replacing else seen["absent"] > 3
    subprocess.run(command, env=environment(tmp_path), check=True, capture_output=True)
    assert is_whole(bundle, tmp_path)
    assert os.listdir(tmp_path / "out") == ["container"]
    assert os.listdir(tmp_path / "xdg" / "pyoci" / "store" / "scratch") == []


def on_a_small_disk(place: Path, size: int, command: list[str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with a file system of so many KiB at a place, and list what is on it afterwards."""
    place.mkdir(parents=True, exist_ok=True)
    script = (
        f'mount -t tmpfs -o size={size}k tmpfs {place} || exit 77; "$@"; echo "status $?"; find {place} -name "[!.]*"'
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *command], env=environment(tmp_path), capture_output=True, text=True
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("skipped: no file system can be mounted here")
    return done


@pytest.mark.skipif(shutil.which("unshare") is None, reason="skipped: no unshare")
@pytest.mark.parametrize("size", [100, 600, 2100, 2300])
def test_a_full_disk_for_the_bundle(size: int, command: list[str], tmp_path: Path) -> None:
    subprocess.run(command, env=environment(tmp_path), check=True, capture_output=True)
    remove(tmp_path / "out")
    done = on_a_small_disk(tmp_path / "out", size, command, tmp_path)
    assert "status 1" in done.stdout
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert f"{tmp_path}/out/container" not in done.stdout


@pytest.mark.skipif(shutil.which("unshare") is None, reason="skipped: no unshare")
@pytest.mark.parametrize("size", [40, 300, 1000, 2100])
def test_a_full_disk_for_the_shared_store(size: int, command: list[str], tmp_path: Path) -> None:
    subprocess.run(command, env=environment(tmp_path), check=True, capture_output=True)
    remove(tmp_path / "out")
    done = on_a_small_disk(tmp_path / "xdg" / "pyoci" / "store", size, command, tmp_path)
    assert "status 1" in done.stdout
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "container").exists()
