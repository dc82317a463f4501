"""What NixOS makes of the definitions, for test_units.py: `python record.py` writes expected/*.json.

Run by hand when a definition is added; needs PYOCI_TEST_NIX and PYOCI_TEST_NIXPKGS.
The files hold what comes out for our own definitions, and nothing of NixOS.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DEFINITIONS = sorted((HERE / "definitions").glob("*.nix"))

# Without the units that NixOS has by itself.
EXPRESSION = """
let
  systemd = module: (import {tree}/nixos {{ configuration = module; system = "x86_64-linux"; }}).config.systemd;
  bare = systemd {{ }};
  used = systemd {definition};
  show = unit: {{ inherit (unit) text enable wantedBy requiredBy aliases; }};
  added = set: old: builtins.mapAttrs (_: show) (builtins.removeAttrs set (builtins.attrNames old));
in {{
  units = added used.units bare.units;
  user = added used.user.units bare.user.units;
}}
"""


def expected_file(definition: Path) -> Path:
    """Where the units of a definition are recorded."""
    return HERE / "expected" / f"{definition.stem}.json"


def expression(tree: Path, definition: Path) -> str:
    """The units that NixOS makes of a definition, as a Nix expression."""
    return EXPRESSION.format(tree=tree, definition=definition)


def record(evaluate: Callable[[str], Any], tree: Path) -> None:
    """Write all expected files."""
    for definition in DEFINITIONS:
        units = evaluate(expression(tree, definition))
        expected_file(definition).write_text(json.dumps(units, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def main() -> None:
    def evaluate(text: str) -> Any:
        command = [os.environ["PYOCI_TEST_NIX"], "--eval", "--strict", "--json", "-E", text]
        return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    record(evaluate, Path(os.environ["PYOCI_TEST_NIXPKGS"]))


if __name__ == "__main__":
    main()
