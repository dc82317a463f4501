"""Things put into the store as they are: `toFile`, `path`, `filterSource`, `storePath`."""

from __future__ import annotations

from pyoci.builtins.derivations import registry, warn
from pyoci.builtins.registry import builtin
from pyoci.runtime import reads
from pyoci.runtime.calls import call2
from pyoci.runtime.coercion import (
    coerce_to_path,
    expect_bool,
    expect_function,
    expect_plain_string,
    expect_set,
    expect_string,
)
from pyoci.runtime.errors import EVALUATION_ERRORS, EvalError, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force
from pyoci.runtime.values import NO_CONTEXT, Context, Lazy, Value, context_of, from_bytes, make_string, to_bytes
from pyoci.store import hashes, nar, paths
from pyoci.store.hashes import Hash

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


_WHILE_FILTER: Final = "while evaluating the return value of the path filter function"


def store_path_string(path: str) -> str:
    """A store path as a string that refers to it."""
    return make_string(path, frozenset((path,)))


@builtin("toFile", "name ?content")
def to_file(name: Value, content: Lazy) -> Value:
    """Put a text into the store as a file, and give its path. It may refer to other such files and to sources, not to
    what derivations build."""
    plain_name = expect_plain_string(name, "while evaluating the first argument passed to builtins.toFile")
    text = expect_string(force(content), "while evaluating the second argument passed to builtins.toFile")
    references = context_of(text)
    for element in references:
        if element[0] in "!=":
            raise EvalError(
                f"files created by builtins.toFile may not reference derivations, but {plain_name} references "
                f"{_encoded(element)}",
            )
    return store_path_string(registry().add_text(plain_name, to_bytes(text), references))


def _encoded(element: str) -> str:
    """A context element as C++ Nix stores it, with the name of the path only."""
    marks, slash, base_name = element.rpartition("/")
    return f"{marks.removesuffix(registry().store_dir)}{base_name}" if slash else element


@builtin("filterSource", "?predicate path")
def filter_source(predicate: Lazy, path: Value) -> Value:
    """Copy a file tree to the store without what the function (of path and type) refuses, and give its path."""
    place, context = coerce_to_path(
        path, "while evaluating the second argument (the path to filter) passed to 'builtins.filterSource'"
    )
    function = expect_function(force(predicate), "while evaluating the first argument passed to builtins.filterSource")
    return _add_path(place, context, _base_name(place), function, True, None)


@builtin("path", "arguments")
def path_builtin(arguments: Value) -> Value:
    """Copy a file tree to the store: `path`, and optionally `name`, `filter` (as filterSource's), `recursive` (false
    for the bare contents of a file) and the expected `sha256`."""
    given = expect_set(arguments, "while evaluating the argument passed to 'builtins.path'")
    place: bytes | None = None
    context = NO_CONTEXT
    name = ""
    predicate: Value = None
    recursive = True
    expected: Hash | None = None
    # C++ Nix takes them in an order of its own making; it shows only where two of them are wrong.
    for key in sorted_names(given):
        value = force(given[key])
        if key == "path":
            place, context = coerce_to_path(value, "while evaluating the 'path' attribute passed to 'builtins.path'")
        elif key == "name":
            name = expect_plain_string(value, "while evaluating the `name` attribute passed to builtins.path")
        elif key == "filter":
            where = "while evaluating the `filter` parameter passed to builtins.path"
            predicate = expect_function(value, where)
        elif key == "recursive":
            recursive = expect_bool(value, "while evaluating the `recursive` attribute passed to builtins.path")
        elif key == "sha256":
            text = expect_plain_string(value, "while evaluating the `sha256` attribute passed to builtins.path")
            expected = hashes.parse_allow_empty(text, "sha256", warn)
        else:
            raise EvalError(f"unsupported argument '{key}' to 'builtins.path'")
    if place is None:
        raise EvalError("missing required 'path' attribute in the first argument to 'builtins.path'")
    return _add_path(place, context, name or _base_name(place), predicate, recursive, expected)


def _base_name(path: bytes) -> str:
    return from_bytes(path.rpartition(b"/")[2])


def _add_path(
    path: bytes, context: Context, name: str, predicate: Value, recursive: bool, expected: Hash | None
) -> Value:
    store = registry()
    try:
        references: tuple[str, ...] = ()
        text = from_bytes(path)
        if context and paths.is_in_store(text, store.store_dir):
            host().realise(context)
            references = store.references(paths.split(text, store.store_dir)[0])
        accept = None if predicate is None else _accept_by(predicate)
        host().admit(path)
        real = store.real_path(path)
        resolved = reads.real_path(real)
        return store_path_string(
            store.add_source(
                path if resolved == real else resolved,
                name,
                accept=accept,
                recursive=recursive,
                expected=expected,
                references=references,
                shown=path,
            )
        )
    except EVALUATION_ERRORS as error:
        add_trace(error, f"while adding path '{from_bytes(path)}'")
        raise


def _accept_by(predicate: Value) -> nar.Accept:
    """The filter function of an expression, as the archive writer asks it."""

    def accept(path: bytes, kind: str) -> bool:
        return expect_bool(call2(predicate, from_bytes(path), kind), _WHILE_FILTER)

    return accept


@builtin("storePath", "path")
def store_path(path: Value) -> Value:
    """A path of the store, or one in it, as a string that refers to it; other than with a path value, nothing is
    copied."""
    if host().pure:
        raise EvalError("'builtins.storePath' is not allowed in pure evaluation mode")
    place, context = coerce_to_path(path, "while evaluating the first argument passed to 'builtins.storePath'")
    store = registry()
    text = from_bytes(place)
    if not paths.is_store_path(text, store.store_dir) and not store.has(text):
        text = from_bytes(reads.real_path(place))
    if not paths.is_in_store(text, store.store_dir):
        raise EvalError(f"path '{text}' is not in the Nix store")
    inside, _ = paths.split(text, store.store_dir)
    store.ensure(inside)
    return make_string(text, context | {inside})
