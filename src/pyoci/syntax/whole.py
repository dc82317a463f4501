"""Plain bindings, read at one go.

Most of what large files consist of are bindings of a few forms: `name = "text";`, `name = callPackage ../folder { };`,
`inputs = [ a b ];`. Read token by token, each takes the parser a dozen steps. Here one regular expression recognises
the whole, and the tree is the one that the grammar would give. What does not have such a form is left to the grammar,
and so is a text in which anything is wrong: it is read again without this, so that errors do not depend on it.
"""

from __future__ import annotations

import re

from pyoci.syntax.nodes import Apply, AttrSet, ListLiteral, Literal, Name, Node, PathLiteral, Select, Variable, With

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Final, TypeAlias

Binding: TypeAlias = "tuple[str, int, int, Node, int]"
"""The name, where it starts and ends, the value, and where the binding ends, behind its `;`."""

_NAME, _STRING, _SUBJECT, _ITEMS, _HEAD, _PATH, _SET = range(1, 8)


class WholeBindings:
    """Recognises plain bindings, given the patterns of the grammar, its keywords and what may stand between tokens."""

    def __init__(self, patterns: dict[str, str], keywords: Container[str], skip: str) -> None:
        identifier, space = patterns["ID"], r"[ \t\r\n]"
        # What may be names joined by dots, which nothing follows that would make a path or a URI of them: that each is
        # a name is looked at later, since a group that repeats costs more than all the rest.
        names = r"[a-zA-Z_][a-zA-Z0-9_'.-]*+(?![+/:$])"
        self._match = re.compile(
            rf"{skip}({identifier}){space}*+=(?!=){space}*+"
            rf"(?>({patterns['WHOLE_STRING']})"
            rf"|(?>with{space}++({names}){space}*+;{space}*+)?\[([a-zA-Z0-9_'. \t\r\n-]*+)\]"
            rf"|({names})(?>{space}*+({patterns['WHOLE_PATH']}){space}*+(\{{{space}*+\}}))?)"
            rf"{space}*+;"
        ).match
        self._keywords = keywords

    def at(self, text: str, position: int) -> Binding | None:
        """The binding that begins at a position, behind what may stand between tokens; None where there is no plain
        one."""
        m = self._match(text, position)
        if m is None:
            return None
        name, string, _, items, head, path, _ = m.groups()
        if name in self._keywords:
            return None
        start, end = m.span(_NAME)
        if string is not None:
            return name, start, end, Literal(string[1:-1], *m.span(_STRING)), m.end()
        value = self._names(head, m.start(_HEAD)) if items is None else self._list(m)
        if value is None:
            return None
        if path is not None:
            open_, close = m.span(_SET)
            argument = AttrSet(False, {}, [], [], open_, close)
            value = Apply(value, [PathLiteral([path], *m.span(_PATH)), argument], value.start, close)
        return name, start, end, value, m.end()

    def _names(self, names: str, start: int) -> Node | None:
        """`a` or `a.b.c`; None where one of the names is none, or a keyword."""
        keywords = self._keywords
        if "." not in names:
            return Variable(names, start, start + len(names)) if names not in keywords else None
        first, *others = names.split(".")
        at = start + len(first)
        subject = Variable(first, start, at)
        if first in keywords:
            return None
        path = []
        for one in others:
            if one in keywords or one[:1] not in _INITIALS:
                return None
            path.append(Name(one, at + 1, at + 1 + len(one)))
            at += 1 + len(one)
        return Select(subject, path, None, start, at)

    def _list(self, m: re.Match[str]) -> Node | None:
        text, (at, end) = m.string, m.span(_ITEMS)
        start = at - 1
        items: list[Node] = []
        for one in m[_ITEMS].split():
            at = text.index(one, at)
            item = self._names(one, at) if one[0] in _INITIALS else None
            if item is None:
                return None
            items.append(item)
            at += len(one)
        found = ListLiteral(items, start, end + 1)
        if m[_SUBJECT] is None:
            return found
        subject = self._names(m[_SUBJECT], m.start(_SUBJECT))
        if subject is None:
            return None
        return With(subject, found, text.rindex("with", 0, subject.start), found.end)


_INITIALS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
"""What a name begins with."""
