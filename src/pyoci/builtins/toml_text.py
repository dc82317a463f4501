"""TOML documents as values: builtins.fromTOML."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import Any

from pyoci.builtins.json_exact import check_no_null
from pyoci.runtime.errors import EvalError
from pyoci.runtime.values import INT_MAX, INT_MIN, Value


def parse_toml(text: str) -> Value:
    """The set that a TOML document describes, fully evaluated.

    Raises EvalError for what is no TOML, and for dates, times and integers beyond 64 bits."""
    try:
        return _to_value(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EvalError(f"while parsing TOML: [error] {error or 'too deeply nested'}") from None


def _to_value(parsed: Any) -> Value:
    if parsed.__class__ is str:
        return _text(parsed)
    if parsed.__class__ is dict:
        return {_text(name): _to_value(element) for name, element in parsed.items()}
    if parsed.__class__ is list:
        return tuple(map(_to_value, parsed))
    if isinstance(parsed, date | time | datetime):
        raise EvalError("while parsing TOML: Dates and times are not supported")
    if parsed.__class__ is int and not INT_MIN <= parsed <= INT_MAX:
        raise EvalError("while parsing TOML: [error] too large integer: current max digits = 2^63")
    return parsed


def _text(text: str) -> str:
    try:
        return check_no_null(text)
    except EvalError as error:
        raise EvalError(f"while parsing TOML: error: {error.message}") from None
