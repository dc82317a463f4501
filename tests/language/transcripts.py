"""Transcripts: programs, and what Nix answers to each.

A file of `cases/` holds one theme:

    # what comes next is about
    > let a = 1;
    > in a + 1
    2

    > { }.a
    error: attribute 'a' missing
      at 1:1

A program's lines begin with `> `; below is what is traced, then the value (everything in it evaluated), or the last
message of an error with its suggestion, and the innermost place of the report; no place is written where Nix has none,
or one that pyoci does not have. The folder of the cases is the one that relative
paths start from, called /cases in answers; NIX_PATH is SEARCH_PATH.

`python tests/language/transcripts.py FILE…` writes into files what the nix-instantiate of PYOCI_TEST_NIX answers.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pyoci.cli.nix_errors import render
from pyoci.cli.nix_log import plain
from pyoci.cli.sources import SourceTexts
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.deep import force_deep
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value
from pyoci.runtime.values import from_bytes, to_bytes

CASES = Path(__file__).parent / "cases"

SEARCH_PATH = [("", "tree"), ("lib", "tree/deep"), ("lib", "tree/more"), ("one", "tree/one.nix"), ("gone", "/nowhere")]


@dataclass
class Case:
    """A program and its answer, with the number of its first line."""

    line: int
    program: str
    answer: str


def read(path: Path) -> list[Case]:
    """The cases of a file."""
    return [case for case in _blocks(path) if isinstance(case, Case)]


def _blocks(path: Path) -> list[Case | str]:
    """Cases, and the comments between them."""
    blocks: list[Case | str] = []
    line = 1
    for block in path.read_text().rstrip("\n").split("\n\n"):
        lines = block.split("\n")
        comments = [one for one in lines if one.startswith("# ")] if lines[0].startswith("# ") else []
        if comments:
            blocks.append("\n".join(comments))
        rest = lines[len(comments) :]
        if rest:
            count = next((at for at, one in enumerate(rest) if not one.startswith(">")), len(rest))
            program = "\n".join(one.removeprefix(">").removeprefix(" ") for one in rest[:count])
            blocks.append(Case(line + len(comments), program, "\n".join(rest[count:])))
        line += len(lines) + 1
    return blocks


def ask_pyoci(program: str) -> str:
    """What pyoci answers."""
    written: list[str] = []
    search_path = [(prefix, str(CASES / path)) for prefix, path in SEARCH_PATH]
    evaluator = Evaluator(
        Settings(
            use_cache=False,
            embedded=False,
            search_path=search_path,
            trace=lambda line: written.append(plain(line)),
        )
    )

    def value() -> str:
        result = evaluator.eval_text(program, base=CASES, bindings=False)
        force_deep(result)
        return print_value(result)

    try:
        written.append(evaluator.run(value))
    except NixError as error:
        texts = SourceTexts()
        texts.add("«string»", program)
        report = evaluator.report(error)
        written += _error(render(report, texts, show_trace=True, of_text=error.position is not None))
    return _answer(written)


def ask_nix(nix: str, program: str) -> str:
    """What a real nix-instantiate answers."""
    done = subprocess.run(
        [nix, "--eval", "--strict", "--show-trace", "--expr", to_bytes(program)],
        capture_output=True,
        check=False,
        cwd=CASES,
        timeout=60,
        env={
            **os.environ,
            "NIX_REMOTE": "dummy://",
            "NIX_PATH": ":".join(f"{prefix}={path}" if prefix else path for prefix, path in SEARCH_PATH),
            "NIX_CONFIG": "experimental-features = nix-command flakes",
        },
    )
    before, mark, after = ("\n" + from_bytes(done.stderr)).partition("\nerror:")
    written = [before[1:].rstrip("\n")] if before.strip() else []
    if done.returncode:
        written += _error("error:" + after)
    else:
        assert not mark, after
        written.append(from_bytes(done.stdout).rstrip("\n"))
    return _answer(written)


def _error(text: str) -> list[str]:
    """The last message, its suggestion, and the innermost place that is told of it or of what led to it."""
    lines = re.split(r"(?m)^ *error: ", text)[-1].rstrip("\n").split("\n")
    words = [line.strip() for line in lines if line.strip() and not _NO_MESSAGE.match(line)]
    places = [f"at {place[1].removeprefix('«string»:')}" for place in _PLACE.finditer(text)]
    return ["error: " + "\n  ".join(words), *(f"  {place}" for place in places[-1:])]


_PLACE = re.compile(r"(?m)^ +at ((?:/|«).*:\d+:\d+):$")

_NO_MESSAGE = re.compile(r" +at (?:/|«).*:\d+:\d+:$| +\d*\||Try '.*--help'")


def _answer(written: list[str]) -> str:
    """Lines as a transcript has them: without empty ones, and without where the folder lies."""
    text = "\n".join(written).replace(str(CASES), "/cases").replace(str(CASES.parent), "/above")
    return "\n".join(line for line in text.split("\n") if line.strip())


def without_place(answer: str, *, unless: str) -> str:
    """An answer without its place, unless another one has one."""
    return answer if "\n  at " in unless else re.sub(r"\n  at .*", "", answer)


def record(nix: str, path: Path) -> None:
    """Write what a real nix-instantiate answers into a file."""
    texts = []
    for block in _blocks(path):
        if isinstance(block, str):
            texts.append(block + "\n")
            continue
        program = "\n".join(f"> {line}".rstrip() for line in block.program.split("\n"))
        answer = ask_nix(nix, block.program)
        if "error: " in block.answer:
            answer = without_place(answer, unless=block.answer)
        texts.append(f"{program}\n{answer}\n\n")
    path.write_text("".join(texts).rstrip("\n") + "\n")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        record(os.environ["PYOCI_TEST_NIX"], Path(name))
