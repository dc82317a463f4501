"""Processes that compile ahead.

A first run on a big tree parses and compiles hundreds of files, one after the other. Which ones will come next can be
told from the paths that are written in those that came: the modules of NixOS are a list of 900 paths. On a machine with
more than one processor, helpers compile those files into the code cache, where the run finds them when it gets there. A
helper takes the paths from the end, so that it meets the run, which comes from the front, only once. What it gets
wrong costs nobody time: a file that is not in the cache when it is needed is compiled by the run itself, as ever.

The run talks to a helper through a pipe: first what both must agree on, then paths, ended by NUL; one with a `-` before
it is that of a file that the run has compiled itself. When the pipe is closed, at the latest when the run ends, the
helper ends.
"""

from __future__ import annotations

import marshal
import os
import sys

from pyoci.compiler.cache import CodeCache
from pyoci.compiler.loader import LoadedModule, generate_file
from pyoci.compiler.scope import BuiltinSignature, GlobalNames
from pyoci.runtime.errors import NixError

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from subprocess import Popen
    from typing import Final

_MOST: Final = 3
"""Helpers, at most; one processor is the run's own."""
_WHOLE: Final = 100_000
"""Characters of a file up to which all of it is generated: of larger ones runs need little, and would load the rest."""

MANY_PATHS: Final = 1500
"""A file with more paths than this is a collection of packages, of which a run loads a few."""
_LENGTH: Final = 4
"""Bytes of the length of what a helper is told first."""


class Helpers:
    """The helpers of a run; they are started when there is something to do for them."""

    def __init__(self, cache: CodeCache, names: GlobalNames) -> None:
        self._cache = cache
        self._names = names
        self._helpers: list[_Helper] | None = None
        self._next = 0

    def compiled(self, path: bytes) -> None:
        """Tell the helpers of a file that they need not compile any more."""
        for helper in self._helpers or ():
            helper.tell([b"-" + path])

    def compile(self, paths: Sequence[bytes]) -> None:
        """Have files, or the default.nix of folders, compiled that may be loaded next."""
        if not paths or len(paths) > MANY_PATHS:
            return
        if self._helpers is None:
            self._helpers = self._start()
        if self._helpers:
            self._next = (self._next + 1) % len(self._helpers)
            for at, helper in enumerate(self._helpers[self._next :] + self._helpers[: self._next]):
                helper.tell(paths[at :: len(self._helpers)])

    def close(self) -> None:
        """Send the helpers home."""
        for helper in self._helpers or ():
            helper.close()
        self._helpers = []

    def _start(self) -> list[_Helper]:
        cache, names = self._cache, self._names
        count = min(len(os.sched_getaffinity(0)) - 1, _MOST)
        if count < 1 or not cache.prepare():
            return []
        builtins = {name: tuple(signature) for name, signature in names.builtins.items()}
        told = marshal.dumps((cache.folder, cache.fingerprint, builtins, names.constants, names.bare))
        helpers = []
        for _ in range(count):
            try:
                helpers.append(_Helper(len(told).to_bytes(_LENGTH, "little") + told))
            except OSError:
                break
        return helpers


class _Helper:
    """A helper, seen from the run."""

    def __init__(self, told: bytes) -> None:
        from subprocess import DEVNULL, PIPE, Popen

        # -P: a folder named pyoci where the run happens to be is not to be imported.
        command = [sys.executable, "-P", "-c", f"from {__name__} import help_run; help_run()"]
        if sys.pycache_prefix is not None:
            command[1:1] = ["-X", f"pycache_prefix={sys.pycache_prefix}"]
        self._process: Popen[bytes] = Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
        assert self._process.stdin is not None
        self._pipe = self._process.stdin.fileno()
        os.set_blocking(self._pipe, False)
        self._untold = bytearray(told)

    def tell(self, paths: Sequence[bytes]) -> None:
        """Hand over paths, as many as the pipe takes now; the others later."""
        self._untold += b"".join([path + b"\0" for path in paths])
        try:
            while self._untold:
                del self._untold[: os.write(self._pipe, self._untold)]
        except BlockingIOError:
            pass
        except OSError:  # the helper is no more
            self._untold.clear()

    def close(self) -> None:
        """Close the pipe; the helper ends when it has done with its file."""
        assert self._process.stdin is not None
        self._process.stdin.close()


def help_run() -> None:
    """What a helper does."""
    import gc
    import signal

    # Ctrl-C is meant for the run, whose end is the helper's.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A processor that somebody else could use is not ours, least of all the run's own.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    gc.disable()
    sys.setrecursionlimit(20_000)
    length = int.from_bytes(_read(_LENGTH), "little")
    folder, fingerprint, builtins, constants, bare = marshal.loads(_read(length))
    cache = CodeCache(folder, fingerprint)
    signatures = {name: BuiltinSignature(*signature) for name, signature in builtins.items()}
    names = GlobalNames(signatures, constants, bare)
    done: set[bytes] = set()
    for path in _told_paths(done):
        try:
            file = _file(path)
            if file not in done:
                _compile(file, cache, names)
        except (NixError, OSError, RecursionError, ValueError, MemoryError):
            # The run will say what is wrong with the file, if it gets there.
            continue


def _file(path: bytes) -> bytes:
    path = os.path.realpath(path)
    return path + b"/default.nix" if os.path.isdir(path) else path


def _compile(path: bytes, cache: CodeCache, names: GlobalNames) -> None:
    if not path.endswith(b".nix"):
        return
    stat = os.stat(path)
    entry = cache.of_file(path, stat, (), False)
    if entry.lasts and not cache.has(entry):
        module = LoadedModule(os.fsdecode(path), os.fsdecode(path), path, None, os.path.dirname(path), names, False)
        compiled = generate_file(module)
        if len(module.source().text) <= _WHOLE:
            compiled.write_all()
        compiled.compile_ahead(module.source_name)
        cache.put(entry, compiled)


def _told_paths(done: set[bytes]) -> Iterator[bytes]:
    """The paths that are to be compiled, the one told last first. Those that the run has compiled go into `done`."""
    from select import select

    waiting: list[bytes] = []
    seen: set[bytes] = set()
    partial = b""
    while True:
        if select([0], [], [], 0 if waiting else None)[0]:
            data = os.read(0, 1 << 20)
            if not data:
                return
            *whole, partial = (partial + data).split(b"\0")
            done.update([path[1:] for path in whole if path.startswith(b"-")])
            waiting += [path for path in whole if not path.startswith(b"-") and path not in seen]
            seen.update(whole)
        if waiting:
            yield waiting.pop()


def _read(size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            sys.exit()
        data += more
    return data
