"""Tokens to a tree: the loop that runs the LALR table.

The table says for a state and a terminal either to shift (take the token and go to another state) or to reduce a rule
(replace the values of its symbols, which lie on the stack, by what its action builds of them). Nothing here recurses,
so nesting is limited by memory alone.

Most reductions in a plain LALR parser do nothing: an identifier is a `simple`, which is a `selection`, which is an
`application`, and so on for eight layers. `_State` works out once per state, nonterminal and lookahead in which state
such a chain ends, and the loop goes there at once.
"""

from __future__ import annotations

import gc

from pyoci.runtime.errors import ParseError
from pyoci.syntax import table as tables
from pyoci.syntax.actions import Action, action, add_whole, hand_on
from pyoci.syntax.faults import Fault
from pyoci.syntax.lexer import BINDING, FAULT, Lexer, Token
from pyoci.syntax.nodes import AttrSet, Node
from pyoci.syntax.operator_names import names_occur, with_calls
from pyoci.syntax.source import Source

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, NoReturn, TypeAlias


def parse(source: Source, *, pipe_operators: bool = False) -> Node:
    """The tree of a text that is one expression. Raises ParseError."""
    tree: Node = _run(source, "expression", pipe_operators)
    return tree


def parse_bindings(source: Source, *, pipe_operators: bool = False) -> AttrSet:
    """The set that a text of bindings without braces around them amounts to (`a.b = 1; c = 2;`). Raises ParseError."""
    tree: AttrSet = _run(source, "bindings", pipe_operators)
    return tree


def parse_configuration(source: Source, *, pipe_operators: bool = False) -> Node:
    """The tree of a text that is either an expression or bindings without braces. Which of the two is decided before
    parsing (see `looks_like_bindings`), so that what is said about a faulty text fits what was meant. Raises
    ParseError."""
    parse_text = parse_bindings if looks_like_bindings(source) else parse
    return parse_text(source, pipe_operators=pipe_operators)


def looks_like_bindings(source: Source) -> bool:
    """Does a text begin with `inherit` or with an attribute path and `=`? No expression does."""
    machine = _machine()
    depth = 0
    in_string = between_steps = False
    for kind, *_ in machine.lexer.tokens(source.text):
        terminal = machine.table.terminals[kind] if kind >= 0 else ""
        if terminal in ("${", "{"):
            if terminal == "{" and not depth:
                return False
            depth += 1
        elif terminal == "}" and depth:
            depth -= 1
            between_steps = not depth and not in_string
        elif depth or (in_string and terminal == "TEXT"):
            continue
        elif terminal == '"':
            in_string = not in_string
            between_steps = not in_string
        elif terminal in ("ID", "or", "WHOLE_STRING") and not between_steps:
            between_steps = True
        elif terminal == "." and between_steps:
            between_steps = False
        else:
            return terminal == "inherit" or (terminal == "=" and between_steps)
    return False


def _run(source: Source, start: str, pipes: bool) -> Any:
    # A tree is all growth and no garbage; the collector would only walk it again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        machine = _machine()
        try:
            tree = machine.run(source, start, pipes, whole=True)
        except (_UnexpectedError, Fault):
            tree = machine.run(source, start, pipes, whole=False)
        return with_calls(tree) if names_occur(source.text) else tree
    except Fault as fault:
        raise _error(fault, source) from None
    finally:
        if collecting:
            gc.enable()


def _error(fault: Fault, source: Source) -> ParseError:
    message = fault.message
    if fault.previous is not None:
        place = source.position(fault.previous)
        before, _, after = message.rpartition("{}")  # names in the message may hold braces of their own
        message = f"{before}{place.file}:{place.line}:{place.column}{after}"
    return ParseError(message, hint=fault.hint, position=source.position(fault.start, fault.end))


class _State(dict[int, "Any"]):
    """A row of the table: what to do in one state of the parser.

    Under a terminal lies another state, which means to shift, or a `Reduction`. Under `nonterminal << 8 | lookahead`
    lies the state to go to after reducing to a nonterminal, with the lookahead that comes next; these are found as they
    are needed."""

    __slots__ = ("gotos", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.gotos: dict[int, _State] = {}

    def __missing__(self, key: int) -> _State:
        if key < MOST_TERMINALS:
            raise _UnexpectedError
        lookahead = key & (MOST_TERMINALS - 1)
        state = self.gotos[key - lookahead]
        while (step := state.get(lookahead)).__class__ is tuple and step[0] is hand_on:
            state = self.gotos[step[2]]
        self[key] = state
        return state


Reduction: TypeAlias = "tuple[Action, slice | None, int]"
"""What builds the value; the part of the stacks that goes away, without the first of the rule's symbols, whose place
the value takes (None if there is but one, NOTHING if there is none); and the key of the nonterminal."""

NOTHING = slice(0, 0)

MOST_TERMINALS = 256


class _UnexpectedError(Exception):
    """A token cannot stand where it is."""


class _Machine:
    def __init__(self, table: tables.Table) -> None:
        self.table = table
        self.lexer = Lexer(table)
        self.reductions: list[Reduction] = [
            (action(name or "hand_on"), _replaced(size), (nonterminal + 1) * MOST_TERMINALS)
            for name, nonterminal, size in table.rules
        ]
        self.states = [_State(number) for number in range(len(table.actions))]
        for state, row, gotos in zip(self.states, table.actions, table.gotos, strict=True):
            for terminal, step in row.items():
                state[terminal] = self.states[step] if step >= 0 else self.reductions[~step]
            for nonterminal, number in gotos.items():
                state.gotos[(nonterminal + 1) * MOST_TERMINALS] = self.states[number]
        self._take_bindings()

    def _take_bindings(self) -> None:
        """Give the states something to do at a whole binding: what they do at an identifier, with which it begins,
        until the one that the text is in is that before or behind other bindings, where it is taken."""
        table = self.table
        identifier = table.terminals.index("ID")
        bindings = (table.nonterminals.index("bindings") + 1) * MOST_TERMINALS
        for state in self.states:
            step = state.get(identifier)
            if step.__class__ is tuple:
                state[BINDING] = step
            elif step is not None and bindings in state.gotos:
                state[BINDING] = state.gotos[bindings]
                state.gotos[bindings][BINDING] = state.gotos[bindings]

    def run(self, source: Source, start: str, pipes: bool, whole: bool) -> Any:
        """The value of the whole text. `whole` tells whether plain bindings may be read at one go, see `whole`. Raises
        Fault; if so, also _UnexpectedError where a token cannot stand."""
        state = self.states[self.table.starts[start]]
        states: list[_State] = [state]
        values: list[Any] = []
        starts: list[int] = []
        last = 0
        push_state, push_value, push_start = states.append, values.append, starts.append
        for kind, value, at, end in self.lexer.tokens(source.text, pipes, whole):
            while True:
                try:
                    step = state[kind]
                except _UnexpectedError:
                    if whole:
                        raise
                    self._fail(source, (kind, value, at, end), states, values, starts, last)
                if step.__class__ is _State:
                    if kind == BINDING:
                        last = end
                        if step is state:
                            add_whole(values[-1], value)
                            break
                        bindings = AttrSet(False, {}, [], [], at, end)
                        add_whole(bindings, value)
                        value = bindings
                    push_state(step)
                    push_value(value)
                    push_start(at)
                    state = step
                    last = end
                    break
                act, replaced, key = step
                result = act(values, starts, last)
                if replaced is not None:
                    if replaced is NOTHING:
                        push_value(result)
                        push_start(at)
                        state = state[key | kind]
                        push_state(state)
                        continue
                    del states[replaced], values[replaced], starts[replaced]
                values[-1] = result
                states[-1] = state = states[-2][key | kind]
        return values[0]

    def _fail(
        self,
        source: Source,
        token: Token,
        states: list[_State],
        values: list[Any],
        starts: list[int],
        last: int,
    ) -> NoReturn:
        """Reports a token that cannot stand where it is, after the default reductions."""
        from pyoci.syntax.hints import Situation, hint
        from pyoci.syntax.messages import unexpected

        table = self.table
        kind, value, at, end = token
        while True:
            number = states[-1].number
            rule = table.defaults[number]
            if kind == FAULT and table.expected[number]:
                raise value
            if rule < 0 or kind in table.forbidden[number]:
                fault = unexpected(table, kind, at, end, number)
                symbols = self._symbols(states)
                found = table.terminals[kind] if kind >= 0 else "INVALID"
                fault.hint = hint(Situation(source, symbols, values, starts, last, (found, value, at, end)))
                raise fault
            act, _, key = self.reductions[rule]
            size = table.rules[rule][2]
            values.append(act(values, starts, last))
            states.append(states[-1 - size].gotos[key])
            starts.append(starts[-size] if size else at)
            del states[-1 - size : -1], values[-1 - size : -1], starts[-1 - size : -1]

    def _symbols(self, states: list[_State]) -> list[str]:
        """The terminals and nonterminals that led from state to state."""
        table = self.table
        names: dict[int, str] = {}
        for row, gotos in zip(table.actions, table.gotos, strict=True):
            names |= {step: table.terminals[terminal] for terminal, step in row.items() if step >= 0}
            names |= {number: table.nonterminals[nonterminal] for nonterminal, number in gotos.items()}
        return [names[state.number] for state in states[1:]]


def _replaced(size: int) -> slice | None:
    if size == 1:
        return None
    return slice(1 - size, None) if size else NOTHING


def _machine() -> _Machine:
    if not _MACHINES:
        _MACHINES.append(_Machine(tables.load()))
    return _MACHINES[0]


_MACHINES: list[_Machine] = []
