"""Nix's experimental features: what an expression is told that needs one that is off."""

from __future__ import annotations

from pyoci.runtime.errors import EvalError
from pyoci.runtime.host import running_host


def is_enabled(feature: str) -> bool:
    """Whether the evaluation that is running, if any, has an experimental feature on."""
    running = running_host()
    return running is not None and feature in running.experimental_features


def disabled(feature: str, reason: str = "") -> EvalError:
    """The error of using an experimental feature that is not enabled, in C++ Nix's words."""
    why = f" ({reason})" if reason else ""
    return EvalError(
        f"experimental Nix feature '{feature}' is disabled{why}; "
        f"add '--extra-experimental-features {feature}' to enable it",
    )
