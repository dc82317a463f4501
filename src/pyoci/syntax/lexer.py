"""Text to tokens.

Nix is lexed in modes: inside `"` and `''` strings and inside paths other rules hold, and `${` and `{` open an
ordinary part whose `}` leads back to where it was opened. Each mode is one regular expression, an alternation with a
group for each kind of token; the groups' order matters, since the first that matches wins. The patterns themselves
are those of the grammar.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from pyoci.syntax.faults import Fault
from pyoci.syntax.strings import Piece, forbid_null, unescape
from pyoci.syntax.table import END, Table
from pyoci.syntax.whole import WholeBindings

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, TypeAlias

Token: TypeAlias = "tuple[int, Any, int, int]"
"""Kind, value, start, end. The kind is a terminal's number, or INVALID or FAULT; the value is the text, except of
numbers, of texts (without their escapes) and of FAULT (a `Fault`)."""

INVALID = -1
"""A character that begins no token."""
FAULT = -2
"""A token that is wrong in itself."""
BINDING = 255
"""A plain binding as a whole; its value is a `whole.Binding`."""

_SKIP = r"[ \t\r\n]*+(?>(?:(?:#[^\r\n]*+|/\*[^*]*+\*++(?>(?:[^/*][^*]*+\*++)*)/)[ \t\r\n]*+)*)"

_STEP = "[a-zA-Z0-9._+-]"
"""A character of a path."""

# The groups of the ordinary mode's expression, in its order.
WORD, PUNCTUATION, BRACE, STRING, PATH, INDENTED, OPEN_STRING, OPEN_INDENTED = range(1, 9)
OPEN_PATH, HOME_PATH, SEARCH_PATH, URI, NAME, FLOAT, INTEGER, INTERPOLATION, PIPE, OPERATOR, FINISH, ANY = range(9, 21)

_ORDINARY, _IN_STRING, _IN_INDENTED, _IN_PATH, _AFTER_SLASH = range(5)
_OPENS = {
    OPEN_STRING: _IN_STRING,
    OPEN_INDENTED: _IN_INDENTED,
    OPEN_PATH: _IN_PATH,
    HOME_PATH: _IN_PATH,
    INTERPOLATION: _ORDINARY,
}
_TERMINAL = {
    OPEN_STRING: '"',
    OPEN_INDENTED: "INDENTED_START",
    OPEN_PATH: "PATH",
    HOME_PATH: "HOME_PATH",
    SEARCH_PATH: "SEARCH_PATH",
    URI: "URI",
    INDENTED: "WHOLE_INDENTED",
    FLOAT: "FLOAT",
    INTEGER: "INTEGER",
    INTERPOLATION: "${",
    FINISH: END,
}

MAX_INTEGER = 2**63 - 1

Stretch: TypeAlias = "tuple[list[Token], int, int]"
"""Tokens of a string or path up to where it is interrupted or ends, the position after them and the next mode."""


class Lexer:
    """The lexer for a table's terminals."""

    def __init__(self, table: Table) -> None:
        patterns = table.patterns
        self.kinds = {text: number for number, text in enumerate(table.terminals)}
        unnamed = [text for text in table.terminals if text not in patterns and text != END]
        self.keywords = {text: self.kinds[text] for text in unnamed if text.isalpha()}
        symbols = sorted(
            set(unnamed) - set(self.keywords) - {'"', "${", "{", "}", "|>", "<|"}, key=lambda t: (-len(t), t)
        )
        groups = {
            # These three cannot be the beginning of a path or a URI, and are much the most frequent.
            WORD: patterns["ID"] + rf"(?:(?![+./:])|(?!{_STEP}*+[/:]))",
            PUNCTUATION: rf"[;()\[\],@?:]|=(?!=)|\.(?![0-9.]|{_STEP}*+/)",
            BRACE: "[{}]",
            STRING: patterns["WHOLE_STRING"],
            PATH: patterns["WHOLE_PATH"],
            INDENTED: patterns["WHOLE_INDENTED"],
            OPEN_STRING: '"',
            OPEN_INDENTED: patterns["INDENTED_START"],
            OPEN_PATH: patterns["PATH"],
            HOME_PATH: patterns["HOME_PATH"],
            SEARCH_PATH: patterns["SEARCH_PATH"],
            URI: patterns["URI"],
            NAME: patterns["ID"],
            FLOAT: patterns["FLOAT"],
            INTEGER: patterns["INTEGER"],
            INTERPOLATION: r"\$\{",
            PIPE: r"<\||\|>",
            OPERATOR: "|".join(map(re.escape, symbols)),
            FINISH: r"\Z",
            ANY: r"[\s\S]",
        }
        self._ordinary = re.compile(_SKIP + "(?:" + "|".join(f"({groups[group]})" for group in sorted(groups)) + ")")
        self._whole = WholeBindings(patterns, {*self.keywords, "__curPos"}, _SKIP)
        self._string = re.compile(rf'({patterns["TEXT"]})|(\$\{{)|(")')
        self._indented = re.compile(
            rf"({patterns['INDENTED_TEXT']})|(\$\{{)|(''\$|'''|''\\[\s\S])|({patterns['INDENTED_END']})|([$'])"
        )
        self._path = re.compile(rf"({_STEP}*+(?>(?:/{_STEP}++)+)/?|{_STEP}*+/|{_STEP}++)|(\$\{{)")

    def tokens(self, text: str, pipes: bool = False, whole: bool = False) -> Iterator[Token]:
        """The tokens of a text, the last of them END or FAULT. `pipes`: are `|>` and `<|` allowed? `whole`: are plain
        bindings to be told as one token each, where nothing else can stand in a text without errors?"""
        kinds = self.kinds
        keywords = self.keywords
        id_, whole_path, whole_string = kinds["ID"], kinds["WHOLE_PATH"], kinds["WHOLE_STRING"]
        binding_at = self._whole.at
        outer: list[int] = []  # the modes to come back to
        position = 0
        while True:
            match = self._ordinary.scanner(text, position).match  # type: ignore[attr-defined]
            mode = _ORDINARY
            while mode == _ORDINARY:
                m = match()
                group = m.lastindex
                start, position = m.span(group)
                if group == WORD or group == NAME:  # noqa: SIM109 - no tuple to build
                    value = m[group]
                    yield keywords.get(value, id_), value, start, position
                elif group == PUNCTUATION or group == OPERATOR:  # noqa: SIM109
                    value = m[group]
                    yield kinds[value], value, start, position
                    if value == ";" and whole:
                        before = position
                        while (binding := binding_at(text, position)) is not None:
                            position = binding[4]
                            yield BINDING, binding, binding[1], position
                        if position != before:
                            match = self._ordinary.scanner(text, position).match  # type: ignore[attr-defined]
                elif group == BRACE:
                    value = m[group]
                    yield kinds[value], value, start, position
                    if value == "{":
                        outer.append(_ORDINARY)
                        if whole:
                            before = position
                            while (binding := binding_at(text, position)) is not None:
                                position = binding[4]
                                yield BINDING, binding, binding[1], position
                            if position != before:
                                match = self._ordinary.scanner(text, position).match  # type: ignore[attr-defined]
                    elif outer:
                        mode = outer.pop()
                elif group == PATH:
                    yield whole_path, m[group], start, position
                elif group == STRING:
                    yield whole_string, text[start + 1 : position - 1], start, position
                else:
                    token = self._rare(group, m[group], start, position, pipes)
                    yield token
                    if token[0] == FAULT or token[0] == kinds[END]:
                        return
                    if group in _OPENS:
                        outer.append(_ORDINARY)
                        mode = _OPENS[group]
                        if mode == _IN_PATH and token[1].endswith("/"):
                            mode = _AFTER_SLASH
            while mode != _ORDINARY:
                if mode == _IN_STRING:
                    stretch, position, mode = self._in_string(text, position, outer)
                elif mode == _IN_INDENTED:
                    stretch, position, mode = self._in_indented(text, position, outer)
                else:
                    stretch, position, mode = self._in_path(text, start, position, outer, mode == _AFTER_SLASH)
                yield from stretch
                if stretch[-1][0] == FAULT or stretch[-1][0] == kinds[END]:
                    return

    def _rare(self, group: int, raw: str, start: int, end: int, pipes: bool) -> Token:
        if group == ANY:
            # C++ Nix takes a null byte between tokens for the end of the text.
            return (self.kinds[END], None, end, end) if raw == "\0" else (INVALID, raw, start, end)
        value: Any = raw
        if group == PIPE:
            if not pipes:
                message = (
                    "experimental Nix feature 'pipe-operators' is disabled; "
                    "add '--extra-experimental-features pipe-operators' to enable it"
                )
                return FAULT, Fault(message, start, end), start, end
            return self.kinds[raw], raw, start, end
        if group == INTEGER:
            value = int(raw) if len(raw) < 4000 else MAX_INTEGER + 1
            if value > MAX_INTEGER:
                hint = f"an integer has 64 bits and is at most {MAX_INTEGER}"
                return FAULT, Fault(f"invalid integer '{raw}'", start, end, hint=hint), start, end
        elif group == FLOAT:
            value = float(raw)
            if _out_of_range(value, raw):
                return FAULT, Fault(f"invalid float '{raw}'", start, end), start, end
        return self.kinds[_TERMINAL[group]], value, start, end

    def _in_string(self, text: str, position: int, outer: list[int]) -> Stretch:
        tokens: list[Token] = []
        while True:
            m = self._string.match(text, position)
            if m is None:
                # Only a text that ends within the string gets here, perhaps after a `$` or a backslash.
                tokens.append((self.kinds[END], None, len(text), len(text)))
                return tokens, len(text), _ORDINARY
            start, position = m.span()
            if m.lastindex == 1:
                try:
                    tokens.append((self.kinds["TEXT"], unescape(m[1], start), start, position))
                except Fault as fault:
                    tokens.append((FAULT, fault, start, position))
                    return tokens, position, _ORDINARY
            elif m.lastindex == 2:
                tokens.append((self.kinds["${"], "${", start, position))
                outer.append(_IN_STRING)
                return tokens, position, _ORDINARY
            else:
                tokens.append((self.kinds['"'], '"', start, position))
                return tokens, position, outer.pop()

    def _in_indented(self, text: str, position: int, outer: list[int]) -> Stretch:
        tokens: list[Token] = []
        kind = self.kinds["INDENTED_TEXT"]
        while True:
            m = self._indented.match(text, position)
            if m is None:
                tokens.append((self.kinds[END], None, len(text), len(text)))
                return tokens, len(text), _ORDINARY
            start, position = m.span()
            group = m.lastindex
            try:
                if group == 1:
                    forbid_null(m[1], start)
                    tokens.append((kind, m[1], start, position))
                elif group == 2:
                    tokens.append((self.kinds["${"], "${", start, position))
                    outer.append(_IN_INDENTED)
                    return tokens, position, _ORDINARY
                elif group == 3:
                    tokens.append((kind, Piece(_indented_escape(m[3], start)), start, position))
                elif group == 4:
                    tokens.append((self.kinds["INDENTED_END"], "''", start, position))
                    return tokens, position, outer.pop()
                else:
                    tokens.append((kind, Piece(m[5]), start, position))
            except Fault as fault:
                tokens.append((FAULT, fault, start, position))
                return tokens, position, _ORDINARY

    def _in_path(self, text: str, latest: int, position: int, outer: list[int], after_slash: bool) -> Stretch:
        # Where flex gives a character back, or meets the end of the text, its idea of where it is lags behind: the end
        # of a path is placed where its last piece (`latest`) began and the end of the text, straight after it, too.
        tokens: list[Token] = []
        before = latest
        while (m := self._path.match(text, position)) is not None:
            start, position = m.span()
            if m.lastindex == 2:
                tokens.append((self.kinds["${"], "${", start, position))
                outer.append(_IN_PATH)
                return tokens, position, _ORDINARY
            tokens.append((self.kinds["TEXT"], m[1], start, position))
            before, latest = latest, start
            after_slash = m[1].endswith("/")
        finished = position == len(text)
        if after_slash:
            at = latest if finished else position
            fault = Fault(
                "path has a trailing slash", at, position + 1, hint="leave out the '/' at the end of the path"
            )
            tokens.append((FAULT, fault, at, position))
        elif finished:
            tokens.append((self.kinds["PATH_END"], "", before, position))
            tokens.append((self.kinds[END], None, latest, latest))
        else:
            tokens.append((self.kinds["PATH_END"], "", latest, position))
        return tokens, position, outer.pop()


def _indented_escape(raw: str, start: int) -> str:
    if raw == "''$":
        return "$"
    return "''" if raw == "'''" else unescape(raw[2:], start)


def _out_of_range(value: float, raw: str) -> bool:
    # strtod reports what it had to round to infinity or below the smallest normal number.
    if value in (0.0, float("inf")):
        return value != 0.0 or raw.lower().split("e")[0].strip("0.") != ""
    return value < sys.float_info.min
