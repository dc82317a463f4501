"""Nix's lints of literals: `--lint-url-literals`, `--lint-short-path-literals`, `--lint-absolute-path-literals`, each
`ignore`, `warn` or `fatal`. They look at the texts that the command line names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoci.cli.trees import nodes_of
from pyoci.runtime.errors import ParseError, Position
from pyoci.syntax.nodes import Literal, Node, PathLiteral
from pyoci.syntax.source import Source


def lint(tree: Node, source: Source, levels: Mapping[str, str]) -> Iterator[tuple[str, Position]]:
    """Warnings about the literals of a text, in order, each with its place. `levels` gives the level of each setting.

    Raises ParseError for the first literal that is found under a setting that is `fatal`."""
    for node in _literals(tree):
        written = source.text[node.start : node.end]
        for setting, message in _faults(node, written, levels):
            position = source.position(node.start, node.end)
            if levels.get(setting) == "fatal":
                raise ParseError(f"{message} ({setting})", position=position)
            if levels.get(setting) == "warn":
                yield f"{message} ({setting})", position


def _faults(node: Node, written: str, levels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(node, PathLiteral):
        if written.startswith(("/", "~")):
            kind = "home" if written.startswith("~") else "absolute"
            yield (
                "lint-absolute-path-literals",
                f"{kind} path literals are not portable. Consider replacing path literal '{written}' by a string, "
                "relative path, or parameter",
            )
        elif not written.startswith("."):
            yield (
                "lint-short-path-literals",
                f"relative path literal '{written}' should be prefixed with '.' for clarity: './{written}'",
            )
    elif not written.startswith(('"', "'")):
        ruling = "disallowed" if levels.get("lint-url-literals") == "fatal" else "discouraged"
        yield "lint-url-literals", f'URL literals are {ruling}. Consider using a string literal "{written}" instead'


def _literals(tree: Node) -> list[Node]:
    literals = [
        node
        for node in nodes_of(tree)
        if isinstance(node, PathLiteral) or (isinstance(node, Literal) and isinstance(node.value, str))
    ]
    return sorted(literals, key=lambda node: node.start)
