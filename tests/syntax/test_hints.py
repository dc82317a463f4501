"""What is suggested where the syntax is wrong."""

from __future__ import annotations

import pytest

from pyoci.runtime.errors import ParseError
from pyoci.syntax.parser import parse
from pyoci.syntax.source import Source

CASES = [
    ("{ a = 1; b = 2 c = 3; }", "';' missing after the definition of 'b', at line 1, column 15"),
    ("{\n  a = f x\n  b.c = 3;\n}", "';' missing after the definition of 'a', at line 2, column 10"),
    ("{\n  a = 1\n}", "';' missing after the definition of 'a', at line 2, column 8"),
    ("let a = 1\nin a", "';' missing after the definition of 'a', at line 1, column 10"),
    ("{ a = 1, b = 2; }", "'a' ends with a ';', not with a ','"),
    ("{ inherit a }", "';' missing after 'inherit', at line 1, column 12"),
    ("{ inherit a b = 1; }", "';' missing after 'inherit', at line 1, column 12"),
    ("{ inherit a, b; }", "without commas"),
    ("with a [ b ]", "'with' needs a ';'"),
    ("assert a b", "'assert' needs a ';'"),
    ("{ a = with b [ c ]; }", "after 'with …;' an expression is needed"),
    ("if a then b", "the 'if' at line 1, column 1 has no 'else'"),
    ("if a b else c", "the 'if' at line 1, column 1 has no 'then'"),
    ("let a = 1;", "the 'let' at line 1, column 1 has no 'in'"),
    ("let a = 1; a + 1", "'in' missing before 'a', at line 1, column 12"),
    ("{ a: 1 }", "defined with '=': 'a = …;'"),
    ("{ a = 1; b.c: 2; }", "defined with '=': 'b.c = …;'"),
    ("{ a == 1; }", "'==' compares"),
    ("if a = b then 1 else 2", "to compare, write '=='"),
    ("x = 1", "stands in '{ … }' or in 'let … in'"),
    ("x: = 1", "without a '='"),
    ("{ a } = a", "with a ':'"),
    ("{ a, b = 1 }: a", "with a '?': 'b ? …'"),
    ("{ a = 1; b }", "'b' is given no value"),
    ("{ a b }: a", "after 'a' comes a '=' if it is an attribute"),
    ("{ a, b ... }: a", "separated by commas"),
    ("[ a, b ]", "items of a list are separated by spaces"),
    ("f(a, b)", "arguments are separated by spaces"),
    ("[ a + b ]", "put in parentheses: '[ (a + b) ]'"),
    ("[ x: x ]", "put in parentheses, '(x: …)'"),
    ("1 + if a then b else c", "'if …' as an operand"),
    ("a.b or -1", "after 'or' is put in parentheses"),
    ("a.if", "'if' is a keyword"),
    ("{ with = 1; }", "'with' is a keyword"),
    ("a == b == c", "cannot be chained"),
    ("1 +", "the operator '+' at line 1, column 3 has nothing on its right"),
    ("{ a = ; }", "after '=' an expression is needed"),
    ("let a = 1; in", "after 'in' an expression is needed"),
    ("{ a = 1;", "the '{' that begins at line 1, column 1 is not closed with '}'"),
    ("[ 1 (2 ]", "the '(' that begins at line 1, column 5 is not closed with ')'"),
    ("{ a = [ 1; }", "The '[' at line 1, column 7 is not closed"),
    ('{ a = "x; }', "the string that begins at line 1, column 7 is not closed with '\"'"),
    ("{ a = ''x; }", "the string that begins at line 1, column 7 is not closed with two single quotes"),
    ('"${a', "the '${' that begins at line 1, column 2 is not closed"),
    ("/* a", "the comment that begins at line 1, column 1 is not closed"),
    ("{ a = 1; }}", "nothing is open here that '}' could close"),
    ("1;", "an expression has no ';' at its end"),
    ("", "the text is empty"),
    ("'a'", "strings are written in double quotes"),
    ("$a", "a variable is written as its name alone"),
    ("a & b", "'&&'"),
    ("{a}@b:c", "'b:c' is read as a URI"),
    ("./a/ b", "leave out the '/'"),
    ("99999999999999999999", "at most 9223372036854775807"),
]


@pytest.mark.parametrize(("text", "hint"), CASES, ids=range(len(CASES)))
def test_hint(text: str, hint: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(Source(text, "«string»", b"/"))
    assert hint in (caught.value.hint or "")
