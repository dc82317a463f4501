"""Looking things up in an index file.

The file is mapped, not read: opening it parses the header (some ten lines), each lookup slices a few lines out of the
mapping. Nothing here knows Nix values; `packages` makes them.
"""

from __future__ import annotations

import mmap
import os
from typing import Final, NamedTuple

from pyoci.nixpkgs.index.format import DERIVATION_WIDTH, ENTRY_DIGITS, NO_RECORD, PLACE_DIGITS, BadIndex, read_header
from pyoci.runtime import reads


class NameSet(NamedTuple):
    """A set of the index: where its names and entries are."""

    path: str
    first: int
    size: int
    start: int
    length: int


class Index:
    """An open index. Raises BadIndex where the file is none, or damaged."""

    def __init__(self, data: bytes | mmap.mmap, where: str) -> None:
        self._data = data
        self.where: Final = where
        header, sections = read_header(data[:4096], where, len(data))
        self.system: Final = header.get("system", "")
        self.release: Final = header.get("release", "")
        self.quotes_always: Final = header.get("shell-arguments") == "quoted"
        self.store_dir: Final = header.get("store", "/nix/store")
        self._at: Final = sections
        self._sets: dict[str, NameSet] | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Index:
        """The index in a file; raises BadIndex where it cannot be read."""
        where = os.fspath(path)
        try:
            reads.contents(os.fsencode(where))
            file = os.open(where, os.O_RDONLY)
        except OSError as error:
            raise BadIndex(f"cannot read the package index '{where}': {error.strerror}") from None
        try:
            return cls(mmap.mmap(file, 0, access=mmap.ACCESS_READ), where)
        except ValueError:
            raise BadIndex(f"the package index '{where}' is empty") from None
        except OSError as error:
            reason = "it is a folder" if os.path.isdir(where) else error.strerror
            raise BadIndex(f"cannot read the package index '{where}': {reason}") from None
        finally:
            os.close(file)

    def _text(self, start: int, end: int) -> str:
        return self._data[start:end].decode("utf-8", "surrogateescape")

    def _section(self, name: str) -> str:
        return self._text(*self._at[name])

    def _lines(self, name: str) -> list[str]:
        return self._section(name).split("\n")[:-1]

    def _line(self, section: str, places: str, number: int) -> str:
        """Line `number` of a section whose lines' places are in another one."""
        width = PLACE_DIGITS + 1
        at = self._at[places][0] + number * width
        start = self._at[section][0] + int(self._data[at : at + PLACE_DIGITS], 36)
        return self._text(start, self._data.find(b"\n", start, self._at[section][1]))

    def all_sets(self) -> dict[str, NameSet]:
        """The sets of the index by attribute path; the top level's is `""`."""
        if self._sets is None:
            self._sets = {}
            for line in self._lines("sets"):
                name, *numbers = line.split("\t")
                self._sets[name] = NameSet(name, *map(int, numbers))
        return self._sets

    def set_named(self, path: str) -> NameSet | None:
        """The set at an attribute path (`""`, `python3Packages`), None where the index has none."""
        return self.all_sets().get(path)

    def names(self, names: NameSet) -> list[str]:
        """The attribute names of a set, in order."""
        start = self._at["names"][0] + names.start
        text = self._text(start, start + names.length)
        return text.split("\n") if text else []

    def record_of(self, entry: int) -> int:
        """The number of the record of an entry (a set's first entry + the place of a name in it)."""
        at = self._at["entries"][0] + entry * (ENTRY_DIGITS + 1)
        return int(self._data[at : at + ENTRY_DIGITS], 36)

    def record(self, number: int) -> list[str]:
        """The fields of a record."""
        return self._line("records", "places", number).split("\t")

    def pooled(self, number: int) -> str:
        """A shared value, as JSON."""
        return self._line("pool", "pool-places", number)

    def _derivation(self, derivation_path: str) -> bytes | None:
        """The line of a derivation (or only the hash part of its path)."""
        prefix = len(self.store_dir) + 1
        key = (derivation_path[prefix : prefix + 32] if derivation_path[:1] == "/" else derivation_path).encode(
            "utf-8", "surrogateescape"
        )
        data, start = self._data, self._at["derivations"][0]
        low, high = 0, (self._at["derivations"][1] - start) // DERIVATION_WIDTH
        while low < high:
            middle = (low + high) // 2
            at = start + middle * DERIVATION_WIDTH
            found = data[at : at + 32]
            if found == key:
                return data[at : at + DERIVATION_WIDTH]
            if found < key:
                low = middle + 1
            else:
                high = middle
        return None

    def known_hash(self, derivation_path: str) -> str | None:
        """The hash modulo (64 digits of base 16) of a derivation, None where the index does not have it."""
        line = self._derivation(derivation_path)
        return line[33:97].decode("ascii") if line is not None else None

    def record_of_derivation(self, derivation_path: str) -> int | None:
        """The number of the record that stands for a derivation, by its path or the hash part of that."""
        line = self._derivation(derivation_path)
        if line is None:
            return None
        digits = line[98 : 98 + ENTRY_DIGITS].decode("ascii")
        return None if digits == NO_RECORD else int(digits, 36)

    def template(self, builder: str) -> str | None:
        """What a builder puts into its derivations, as JSON; None where the release has no such builder."""
        return self._value("templates", builder)

    def variant(self, derivation_hash: str, arguments: str) -> int | None:
        """The record of a package, known by the hash part of its derivation, after `.override arguments` (JSON, keys
        sorted); None where the index does not know it."""
        number = self._value("variants", f"{derivation_hash}\t{arguments}")
        return None if number is None else int(number)

    def source(self, store_path: str) -> str | None:
        """The contents of a file that templates refer to, as JSON; None where the index does not have it."""
        return self._value("sources", store_path)

    def _value(self, section: str, key: str) -> str | None:
        """What stands behind a key in a small section."""
        start, end = self._at[section]
        line = f"{key}\t".encode("utf-8", "surrogateescape")
        at = (
            start
            if self._data[start : start + len(line)] == line
            else self._data.find(b"\n" + line, start - 1, end) + 1
        )
        if at == 0:
            return None
        return self._text(at + len(line), self._data.find(b"\n", at, end))
