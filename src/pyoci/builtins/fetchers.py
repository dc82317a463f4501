"""Fetching files and archives: `fetchurl`, `fetchTarball`; `fetchMercurial`, which pyoci does not have.

What lies on this machine (`file://` URLs) is fetched. Nothing else is: pyoci does not use the network. But where an
expression gives the hash of what it wants, and a store or the cache of fetched trees has it, that is taken, wherever
it once came from.
"""

from __future__ import annotations

import os

from pyoci.builtins.derivations import registry, warn
from pyoci.builtins.registry import builtin
from pyoci.builtins.sources import store_path_string
from pyoci.patterns import pattern
from pyoci.runtime import reads
from pyoci.runtime.coercion import coerce_to_string, expect_plain_string
from pyoci.runtime.errors import EVALUATION_ERRORS, EvalError, HashMismatch, StoreError, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Value
from pyoci.store import hashes, paths
from pyoci.store.hashes import Hash

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Final


_NO_NETWORK_HINT: Final = (
    "pyoci fetches nothing but files and git repositories of this machine: fetch it with Nix into the store first, and "
    "give its hash, or use a file:// URL"
)


def no_network(url: str) -> StoreError:
    """The error of something that could only be had from elsewhere."""
    return StoreError(f"network access is not available: cannot fetch '{url}'", hint=_NO_NETWORK_HINT)


def no_such_file(url: str, file: Path) -> StoreError:
    """The error of a `file://` URL where there is nothing."""
    return StoreError(
        f"unable to download '{url}': Could not read a file:// file (37) Could not open file {file}",
    )


@builtin("fetchurl", "arguments")
def fetchurl(arguments: Value) -> Value:
    """Put the file at a URL into the store; a URL, or a set with `url` and optionally `name` and `sha256`."""
    url, name, expected = _download_arguments(arguments, "fetchurl", "")
    store = registry()
    if expected is not None:
        path = paths.fixed_output_path(name, "flat", expected, store.store_dir)
        if store.has(path):
            return store_path_string(path)
    reads.unrepeatable()
    if ":" not in url:
        raise EvalError(f"URL '{url}' doesn't have a scheme")
    from pathlib import Path

    file = Path(local_file(url))
    if not file.exists():
        raise no_such_file(url, file)
    path = store.add_source(os.fsencode(file), name, recursive=False)
    if expected is not None and path != paths.fixed_output_path(name, "flat", expected, store.store_dir):
        raise _hash_mismatch(url, expected, Hash("sha256", bytes.fromhex(store.sources[path].digest)))
    return store_path_string(path)


@builtin("fetchTarball", "arguments", is_global=True)
def fetch_tarball(arguments: Value) -> Value:
    """Unpack the archive at a URL into the store; a URL, or a set with `url` and optionally `name` and `sha256`."""
    url, name, expected = _download_arguments(arguments, "fetchTarball", "source")
    store = registry()
    if expected is not None:
        path = paths.fixed_output_path(name, "nar", expected, store.store_dir)
        if store.has(path):
            return store_path_string(path)
    reads.unrepeatable()
    try:
        path, _ = unpacked(url, name)
    except EVALUATION_ERRORS as error:
        add_trace(error, f"while fetching the input '{url}'")
        raise
    if expected is not None and store.nar_hash(path) != expected:
        raise _hash_mismatch(url, expected, store.nar_hash(path))
    return store_path_string(path)


def _download_arguments(arguments: Value, who: str, name: str) -> tuple[str, str, Hash | None]:
    """URL, name in the store, and hash."""
    where = "while evaluating the url we should fetch"
    url: str | None = None
    expected: Hash | None = None
    name_given = False
    if arguments.__class__ is dict:
        for key in sorted_names(arguments):
            if key == "url":
                url = expect_plain_string(force(arguments[key]), where)
            elif key == "sha256":
                what = "while evaluating the sha256 of the content we should fetch"
                text = expect_plain_string(force(arguments[key]), what)
                expected = hashes.parse_allow_empty(text, "sha256", warn)
            elif key == "name":
                name_given = True
                what = "while evaluating the name of the content we should fetch"
                name = expect_plain_string(force(arguments[key]), what)
            else:
                raise EvalError(f"unsupported argument '{key}' to '{who}'")
        if url is None:
            raise EvalError("'url' argument required")
    else:
        url = expect_plain_string(arguments, where)
    if who == "fetchTarball":
        url = _channel_url(url)
    host().admit_uri(url)
    name = name or url.rstrip("/").rpartition("/")[2]
    try:
        paths.check_name(name)
    except paths.BadStorePathName as error:
        if name_given:
            way_out = f"Please change the value for the 'name' attribute passed to '{who}', so that it can create"
        elif arguments.__class__ is dict:
            way_out = f"Please add a valid 'name' attribute to the argument for '{who}', so that it can create"
        else:
            way_out = (
                f"Please pass an attribute set with 'url' and 'name' attributes to '{who}',  so that it can create"
            )
        raise EvalError(
            f"invalid store path name when fetching URL '{url}': {error.message}. {way_out} a valid store path.",
        ) from None
    if host().pure and expected is None:
        raise EvalError(f"in pure evaluation mode, '{who}' requires a 'sha256' argument")
    return url, name, expected


def _channel_url(url: str) -> str:
    """`channel:nixos-unstable` is short for a URL."""
    if url.startswith("channel:"):
        return f"https://channels.nixos.org/{url.removeprefix('channel:')}/nixexprs.tar.xz"
    return url


_URL = pattern(r"([a-z][a-z0-9+.-]*):(//[^/?#]*)?([^?#]*)")


def local_file(url: str) -> str:
    """The path of a `file://` URL.

    Raises EvalError for a text that is no URL, StoreError for a URL that leads elsewhere."""
    match = _URL.match(url)
    if match is None:
        raise EvalError(f"'{url}' doesn't have a scheme")
    scheme, _, path = match.groups()
    if scheme != "file":
        raise no_network(url)
    from urllib.parse import unquote

    return unquote(path, errors="surrogateescape")


def unpacked(url: str, name: str) -> tuple[str, int]:
    """Store path and time of the archive at a URL, unpacked."""
    from pathlib import Path

    from pyoci.store.archives import unpack

    archive = Path(local_file(url))
    if not archive.is_absolute():
        raise EvalError(
            f"tarball '{url}' must use an absolute path. The 'file' scheme does not support relative paths."
        )
    if not archive.exists():
        raise StoreError(f'tarball "{archive}" does not exist.')
    if archive.is_dir():
        if (archive / ".git").exists():
            raise StoreError(
                f'tarball "{archive}" is a git repository, not a tarball. Please use `git+file` as the scheme.'
            )
        raise StoreError(f'tarball "{archive}" is a directory, not a file.')
    store = registry()
    status = archive.stat()
    key = f"tarball {name} {archive} {status.st_mtime_ns} {status.st_size}"
    known: tuple[str, int] | None = store.fetched.get(key)
    if known is None:
        newest = 0

        def fill(place: Path) -> Path:
            nonlocal newest
            tree, newest = unpack(archive, place)
            return tree

        path = store.add_tree(name, fill)
        known = store.fetched[key] = path, newest
    return known


def _hash_mismatch(url: str, expected: Hash, found: Hash) -> HashMismatch:
    return HashMismatch(
        f"hash mismatch in file downloaded from '{url}':\n"
        f"  specified: {expected.format('nix32', prefix=True)}\n"
        f"  got:       {found.format('nix32', prefix=True)}",
    )


@builtin("fetchMercurial", "arguments", is_global=True)
def fetch_mercurial(arguments: Value) -> Value:
    """Put the tree of a Mercurial repository into the store. pyoci does not run Mercurial: this always fails."""
    url = ""
    if arguments.__class__ is dict:
        for name in sorted_names(arguments):
            value = force(arguments[name])
            if name == "url":
                url = coerce_to_string(value, copy_to_store=False)
            elif name in ("rev", "name"):
                expect_plain_string(value, f"while evaluating the `{name}` attribute passed to builtins.fetchMercurial")
            else:
                raise EvalError(f"unsupported argument '{name}' to 'fetchMercurial'")
        if not url:
            raise EvalError("'url' argument required")
    else:
        url = coerce_to_string(arguments, copy_to_store=False)
    if "://" in url and not url.startswith("file:"):
        raise no_network(url)
    raise StoreError(f"cannot fetch '{url}': Mercurial repositories are not supported")
