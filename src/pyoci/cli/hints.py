"""Suggestions for common mistakes, read off an error's message.

Each row is a pattern of the message and the suggestion, in which `{1}` stands for the pattern's first group; the first
row that fits counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Final

from pyoci.runtime.suggestions import closest

_Rows = tuple[tuple[str, str], ...]

_LACKS_ARGUMENTS = "the function lacks an argument, or the call needs parentheses: (f x)"
_NOT_A_SET = "what is wanted is a set, { name = value; }"
_PASSED_FUNCTION = (
    "a function that is passed to another is called with more arguments than it takes (x: y: …), or is none at all"
)

_PARTICULAR: Final[_Rows] = (
    # Better than what Nix or the module system suggests.
    (
        r"`services\.railcar\.containers\.[^.]*\.(?:args|command|script|entrypoint|exec|run)' does not exist",
        "did you mean `cmd'? It is the text of a shell script",
    ),
    (r"mounts\..*\.(?:src|from|device|hostPath)' does not exist", "did you mean `source'?"),
    (
        r"`services\.railcar\.(?!containers|enable|stateDir|runtime|package)([^.']+)' does not exist(?![\s\S]*Did you)",
        "containers are defined in services.railcar.containers.{1}",
    ),
    (
        r"`systemd\.services\.[^.]*\.([A-Z]\w+)' does not exist",
        "systemd's own settings are written serviceConfig.{1}, those of [Unit] unitConfig.{1}",
    ),
    (
        r"called with unexpected argument '(?:_class|modulesPath|options|config|lib|specialArgs|utils)'",
        "the arguments of a module end with '...': { config, pkgs, ... }:",
    ),
)

_GENERAL: Final[_Rows] = (
    # What the parser has no suggestion for.
    (r"syntax error, unexpected .*expecting ';'", "a ';' is missing before this place"),
    (r"syntax error, unexpected '=', expecting", "a ';' may be missing at the end of the definition before"),
    (r"syntax error, unexpected '='", "definitions (name = value;) stand in { … } or in let … in"),
    (r"syntax error, unexpected ';'", "a list's elements are parted by spaces, and a call in one needs (…)"),
    (r"syntax error, unexpected ','", "lists and sets have no commas: [ a b ], { a = 1; b = 2; }"),
    (r"syntax error, unexpected ':'", "a function is written `name: body` or `{ a, b }: body`"),
    (r"syntax error, unexpected end of file", "a bracket, a string or a `let … in` is not closed"),
    (r"syntax error, unexpected invalid token", "names are made of the letters a-z, digits, _, ' and -"),
    # Strings.
    (r"cannot coerce (?:an integer|a float) to a string", "write toString around it"),
    (r"cannot coerce a Boolean to a string", 'write (if … then "true" else "false"), or lib.boolToString'),
    (r"cannot coerce null to a string", "the value is null: give it a value, or use lib.optionalString"),
    (r"cannot coerce .*function.* to a string", "the function lacks arguments: call it, with (…) around the call"),
    (
        r"cannot coerce a list to a string",
        'builtins.concatStringsSep " " list makes a string of a list; two lists are joined with ++',
    ),
    (
        r"cannot coerce a set to a string",
        "a set is no string unless it is a package: select the attribute that is meant; two sets are joined with //",
    ),
    # Operators and calls.
    (r"cannot add .*function", _LACKS_ARGUMENTS),
    (r"cannot add a string to (?:an integer|a float)", "write toString around the number"),
    (r"cannot add ", "'+' adds numbers and joins strings; lists are joined with ++, sets with //"),
    (r"cannot compare ", "only values of one kind can be compared"),
    (
        r"attempt to call something which is not a function but a list",
        "the list is called with what follows it; builtins.elemAt list 0 is its first element, (a) (b) are two",
    ),
    (
        r"attempt to call something which is not a function but",
        "what another value follows is called with it: is a ';' or an operator missing between them, or is an"
        " argument too many?",
    ),
    # Values of another kind than is wanted.
    (r"expected a list but found a function", "the function comes before the list, as in map f list"),
    (r"expected .* but found .*function", _LACKS_ARGUMENTS),
    (r"expected a list but found (?:a|an|the) ", "put [ … ] around it"),
    (
        r"expected a set but found a list",
        f"{_NOT_A_SET}; of a list, builtins.elemAt list 0 is the first element, and lists are joined with ++",
    ),
    (
        r'expected a set but found a string with context: "/nix/store/',
        "the string is a store path already; is an .outPath too much?",
    ),
    (r"expected a set but found (?:a|an) ", _NOT_A_SET),
    (r"expected a Boolean but found", "conditions are true or false: compare with ==, !=, <"),
    (r'expected an integer but found a string: "-?\d+"', "write it without quotes, or use lib.toInt"),
    (r"expected an? (?:integer|float|number) but found a string", "lib.toInt makes a number of a string"),
    (r"expected a string but found (?:an integer|a float)", "write toString around it"),
    (r"expected a string but found a path", "toString makes a string of a path; builtins.readFile reads a file"),
    (r"expected a string but found a list", "are the arguments the wrong way round?"),
    (r"expected a string but found a package", 'write "${…}" around it'),
    (r"expected a function but found", "the function comes first, as in map f list"),
    # The rest.
    (r"attribute '(.+)' already defined", "define '{1}' once, or merge the two definitions"),
    (r"infinite recursion encountered", "the value is defined in terms of itself"),
    (r"stack overflow; max-call-depth exceeded", "a function calls itself without an end"),
    (
        r"file 'nixpkgs(?:/.*)?' was not found in the Nix search path",
        "`pkgs` and `lib` are in scope already; for a nixpkgs tree of yours, use --nixpkgs TREE or -I nixpkgs=TREE",
    ),
    (r"file '(.+)' was not found in the Nix search path", "-I {1}=PATH says where it is"),
    (
        r"does not look like a module",
        "a module is a set of options, or a function of one: { config, pkgs, ... }: { … }",
    ),
    (r"option `(?:.*\.)?([^.`']+)' was accessed but has no value defined", "write {1} = …; there"),
)

_WRONG_TYPE = re.compile(r"is not of type `(.*?)'\.(?:[^\n]*\n(?:  )?- In `[^\n]*':\s*(.*))?", re.DOTALL)
"""The type, and the value where the message has it: older module systems do not say it."""

_LIBRARY_CALL = re.compile(r"\(*(?:map|(?:lib|builtins|pkgs)\.[\w.']+)\s+[^\s]")
_FUNCTION = re.compile(r"[\w'-]+:|\{[^}]*\}(?:@\w+)?:")
_VALUES_OF_TYPES: Final[tuple[tuple[str, str, str], ...]] = (
    # The type, the value as it is shown, the suggestion.
    (r"", r"<function>", _LACKS_ARGUMENTS),
    (r"boolean", r'"(true|false)"', "write {1}, without quotes"),
    (r"boolean", r"", "write true or false"),
    (r"string|strings|null or string|path", r"<derivation", 'write "${…}" around the package'),
    (r"string|strings|null or string", r"-?\d+(?:\.\d+)?$", "write it in quotes, or toString around it"),
    (r"strings concatenated", r"\[", "write one string, with a command on each line: '' … ''"),
    (r"string|null or string", r"\[", 'builtins.concatStringsSep " " makes a string of a list'),
    (r"string|strings|null or string", r"null", 'give it a string, or leave it out; an empty one is ""'),
    (r"string|strings|null or string", r"/", "put quotes around the path"),
    (r"absolute path", r"(?!<derivation)", 'write an absolute path in quotes: "/…"'),
    (r".*integer", r'"(-?\d+)"', "write {1}, without quotes"),
    (r"list of", r"(?!\[)", "put [ … ] around it"),
    (r"attribute set", r"\[", "write { name = …; } instead of [ … ]"),
    (r"set like \{ source", r'"(.*)"', 'write { source = "{1}"; }'),
    (r"set like \{ cmd", r'"|<derivation', "write cmd = …; within { … }"),
    (r"attribute set of|.*submodule", r'"', "write { … } with the options in it"),
)


_RAILCAR_OPTIONS: Final = {
    r"services\.railcar\.containers\.[^.]*": ("cmd", "mounts", "runType", "restart", "readonly", "os", "arch", "env"),
    r"services\.railcar": ("enable", "containers", "stateDir", "package", "runtime"),
    r"": ("services", "systemd", "environment", "networking", "users"),
}
"""What there is, for module systems that suggest nothing."""


def particular_hint(message: str) -> str | None:
    """A suggestion that counts more than what an error itself suggests, or None."""
    return _first(_PARTICULAR, message) or _type_hint(message) or _near_option(message)


def _near_option(message: str) -> str | None:
    unknown = re.match(r"The option `(?:(.*)\.)?([^.`]*)' defined in .* does not exist", message)
    for group, names in _RAILCAR_OPTIONS.items() if unknown is not None else ():
        if unknown is not None and re.fullmatch(group, unknown[1] or ""):
            near = closest(unknown[2], names)
            return f"did you mean `{near[0]}'?" if near else None
    return None


def hint_for(message: str, marked: str = "", in_library: bool = False) -> str | None:
    """A suggestion for an error that brings none, or None; `marked` is the text that it is about, `in_library` tells
    whether it arose in a library."""
    if message.startswith("attempt to call something which is not a function"):
        if re.match(r"pkgs\s*\{", marked):
            return "pkgs is the package set itself, and takes no arguments"
        if in_library or is_library_call(marked) or _FUNCTION.match(marked):
            return _PASSED_FUNCTION
    if marked.startswith(".") and re.match(
        r"expected a set but found (?:null|an? (?!list|function|string with))", message
    ):
        return f"what stands before '{marked}' is no set, so it has no attributes"
    return _first(_GENERAL, message) or _missing_file(message)


def is_library_call(text: str) -> bool:
    """Whether a text is the call of a function that everybody knows as a library's."""
    return _LIBRARY_CALL.match(text) is not None


def fewer_names(message: str, hint: str) -> str | None:
    """`Did you mean one of …?` with those names only that a person would take for likely; None if there are none."""
    asked = re.search(r".*'([^']+)'", message)
    offered = re.match(r"Did you mean (?:one of )?(.+)\?$", hint)
    if asked is None or offered is None or "`" in hint:
        return hint
    names = re.split(r", | or ", offered[1])
    near = closest(asked[1], names)
    if not near:
        return hint if len(names) == 1 and len(asked[1]) > 3 else None
    return f"Did you mean {near[0]}?" if len(near) == 1 else f"Did you mean one of {_enumerated(near)}?"


def _first(rows: _Rows, message: str) -> str | None:
    for pattern, hint in rows:
        found = re.search(pattern, message)
        if found:
            return hint.replace("{1}", found[1]) if found.groups() else hint
    return None


def _type_hint(message: str) -> str | None:
    """For an option that is given a value of another type."""
    found = _WRONG_TYPE.search(message)
    if found is None:
        return None
    kind, value = found[1], (found[2] or "").strip()
    for pattern, shown, hint in _VALUES_OF_TYPES:
        said = re.match(shown, value)
        if re.match(pattern, kind) and said:
            return hint.replace("{1}", said[1]) if said.groups() else hint
    near = closest(value.strip('"'), re.findall(r'"([^"]*)"', kind)) if "one of" in kind else []
    return f'did you mean "{near[0]}"?' if near else None


def _missing_file(message: str) -> str | None:
    """For a file that is not there, what is in the folder that it should be in."""
    found = re.match(r"path '(.*)' does not exist$", message)
    if found is None:
        return None
    folder, name = os.path.split(found[1])
    stem, kind = os.path.splitext(name)
    try:
        stems = [one.removesuffix(kind) for one in os.listdir(folder) if one.endswith(kind)]
    except OSError:
        return f"there is no folder {folder}" if not os.path.exists(folder) else None
    near = closest(stem, stems)
    return f"did you mean {near[0]}{kind}?" if near else None


def _enumerated(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
