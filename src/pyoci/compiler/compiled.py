"""What the cache keeps of a file: enough to run it without its text.

A file of the cache begins with what every run of the file needs, as one marshalled tuple: the code of the parts that
runs so far have used, keys, tables. Behind it are the other parts, each on its own, that are only looked at when a
thunk in them is forced: as text, which was generated but never compiled.
"""

from __future__ import annotations

import marshal
import warnings
from array import array
from collections.abc import Callable, Iterable
from types import CodeType
from zlib import crc32

from pyoci.runtime.errors import StoreError
from pyoci.runtime.thunks import Thunk
from pyoci.runtime.values import Value

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, Final, TypeAlias


Deferred: TypeAlias = tuple[tuple[str, str], ...]
"""Functions that a part of a module refers to and that are in other parts: function and part, by name."""

Tables: TypeAlias = "list[list[tuple[Any, ...] | None]]"
"""The thunks of very large sets, see `runtime.shapes.row_forcer`."""

_AHEAD: Final = 200_000
"""Characters of generated text; of larger files most is never used, and nothing is compiled ahead."""

_LENGTH: Final = 8
"""Bytes of the length that a file begins with."""


Index: TypeAlias = dict[str, tuple[int, int, int, int, Deferred]]
"""Parts that lie in a file of the cache as text: place and length in bytes, length of the code that follows the text
where it was compiled ahead of its use (else 0), checksum of both, and what the part refers to."""


class CompiledFile:
    """A file's module in parts, and the data that its globals need.

    `keys` are the attribute names of small set literals and `table_keys` those of large ones, each a str object of its
    own; `offsets` is where each is written, in that order. `name_sets` are sets of formals, `shapes` the names of the
    shared thunk bodies that occur. `codes` are the parts that have been compiled and used, in the order of their first
    use; `parts` are those others that were generated in this run, and the rest lies in the file of the cache. `changed`
    tells that a part was used for the first time since the file was loaded."""

    __slots__ = (
        "_ahead",
        "_index",
        "_offsets",
        "_texts",
        "changed",
        "codes",
        "deferred",
        "keys",
        "name_sets",
        "parts",
        "shapes",
        "table_keys",
        "tables",
    )

    def __init__(
        self,
        parts: dict[str, tuple[str, Deferred]],
        keys: str,
        table_keys: str,
        offsets: bytes,
        name_sets: list[list[str]],
        tables: Tables,
        shapes: tuple[str, ...],
    ) -> None:
        self.parts = parts
        self.keys = fresh_strings(keys)
        self.table_keys = fresh_strings(table_keys)
        self._offsets = offsets
        self.name_sets = name_sets
        self.tables = tables
        self.shapes = shapes
        self.codes: dict[str, CodeType] = {}
        self.deferred: Deferred = ()
        """What the parts in `codes` refer to that is not in `codes`."""
        self.changed = False
        self._ahead: dict[str, bytes] = {}
        self._index: Index = {}
        self._texts = memoryview(b"")

    def dump(self) -> bytes:
        """As bytes, for `load`."""
        index: Index = {}
        texts: list[bytes | memoryview] = []
        size = 0
        for name, (content, deferred) in self.parts.items():
            if name not in self.codes:
                data, code = content.encode("utf-8", "surrogatepass"), self._ahead.get(name, b"")
                index[name] = (size, len(data), len(code), crc32(data + code), deferred)
                texts += (data, code)
                size += len(data) + len(code)
        for name, (at, count, ahead, checksum, deferred) in self._index.items():
            if name not in self.codes:
                # Code that was compiled ahead and not used would only make the file larger.
                text = self._texts[at : at + count]
                index[name] = (size, count, 0, crc32(text) if ahead else checksum, deferred)
                texts.append(text)
                size += count
        head = marshal.dumps(
            (
                tuple(self.codes.items()),
                tuple(pair for pair in self.deferred if pair[1] not in self.codes),
                index,
                joined_strings(self.keys),
                joined_strings(self.table_keys),
                self._offsets,
                self.name_sets,
                self.tables,
                self.shapes,
                size,
            )
        )
        return b"".join([len(head).to_bytes(_LENGTH, "little"), head, *texts])

    @classmethod
    def load(cls, data: memoryview) -> CompiledFile:
        """From the bytes of `dump`; raises ValueError, EOFError or TypeError for other bytes."""
        length = int.from_bytes(data[:_LENGTH], "little")
        head = data[_LENGTH : _LENGTH + length]
        codes, deferred, index, keys, table_keys, offsets, name_sets, tables, shapes, size = marshal.loads(head)
        texts = data[_LENGTH + length :]
        if len(texts) != size:
            raise ValueError("the file is not whole")
        compiled = cls({}, keys, table_keys, offsets, name_sets, tables, shapes)
        compiled._index, compiled._texts = index, texts
        compiled.codes = dict(codes)
        compiled.deferred = deferred
        return compiled

    def run(self, scope: dict[str, Any], file_name: str) -> Value:
        """Execute the module in its globals: the value of the file."""
        load = _part_loader(self, scope, file_name)
        for name, part in self.deferred:
            scope[name] = _stub(load, name, part)
        for code in self.codes.values():
            exec(code, scope)
        if "main" not in self.codes:
            load("main", "main")
        return scope["main"]()

    def part(self, name: str, file_name: str) -> tuple[CodeType, Deferred]:
        """The code of a part that was not used yet, and what it refers to. Raises StoreError where the file of the
        cache was damaged since it was written."""
        if name in self.parts:
            text, deferred = self.parts[name]
            return _compile_text(text, file_name), deferred
        at, count, ahead, checksum, deferred = self._index[name]
        data = bytes(self._texts[at : at + count + ahead])
        if crc32(data) != checksum:
            raise StoreError("the cache of compiled code is damaged", hint="empty it: pyoci cache clear")
        if ahead:
            return marshal.loads(data[count:]), deferred
        return _compile_text(data.decode("utf-8", "surrogatepass"), file_name), deferred

    def compile_ahead(self, file_name: str) -> None:
        """Compile what was generated, for `dump`, so that the run that uses it need not."""
        if sum(len(text) for text, _ in self.parts.values()) <= _AHEAD:
            for name, (text, _) in self.parts.items():
                self._ahead[name] = marshal.dumps(_compile_text(text, file_name))

    def place_of(self, key: str) -> int | None:
        """The offset of a key object, None where it is none of this file."""
        first = 0
        for keys in (self.keys, self.table_keys):
            at = -1
            try:
                while True:
                    at = keys.index(key, at + 1)
                    if keys[at] is key:
                        return array("I", self._offsets)[first + at]
            except ValueError:
                first += len(keys)
        return None


def _part_loader(compiled: CompiledFile, scope: dict[str, Any], file_name: str) -> Callable[[str, str], Any]:
    """What loads a part of a module into its globals when it is first needed, and gives a function of it."""
    codes = compiled.codes

    def load(part: str, name: str) -> Any:
        if part not in codes:
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
