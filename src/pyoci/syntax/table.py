"""The LALR table: computed by Lark from `nix.lark`, kept on disk, loaded with marshal.

Lark is imported only when there is no table yet for this grammar. Two things are done to what Lark computes:

- Precedence. The operator rules of the grammar are ambiguous, and Lark, which has no notion of precedence, shifts
  wherever it could also reduce. `PRECEDENCE` decides those cases as yacc would, see `_resolve`.
- Default reductions. A table by bison, which C++ Nix uses, has for most states one rule that is reduced whatever
  token comes next, so that an error shows up in a later state than in a table with full lookaheads, with other
  tokens to expect. The parser never takes them on a good text, but follows them from a faulty token to the state
  in which C++ Nix would have complained. See `_default_reduction`.
"""

# pathlib's import would cost a tenth of the parser's start:

from __future__ import annotations

import marshal
import os
import sys
import zlib

from pyoci.records import Record

TYPE_CHECKING = False  # typing takes long to import

if TYPE_CHECKING:
    from typing import Any

    from lark import Lark
    from lark.grammar import Rule

FORMAT = 3
"""To be raised whenever the layout of `Table` or the way it is computed changes."""

STARTS = ("expression", "bindings")
"""What a text may be: an expression, or bindings without braces around them."""

PRECEDENCE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("right", ("->",)),
    ("left", ("||",)),
    ("left", ("&&",)),
    ("none", ("==", "!=")),
    ("none", ("<", ">", "<=", ">=")),
    ("right", ("//",)),
    ("left", ("prefix !",)),
    ("left", ("+", "-")),
    ("left", ("*", "/")),
    ("right", ("++",)),
    ("none", ("?",)),
    ("none", ("prefix -",)),
)
"""Operators, those that bind weakest first, and how operators of the same strength associate."""

END = "$END"

_HERE = os.path.dirname(os.path.abspath(__file__))
_INSTALLED = _HERE
"""Where the build of a wheel puts the table, see `grammar/build_hook.py`."""


class Table(Record):
    """An LALR(1) table. Symbols, states and rules are numbers from 0."""

    terminals: list[str]
    """Names of the terminals: of those without a name in the grammar (`"if"`, `"=="`), their text."""
    nonterminals: list[str]
    patterns: dict[str, str]
    """Regular expressions of the named terminals."""
    rules: list[tuple[str, int, int]]
    """Action, nonterminal and length of each rule. The action is empty where the rule hands on its only value."""
    actions: list[dict[int, int]]
    """Of each state: what to do at a terminal. A number n >= 0 shifts and goes to state n, another reduces rule ~n.
    The last state is that in which a text has been read wholly."""
    gotos: list[dict[int, int]]
    """Of each state: the next state after a nonterminal."""
    defaults: list[int]
    """Of each state: the rule to reduce before an unexpected token is reported, or -1."""
    expected: list[list[int]]
    """Of each state: the terminals that do something else than reduce the default rule."""
    forbidden: list[list[int]]
    """Of each state: the operators that are an error there because they do not associate."""
    starts: dict[str, int]
    """The state in which a text of each kind of STARTS begins."""


def load() -> Table:
    """The table of the grammar: from beside this module, else from the user's cache, else computed and kept there."""
    grammar = grammar_text()
    name = _file_name(grammar)
    cached = os.path.join(_cache_folder(), name)
    for path in (os.path.join(_INSTALLED, name), cached):
        try:
            with open(path, "rb") as file:
                return Table(*marshal.load(file))
        except (OSError, ValueError, EOFError, TypeError):
            continue
    table = build(grammar)
    _store(cached, _dumped(table))
    return table


def write(folder: str) -> str:
    """Compute the table and write it into a folder: the path of the file. `load` finds it beside this module."""
    grammar = grammar_text()
    path = os.path.join(folder, _file_name(grammar))
    with open(path, "wb") as file:
        file.write(_dumped(build(grammar)))
    return path


def _file_name(grammar: str) -> str:
    # A checksum is enough: nobody forges a grammar, and hashlib would cost a tenth of the parser's start.
    key = repr((FORMAT, STARTS, PRECEDENCE, grammar)).encode()
    return f"grammar-{len(key)}-{zlib.crc32(key):08x}.table"


def _dumped(table: Table) -> bytes:
    # Of all versions of marshal since 4, every Python since 3.4 reads 4.
    return marshal.dumps(tuple(table), 4)


def grammar_text() -> str:
    """The text of nix.lark: beside this module in an installed package, in `grammar/` in a checkout."""
    checkout = os.path.join(_HERE, *[os.pardir] * 3, "grammar", "nix.lark")
    for path in (os.path.join(_HERE, "nix.lark"), checkout):
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            continue
    raise FileNotFoundError(f"the grammar, nix.lark, is neither in {_HERE} nor at {os.path.normpath(checkout)}")


def build(grammar: str) -> Table:
    """Computes the table of a grammar with Lark."""
    from lark import Lark
    from lark.lexer import Lexer

    class NoLexer(Lexer):
        def __init__(self, lexer_conf: Any) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Any:
            raise NotImplementedError

    # With debug, Lark keeps the item sets behind the states, which tell where operators conflict.
    lark = Lark(grammar, parser="lalr", lexer=NoLexer, start=list(STARTS), debug=True, keep_all_tokens=True)
    return _Builder(lark).table()


class _Builder:
    def __init__(self, lark: Lark) -> None:
        self.lark = lark
        named = {t.name: t.pattern for t in lark.terminals}
        self.text_of = {str(name): str(p.value if p.type == "str" else name) for name, p in named.items()} | {END: END}
        self.patterns = {str(name): str(p.value) for name, p in named.items() if p.type == "re"}
        self.terminals = [END, *sorted(self.text_of[name] for name in named)]
        self.terminal = {text: number for number, text in enumerate(self.terminals)}
        self.rules = list(lark.rules)
        self.rule = {rule: number for number, rule in enumerate(self.rules)}
        self.nonterminals = sorted({str(rule.origin.name) for rule in self.rules})
        self.nonterminal = {name: number for number, name in enumerate(self.nonterminals)}
        self.whole = {self.terminal[name] for name in self.patterns if name.startswith("WHOLE_")}

    def table(self) -> Table:
        from lark.parsers.lalr_analysis import Shift

        parse_table = self.lark.parser.parser._parse_table
        numbers = self._number_states(parse_table, Shift)
        ends = set(parse_table.end_states.values())
        accepted = len(numbers)
        actions: list[dict[int, int]] = []
        gotos: list[dict[int, int]] = []
        forbidden: list[list[int]] = []
        for state in numbers:
            row: dict[int, int] = {}
            goto: dict[int, int] = {}
            for name, (action, argument) in parse_table.states[state].items():
                if name in self.text_of:
                    symbol = self.terminal[self.text_of[name]]
                    row[symbol] = numbers[argument] if action is Shift else ~self.rule[argument]
                else:
                    goto[self.nonterminal[name]] = numbers[argument]
            if state in ends:
                row[self.terminal[END]] = accepted
            forbidden.append(self._resolve(state, row))
            actions.append(dict(sorted(row.items())))
            gotos.append(dict(sorted(goto.items())))
        for rows in (actions, gotos):
            rows.append({})
        forbidden.append([])
        defaults = [self._default_reduction(row) for row in actions]
        return Table(
            terminals=self.terminals,
            nonterminals=self.nonterminals,
            patterns=self.patterns,
            rules=[self._entry(rule) for rule in self.rules],
            actions=actions,
            gotos=gotos,
            defaults=defaults,
            expected=[
                [t for t, action in row.items() if action != ~default and t not in self.whole]
                for row, default in zip(actions, defaults, strict=True)
            ],
            forbidden=forbidden,
            starts={str(name): numbers[state] for name, state in parse_table.start_states.items()},
        )

    def _number_states(self, parse_table: Any, shift: Any) -> dict[Any, int]:
        # Lark's own order depends on Python's hash seed; the table must not.
        numbers: dict[Any, int] = {}
        waiting = [parse_table.start_states[name] for name in STARTS]
        while waiting:
            state = waiting.pop(0)
            if state in numbers:
                continue
            numbers[state] = len(numbers)
            row = parse_table.states[state]
            waiting += [row[name][1] for name in sorted(row) if row[name][0] is shift]
        return numbers

    def _entry(self, rule: Rule) -> tuple[str, int, int]:
        return str(rule.alias or ""), self.nonterminal[str(rule.origin.name)], len(rule.expansion)

    def _resolve(self, state: Any, row: dict[int, int]) -> list[int]:
        """Where an operation is complete and an operator follows: reduces if the operation's operator binds stronger
        or equally strong and to the left, shifts if weaker or equally strong and to the right. Returns the
        operators that may not follow at all."""
        forbidden = []
        complete = [
            pointer.rule for pointer in state if pointer.is_satisfied and pointer.rule.origin.name == "operation"
        ]
        for rule in complete:
            symbols = [self.text_of.get(symbol.name) for symbol in rule.expansion]
            if len(symbols) < 2:
                continue
            own, _ = _strength(f"prefix {symbols[0]}" if len(symbols) == 2 else str(symbols[1]))
            for terminal, action in list(row.items()):
                strength, associates = _strength(self.terminals[terminal])
                if action < 0 or strength < 0:
                    continue
                if own > strength or (own == strength and associates == "left"):
                    row[terminal] = ~self.rule[rule]
                elif own == strength and associates == "none":
                    del row[terminal]
                    forbidden.append(terminal)
        return sorted(forbidden)

    def _default_reduction(self, row: dict[int, int]) -> int:
        """The rule that most terminals reduce, or -1. Of several, the first: bison's choice."""
        counts: dict[int, int] = {}
        for terminal, action in row.items():
            if action < 0 and terminal not in self.whole:
                counts[~action] = counts.get(~action, 0) + 1
        return min(counts, key=lambda rule: (-counts[rule], rule), default=-1)


def _strength(operator: str) -> tuple[int, str]:
    for strength, (associates, operators) in enumerate(PRECEDENCE):
        if operator in operators:
            return strength, associates
    return -1, ""


def _cache_folder() -> str:
    # What platformdirs would say, without its import.
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/pyoci")
    base = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(base if base.startswith("/") else os.path.expanduser("~/.cache"), "pyoci")


def _store(path: str, content: bytes) -> None:
    # A cache that cannot be written costs time, nothing else.
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
