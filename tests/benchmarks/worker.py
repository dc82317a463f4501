"""Runs programs and says what they took. A process of its own, with as little memory as Python can have: the kernel
counts what a process had before it became another program into that program's peak.

Reads lines of JSON, `{"command": […], "env": {…}, "cwd": …, "output": …, "timeout": …}`; answers each with one:
`{"status", "wall", "user", "system", "peak"}`, in seconds and bytes; `status` is null where the time was not enough.
"""

import json
import os
import signal
import sys
import time


class _TimeOut(Exception):
    pass


def _on_alarm(*_):
    raise _TimeOut


def run(command, env, cwd, output, timeout):
    """Run one program to its end."""
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    messages = os.open(output + ".err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    began = time.perf_counter()
    child = os.fork()
    if not child:
        try:
            for ours, theirs in ((nothing, 0), (written, 1), (messages, 2)):
                os.dup2(ours, theirs)
            os.setsid()
            os.chdir(cwd)
            os.execvpe(command[0], command, env)
        finally:
            os._exit(127)
    for descriptor in (written, messages, nothing):
        os.close(descriptor)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        _, status, used = os.wait4(child, 0)
        timed_out = False
    except _TimeOut:
        os.killpg(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
        timed_out = True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {
        "status": None if timed_out else os.waitstatus_to_exitcode(status),
        "wall": time.perf_counter() - began,
        "user": used.ru_utime,
        "system": used.ru_stime,
        "peak": used.ru_maxrss * 1024,
    }


signal.signal(signal.SIGALRM, _on_alarm)
for line in sys.stdin:
    print(json.dumps(run(**json.loads(line))), flush=True)
