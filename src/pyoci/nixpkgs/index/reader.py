"""Looking things up in an index file.

The file is mapped, not read: opening it parses the header (some ten lines), each lookup slices a few lines out of the
mapping. Nothing here knows Nix values; `packages` makes them.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoci.nixpkgs.index.format import DERIVATION_WIDTH, ENTRY_DIGITS, NO_RECORD, PLACE_DIGITS, BadIndex, read_header


@dataclass(frozen=True, slots=True)
class NameSet:
    """A set of the index: where its names and entries are."""

    path: str
    first: int
    count: int
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
        self.store_dir: Final = header.get("store", "/nix/store")
        self._at: Final = sections
        self._sets: dict[str, NameSet] | None = None
        self._templates: dict[str, str] | None = None

    @classmethod
    def open(cls, path: Path) -> Index:
        """The index in a file; raises BadIndex where it cannot be read."""
        try:
            with path.open("rb") as file:
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), str(path))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "the file is empty"
            raise BadIndex(f"cannot read the package index '{path}': {reason}") from None

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
        if self._templates is None:
            self._templates = dict(line.split("\t", 1) for line in self._lines("templates"))
        return self._templates.get(builder)

    def variant(self, attribute: str, arguments: str) -> int | None:
        """The record of a package after `.override arguments` (JSON, keys sorted), where the index knows it."""
        key = f"{attribute}\t{arguments}\t"
        for line in self._lines("variants"):
            if line.startswith(key):
                return int(line[len(key) :])
        return None

    def source(self, store_path: str) -> str | None:
        """The contents of a file that templates refer to, as JSON; None where the index does not have it."""
        key = f"{store_path}\t"
        for line in self._lines("sources"):
            if line.startswith(key):
                return line[len(key) :]
        return None
