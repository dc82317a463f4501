"""Command-line arguments, read in the way of C++ Nix's tools.

Written by hand because `nix-instantiate`'s grammar is no POSIX one (`--arg` takes two words, every setting is an
option too, `-E` makes expressions of the words that follow) and because this runs before the first expression is
evaluated: argparse alone costs as much start-up time as bare Python.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing it from typing costs as much as giving a remembered answer
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class UsageError(Exception):
    """The command line is wrong. `hint` is a suggestion, or None."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(UsageError):
    """The command line is well formed, but names something that is not there."""


class Option:
    """One option: its spellings, the words it takes and what it is for.

    `name` is the key of its value in `Arguments`; an option without words is a flag and its value True. An option
    with `repeated` collects a list, with one word of strings, with several of tuples."""

    __slots__ = ("flags", "help", "metavars", "name", "repeated")

    def __init__(
        self, flags: str, metavars: str, help: str, *, name: str | None = None, repeated: bool = False
    ) -> None:
        self.flags = tuple(flags.split())
        self.metavars = tuple(metavars.split())
        self.help = help
        self.name = name or self.flags[-1].lstrip("-").replace("-", "_")
        self.repeated = repeated


class Arguments:
    """What a command line says: `values` by option name, the other words in `positional`."""

    __slots__ = ("positional", "values")

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.positional: list[str] = []

    def flag(self, name: str) -> bool:
        """Whether a flag was given."""
        return bool(self.values.get(name))

    def text(self, name: str) -> str | None:
        """The word given to an option; None where the option was not given."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> list[str]:
        """The words of a repeated option that takes one."""
        value = self.values.get(name)
        return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """The words of a repeated option that takes two."""
        value = self.values.get(name)
        return [(pair[0], pair[1]) for pair in value if isinstance(pair, tuple)] if isinstance(value, list) else []


def parse(
    options: Iterable[Option],
    words: Sequence[str],
    *,
    setting: Callable[[str], tuple[str, str | None] | None] | None = None,
    gnu: bool = False,
) -> Arguments:
    """Read `words` by a table of options.

    `setting(flag)` is asked about flags that are in no table: it answers the name of a setting and its value (None
    for the next word), which then count as given with `--option NAME VALUE`, or None where it does not know the flag
    either. With `gnu`, `--option=word` is understood too. A lone `-` and all words after `--` are positional.

    Raises UsageError for a flag that does not exist and for missing words."""
    by_flag = {flag: option for option in options for flag in option.flags}
    arguments = Arguments()
    words = list(words)
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            arguments.positional += words[at:]
            break
        if not word.startswith("-") or word == "-":
            arguments.positional.append(word)
            continue
        option = by_flag.get(word)
        if option is None and len(word) > 2 and word[1].isalpha():
            at -= 1
            words[at : at + 1] = _split_letters(word)
            continue
        if option is not None:
            at = _take(arguments, option, word, words, at)
        elif gnu and "=" in word and word.startswith("--"):
            flag, _, value = word.partition("=")
            option = by_flag.get(flag)
            if option is None:
                raise _unknown(flag, by_flag)
            if len(option.metavars) != 1:
                raise UsageError(f"flag '{flag}' does not take a value behind '='")
            _store(arguments, option, (value,))
        else:
            named = setting(word) if setting else None
            if named is None:
                raise _unknown(word, by_flag)
            name, fixed = named
            if fixed is None and at == len(words):
                raise _too_few(word, 1, 0)
            _store(arguments, by_flag["--option"], (name, words[at] if fixed is None else fixed))
            at += fixed is None
    return arguments


def _split_letters(word: str) -> list[str]:
    """`-vvA` is `-v -v -A`, and `-j4` is `-j 4`."""
    letters: list[str] = []
    for at, letter in enumerate(word[1:], 1):
        if not letter.isalpha():
            return [*letters, word[at:]]
        letters.append("-" + letter)
    return letters


def _take(arguments: Arguments, option: Option, flag: str, words: Sequence[str], at: int) -> int:
    count = len(option.metavars)
    if at + count > len(words):
        raise _too_few(flag, count, len(words) - at)
    _store(arguments, option, tuple(words[at : at + count]))
    return at + count


def _store(arguments: Arguments, option: Option, words: tuple[str, ...]) -> None:
    value: object = True if not words else words[0] if len(words) == 1 else words
    if option.repeated:
        earlier = arguments.values.setdefault(option.name, [])
        assert isinstance(earlier, list)
        earlier.append(value)
    else:
        arguments.values[option.name] = value


def _too_few(flag: str, wanted: int, given: int) -> UsageError:
    return UsageError(f"flag '{flag}' requires {wanted} argument(s), but only {given} were given")


def _unknown(flag: str, known: Iterable[str]) -> UsageError:
    from pyoci.runtime.suggestions import similar

    return UsageError(f"unrecognised flag '{flag}'", similar(flag, known))


def describe(options: Iterable[Option], width: int = 80) -> str:
    """The options as an aligned list for a help text."""
    from textwrap import wrap

    lines = []
    for option in options:
        head = "  " + " ".join((", ".join(option.flags), *option.metavars))
        body = wrap(option.help, max(30, width - 26))
        if len(head) < 25:
            lines.append(f"{head:<26}{body[0]}")
            body = body[1:]
        else:
            lines.append(head)
        lines += [" " * 26 + line for line in body]
    return "\n".join(lines)
