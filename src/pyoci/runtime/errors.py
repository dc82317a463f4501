"""Everything that evaluation can fail with.

An error carries what went wrong in Nix's words and, where one can be given, a hint. It carries no place: the
Python traceback that it travels with is the Nix trace, and `compiler.positions` reads the places out of it.
"""

from __future__ import annotations

from pyoci.records import Record

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


class Position(Record):
    """A place in a Nix text. Lines and columns count from 1; columns count bytes, as C++ Nix does."""

    file: str
    line: int
    column: int
    end_line: int = 0
    end_column: int = 0


class NixError(Exception):
    """Any error in what the user wrote.

    `message` is what C++ Nix says after `error: `; `hint` a suggestion in our words; `position` is set where the
    place is known without a traceback (syntax errors); `traces` are Nix's "while …" lines, innermost first;
    `of_derivation` tells that no expression is wrong, but what a derivation was made of. `report` has the error with
    all its places, once it has left the Python API.
    """

    of_derivation = False

    def __init__(self, message: str, *, hint: str | None = None, position: Position | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.position = position
        self.traces: list[tuple[str, Position | None]] = []
        self.report: ErrorReport | None = None


EVALUATION_ERRORS: Final = (NixError, KeyError, TypeError, RecursionError)
"""What evaluating may raise: until an error leaves the evaluator, those of generated code are still Python's own."""


def add_trace(error: Exception, note: str, position: Position | None = None) -> None:
    """Add a "while …" line to a caught error of any of these classes. Where the error has come to by now is kept, so
    that the line stands between the steps inside and outside of what catches it."""
    if isinstance(error, NixError):
        traces: list[tuple[str, Position | None]] = error.traces
    else:
        traces = vars(error).setdefault("traces", [])
    vars(error).setdefault("anchors", {})[len(traces)] = error.__traceback__
    traces.append((note, position))


class ParseError(NixError):
    """The text is no Nix expression."""


class UndefinedVariable(NixError):
    """A name that nothing binds."""

    def __init__(self, name: str, *, hint: str | None = None, position: Position | None = None) -> None:
        super().__init__(f"undefined variable '{name}'", hint=hint, position=position)
        self.name = name


class EvalError(NixError):
    """Evaluation failed, for a reason that `tryEval` does not catch."""


class TypeMismatch(EvalError):
    """A value of another type was needed."""


class MissingAttribute(EvalError):
    """`set.name` where the set has no such attribute."""


class MissingArgument(EvalError):
    """A function with formals was called without one that has no default, or with one it does not know."""


class InfiniteRecursion(EvalError):
    """A value needs itself."""

    def __init__(self) -> None:
        super().__init__("infinite recursion encountered")


class StackOverflow(EvalError):
    """Calls are nested deeper than the limit."""

    def __init__(self) -> None:
        super().__init__("stack overflow; max-call-depth exceeded")


class Aborted(EvalError):
    """`builtins.abort`."""


class StoreError(EvalError):
    """The store, a file or a fetch could not give what was asked."""


class HashMismatch(StoreError):
    """What was fetched is not what its hash says."""


class Catchable(EvalError):
    """What `builtins.tryEval` catches."""


class Thrown(Catchable):
    """`builtins.throw`."""


class AssertionFailed(Catchable):
    """`assert`."""


class TraceFrame(Record):
    """One step of the way to an error: where, and what was being done there (`while calling 'f'`, …)."""

    note: str
    position: Position | None


class ErrorReport(Record):
    """An error with its places, ready to be rendered. `frames` run from the error outwards; the first one's position,
    where it has one, is the place of the error itself."""

    message: str
    hint: str | None
    frames: tuple[TraceFrame, ...]
