"""What a newcomer probably meant where the syntax is wrong.

A hint is guessed from two things: the token that could not stand where it is, and what had been read and not yet come
to an end, which is what lies on the parser's stack. Every guess is a function of both; the first that has something to
say is taken, so the order of `GUESSES` goes from the particular to the general.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyoci.syntax.nodes import Apply, Name, Node, Select, Variable
from pyoci.syntax.printing import show_identifier
from pyoci.syntax.source import Source
from pyoci.syntax.table import END

OPENING = {"(": ")", "[": "]", "{": "}", "${": "}", '"': '"', "INDENTED_START": "''"}
"""Terminals that something else must close, and what."""

KEYWORDS = frozenset(["assert", "else", "if", "in", "inherit", "let", "rec", "then", "with"])
OPERATORS = frozenset("+ - * / ++ // == != < <= > >= && || -> ! |> <|".split())
PREFIXES = frozenset(["if", "let", "with", "assert", "!", "-"])
"""What begins an expression that cannot be an argument as it stands."""
PRECEDING = OPERATORS | {"application", "selection", "operation", "simple", "expression"}
CLOSING = frozenset([END, ")", "]", "}", ";", ",", "then", "else", "in", "INDENTED_END"])


class Situation:
    """A text at the token that cannot stand there. `symbols`, `values` and `starts` are what lies on the stack: names
    of terminals and nonterminals, what was built of them, and where they start; `last` is where the last one ends."""

    def __init__(
        self,
        source: Source,
        symbols: list[str],
        values: list[Any],
        starts: list[int],
        last: int,
        token: tuple[str, Any, int, int],
    ) -> None:
        self.source = source
        self.symbols = symbols
        self.values = values
        self.starts = starts
        self.last = last
        self.found, self.value, self.start, self.end = token
        self.opener = self._opener()

    def _opener(self) -> int:
        """Where on the stack the innermost construct lies that has not come to its end, or -1."""
        finished = {"let": 0, "if": 0, "with": 0, "assert": 0}
        for index in range(len(self.symbols) - 1, -1, -1):
            symbol = self.symbols[index]
            if symbol in OPENING:
                return index
            if symbol == "in":
                finished["let"] += 1
            elif symbol == "else":
                finished["if"] += 1
            elif symbol == ";":
                finished[self.symbols[index - 2]] += 1
            elif symbol in finished:
                if not finished[symbol]:
                    return index
                finished[symbol] -= 1
        return -1

    @property
    def inside(self) -> str:
        """The innermost construct's first terminal; empty at the outermost level."""
        return self.symbols[self.opener] if self.opener >= 0 else ""

    @property
    def within(self) -> list[str]:
        """What has been read of the innermost construct, its first terminal included."""
        return self.symbols[max(self.opener, 0) :]

    def ends_with(self, *symbols: str) -> bool:
        """Are these the last symbols that were read?"""
        return tuple(self.symbols[-len(symbols) :]) == symbols

    def place(self, offset: int) -> str:
        """An offset in words."""
        position = self.source.position(offset)
        return f"line {position.line}, column {position.column}"


def hint(situation: Situation) -> str | None:
    """A suggestion what is wrong, or None."""
    return next((text for guess in GUESSES if (text := guess(situation))), None)


def _not_nix(s: Situation) -> str | None:
    if s.found != "INVALID":
        return None
    character = s.value
    if character == "'":
        return "strings are written in double quotes (\"…\") or in two single quotes (''…'')"
    if character == "$":
        return "a variable is written as its name alone; '${…}' is for strings, paths and attribute names"
    if character in "&|":
        return f"the operator is written '{character * 2}'"
    if character == "\ufeff":
        return "the text begins with a byte order mark; save it without one"
    if character == "\\":
        return "a function is written 'x: body'"
    if character == "~":
        return "a path in the home folder is written '~/name'"
    return None


def _uri(s: Situation) -> str | None:
    if s.found == "URI":
        name, _, rest = s.value.partition(":")
        return f"'{s.value}' is read as a URI; write '{name}: {rest}' if a function is meant"
    return None


def _open_comment(s: Situation) -> str | None:
    if s.found == "/" and s.source.text.startswith("/*", s.start):
        return f"the comment that begins at {s.place(s.start)} is not closed with '*/'"
    return None


def _needs_parentheses(s: Situation) -> str | None:
    if s.ends_with("or") and s.found in PREFIXES:
        return "the default after 'or' is put in parentheses: 'a.b or (…)'"
    if s.inside == "[" and s.found in OPERATORS | {"?"}:
        return "an item of a list that has operators is put in parentheses: '[ (a + b) ]'"
    if s.found in PREFIXES - {"!", "-"} and (s.inside == "[" or (s.symbols and s.symbols[-1] in PRECEDING)):
        return f"'{s.found} …' as an operand, an argument or an item of a list is put in parentheses"
    if s.found == ":" and s.inside not in ("{", "let"):
        return "a function that is an argument or an item is put in parentheses, '(x: …)'; one of two is 'x: y: …'"
    return None


def _equals_after_colon(s: Situation) -> str | None:
    if s.found == "=" and s.ends_with(":"):
        return "the body of a function follows its ':' without a '='"
    return None


def _equals_after_formals(s: Situation) -> str | None:
    if s.found == "=" and s.ends_with("formal_set"):
        return "a function is written '{ … }: body', with a ':'"
    return None


def _missing_semicolon(s: Situation) -> str | None:
    if s.ends_with("=", "expression") and not (s.found == END and s.inside == "{"):
        path, value = s.values[-3], s.values[-1]
        name = _shown(path)
        after = _end_of_value(s, value)
        if s.found == ",":
            return f"the definition of '{name}' ends with a ';', not with a ','"
        if s.found in (")", "]") and s.inside == "{":
            return None
        return f"is a ';' missing after the definition of '{name}', at {s.place(after)}?"
    if s.ends_with("inherit", "names") or s.ends_with("inherit", "(", "expression", ")", "names"):
        names = s.values[-1]
        if s.found == ",":
            return "the names after 'inherit' are separated by spaces, without commas"
        if s.found == "=" and len(names) > 1:
            return f"is a ';' missing after 'inherit', at {s.place(names[-2].end)}?"
        return f"is a ';' missing after 'inherit', at {s.place(s.last)}?"
    return None


def _end_of_value(s: Situation, value: Node) -> int:
    """Where a value ends that runs on into the next definition's name: in `a = f x b = 1;`, after the `x`."""
    if s.found not in ("=", ".") or not isinstance(value, Apply):
        return s.last
    arguments = value.arguments
    name = arguments[-1]
    if isinstance(name, Select):
        name = name.subject
    if not isinstance(name, Variable):
        return s.last
    return arguments[-2].end if len(arguments) > 1 else value.function.end


def _keyword_body(s: Situation) -> str | None:
    for keyword, what in (("with", "the set"), ("assert", "the condition")):
        if s.ends_with(keyword, "expression"):
            return f"'{keyword}' needs a ';' between {what} and the expression that follows: '{keyword} …; …'"
    return None


def _unfinished_if(s: Situation) -> str | None:
    if s.found == "=":
        return None
    if s.within == ["if", "expression", "then", "expression"]:
        return f"the 'if' at {s.place(s.starts[s.opener])} has no 'else'; in Nix it needs one"
    if s.within == ["if", "expression"]:
        return f"the 'if' at {s.place(s.starts[s.opener])} has no 'then'"
    return None


def _let_without_in(s: Situation) -> str | None:
    if s.inside != "let" or s.within[1:2] == ["{"]:
        return None
    if s.found in (END, ")", "]", "}") and s.within[1:] in ([], ["bindings"], ["bindings_or_none"]):
        return f"the 'let' at {s.place(s.starts[s.opener])} has no 'in'"
    if s.ends_with("bindings", "attribute_path") and s.found not in ("==", ":"):
        return f"is an 'in' missing before '{_shown(s.values[-1])}', at {s.place(s.starts[-1])}?"
    return None


def _colon_for_equals(s: Situation) -> str | None:
    if s.found != ":" or s.inside not in ("{", "let"):
        return None
    if s.ends_with("{", "formals") and len(s.values[-1]) == 1:
        return f"an attribute is defined with '=': '{s.values[-1][0].name} = …;'"
    if s.ends_with("attribute_path"):
        return f"an attribute is defined with '=': '{_shown(s.values[-1])} = …;'"
    return None


def _double_equals(s: Situation) -> str | None:
    if s.found == "==" and s.ends_with("attribute_path"):
        return f"'==' compares; an attribute is defined with '=': '{_shown(s.values[-1])} = …;'"
    return None


def _single_equals(s: Situation) -> str | None:
    if s.found != "=":
        return None
    if s.inside in ("if", "assert"):
        return "to compare, write '=='"
    if s.inside in ("(", "[", "${") or not s.inside or ":" in s.within:
        return "a definition 'name = value;' stands in '{ … }' or in 'let … in'; to compare, write '=='"
    return None


def _name_without_value(s: Situation) -> str | None:
    if s.inside == "{" and s.ends_with("attribute_path") and s.found in ("}", ";", ","):
        name = _shown(s.values[-1])
        return f"'{name}' is given no value; write '{name} = …;', or 'inherit {name};' to take it from around"
    return None


def _comma(s: Situation) -> str | None:
    if s.found != ",":
        return None
    if s.inside == "[":
        return "the items of a list are separated by spaces, without commas"
    if s.inside == "{" and "formals" in s.within:
        return "between two commas a name is missing"
    if s.inside in ("{", "let"):
        return "definitions end with a ';', not with a ','"
    if s.inside == "(" or not s.inside:
        return "arguments are separated by spaces, without commas: 'f x y'"
    return None


def _equals_for_default(s: Situation) -> str | None:
    if s.found == "=" and s.ends_with("formals"):
        name = s.values[-1][-1].name
        return f"the default of an argument is given with a '?': '{name} ? …'"
    return None


def _formals_without_comma(s: Situation) -> str | None:
    if s.ends_with("{", "attribute_path") and s.found == "ID":
        name = _shown(s.values[-1])
        return f"after '{name}' comes a '=' if it is an attribute, a ',' if it is an argument of a function"
    if s.inside == "{" and s.ends_with("formals") and s.found in ("ID", "..."):
        return f"the names in '{{ … }}:' are separated by commas; is one missing at {s.place(s.last)}?"
    return None


def _keyword_as_name(s: Situation) -> str | None:
    named = bool(s.symbols) and s.symbols[-1] in (".", "{", "bindings", "bindings_or_none", "names")
    if s.found in KEYWORDS and named:
        return f"'{s.found}' is a keyword; as a name it is written in quotes: '\"{s.found}\"'"
    return None


def _chained_comparison(s: Situation) -> str | None:
    if s.found in ("==", "!=", "<", "<=", ">", ">=") and s.ends_with("operation"):
        return "comparisons cannot be chained; put one of them in parentheses"
    return None


def _missing_expression(s: Situation) -> str | None:
    if not s.symbols or s.found not in CLOSING:
        return None
    latest = s.symbols[-1]
    if latest == ";":
        keyword = s.symbols[-3]
        return f"after '{keyword} …;' an expression is needed; is a ';' missing further to the front?"
    if latest in ("in", "if", "then", "else", "with", "assert", "=", ":") or s.ends_with("ID", "?"):
        return f"after '{latest}' an expression is needed"
    return None


def _missing_operand(s: Situation) -> str | None:
    if s.symbols and s.symbols[-1] in OPERATORS and s.found in CLOSING:
        return f"the operator '{s.symbols[-1]}' at {s.place(s.starts[-1])} has nothing on its right"
    return None


def _not_closed(s: Situation) -> str | None:
    if s.inside not in OPENING:
        return None
    closing = OPENING[s.inside]
    opening = "''" if s.inside == "INDENTED_START" else s.inside
    if s.found == END or (s.found in (")", "]", "}") and s.found != closing):
        what = "string" if closing in ('"', "''") else f"'{opening}'"
        return f"the {what} that begins at {s.place(s.starts[s.opener])} is not closed with {_quoted(closing)}"
    if s.found == ";" and s.inside in ("(", "["):
        return f"is a '{closing}' missing? The '{opening}' at {s.place(s.starts[s.opener])} is not closed"
    return None


def _quoted(text: str) -> str:
    return f"two single quotes ({text})" if text == "''" else f"'{text}'"


def _nothing_open(s: Situation) -> str | None:
    if s.found in (")", "]", "}") and not any(symbol in OPENING for symbol in s.symbols):
        return f"nothing is open here that '{s.found}' could close"
    if s.found == ";" and not s.inside:
        return "an expression has no ';' at its end; definitions 'name = value;' do"
    return None


def _nothing_there(s: Situation) -> str | None:
    if s.found == END and not s.symbols:
        return "the text is empty; an expression is needed"
    return None


def _shown(path: Name | list[Name]) -> str:
    names = path if isinstance(path, list) else [path]
    return ".".join(show_identifier(name.name) if isinstance(name.name, str) else "${…}" for name in names)


GUESSES: tuple[Callable[[Situation], str | None], ...] = (
    _not_nix,
    _uri,
    _open_comment,
    _nothing_there,
    _equals_after_colon,
    _equals_after_formals,
    _missing_semicolon,
    _keyword_body,
    _unfinished_if,
    _let_without_in,
    _colon_for_equals,
    _double_equals,
    _name_without_value,
    _single_equals,
    _comma,
    _equals_for_default,
    _formals_without_comma,
    _keyword_as_name,
    _chained_comparison,
    _missing_operand,
    _missing_expression,
    _needs_parentheses,
    _not_closed,
    _nothing_open,
)
