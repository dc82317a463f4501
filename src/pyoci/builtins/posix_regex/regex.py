"""A compiled regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from pyoci.builtins.posix_regex.executor import Automaton
from pyoci.builtins.posix_regex.syntax import parse
from pyoci.builtins.posix_regex.translation import agrees_on_match, agrees_on_search, to_python

Groups = tuple[str | None, ...]
"""What the groups captured; None where one took no part."""


class Regex:
    """Matches texts of byte characters."""

    def __init__(self, text: str) -> None:
        self._tree, self._groups = parse(text)
        self._pattern = re.compile(to_python(self._tree), re.DOTALL)
        self._agrees_on_match = agrees_on_match(self._tree)

    def match(self, text: str) -> Groups | None:
        """The groups, where the whole of `text` matches."""
        if self._agrees_on_match:
            found = self._pattern.fullmatch(text)
            return None if found is None else found.groups()
        spans = self._automaton.match_at(text, 0, whole=True)
        return None if spans is None else _captured(text, spans[1:])

    def find_all(self, text: str) -> Iterator[tuple[int, int, Groups]]:
        """The matches in `text` from left to right: start, end, groups.

        An empty match may follow another one; behind an empty match the next is looked for at the same place if it is
        not empty, else one byte on."""
        if self._agrees_on_search:
            for found in self._pattern.finditer(text):
                yield *found.span(), found.groups()
        else:
            yield from self._find_all_slowly(text)

    def _find_all_slowly(self, text: str) -> Iterator[tuple[int, int, Groups]]:
        position, after_empty = 0, False
        while position <= len(text):
            spans = self._automaton.match_at(text, position, not_empty=after_empty)
            if spans is None and after_empty:
                position, after_empty = position + 1, False
                continue
            if spans is None:
                # Where a match starts is beyond dispute, only how it goes on.
                found = self._pattern.search(text, position + 1)
                if found is None:
                    return
                position = found.start()
                continue
            whole = spans[0]
            assert whole is not None
            start, position = whole
            after_empty = start == position
            yield start, position, _captured(text, spans[1:])
            if after_empty and position == len(text):
                return

    @cached_property
    def _agrees_on_search(self) -> bool:
        return agrees_on_search(self._tree)

    @cached_property
    def _automaton(self) -> Automaton:
        return Automaton(self._tree, self._groups)


def _captured(text: str, spans: list[tuple[int, int] | None]) -> Groups:
    return tuple(None if span is None else text[span[0] : span[1]] for span in spans)


@lru_cache(maxsize=1000)
def compile_regex(text: str) -> Regex:
    """The regular expression of a text of byte characters.

    Raises RegexSyntaxError or RegexTooLargeError."""
    return Regex(text)
