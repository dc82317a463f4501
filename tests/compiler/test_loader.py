"""Files in parts: what a run did not need is there for a later one, and positions outlive the cache."""

from __future__ import annotations

import time
from pathlib import Path

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.printing import print_value


def evaluate(file: Path, cache: Path) -> str:
    """Evaluate a file as a process of its own would."""
    evaluator = Evaluator(Settings(cache=cache))
    try:
        return evaluator.run(lambda: print_value(evaluator.eval_file(file), strict=True))
    finally:
        evaluator.close()


def test_what_an_earlier_run_did_not_need_is_there_for_a_later_one(tmp_path: Path) -> None:
    """Parts that were never compiled lie in the cache as text."""
    attributes = "".join(f"a{n} = let x = {n}; y = x * 2; in [ x y (x + y) ];" for n in range(200))
    (tmp_path / "lib.nix").write_text(f"{{ {attributes} }}")
    names = ("a3", "a150", "a3", "a77")
    for name in names:
        (tmp_path / f"{name}.nix").write_text(f"(import ./lib.nix).{name}")
    time.sleep(0.25)  # what is younger is not trusted by its time
    for name in names:
        n = int(name[1:])
        assert evaluate(tmp_path / f"{name}.nix", tmp_path / "cache") == f"[ {n} {n * 2} {n * 3} ]"


def test_positions_survive_the_cache(tmp_path: Path) -> None:
    file = tmp_path / "a.nix"
    file.write_text(
        "let s = {\n  x = 1;\n  long = 2; };\n"
        'in [ (builtins.unsafeGetAttrPos "x" s).line (builtins.unsafeGetAttrPos "long" (s // { y = 1; })).column ]'
    )
    time.sleep(0.25)
    for _ in range(2):
        assert evaluate(file, tmp_path / "cache") == "[ 2 3 ]"
