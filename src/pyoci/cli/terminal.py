"""Writing to the terminal, or to whatever standard output is.

Rich is imported only where its output is seen: on a terminal. Everywhere else text is plain and stays as it is.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing it from typing costs as much as giving a remembered answer
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from rich.console import Console

_STYLES = {
    "error": "bold red",
    "message": "",
    "place": "bold",
    "faint": "dim",
    "code": "",
    "caret": "bold red",
    "hint": "bold cyan",
    "heading": "bold",
}


def prepare_streams() -> None:
    """Let standard output and error carry what Nix strings carry: UTF-8, and bytes that are none."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="surrogateescape")


def is_rich(stream: TextIO) -> bool:
    """Whether a stream shows colour and layout: a terminal that can, or FORCE_COLOR is set."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def console(stream: TextIO) -> Console:
    """A rich console on a stream; NO_COLOR takes its colours away, COLUMNS sets its width."""
    from rich.console import Console
    from rich.theme import Theme

    return Console(file=stream, force_terminal=True, highlight=False, theme=Theme(_STYLES, inherit=True))


def width(stream: TextIO) -> int:
    """Columns of a terminal; 100 where the stream is none."""
    if not stream.isatty() and not os.environ.get("COLUMNS"):
        return 100
    from shutil import get_terminal_size

    return get_terminal_size().columns


def write(text: str) -> None:
    """Write to standard output."""
    sys.stdout.write(text)


def write_lines(lines: Iterable[list[tuple[str, str]]], stream: TextIO) -> None:
    """Write lines of styled pieces: in colour on a terminal, else plain."""
    if not is_rich(stream):
        stream.write("".join("".join(text for text, _ in line) + "\n" for line in lines))
        return
    from rich.text import Text

    out = console(stream)
    for line in lines:
        text = Text(no_wrap=False)
        for piece, style in line:
            text.append(piece, style or None)
        out.print(text, soft_wrap=True)
