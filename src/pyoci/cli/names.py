"""What a name that nothing binds was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pyoci.cli.trees import around, tree_of
from pyoci.runtime.errors import Position
from pyoci.runtime.suggestions import closest
from pyoci.syntax.nodes import AttrSet, Lambda, Let, Node
from pyoci.syntax.source import Source

_WORDS = {
    "True": "write true",
    "TRUE": "write true",
    "False": "write false",
    "FALSE": "write false",
    "yes": "write true",
    "no": "write false",
    "None": "write null",
    "nil": "write null",
    "NULL": "write null",
    "Null": "write null",
    "undefined": "write null",
    "and": "the operator is written '&&'",
    "or": "the operator is written '||'",
    "not": "the operator is written '!'",
    "elif": "write 'else if'",
    "function": "a function is written 'x: body'",
    "def": "a function is written 'x: body'",
    "lambda": "a function is written 'x: body'",
    "var": "definitions stand in 'let name = value; in …'",
    "return": "there is no 'return': what follows 'x:' is the function's value",
}
"""Words of other languages."""


def hint_for_text(name: str, place: Position, source: Source) -> str | None:
    """What can be seen in the text itself."""
    at = source.offset_of(place.line, place.column)
    text = source.text
    if at and text[at - 1] == '"' and text.rfind('"', text.rfind("\n", 0, at) + 1, at - 1) >= 0:
        return f"the string ends before '{name}'; a quote inside of a string is written \\\""
    if text.startswith("${", at - 2) and re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
        return f"a variable of the shell is written ''${{{name}}} in a '' string, and \\${{{name}}} in a \" string"
    if name in _WORDS:
        return _WORDS[name]
    tree = tree_of(source)
    if tree is None:
        return None
    enclosing = around(tree, at)
    visible = list(_visible(enclosing))
    first, minus, rest = name.partition("-")
    if minus and (first in visible or first.isdigit()) and (rest in visible or rest.isdigit()):
        return f"'-' is part of the name; put blanks around it: {first} - {rest}"
    if any(isinstance(node, AttrSet) and _has_other(node, name, at) for node in enclosing):
        return f"the definitions of a set do not see each other; write rec {{ … }}, or define '{name}' in let … in"
    if name == "config" or "config" in closest(name, ["config"]):
        return "write { config, pkgs, ... }: { … } around the file to have 'config' in it"
    near = closest(name, visible)
    return f"did you mean {near[0]}?" if near else None


def _has_other(node: AttrSet, name: str, at: int) -> bool:
    """Whether a set defines a name, and not for the place itself."""
    value = node.attributes[name].value if name in node.attributes else None
    return value is not None and not value.start <= at < value.end


def _visible(enclosing: Iterable[Node]) -> Iterator[str]:
    """The names that the nodes around a place bind there, and those that are bound everywhere."""
    for node in enclosing:
        if isinstance(node, Let) or (isinstance(node, AttrSet) and node.recursive):
            yield from node.attributes
        elif isinstance(node, Lambda):
            yield from (formal.name for formal in node.formals or ())
            if node.parameter is not None:
                yield node.parameter
    yield from ("pkgs", "lib", "builtins", "import", "map", "toString", "throw", "abort", "derivation", "baseNameOf")
    yield from ("removeAttrs", "fetchTarball", "dirOf", "isNull", "true", "false", "null")


def hint_for_sets(name: str, sets: Mapping[str, Iterable[str]]) -> str | None:
    """Which of the sets that everybody knows has a name, or one that is much alike."""
    for owner, names in sets.items():
        if name in names:
            return f"write {owner}.{name}, or `with {owner};` before the expression"
    for owner, names in sets.items() if not name.isupper() else ():
        near = closest(name, names)
        if near:
            return f"did you mean {owner}.{near[0]}?"
    return None


def hint_for_wrong_set(place: Position, source: Source, sets: Mapping[str, Iterable[str]]) -> str | None:
    """Which of the sets that everybody knows has an attribute that another of them lacks, `lib.ociTools`."""
    text = source.text
    at = source.offset_of(place.line, place.column)
    owner = re.search(r"([\w-]+)\.$", text[:at])
    name = re.compile(r"[A-Za-z_][\w'-]*").match(text, at)
    if owner is None or name is None or owner[1] not in sets:
        return None
    return next((f"write {other}.{name[0]}" for other, names in sets.items() if name[0] in names), None)


def is_package(place: Position, source: Source, hint: str | None) -> bool:
    """Whether a name that is not there was meant as a package: it stands behind `pkgs.`, or in a file with `with pkgs;`
    and nothing else is known that it may have been."""
    at = source.offset_of(place.line, place.column)
    if re.search(r"\bpkgs(?:\.[\w-]+)*\.$", source.text[:at]):
        return hint is None or not hint.startswith("write ")
    scope = re.search(r"\bwith\s+\(?(?:pkgs|import\s+<nixpkgs>)", source.text[:at])
    return scope is not None and (hint is None or hint.lower().startswith("did you mean"))
