"""What evaluation asks of the outside world.

One evaluation runs at a time in a process (`Evaluator` holds a lock), so the host is a module global: threading it
through every coercion and builtin would cost an argument on the hottest calls.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType

from pyoci.runtime.errors import Position
from pyoci.runtime.values import Context, Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Store(Protocol):
    """The store of an evaluation, as far as the runtime knows it. It is a `pyoci.store.registry.DerivationRegistry`,
    and the builtins that make derivations and add sources take it for that."""

    def has(self, path: str) -> bool:
        """Whether there is such a store path, in memory or on disk."""

    def real_path(self, path: bytes) -> bytes:
        """Where that which lies at a path can be read; outside of the store the path itself."""

    def references(self, path: str) -> Iterable[str]:
        """The store paths that a store path refers to directly, as far as that is known."""


class Host(Protocol):
    """Implemented by `evaluator.Evaluator`. Paths are absolute canonical `bytes`; every method that reads raises
    `StoreError` with Nix's words when it cannot."""

    store_dir: str
    """`/nix/store`, without a slash at the end."""
    system: str
    """`builtins.currentSystem`, e.g. `x86_64-linux`."""
    pure: bool
    """Whether currentTime, currentSystem, getEnv and search path are hidden."""
    abort_on_warn: bool
    """Whether `builtins.warn` is an error."""
    search_path: list[tuple[str, str]]
    """`-I` and NIX_PATH, as (prefix, path) pairs, first match wins; the prefix may be empty."""

    experimental_features: frozenset[str]
    """Names of the experimental features of Nix that are on, e.g. `flakes`."""

    @property
    def store(self) -> Store:
        """Derivations, texts and sources of this evaluation, and the stores on disk."""

    def import_file(self, path: bytes, scope: dict[str, Lazy] | None = None) -> Value:
        """The value of a .nix file (or folder with default.nix), memoised unless a scope is given."""

    def read_file(self, path: bytes) -> bytes:
        """Contents of a file."""

    def read_dir(self, path: bytes) -> dict[str, str]:
        """Name to `regular`, `directory`, `symlink` or `unknown`."""

    def path_exists(self, path: bytes) -> bool:
        """Whether the path exists (a link counts, wherever it points)."""

    def is_directory(self, path: bytes) -> bool:
        """Whether a folder is at the path, or where the link there leads."""

    def file_type(self, path: bytes) -> str:
        """`regular`, `directory`, `symlink` or `unknown`."""

    def find_file(self, search_path: list[tuple[str, str]], name: str) -> bytes:
        """`<name>`: raises Thrown where no entry has it."""

    def getenv(self, name: str) -> str:
        """An environment variable, empty where unset."""

    def copy_to_store(self, path: bytes) -> str:
        """The store path that a file or folder gets when it is interpolated (`"${./x}"`); written to the store only
        when the evaluator runs with one."""

    def add_text_to_store(self, name: str, text: bytes, references: list[str]) -> str:
        """The store path of a text (`builtins.toFile`)."""

    def realise(self, context: Context) -> None:
        """Make sure that the outputs a string refers to exist, before it is read as a path (import from derivation);
        raises StoreError naming the derivation where they do not."""

    def admit(self, path: bytes) -> None:
        """Raises EvalError where pure or restricted evaluation may not read a path."""

    def admit_uri(self, uri: str) -> None:
        """Raises EvalError where restricted evaluation may not fetch a URL."""

    def trace(self, message: str) -> None:
        """Write one line to standard error (`builtins.trace`, `builtins.warn`)."""

    def attribute_position(self, key: str) -> Position | None:
        """Where an attribute was defined, given the very object that is its key in the set (an equal string will not
        do); None where that is not known, and for text that came from no file."""

    def formal_position(self, code: CodeType, name: str) -> Position | None:
        """Where the formal `name` of the Nix function with this code was written; None as above."""

    def parameter_name(self, code: CodeType, given: int) -> str | None:
        """What the Nix function with this code calls its argument as a whole; None where it has no name for it."""

    def function_description(self, code: CodeType, given: int) -> str:
        """What a message says of the Nix function with this code once it has been given so many arguments:
        `name @ FILE:LINE:COLUMN`, the name where it has one; empty where nothing is known."""

    def dynamic_key(self, name: str, file: str, offset: int) -> str:
        """A key object for a dynamic attribute whose definition begins at an offset of a file, so that
        `attribute_position` finds it."""

    def dynamic_attribute_place(self, attributes: dict[str, Lazy], name: str) -> str:
        """` at FILE:LINE:COLUMN` of an attribute, empty where that is not known."""


_current: list[Host] = []


def host() -> Host:
    """The host of the evaluation that is running.

    Raises RuntimeError outside of one."""
    if not _current:
        raise RuntimeError("no evaluation is running")
    return _current[-1]


def running_host() -> Host | None:
    """The host of the evaluation that is running, None outside of one."""
    return _current[-1] if _current else None


def enter(new: Host) -> None:
    """Make `new` the host until `leave`; may nest (a Python callable that evaluates)."""
    _current.append(new)


def leave() -> None:
    """End what `enter` began."""
    _current.pop()
