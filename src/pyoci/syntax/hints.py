"""What a newcomer probably meant where the syntax is wrong.

A hint is guessed from two things: the token that could not stand where it is, and what had been read and not yet come
to an end, which is what lies on the parser's stack. Every guess is a function of both; the first that has something to
say is taken, so the order of `GUESSES` goes from the particular to the general.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pyoci.syntax import foreign, unclosed
from pyoci.syntax.nodes import Apply, Name, Node, Select, Variable
from pyoci.syntax.printing import show_identifier
from pyoci.syntax.situation import CLOSING, KEYWORDS, OPERATORS, PRECEDING, PREFIXES, Situation
from pyoci.syntax.table import END

__all__ = ["Situation", "hint"]


def hint(situation: Situation) -> str | None:
    """A suggestion what is wrong, or None."""
    return next((text for guess in GUESSES if (text := guess(situation))), None)


def _needs_parentheses(s: Situation) -> str | None:
    if s.ends_with("or") and s.found in PREFIXES:
        return "the default after 'or' is put in parentheses: 'a.b or (…)'"
    if s.inside == "[" and s.found in OPERATORS | {"?"}:
        return "an item of a list that has operators is put in parentheses: '[ (a + b) ]'"
    if s.found in PREFIXES - {"!", "-"} and (s.inside == "[" or (s.symbols and s.symbols[-1] in PRECEDING)):
        return f"'{s.found} …' as an operand, an argument or an item of a list is put in parentheses"
    if s.found == ":" and not s.inside and s.symbols == ["expression"] and isinstance(s.values[0], Select | Variable):
        name = s.source.text[s.starts[0] : s.last]
        return f"an attribute is defined with '=': '{name} = …;'; a function is written 'name: body'"
    if s.found == ":" and s.inside not in ("{", "let"):
        return "a function that is an argument or an item is put in parentheses, '(x: …)'; one of two is 'x: y: …'"
    return None


def _equals_after_colon(s: Situation) -> str | None:
    if s.found == "=" and s.ends_with(":"):
        return "the body of a function follows its ':' without a '='"
    return None


def _body_after_formals(s: Situation) -> str | None:
    if s.ends_with("formal_set") and s.found != END:
        return f"a function is written '{{ … }}: body'; is a ':' missing at {s.place(s.last)}?"
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
            at = s.place(s.starts[-2])
            return f"the '{keyword}' at {at} needs a ';' between {what} and the expression that follows"
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
    if s.within[1:] in (["bindings"], ["bindings_or_none"]) and s.found not in ("//", "INVALID"):
        return f"is an 'in' missing before '{s.source.text[s.start : s.end]}', at {s.place(s.start)}?"
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
        if s.found == ";" and re.match(r"[^{}=]*\}\s*:", s.source.text[s.end :]):
            return "the arguments in '{ … }:' are separated by commas, not by ';'"
        return f"'{name}' is given no value; write '{name} = …;', or 'inherit {name};' to take it from around"
    return None


def _name_without_quotes(s: Situation) -> str | None:
    """`mounts./data = …`, `a = 1; /data = …`: paths where names belong."""
    if s.symbols[-1:] not in (["bindings_or_none"], ["bindings"]):
        return None
    if s.found in ("WHOLE_PATH", "PATH") and re.match(r"\s*=(?!=)", s.source.text[s.end :]):
        name, _, rest = s.value.partition("/")
        return f"a name that is no identifier is written in quotes: '{name}\"/{rest}\" = …;'"
    return None


def _interpolation_outside(s: Situation) -> str | None:
    if s.found == "${" and s.inside not in ("{", "let"):
        return "'${…}' stands in a string, a path or an attribute's name: put double quotes around the whole"
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
        at = s.place(s.starts[-3])
        return f"after the '{keyword} …;' at {at} an expression is needed; is a ';' missing further to the front?"
    if latest in ("in", "if", "then", "else", "with", "assert", "=", ":") or s.ends_with("ID", "?"):
        return f"after the '{latest}' at {s.place(s.starts[-1])} an expression is needed"
    return None


def _missing_operand(s: Situation) -> str | None:
    if s.symbols and s.symbols[-1] in OPERATORS and s.found in CLOSING:
        return f"the operator '{s.symbols[-1]}' at {s.place(s.starts[-1])} has nothing on its right"
    return None


def _nothing_there(s: Situation) -> str | None:
    if s.found == END and not s.symbols:
        return "the text is empty; an expression is needed"
    return None


def _shown(path: Name | list[Name]) -> str:
    names = path if isinstance(path, list) else [path]
    return ".".join(show_identifier(name.name) if isinstance(name.name, str) else "${…}" for name in names)


GUESSES: tuple[Callable[[Situation], str | None], ...] = (
    unclosed.string,
    unclosed.interpolation,
    foreign.shell_variable,
    foreign.character,
    foreign.uri,
    unclosed.comment,
    foreign.comment,
    foreign.data_format,
    foreign.operator,
    unclosed.definition_in_list,
    _nothing_there,
    _equals_after_colon,
    _body_after_formals,
    _missing_semicolon,
    _keyword_body,
    _unfinished_if,
    _let_without_in,
    _colon_for_equals,
    _double_equals,
    _name_without_value,
    _name_without_quotes,
    _interpolation_outside,
    _single_equals,
    _comma,
    _equals_for_default,
    _formals_without_comma,
    _keyword_as_name,
    _chained_comparison,
    _missing_operand,
    _missing_expression,
    _needs_parentheses,
    unclosed.bracket,
    unclosed.nothing_open,
)
