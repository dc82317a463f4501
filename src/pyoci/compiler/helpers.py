"""Processes that compile ahead.

A first run on a big tree parses and compiles hundreds of files, one after the other. Which ones will come next can be
told from the paths that are written in those that came: the modules of NixOS are a list of 900 paths. On a machine with
more than one processor, helpers generate the code of those files into the code cache, where the run finds them when it
gets there. A helper takes the paths from the end, so that it meets the run, which comes from the front, only once. When
no path is left, it compiles what was generated, by itself or by the run; the run compiles a thunk's body only when it
is forced, and then looks whether a helper has done it. What a helper gets wrong costs nobody time: what is not in the
cache when it is needed is compiled by the run itself, as ever.

The run talks to a helper through a pipe: first what both must agree on, then paths, ended by NUL, each behind a letter
that tells what is known of it. The helper answers with the names of the entries of the cache that it has compiled. When
the pipe is closed, at the latest when the run ends, the helper ends.
"""

from __future__ import annotations

import marshal
import os
import sys
from functools import partial

from pyoci.compiler.cache import CodeCache, Entry
from pyoci.compiler.compiled import CompiledFile
from pyoci.compiler.loader import LoadedModule, generate_file
from pyoci.compiler.scope import BuiltinSignature, GlobalNames
from pyoci.runtime.errors import NixError

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from subprocess import Popen
    from typing import Final

_MOST: Final = 3
"""Helpers, at most; one processor is the run's own."""
_WHOLE: Final = 100_000
"""Bytes of a file up to which all of it is generated and compiled: of larger ones runs need little."""

MANY_PATHS: Final = 1500
"""A file with more paths than this is a collection of packages, of which a run loads a few."""
_LENGTH: Final = 4
"""Bytes of the length of what a helper is told first."""
_LISTEN_EVERY: Final = 16
"""So many times the run looks for what a helper has compiled before it listens to the helpers again."""

_EXPECTED: Final = b"?"
"""Before a path: of a file, or a folder with a default.nix, that the run may load."""
_GENERATED: Final = b"-"
"""Of a file that the run has loaded and generated itself."""
_TO_COMPILE: Final = b"+"
"""As that, and the one to compile it is you."""


class Helpers:
    """The helpers of a run; they are started when there is something to do for them."""

    def __init__(self, cache: CodeCache, names: GlobalNames) -> None:
        self._cache = cache
        self._names = names
        self._helpers: list[_Helper] | None = None
        self._next = 0
        self._compiled: set[str] = set()
        self._asked = 0

    @property
    def at_work(self) -> bool:
        """Whether there are any."""
        return bool(self._helpers)

    def generated(self, path: bytes) -> None:
        """Tell the helpers of a file that is generated, but for what was put off, and may be compiled."""
        if self._helpers:
            self._next = (self._next + 1) % len(self._helpers)
            for at, helper in enumerate(self._helpers):
                helper.tell([(_TO_COMPILE if at == self._next else _GENERATED) + path])

    def compiled(self, entry: Entry) -> CompiledFile | None:
        """What the helpers have compiled of a file by now."""
        self._asked += 1
        if self._asked % _LISTEN_EVERY == 0:
            for helper in self._helpers or ():
                self._compiled.update(helper.listen())
        return self._cache.get(entry) if entry.name in self._compiled else None

    def expect(self, paths: Sequence[bytes]) -> None:
        """Tell the helpers of files, or folders with a default.nix, that may be loaded next."""
        if not paths or len(paths) > MANY_PATHS:
            return
        if self._helpers is None:
            self._helpers = self._start()
        if self._helpers:
            self._next = (self._next + 1) % len(self._helpers)
            for at, helper in enumerate(self._helpers[self._next :] + self._helpers[: self._next]):
                helper.tell([_EXPECTED + path for path in paths[at :: len(self._helpers)]])

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
        self._process: Popen[bytes] = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pipe = self._process.stdin.fileno()
        self._answers = self._process.stdout.fileno()
        for pipe in (self._pipe, self._answers):
            os.set_blocking(pipe, False)
        self._untold = bytearray(told)
        self._partial = b""

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

    def listen(self) -> list[str]:
        """The names of entries of the cache that were compiled since the last time."""
        try:
            data = os.read(self._answers, 1 << 16)
        except OSError:  # nothing now
            return []
        *names, self._partial = (self._partial + data).split(b"\0")
        return [name.decode() for name in names]

    def close(self) -> None:
        """Close the pipes; the helper ends when it has done with its file."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()


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
    signatures = {name: BuiltinSignature(*signature) for name, signature in builtins.items()}
    work = _Work(CodeCache(folder, fingerprint), GlobalNames(signatures, constants, bare))
    for step in work.steps():
        try:
            step()
        except (NixError, OSError, RecursionError, ValueError, MemoryError):
            # The run will say what is wrong with the file, if it gets there.
            continue


class _Work:
    """What a helper has been told, and what it has done.

    What was told last comes first, be it to generate or to compile: the run is about to need it, and has dealt with
    most of what it told earlier."""

    def __init__(self, cache: CodeCache, names: GlobalNames) -> None:
        self._cache = cache
        self._names = names
        self._expected: list[bytes] = []
        self._to_compile: dict[bytes, CompiledFile | None] = {}
        """Files, as far as they were generated here."""
        self._seen: set[bytes] = set()
        self._generated: set[bytes] = set()
        """Files that have been generated, here or by the run."""

    def steps(self) -> Iterator[Callable[[], None]]:
        """What to do, until the run is over: first to generate what is expected, then to compile."""
        from select import select

        rest = b""
        while True:
            if select([0], [], [], 0 if self._expected or self._to_compile else None)[0]:
                data = os.read(0, 1 << 20)
                if not data:
                    return
                *told, rest = (rest + data).split(b"\0")
                for one in told:
                    self._note(one[:1], one[1:])
            if self._expected:
                yield partial(self._generate, self._expected.pop())
            elif self._to_compile:
                yield partial(self._compile, *self._to_compile.popitem())

    def _note(self, what: bytes, path: bytes) -> None:
        if what == _EXPECTED:
            if path not in self._seen:
                self._seen.add(path)
                self._expected.append(path)
            return
        self._generated.add(path)
        if what == _TO_COMPILE:
            self._to_compile[path] = None

    def _generate(self, path: bytes) -> None:
        path = os.path.realpath(path)
        if os.path.isdir(path):
            path += b"/default.nix"
        if path in self._generated or not path.endswith(b".nix"):
            return
        self._generated.add(path)
        stat = os.stat(path)
        entry = self._cache.of_file(path, stat, (), False)
        if entry.lasts and not self._cache.has(entry):
            compiled = self._code(path)
            if stat.st_size <= _WHOLE:
                compiled.write_all()
                self._to_compile[path] = compiled
            self._put(entry, compiled)

    def _compile(self, path: bytes, compiled: CompiledFile | None) -> None:
        stat = os.stat(path)
        entry = self._cache.of_file(path, stat, (), False)
        if not entry.lasts or stat.st_size > _WHOLE:
            return
        if compiled is None:
            compiled = self._code(path)
            compiled.write_all()
        compiled.compile_ahead(os.fsdecode(path))
        self._put(entry, compiled)
        os.write(1, entry.name.encode() + b"\0")

    def _code(self, path: bytes) -> CompiledFile:
        name = os.fsdecode(path)
        return generate_file(LoadedModule(name, name, path, None, os.path.dirname(path), self._names, False))

    def _put(self, entry: Entry, compiled: CompiledFile) -> None:
        # What the run itself writes at its end has been used, and is the better one to keep.
        if not self._run_is_over():
            self._cache.put(entry, compiled)

    def _run_is_over(self) -> bool:
        from select import POLLHUP, poll

        pipe = poll()
        pipe.register(0, POLLHUP)
        return bool(pipe.poll(0))


def _read(size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            sys.exit()
        data += more
    return data
