"""Kinds of Nix values, as far as the writer of random programs cares, and the notation of `signatures`.

int  float  string …      a base kind
a  b                      any kind, the same wherever the letter stands in one signature
[a]                       a list
{a}                       a set with attributes of one kind
{name: string, value: a}  a set with these attributes
a -> b                    a function
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Base:
    """A kind with a name: `int`, or one of strings with a use (`regex`, `version`, …)."""

    name: str


@dataclass(frozen=True)
class List:
    """A list."""

    element: Kind


@dataclass(frozen=True)
class Set:
    """A set with these attributes at least."""

    fields: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True)
class SetOf:
    """A set whose attributes, whatever their names, are of one kind."""

    element: Kind


@dataclass(frozen=True)
class Function:
    """A function of one argument."""

    argument: Kind
    result: Kind


@dataclass(frozen=True)
class Any:
    """Any kind, the same one for all that have the letter."""

    letter: str


Kind: TypeAlias = Base | List | Set | SetOf | Function | Any

INT, FLOAT, BOOL, NULL, STRING, PATH = map(Base, ("int", "float", "bool", "null", "string", "path"))

_TOKEN = re.compile(r"->|[\[\]{}():,]|[\w'-]+")


def parse_kind(text: str) -> Kind:
    """The kind that a text in the notation above means."""
    tokens = _TOKEN.findall(text)
    kind = _arrow(tokens)
    assert not tokens, text
    return kind


def _arrow(tokens: list[str]) -> Kind:
    argument = _one(tokens)
    if tokens and tokens[0] == "->":
        tokens.pop(0)
        return Function(argument, _arrow(tokens))
    return argument


def _one(tokens: list[str]) -> Kind:
    token = tokens.pop(0)
    if token == "(":
        kind = _arrow(tokens)
        tokens.pop(0)
        return kind
    if token == "[":
        kind = List(_arrow(tokens))
        tokens.pop(0)
        return kind
    if token == "{":
        return _set(tokens)
    return Any(token) if len(token) == 1 else Base(token)


def _set(tokens: list[str]) -> Kind:
    if len(tokens) > 1 and tokens[1] != ":":
        kind = SetOf(_arrow(tokens))
        tokens.pop(0)
        return kind
    fields = []
    while True:
        name = tokens.pop(0)
        if name == "}":
            return Set(tuple(fields))
        tokens.pop(0)
        fields.append((name, _arrow(tokens)))
        if tokens[0] == ",":
            tokens.pop(0)


def match(pattern: Kind, kind: Kind, found: dict[str, Kind]) -> bool:
    """Whether a value of kind `pattern` is one of `kind`; `found` collects what the letters in `pattern` then mean."""
    if isinstance(pattern, Any):
        return found.setdefault(pattern.letter, kind) == kind
    if isinstance(pattern, List) and isinstance(kind, List):
        return match(pattern.element, kind.element, found)
    if isinstance(pattern, SetOf) and isinstance(kind, SetOf):
        return match(pattern.element, kind.element, found)
    if isinstance(pattern, SetOf) and isinstance(kind, Set):
        return all(match(pattern.element, field, found) for _, field in kind.fields)
    if isinstance(pattern, Function) and isinstance(kind, Function):
        return match(pattern.argument, kind.argument, found) and match(pattern.result, kind.result, found)
    return pattern == kind


def fill(pattern: Kind, meaning: dict[str, Kind]) -> Kind:
    """The kind with each letter replaced by what it means."""
    match pattern:
        case Any(letter):
            return meaning[letter]
        case List(element):
            return List(fill(element, meaning))
        case SetOf(element):
            return SetOf(fill(element, meaning))
        case Set(fields):
            return Set(tuple((name, fill(field, meaning)) for name, field in fields))
        case Function(argument, result):
            return Function(fill(argument, meaning), fill(result, meaning))
    return pattern


def letters(kind: Kind) -> set[str]:
    """The letters in a kind."""
    match kind:
        case Any(letter):
            return {letter}
        case List(element) | SetOf(element):
            return letters(element)
        case Set(fields):
            return set().union(*(letters(field) for _, field in fields))
        case Function(argument, result):
            return letters(argument) | letters(result)
    return set()
