"""Regular expressions: match, split."""

from __future__ import annotations

from pyoci.builtins.registry import Check, builtin
from pyoci.runtime.coercion import expect_plain_string, expect_string
from pyoci.runtime.errors import EvalError
from pyoci.runtime.strings import as_bytes_text, from_bytes_text
from pyoci.runtime.values import Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pyoci.builtins.posix_regex import Regex


@builtin("match", "regex str", checks=(Check("False", lambda regex: _compile(regex, "match")),))
def match(regex: Value, string: Value) -> Value:
    """Match the whole of a string with a POSIX extended regular expression.

    Gives what the groups captured, in order, null for one that took no part; null if the string does not match. Bytes
    count as characters."""
    compiled = _compile(regex, "match")
    text = expect_string(string, "while evaluating the second argument passed to builtins.match")
    if text.isascii():
        return compiled.match(str(text))
    groups = compiled.match(as_bytes_text(text))
    return None if groups is None else tuple(map(_from_bytes_text, groups))


@builtin("split", "regex str", checks=(Check("False", lambda regex: _compile(regex, "split")),))
def split(regex: Value, string: Value) -> Value:
    """Cut a string at everything that a POSIX extended regular expression matches.

    Gives the pieces, and between two pieces the list of what the groups captured there, null for one that took no
    part. Bytes count as characters."""
    compiled = _compile(regex, "split")
    text = expect_string(string, "while evaluating the second argument passed to builtins.split")
    is_ascii = text.isascii()
    text = str(text) if is_ascii else as_bytes_text(text)
    pieces: list[Value] = []
    behind = 0
    for start, end, groups in compiled.find_all(text):
        pieces.append(text[behind:start])
        pieces.append(groups if is_ascii else tuple(map(_from_bytes_text, groups)))
        behind = end
    pieces.append(text[behind:])
    if is_ascii:
        return tuple(pieces)
    return tuple(from_bytes_text(piece) if piece.__class__ is str else piece for piece in pieces)


def _compile(regex: Value, builtin_name: str) -> Regex:
    from pyoci.builtins.posix_regex import RegexSyntaxError, RegexTooLargeError, compile_regex

    text = expect_plain_string(regex, f"while evaluating the first argument passed to builtins.{builtin_name}")
    try:
        return compile_regex(as_bytes_text(text))
    except RegexSyntaxError:
        raise EvalError(f"invalid regular expression '{text}'") from None
    except RegexTooLargeError:
        raise EvalError(f"memory limit exceeded by regular expression '{text}'") from None


def _from_bytes_text(text: str | None) -> str | None:
    return None if text is None else from_bytes_text(text)
