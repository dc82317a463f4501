"""What an evaluation reads of the outside world: the door through which it looks, and the notes that are taken there.

Notes are taken while a run is recorded (`begin` to `end`), so that its answer can be given again for as long as nothing
of it has changed. Files and folders are noted by the stat that they had before they were read, everything else by the
answer that was given. One run at a time is recorded in a process.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # importing it from typing costs as much as all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, TypeAlias

Fact: TypeAlias = tuple[str, bytes]
"""What was asked (a key of `QUESTIONS`), and of which path."""


class Reads:
    """The notes of one run."""

    __slots__ = ("began", "facts", "files", "ignored", "unrepeatable", "variables")

    def __init__(self) -> None:
        self.began: Final = time.time_ns()
        self.files: dict[bytes, os.stat_result] = {}
        """Files and folders whose contents were read, links followed, and their stat when they were."""
        self.facts: dict[Fact, bytes] = {}
        self.variables: dict[bytes, bytes | None] = {}
        self.ignored: list[bytes] = []
        """Folders of the run itself, which are gone after it."""
        self.unrepeatable = False
        """Whether the run depends on what cannot be checked: the clock, the network, standard input."""

    def own_folders(self) -> tuple[bytes, ...]:
        """What paths begin with that lie in `ignored`."""
        return tuple(folder + b"/" for folder in self.ignored)


_notes: Reads | None = None


def begin() -> Reads:
    """Take notes from now on."""
    global _notes
    _notes = Reads()
    return _notes


def end() -> None:
    """Take no more notes."""
    global _notes
    _notes = None


def contents(path: bytes, stat: os.stat_result | None = None) -> None:
    """Note that a file, or the list of names in a folder, is about to be read. `stat` is what `os.stat` says of it, if
    the caller has asked already. Never raises: what is not there is for the reader to find out."""
    if _notes is None:
        return
    try:
        _notes.files[path] = stat or os.stat(path)
    except OSError:
        _notes.unrepeatable = True


def variable(name: bytes) -> bytes | None:
    """The value of a variable of the environment, None where it is not set."""
    value = os.environb.get(name)
    if _notes is not None:
        _notes.variables[name] = value
    return value


def unrepeatable() -> None:
    """Note that the run depends on something that cannot be checked later."""
    if _notes is not None:
        _notes.unrepeatable = True


def ignore(folder: str) -> None:
    """Note that a folder and all in it is made by the run itself, of what is noted otherwise."""
    if _notes is not None:
        _notes.ignored.append(os.fsencode(folder))


# What can be asked of a path. Answers are noted as bytes.


def exists(path: bytes) -> bool:
    """Whether something is at a path, links followed."""
    return _noted("exists", path, os.path.exists(path))


def is_there(path: bytes) -> bool:
    """Whether something is at a path, be it a link that leads nowhere."""
    return _noted("there", path, os.path.lexists(path))


def is_folder(path: bytes) -> bool:
    """Whether a folder is at a path, links followed."""
    return _noted("folder", path, os.path.isdir(path))


def real_path(path: bytes) -> bytes:
    """The path with all links followed."""
    answer = os.path.realpath(path)
    _note("real", path, answer)
    return answer


def target(path: bytes) -> bytes:
    """Where a link leads. Raises OSError."""
    answer = os.readlink(path)
    _note("target", path, answer)
    return answer


def kind(path: bytes) -> int:
    """The type bits of the mode of what is at a path, links not followed. Raises OSError."""
    answer = _kind(path)
    _note("kind", path, b"%o" % answer)
    return answer


def _kind(path: bytes) -> int:
    from stat import S_IFMT

    return S_IFMT(os.lstat(path).st_mode)


QUESTIONS: Final[dict[str, Callable[[bytes], bool | int | bytes]]] = {
    "exists": os.path.exists,
    "there": os.path.lexists,
    "folder": os.path.isdir,
    "real": os.path.realpath,
    "target": os.readlink,
    "kind": _kind,
}


def ask(question: str, path: bytes) -> bytes:
    """The answer to a question as it is noted. Raises OSError, KeyError for a question that nobody asks."""
    answer = QUESTIONS[question](path)
    return answer if isinstance(answer, bytes) else b"%o" % answer


def _noted(question: str, path: bytes, answer: bool) -> bool:
    if _notes is not None:
        _note(question, path, b"1" if answer else b"0")
    return answer


def _note(question: str, path: bytes, answer: bytes) -> None:
    if _notes is not None and _notes.facts.setdefault((question, path), answer) != answer:
        # It changed while the run went on, and not by the run: neither answer is the run's.
        _notes.unrepeatable |= not path.startswith(_notes.own_folders())
