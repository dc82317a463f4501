"""The depth-first search of libstdc++ over an automaton, for expressions where `re` would answer differently.

A state is a tuple that starts with its kind; the others of its elements are other states, by index, and what it
tests. Slower than `re` by orders of magnitude, and recursive in Python's frames like the evaluator itself.
"""

from __future__ import annotations

from pyoci.builtins.posix_regex.syntax import Anchor, Chars, Choice, Group, Node, Repeat, Sequence

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final

_CHARS, _BEGIN, _END, _OPEN, _CLOSE, _REPEAT, _EITHER, _ACCEPT = range(8)

Captures = list["tuple[int, int] | None"]
"""Where each group matched, the whole match first."""


class Automaton:
    """The states of a tree."""

    def __init__(self, tree: Node, groups: int) -> None:
        self.groups = groups
        self.states: list[tuple[Any, ...]] = [(_ACCEPT,)]
        self.start = self._add(Group(0, tree), 0)

    def _state(self, *state: Any) -> int:
        self.states.append(state)
        return len(self.states) - 1

    def _add(self, node: Node, following: int) -> int:
        """Add the states of `node`, in front of state `following`; answers the first of them."""
        if isinstance(node, Chars):
            return self._state(_CHARS, node.members, following)
        if isinstance(node, Anchor):
            return self._state(_END if node.at_end else _BEGIN, following)
        if isinstance(node, Group):
            close = self._state(_CLOSE, node.number, following)
            return self._state(_OPEN, node.number, self._add(node.body, close))
        if isinstance(node, Choice):
            first, *others = (self._add(branch, following) for branch in node.branches)
            for other in others:
                first = self._state(_EITHER, first, other)
            return first
        if isinstance(node, Sequence):
            for item in reversed(node.items):
                following = self._add(item, following)
            return following
        return self._add_repeat(node, following)

    def _add_repeat(self, node: Repeat, following: int) -> int:
        state = following
        if node.maximum is None:
            state = self._state(_REPEAT)
            body = self._add(node.body, state)
            self.states[state] = (_REPEAT, body, following)
            if node.is_plus:
                return body
        else:
            for _ in range(node.maximum - node.minimum):
                state = self._state(_REPEAT, self._add(node.body, state), following)
        for _ in range(node.minimum):
            state = self._add(node.body, state)
        return state

    def match_at(self, text: str, position: int, *, whole: bool = False, not_empty: bool = False) -> Captures | None:
        """The match that begins at `position`, and ends at the end of the text if `whole`; None where there is none."""
        return _Run(self, text, position, whole, not_empty).result()


_NOT_YET: Final = (-1, 0)


class _Run:
    """One attempt at one position."""

    def __init__(self, automaton: Automaton, text: str, position: int, whole: bool, not_empty: bool) -> None:
        self.automaton = automaton
        self.states = automaton.states
        self.text = text
        self.origin = position
        self.whole = whole
        self.not_empty = not_empty
        self.opened: list[int] = [0] * (automaton.groups + 1)
        self.captured: Captures = [None] * (automaton.groups + 1)
        self.rounds: dict[int, tuple[int, int]] = {}
        self.solved = False
        self.best: Captures | None = None
        self.best_end = -1

    def result(self) -> Captures | None:
        self.explore(self.automaton.start, self.origin)
        return self.best

    def explore(self, index: int, position: int) -> None:
        text, states = self.text, self.states
        while True:
            state = states[index]
            kind = state[0]
            if kind == _CHARS:
                if position == len(text) or text[position] not in state[1]:
                    return
                position += 1
                index = state[2]
            elif kind == _REPEAT:
                self.go_round(index, state[1], position)
                if self.solved:
                    return
                index = state[2]
            elif kind == _OPEN:
                group = state[1]
                before = self.opened[group]
                self.opened[group] = position
                self.explore(state[2], position)
                self.opened[group] = before
                return
            elif kind == _CLOSE:
                group = state[1]
                captured = self.captured[group]
                self.captured[group] = (self.opened[group], position)
                self.explore(state[2], position)
                self.captured[group] = captured
                return
            elif kind == _EITHER:
                self.explore(state[1], position)
                solved, self.solved = self.solved, False
                self.explore(state[2], position)
                self.solved |= solved
                return
            elif kind == _ACCEPT:
                self.accept(position)
                return
            elif position != (len(text) if kind == _END else 0):
                return
            else:
                index = state[1]

    def go_round(self, index: int, body: int, position: int) -> None:
        """Repeat once more; at most twice at the same position."""
        before = self.rounds.get(index, _NOT_YET)
        if before[0] != position:
            self.rounds[index] = (position, 1)
        elif before[1] < 2:
            self.rounds[index] = (position, before[1] + 1)
        else:
            return
        self.explore(body, position)
        self.rounds[index] = before

    def accept(self, position: int) -> None:
        self.solved = not (self.whole and position != len(self.text)) and not (
            self.not_empty and position == self.origin
        )
        if self.solved and position > self.best_end:
            self.best_end = position
            self.best = self.captured.copy()
