"""Which place to show first: the one in a file of the user's that led to an error, wherever the error arose."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from pyoci.cli.sources import SourceTexts
from pyoci.runtime.errors import ErrorReport, Position, TraceFrame

EMBEDDED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "nixpkgs")


class UserFiles:
    """Tells the user's files from a library's.

    `given` are the files named on the command line, which are the user's wherever they lie; `libraries` are folders
    that are not: a nixpkgs tree, the store. The Nix files that come with pyoci never are."""

    def __init__(self, given: Iterable[str] = (), libraries: Iterable[str] = ()) -> None:
        self.given = frozenset(given)
        self.libraries = (EMBEDDED, *(library.rstrip("/") for library in libraries))

    def owns(self, file: str) -> bool:
        """Whether a file is the user's."""
        return file in self.given or (not file.startswith("«nix-internal»") and self.library(file) is None)

    def library(self, file: str) -> str | None:
        """The library folder that a file is in, or None."""
        return next((library for library in self.libraries if file.startswith(library + "/")), None)

    def short(self, file: str) -> str:
        """A file's name for a reader: relative to the working folder, or to its library."""
        library = self.library(file)
        if file not in self.given and library is not None:
            label = "pyoci's package set" if library == EMBEDDED else os.path.basename(library)
            return f"{label}: {file[len(library) + 1 :]}"
        here = os.getcwd() + "/"
        return file[len(here) :] if file.startswith(here) else file


def headline(report: ErrorReport, files: UserFiles, texts: SourceTexts) -> Position | None:
    """The place to show first, None where an error has no place at all.

    That is the innermost place in a file of the user's. Where the error arose in a library, and its message names an
    option or an attribute that the user's file sets, it is where that is set."""
    places = [frame.position for frame in report.frames if frame.position is not None]
    users = next((place for place in places if files.owns(place.file)), None)
    if places and users is places[0]:
        return users
    if users is not None or files.given:
        named = _named_in(report.message, users, files, texts)
        if named is not None:
            return named
    return users or (places[0] if places else None)


def surfaced(report: ErrorReport, files: UserFiles) -> Position | None:
    """Where in a library an error arose; None where it arose in the user's file."""
    first = next((frame.position for frame in report.frames if frame.position is not None), None)
    return first if first is not None and not files.owns(first.file) else None


def contexts(report: ErrorReport, files: UserFiles) -> list[str]:
    """What was being done, in words worth showing without a trace, from the inside out: descriptions that a library
    or the user attached, and the derivations on the way."""
    return [frame.note for frame in report.frames if _telling(frame)]


def _telling(frame: TraceFrame) -> bool:
    return bool(frame.note) and frame.position is None and not frame.note.startswith(_NIX_NOTES)


_NIX_NOTES = (
    "while calling",
    "from call site",
    "in the ",
    "while evaluating list element",
    "while evaluating attribute '",
    "while evaluating the attribute '",
    "while evaluating derivation",
    "while evaluating the first argument",
    "while evaluating the second argument",
    "while evaluating the third argument",
    "while evaluating a ",
    "while evaluating an ",
    "while evaluating one of the elements",
    "while generating the",
)


def _named_in(message: str, near: Position | None, files: UserFiles, texts: SourceTexts) -> Position | None:
    """Where the user's files set what a message names, after the place `near` if there is one."""
    where: list[tuple[str, Position | None]] = [(near.file, near)] if near is not None else []
    where += [(file, None) for file in sorted(files.given) if near is None or file != near.file]
    for path in _names(message):
        for name in reversed(path):
            for file, start in where:
                found = _find_binding(file, name, start, texts)
                if found is not None:
                    return found
    return None


_QUOTED = re.compile(r"[`']([A-Za-z_][\w'-]*(?:\.(?:\"[^\"]+\"|[\w/<>*'-]+))*)'")
_LEADING = re.compile(r"^[\w.]+: (?:element \d+ of )?(\w[\w-]*(?:\.(?:\"[^\"]+\"|[\w'-]+))*)(?= )")
_COMPONENT = re.compile(r"\"([^\"]+)\"|([^.\"]+)")


def _names(message: str) -> Iterator[list[str]]:
    """Attribute paths that a message names, most telling first, as lists of components."""
    for match in (*_LEADING.finditer(message), *_QUOTED.finditer(message)):
        yield [quoted or plain for quoted, plain in _COMPONENT.findall(match[1])]


def _find_binding(file: str, name: str, start: Position | None, texts: SourceTexts) -> Position | None:
    source = texts.source(file)
    if source is None or len(name) < 2:
        return None
    binding = re.compile(rf"(?<![\w'-])\"?{re.escape(name)}\"?(?=\s*=(?!=)|\s*\.[\w\"$])")
    first = start.line if start is not None else 1
    lines = source.text.splitlines()
    for number in (*range(first, len(lines) + 1), *range(1, first)):
        line = lines[number - 1]
        code = line if '"' in line else line.partition("#")[0]
        match = binding.search(code)
        if match is not None:
            column, end = (len(line[:at].encode("utf-8", "surrogateescape")) + 1 for at in match.span())
            return Position(file, number, column, number, end)
    return None
