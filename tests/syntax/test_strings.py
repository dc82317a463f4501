"""Escapes and indentation. The indented strings' expectations are Nix's own answers."""

from __future__ import annotations

import pytest

from pyoci.syntax.faults import Fault
from pyoci.syntax.nodes import Interpolation, Literal, Node, Variable
from pyoci.syntax.parser import parse
from pyoci.syntax.source import Source
from pyoci.syntax.strings import Piece, strip_indentation, unescape


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a", "a"),
        (r"\n\r\t", "\n\r\t"),
        (r"\a\"\\\$", 'a"\\$'),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\\\r\n", "\r\n"),
        ("\\\n", "\n"),
    ],
)
def test_escapes(raw: str, text: str) -> None:
    assert unescape(raw, 0) == text


def test_null_bytes_are_refused() -> None:
    with pytest.raises(Fault, match="null bytes"):
        unescape("a\0", 0)


def value(text: str) -> str | list[str | None]:
    """The value of a string literal; of one with parts, the parts, None for an expression."""
    node = parse(Source(text, "«string»", b"/"))
    if isinstance(node, Interpolation):
        return [str(part) if isinstance(part, str) else None for part in node.parts]
    assert isinstance(node, Literal)
    assert isinstance(node.value, str)
    return node.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("''''", ""),
        ("'' ''", ""),
        ("''\n  a\n    b\n  ''", "a\n  b\n"),
        ("''\n  a\n\n  b''", "a\n\nb"),
        ("''  a\n    b''", "a\n  b"),
        ("''\n    \n  a\n''", "  \na\n"),
        ("''\n\ta\n  b''", "\ta\n  b"),
        ("''   \n  a''", "a"),
        ("''\n  a\r\n  b\r\n''", "a\r\nb\r\n"),
        ("''\r\n  a''", "\r\n  a"),
        ("''\n  ${a}\n    b''", [None, "\n  b"]),
        ("''\n  a ${b}\n  ''", ["a ", None, "\n"]),
        ("''$${a}''", "$${a}"),
        ("''a''${b}''", ["a", "$", "{b}"]),
        ("''a'''b''", ["a", "''", "b"]),
        ("''\n  a''\\n  b''", ["a", "\n", "b"]),
    ],
)
def test_indented_strings(text: str, expected: object) -> None:
    assert value(text) == expected


def test_escapes_end_the_leading_spaces() -> None:
    parts: list[str | Node] = ["  ", Piece("\t"), "a\n    b\n"]
    assert strip_indentation(parts) == ["\t", "a\n  b\n"]


def test_an_interpolation_alone_stays() -> None:
    variable = Variable("a", 0, 1)
    assert strip_indentation(["\n    ", variable, "\n"]) == ["\n", variable, "\n"]
