"""match and split."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyoci.builtins.posix_regex import Regex


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('builtins.match "ab" "abc"', "null"),
        ('builtins.match "" ""', "[ ]"),
        ('builtins.match "a(b|c)?" "a"', "[ null ]"),
        ('builtins.match "(a|b)*c" "abababc"', '[ "b" ]'),
        ('builtins.match "((a)|b)*" "ab"', '[ "b" "a" ]'),
        ('builtins.match "a|ab" "ab"', "[ ]"),
        ('builtins.match "a**" "aa"', "[ ]"),
        ('builtins.match "a+?" "a"', "[ ]"),
        ('builtins.match "a{1,2}{2}" "aaaa"', "[ ]"),
        ('builtins.match "(a*)*" "aa"', '[ "" ]'),
        ('builtins.match "(|a)+" "aaa"', '[ "" ]'),
        ('builtins.match "((|a|b)|c)*" "aaa"', '[ "" "" ]'),
        ('builtins.match "(a*b*)*" "aab"', '[ "" ]'),
        ('builtins.match "." "\\n"', "[ ]"),
        ('builtins.match "." "é"', "null"),
        ('builtins.match "(.)(.)" "ab"', '[ "a" "b" ]'),
        ('builtins.match "a}" "a}"', "[ ]"),
        ('builtins.match "\\\\.\\\\*" ".*"', "[ ]"),
        ('builtins.match "x(^a)" "xa"', "null"),
        ('builtins.match "(a$)|b" "a"', '[ "a" ]'),
        ('builtins.match "[]a]" "]"', "[ ]"),
        ('builtins.match "[^]a]" "]"', "null"),
        ('builtins.match "[a-]" "-"', "[ ]"),
        ('builtins.match "[--/]" "."', "[ ]"),
        ('builtins.match "[%--]" "-"', "[ ]"),
        ('builtins.match "[\\\\n]" "\\\\"', "[ ]"),
        ('builtins.match "[a[]" "["', "[ ]"),
        ('builtins.match "[[:ALPHA:]]*" "ab"', "[ ]"),
        ('builtins.match "[[:w:]]*" "a_"', "[ ]"),
        ('builtins.match "[[:alpha:]]*" "é"', "null"),
        ('builtins.match "[[.space.]]" " "', "[ ]"),
        ('builtins.match "[[.hyphen.]-a]" "."', "[ ]"),
        ('builtins.match "[[=a=]]" "A"', "[ ]"),
        ('builtins.match "[é]*" "é"', "[ ]"),
        ('builtins.match "[^a]" "\\n"', "[ ]"),
        ('builtins.match "a{0}" ""', "[ ]"),
        ('builtins.match "[[:space:]]*([^[:space:]]*)[[:space:]]*" "  hello \\n"', '[ "hello" ]'),
        ('builtins.match "(([[:digit:]]+)\\\\.)*([[:digit:]]+)" "1.22.333"', '[ "22." "22" "333" ]'),
        ('builtins.split "a|ab" "xabx"', '[ "x" [ ] "x" ]'),
        ('builtins.split "(a)|b" "xabx"', '[ "x" [ "a" ] "" [ null ] "x" ]'),
        ('builtins.split "(a|ab)(c|bcd)" "xabcdx"', '[ "x" [ "a" "bcd" ] "x" ]'),
        ('builtins.split "" "abc"', '[ "" [ ] "a" [ ] "b" [ ] "c" [ ] "" ]'),
        ('builtins.split "x*" "axxb"', '[ "" [ ] "a" [ ] "" [ ] "b" [ ] "" ]'),
        ('builtins.split "^" "ab"', '[ "" [ ] "ab" ]'),
        ('builtins.split "$" "ab"', '[ "ab" [ ] "" ]'),
        ('builtins.split "^a" "aa"', '[ "" [ ] "a" ]'),
        ('builtins.split "x*|^b" "bxxbb"', '[ "" [ ] "" [ ] "" [ ] "b" [ ] "b" [ ] "" ]'),
        ('builtins.split "x*(^b)*" "bxxb"', '[ "" [ "b" ] "" [ null ] "" [ null ] "b" [ null ] "" ]'),
        ('builtins.split "(^|/)a" "a/a/b/a"', '[ "" [ "" ] "" [ "/" ] "/b" [ "/" ] "" ]'),
        ('builtins.split "é" "aéb"', '[ "a" [ ] "b" ]'),
        ('builtins.split "(,)" "é,ü"', '[ "é" [ "," ] "ü" ]'),
        ('builtins.split "," ""', '[ "" ]'),
        ('builtins.match "a{99993}" ""', "null"),
    ],
)
def test_gives(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ('builtins.match "(" "a"', "invalid regular expression '('", []),
        ('builtins.match "*" "a"', "invalid regular expression '*'", []),
        ('builtins.match "^*" "a"', "invalid regular expression '^*'", []),
        ('builtins.match "a|*b" "a"', "invalid regular expression 'a|*b'", []),
        ('builtins.match "a{2,1}" "aa"', "invalid regular expression 'a{2,1}'", []),
        ('builtins.match "a{,2}" "a"', "invalid regular expression 'a{,2}'", []),
        ('builtins.match "a{" "a"', "invalid regular expression 'a{'", []),
        ('builtins.match "a{1" "a"', "invalid regular expression 'a{1'", []),
        ('builtins.match "a{2147483648}" "a"', "invalid regular expression 'a{2147483648}'", []),
        ('builtins.match "a{99994}" ""', "memory limit exceeded by regular expression 'a{99994}'", []),
        ('builtins.match "(a){33332}" ""', "memory limit exceeded by regular expression '(a){33332}'", []),
        ('builtins.match "a)" "a)"', "invalid regular expression 'a)'", []),
        ('builtins.match "(?:a)" "a"', "invalid regular expression '(?:a)'", []),
        ('builtins.match "\\\\d" "d"', "invalid regular expression '\\d'", []),
        ('builtins.match "(a)\\\\1" "aa"', "invalid regular expression '(a)\\1'", []),
        ('builtins.match "\\\\" "a"', "invalid regular expression '\\'", []),
        ('builtins.match "[a-b-c]" "b"', "invalid regular expression '[a-b-c]'", []),
        ('builtins.match "[b-a]" ""', "invalid regular expression '[b-a]'", []),
        ('builtins.match "[a-é]" "b"', "invalid regular expression '[a-é]'", []),
        ('builtins.match "[" ""', "invalid regular expression '['", []),
        ('builtins.match "[]" ""', "invalid regular expression '[]'", []),
        ('builtins.match "[[:foo:]]" "b"', "invalid regular expression '[[:foo:]]'", []),
        ('builtins.match "[[:alpha:]" "b"', "invalid regular expression '[[:alpha:]'", []),
        ('builtins.match "[[:alpha:]-z]" "b"', "invalid regular expression '[[:alpha:]-z]'", []),
        ('builtins.match "[a-[:alpha:]]" "b"', "invalid regular expression '[a-[:alpha:]]'", []),
        ('builtins.match "[[.ab.]]" "b"', "invalid regular expression '[[.ab.]]'", []),
        (
            'builtins.match 1 "a"',
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.match"],
        ),
        (
            'builtins.match "a" 1',
            "expected a string but found an integer: 1",
            ["while evaluating the second argument passed to builtins.match"],
        ),
        ('builtins.split "(" "aa"', "invalid regular expression '('", []),
        (
            'builtins.split 1 "aa"',
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.split"],
        ),
        (
            'builtins.split "a" 1',
            "expected a string but found an integer: 1",
            ["while evaluating the second argument passed to builtins.split"],
        ),
    ],
)
def test_fails(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


@pytest.mark.parametrize(
    ("regex", "text"),
    [("(a|b)*c", "ababc"), ("a+b?", "aab"), ("[ab]{2,3}(x|y)", "abay"), ("(a|b)(c|d)?", "bd"), ("a.c", "abc")],
)
def test_both_engines_agree(regex: str, text: str) -> None:
    compiled = Regex(regex)
    spans = compiled._automaton.match_at(text, 0, whole=True)
    expected = None if spans is None else tuple(None if span is None else text[slice(*span)] for span in spans[1:])
    assert compiled.match(text) == expected
    assert list(compiled.find_all(text)) == list(compiled._find_all_slowly(text))


def test_a_long_text(evaluate: Callable[[str], str]) -> None:
    text = 'builtins.concatStringsSep "," (builtins.genList toString 20000)'
    assert evaluate(f'builtins.length (builtins.split "," ({text}))') == str(2 * 20000 - 1)
    assert evaluate(f'builtins.match "([0-9]+,?)*" ({text})') == '[ "19999" ]'
    assert evaluate(f'builtins.match "([0-9]*,?)*" ({text})') == '[ "" ]'
