"""A program that has the terminal while this one waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from pyoci.caching.background import end_writers

GRACE = 10
"""Seconds that a program has to end after it was asked to."""

_ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_PASSED_ON = (signal.SIGUSR1, signal.SIGUSR2)


def run_in_foreground(command: list[str], *, inherited: int, kill: list[str]) -> int:
    """Run a command with this process's streams and the open file `inherited`; its exit status.

    Signals are passed on. `kill` is the command that ends the program when it does not heed them."""
    sys.stdout.flush()
    sys.stderr.flush()
    end_writers()  # they would stay as defunct processes for as long as the program runs
    child: subprocess.Popen[bytes] | None = None
    received: list[int] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        if child is None:
            received.append(number)
        # What is typed on a terminal reaches the child without our help.
        elif number not in (signal.SIGINT, signal.SIGQUIT) or not _has_terminal():
            child.send_signal(number)

    def end(number: int, frame: FrameType | None) -> None:
        if any(earlier in _ASKED_TO_END for earlier in received):
            kill_now(number, frame)
            return
        received.append(number)
        signal.alarm(GRACE)
        pass_on(number, frame)

    def kill_now(number: int, _: FrameType | None) -> None:
        done = subprocess.run(kill, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode != 0 and child is not None:
            child.kill()

    earlier = {number: signal.signal(number, end) for number in _ASKED_TO_END}
    earlier |= {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    earlier[signal.SIGALRM] = signal.signal(signal.SIGALRM, kill_now)
    try:
        child = subprocess.Popen(command, pass_fds=(inherited,))
        for number in received:
            child.send_signal(number)
        status = child.wait()
    finally:
        signal.alarm(0)
        for number, handler in earlier.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status


def _has_terminal() -> bool:
    """Whether this process is in the foreground of its terminal."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
