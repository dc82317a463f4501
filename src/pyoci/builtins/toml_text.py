"""TOML documents as values: builtins.fromTOML.

Python's `tomllib` reads them. It and toml11, which C++ Nix uses, both know TOML 1.0; toml11 also lets a table header
follow a value on the same line, and its descriptions of errors are its own.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from math import isinf
from typing import Any, Final

from pyoci.builtins.json_exact import check_no_null
from pyoci.runtime.errors import EvalError
from pyoci.runtime.host import host
from pyoci.runtime.values import INT_MAX, INT_MIN, Value

_TIMESTAMPS: Final = "parse-toml-timestamps"
"""The experimental feature of Nix that gives dates and times a value."""


def parse_toml(text: str) -> Value:
    """The set that a TOML document describes, fully evaluated.

    Raises EvalError for what is no TOML, for integers beyond 64 bits, and, unless Nix's experimental feature
    parse-toml-timestamps is on, for dates and times."""
    reader = _Reader()
    if _NANOSECONDS.search(text) and _TIMESTAMPS in host().experimental_features:
        text = _LITERAL_OR_FRACTION.sub(reader.keep_fraction, text)
    try:
        text.encode()
        parsed = tomllib.loads(text, parse_float=_float)
    except UnicodeEncodeError:
        raise EvalError("while parsing TOML: [error] toml::parse_basic_string: invalid string format") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EvalError(f"while parsing TOML: [error] {error or 'too deeply nested'}") from None
    return reader.value(parsed)


def _float(text: str) -> float:
    number = float(text)
    if isinf(number) and not text.endswith("inf"):
        raise EvalError(
            "while parsing TOML: [error] toml::parse_floating: failed to read floating point value from stream"
        )
    return number


_NANOSECONDS: Final = re.compile(r":[0-9]{2}\.[0-9]{7}")
_LITERAL_OR_FRACTION: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|'{3}(?:[^']|'{1,2}(?!'))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*'''
    r"|(?<=[0-9]:[0-9]{2}\.)(?P<fraction>[0-9]+)",
    re.DOTALL,
)
"""What a fraction of a second must not be looked for in, or one."""


class _Reader:
    """Turns what `tomllib` gave into values.

    Nix keeps nanoseconds and Python microseconds: while a document is read, each fraction stands for one in
    `fractions`, by its number from 1."""

    def __init__(self) -> None:
        self.fractions: list[str] = []

    def keep_fraction(self, found: re.Match[str]) -> str:
        if found["fraction"] is None:
            return found[0]
        self.fractions.append(found["fraction"])
        return f"{len(self.fractions):06}"

    def value(self, parsed: Any) -> Value:
        if parsed.__class__ is str:
            return _text(parsed)
        if parsed.__class__ is dict:
            attributes: dict[str, Value] = {}
            for name, element in parsed.items():
                attributes[_text(name)] = self.value(element)
            return attributes
        if parsed.__class__ is list:
            for index, element in enumerate(parsed):
                parsed[index] = self.value(element)
            return tuple(parsed)
        if isinstance(parsed, date | time | datetime):
            if _TIMESTAMPS not in host().experimental_features:
                raise EvalError("while parsing TOML: Dates and times are not supported")
            return {"_type": "timestamp", "value": self.timestamp(parsed)}
        if parsed.__class__ is int and not INT_MIN <= parsed <= INT_MAX:
            raise EvalError(
                "while parsing TOML: [error] toml::parse_dec_integer: too large integer: current max digits = 2^63"
            )
        return parsed

    def timestamp(self, moment: date | time | datetime) -> str:
        """A date or time as toml11 writes it: its fraction to three, six or nine digits, `Z` for no offset."""
        if not isinstance(moment, time | datetime):
            return moment.isoformat()
        digits = f"{moment.microsecond:06}"
        if self.fractions and moment.microsecond:
            digits = self.fractions[moment.microsecond - 1]
        text, offset = moment.replace(microsecond=0, tzinfo=None).isoformat(), ""
        if moment.tzinfo is not None:
            offset = moment.isoformat()[-6:]
        digits = digits[:9].ljust(9, "0")
        while digits.endswith("000"):
            digits = digits[:-3]
        return text + (f".{digits}" if digits else "") + ("Z" if offset == "+00:00" else offset)


def _text(text: str) -> str:
    try:
        return check_no_null(text)
    except EvalError as error:
        raise EvalError(f"while parsing TOML: error: {error.message}") from None
