"""Hints for what is written as another language has it: its comments, its quotes, its operators, its data formats."""

from __future__ import annotations

import re
import unicodedata

from pyoci.syntax.situation import Situation

_COMMENT = "a comment begins with '#', or stands between '/*' and '*/'"
_STRAIGHT_QUOTES = "strings are written in straight quotes: double (\"…\") or two single ones (''…'')"

_INSTEAD = {
    "'": "strings are written in double quotes (\"…\") or in two single quotes (''…'')",
    "$": "a variable is written as its name alone; '${…}' is for strings, paths and attribute names",
    "&": "the operator is written '&&'",
    "|": "the operator is written '||'",
    "%": "there is no operator '%'; the remainder is 'lib.mod a b'",
    "^": "there is no operator '^'",
    "~": "a path in the home folder is written '~/name'",
    "\ufeff": "the text begins with a byte order mark; save it without one",
    **dict.fromkeys("“”„″«»‘’‚‛′`´", _STRAIGHT_QUOTES),  # noqa: RUF001 - look-alikes are what it is about
    **dict.fromkeys("–—−", "the minus sign is written '-'"),  # noqa: RUF001
    "…": "three dots are written '...'",
    "≠": "the operator is written '!='",
    "≤": "the operator is written '<='",
    "≥": "the operator is written '>='",
    "→": "a function is written 'x: body'",
}
"""Characters that begin no token, and what to write in their place."""


def character(s: Situation) -> str | None:
    """A character that begins no token."""
    if s.found != "INVALID":
        return None
    if s.value == "`" and s.line(s.start).startswith("```"):
        return "the lines with ``` belong to the page that the text was copied from; leave them out"
    if s.value == "\\":
        following = s.source.text[s.end : s.end + 1]
        if following == '"':
            return "outside of a string a quote needs no '\\' before it"
        if following in ("\n", "\r"):
            return "an expression goes on in the next line without a '\\'"
        return "a function is written 'x: body'"
    if s.value in _INSTEAD:
        return _INSTEAD[s.value]
    if unicodedata.category(s.value) in ("Zs", "Cf", "Zl", "Zp"):
        name = unicodedata.name(s.value, "").lower()
        return f"this is an invisible character (U+{ord(s.value):04X}, {name}); put a plain blank in its place"
    return None


def shell_variable(s: Situation) -> str | None:
    """`${name:-default}` and its like in a script: the shell's, not Nix's."""
    if s.inside != "${" or s.found not in (":", "INVALID", "=", "/", "//") or s.value == "$":
        return None
    before = s.symbols[s.opener - 1] if s.opener else ""
    if before == "indented_parts":
        return "in a '' string, ${…} is Nix's; the shell's own is written ''${…}"
    if before in ('"', "parts"):
        return "in a string, ${…} is Nix's; the shell's own is written \\${…}"
    return None


def comment(s: Situation) -> str | None:
    """`// …` and `-- …`."""
    if s.found == "//":
        return _COMMENT
    if s.line(s.start).startswith("--") or (s.symbols and s.line(s.last).startswith("--")):
        return _COMMENT
    return None


def uri(s: Situation) -> str | None:
    """`x:body`, which Nix takes for a URI."""
    if s.found == "URI":
        name, _, rest = s.value.partition(":")
        return f"'{s.value}' is read as a URI; write '{name}: {rest}' if a function is meant"
    return None


def data_format(s: Situation) -> str | None:
    """JSON and YAML."""
    text = s.source.text
    if s.found != ":":
        return None
    if s.ends_with("{", "attribute_path") and re.match(r'\s*\{\s*"', text) and text[s.starts[-1]] == '"':
        return "this looks like JSON, which builtins.fromJSON reads; in Nix a set is written '{ name = value; }'"
    if not s.inside and re.fullmatch(r"(?:- )?[\w-]+:(?: .*)?", s.line(s.start)):
        return "this looks like YAML; in Nix a set is written '{ name = value; }'"
    return None


def operator(s: Situation) -> str | None:
    """`a ? b : c`, `elif` and `x => body`."""
    if s.ends_with("operation", "?"):
        return "'a ? b' asks whether the set 'a' has an attribute 'b'; a choice is written 'if … then … else …'"
    if s.found == "then" and s.inside == "if":
        word = re.search(r"\bel(?:if|sif|seif)\b", s.source.text[s.starts[s.opener] : s.start])
        if word is not None:
            return f"'{word[0]}' is written 'else if'"
    if s.found == "=" and s.source.text[s.end : s.end + 1] == ">":
        return "a function is written 'x: body', without '=>'"
    return None
