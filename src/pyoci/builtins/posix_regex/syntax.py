"""The text of a regular expression as a tree.

Written after the behaviour of libstdc++ in its `extended` mode, including where POSIX leaves the meaning open or
asks for something else: `\\` may only stand before a special character, a repetition needs something to repeat,
`[a-b-c]` is an error, ranges compare bytes as signed numbers.
"""

from __future__ import annotations

from pyoci.records import Record

TYPE_CHECKING = False  # typing takes long to import, and so does string
if TYPE_CHECKING:
    from typing import Final, TypeAlias

_DIGITS: Final = "0123456789"
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_UPPER: Final = _LOWER.upper()
_LETTERS: Final = _LOWER + _UPPER
_PUNCTUATION: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class RegexSyntaxError(Exception):
    """The text is no regular expression."""


class RegexTooLargeError(Exception):
    """The automaton would have more states than libstdc++ allows."""


class Chars(Record):
    """One byte out of a set; a member is a one-character string."""

    members: frozenset[str]


class Anchor(Record):
    """`^` or `$`."""

    at_end: bool


class Group(Record):
    """`( … )`, numbered from 1 by its opening parenthesis."""

    number: int
    body: Node


class Choice(Record):
    """`a|b|…`."""

    branches: tuple[Node, ...]


class Sequence(Record):
    """One thing behind the other; empty for the empty text."""

    items: tuple[Node, ...]


class Repeat(Record):
    """`*`, `+`, `?` or an interval; no `maximum` is no limit. `is_plus` tells `x+` from `x{1,}`."""

    body: Node
    minimum: int
    maximum: int | None
    is_plus: bool = False


Node: TypeAlias = Chars | Anchor | Group | Choice | Sequence | Repeat

BYTES: Final = frozenset(map(chr, range(256)))

_SPECIAL: Final = frozenset(".[\\()*+?{|^$")
_MAX_STATES: Final = 100_000
_MAX_COUNT: Final = 2**31 - 1

_CLASSES: Final = {
    "d": _DIGITS,
    "w": _LETTERS + _DIGITS + "_",
    "s": " \t\n\v\f\r",
    "alnum": _LETTERS + _DIGITS,
    "alpha": _LETTERS,
    "blank": " \t",
    "cntrl": "".join(map(chr, range(32))) + "\x7f",
    "digit": _DIGITS,
    "graph": "".join(map(chr, range(33, 127))),
    "lower": _LOWER,
    "print": "".join(map(chr, range(32, 127))),
    "punct": _PUNCTUATION,
    "space": " \t\n\v\f\r",
    "upper": _UPPER,
    "xdigit": _DIGITS + "abcdefABCDEF",
}

# POSIX's names of the ASCII characters in the order of their codes; letters are named by themselves.
_CHARACTER_NAMES: Final = (
    """NUL SOH STX ETX EOT ENQ ACK alert backspace tab newline vertical-tab form-feed carriage-return SO SI DLE DC1 DC2
    DC3 DC4 NAK SYN ETB CAN EM SUB ESC IS4 IS3 IS2 IS1 space exclamation-mark quotation-mark number-sign dollar-sign
    percent-sign ampersand apostrophe left-parenthesis right-parenthesis asterisk plus-sign comma hyphen period slash
    zero one two three four five six seven eight nine colon semicolon less-than-sign equals-sign greater-than-sign
    question-mark commercial-at """
    + " ".join(_UPPER)
    + " left-square-bracket backslash right-square-bracket circumflex underscore grave-accent "
    + " ".join(_LOWER)
    + " left-curly-bracket vertical-line right-curly-bracket tilde DEL"
)
_NAMED: Final = {name: chr(code) for code, name in enumerate(_CHARACTER_NAMES.split())}


def parse(text: str) -> tuple[Node, int]:
    """The tree of a regular expression (as byte characters) and the number of its groups.

    Raises RegexSyntaxError or RegexTooLargeError."""
    parser = _Parser(text)
    tree = parser.choice()
    if parser.position < len(text):
        raise RegexSyntaxError
    # Beside the expression itself: the two ends of the whole match, and the accepting state.
    if _count_states(tree) + 3 > _MAX_STATES:
        raise RegexTooLargeError
    return tree, parser.groups


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.groups = 0

    def peek(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.position : self.position + 1]

    def take(self) -> str:
        """The next character, which must be there."""
        if self.position >= len(self.text):
            raise RegexSyntaxError
        self.position += 1
        return self.text[self.position - 1]

    def take_if(self, char: str) -> bool:
        if self.peek() != char:
            return False
        self.position += 1
        return True

    def choice(self) -> Node:
        branches = [self.sequence()]
        while self.take_if("|"):
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self) -> Node:
        items: list[Node] = []
        while (item := self.term()) is not None:
            items.append(item)
        return Sequence(tuple(items))

    def term(self) -> Node | None:
        char = self.peek()
        if not char or char in "|)*+?{":
            return None
        self.position += 1
        if char in "^$":
            return Anchor(char == "$")
        node = self.atom(char)
        while (repeated := self.repetition(node)) is not None:
            node = repeated
        return node

    def atom(self, char: str) -> Node:
        if char == "(":
            self.groups += 1
            number = self.groups
            body = self.choice()
            if not self.take_if(")"):
                raise RegexSyntaxError
            return Group(number, body)
        if char == "[":
            return _Bracket(self).parse()
        if char == ".":
            return Chars(BYTES - {"\0"})
        if char == "\\":
            char = self.take()
            if char not in _SPECIAL:
                raise RegexSyntaxError
        return Chars(frozenset(char))

    def repetition(self, body: Node) -> Node | None:
        if self.take_if("*"):
            return Repeat(body, 0, None)
        if self.take_if("+"):
            return Repeat(body, 1, None, is_plus=True)
        if self.take_if("?"):
            return Repeat(body, 0, 1)
        if self.take_if("{"):
            return self.interval(body)
        return None

    def interval(self, body: Node) -> Node:
        minimum = self.count()
        maximum: int | None = minimum
        if self.take_if(","):
            maximum = None if self.peek() == "}" else self.count()
        if not self.take_if("}") or (maximum is not None and maximum < minimum):
            raise RegexSyntaxError
        return Repeat(body, minimum, maximum)

    def count(self) -> int:
        start = self.position
        while "0" <= self.peek() <= "9":
            self.position += 1
        digits = self.text[start : self.position].lstrip("0") or "0"
        if start == self.position or len(digits) > 10 or int(digits) > _MAX_COUNT:
            raise RegexSyntaxError
        return int(digits)


class _Bracket:
    """A bracket expression, from behind its `[`.

    A `-` makes a range of the character before it and the one behind; `last` is a character that may still become
    the start of one; behind a range or a class there is none."""

    def __init__(self, parser: _Parser) -> None:
        self.parser = parser
        self.members: set[str] = set()
        self.last: str | None = None

    def parse(self) -> Chars:
        negated = self.parser.take_if("^")
        # In front, `]` and `-` are themselves.
        if self.parser.peek() in ("]", "-"):
            self.last = self.parser.take()
        while self.item():
            pass
        self.push(None)
        return Chars(BYTES - self.members if negated else frozenset(self.members))

    def push(self, char: str | None) -> None:
        """Add the character kept back, and keep `char` back."""
        if self.last is not None:
            self.members.add(self.last)
        self.last = char

    def item(self) -> bool:
        """Read one item; False at the closing bracket."""
        char = self.parser.take()
        if char == "]":
            return False
        if char == "-":
            return self.dash()
        if char == "[" and self.parser.peek() in (".", ":", "="):
            self.named()
        elif char == "[" and not self.parser.peek():
            raise RegexSyntaxError
        else:
            self.push(char)
        return True

    def named(self) -> None:
        """`[:class:]`, `[.character.]` or `[=character=]`."""
        kind = self.parser.take()
        end = self.parser.text.find(kind, self.parser.position)
        if end < 0 or self.parser.text[end + 1 : end + 2] != "]":
            raise RegexSyntaxError
        name = self.parser.text[self.parser.position : end]
        self.parser.position = end + 2
        members = _CLASSES.get(name.lower()) if kind == ":" else _NAMED.get(name)
        if members is None:
            raise RegexSyntaxError
        if kind == ".":
            self.push(members)
            return
        self.push(None)
        self.members.update(members if kind == ":" else {members.lower(), members.upper()})

    def dash(self) -> bool:
        parser = self.parser
        if parser.take_if("]"):
            self.push("-")
            return False
        if self.last is None:
            raise RegexSyntaxError
        end = parser.take()
        if end == "[" and parser.peek() in (".", ":", "=", ""):
            raise RegexSyntaxError
        first, last = _signed(self.last), _signed(end)
        if first > last:
            raise RegexSyntaxError
        self.members.update(chr(code & 0xFF) for code in range(first, last + 1))
        self.last = None
        return True


def _signed(char: str) -> int:
    """A byte as C's signed `char`."""
    code = ord(char)
    return code - 256 if code > 127 else code


def _count_states(node: Node) -> int:
    """How many states libstdc++ makes of a tree."""
    if isinstance(node, Chars | Anchor):
        return 1
    if isinstance(node, Group):
        return 2 + _count_states(node.body)
    if isinstance(node, Sequence):
        return 1 + sum(map(_count_states, node.items))
    if isinstance(node, Choice):
        return sum(map(_count_states, node.branches)) + 2 * (len(node.branches) - 1)
    body = _count_states(node.body)
    if node.maximum is None and (node.is_plus or node.minimum == 0):
        return body + 1
    if (node.minimum, node.maximum) == (0, 1):
        return body + 2
    optional = body + 1 if node.maximum is None else 1 + (node.maximum - node.minimum) * (body + 1)
    return body + 1 + node.minimum * body + optional
