"""Files and what names them: `import`, `readFile`, `pathExists`, `findFile`, …"""

from __future__ import annotations

from pyoci.builtins.attrs import attribute
from pyoci.builtins.derivations import registry
from pyoci.builtins.registry import builtin
from pyoci.patterns import pattern
from pyoci.runtime.coercion import (
    coerce_to_path,
    coerce_to_string,
    expect_list,
    expect_plain_string,
    expect_set,
)
from pyoci.runtime.errors import EvalError, NixError, TypeMismatch
from pyoci.runtime.host import host
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force
from pyoci.runtime.values import (
    NO_CONTEXT,
    Context,
    ContextString,
    Lazy,
    Value,
    context_of,
    from_bytes,
    make_string,
    to_bytes,
)
from pyoci.store import hashes
from pyoci.store.paths import downstream_placeholder, is_store_path


@builtin("import", "path", is_global=True)
def import_(path: Value) -> Value:
    """The value of a .nix file, or of the default.nix in a folder; of a derivation in the store, its first output."""
    file = _readable(path)
    return _imported_derivation(from_bytes(file)) if _is_derivation(file) else host().import_file(file)


@builtin("scopedImport", "?scope path", is_global=True)
def scoped_import(scope: Lazy, path: Value) -> Value:
    """As `import`, with the attributes of a set as further variables; evaluated anew each time."""
    file = _readable(path)
    if _is_derivation(file):
        return _imported_derivation(from_bytes(file))
    return host().import_file(
        file, expect_set(force(scope), "while evaluating the first argument passed to builtins.scopedImport")
    )


def _is_derivation(path: bytes) -> bool:
    """Whether a path is that of a derivation in the store."""
    if not path.endswith(b".drv"):
        return False
    text = from_bytes(path)
    return is_store_path(text, host().store_dir) and host().store.has(text)


def _imported_derivation(path: str) -> dict[str, Lazy]:
    """The first output of a derivation as a set; the outputs are in the order of their names, unlike those of
    `derivation`."""
    derivation = registry().derivation(path)
    outputs: dict[str, dict[str, Lazy]] = {name: {} for name in sorted_names(derivation.outputs)}
    shared = {
        **outputs,
        "all": tuple(outputs.values()),
        "drvPath": make_string(path, frozenset((f"={path}",))),
        "name": derivation.environment.get("name", ""),
        "type": "derivation",
    }
    for name, output in outputs.items():
        place = derivation.outputs[name].path or downstream_placeholder(path, name)
        output.update(shared, outPath=make_string(place, frozenset((f"!{name}!{path}",))), outputName=name)
    return next(iter(outputs.values()))


@builtin("readFile", "path")
def read_file(path: Value) -> str:
    """The contents of a file. Raises EvalError where they hold a null byte."""
    file = _readable(path)
    data = host().read_file(file)
    if b"\0" in data:
        raise EvalError(f"the contents of the file '{from_bytes(file)}' cannot be represented as a Nix string")
    return make_string(from_bytes(data), _references(file, data))


@builtin("readDir", "path")
def read_dir(path: Value) -> dict[str, Lazy]:
    """The names in a folder, each with what it is: `regular`, `directory`, `symlink` or `unknown`."""
    return host().read_dir(_readable(path))


@builtin("readFileType", "p")
def read_file_type(path: Value) -> str:
    """What lies at a path: `regular`, `directory`, `symlink` or `unknown`."""
    return host().file_type(_readable(path))


@builtin("pathExists", "path")
def path_exists(path: Value) -> bool:
    """Whether there is anything at a path; with a slash at its end, whether there is a folder."""
    must_be_folder = (path.__class__ is str or path.__class__ is ContextString) and path.endswith(("/", "/."))
    file = _readable(path)
    return host().is_directory(file) if must_be_folder else host().path_exists(file)


@builtin("hashFile", "type ?p")
def hash_file(algorithm: Value, path: Lazy) -> str:
    """The hash of a file's contents in base 16."""
    expect_plain_string(algorithm, "while evaluating the first argument passed to builtins.hashFile")
    hashes.parse_algorithm(algorithm)
    return hashes.hash_bytes(algorithm, host().read_file(_readable(path))).format("base16")


@builtin("findFile", "search-path ?lookup-path")
def find_file(search_path: Value, lookup_path: Lazy) -> bytes:
    """The path of `<name>` with a search path of `{ prefix, path }` sets. Raises Thrown where no entry has it."""
    expect_list(search_path, "while evaluating the first argument passed to builtins.findFile")
    entries = [_search_path_entry(force(entry)) for entry in search_path]
    name = expect_plain_string(force(lookup_path), "while evaluating the second argument passed to builtins.findFile")
    return host().find_file(entries, name)


def _search_path_entry(entry: Value) -> tuple[str, str]:
    """An element of a search path as (prefix, path)."""
    expect_set(entry, "while evaluating an element of the list passed to builtins.findFile")
    prefix = expect_plain_string(
        force(entry.get("prefix", "")),
        "while evaluating the `prefix` attribute of an element of the list passed to builtins.findFile",
    )
    try:
        path = coerce_to_string(attribute(entry, "path", "in an element of the __nixPath"), copy_to_store=False)
    except TypeMismatch as error:
        error.traces.append(
            ("while evaluating the `path` attribute of an element of the list passed to builtins.findFile", None)
        )
        raise
    if path.__class__ is ContextString:
        host().realise(context_of(path))
    return prefix, str.__str__(path)


@builtin("toPath", "s")
def to_path(path: Value) -> str:
    """The text of an absolute path in canonical form."""
    file, context = coerce_to_path(path, "while evaluating the first argument passed to builtins.toPath")
    return make_string(from_bytes(file), context)


@builtin("getEnv", "s", impure=True)
def get_env(name: Value) -> str:
    """A variable of the environment; empty where it is not set, and in pure mode."""
    expect_plain_string(name, "while evaluating the first argument passed to builtins.getEnv")
    return "" if host().pure else host().getenv(name)


def _readable(value: Lazy) -> bytes:
    """The path that a value names, once what it refers to in the store is there."""
    path, context = coerce_to_path(value, "while realising the context of a path")
    if context:
        try:
            host().realise(context)
        except NixError as error:
            error.traces.append((f"while realising the context of path '{from_bytes(path)}'", None))
            raise
    return path


_IN_STORE = pattern(rb"/([0-9a-z]{32}-[^/]+)")


def _references(path: bytes, data: bytes) -> Context:
    """The context of the contents of a file in the store: what its store path refers to, as far as it is in there."""
    store_dir = host().store_dir
    prefix = to_bytes(store_dir)
    match = _IN_STORE.match(path, len(prefix)) if path.startswith(prefix + b"/") else None
    if match is None:
        return NO_CONTEXT
    references = host().store.references(f"{store_dir}/{from_bytes(match[1])}")
    start = len(store_dir) + 1
    return frozenset(reference for reference in references if to_bytes(reference[start : start + 32]) in data)
