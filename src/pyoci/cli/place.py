"""Which place to show first: the one in a file of the user's that led to an error, wherever the error arose."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from pyoci.cli.sources import SourceTexts
from pyoci.runtime.errors import ErrorReport, Position

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

    That is the innermost place in a file of the user's, or the operand or argument there that is wrong. Where the
    error arose in a library, and its message names an option or an attribute that the user's file sets, it is where
    that is set; and where a function was given wrong arguments, it is the call. What is evaluated for the sake of its
    result alone leaves no place in any file of the user's: it is then what the message quotes of one, or what the
    file's value is made by."""
    place = _place_of(report, files, texts)
    if place is None or not files.owns(place.file):
        place = _quoted_in(report.message, files, texts) or place
    source = texts.source(place.file) if place is not None else None
    if place is None or source is None or any("return value" in frame.note for frame in report.frames):
        return place
    from pyoci.cli.hints import is_library_call
    from pyoci.cli.operands import function_at_fault, operand_at_fault

    if arose_in_library(report, files) or is_library_call(texts.marked(place)):
        function = function_at_fault(source, report.message)
        if function is not None:
            return function
    return operand_at_fault(source, place, report.message) or place


def _place_of(report: ErrorReport, files: UserFiles, texts: SourceTexts) -> Position | None:
    wrong_arguments = _WRONG_ARGUMENTS.match(report.message)
    if wrong_arguments is not None or _refuses_argument(report):
        call = next((at for note, at in report.frames if note == "from call site" and at and files.owns(at.file)), None)
        if call is not None:
            name = wrong_arguments and wrong_arguments[1]
            return (_named_in(f"'{name}'", call, files, texts) if name else None) or call
    places = [frame.position for frame in report.frames if frame.position is not None]
    users = next((place for place in places if files.owns(place.file)), None)
    if places and users is places[0]:
        return users
    stated = _stated_in(report.message, files)
    if stated is not None or users is not None or files.given:
        named = _named_in(report.message, stated or users, files, texts)
        if named is not None and (stated is None or stated.line == named.line):
            return named
    return stated or users or (places[0] if places else None)


def _refuses_argument(report: ErrorReport) -> bool:
    """Whether a function `{ … }: body` was given something that is no set."""
    if not report.message.startswith("expected a set but found ") or len(report.frames) < 2:
        return False
    (first, at), (note, function) = report.frames[:2]
    same = at is not None and function is not None and at[:3] == function[:3]
    return not first and note.startswith("while calling ") and same


STATED = re.compile(r"^\s*at (/.*):(\d+):(\d+)$", re.MULTILINE)
"""A line of a message that says where something was defined."""


def _stated_in(message: str, files: UserFiles) -> Position | None:
    """The first place in a file of the user's that a message states itself."""
    for file, line, column in STATED.findall(message):
        if files.owns(file):
            return Position(file, int(line), int(column))
    return None


_WRONG_ARGUMENTS = re.compile(r"function '.*' called with(?:out required| unexpected argument '([^']+)')")


def arose_in_library(report: ErrorReport, files: UserFiles) -> bool:
    """Whether an error arose outside of the user's files, as far as that is known."""
    inside = origin(report)
    return inside is None or not files.owns(inside.file)


def is_about_arguments(place: Position) -> bool:
    """Whether a place is where pyoci checks what it is given: its messages say all that there is to know."""
    return place.file.startswith(_CHECKS)


_CHECKS = tuple(
    os.path.join(EMBEDDED, name) for name in ("oci-arguments.nix", "modules/", "lib/modules/", "lib/options.nix")
)


def origin(report: ErrorReport) -> Position | None:
    """Where an error arose, in whichever file."""
    return next((frame.position for frame in report.frames if frame.position is not None), None)


def contexts(report: ErrorReport) -> list[str]:
    """What was being done, in words worth showing without a trace, from the inside out: descriptions that a library
    or the user attached. The module system's say no more than its messages."""
    return [
        frame.note
        for frame in report.frames
        if frame.note and frame.position is None and not frame.note.startswith(_PLAIN_NOTES)
    ]


_PLAIN_NOTES = (
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
    "while evaluating the option",
    "while evaluating definitions from",
    "while evaluating the module argument",
    "which was not given from outside",
)
"""How descriptions begin that Nix or the module system attach at every step."""


def _named_in(message: str, near: Position | None, files: UserFiles, texts: SourceTexts) -> Position | None:
    """Where the user's files define what a message names, after the place `near` if there is one."""
    from pyoci.cli.definitions import find_definition

    names = [near.file] if near is not None else []
    for name in [*names, *(file for file in sorted(files.given) if file not in names)]:
        source = texts.source(name)
        if source is None:
            continue
        found = find_definition(source, message, near.line if near is not None and near.file == name else 1)
        if found is not None:
            return found
    return None


def _quoted_in(message: str, files: UserFiles, texts: SourceTexts) -> Position | None:
    """Where the first of the given files says something that a message quotes, or else what its value is made by."""
    from pyoci.cli.trees import result_of, saying, tree_of

    for name in sorted(files.given):
        source = texts.source(name)
        tree = tree_of(source) if source is not None else None
        if source is not None and tree is not None:
            node = saying(tree, message) or result_of(tree)
            return source.position(node.start, node.end)
    return None
