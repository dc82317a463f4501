"""`pyoci cache`: what is kept on disk between runs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from pyoci.caching import background
from pyoci.caching import folder as cache
from pyoci.cli.arguments import UsageError
from pyoci.runtime.suggestions import similar

_ACTIONS = ("info", "clear")


def run(words: list[str]) -> int:
    """Show or empty the cache folder."""
    action, parts = (words[0], words[1:]) if words else ("info", [])
    if action not in _ACTIONS:
        raise UsageError(f"pyoci cache {action} is not known", similar(action, _ACTIONS) or "info or clear")
    for part in parts:
        if part not in cache.PARTS:
            raise UsageError(
                f"the cache has no part '{part}'", similar(part, cache.PARTS) or f"it has {', '.join(cache.PARTS)}"
            )
    folder = cache.default_folder()
    # A run that has just ended may be writing still.
    background.wait_for_writers(os.path.join(folder, "code"))
    return _info(folder, parts) if action == "info" else _clear(folder, parts)


def _info(folder: str, parts: list[str]) -> int:
    print(folder)
    for part in parts or cache.PARTS:
        kept = list(cache.files(os.path.join(folder, part)))
        limit = cache.LIMITS.get(part)
        bound = f" of at most {_size(limit)}" if limit is not None else ""
        count = f"{len(kept)} file{'s' * (len(kept) != 1)}"
        print(f"  {part:<9}{_size(sum(one.size for one in kept))}{bound}, {count}: {cache.PARTS[part]}")
    if os.path.isdir(folder) and not cache.is_private(folder):
        print("This folder is not used: it belongs to another user, or others can write to it.", file=sys.stderr)
    return 0


def _clear(folder: str, parts: list[str]) -> int:
    """Remove the parts; without any, all of them and the files beside them, but no folder of a container that runs."""
    kept = {one.path: one.size for one in cache.files(folder)}
    places = [os.path.join(folder, part) for part in parts or cache.PARTS]
    if not parts:
        places += [path for path in kept if os.path.dirname(path) == folder]
    failed = [failure for place in places for failure in _remove(place)]
    if not failed:
        with suppress(OSError):
            os.rmdir(folder)
    left = {one.path for one in cache.files(folder)}
    removed = kept.keys() - left
    print(f"removed {len(removed)} file{'s' * (len(removed) != 1)}, {_size(sum(kept[path] for path in removed))}")
    for path, reason in failed[:1]:
        print(f"error: cannot remove '{path}': {reason}", file=sys.stderr)
    return 1 if failed else 0


def _remove(place: str) -> list[tuple[str, str]]:
    """Remove a file or folder; what could not be removed, and why. What others remove meanwhile is no failure."""
    from shutil import rmtree

    failed: list[tuple[str, str]] = []

    def note(_: object, path: str, error: tuple[object, BaseException, object]) -> None:
        if os.path.lexists(path):
            failed.append((path, getattr(error[1], "strerror", None) or str(error[1])))

    if os.path.isdir(place) and not os.path.islink(place):
        _make_writable(place)
        rmtree(place, onerror=note)
    else:
        try:
            os.unlink(place)
        except OSError:
            note(None, place, sys.exc_info())  # type: ignore[arg-type]
    return failed


def _make_writable(folder: str) -> None:
    """Fetched trees are read-only, as in a store."""
    for parent, _, _ in os.walk(folder):
        try:
            os.chmod(parent, 0o700)
        except OSError:
            continue


def _size(count: int) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 10 else f"{count:.1f} {unit}"
        count = count / 1024  # type: ignore[assignment]
    return f"{count:.1f} GiB"


def help_text() -> str:
    """The help of `pyoci cache`."""
    parts = "\n".join(f"  {name:<11}{what}" for name, what in cache.PARTS.items())
    return f"""\
Usage: pyoci cache [info | clear] [PART …]

Shows how much is kept on disk between runs, or removes it: the named parts, or all. It may be removed at any time, also
while pyoci runs; what is needed is made again.

Parts:
{parts}

The folder is $XDG_CACHE_HOME/pyoci, else ~/.cache/pyoci. It must belong to you and be closed to others, or it is not
used. An answer counts for as long as all is unchanged that it was made from: every file, folder, link, variable and
option that was looked at, and pyoci itself. `--no-eval-cache` evaluates in any case.

Examples:
  pyoci cache
  pyoci cache clear answers
"""
