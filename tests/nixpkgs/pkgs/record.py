"""Records what C++ Nix computes for the cases: `python tests/nixpkgs/pkgs/record.py`.

PYOCI_TEST_NIX names a nix-instantiate, PYOCI_TEST_NIXPKGS the nixpkgs tree of July 2020. Each file of cases is a set of
derivations; beside it, a table of their paths is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parent / "cases"


def main() -> None:
    """Evaluate each file of cases on the tree."""
    program, tree = os.environ["PYOCI_TEST_NIX"], os.environ["PYOCI_TEST_NIXPKGS"]
    for file in sorted(CASES.glob("*.nix")):
        expression = f"""
          let
            pkgs = import {tree} {{ config = {{ }}; overlays = [ ]; system = "x86_64-linux"; }};
            inherit (pkgs) lib;
            path = case: builtins.unsafeDiscardStringContext case.drvPath;
          in builtins.mapAttrs (_: path) (import {file} {{ inherit pkgs lib; }})
        """
        run = subprocess.run(
            [program, "--eval", "--strict", "--json", "--expr", expression],
            env={**os.environ, "NIX_REMOTE": "dummy://"},
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            sys.exit(f"{file.name}: {run.stderr}")
        paths = json.loads(run.stdout)
        file.with_suffix(".json").write_text(json.dumps(paths, indent=2, sort_keys=True) + "\n")
        print(f"{file.name}: {len(paths)} derivations")


if __name__ == "__main__":
    main()
