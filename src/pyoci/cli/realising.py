"""Where the files of containers come from: options of every command that writes bundles."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from pyoci.caching.folder import default_folder, make_private
from pyoci.cli.arguments import Arguments, Option, UsageError
from pyoci.cli.evaluation import Evaluation
from pyoci.cli.terminal import console, is_rich
from pyoci.emit.files import OutputError
from pyoci.realise.caches import DEFAULT_CACHE, DEFAULT_KEY, BinaryCache, Caches
from pyoci.realise.closure import Closure, Progress, Silent
from pyoci.realise.local import StoreSource
from pyoci.realise.realiser import CONNECTIONS, Realiser
from pyoci.realise.shared import SharedStore
from pyoci.realise.transport import Patience
from pyoci.store.local import LocalStore

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

REALISE_OPTIONS = (
    Option("--store", "FOLDER", "take store paths from FOLDER/nix/store, in place of this machine's /nix/store"),
    Option("--no-store", "", "take nothing from a store on this machine"),
    Option(
        "--substituter",
        "URL",
        f"take store paths from this binary cache (https://…, http://…, file:///…), in place of {DEFAULT_CACHE}; "
        "may be repeated, and they are asked in that order",
        repeated=True,
    ),
    Option("--no-substituters", "", "ask no binary cache; what was downloaded before is used"),
    Option(
        "--trusted-key",
        "KEY",
        "believe what this public key (NAME:BASE64) has signed, in place of the default cache's; may be repeated",
        repeated=True,
    ),
    Option("--no-check-sigs", "", "believe caches without a signature"),
    Option("--from-host", "", "take the programs of packages that no store and no cache has from this machine"),
    Option("--hard-links", "", "link files of the shared store even into a root file system that can be written to"),
    Option("--jobs", "N", f"download so many store paths at once ({CONNECTIONS})"),
    Option("--timeout", "SECONDS", "give a cache so long to go on with an answer (30)"),
)


@contextmanager
def realiser_for(arguments: Arguments, evaluation: Evaluation) -> Iterator[Realiser]:
    """The realiser that a command line asks for, with a progress bar on a terminal.

    Raises UsageError for options that do not fit together, StoreError for a cache or a key that is none, OutputError
    where nothing can be kept."""
    store_dir = evaluation.evaluator.store_dir
    if not make_private(default_folder()):
        raise OutputError(f"'{default_folder()}' must belong to you and be closed to others: what is in it is believed")
    shared = SharedStore(Path(default_folder()) / "store", store_dir)
    caches = _caches(arguments, store_dir)
    with (
        _progress() as progress,
        Realiser(
            evaluation.evaluator.store,
            stores=[StoreSource(store, shared.scanned) for store in _stores(arguments, store_dir)],
            shared=shared,
            caches=caches,
            from_host=arguments.flag("from_host"),
            progress=progress,
            connections=_number(arguments, "jobs", CONNECTIONS),
        ) as realiser,
    ):
        yield realiser


def hard_links(arguments: Arguments) -> bool | None:
    """The `hard_links` of `write_bundle` that a command line asks for."""
    return True if arguments.flag("hard_links") else None


def show_notes(closure: Closure) -> None:
    """Tell what stands in for what."""
    for note in closure.notes:
        print(f"note: {note}", file=sys.stderr)


def _stores(arguments: Arguments, store_dir: str) -> list[LocalStore]:
    given = arguments.text("store")
    if arguments.flag("no_store"):
        if given is not None:
            raise UsageError("--store and --no-store contradict each other")
        return []
    if given is not None and not os.path.isdir(given + store_dir):
        raise UsageError(f"'{given}' has no store: there is no folder '{given.rstrip('/')}{store_dir}'")
    return [LocalStore(os.path.abspath(given) if given is not None else "/", store_dir)]


def _caches(arguments: Arguments, store_dir: str) -> Caches:
    urls = arguments.texts("substituter")
    if arguments.flag("no_substituters"):
        if urls:
            raise UsageError("--substituter and --no-substituters contradict each other")
    else:
        urls = urls or [DEFAULT_CACHE]
    patience = Patience(stall=_number(arguments, "timeout", 30))
    connections = _number(arguments, "jobs", CONNECTIONS)
    return Caches(
        [BinaryCache(url, patience, connections, store_dir) for url in urls],
        arguments.texts("trusted_key") or [DEFAULT_KEY],
        check_signatures=not arguments.flag("no_check_sigs"),
    )


def _number(arguments: Arguments, name: str, default: int) -> int:
    word = arguments.text(name)
    if word is None:
        return default
    if not word.isdecimal() or not 0 < int(word) <= 10_000:
        raise UsageError(f"--{name} takes a number from 1 on, but not '{word}'")
    return int(word)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar where standard error is a terminal; it appears with the first download."""
    if not is_rich(sys.stderr) or not sys.stderr.isatty():
        yield Silent()
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.stop()


class _Bar:
    """Shows how many paths and bytes have come. Called from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bars: Bars | None = None
        self._paths = self._finished = self._size = 0

    def expect(self, paths: int, size: int) -> None:
        """See closure.Progress."""
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        with self._lock:
            self._paths += paths
            self._size += size
            if self._bars is None:
                columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
                self._bars = Progress(TextColumn("{task.description}"), *columns, console=console(sys.stderr))
                self._bars.add_task("")
                self._bars.start()
            self._update(0)

    def received(self, size: int) -> None:
        """See closure.Progress."""
        with self._lock:
            self._update(size)

    def finished(self, path: str) -> None:
        """See closure.Progress."""
        with self._lock:
            self._finished += 1
            self._update(0)

    def _update(self, size: int) -> None:
        if self._bars is not None:
            shown = f"{self._finished} of {self._paths} store paths"
            self._bars.update(self._bars.task_ids[0], description=shown, total=self._size, advance=size)

    def stop(self) -> None:
        """Leave the last state on the terminal."""
        if self._bars is not None:
            self._bars.stop()
