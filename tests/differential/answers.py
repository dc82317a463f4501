"""What a real Nix and pyoci answer to the same programs.

Programs lie as `0.nix`, `1.nix`, … in a folder. Both sides evaluate each with everything in it below `tryEval`: what
that catches is a value, any other error ends the process of Nix, which is then started again behind the program that
failed. A program's number is traced before it is evaluated, so that it is known which one that was.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import samples
from programs import ATTRIBUTES, SPECIAL_ATTRIBUTES

from pyoci.cli import nix_log
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.calls import call
from pyoci.runtime.errors import NixError, ParseError, UndefinedVariable
from pyoci.runtime.printing import print_value
from pyoci.runtime.values import to_bytes


@dataclass(frozen=True)
class Answer:
    """What one side makes of a program.

    `kind` is `value`, `undefined` (a name), `syntax` or `error`; `text` is the value as Nix prints it, or the message.
    `traces` is what was written to standard error meanwhile."""

    kind: str
    text: str
    traces: str

    def agrees(self, other: Answer, *, messages: bool = False) -> bool:
        """Whether both are the same value or class of error, or with `messages` the same message."""
        if self.kind != other.kind or not _same_words(self.traces, other.traces):
            return False
        return self.text == other.text or (
            self.kind != "value" and (not messages or _same_words(self.text, other.text))
        )


def _same_words(a: str, b: str) -> bool:
    """Whether the same was written. Where a value that is not evaluated yet is shown, either side may know it already:
    Nix makes thunks of functions and empty sets, pyoci computes what it needs more than once or cannot fail."""
    if a == b:
        return True
    left, right = _TOKEN.findall(a), _TOKEN.findall(b)
    if "«thunk»" not in left + right:
        return False
    at, other = 0, 0
    while at < len(left) and other < len(right):
        if left[at] == right[other]:
            at, other = at + 1, other + 1
        elif "«thunk»" in (left[at], right[other]):
            at, other = _value_end(left, at), _value_end(right, other)
        else:
            return False
    return at == len(left) and other == len(right)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|«[^»]*»|[{}\[\];]|[^\s{}\[\];«»"]+|["«»]')


def _value_end(tokens: list[str], at: int) -> int:
    """Where the value ends that begins with a token."""
    depth = 0
    while at < len(tokens):
        depth += (tokens[at] in ("{", "[")) - (tokens[at] in ("}", "]"))
        at += 1
        if depth <= 0:
            break
    return at


CHECK = """
let
  force = value:
    if builtins.isAttrs value then
      if (value.type or null) == "derivation" && value ? drvPath then force [ value.drvPath value.outPath ]
      else builtins.foldl' (done: name: force value.${name}) null (builtins.attrNames value)
    else if builtins.isList value then builtins.foldl' (done: force) null value
    else null;
  copy = value:
    if builtins.isAttrs value then
      if (value.type or null) == "derivation" && value ? drvPath then value.drvPath
      else builtins.mapAttrs (name: copy) value
    else if builtins.isList value then map copy value
    else value;
  check = file: builtins.tryEval (let value = import file; in builtins.seq (force value) (copy value));
in
"""
"""A set's attributes are forced in the order of their names; Nix's own order is that in which it read the names. What
is printed is a copy, since only Nix knows in all cases whether two lists are one, and prints the second as «repeated»."""

_WARNINGS = re.compile(r"(?m)^warning: at .*: This expression uses `or` as an identifier (?:.*\n){3}.*pull/11121\n?")
"""What Nix has to say while it parses."""


def write_programs(folder: Path, texts: list[str]) -> None:
    """Put programs into a folder, with the files that they refer to."""
    for name, content in samples.FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    for name, target in samples.LINKS.items():
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
    for number, text in enumerate(texts):
        (folder / f"{number}.nix").write_bytes(to_bytes(text))


def by_pyoci(folder: Path, numbers: list[int]) -> list[Answer]:
    """What pyoci answers."""
    traces: list[str] = []
    evaluator = Evaluator(
        Settings(use_cache=False, trace=lambda line: traces.append(nix_log.plain(line)), embedded=False)
    )
    check = evaluator.run(lambda: evaluator.eval_text(CHECK + "check", bindings=False))
    answers = []
    for number in numbers:
        path = os.fsencode(folder / f"{number}.nix")
        traces.clear()
        try:
            text = evaluator.run(lambda path=path: print_value(call(check, path), strict=True))
            kind = "value"
        except NixError as error:
            text = error.message
            if error.hint is not None and error.hint.startswith("Did you mean"):
                text += f" {error.hint}"
            kind = _kind(error)
        except Exception as error:
            text, kind = f"{type(error).__name__}: {error}", "internal"
        answers.append(Answer(kind, _words(text) if kind != "value" else text, "\n".join(traces).rstrip("\n")))
    return answers


def _kind(error: NixError) -> str:
    if isinstance(error, ParseError):
        return "syntax"
    if isinstance(error, UndefinedVariable):
        return "undefined"
    return "internal" if error.message.startswith("internal error") else "error"


def by_nix(nix: str, folder: Path, numbers: list[int], *, backwards: bool = False) -> list[Answer]:
    """What the nix-instantiate of that name answers; `backwards` makes it read the attribute names in the opposite
    order, which is the order in which it walks sets."""
    names = sorted({*ATTRIBUTES, *SPECIAL_ATTRIBUTES}, reverse=backwards)
    known = "{ " + " ".join(f'"{name}" = null;' for name in names) + " }"
    answers: dict[int, Answer] = {}
    waiting = list(numbers)
    fine: list[int] = []
    while waiting:
        done = _run(nix, folder, known, waiting)
        sections = _sections(done)
        reached = [int(number) for number in sections[1::2]]
        if done.returncode == 0:
            fine += reached
            break
        assert reached, done.stderr
        failed = reached[-1]
        traces, _, error = _split_error(sections[-1])
        answers[failed] = _failure(error, traces, folder)
        fine += reached[:-1]
        waiting = waiting[waiting.index(failed) + 1 :]
    if fine:
        done = _run(nix, folder, known, fine)
        sections = _sections(done)
        output = done.stdout.decode("utf-8", "surrogateescape").rstrip("\n").removeprefix("[ ").removesuffix(" ]")
        values = re.split(r'\[ "@@(\d+)" ', output)
        for number, traces, shown, value in zip(
            sections[1::2], sections[2::2], values[1::2], values[2::2], strict=True
        ):
            assert number == shown
            answers[int(number)] = Answer("value", value.rstrip(" ").removesuffix(" ]"), traces.rstrip("\n"))
    return [answers[number] for number in numbers]


def _sections(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """What was written before the first program, its number, what was written while it ran, the next number, …"""
    written = _WARNINGS.sub("", done.stderr.decode("utf-8", "surrogateescape"))
    return re.split(r"(?m)^trace: @@(\d+)\n", written)


def _run(nix: str, folder: Path, known: str, numbers: list[int]) -> subprocess.CompletedProcess[bytes]:
    one = '(builtins.trace "@@{0}" [ "@@{0}" (check {1}/{0}.nix) ])'
    # Programs copy their folder to the store: the driver, which changes, lies elsewhere.
    driver = folder.parent.with_suffix(".nix")
    items = " ".join(one.format(number, folder) for number in numbers)
    driver.write_text(f"let known = {known}; in builtins.seq known (\n{CHECK}[ {items} ])")
    environment = os.environ | {
        "NIX_REMOTE": "dummy://",
        "NIX_PATH": "",
        "NIX_CONFIG": "experimental-features = nix-command flakes",
    }
    try:
        return subprocess.run(
            [nix, "--eval", "--strict", str(driver)], capture_output=True, check=False, env=environment, timeout=120
        )
    finally:
        driver.unlink()


def _split_error(text: str) -> tuple[str, str, str]:
    before, mark, after = text.partition("\nerror:") if not text.startswith("error:") else ("", "error:", text[6:])
    return before, mark, "error:" + after


def _failure(text: str, traces: str, folder: Path) -> Answer:
    """The answer that Nix's report of an error stands for."""
    last = re.split(r"(?m)^ *error: ", text)[-1].partition("\nTry '")[0]
    message = re.split(r"\n\s+at (?:/|«).*:\d+:\d+:\n|\n(?=error: \()", last)[0]
    suggestion = re.search(r"Did you mean .*", last)
    if suggestion is not None and suggestion[0] not in message:
        message += " " + suggestion[0]
    if message.startswith(_SYNTAX) or re.match(r"attribute '.*' already defined at", message):
        kind = "syntax"
    else:
        kind = "undefined" if message.startswith("undefined variable") else "error"
    return Answer(kind, _words(message), traces.rstrip("\n"))


_SYNTAX = (
    "syntax error",
    "duplicate formal",
    "path has a trailing slash",
    "dynamic attributes not allowed",
    "invalid float",
    "invalid integer",
    "experimental Nix feature 'pipe-operators' is disabled",
)


def _words(text: str) -> str:
    return " ".join(text.split())


def version(nix: str) -> tuple[int, ...]:
    """The version of a nix-instantiate, as far as it matters."""
    shown = subprocess.run([nix, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", shown.split()[-1])[:2])
