"""From a builder's probes to its template.

`templates.nix` calls each builder with marks for arguments, some builders several times with different flags. What
came out the same in every probe is part of the template, marks and all; what follows a flag is noted as that flag; all
else is kept once for each setting of the flags. A template is

    { "base": "stdenvNoCC", "attrs": { NAME: VALUE } }

where `attrs` lacks what the base's own template says too (and with `flags` and `settings`, where the builder refused
some settings of its flags: those that it takes). A VALUE is told as describe.nix tells it, or

    { "_": "flag", "name": … }                           the flag itself
    { "_": "cases", "by": [ FLAG… ], "cases": { "true false": VALUE } }
                                                         by the settings of some flags; a setting that is missing has
                                                         no such attribute
    { "_": "repeat", "head", "item", "between", "tail" } a text for each element of `entries`
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, Final

Json = Any

BASES: Final = ("stdenv", "stdenvNoCC")

_ARGUMENTS: Final = {
    "container": {"config.json": "config", "runtime-deps": "references"},
    "requireFile": {"restrict-message": "script"},
}
"""By builder, the names of derivations that it makes for itself out of its arguments: they become arguments."""

CALLED: Final = {"mkDerivation": "stdenv", "container": "ociTools"}
"""By builder, the attribute of the release that it is called by, where that is another."""

MADE_BY_BUILDERS: Final = frozenset(name for inner in _ARGUMENTS.values() for name in inner)


def told_context(context: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A context as `builtins.getContext` tells it, in the encoding of `runtime.values.Context`."""
    elements: list[str] = []
    for path, how in context.items():
        if how.get("path"):
            elements.append(path)
        if how.get("allOutputs"):
            elements.append("=" + path)
        elements.extend(f"!{output}!{path}" for output in how.get("outputs", ()))
    return sorted(elements)


def tidy(value: Json) -> Json:
    """A told value with its contexts as lists."""
    if isinstance(value, list):
        return [tidy(element) for element in value]
    if isinstance(value, dict):
        if value.get("_") == "set":
            return {"_": "set", "attrs": {name: tidy(v) for name, v in value["attrs"].items()}}
        if "context" in value:
            return {"_": "string", "text": value["text"], "context": told_context(value["context"])}
    return value


def tidy_all(value: Json) -> Json:
    """Told values, at any depth of plain JSON, with their contexts as lists."""
    if isinstance(value, dict) and "_" not in value:
        return {name: tidy_all(inner) for name, inner in value.items()}
    return tidy(value)


def has_unknown(value: Json) -> bool:
    """Whether part of a told value could not be told."""
    if isinstance(value, list):
        return any(has_unknown(element) for element in value)
    if isinstance(value, dict):
        return value.get("_") == "unknown" or any(has_unknown(inner) for inner in value.values())
    return False


def template(probes: list[Json], bases: Mapping[str, Mapping[str, Json]]) -> Json:
    """The template of a builder's probes; `bases` are the attributes of the bases known so far, by name.

    Raises ValueError where all probes failed, or what they gave follows from nothing that they were given."""
    answered = [probe for probe in probes if probe["attrs"] is not None]
    if not answered:
        raise ValueError("it does not evaluate")
    attributes = [{name: tidy(value) for name, value in probe["attrs"].items()} for probe in answered]
    given: list[dict[str, Json]] = [probe["given"] for probe in answered]
    base = next((name for name in BASES if name in bases and _same_stdenv(bases[name], attributes[0])), "")
    flags = sorted(given[0])
    told: dict[str, Json] = {"base": base}
    if flags == ["count"]:
        merged = _repeated(attributes)
    else:
        merged = _merged(attributes, given, flags)
        if len(answered) < len(probes):
            told["flags"] = flags
            told["settings"] = sorted(_setting(some, flags) for some in given)
    inherited = bases.get(base, {})
    told["attrs"] = {
        name: value
        for name, value in merged.items()
        if name == "name" or name not in inherited or inherited[name] != value
    }
    return told


def _setting(given: Mapping[str, Json], flags: Iterable[str]) -> str:
    return " ".join("true" if given[flag] else "false" for flag in flags)


def _same_stdenv(base: Mapping[str, Json], attributes: Mapping[str, Json]) -> bool:
    return base.get("stdenv") == attributes.get("stdenv")


def _merged(attributes: list[dict[str, Json]], given: list[dict[str, Json]], flags: list[str]) -> dict[str, Json]:
    merged: dict[str, Json] = {}
    for name in sorted({name for some in attributes for name in some} - {"0pyoci"}):
        values = [some.get(name, ...) for some in attributes]
        if all(value == values[0] and type(value) is type(values[0]) for value in values):
            merged[name] = values[0]
            continue
        flag = next((flag for flag in flags if values == [some[flag] for some in given]), None)
        if flag is not None:
            merged[name] = {"_": "flag", "name": flag}
            continue
        merged[name] = _cases(flags, given, values)
    return merged


def _cases(flags: list[str], given: list[dict[str, Json]], values: list[Json]) -> Json:
    """Values by the settings of as few flags as tell them apart."""
    for count in range(1, len(flags) + 1):
        for some in combinations(flags, count):
            cases: dict[str, Json] = {}
            for probe, value in zip(given, values, strict=True):
                setting = _setting(probe, some)
                if cases.setdefault(setting, value) != value:
                    break
            else:
                told = {setting: value for setting, value in cases.items() if value is not ...}
                return {"_": "cases", "by": list(some), "cases": told}
    raise ValueError("the builder gives different derivations for the same arguments")


def _repeated(attributes: list[dict[str, Json]]) -> dict[str, Json]:
    """Attributes of probes with none, one and two entries."""
    if len(attributes) != 3:
        raise ValueError("it does not take some numbers of entries")
    none, one, two = attributes
    merged: dict[str, Json] = {}
    for name, value in one.items():
        texts = [none.get(name), value, two.get(name)]
        if texts[0] == value:
            merged[name] = value
        elif all(isinstance(text, str) for text in texts):
            merged[name] = _repeat(*texts)
        else:
            raise ValueError("the builder's attributes do not repeat for each entry")
    return merged


def _repeat(none: str, one: str, two: str) -> Json:
    """The text of an entry and what stands around and between entries.

    Raises ValueError where the three texts are not of that kind."""
    for start in range(len(none), -1, -1):
        head, tail = none[:start], none[start:]
        if not (one.startswith(head) and one.endswith(tail)):
            continue
        item = one[start : len(one) - len(tail)]
        second = item.replace("1- 0", "2- 0")
        inner = two[start : len(two) - len(tail)]
        if inner.startswith(item) and inner.endswith(second) and len(inner) >= len(item) + len(second):
            between = inner[len(item) : len(inner) - len(second)]
            # The argument is put in quoted, and the marks came out quoted.
            item = re.sub(r"'0pyoci-(\w+)1- 0'", r"0pyoci-\1-0", item)
            if not re.search(r"0pyoci-\w+-0", item):
                raise ValueError("the builder does not quote what it repeats for each entry")
            return {"_": "repeat", "head": head, "item": item, "between": between, "tail": tail}
    raise ValueError("the builder's text does not repeat for each entry")


def with_inner_arguments(builder: str, told: Json) -> Json:
    """The template of a builder with marks where derivations of its own making stood."""
    inner = _ARGUMENTS.get(builder)
    if inner:
        told["attrs"] = {name: _marked(value, inner) for name, value in told["attrs"].items()}
    return told


def without_quotes(told: Json) -> Json:
    """A template whose marks were quoted for a shell, each with its option (`-x 'MARK'`): the argument is the options
    and all."""
    if isinstance(told, list):
        return [without_quotes(value) for value in told]
    if isinstance(told, dict):
        return {name: without_quotes(value) for name, value in told.items()}
    if isinstance(told, str):
        return re.sub(r"(-\w )?'0pyoci-(\w+)- 0'", r"0pyoci-\2-0", told)
    return told


def _marked(value: Json, inner: Mapping[str, str]) -> Json:
    if isinstance(value, list):
        return [_marked(element, inner) for element in value]
    if isinstance(value, dict) and value.get("_") == "derivation":
        name = _derivation_name(value["drv"])
        return f"0pyoci-{inner[name]}-0" if name in inner else value
    if isinstance(value, dict) and value.get("_") == "string":
        text = value["text"]
        for name, argument in inner.items():
            text = re.sub(rf"/nix/store/[0-9a-z]{{32}}-{re.escape(name)}(?![\w.-])", f"0pyoci-{argument}-0", text)
        kept = [element for element in value["context"] if _derivation_name(element) not in inner]
        return {"_": "string", "text": text, "context": kept} if kept else text
    return value


def _derivation_name(path: str) -> str:
    match = re.search(r"/[0-9a-z]{32}-(.+)\.drv$", path)
    return match[1] if match else ""


def sources(value: Json) -> set[str]:
    """Paths of all files and folders in the store that a told value refers to."""
    return {path for path in _referred(value) if not path.endswith(".drv")}


def references(value: Json) -> set[str]:
    """Paths of all derivations that a told value refers to."""
    return {path for path in _referred(value) if path.endswith(".drv")}


def _referred(value: Json) -> Iterable[str]:
    if isinstance(value, list):
        for element in value:
            yield from _referred(element)
    elif isinstance(value, dict):
        if value.get("_") == "derivation":
            yield value["drv"]
        elif value.get("_") == "string":
            for element in value["context"]:
                yield element.lstrip("=").rpartition("!")[2]
        else:
            for inner in value.values():
                yield from _referred(inner)
