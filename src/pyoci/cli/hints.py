"""Suggestions for common mistakes, read off an error's message and the line that it points at.

Only for errors that bring no hint of their own. Each row is a pattern of the message, a pattern of the source line
(None: any) and the suggestion, in which `{1}` stands for the message pattern's first group.
"""

from __future__ import annotations

import re
from typing import Final

_HINTS: Final[tuple[tuple[str, str | None, str], ...]] = (
    (
        r"syntax error, unexpected (?:end of file|'}'|'\]'|'\)'), expecting ';'|expecting ';' or",
        None,
        "each definition ends with ';': is one missing before this place?",
    ),
    (r"syntax error, unexpected .*expecting ';'", None, "a ';' is missing before this place"),
    (r"syntax error, unexpected '=', expecting", None, "a ';' may be missing at the end of the definition before"),
    (r"syntax error, unexpected '='", None, "definitions (name = value;) stand in { … } or in let … in"),
    (r"syntax error, unexpected ';'", None, "a list's elements are parted by spaces, and a call in one needs (…)"),
    (r"syntax error, unexpected ','", None, "lists and sets have no commas: [ a b ], { a = 1; b = 2; }"),
    (r"syntax error, unexpected ':'", None, "a function is written `name: body` or `{ a, b }: body`"),
    (
        r"syntax error, unexpected end of file",
        None,
        "a bracket, a string or a `let … in` is not closed before the end of the file",
    ),
    (r"syntax error, unexpected invalid token", None, "names are made of the letters a-z, digits, _, ' and -"),
    (r"cannot coerce an integer to a string|cannot coerce a float to a string", None, "write toString around it"),
    (
        r"cannot coerce a Boolean to a string",
        None,
        'write (if … then "true" else "false"), or lib.boolToString',
    ),
    (r"cannot coerce null to a string", None, "the value is null: give it a value, or use lib.optionalString"),
    (
        r"cannot coerce a function to a string",
        None,
        "the function lacks arguments: call it, with parentheses around the call",
    ),
    (
        r"cannot coerce a list to a string",
        None,
        'join the list: builtins.concatStringsSep " " list',
    ),
    (
        r"cannot coerce a set to a string",
        None,
        "a set is no string unless it is a package: select the attribute that is meant",
    ),
    (r"cannot add an? .* to an integer|cannot add .* to a float", None, "write toString around the number"),
    (r"expected a list but found (?:a function|a set|a string)", None, "put [ … ] around it"),
    (
        r"attempt to call something which is not a function but",
        r"\[",
        "in a list, put parentheses around a call: [ (f x) ]; outside of one, a ';' or an operator may be missing",
    ),
    (
        r"attempt to call something which is not a function but",
        None,
        "two values stand side by side, which is a call: is a ';' or an operator missing between them?",
    ),
    (
        r"expected .* but found a function",
        None,
        "the function lacks an argument, or the call needs parentheses: (f x)",
    ),
    (r"expected a Boolean but found", None, "conditions are true or false: compare with ==, !=, <"),
    (r"attribute '(.+)' already defined", None, "define '{1}' once, or merge the two definitions"),
    (r"infinite recursion encountered", None, "the value is defined in terms of itself"),
    (
        r"file 'nixpkgs' was not found in the Nix search path",
        None,
        "`pkgs` and `lib` are in scope already; for a nixpkgs tree of yours, use --nixpkgs TREE or -I nixpkgs=TREE",
    ),
    (r"file '(.+)' was not found in the Nix search path", None, "-I {1}=PATH says where it is"),
    (r"stack overflow; max-call-depth exceeded", None, "a function calls itself without an end"),
    (r"assertion .*failed", None, "the condition of this assert is false"),
)


def hint_for(message: str, line: str | None) -> str | None:
    """A suggestion, or None."""
    for message_pattern, line_pattern, hint in _HINTS:
        found = re.search(message_pattern, message)
        if found and (line_pattern is None or (line is not None and re.search(line_pattern, line))):
            return hint.replace("{1}", found[1]) if found.groups() else hint
    return None
