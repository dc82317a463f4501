"""Collecting what an index holds, and laying it out as the file's sections (see `format`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoci.nixpkgs.index.format import ENTRY_DIGITS, NO_RECORD, PLACE_DIGITS, base36, escape, lines, table
from pyoci.nixpkgs.index.learn import Json, references, tidy

_SIMPLE_NAME = re.compile(r"[A-Za-z0-9_'-]+")
_LONGEST_FACT = 1000
"""Facts longer than this are left out: whoever asks for them is told that the index does not know."""


def compact(value: Json) -> str:
    """JSON on one line, keys sorted."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


@dataclass(slots=True)
class Layout:
    """The sections in the making."""

    system: str
    folder: str
    """Where the tree is: paths in it are told from there."""
    store_dir: str = "/nix/store"
    records: dict[str, int] = field(default_factory=dict)
    """Lines and their numbers."""
    pool: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """Paths of the derivations that have, or will have, a record: facts may refer to these."""
    by_derivation: dict[str, int] = field(default_factory=dict)
    """Path of a derivation to the number of the record that stands for it when another record refers to it."""
    used: set[str] = field(default_factory=set)
    """Paths of the derivations that others are made with."""
    made_with: dict[str, frozenset[str]] = field(default_factory=dict)
    """By path of a derivation, those that it is made with and that some configurations refuse."""
    refused_within: dict[str, str] = field(default_factory=dict)
    """By path of a derivation, the flags of what it is made with where that is no derivation of the index."""
    derivations: set[str] = field(default_factory=set)
    """Paths of all derivations whose hash modulo is needed."""
    sets: list[tuple[str, list[str], list[int]]] = field(default_factory=list)
    """Path, names, and the number of the record of each name."""

    def record(self, line: str) -> int:
        """The number of a record; the same line is kept once."""
        line = line.replace(f"{self.folder}/", "")
        return self.records.setdefault(line, len(self.records))

    def pooled(self, value: Json) -> int:
        """The number of a shared value."""
        return self.pool.setdefault(compact(value), len(self.pool))

    def add_set(self, path: str, members: dict[str, int]) -> None:
        """A set of the index: names to records."""
        names = sorted(members, key=lambda name: name.encode("utf-8", "surrogateescape"))
        self.sets.append((path, names, [members[name] for name in names]))

    # ---- Derivations ----

    def derivation(self, facts: Json) -> int:
        """The record of a derivation by what describe.nix's `package` told of it."""
        name, path = facts["name"], facts["drv"]
        self.derivations.add(path)
        fields = [
            "D",
            escape(name),
            self._hash_or_path(path, f"{name}.drv"),
            " ".join(
                self._output(facts, output, told)
                for output, told in zip(_with_paths(facts), facts["paths"], strict=True)
            ),
            facts["output"],
            self._flags(facts),
            str(self.pooled(facts["attributes"])),
            *self._facts(facts),
        ]
        number = self.record("\t".join(fields))
        self.by_derivation.setdefault(path, number)
        return number

    def _hash(self, path: str) -> str:
        return path[len(self.store_dir) + 1 :][:32]

    def _hash_or_path(self, path: str, expected: str) -> str:
        base = path.removeprefix(self.store_dir + "/")
        return base[:32] if base[32:] == f"-{expected}" else path

    def _output(self, facts: Json, output: str, told: Json) -> str:
        suffix = "" if output == "out" else f"-{output}"
        text = f"{output}:{self._hash_or_path(told['path'], facts['name'] + suffix)}"
        if told["drv"] != facts["drv"]:
            self.derivations.add(told["drv"])
            return f"{text}:{told['drv']}"
        return text

    def _flags(self, facts: Json) -> str:
        flags = ("s" if facts["selects"] else "") + ("d" if facts["drv"] in self.used else "")
        return flags + refusals(facts, self.system) + self.refused_within.get(facts["drv"], "").upper()

    def _facts(self, facts: Json) -> Iterable[str]:
        meta = {key: value for key, value in facts["meta"].items() if key != "available"}
        made_with = sorted(map(self._hash, self.made_with.get(facts["drv"], ())))
        if made_with:
            yield f"with={' '.join(made_with)}"
        yield f"meta#{self.pooled(sorted(facts['meta']))}"
        for key, value in sorted(meta.items()):
            if key in ("license", "platforms", "badPlatforms") and not _is_unknown(value):
                yield f"m.{key}#{self.pooled(_plain(value))}"
            elif key == "name" and value == facts["name"]:
                continue
            else:
                yield from self._fact(f"m.{key}", _plain(value))
        for key, value in sorted({**facts.get("inputs", {}), **facts["carried"], **facts["build"]}.items()):
            if key != "system" or value != self.system:
                yield from self._fact(f"c.{key}", tidy(value))

    def _fact(self, key: str, value: Json) -> Iterable[str]:
        if not _SIMPLE_NAME.fullmatch(key[2:]) or _is_unknown(value):
            return
        if isinstance(value, str):
            text, sign = escape(value), "="
        elif isinstance(value, dict) and value.get("_") == "derivation":
            if value["drv"] not in self.known:
                return
            text, sign = f"{self._hash(value['drv'])} {value['output']}", "@"
        elif isinstance(value, dict) and value.get("_") == "index set":
            text, sign = value["path"], "$"
        else:
            text, sign = compact(value), "!"
            if '"_":"derivation"' in text or '"_":"unknown"' in text:
                return
            self.derivations.update(references(value))
        if len(text) <= _LONGEST_FACT:
            yield f"{key}{sign}{text}"

    # ---- The file ----

    def sections(
        self,
        modulos: dict[str, str],
        templates: dict[str, Json],
        variants: dict[tuple[str, str], int],
        sources: dict[str, str],
    ) -> dict[str, str]:
        """The text of each section; `modulos` are the hashes modulo by derivation path."""
        # Sorted, records of the same package stand together, and compress to one.
        order = {line: number for number, line in enumerate(sorted(self.records))}
        final = {number: order[line] for line, number in self.records.items()}
        sets: list[str] = []
        entries: list[int] = []
        names: list[str] = []
        start = 0
        placed: dict[tuple[str, tuple[int, ...]], str] = {}
        for path, members, numbers in self.sets:
            text = "\n".join(members)
            # Many sets are the same by another name.
            place = placed.get((text, tuple(numbers)))
            if place is None:
                length = len(text.encode("utf-8", "surrogateescape"))
                place = placed[text, tuple(numbers)] = f"{len(entries)}\t{len(members)}\t{start}\t{length}"
                names.append(text)
                entries.extend(final[number] for number in numbers)
                start += length
            sets.append(f"{path}\t{place}")
        records = lines(order)
        pool = lines(self.pool)
        return {
            "sets": lines(sets),
            "names": "".join(names),
            "entries": table(entries, ENTRY_DIGITS),
            "places": table(_starts(order), PLACE_DIGITS),
            "records": records,
            "pool-places": table(_starts(self.pool), PLACE_DIGITS),
            "pool": pool,
            "derivations": lines(
                sorted(self._derivation_line(path, modulo, final) for path, modulo in modulos.items())
            ),
            "templates": lines(f"{name}\t{compact(value)}" for name, value in sorted(templates.items())),
            "variants": lines(
                f"{self._hash(path)}\t{given}\t{final[number]}" for (path, given), number in sorted(variants.items())
            ),
            "sources": lines(f"{path}\t{json.dumps(text)}" for path, text in sorted(sources.items())),
        }

    def _derivation_line(self, path: str, modulo: str, final: dict[int, int]) -> str:
        number = self.by_derivation.get(path)
        record = NO_RECORD if number is None else base36(final[number], ENTRY_DIGITS)
        return f"{self._hash(path)} {modulo} {record}"


def refusals(facts: Json, system: str) -> str:
    """The flags of reasons for which a configuration may refuse a package."""
    meta = facts["meta"]
    flags = {
        "u": _flag(meta, "unfree", any(_is_unfree(licence) for licence in _as_list(meta.get("license")))),
        "b": _flag(meta, "broken", False),
        "i": _flag(meta, "insecure", bool(_as_list(meta.get("knownVulnerabilities")))),
        "p": _flag(meta, "unsupported", _is_unsupported(meta, facts["build"].get("system", system))),
    }
    return "".join(flag for flag, is_set in flags.items() if is_set)


def _starts(items: Iterable[str]) -> Iterable[int]:
    start = 0
    for item in items:
        yield start
        start += len(item.encode("utf-8", "surrogateescape")) + 1


def _with_paths(facts: Json) -> list[str]:
    """The outputs that the package has as attributes, in order."""
    attributes = set(facts["attributes"])
    return [output for output in facts["outputs"] if output in attributes]


def _as_list(value: Json) -> list[Json]:
    if value is None or _is_unknown(value):
        return []
    return value if isinstance(value, list) else [value]


def _flag(meta: Json, name: str, computed: bool) -> bool:
    value = meta.get(name)
    return value if isinstance(value, bool) else computed


def _is_unfree(licence: Json) -> bool:
    return isinstance(licence, dict) and licence.get("attrs", {}).get("free") is False


def _is_unsupported(meta: Json, system: str) -> bool:
    """Whether a package is not for the system that it is made for (a 32-bit one is not for the index's)."""
    platforms, bad = meta.get("platforms"), meta.get("badPlatforms")
    listed = isinstance(platforms, list) and all(isinstance(platform, str) for platform in platforms)
    return (listed and system not in platforms) or (isinstance(bad, list) and system in bad)


def _is_unknown(value: Json) -> bool:
    return isinstance(value, dict) and value.get("_") == "unknown"


def _plain(value: Json) -> Json:
    """A told value without strings' contexts and with sets as JSON's own; what is not known becomes null."""
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, dict):
        if value.get("_") == "set":
            return {name: _plain(v) for name, v in value["attrs"].items() if not _is_unknown(v)}
        if value.get("_") in ("string", "path"):
            return value["text"]
        if value.get("_") == "unknown":
            return value
    return value
