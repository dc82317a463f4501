"""The index file: its sections, and how a line of each is laid out.

    pyoci index 1
    system x86_64-linux
    release 20.09
    store /nix/store
    shell-arguments quoted   (or `quoted where needed`: what the release's escapeShellArg does)
    @names 0 147000          a section: where it starts, counted from the end of the header, and its bytes
    …
                             (an empty line ends the header)

All of it is text (UTF-8), so that a diff of two indexes says what changed, and all that is searched is of fixed width
or sorted, so that a lookup reads a few lines of the mapped file and nothing is parsed ahead.

| section | a line | found by |
|---|---|---|
| sets | path (empty: the top level), first entry, count, start and length of the names; tabs between | scanning |
| names | attribute names, those of one set together, sorted | the set's start and length |
| entries | the record of a name: 4 digits of base 36 | the set's first entry + the place among its names |
| places | where a record starts: 6 digits of base 36 | number of the record |
| records | a record, see below | places |
| pool, pool-places | a value that many records share, as JSON | as records |
| derivations | hash part of the path, hash modulo in base 16, number of a record of it (or `----`) | bisecting |
| templates | `builder` tab JSON, see `maker` | scanning |
| variants | hash part of a derivation, arguments of `override` (JSON, keys sorted), number of a record | scanning |
| sources | store path tab JSON string of its contents (files that templates refer to) | scanning |

A record's first field says what it is, tabs part the fields:

    D  a derivation: name, drv, outputs, default output, flags, shape, then facts
    S  a set that has its own line among `sets`: its path
    T  throws: the message
    V  a value: JSON
    U  nothing that an index can hold (a function, a set): `function`, `set`, …

`drv` is the hash part of `HASH-NAME.drv`, or the whole path where the name differs. `outputs` is `out:HASH dev:HASH`,
in order; where the path is not HASH-NAME-OUTPUT it is spelled out, and the derivation behind a second colon where the
output belongs to another one. `flags` are letters: `s` outputUnspecified, `d` other derivations are made with it, `u`
unfree, `b` broken, `i` insecure, `p` not for this system (in capitals: something that it is made with is, and has no
record). `shape` is the number in the pool of the list of its attribute names. A fact is `KEY=text`, `KEY!JSON`,
`KEY#number in the pool`, `KEY@HASH output` (a derivation that has a record) or `KEY$path` (a set of `sets`), KEY being
`m.NAME` for an attribute of `meta`, `c.NAME` for one of the package itself; `meta#` is the list of the names in `meta`,
`with=` has the hash parts of derivations that it is made with and that have a flag of `u` to `p`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pyoci.runtime.errors import EvalError

MAGIC: Final = "pyoci index 1"

SECTIONS: Final = (
    "sets",
    "names",
    "entries",
    "places",
    "records",
    "pool-places",
    "pool",
    "derivations",
    "templates",
    "variants",
    "sources",
)

ENTRY_DIGITS: Final = 4
PLACE_DIGITS: Final = 6
NO_RECORD: Final = "-" * ENTRY_DIGITS
DERIVATION_WIDTH: Final = 32 + 1 + 64 + 1 + ENTRY_DIGITS + 1
"""Bytes of a line in `derivations`."""

MARK: Final = re.compile(r"0pyoci[-+]([A-Za-z0-9]+)-0")
"""What stands for an argument in a template; with `+`, one that is a list."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class BadIndex(EvalError):
    """A file that is no index, or one of another version."""


def base36(number: int, digits: int) -> str:
    """`number` in base 36, with leading zeros."""
    text = ""
    for _ in range(digits):
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    if number:
        raise ValueError("too many for the index's format")
    return text


def write(facts: Mapping[str, str], sections: Mapping[str, str]) -> bytes:
    """The file: `facts` are the header's lines (`system`, `release`, …), `sections` the text of each section."""
    header = [MAGIC, *(f"{key} {value}" for key, value in facts.items())]
    body = [sections[name].encode("utf-8", "surrogateescape") for name in SECTIONS]
    start = 0
    for name, text in zip(SECTIONS, body, strict=True):
        header.append(f"@{name} {start} {len(text)}")
        start += len(text)
    return "\n".join([*header, "", ""]).encode() + b"".join(body)


def read_header(data: bytes, where: str, size: int) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    """Facts and sections (from, to, counted from the start of the file) of an index, out of the first bytes of a file
    of `size` bytes.

    Raises BadIndex."""
    end = data.find(b"\n\n")
    if end < 0 or not data.startswith(b"pyoci index "):
        raise BadIndex(f"'{where}' is no package index of pyoci")
    magic, *lines = data[:end].decode("utf-8", "replace").split("\n")
    if magic != MAGIC:
        raise BadIndex(
            f"'{where}' is a package index of version {magic.rpartition(' ')[2]}, this pyoci reads version "
            f"{MAGIC.rpartition(' ')[2]}",
            hint="make it again: pyoci index TREE -o FILE",
        )
    facts: dict[str, str] = {}
    sections: dict[str, tuple[int, int]] = {}
    try:
        for line in lines:
            if line.startswith("@"):
                name, start, length = line[1:].split(" ")
                first = end + 2 + int(start)
                sections[name] = (first, first + int(length))
            else:
                key, _, value = line.partition(" ")
                facts[key] = value
    except ValueError:
        raise BadIndex(f"the header of the package index '{where}' is damaged") from None
    if sections.keys() != set(SECTIONS) or max(to for _, to in sections.values()) > size:
        raise BadIndex(f"the package index '{where}' is not complete")
    return facts, sections


def lines(items: Iterable[str]) -> str:
    """Items as lines, each with its newline."""
    return "".join(f"{item}\n" for item in items)


def table(numbers: Iterable[int], digits: int) -> str:
    """Numbers as lines of fixed width."""
    return lines(base36(number, digits) for number in numbers)


def escape(text: str) -> str:
    """Text without tab and newline, for a field."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def unescape(text: str) -> str:
    """What `escape` was given."""
    if "\\" not in text:
        return text
    return text.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\0", "\\")
