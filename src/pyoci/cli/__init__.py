"""The command line: one module a command, and what they share.

arguments    options and words
evaluation   what every command that evaluates has in common: settings, inputs, arguments of functions
sources, place, hints, errors   errors for people
nix_errors   errors for programs that read nix-instantiate's
remembered   answers of earlier runs
terminal     the only room that knows rich

Exit statuses: 0, done; 1, what was asked for cannot be done (an error in a Nix file, a file that cannot be written);
2, the command line is wrong; 130, interrupted; 141, nobody reads the output any more.
"""

from __future__ import annotations

import gc
import os
import sys

from pyoci.caching.bytecode import forget_bytecode, keep_bytecode
from pyoci.cli.arguments import InputError, UsageError

TYPE_CHECKING = False  # importing it from typing costs as much as giving a remembered answer
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

COMMANDS = {
    "eval": "show what a file makes: a container, a configuration's units, or a value",
    "bundle": "write containers as OCI bundles",
    "units": "write a configuration's systemd units",
    "run": "run a container",
    "image": "write containers as OCI images",
    "install": "put a configuration's bundles and units into place",
    "uninstall": "take away what install put into place",
    "instantiate": "print the derivations that a file makes, and write them to a store",
    "compare": "compare with what C++ Nix makes of the same file",
    "index": "make an index of a nixpkgs tree, for its store paths without the tree",
    "cache": "show or empty the cache folder",
    "nix-instantiate": "evaluate as C++ Nix's nix-instantiate does: same arguments, same output",
    "help": "show help for a command",
}
"""Each is a module of this package, `-` written `_`, with `run(words) -> exit status` and `help_text() -> str`."""


def main(argv: Sequence[str] | None = None, *, remember: bool = False) -> int:
    """Run the program on command-line words (default: those of the process); the result is the exit status. With
    `remember`, evaluations that were done before are not done again.

    Never raises: whatever goes wrong becomes a message on standard error and a status."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words[0] if words else "pyoci"
    try:
        status = _dispatch(words, remember)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Python flushes standard output once more on its way out, which must not fail again.
        _silence(sys.stdout)
        return 141
    except KeyboardInterrupt:
        return 130
    except UsageError as error:
        _say(f"error: {error.message}")
        if error.hint:
            _say(f"  hint: {error.hint}")
        if isinstance(error, InputError):
            return 1
        _say(f"Try 'pyoci {name} --help' for more information." if name in COMMANDS else "Try 'pyoci --help'.")
        return 2
    except OSError as error:
        _say(f"error: {error.filename or 'standard output'}: {error.strerror or error}")
        _silence(sys.stdout)
        return 1
    except EOFError as error:
        if not forget_bytecode():
            return _internal(error)
        _say("error: Python's own files in the cache folder were damaged, and are removed")
        _say("  hint: run the command again")
        return 1
    except Exception as error:
        return _internal(error)


def program() -> NoReturn:
    """The process `pyoci`: runs `main` and ends.

    The garbage collector stays off, and the end is abrupt: a command's values die with it, and taking them apart one by
    one would take a tenth of the time that making them did."""
    keep_bytecode(__spec__.cached)
    gc.disable()
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _open_closed_streams()
    status = main(remember=True)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            continue
    os._exit(status)


def _open_closed_streams() -> None:
    """Give the process the standard streams that it was started without, before a file gets their numbers: input that
    is empty, output that cannot be written to, and messages that nobody sees."""
    closed = [number for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)) if stream is None]
    for number in closed:
        nothing = os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
        if nothing != number:
            os.dup2(nothing, number)
            os.close(nothing)
    for number in closed:
        stream = os.fdopen(number, "w" if number else "r", closefd=False)
        setattr(sys, ("stdin", "stdout", "stderr")[number], stream)


def _dispatch(words: list[str], remember: bool) -> int:
    from pyoci.cli.terminal import prepare_streams

    prepare_streams()
    if not words or words[0] in ("-h", "--help"):
        words = ["help", *words[1:]]
    if words[0] == "--version":
        from pyoci import __version__

        print(f"pyoci {__version__}")
        return 0
    command, rest = words[0], words[1:]
    if command not in COMMANDS:
        raise _unknown_command(command)
    options = rest[: rest.index("--")] if "--" in rest else rest
    if command != "nix-instantiate" and any(word in ("-h", "--help") for word in options):
        command, rest = "help", [command]
    if remember and command in ("eval", "nix-instantiate"):
        from pyoci.cli.remembered import remembered

        return remembered(command, rest, lambda words: run_of(command)(words))
    return run_of(command)(rest)


def run_of(command: str) -> Callable[[list[str]], int]:
    """The `run` of a command."""
    run: Callable[[list[str]], int] = _module(command).run
    return run


def help_of(command: str) -> str:
    """The help text of a command."""
    text: str = _module(command).help_text()
    return text


def _module(command: str):  # type: ignore[no-untyped-def]
    from importlib import import_module

    return import_module(f"pyoci.cli.{command.replace('-', '_')}")


def _unknown_command(word: str) -> UsageError:
    from pyoci.runtime.suggestions import similar

    if word.startswith("-"):
        hint = similar(word, ("--help", "--version"))
        return UsageError(
            f"unrecognised flag '{word}'", hint or "options stand behind a command, as in pyoci eval --json"
        )
    hint = similar(word, COMMANDS)
    if hint is None and (os.path.exists(word) or word.endswith(".nix")):
        hint = f"to evaluate a file: pyoci eval {word}"
    return UsageError(f"there is no command '{word}'", hint or f"the commands are {', '.join(COMMANDS)}")


def _say(line: str) -> None:
    try:
        print(line, file=sys.stderr)
    except OSError:
        _silence(sys.stderr)


def _silence(stream: object) -> None:
    """Point a stream's file descriptor at nothing, so that later flushes succeed."""
    fileno = getattr(stream, "fileno", None)
    try:
        if fileno is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), fileno())
    except (OSError, ValueError):
        pass


def _internal(error: Exception) -> int:
    if os.environ.get("PYOCI_TRACEBACK"):
        raise error
    _say(f"error: internal error: {type(error).__name__}: {error}")
    _say("  This is a mistake in pyoci, not in your file. PYOCI_TRACEBACK=1 shows where; please report it.")
    return 1
