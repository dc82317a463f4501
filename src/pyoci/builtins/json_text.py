"""JSON texts as values: builtins.fromJSON.

Python's own parser does the work where it and nlohmann's JSON library, which C++ Nix uses, cannot differ; where they
might, or where it finds an error, `json_exact` reads the text again in nlohmann's way and with its messages.
"""

from __future__ import annotations

import json
from math import isinf
from typing import Any, Final

from pyoci.runtime.values import INT_MAX, INT_MIN, Value


class _DoubtfulError(Exception):
    """The other parser should have a look."""


def parse_json(text: str) -> Value:
    """The value of a JSON text, fully evaluated.

    Raises EvalError for what is no JSON or holds a number or string that Nix has no value for."""
    try:
        if not text.isascii():
            text.encode("utf-8")
        # Python would accept half of a surrogate pair, and Nix has no strings with null bytes.
        if "\\ud" in text or "\\uD" in text or "\\u0000" in text:
            raise _DoubtfulError
        return _to_value(_DECODER.decode(text))
    except (ValueError, RecursionError, _DoubtfulError):
        from pyoci.builtins.json_exact import parse_exactly

        return parse_exactly(text)


def _refuse_constant(name: str) -> Any:
    raise _DoubtfulError


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)


def _to_value(parsed: Any) -> Value:
    if parsed.__class__ is dict:
        for name, element in parsed.items():
            if element.__class__ is not str:
                parsed[name] = _to_value(element)
        return parsed
    if parsed.__class__ is list:
        for index, element in enumerate(parsed):
            if element.__class__ is not str:
                parsed[index] = _to_value(element)
        return tuple(parsed)
    if parsed.__class__ is int and not INT_MIN <= parsed <= INT_MAX:
        raise _DoubtfulError
    if parsed.__class__ is float and isinf(parsed):
        raise _DoubtfulError
    return parsed
