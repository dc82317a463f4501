"""pyoci evaluates Nix in Python and turns what comes out into OCI bundles and systemd units.

    >>> import pyoci
    >>> pyoci.evaluate("{ a = 1 + 1; }")
    {'a': 2}

`import pyoci` is cheap: the evaluator is imported when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for True; importing it from typing costs as much as starting Python
if TYPE_CHECKING:
    from pyoci.api import Derivation, Function, evaluate, evaluate_file
    from pyoci.runtime.errors import ErrorReport, NixError, Position, TraceFrame

__version__ = "0.1.0"

__all__ = [
    "Derivation",
    "ErrorReport",
    "Function",
    "NixError",
    "Position",
    "TraceFrame",
    "__version__",
    "evaluate",
    "evaluate_file",
]

_ERRORS = frozenset({"ErrorReport", "NixError", "Position", "TraceFrame"})


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'pyoci' has no attribute '{name}'")
    if name in _ERRORS:
        from pyoci.runtime import errors as module
    else:
        from pyoci import api as module  # type: ignore[no-redef]
    value: object = getattr(module, name)
    globals()[name] = value
    return value
