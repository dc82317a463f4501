"""A stack that is deep enough: evaluation runs in a thread and a frame of its own.

Python functions calling Python functions use no C stack from CPython 3.11 on, so the depth of Nix recursion is a
matter of Python's recursion limit. Two things need room all the same: the C stack, for the few places where C code
calls back (a thread can have a large one), and CPython's data stack. 3.11 to 3.13 keep frames in chunks of 16 KB that
are mapped and unmapped as calls come and go; evaluation whose depth swings over a chunk's border pays a page fault for
each swing (25 s instead of 6 s for a NixOS system). A frame that claims a huge value stack makes one huge chunk, of
which the kernel only commits what is touched.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, TypeVar

    T = TypeVar("T")


_C_STACK: Final = 512 << 20
"""Bytes of C stack of the evaluation's thread (address space, not memory)."""
_DATA_STACK: Final = (1 << 24) + (1 << 10)
"""Words of value stack of the outermost frame. A chunk is the next power of two: as much again is left for others."""
_HEAP: Final = 30 << 20
"""Bytes; glibc's limit for what it learns of is 32 MiB."""
_RECURSION_LIMIT: Final = 450_000
"""Python frames before a stack overflow is reported; a Nix call takes one to three."""


def _launch(function: Callable[[], Any]) -> Any:
    return function()


if sys.version_info < (3, 14):
    _launch.__code__ = _launch.__code__.replace(co_stacksize=_DATA_STACK)

_inside = threading.local()


def is_deep() -> bool:
    """Whether this is the thread of an evaluation."""
    return getattr(_inside, "deep", False)


def run_deep(function: Callable[[], T]) -> T:
    """Call a function on the deep stack, with the garbage collector off, and give what it gives.

    Reference cycles are as common in lazy values as garbage is rare, so that collections find nothing: they made up
    60 % of the time of a NixOS evaluation. Nested calls run where they are."""
    if is_deep():
        return function()
    outcome: list[Any] = []

    def body() -> None:
        _inside.deep = True
        _claim_heap()
        try:
            outcome.append((True, _launch(function)))
        except BaseException as error:
            outcome.append((False, error))

    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    previous = threading.stack_size(_C_STACK)
    gc.disable()
    sys.setrecursionlimit(_RECURSION_LIMIT)
    try:
        thread = threading.Thread(target=body, name="pyoci-evaluation", daemon=True)
        thread.start()
        threading.stack_size(previous)
        _join(thread)
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
    done, result = outcome[0]
    if done:
        return result  # type: ignore[no-any-return]
    raise result


def _claim_heap() -> None:
    """Have the C library's heap for this thread at full size from the start.

    glibc makes a thread's heap larger page by page, a system call each time (a NixOS system: 12,700). When a large
    block is freed that had memory of its own, it learns to take such blocks from the heap; when the next one is freed,
    the heap keeps the size that it had for it. Nothing of this is touched, so it costs no memory."""
    for _ in range(2):
        bytes(_HEAP)


def _join(thread: threading.Thread) -> None:
    """Wait for a thread; Ctrl-C while waiting ends the thread too."""
    try:
        thread.join()
    except KeyboardInterrupt:
        import ctypes

        assert thread.ident is not None
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt))
        thread.join()
        raise
