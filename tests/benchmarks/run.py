"""The benchmark: pyoci and each given nix-instantiate, in turn, whole processes.

    python tests/benchmarks/run.py [--nixpkgs TREE] [--nix BIN …] [--pairs N] [--rows NAME …]

Needs rich; `--plot` needs matplotlib, the rows of snix need nixeval (`pip install nixeval`) in the Python that runs
this. pyoci's caches are a folder of the benchmark's own.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import report
from measure import Subject, Worker, measure
from rich.console import Console
from rows import _PROGRAM, Peers, Row, rows


def main() -> int:
    """Run the rows and show the results; 1 where a goal is missed or a program gives no answer."""
    arguments = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 160)
    known = list(rows(arguments.nixpkgs))
    chosen = [row for row in known if not arguments.rows or row.name in arguments.rows]
    unknown = set(arguments.rows or ()) - {row.name for row in known}
    if unknown:
        print(f"error: no such row: {', '.join(sorted(unknown))}; there are {', '.join(row.name for row in known)}")
        return 2
    if arguments.nixpkgs is None:
        console.print("without --nixpkgs, the rows on nixpkgs are left out")
    results: list[report.Result] = []
    with tempfile.TemporaryDirectory(prefix="pyoci-benchmark-") as scratch:
        peers = _peers(arguments, Path(scratch))
        worker = Worker(Path(scratch), arguments.timeout)
        try:
            for number, row in enumerate(chosen, 1):
                console.print(f"{number}/{len(chosen)} {row.what}", style="dim", highlight=False)
                results.append((row, _measured(worker, peers, row, arguments.pairs)))
        except KeyboardInterrupt:
            console.print("interrupted: here is what was measured so far")
        finally:
            worker.close()
    first = next(iter(peers.nix), None)
    report.show(console, results, first)
    _show_growth(console, results)
    if arguments.json is not None:
        report.write_json(arguments.json, results, peers.nix)
    if arguments.plot is not None and first is not None:
        report.plot(arguments.plot, results, first)
    return int(any(subjects[0].problem is not None for _, subjects in results))


def _measured(worker: Worker, peers: Peers, row: Row, pairs: int) -> list[Subject]:
    subjects = peers.subjects(row)
    measure(worker, subjects, pairs)
    return subjects


def _show_growth(console: Console, results: list[report.Result]) -> None:
    """How the time grows with the number of containers: what each further one takes."""
    medians = {row.name: subjects[0].median("processor") for row, subjects in results if subjects[0].runs}
    for kind in ("growth", "growth-nixos"):
        found = {count: medians[f"{kind}-{count}"] for count in (10, 100, 1000) if f"{kind}-{count}" in medians}
        if len(found) == 3:
            early, late = (found[100] - found[10]) / 90, (found[1000] - found[100]) / 900
            console.print(
                f"{kind}: each further container takes {early * 1000:.2f} ms of processor time up to 100, "
                f"{late * 1000:.2f} ms up to 1,000 ({late / early:.2f} times as much; linear is 1)"
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="pyoci and each given nix-instantiate, in turn, whole processes")
    parser.add_argument("--nixpkgs", type=Path, metavar="TREE", help="a nixpkgs tree, for the rows on it")
    parser.add_argument("--nix", nargs="+", default=[], metavar="BIN", help="nix-instantiates; goals are of the first")
    parser.add_argument("--pairs", type=int, default=7, metavar="N", help="runs of each program that count (7)")
    parser.add_argument("--rows", nargs="+", metavar="NAME", help="these rows only")
    parser.add_argument("--python", nargs="+", default=[], metavar="BIN", help="run pyoci with these Pythons too")
    parser.add_argument(
        "--pyoci", metavar="BIN", help="an installed pyoci (default: the one beside this Python, or src)"
    )
    parser.add_argument("--timeout", type=float, default=300, metavar="S", help="seconds for one run (300)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep everything that was measured")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the ratios to the first nix-instantiate")
    arguments = parser.parse_args()
    if arguments.pairs < 1:
        parser.error("--pairs is at least 1")
    if arguments.nixpkgs is not None:
        arguments.nixpkgs = arguments.nixpkgs.resolve()
        if not (arguments.nixpkgs / "pkgs" / "top-level").is_dir():
            parser.error(f"there is no nixpkgs at {arguments.nixpkgs}")
    for name in ("nix", "python"):
        given = [shutil.which(one) or "" for one in getattr(arguments, name)]
        if "" in given:
            parser.error(f"--{name}: there is no program {getattr(arguments, name)[given.index('')]}")
        setattr(arguments, name, [os.path.abspath(one) for one in given])
    if arguments.plot is not None and importlib.util.find_spec("matplotlib") is None:
        parser.error("--plot needs matplotlib: pip install matplotlib")
    return arguments


def _peers(arguments: argparse.Namespace, scratch: Path) -> Peers:
    kept = ("PATH", "LANG", "LC_ALL", "NIX_USER_CONF_FILES", "NIX_CONF_DIR", "LD_LIBRARY_PATH", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # Evaluation touches no store, and no configuration of the machine's.
    environment.update({"NIX_REMOTE": "dummy://", "HOME": str(scratch)})
    environment.setdefault("NIX_USER_CONF_FILES", os.devnull)
    beside = Path(sys.executable).with_name("pyoci")
    command = [sys.executable, "-c", _PROGRAM]
    if arguments.pyoci is not None:
        command = [os.path.abspath(shutil.which(arguments.pyoci) or arguments.pyoci)]
    elif beside.exists():
        command = [str(beside)]
    snix = sys.executable if importlib.util.find_spec("nixeval") else None
    return Peers(
        command, _named(arguments.nix, "Nix"), _named(arguments.python, "Python"), snix, scratch / "caches", environment
    )


def _named(programs: list[str], kind: str) -> dict[str, str]:
    """Each program by its version; by its place where two have the same."""
    named: dict[str, str] = {}
    for program in programs:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        version = f"{kind} {said.strip().rpartition(' ')[2]}" if said.strip() else program
        named[program if version in named else version] = program
    return named


if __name__ == "__main__":
    sys.exit(main())
