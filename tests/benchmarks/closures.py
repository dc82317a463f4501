"""How long a closure takes to become a bundle: out of a store beside `cp -a`, and out of a binary cache on loopback
beside `nix copy`, in turns. The closure is made of files of this machine.

    python tests/benchmarks/closures.py [--megabytes N] [--rounds N] [--nix PROGRAM] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "realise"))

from conftest import TinyCache, archive_of

from pyoci.emit.bundle import write_bundle
from pyoci.emit.containers import Container
from pyoci.realise.caches import BinaryCache, Caches
from pyoci.realise.local import StoreSource
from pyoci.realise.realiser import Realiser
from pyoci.realise.shared import SharedStore
from pyoci.realise.transport import Patience
from pyoci.store.local import LocalStore, remove
from pyoci.store.registry import DerivationRegistry

PATHS = 100
LARGEST = 30 << 20
PORT = 8_931


def files_of_this_machine(size: int) -> Iterator[Path]:
    """Programs, libraries, headers and modules, so many bytes of them."""
    left = size
    for top in ("/usr/lib", "/usr/bin", "/usr/share"):
        for folder, _, names in os.walk(top):
            for name in names:
                file = Path(folder, name)
                if left > 0 and file.is_file() and not file.is_symlink() and file.stat().st_size <= LARGEST:
                    left -= file.stat().st_size
                    yield file


def make_store(root: Path, size: int) -> list[str]:
    """A store of so many bytes; its paths, each of which refers to the one before."""
    store_paths = [f"/nix/store/{'0123456789'[n // 10] * 16}{'0123456789'[n % 10] * 16}-part-{n}" for n in range(PATHS)]
    share, files = size // PATHS, files_of_this_machine(size)
    for number, path in enumerate(store_paths):
        place = root / path.lstrip("/")
        place.mkdir(parents=True)
        (place / "references").write_text(store_paths[number - 1] if number else "")
        written = 0
        for count, file in enumerate(files):
            shutil.copyfile(file, place / f"{count}-{file.name}")
            written += file.stat().st_size
            if written > share:
                break
    return store_paths


def fill_cache(cache: TinyCache, root: Path, store_paths: list[str]) -> None:
    """Put all of a store into a cache, not compressed."""
    for number, path in enumerate(store_paths):
        references = (store_paths[number - 1],) if number else ()
        cache.add(path, archive_of(root / path.lstrip("/")), references)


def timed(work: Callable[[], object], made: list[Path]) -> str:
    """Seconds that some work takes; what it makes is removed before."""
    for place in made:
        remove(place)
    os.sync()
    started = time.perf_counter()
    work()
    return f"{time.perf_counter() - started:6.2f} s"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--nix", help="a `nix` with copy, to compare downloads with")
    parser.add_argument("--folder", help="where to work: the file system that is measured")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="closures-", dir=given.folder) as scratch:
        try:
            measure(Path(scratch), given.megabytes << 20, given.rounds, given.nix)
        finally:
            remove(Path(scratch) / "out")


def measure(scratch: Path, size: int, rounds: int, nix: str | None) -> None:
    """Make everything, and print a line a round."""
    store_paths = make_store(scratch / "root", size)
    top = store_paths[-1]
    config = '{"ociVersion":"1.0.0","root":{"path":"rootfs"}}'
    container = Container("x", f"{top}.drv", top, config, (top,), (top,))
    out, shared, copied = scratch / "out", scratch / "shared", scratch / "copied"
    cache = TinyCache(scratch / "cache")
    url = f"http://127.0.0.1:{PORT}"

    def copy() -> None:
        subprocess.run(["cp", "-a", "--reflink=auto", str(scratch / "root"), str(copied)], check=True)

    def from_store() -> None:
        source = StoreSource(LocalStore(scratch / "root"), None)
        with Realiser(DerivationRegistry(), stores=[source]) as realiser:
            write_bundle(container, out, realiser)

    def from_cache(hard_links: bool) -> None:
        caches = Caches([BinaryCache(url, Patience(), 8)], [cache.key])
        with Realiser(DerivationRegistry(), shared=SharedStore(shared), caches=caches) as realiser:
            write_bundle(container, out, realiser, hard_links=hard_links)

    def nix_copy() -> None:
        words = ["--extra-experimental-features", "nix-command", "--option", "trusted-public-keys", cache.key]
        environment = {name: value for name, value in os.environ.items() if name != "NIX_REMOTE"}
        environment |= {"XDG_CACHE_HOME": str(copied / "cache")}
        command = [str(nix), *words, "copy", "--from", url, "--to", str(copied), top]
        subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)

    for _ in range(rounds):
        theirs, ours = timed(copy, [copied]), timed(from_store, [out])
        print(f"out of a store, searched for references: cp -a {theirs}, pyoci {ours}", flush=True)
    if nix is None:
        return
    fill_cache(cache, scratch / "root", store_paths)
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(PORT), "--directory", str(cache.folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(1)
        for _ in range(rounds):
            theirs = timed(nix_copy, [copied])
            linked = timed(lambda: from_cache(True), [out, shared])
            copies = timed(lambda: from_cache(False), [out, shared])
            print(f"out of a cache: nix copy {theirs}, pyoci with links {linked}, with copies {copies}", flush=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
