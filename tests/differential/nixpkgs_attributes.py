"""Every top-level attribute of a nixpkgs tree: does it give the derivation that C++ Nix gives?

    python tests/differential/nixpkgs_attributes.py --tree TREE --facts FACTS [--sample N] [ATTRIBUTE …]

FACTS is a JSON file, `{ATTRIBUTE: OUTCOME}`: what each attribute of
`import TREE { config = { }; overlays = [ ]; system = "x86_64-linux"; }` gave in C++ Nix. An outcome is the path of a
derivation, `-` for a value that is none, null where evaluating it throws, `fails` where it ends in another error.
Without the options, the environment variables PYOCI_TEST_NIXPKGS and PYOCI_TEST_NIXPKGS_FACTS name them.

With --nix-version, `builtins.nixVersion` is that of the Nix that the facts are from: some derivations hold it.

All attributes are evaluated in one process, one after the other; it prints what differs, then agreed / total, time and
peak memory. The exit status is 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from pyoci.builtins import constants
from pyoci.evaluator import Evaluator
from pyoci.runtime.calls import call
from pyoci.runtime.coercion import expect_set
from pyoci.runtime.errors import Catchable, NixError
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy
from pyoci.settings import Settings

Outcome: TypeAlias = "str | None"
Facts: TypeAlias = dict[str, Outcome]

FAILS = "fails"
NO_DERIVATION = "-"


class Tree:
    """The package set of a tree, and the outcomes of its attributes."""

    def __init__(self, tree: Path, settings: Settings | None = None) -> None:
        self.evaluator = Evaluator((settings or Settings()).replaced(trace=lambda message: None))
        self.packages = self.evaluator.run(lambda: self._packages(tree))
        self.messages: dict[str, str] = {}
        """Why an attribute gives no derivation, by its name."""

    def _packages(self, tree: Path) -> dict[str, Lazy]:
        function = self.evaluator.import_file(os.fsencode(tree.absolute()))
        return expect_set(call(function, {"config": {}, "overlays": (), "system": "x86_64-linux"}))

    def outcome(self, name: str) -> Outcome:
        """What evaluating an attribute gives, in the terms of the facts."""
        try:
            return self.evaluator.run(lambda: _derivation_path(self.packages[name]))
        except Catchable as error:
            self.messages[name] = error.message
            return None
        except NixError as error:
            self.messages[name] = error.message
            return FAILS
        except Exception as error:
            # A mistake of pyoci's own agrees with nothing, and the other attributes are still worth knowing.
            self.messages[name] = str(error)
            return f"crashes: {type(error).__name__}"

    def outcomes(self, names: Iterable[str]) -> Iterator[tuple[str, Outcome]]:
        """The outcomes of some attributes, as they are found."""
        for name in names:
            yield name, self.outcome(name)


def _derivation_path(lazy: Lazy) -> str:
    value = force(lazy)
    if value.__class__ is not dict or force(value.get("type")) != "derivation":
        return NO_DERIVATION
    return str(force(value["drvPath"]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    environment = os.environ.get
    parser.add_argument("--tree", type=Path, default=environment("PYOCI_TEST_NIXPKGS"))
    parser.add_argument("--facts", type=Path, default=environment("PYOCI_TEST_NIXPKGS_FACTS"))
    parser.add_argument("--sample", type=int, help="only so many attributes, picked at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--nix-version", default=constants.NIX_VERSION)
    parser.add_argument("--report", type=Path, help="write what differs here, as JSON")
    parser.add_argument("attributes", nargs="*", help="only these")
    arguments = parser.parse_args()
    if arguments.tree is None or arguments.facts is None:
        parser.error("the tree or the facts are missing: --tree and --facts, or the environment variables")
    return arguments


def main() -> int:
    """Compare, and print what differs."""
    arguments = _arguments()
    facts: Facts = json.loads(arguments.facts.read_text())
    names = arguments.attributes or sorted(facts)
    if arguments.sample is not None:
        names = random.Random(arguments.seed).sample(names, arguments.sample)
    constants.NIX_VERSION = arguments.nix_version
    begin = time.monotonic()
    tree = Tree(arguments.tree)
    differing: dict[str, dict[str, Outcome]] = {}
    for number, (name, found) in enumerate(tree.outcomes(names), 1):
        if found != facts[name]:
            differing[name] = {"nix": facts[name], "pyoci": found, "message": tree.messages.get(name)}
            print(f"{name}: C++ Nix {facts[name]}, here {found} {tree.messages.get(name, '')[:300]}", flush=True)
        if number % 500 == 0:
            print(f"  {number} of {len(names)}: {_cost(begin)}", file=sys.stderr, flush=True)
    tree.evaluator.close()
    if arguments.report is not None:
        arguments.report.write_text(json.dumps(differing, indent=1))
    print(f"{len(names) - len(differing)} / {len(names)} agree; {_cost(begin)}")
    return 1 if differing else 0


def _cost(begin: float) -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{time.monotonic() - begin:.0f} s, {peak:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
