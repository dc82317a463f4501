"""How long a closure takes to become a bundle: out of a store beside `cp -a`, and out of a binary cache on loopback
beside `nix copy`, in turns. The closure is made of files of this machine.

    python tests/benchmarks/closures.py [--megabytes N] [--rounds N] [--nix PROGRAM] [--folder FOLDER] [--to-disk]

Every round writes to folders of its own, and nothing is removed before the last: ext4 gives no inode away that was
freed within the last minutes, and looks at each of them anew for every file that is made, which can take ten times as
long as all else. For the same reason, `--folder` should name a file system from which nothing big was removed lately.
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
from statistics import median
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


class Row:
    """Several ways to do a thing, in turns."""

    def __init__(self, title: str, ways: dict[str, Callable[[Path], object]], *, to_disk: bool) -> None:
        """Each way writes to the folder that it is given; the first is the one that others are measured by. `to_disk`
        counts the time until all is on the disk, else the page cache takes what it can."""
        self._title = title
        self._ways = ways
        self._to_disk = to_disk
        self._seconds: dict[str, list[float]] = {name: [] for name in ways}

    def run(self, folder: Path) -> None:
        """One round, which is printed."""
        for name, work in self._ways.items():
            fresh = folder / name.replace(" ", "-")
            fresh.mkdir(parents=True)
            os.sync()
            started = time.perf_counter()
            work(fresh)
            if self._to_disk:
                os.sync()
            self._seconds[name].append(time.perf_counter() - started)
        print(f"{self._title}: " + ", ".join(f"{name} {all_[-1]:.2f} s" for name, all_ in self._seconds.items()))
        sys.stdout.flush()

    def summary(self) -> str:
        """Medians, spreads, and the medians of each round's quotients."""
        first = next(iter(self._seconds.values()))
        lines = [f"{self._title}: median (fastest to slowest), and times the first as median of all rounds"]
        for name, all_ in self._seconds.items():
            quotient = median(mine / theirs for mine, theirs in zip(all_, first, strict=True))
            lines.append(f"  {name:24} {median(all_):5.2f} s ({min(all_):.2f} to {max(all_):.2f}) {quotient:6.2f}")
        return "\n".join(lines)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nix", help="a `nix` with copy, to compare downloads with")
    parser.add_argument("--folder", help="where to work: the file system that is measured")
    parser.add_argument("--to-disk", action="store_true", help="count the time until all is on the disk")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="closures-", dir=given.folder) as scratch:
        try:
            measure(Path(scratch), given.megabytes << 20, given.rounds, given.nix, to_disk=given.to_disk)
        finally:
            remove(Path(scratch) / "rounds")


def measure(scratch: Path, size: int, rounds: int, nix: str | None, *, to_disk: bool) -> None:
    """Make everything, and print a line a round."""
    store_paths = make_store(scratch / "root", size)
    top = store_paths[-1]
    config = '{"ociVersion":"1.0.0","root":{"path":"rootfs"}}'
    container = Container("x", f"{top}.drv", top, config, (top,), (top,))
    cache = TinyCache(scratch / "cache")
    url = f"http://127.0.0.1:{PORT}"

    def copy(folder: Path) -> None:
        subprocess.run(["cp", "-a", "--reflink=auto", str(scratch / "root"), str(folder / "copy")], check=True)

    def from_store(folder: Path, remembered: Path | None = None) -> None:
        source = StoreSource(LocalStore(scratch / "root"), remembered)
        with Realiser(DerivationRegistry(), stores=[source]) as realiser:
            write_bundle(container, folder / "bundle", realiser)

    def from_cache(folder: Path, *, hard_links: bool) -> None:
        caches = Caches([BinaryCache(url, Patience(), 8)], [cache.key])
        with Realiser(DerivationRegistry(), shared=SharedStore(folder / "shared"), caches=caches) as realiser:
            write_bundle(container, folder / "bundle", realiser, hard_links=hard_links)

    def nix_copy(folder: Path) -> None:
        words = ["--extra-experimental-features", "nix-command", "--option", "trusted-public-keys", cache.key]
        environment = {name: value for name, value in os.environ.items() if name != "NIX_REMOTE"}
        environment |= {"XDG_CACHE_HOME": str(folder / "cache")}
        command = [str(nix), *words, "copy", "--from", url, "--to", str(folder / "store"), top]
        subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)

    out_of_a_store = Row(
        "out of a store without a database",
        {
            "cp -a": copy,
            "pyoci, first time": from_store,
            "pyoci, again": lambda folder: from_store(folder, scratch / "remembered"),
        },
        to_disk=to_disk,
    )
    out_of_a_cache = Row(
        "out of a cache",
        {
            "nix copy": nix_copy,
            "pyoci, linking": lambda folder: from_cache(folder, hard_links=True),
            "pyoci, copying": lambda folder: from_cache(folder, hard_links=False),
        },
        to_disk=to_disk,
    )
    from_store(scratch / "rounds" / "to-remember", scratch / "remembered")
    for number in range(rounds):
        out_of_a_store.run(scratch / "rounds" / f"store-{number}")
    print(out_of_a_store.summary(), flush=True)
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
        for number in range(rounds):
            out_of_a_cache.run(scratch / "rounds" / f"cache-{number}")
        print(out_of_a_cache.summary(), flush=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
