"""What an error says, parted into what is wrong and what may help."""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoci.cli.hints import fewer_names, hint_for, particular_hint
from pyoci.cli.place import EMBEDDED, STATED
from pyoci.runtime.errors import ErrorReport

_MAX_VALUE = 100

_ADVICE = re.compile(
    r"^(\w+(?:\.\w+)*: .*?)(?:; |, )((?:write|did you mean|call it|join|put|it takes|a container|without) .*)$"
)
"""Messages of ociTools and of services.railcar: what is wrong, and what to do."""

_UNKNOWN_OPTION = re.compile(r"The option `.*' does not exist")
_VALUE = re.compile(r": (?=[\[{\"«])")


class Wording(NamedTuple):
    """The lines of a message, of which there is at least one, and a hint."""

    lines: list[str]
    hint: str | None


def wording_of(report: ErrorReport, marked: str = "", in_library: bool = False) -> Wording:
    """The words to show for an error. A hint that stands in the message itself is taken out of it; `marked` is the
    text that the error is about, `in_library` tells whether it arose in a library."""
    lines = [line for line in report.message.splitlines() if line.strip() and not STATED.match(line)] or [""]
    hint = report.hint
    if hint is None and len(lines) > 1 and lines[-1].strip().startswith("Did you mean"):
        hint = lines.pop().strip()
    advice = _ADVICE.match(lines[0])
    if hint is None and advice is not None and len(lines) == 1:
        lines[0], hint = advice.groups()
    hint = particular_hint(report.message) or (
        fewer_names(report.message, hint) if hint else hint_for(report.message, marked, in_library)
    )
    if hint is None and _UNKNOWN_OPTION.match(lines[0]) and _is_embedded(report):
        hint = "pyoci's own modules have no such option; --nixpkgs TREE takes all of NixOS's"
    return Wording([_shorter(_plainer(lines[0])), *lines[1:]], hint)


def _plainer(line: str) -> str:
    """Without what only the programs concerned understand."""
    line = re.sub(r"^\[json\.exception\.\w+\.\d+\] ", "JSON: ", line)
    line = re.sub(r"^Module `:anon-[\w:-]*' has", "The module has", line)
    line = re.sub(r" \(:anon-[\w:-]*\) does not look like", " does not look like", line)
    return line.replace("'. TypeError: Definition values:", "'. Definition values:")


def _shorter(line: str) -> str:
    """Without the greater part of a value that a message ends with."""
    value = _VALUE.search(line)
    if value is None or len(line) - value.end() <= _MAX_VALUE:
        return line
    shown = line[value.end() :]
    if shown.startswith('{ type = "derivation"'):
        name = re.search(r' name = "([^"]*)"', shown)
        return line[: value.end()] + (f"the package {name[1]}" if name else "a package")
    return line[: value.end()] + shown[: _MAX_VALUE - 1] + "…"


def _is_embedded(report: ErrorReport) -> bool:
    return any(frame.position is not None and frame.position.file.startswith(EMBEDDED) for frame in report.frames)
