"""`pyoci help [COMMAND]`."""

from __future__ import annotations

import sys

from pyoci.cli.arguments import UsageError
from pyoci.runtime.suggestions import similar


def run(words: list[str]) -> int:
    """Print the help of a command, or of the program."""
    from pyoci.cli import COMMANDS, help_of

    if not words or words[0] == "help":
        sys.stdout.write(help_text())
        return 0
    if words[0] not in COMMANDS:
        raise UsageError(f"there is no command '{words[0]}'", similar(words[0], COMMANDS))
    sys.stdout.write(help_of(words[0]))
    return 0


def help_text() -> str:
    """The help of the program."""
    from pyoci.cli import COMMANDS

    listed = "\n".join(f"  {name:<17}{what}" for name, what in COMMANDS.items())
    return f"""\
Usage: pyoci COMMAND [ARGUMENT …]

Evaluates Nix in Python and turns what comes out into OCI bundles and systemd units.

Commands:
{listed}

Options:
  -h, --help       this help; behind a command, that command's
  --version        the version

Example:
  pyoci eval -E '1 + 1'
  pyoci eval container.nix
  pyoci bundle container.nix -o bundles
"""
