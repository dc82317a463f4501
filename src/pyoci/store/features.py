"""Nix's experimental features: what an expression is told that needs one that is off."""

from __future__ import annotations

from pyoci.runtime.errors import EvalError


def disabled(feature: str, reason: str = "") -> EvalError:
    """The error of using an experimental feature that is not enabled, in C++ Nix's words."""
    why = f" ({reason})" if reason else ""
    return EvalError(
        f"experimental Nix feature '{feature}' is disabled{why}; "
        f"add '--extra-experimental-features {feature}' to enable it",
    )
