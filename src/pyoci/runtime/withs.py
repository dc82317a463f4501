"""Names that only `with` can supply."""

from __future__ import annotations

from pyoci.runtime.coercion import mismatch
from pyoci.runtime.errors import UndefinedVariable
from pyoci.runtime.suggestions import hint
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Iterator


class WithTable(dict[str, "Lazy"]):
    """Looks names up in the sets of several `with`s, innermost first, and remembers the attributes that it found.

    Sets do not change, so what was found once is found again. Generated code asks a table as it asks a set, but it is
    none of the language: it never leaves the code that made it."""

    __slots__ = ("_subjects",)

    def __init__(self, subjects: tuple[Lazy, ...]) -> None:
        self._subjects = subjects

    def __missing__(self, name: str) -> Lazy:
        found = self[name] = _attribute(name, self._subjects)
        return found

    def sets(self) -> Iterator[dict[str, Lazy]]:
        """The sets, all of which have been computed."""
        return _sets(self._subjects)


def with_lookup(name: str, *subjects: Lazy) -> Value:
    """The value of a name that only `with` can supply, from the first of its sets (the last may be a table) that has
    it.

    Raises UndefinedVariable where none has it, TypeMismatch where one is no set."""
    return force(_attribute(name, subjects))


def _attribute(name: str, subjects: tuple[Lazy, ...]) -> Lazy:
    for scope in _sets(subjects):
        if name in scope:
            return scope[name]
    raise UndefinedVariable(name, hint=hint(name, [key for scope in _sets(subjects) for key in scope]))


def _sets(subjects: tuple[Lazy, ...]) -> Iterator[dict[str, Lazy]]:
    for subject in subjects:
        scope = force(subject)
        if scope.__class__ is WithTable:
            yield from scope.sets()
        elif scope.__class__ is dict:
            yield scope
        else:
            raise mismatch("a set", scope)
