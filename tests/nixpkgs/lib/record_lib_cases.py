"""What nixpkgs' lib makes of the cases: `python record_lib_cases.py NIX LIB [cases/NAME.nix …]` writes cases/*.json.

NIX is a nix-instantiate, LIB the folder `lib` of a nixpkgs tree. Run by hand when cases are added. The files hold the
outcomes of our own cases, and nothing of nixpkgs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from lib_cases import CASE_FILES, case_names, outcomes


def main() -> None:
    nix, library = sys.argv[1], Path(sys.argv[2]).resolve()
    files = [Path(name).resolve() for name in sys.argv[3:]] or CASE_FILES

    def evaluate(text: str) -> Any:
        command = [nix, "--eval", "--strict", "--json", "-E", text]
        environment = {**os.environ, "NIX_REMOTE": "dummy://"}
        return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)

    release = evaluate(f"(import {library}).trivial.release")
    for cases in files:
        found = outcomes(evaluate, library, cases, case_names(evaluate, library, cases))
        text = json.dumps({"release": release, "outcomes": found}, indent=1, ensure_ascii=False, sort_keys=True)
        cases.with_suffix(".json").write_text(text + "\n")
        errors = sum("error" in outcome for outcome in found.values())
        print(f"{cases.name}: {len(found)} cases, {errors} errors")


if __name__ == "__main__":
    main()
