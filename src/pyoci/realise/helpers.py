"""Other Python processes that take a share of the work, where threads of one would wait for each other.

A helper is told calls over a pipe, as pickles, and answers over another; both ends are this program. It never is more
than help: it ends when the pipe to it is closed, however this process has ended, and what a helper that is no more was
to do is done here.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, BinaryIO, Concatenate, Final, ParamSpec, TypeVar

from pyoci.runtime.errors import StoreError

if TYPE_CHECKING:
    from concurrent.futures import Future
    from subprocess import Popen

_P = ParamSpec("_P")
_T = TypeVar("_T")
Tell = Callable[[Any], object]
"""Sends something on the way to whoever has called."""

PROCESSORS: Final = os.cpu_count() or 1


class HelperGone(Exception):
    """The helper has ended, or never began."""


class Helper:
    """A helper, seen from here. Calls are functions of modules that take a `Tell` first; arguments and results are
    pickled."""

    def __init__(self, prepare: Callable[_P, object], *arguments: _P.args, **named: _P.kwargs) -> None:
        """Start a helper, which first calls `prepare`."""
        from subprocess import DEVNULL, PIPE, Popen

        # -P: a folder named pyoci where the run happens to be is not to be imported.
        command = [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"]
        if sys.pycache_prefix is not None:
            command[1:1] = ["-X", f"pycache_prefix={sys.pycache_prefix}"]
        self.is_ready = False
        """Whether it has come so far that it takes calls."""
        self.has_begun = Event()
        """Set once it is ready, or is known never to be."""
        self.busy = 0
        """How many calls it has not answered."""
        self._calls: dict[int, tuple[Future[Any], Tell]] = {}
        self._numbers = count()
        self._lock = Lock()
        self._is_gone = False
        self._process: Popen[bytes] | None = None
        try:
            self._process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        except OSError:
            self._is_gone = True
            self.has_begun.set()
            return
        first = pickle.dumps((prepare, arguments, named))
        # Nobody waits for a process that has only begun to start.
        self._thread = Thread(target=self._converse, args=(first,), name="helper", daemon=True)
        self._thread.start()

    def call(
        self,
        function: Callable[Concatenate[Tell, _P], _T],
        told: Tell,
        *arguments: _P.args,
        **named: _P.kwargs,
    ) -> _T:
        """What a call returns. `told` gets what it tells on the way, in another thread.

        Raises StoreError as the call does, HelperGone."""
        # A helper itself has no use for this module, and is to be ready soon.
        from concurrent.futures import Future

        future: Future[_T] = Future()
        with self._lock:
            if self._is_gone:
                raise HelperGone
            number = next(self._numbers)
            self._calls[number] = future, told
            self.busy += 1
            try:
                assert self._process is not None
                assert self._process.stdin is not None
                self._process.stdin.write(pickle.dumps((number, function, arguments, named)))
                self._process.stdin.flush()
            except OSError:
                # Who reads its answers will find out, too.
                self._is_gone = True
        return future.result()

    def end(self) -> None:
        """Let it stop what it does. Where it does something, this waits until it has stopped."""
        with self._lock:
            if self._process is None:
                return
            waits = bool(self._calls)
            self._is_gone = True
            assert self._process.stdin is not None
            with suppress(OSError):
                self._process.stdin.close()
        if waits:
            self._thread.join()

    def _converse(self, first: bytes) -> None:
        """Send the first message, and take answers until there are no more."""
        process = self._process
        assert process is not None
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None
        with stdout, suppress(OSError, EOFError, ValueError, pickle.UnpicklingError):
            with self._lock:
                stdin.write(first)
                stdin.flush()
            while True:
                self._take(*pickle.load(stdout))
        process.wait()
        with self._lock:
            self._is_gone = True
            self.is_ready = False
            self.has_begun.set()
            calls, self._calls = self._calls, {}
        for future, _ in calls.values():
            future.set_exception(HelperGone())

    def _take(self, number: int, kind: str, value: Any) -> None:
        if kind == "ready":
            self.is_ready = True
            self.has_begun.set()
            return
        if kind == "told":
            self._calls[number][1](value)
            return
        with self._lock:
            future, _ = self._calls.pop(number)
            self.busy -= 1
        if kind == "error":
            future.set_exception(StoreError(value))
        else:
            future.set_result(value)


def serve() -> None:
    """What a helper does."""
    import signal

    # An interrupt from the keyboard reaches all processes; this one is told by the one that it helps.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    calls = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lock = Lock()

    def answer(number: int, kind: str, value: object) -> None:
        with lock, suppress(OSError):
            answers.write(pickle.dumps((number, kind, value)))
            answers.flush()

    try:
        with suppress(EOFError, OSError):
            _serve(calls, answer)
    finally:
        # The threads of calls are waited for by the interpreter.
        for action in _at_end:
            action()


_at_end: Final[list[Callable[[], object]]] = []


def at_end(action: Callable[[], object]) -> None:
    """In a helper: what is to be done when nobody wants its results any more."""
    _at_end.append(action)


def _serve(calls: BinaryIO, answer: Callable[[int, str, object], None]) -> None:
    prepare, arguments, named = pickle.load(calls)
    prepare(*arguments, **named)
    answer(0, "ready", None)

    def carry_out(number: int, function: Callable[..., object], arguments: Any, named: Any) -> None:
        try:
            result = function(lambda value: answer(number, "told", value), *arguments, **named)
        except StoreError as error:
            answer(number, "error", error.message)
        except BaseException:
            # Not foreseen: done again where it can be shown.
            os._exit(1)
        else:
            answer(number, "done", result)

    while True:
        Thread(target=carry_out, args=pickle.load(calls)).start()
