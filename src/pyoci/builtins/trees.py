"""Fetching trees: `fetchGit`, `fetchTree`.

Folders, archives and git repositories of this machine are fetched; what lies elsewhere is taken from a store or the
cache where its `narHash` is given and it is there.
"""

from __future__ import annotations

import os
import time

from pyoci.builtins.derivations import registry, require, warn
from pyoci.builtins.fetchers import local_file, no_network, no_such_file, unpacked
from pyoci.builtins.registry import builtin
from pyoci.builtins.sources import store_path_string
from pyoci.patterns import pattern
from pyoci.runtime import reads
from pyoci.runtime.coercion import coerce_to_string, expect_plain_string
from pyoci.runtime.errors import EVALUATION_ERRORS, EvalError, HashMismatch, StoreError, TypeMismatch, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.printing import describe_type
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force
from pyoci.runtime.values import ContextString, Lazy, Value, from_bytes
from pyoci.store import hashes, paths

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Final

    from pyoci.store.git import Repository
    from pyoci.store.inputs import Attributes


@builtin("fetchGit", "arguments", is_global=True)
def fetch_git(arguments: Value) -> Value:
    """Put the tree of a git repository into the store: a URL or path, or a set with `url` and optionally `rev`, `ref`,
    `name`, `submodules`, `shallow`, `allRefs`, `exportIgnore`, `narHash`. Gives `outPath`, `rev`, `lastModified`, …"""
    return _fetch_tree(arguments, "fetchGit")


@builtin("fetchTree", "input", is_global=True)
def fetch_tree(input: Value) -> Value:
    """Put a tree or file into the store: a set with `type` (`path`, `git`, `tarball`, `file`, …) and what that type
    takes, or a flake reference. Gives `outPath`, `narHash` and what else is known."""
    require_flakes("fetch-tree")
    return _fetch_tree(input, "fetchTree")


def require_flakes(feature: str) -> None:
    """Raises EvalError where neither a feature nor flakes, which bring it along, are on."""
    if "flakes" not in host().experimental_features:
        require(feature)


def _fetch_tree(arguments: Value, who: str) -> Value:
    from pyoci.store import inputs

    reads.unrepeatable()
    is_git = who == "fetchGit"
    if arguments.__class__ is dict:
        attributes = inputs.check(_input_attributes(arguments, who))
    else:
        where = f"while evaluating the first argument passed to '{who}'"
        try:
            url = coerce_to_string(arguments, copy_to_store=False)
        except TypeMismatch as error:
            error.traces.append((where, None))
            raise
        if is_git:
            attributes = inputs.check({"type": "git", "url": str(url), "exportIgnore": True})
        else:
            require_flakes("flakes")
            attributes = inputs.from_url(inputs.parse_url(str(url)))
    shown = str(inputs.to_url(attributes))
    if host().pure and not _is_locked(attributes):
        raise EvalError(f"in pure evaluation mode, '{who}' doesn't fetch unlocked input '{shown}'")
    host().admit_uri(shown)
    key = f"{who} {inputs.as_json(attributes)}"
    fetched = registry().fetched
    if key not in fetched:
        try:
            fetched[key] = _TREES.get(str(attributes["type"]), _elsewhere)(attributes, shown)
        except EVALUATION_ERRORS as error:
            add_trace(error, f"while fetching the input '{shown}'")
            raise
    return _tree_set(fetched[key], git_defaults=is_git)


def _input_attributes(arguments: dict[str, Lazy], who: str) -> Attributes:
    from pyoci.store import inputs

    attributes: Attributes = {}
    if who == "fetchGit":
        if "type" in arguments:
            raise EvalError("unexpected argument 'type'")
        attributes["type"] = "git"
    elif "type" in arguments:
        where = f"while evaluating the `type` argument passed to '{who}'"
        attributes["type"] = expect_plain_string(force(arguments["type"]), where)
    else:
        raise EvalError(f"argument 'type' is missing in call to '{who}'")
    for name in sorted_names(arguments):
        if name != "type":
            attributes[name] = _input_attribute(name, force(arguments[name]), who)
    if who == "fetchGit":
        if "url" in attributes:
            attributes["url"] = inputs.git_url(inputs.text_attribute(attributes, "url"))
        if not attributes.get("submodules"):
            attributes.setdefault("exportIgnore", True)
    else:
        if attributes["type"] == "git":
            attributes.setdefault("shallow", True)
        if "name" in attributes:
            raise EvalError(f"argument 'name' isn\u2019t supported in call to '{who}'")
    return attributes


def _input_attribute(name: str, value: Value, who: str) -> str | int | bool:
    if value.__class__ is bytes:
        return from_bytes(value)
    if value.__class__ is str or value.__class__ is ContextString:
        return str(value)
    if value is True or value is False:
        return bool(value)
    if value.__class__ is int:
        if value < 0:
            raise EvalError(f"negative value given for '{who}' argument '{name}': {value}")
        return int(value)
    raise TypeMismatch(
        f"argument '{name}' to '{who}' is {describe_type(value)} while a string, Boolean or integer is expected",
    )


def _is_locked(attributes: Attributes) -> bool:
    return "narHash" in attributes or (attributes["type"] != "path" and "rev" in attributes)


class _Tree:
    """A fetched tree and what is known about it."""

    __slots__ = ("known", "path")

    def __init__(self, path: str, known: Attributes) -> None:
        self.path = path
        self.known = known


def _tree_set(tree: _Tree, *, git_defaults: bool) -> dict[str, Lazy]:
    known = tree.known
    result: dict[str, Lazy] = {"outPath": store_path_string(tree.path)}
    result["narHash"] = known.get("narHash") or registry().nar_hash(tree.path).format("sri")
    if known["type"] == "git":
        result["submodules"] = bool(known.get("submodules"))
    revision = known.get("rev")
    if revision is None and git_defaults:
        revision = "0" * 40
    if revision is not None:
        result["rev"] = str(revision)
        result["shortRev"] = str(revision)[:7]
    if "revCount" in known:
        result["revCount"] = known["revCount"]
    elif git_defaults:
        result["revCount"] = 0
    for name in ("dirtyRev", "dirtyShortRev"):
        if name in known:
            result[name] = known[name]
    if "lastModified" in known:
        result["lastModified"] = known["lastModified"]
        result["lastModifiedDate"] = time.strftime("%Y%m%d%H%M%S", time.gmtime(int(known["lastModified"])))
    return result


def _checked(path: str, attributes: Attributes, shown: str, **known: str | int) -> _Tree:
    """The tree at a store path, once its hash is the one that was asked for, if any."""
    wanted = attributes.get("narHash")
    if wanted is not None:
        expected, found = hashes.parse(str(wanted), "sha256"), registry().nar_hash(path)
        if found != expected:
            raise HashMismatch(
                f"NAR hash mismatch in input '{shown}', expected '{expected.format('sri')}' "
                f"but got '{found.format('sri')}'",
            )
    return _Tree(path, {**attributes, **known})


def _in_a_store(attributes: Attributes) -> str | None:
    """The store path of a tree whose hash is given, where a store or the cache has it."""
    if "narHash" not in attributes:
        return None
    content = hashes.parse(str(attributes["narHash"]), "sha256")
    path = paths.fixed_output_path(str(attributes.get("name", "source")), "nar", content, registry().store_dir)
    return path if registry().has(path) else None


def _elsewhere(attributes: Attributes, shown: str) -> _Tree:
    """What only the network has, unless a store has it."""
    path = _in_a_store(attributes)
    if path is None:
        raise no_network(shown)
    return _Tree(path, attributes)


def _path_tree(attributes: Attributes, shown: str) -> _Tree:
    require_flakes("flakes")
    text = str(attributes["path"])
    if not text.startswith("/"):
        raise EvalError(f"cannot fetch input '{shown}' because it uses a relative path")
    store = registry()
    place = os.fsencode(os.path.normpath(text))
    inside = from_bytes(place)
    if paths.is_store_path(inside, store.store_dir) and inside.endswith("-source") and store.has(inside):
        return _checked(inside, attributes, shown, lastModified=attributes.get("lastModified", 0))
    path = store.add_source(place, "source")
    newest = attributes.get("lastModified")
    if newest is None:
        newest = _newest_time(store.real_path(place))
    return _checked(path, attributes, shown, lastModified=newest)


def _newest_time(path: bytes) -> int:
    newest = os.lstat(path).st_mtime
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            newest = max(newest, os.lstat(folder + b"/" + name).st_mtime)
    return int(newest)


def _tarball_tree(attributes: Attributes, shown: str) -> _Tree:
    path = _in_a_store(attributes)
    if path is not None and not str(attributes["url"]).startswith("file:"):
        return _Tree(path, attributes)
    path, newest = unpacked(str(attributes["url"]), str(attributes.get("name", "source")))
    return _checked(path, attributes, shown, lastModified=newest)


def _file_tree(attributes: Attributes, shown: str) -> _Tree:
    path = _in_a_store(attributes)
    if path is not None and not str(attributes["url"]).startswith("file:"):
        return _Tree(path, attributes)
    from pathlib import Path

    file = Path(local_file(str(attributes["url"])))
    if not file.exists():
        raise no_such_file(str(attributes["url"]), file)
    place = os.fsencode(file)
    return _checked(registry().add_source(place, str(attributes.get("name", "source"))), attributes, shown)


def _git_tree(attributes: Attributes, shown: str) -> _Tree:
    from pyoci.store.git import Repository

    url = str(attributes["url"])
    if not url.startswith("file:"):
        return _elsewhere(attributes, shown)
    from pathlib import Path

    folder = Path(local_file(url))
    if not folder.is_absolute():
        folder = Path.cwd() / folder
    if not folder.exists():
        raise StoreError(f'Git repository "{folder}" does not exist.')
    if attributes.get("lfs"):
        raise StoreError("fetching Git LFS files is not supported")
    repository = Repository(folder)
    if "rev" in attributes:
        hashes.parse(str(attributes["rev"]), "sha1")
    if repository.has_tree and "rev" not in attributes and "ref" not in attributes:
        return _working_tree(repository, attributes, shown)
    return _commit_tree(repository, attributes, shown)


def _working_tree(repository: Repository, attributes: Attributes, shown: str) -> _Tree:
    """The tracked files as they are now."""
    head = repository.revision_of("HEAD")
    known: Attributes = {"lastModified": repository.commit_time(head) if head else 0}
    if repository.is_dirty() and head is not None:
        warn(f"Git tree '{repository.folder}' is dirty")
        known["dirtyRev"] = f"{head}-dirty"
        known["dirtyShortRev"] = f"{head[:7]}-dirty"
    elif head is not None:
        known["rev"] = head
        if not attributes.get("shallow"):
            known["revCount"] = repository.revision_count(head)
        _check_locks(attributes, known, repository)
    files = repository.tracked_files(export_ignore=bool(attributes.get("exportIgnore")))
    folders = {path[: match.start()] for path in files for match in _SLASH.finditer(path)}
    prefix = len(os.fsencode(repository.folder)) + 1

    def accept(path: bytes, kind: str) -> bool:
        return path[prefix:] in (folders if kind == "directory" else files)

    name = str(attributes.get("name", "source"))
    path = registry().add_source(os.fsencode(repository.folder), name, accept=accept)
    return _checked(path, attributes, shown, **known)


def _commit_tree(repository: Repository, attributes: Attributes, shown: str) -> _Tree:
    """The tree of a commit."""
    from pyoci.store.git import NULL_REVISION

    if repository.is_shallow() and not attributes.get("shallow"):
        raise StoreError(
            f"'{repository.folder}' is a shallow Git repository, but shallow repositories are only allowed when "
            "`shallow = true;` is specified"
        )
    if "rev" in attributes:
        revision = str(attributes["rev"])
        if not repository.has_commit(revision):
            why = (
                "odb: cannot read object: null OID cannot exist"
                if revision == NULL_REVISION
                else f"object not found - no match for id ({revision})"
            )
            raise StoreError(f"getting Git object '{revision}': {why} (libgit2 error code = 9)")
    else:
        ref = str(attributes.get("ref", "HEAD"))
        found = repository.revision_of(ref)
        if found is None:
            raise StoreError(f"resolving Git reference '{ref}': revspec '{ref}' not found (libgit2 error code = 4)")
        revision = found
    known: Attributes = {"rev": revision, "lastModified": repository.commit_time(revision)}
    if not attributes.get("shallow"):
        known["revCount"] = repository.revision_count(revision)
    _check_locks(attributes, known, repository)

    def fill(place: Path) -> Path:
        repository.export(revision, place, export_ignore=bool(attributes.get("exportIgnore")))
        return place

    path = registry().add_tree(str(attributes.get("name", "source")), fill)
    return _checked(path, attributes, shown, **known)


def _check_locks(attributes: Attributes, known: Attributes, repository: Repository) -> None:
    """Raises EvalError where the expression says something else of a commit than the repository."""
    from pyoci.store import inputs

    for name in ("lastModified", "revCount"):
        wanted, found = attributes.get(name), known.get(name)
        if wanted is None or found is None or wanted == found:
            continue
        shown = {key: value for key, value in attributes.items() if key not in ("lastModified", "revCount")}
        shown["rev"] = str(known["rev"])
        shown.setdefault("ref", repository.head_ref())
        got = f", got {found}" if name == "lastModified" else ""
        raise EvalError(
            f"'{name}' attribute mismatch in input '{inputs.to_url(shown)}', expected {wanted}{got}",
        )


_SLASH: Final = pattern(b"/")
_TREES: Final = {"path": _path_tree, "tarball": _tarball_tree, "file": _file_tree, "git": _git_tree}
