"""JSON read as nlohmann's library reads it, for its exact notion of what is valid and its words for what is not.

A message tells the line, the column (in bytes; what was read, even past the end), what was being parsed, and the
bytes read since the last string or number began. Values are built without recursion.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from pyoci.runtime.errors import EvalError
from pyoci.runtime.values import INT_MAX, INT_MIN, Value, from_bytes

_WHILE_DECODING: Final = "while decoding a JSON string"
_UINT_MAX: Final = 2**64 - 1

_END: Final = -1
"""What is read behind the last byte."""

_LITERALS: Final = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_CONSTANTS: Final[dict[bytes, Value]] = {b"true": True, b"false": False, b"null": None}
_SHORT_ESCAPES: Final = {
    ord('"'): b'"',
    ord("\\"): b"\\",
    ord("/"): b"/",
    ord("b"): b"\b",
    ord("f"): b"\f",
    ord("n"): b"\n",
    ord("r"): b"\r",
    ord("t"): b"\t",
}
_CONTROL_NAMES: Final = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
).split()
_CONTROL_ESCAPES: Final = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_DIGITS: Final = frozenset(b"0123456789")
_TAIL: Final = (0x80, 0xBF)


class _TokenError(Exception):
    """The lexer met something that is no token."""


class _Lexer:
    """Bytes to tokens.

    A token is its kind: a punctuation mark, `true`, `false`, `null`, `string`, `number`, `end`, or `error`. `value` is
    the value of a literal, the text of a string, or of a number with whether it is an integer."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.next = 0
        self.total = 0
        self.line = 0
        self.column = 0
        self.current = _END
        self.read = bytearray()
        self.value: Any = None
        self.error = ""

    def get(self) -> int:
        self.total += 1
        self.column += 1
        self.current = self.data[self.next] if self.next < len(self.data) else _END
        self.next += 1
        if self.current != _END:
            self.read.append(self.current)
        if self.current == 10:
            self.line += 1
            self.column = 0
        return self.current

    def unget(self) -> None:
        self.total -= 1
        self.next -= 1
        if self.column:
            self.column -= 1
        elif self.line:
            self.line -= 1
        if self.current != _END:
            self.read.pop()

    def reset(self) -> None:
        """Forget what was read before the current byte."""
        del self.read[:-1]

    def failure(self, message: str) -> _TokenError:
        self.error = message
        return _TokenError()

    def token(self) -> str:
        try:
            return self.scan()
        except _TokenError:
            return "error"

    def scan(self) -> str:
        if self.total == 0 and self.data[:1] == b"\xef":
            for byte in b"\xef\xbb\xbf":
                if self.get() != byte:
                    raise self.failure("invalid BOM; must be 0xEF 0xBB 0xBF if given")
        char = self.get()
        while char in (32, 9, 10, 13):
            char = self.get()
        if char == _END or char == 0:
            return "end"
        if char in b"[]{}:,":
            return chr(char)
        if char == 34:
            self.value = self.scan_string().decode()
            return "string"
        if char == 45 or char in _DIGITS:
            self.scan_number()
            return "number"
        if char in _LITERALS:
            word = _LITERALS[char]
            for expected in word[1:]:
                if self.get() != expected:
                    raise self.failure("invalid literal")
            self.value = _CONSTANTS[word]
            return word.decode()
        raise self.failure("invalid literal")

    def scan_string(self) -> bytes:
        self.reset()
        result = bytearray()
        while True:
            char = self.get()
            if char == _END:
                raise self.failure("invalid string: missing closing quote")
            if char == 34:
                return bytes(result)
            if char == 92:
                result += self.scan_escape()
            elif char < 32:
                escapes = f"\\u{char:04X}"
                if char in _CONTROL_ESCAPES:
                    escapes += f" or {_CONTROL_ESCAPES[char]}"
                name = _CONTROL_NAMES[char]
                raise self.failure(
                    f"invalid string: control character U+{char:04X} ({name}) must be escaped to {escapes}"
                )
            elif char < 128:
                result.append(char)
            else:
                self.scan_utf8(char, result)

    def scan_utf8(self, first: int, result: bytearray) -> None:
        """Read the other bytes of a character that is not ASCII."""
        ranges: tuple[tuple[int, int], ...] = ()
        if 0xC2 <= first <= 0xDF:
            ranges = (_TAIL,)
        elif 0xE0 <= first <= 0xEF:
            ranges = (0xA0 if first == 0xE0 else 0x80, 0x9F if first == 0xED else 0xBF), _TAIL
        elif 0xF0 <= first <= 0xF4:
            ranges = (0x90 if first == 0xF0 else 0x80, 0x8F if first == 0xF4 else 0xBF), _TAIL, _TAIL
        if not ranges:
            raise self.failure("invalid string: ill-formed UTF-8 byte")
        result.append(first)
        for low, high in ranges:
            byte = self.get()
            if not low <= byte <= high:
                raise self.failure("invalid string: ill-formed UTF-8 byte")
            result.append(byte)

    def scan_escape(self) -> bytes:
        char = self.get()
        if char in _SHORT_ESCAPES:
            return _SHORT_ESCAPES[char]
        if char != ord("u"):
            raise self.failure("invalid string: forbidden character after backslash")
        code = self.scan_hex()
        if 0xDC00 <= code <= 0xDFFF:
            raise self.failure("invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF")
        if 0xD800 <= code <= 0xDBFF:
            low = self.scan_hex() if self.get() == 92 and self.get() == ord("u") else 0
            if not 0xDC00 <= low <= 0xDFFF:
                raise self.failure("invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF")
            code = 0x10000 + (code - 0xD800 << 10) + (low - 0xDC00)
        return chr(code).encode()

    def scan_hex(self) -> int:
        for _ in range(4):
            if self.get() not in _HEX:
                raise self.failure("invalid string: '\\u' must be followed by 4 hex digits")
        return int(self.read[-4:], 16)

    def scan_number(self) -> None:
        self.reset()
        char = self.current
        if char == 45:
            char = self.digit("'-'")
        char = self.get() if char == 48 else self.skip_digits()
        is_integer = True
        if char == 46:
            is_integer = False
            self.digit("'.'")
            char = self.skip_digits()
        if char in (69, 101):
            is_integer = False
            char = self.get()
            if char in (43, 45):
                self.digit("exponent sign")
            elif char not in _DIGITS:
                raise self.failure("invalid number; expected '+', '-', or digit after exponent")
            self.skip_digits()
        self.unget()
        self.value = self.read.decode(), is_integer

    def digit(self, behind: str) -> int:
        char = self.get()
        if char not in _DIGITS:
            raise self.failure(f"invalid number; expected digit after {behind}")
        return char

    def skip_digits(self) -> int:
        """Read on to the first byte that is no digit."""
        while (char := self.get()) in _DIGITS:
            pass
        return char


def _number(text: str, is_integer: bool) -> int | float:
    """The value of a number: what exceeds 64 bits is a float."""
    if is_integer and len(text) <= 21:
        integer = int(text)
        if INT_MIN <= integer <= INT_MAX:
            return integer
        if 0 < integer <= _UINT_MAX:
            raise EvalError(f"unsigned json number {integer} outside of Nix integer range")
    number = float(text)
    if not isfinite(number):
        raise _decoding_error(f"[json.exception.out_of_range.406] number overflow parsing '{text}'")
    return number


def _decoding_error(message: str) -> EvalError:
    error = EvalError(message)
    error.traces.append((_WHILE_DECODING, None))
    return error


def check_no_null(text: str) -> str:
    """`text` itself; raises EvalError where it has a null byte."""
    if "\0" in text:
        shown = text.replace("\0", "␀")
        raise EvalError(f"input string '{shown}' cannot be represented as Nix string because it contains null bytes")
    return text


_KIND_NAMES: Final = {
    "true": "true literal",
    "false": "false literal",
    "null": "null literal",
    "string": "string literal",
    "number": "number literal",
    "end": "end of input",
}


def parse_exactly(text: str) -> Value:
    """The value of a JSON text.

    Raises EvalError for what is no JSON or holds a number or string that Nix has no value for."""
    return _Parser(text).parse()


class _Parser:
    """Tokens to a value.

    `open` holds the lists and sets that are being read, `names` the attributes of those sets whose values come next."""

    def __init__(self, text: str) -> None:
        self.lexer = _Lexer(text.encode("utf-8", "surrogateescape"))
        self.kind = ""
        self.open: list[Any] = []
        self.names: list[str] = []

    def advance(self) -> None:
        self.kind = self.lexer.token()

    def failure(self, context: str, expected: str = "") -> EvalError:
        lexer = self.lexer
        if self.kind == "error":
            read = "".join(f"<U+{byte:04X}>" if byte < 32 else chr(byte) for byte in lexer.read)
            found = f"{lexer.error}; last read: '{from_bytes(read.encode('latin-1'))}'"
        else:
            found = "unexpected " + _KIND_NAMES.get(self.kind, f"'{self.kind}'")
        wanted = f"; expected {expected}" if expected else ""
        return self.failure_at(f"syntax error while parsing {context} - {found}{wanted}")

    def failure_at(self, message: str) -> EvalError:
        place = f"line {self.lexer.line + 1}, column {self.lexer.column}"
        return _decoding_error(f"[json.exception.parse_error.101] parse error at {place}: {message}")

    def parse(self) -> Value:
        self.advance()
        while True:
            begun = self.begin()
            if begun is None:
                continue
            value = self.scalar() if begun is _SCALAR else begun
            while self.open:
                self.advance()
                if self.add(value):
                    break
                value = self.close()
            else:
                self.advance()
                if self.kind != "end":
                    raise self.failure("value", "end of input")
                return value

    def begin(self) -> Value:
        """Open a list or set (None), or read an empty one (that); _SCALAR where neither begins."""
        if self.kind == "[":
            self.advance()
            if self.kind == "]":
                return ()
            self.open.append([])
            return None
        if self.kind == "{":
            self.advance()
            if self.kind == "}":
                return {}
            self.open.append({})
            self.name()
            return None
        return _SCALAR

    def scalar(self) -> Value:
        """The value of the current token."""
        if self.kind == "number":
            return _number(*self.lexer.value)
        if self.kind == "string":
            return check_no_null(self.lexer.value)
        if self.kind in ("true", "false", "null"):
            return self.lexer.value
        if self.kind == "error":
            raise self.failure("value")
        if self.kind == "end" and self.lexer.total == 1:
            raise self.failure_at(
                "attempting to parse an empty input; check that your input string or stream contains the expected JSON"
            )
        raise self.failure("value", "'[', '{', or a literal")

    def name(self) -> None:
        """Read the name of an attribute and the colon."""
        if self.kind != "string":
            raise self.failure("object key", "string literal")
        self.names.append(check_no_null(self.lexer.value))
        self.advance()
        if self.kind != ":":
            raise self.failure("object separator", "':'")
        self.advance()

    def add(self, value: Value) -> bool:
        """Put a value into what is open; True if another one follows, at the current token."""
        if self.open[-1].__class__ is dict:
            self.open[-1][self.names.pop()] = value
            if self.kind == ",":
                self.advance()
                self.name()
                return True
            if self.kind != "}":
                raise self.failure("object", "'}'")
        else:
            self.open[-1].append(value)
            if self.kind == ",":
                self.advance()
                return True
            if self.kind != "]":
                raise self.failure("array", "']'")
        return False

    def close(self) -> Value:
        """The list or set that the current token ends."""
        finished = self.open.pop()
        return finished if finished.__class__ is dict else tuple(finished)


_SCALAR: Final = object()
