"""What the cache keeps of a file: enough to run it without its text.

A file of the cache begins with what every run of the file needs, as one marshalled tuple: the code of the parts that
runs so far have used, with the data of their sections: keys, tables. Behind it are the other parts, each on its own,
that are only looked at when a thunk in them is forced: as text, which was generated but never compiled. Sections that
no run has needed were not generated and are not there; their code is generated from the file itself.
"""

from __future__ import annotations

import marshal
import warnings
from collections.abc import Callable, Iterable
from types import CodeType
from zlib import crc32

from pyoci.compiler.names import section_around, section_of
from pyoci.records import Record
from pyoci.runtime.errors import StoreError
from pyoci.runtime.shapes import row_sets
from pyoci.runtime.thunks import Thunk
from pyoci.runtime.values import Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias

    from pyoci.compiler.loader import SectionWriter

    Enter: TypeAlias = Callable[[str, "Data"], None]


Deferred: TypeAlias = tuple[tuple[str, str], ...]
"""Functions that a part of a module refers to and that are in other parts: function and part, by name."""

Tables: TypeAlias = "list[list[tuple[Any, ...] | None]]"
"""The thunks of very large sets, see `runtime.shapes.row_sets`."""

_AHEAD: Final = 200_000
"""Characters of generated text; of larger files most is never used, and nothing is compiled ahead."""

_LENGTH: Final = 8
"""Bytes of the length that a file begins with."""


Index: TypeAlias = dict[str, tuple[int, int, int, int, Deferred]]
"""Parts that lie in a file of the cache as text: place and length in bytes, length of the code that follows the text
where it was compiled ahead of its use (else 0), checksum of both, and what the part refers to."""

Data: TypeAlias = tuple[str, str, bytes, list[list[str]], Tables]
"""What the globals of a section need. The attribute names of small set literals, and those of large ones, as
`joined_strings`; the offsets where they are written, in that order; sets of formals; tables."""

Parts: TypeAlias = dict[str, tuple[str, Deferred]]
"""Text of each part, and what it refers to."""

DAMAGED: Final = "the cache of compiled code is damaged"


class Written(Record):
    """A section that was put off and has been generated: its parts and data, and if it is that of a thunk of a very
    large set, the thunk as data and its place in a table of the section around."""

    parts: Parts
    data: Data
    row: tuple[Any, ...] | None
    table: int
    place: int


class CompiledFile:
    """A file's module in parts, and the data that its globals need.

    A module is made of sections (see `module.Module`), each of which may have several parts. `sections` has the data of
    those that are in use or were generated in this run; the data of others lies in the file of the cache, or they have
    not been generated: then `writer` does. `codes` are the parts that have been compiled and used, in the order of
    their first use; `parts` are those others that were generated in this run, and the rest lies in the file of the
    cache. `changed` tells that something was used for the first time since the file was loaded."""

    __slots__ = (
        "_ahead",
        "_index",
        "_open",
        "_rows",
        "_section_index",
        "_texts",
        "changed",
        "codes",
        "deferred",
        "helped",
        "parts",
        "sections",
        "writer",
    )

    def __init__(self, parts: Parts, sections: dict[str, Data]) -> None:
        self.parts = parts
        self.sections = sections
        self.writer: SectionWriter | None = None
        self.helped: Callable[[], CompiledFile | None] | None = None
        """Gives the same file with what another process has compiled of it, when it has; None where there is none."""
        self.codes: dict[str, CodeType] = {}
        self.deferred: Deferred = ()
        """What the parts in `codes` refer to that is not in `codes`."""
        self.changed = False
        self._ahead: dict[str, bytes] = {}
        self._index: Index = {}
        self._section_index: dict[str, tuple[int, int, int]] = {}
        self._texts = memoryview(b"")
        self._open: set[str] = set()
        self._rows: dict[str, tuple[Any, ...]] = {}

    def dump(self) -> bytes:
        """As bytes, for `load`."""
        index: Index = {}
        texts: list[bytes | memoryview] = []
        size = 0
        # Code that was compiled ahead and that the run has not used would only make the file larger.
        compiled = {} if self.codes else self._ahead
        for name, (content, deferred) in self.parts.items():
            if name not in self.codes:
                data, code = content.encode("utf-8", "surrogatepass"), compiled.get(name, b"")
                index[name] = (size, len(data), len(code), crc32(data + code), deferred)
                texts += (data, code)
                size += len(data) + len(code)
        for name, (at, count, ahead, checksum, deferred) in self._index.items():
            if name not in self.codes:
                text = self._texts[at : at + count]
                index[name] = (size, count, 0, crc32(text) if ahead else checksum, deferred)
                texts.append(text)
                size += count
        section_index: dict[str, tuple[int, int, int]] = {}
        for name, section in self.sections.items():
            if name and name not in self._open:
                data = marshal.dumps(section)
                section_index[name] = (size, len(data), crc32(data))
                texts.append(data)
                size += len(data)
        for name, (at, count, checksum) in self._section_index.items():
            if name not in self.sections:
                section_index[name] = (size, count, checksum)
                texts.append(self._texts[at : at + count])
                size += count
        head = marshal.dumps(
            (
                tuple(self.codes.items()),
                tuple(pair for pair in self.deferred if pair[1] not in self.codes),
                index,
                tuple((name, data) for name, data in self.sections.items() if name not in section_index),
                section_index,
                size,
            )
        )
        return b"".join([len(head).to_bytes(_LENGTH, "little"), head, *texts])

    @classmethod
    def load(cls, data: memoryview) -> CompiledFile:
        """From the bytes of `dump`; raises ValueError, EOFError or TypeError for other bytes."""
        length = int.from_bytes(data[:_LENGTH], "little")
        head = data[_LENGTH : _LENGTH + length]
        codes, deferred, index, sections, section_index, size = marshal.loads(head)
        texts = data[_LENGTH + length :]
        if len(texts) != size:
            raise ValueError("the file is not whole")
        compiled = cls({}, dict(sections))
        compiled._index, compiled._texts = index, texts
        compiled._section_index = section_index
        compiled.codes = dict(codes)
        compiled.deferred = deferred
        return compiled

    def run(self, scope: dict[str, Any], file_name: str, enter: Enter) -> Value:
        """Execute the module in its globals: the value of the file. `enter` puts the data of a section into them."""
        load = _part_loader(self, scope, file_name, enter)
        for name, data in self.sections.items():
            self._open.add(name)
            enter(name, data)
        scope["ROWS"] = row_sets(scope, self.row, load)
        for name, part in self.deferred:
            scope[name] = _stub(load, name, part)
        for code in self.codes.values():
            exec(code, scope)
        if "main" not in self.codes:
            load("main", "main")
        return scope["main"]()

    def section(self, name: str) -> Data:
        """The data of a section; if it was not generated yet, it is now. Raises StoreError where that is not possible
        any more."""
        if name not in self.sections:
            if name in self._section_index:
                at, count, checksum = self._section_index[name]
                data = bytes(self._texts[at : at + count])
                if crc32(data) != checksum:
                    raise StoreError(DAMAGED, hint="empty it: pyoci cache clear")
                self.sections[name] = marshal.loads(data)
            else:
                self._look_for_help()
                if name not in self.sections:
                    self._write(name)
        return self.sections[name]

    def row(self, section: str) -> tuple[Any, ...]:
        """The thunk of a very large set whose section had not been generated when the set was made, as data."""
        if section not in self._rows:
            self._write(section)
        return self._rows[section]

    def _write(self, name: str) -> None:
        assert self.writer is not None
        written = self.writer(name)
        self.parts.update(written.parts)
        self.changed = True
        if written.parts:
            self.sections[name] = written.data
        if written.row is not None:
            self._rows[name] = written.row
            *_, tables = self.sections[section_around(name)]
            tables[written.table][written.place] = written.row

    def write_all(self) -> None:
        """Generate all that was put off."""
        assert self.writer is not None
        while names := self.writer.names():
            for name in names:
                self._write(name)

    def part(self, name: str, file_name: str) -> tuple[CodeType, Deferred]:
        """The code of a part that was not used yet, and what it refers to. Raises StoreError where the file of the
        cache was damaged since it was written."""
        self._look_for_help()
        code = self._ahead.get(name)
        if name in self.parts:
            text, deferred = self.parts[name]
        else:
            at, count, ahead, checksum, deferred = self._index[name]
            data = bytes(self._texts[at : at + count + ahead])
            if crc32(data) != checksum:
                raise StoreError(DAMAGED, hint="empty it: pyoci cache clear")
            text, code = data[:count].decode("utf-8", "surrogatepass"), code or data[count:]
        return (marshal.loads(code) if code else _compile_text(text, file_name)), deferred

    def _look_for_help(self) -> None:
        """Take over what another process has compiled. It has generated all that was put off, too, under the same
        names; but thunks of very large sets are to come by `row`."""
        other = self.helped() if self.helped is not None else None
        if other is None or other.codes:
            return
        self.helped = None
        texts = other._texts
        for name, (at, count, ahead, _, deferred) in other._index.items():
            if name not in self.codes:
                if ahead:
                    self._ahead[name] = bytes(texts[at + count : at + count + ahead])
                if name not in self.parts and name not in self._index:
                    self.parts[name] = (str(texts[at : at + count], "utf-8", "surrogatepass"), deferred)
        for name, (at, count, _) in other._section_index.items():
            if name not in self.sections and name not in self._section_index and name not in self._rows:
                self.sections[name] = marshal.loads(texts[at : at + count])

    def compile_ahead(self, file_name: str) -> None:
        """Compile what was generated, for `dump`, so that the run that uses it need not."""
        if sum(len(text) for text, _ in self.parts.values()) <= _AHEAD:
            for name, (text, _) in self.parts.items():
                self._ahead[name] = marshal.dumps(_compile_text(text, file_name))


def _part_loader(
    compiled: CompiledFile, scope: dict[str, Any], file_name: str, enter: Enter
) -> Callable[[str, str], Any]:
    """What loads a part of a module into its globals when it is first needed, and gives a function of it."""
    codes, is_open = compiled.codes, compiled._open

    def load(part: str, name: str) -> Any:
        if part not in codes:
            section = section_of(part)
            if section not in is_open:
                data = compiled.section(section)
                is_open.add(section)
                enter(section, data)
            code, deferred = compiled.part(part, file_name)
            for other, place in deferred:
                if place not in codes:
                    scope[other] = _stub(load, other, place)
            codes[part] = code
            compiled.deferred += deferred
            compiled.changed = True
            exec(code, scope)
        return scope[name]

    return load


def _stub(load: Callable[[str, str], Any], name: str, part: str) -> Any:
    """Stands in the place of a function until its part is loaded; a thunk that holds it keeps it."""

    def deferred(thunk: Thunk) -> Value:
        return load(part, name)(thunk)

    return deferred


def _compile_text(text: str, file_name: str) -> CodeType:
    with warnings.catch_warnings():
        # `5 == "x"` is a warning in Python; in Nix it is false.
        warnings.simplefilter("ignore")
        return compile(text, file_name, "exec", dont_inherit=True, optimize=0)


def joined_strings(strings: Iterable[str]) -> str:
    """Strings as one, for `fresh_strings`: each is ended by a NUL."""
    return "".join([f"{one}\0" for one in strings])


def fresh_strings(joined: str) -> list[str]:
    """The strings that were joined, each an object that nobody else has.

    Splitting makes new objects except for one-character strings, which CPython shares; changing the case of one and
    back makes a new one. (The empty string stays the only one of its kind.)"""
    *strings, _ = joined.split("\0")
    return [one if len(one) != 1 else _fresh_character(one) for one in strings]


def _fresh_character(character: str) -> str:
    return character.upper() if character.isupper() else character.lower()
