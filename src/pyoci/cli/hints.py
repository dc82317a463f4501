"""Suggestions for common mistakes, read off an error's message.

Only for errors that bring no hint of their own. Each row is a pattern of the message and the suggestion, in which
`{1}` stands for the pattern's first group; the first row that fits counts.
"""

from __future__ import annotations

import re
from typing import Final

_HINTS: Final[tuple[tuple[str, str], ...]] = (
    (r"syntax error, unexpected .*expecting ';'", "a ';' is missing before this place"),
    (r"syntax error, unexpected '=', expecting", "a ';' may be missing at the end of the definition before"),
    (r"syntax error, unexpected '='", "definitions (name = value;) stand in { … } or in let … in"),
    (r"syntax error, unexpected ';'", "a list's elements are parted by spaces, and a call in one needs (…)"),
    (r"syntax error, unexpected ','", "lists and sets have no commas: [ a b ], { a = 1; b = 2; }"),
    (r"syntax error, unexpected ':'", "a function is written `name: body` or `{ a, b }: body`"),
    (r"syntax error, unexpected end of file", "a bracket, a string or a `let … in` is not closed"),
    (r"syntax error, unexpected invalid token", "names are made of the letters a-z, digits, _, ' and -"),
    (r"cannot coerce (?:an integer|a float) to a string", "write toString around it"),
    (r"cannot coerce a Boolean to a string", 'write (if … then "true" else "false"), or lib.boolToString'),
    (r"cannot coerce null to a string", "the value is null: give it a value, or use lib.optionalString"),
    (r"cannot coerce a function to a string", "the function lacks arguments: call it, with (…) around the call"),
    (r"cannot coerce a list to a string", 'join the list: builtins.concatStringsSep " " list'),
    (
        r"cannot coerce a set to a string",
        "a set is no string unless it is a package: select the attribute that is meant",
    ),
    (r"cannot add an? .* to (?:an integer|a float)", "write toString around the number"),
    (r"expected a list but found a function", "the function comes before the list, as in map f list"),
    (r"expected a list but found a (?:set|string)", "put [ … ] around it"),
    (r"expected .* but found a function", "the function lacks an argument, or the call needs parentheses: (f x)"),
    (r"expected a Boolean but found", "conditions are true or false: compare with ==, !=, <"),
    (
        r"attempt to call something which is not a function but",
        "what another value follows is called with it: is a ';' or an operator missing between them?",
    ),
    (r"attribute '(.+)' already defined", "define '{1}' once, or merge the two definitions"),
    (r"infinite recursion encountered", "the value is defined in terms of itself"),
    (
        r"file 'nixpkgs' was not found in the Nix search path",
        "`pkgs` and `lib` are in scope already; for a nixpkgs tree of yours, use --nixpkgs TREE or -I nixpkgs=TREE",
    ),
    (r"file '(.+)' was not found in the Nix search path", "-I {1}=PATH says where it is"),
    (r"stack overflow; max-call-depth exceeded", "a function calls itself without an end"),
)


def hint_for(message: str) -> str | None:
    """A suggestion, or None."""
    for pattern, hint in _HINTS:
        found = re.search(pattern, message)
        if found:
            return hint.replace("{1}", found[1]) if found.groups() else hint
    return None
