"""Compares pyoci with a real Nix on random programs: `python tests/differential COUNT [SEED]`.

The nix-instantiate is the one that PYOCI_TEST_NIX names. Programs that the two disagree on are made smaller and shown.
With `--messages`, messages of errors must agree too."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from comparison import BATCH, Disagreement, compare


def main() -> int:
    """Compare; 0 when all agree."""
    parser = argparse.ArgumentParser(description="Compare pyoci with a real Nix on random programs.")
    parser.add_argument("count", type=int, help="how many programs")
    parser.add_argument("seed", type=int, nargs="?", default=1, help="of the first one (1)")
    parser.add_argument("--messages", action="store_true", help="messages of errors must agree too")
    parser.add_argument("--shrink", type=int, default=1, help="show so many of each batch made smaller (1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    options = parser.parse_args()
    nix = os.environ.get("PYOCI_TEST_NIX")
    if not nix:
        parser.error("PYOCI_TEST_NIX names no nix-instantiate")
    seeds = range(options.seed, options.seed + options.count, BATCH)
    kinds: Counter[str] = Counter()
    found: list[Disagreement] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        work = partial(compare, nix, messages=options.messages, shrink=options.shrink)
        for seed, result in zip(seeds, pool.map(work, seeds), strict=True):
            kinds.update(result.kinds)
            found += result.disagreements
            for one in result.disagreements:
                print(one, flush=True)
            print(f"{seed + BATCH - options.seed} programs, {len(found)} disagreements", file=sys.stderr, flush=True)
    print(f"{sum(kinds.values())} programs: {dict(kinds)}; disagreements: {len(found)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
