"""Tokens to a tree: the loop that runs the LALR table.

The table says for a state and a terminal either to shift (take the token and go to another state) or to reduce a rule
(replace the values of its symbols, which lie on the stack, by what its action builds of them). Nothing here recurses,
so nesting is limited by memory alone.

Most reductions in a plain LALR parser do nothing: an identifier is a `simple`, which is a `selection`, which is an
`application`, and so on for eight layers. `_Goto` works out once per state, nonterminal and lookahead in which state
such a chain ends, and the loop goes there at once.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import Any, NoReturn, cast

from pyoci.runtime.errors import ParseError
from pyoci.syntax import table as tables
from pyoci.syntax.actions import Action, action, hand_on
from pyoci.syntax.faults import Fault
from pyoci.syntax.lexer import FAULT, INVALID, Lexer
from pyoci.syntax.messages import unexpected
from pyoci.syntax.nodes import AttrSet, Node
from pyoci.syntax.source import Source


def parse(source: Source, *, pipe_operators: bool = False) -> Node:
    """The tree of a text that is one expression. Raises ParseError."""
    return cast(Node, _run(source, "expression", pipe_operators))


def parse_bindings(source: Source, *, pipe_operators: bool = False) -> AttrSet:
    """The set that a text of bindings without braces around them amounts to (`a.b = 1; c = 2;`). Raises ParseError."""
    return cast(AttrSet, _run(source, "bindings", pipe_operators))


def _run(source: Source, start: str, pipes: bool) -> Any:
    # A tree is all growth and no garbage; the collector would only walk it again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _machine().run(source.text, start, pipes)
    except Fault as fault:
        raise _error(fault, source) from None
    finally:
        if collecting:
            gc.enable()


def _error(fault: Fault, source: Source) -> ParseError:
    message = fault.message
    if fault.previous is not None:
        place = source.position(fault.previous)
        message = message.format(f"{place.file}:{place.line}:{place.column}")
    return ParseError(message, hint=fault.hint, position=source.position(fault.start, fault.end))


class _Goto(dict[int, int]):
    """Where to go from a state after reducing to a nonterminal, with the lookahead that comes next: the key is
    `nonterminal << 8 | lookahead`. Filled as it is used."""

    __slots__ = ("machine", "row")

    def __init__(self, machine: _Machine, row: dict[int, int]) -> None:
        self.machine = machine
        self.row = row

    def __missing__(self, key: int) -> int:
        machine, row = self.machine, self.row
        lookahead = key & 0xFF
        state = row[key >> 8]
        while (step := machine.actions[state].get(lookahead, 0)) < 0 and machine.rules[~step][0] is hand_on:
            state = row[machine.rules[~step][2] >> 8]
        self[key] = state
        return state


class _Machine:
    def __init__(self, table: tables.Table) -> None:
        self.table = table
        self.lexer = Lexer(table)
        self.actions = table.actions
        self.rules: list[tuple[Action, int, int]] = [
            (action(name or "hand_on"), size, nonterminal << 8) for name, nonterminal, size in table.rules
        ]
        self.gotos = [_Goto(self, row) for row in table.gotos]

    def run(self, text: str, start: str, pipes: bool) -> Any:
        """The value of the whole text. Raises Fault."""
        actions, gotos, rules = self.actions, self.gotos, self.rules
        state = self.table.starts[start]
        states, values, starts = [state], [], []
        values_append, starts_append, states_append = values.append, starts.append, states.append
        row = actions[state]
        last = 0
        for kind, value, at, end in self.lexer.tokens(text, pipes):
            while True:
                try:
                    step = row[kind]
                except KeyError:
                    self._fail(kind, value, at, end, states, values, starts, last)
                if step >= 0:
                    states_append(step)
                    values_append(value)
                    starts_append(at)
                    row = actions[step]
                    last = end
                    break
                act, size, key = rules[~step]
                if size:
                    result = act(values[-size:], starts, last)
                    del values[-size:], states[-size:]
                    if size > 1:
                        del starts[1 - size :]
                else:
                    result = act([], starts, last)
                    starts_append(at)
                state = gotos[states[-1]][key | kind]
                states_append(state)
                values_append(result)
                row = actions[state]
        return values[0]

    def _fail(
        self,
        kind: int,
        value: Any,
        at: int,
        end: int,
        states: list[int],
        values: list[Any],
        starts: list[int],
        last: int,
    ) -> NoReturn:
        """Reports a token that cannot stand where it is, after the default reductions."""
        table = self.table
        while True:
            state = states[-1]
            rule = table.defaults[state]
            if kind == FAULT and table.expected[state]:
                raise value
            if rule < 0 or kind in table.forbidden[state]:
                raise unexpected(table, kind, at, end, state)
            act, size, key = self.rules[rule]
            base = len(states) - size
            result = act(values[base - 1 :], starts, last)
            del states[base:], values[base - 1 :]
            if size:
                del starts[base:]
            else:
                starts.append(at)
            states.append(table.gotos[states[-1]][key >> 8])
            values.append(result)


@cache
def _machine() -> _Machine:
    return _Machine(tables.load())
