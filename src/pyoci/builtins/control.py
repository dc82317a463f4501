"""What evaluates, when, and what becomes of errors: `seq`, `tryEval`, `throw`, `trace`, …"""

from __future__ import annotations

from pyoci.builtins.registry import builtin
from pyoci.runtime.coercion import coerce_to_string, expect_string
from pyoci.runtime.deep import force_deep
from pyoci.runtime.errors import EVALUATION_ERRORS, Aborted, Catchable, Thrown, TypeMismatch, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.printing import show
from pyoci.runtime.thunks import force
from pyoci.runtime.values import ContextString, Lazy, Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final, NoReturn


_WARNING: Final = "evaluation warning: "


@builtin("seq", "e1 e2")
def seq(_first: Value, second: Value) -> Value:
    """`e2`, once `e1` is evaluated."""
    return second


@builtin("deepSeq", "e1 ?e2")
def deep_seq(first: Value, second: Lazy) -> Value:
    """`e2`, once `e1` is evaluated with everything in it."""
    force_deep(first, calls=1)
    return force(second)


@builtin("tryEval", "?e")
def try_eval(lazy: Lazy) -> dict[str, Lazy]:
    """A set of `success` and `value`, both false where evaluating `e` ended in `throw` or a failed `assert`; other
    errors are not caught, nor are those of what is in the value."""
    try:
        return {"success": True, "value": force(lazy)}
    except Catchable:
        return {"success": False, "value": False}


@builtin("throw", "s", is_global=True)
def throw(message: Value) -> NoReturn:
    """Fail with a message; `tryEval` can catch it."""
    raise Thrown(_message(message, "while evaluating the error message passed to builtin.throw"))


@builtin("abort", "s", is_global=True)
def abort(message: Value) -> NoReturn:
    """Fail with a message; nothing can catch it."""
    text = _message(message, "while evaluating the error message passed to builtins.abort")
    raise Aborted(f"evaluation aborted with the following error message: '{text}'")


@builtin("addErrorContext", "?context ?value")
def add_error_context(context: Lazy, lazy: Lazy) -> Value:
    """The value; should evaluating it fail, `context` is a line of the error's trace."""
    try:
        return force(lazy)
    except EVALUATION_ERRORS as error:
        line = _message(
            context, "while evaluating the error message passed to builtins.addErrorContext", copy_to_store=False
        )
        add_trace(error, line)
        raise


@builtin("trace", "e1 ?e2")
def trace(message: Value, second: Lazy) -> Value:
    """`e2`, once `e1` was written to standard error."""
    is_string = message.__class__ is str or message.__class__ is ContextString
    host().trace(f"trace: {message if is_string else show(message, whole=True)}")
    return force(second)


@builtin("traceVerbose", "?e1 ?e2")
def trace_verbose(_unseen: Lazy, second: Lazy) -> Value:
    """`e2`. What `trace` does with the option trace-verbose, which is off."""
    return force(second)


@builtin("warn", "e1 ?e2")
def warn(message: Value, second: Lazy) -> Value:
    """`e2`, once the string `e1` was written to standard error as a warning. With the setting abort-on-warn, an
    error that nothing can catch."""
    expect_string(message, "while evaluating the first argument; the message passed to builtins.warn")
    lines = [line.rstrip() for line in f"{_WARNING}{message}".rstrip().split("\n")]
    # Further lines stand below the first; a warning of nothing is an empty line.
    indented = [lines[0], *(line and " " * len(_WARNING) + line for line in lines[1:])]
    host().trace("\n".join(indented) if message.strip() else "")
    if host().abort_on_warn:
        raise Aborted("aborting to reveal stack trace of warning, as abort-on-warn is set")
    return force(second)


@builtin("break", "v", is_global=True)
def break_(value: Value) -> Value:
    """The value; a debugger would stop here. (C++ Nix without one gives a value that is not evaluated yet, of which
    some of what then happens to it takes no notice, and some dies.)"""
    return value


def _message(value: Lazy, where: str, *, copy_to_store: bool = True) -> str:
    """The text of an error message; raises TypeMismatch for what cannot be taken for a string."""
    try:
        return str.__str__(coerce_to_string(value, copy_to_store=copy_to_store))
    except TypeMismatch as error:
        error.traces.append((where, None))
        raise
