# ruff: noqa: E501 - answers and messages stay on one line
"""JSON, TOML and XML."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pyoci.builtins.json_exact import parse_exactly
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import NixError


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        (
            "builtins.toJSON [ 1 1.0 1.0e10 1.0e15 1.0e16 1.0e-4 1.0e-5 0.1 (0.1 + 0.2) 1.5e300 (1.0e300 * 1.0e300) 51.3345822786107 1.5832674186804418e-67 ]",
            '"[1,1.0,10000000000.0,1e+15,1e+16,0.0001,1e-05,0.1,0.30000000000000004,1.5e+300,null,51.334582278610696,1.5832674186804417e-67]"',
        ),
        (
            'builtins.toJSON [ null true false "a\\u\\n\\t\\r/\\"\\\\ é" { b = 1; a = 2; "x y" = [ ]; } { } [ ] ]',
            '"[null,true,false,\\"au\\\\n\\\\t\\\\r/\\\\\\"\\\\\\\\ é\\",{\\"a\\":2,\\"b\\":1,\\"x y\\":[]},{},[]]"',
        ),
        (
            'builtins.toJSON [ { outPath = "x"; a = 1; } { __toString = self: "y"; outPath = 1; } ]',
            '"[\\"x\\",\\"y\\"]"',
        ),
        ("builtins.toJSON { __toString = self: /nope; }", '"\\"/nope\\""'),
        (
            'builtins.toJSON (builtins.fromJSON "\\"\\\\u0001\\\\u001f\\\\u007f\\\\b\\\\f\\"")',
            '"\\"\\\\u0001\\\\u001f\x7f\\\\b\\\\f\\""',
        ),
        (
            'builtins.toXML [ 1 1.5 "a\\n\\t<>&\'\\"" /a null true { b = { }; "a b" = [ ]; } ]',
            '"<?xml version=\'1.0\' encoding=\'utf-8\'?>\\n<expr>\\n  <list>\\n    <int value=\\"1\\" />\\n    <float value=\\"1.5\\" />\\n    <string value=\\"a&#xA;\\t&lt;&gt;&amp;\'&quot;\\" />\\n    <path value=\\"/a\\" />\\n    <null />\\n    <bool value=\\"true\\" />\\n    <attrs>\\n      <attr name=\\"a b\\">\\n        <list>\\n        </list>\\n      </attr>\\n      <attr name=\\"b\\">\\n        <attrs>\\n        </attrs>\\n      </attr>\\n    </attrs>\\n  </list>\\n</expr>\\n"',
        ),
        (
            "builtins.toXML [ (x: x) ({ a, b ? 1, ... }: a) ({ z, a }@args: z) (args@{ }: 1) ({ ... }: 1) map (map 1) (x: y: 1) ((x: y: 1) 1) ((x: y: z: 1) 1 2) ]",
            '"<?xml version=\'1.0\' encoding=\'utf-8\'?>\\n<expr>\\n  <list>\\n    <function>\\n      <varpat name=\\"x\\" />\\n    </function>\\n    <function>\\n      <attrspat ellipsis=\\"1\\">\\n        <attr name=\\"a\\" />\\n        <attr name=\\"b\\" />\\n      </attrspat>\\n    </function>\\n    <function>\\n      <attrspat name=\\"args\\">\\n        <attr name=\\"a\\" />\\n        <attr name=\\"z\\" />\\n      </attrspat>\\n    </function>\\n    <function>\\n      <attrspat name=\\"args\\">\\n      </attrspat>\\n    </function>\\n    <function>\\n      <attrspat ellipsis=\\"1\\">\\n      </attrspat>\\n    </function>\\n    <unevaluated />\\n    <unevaluated />\\n    <function>\\n      <varpat name=\\"x\\" />\\n    </function>\\n    <function>\\n      <varpat name=\\"y\\" />\\n    </function>\\n    <function>\\n      <varpat name=\\"z\\" />\\n    </function>\\n  </list>\\n</expr>\\n"',
        ),
        (
            'let d = derivation { name = "a"; builder = "b"; system = "x"; }; in builtins.toXML { inherit d; e = d // { drvPath = "other"; }; f = { type = "derivation"; }; }',
            '"<?xml version=\'1.0\' encoding=\'utf-8\'?>\\n<expr>\\n  <attrs>\\n    <attr name=\\"d\\">\\n      <derivation drvPath=\\"/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv\\" outPath=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\">\\n        <attr name=\\"all\\">\\n          <list>\\n            <derivation drvPath=\\"/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv\\" outPath=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\">\\n              <repeated />\\n            </derivation>\\n          </list>\\n        </attr>\\n        <attr name=\\"builder\\">\\n          <string value=\\"b\\" />\\n        </attr>\\n        <attr name=\\"drvAttrs\\">\\n          <attrs>\\n            <attr name=\\"builder\\">\\n              <string value=\\"b\\" />\\n            </attr>\\n            <attr name=\\"name\\">\\n              <string value=\\"a\\" />\\n            </attr>\\n            <attr name=\\"system\\">\\n              <string value=\\"x\\" />\\n            </attr>\\n          </attrs>\\n        </attr>\\n        <attr name=\\"drvPath\\">\\n          <string value=\\"/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv\\" />\\n        </attr>\\n        <attr name=\\"name\\">\\n          <string value=\\"a\\" />\\n        </attr>\\n        <attr name=\\"out\\">\\n          <derivation drvPath=\\"/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv\\" outPath=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\">\\n            <repeated />\\n          </derivation>\\n        </attr>\\n        <attr name=\\"outPath\\">\\n          <string value=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\" />\\n        </attr>\\n        <attr name=\\"outputName\\">\\n          <string value=\\"out\\" />\\n        </attr>\\n        <attr name=\\"system\\">\\n          <string value=\\"x\\" />\\n        </attr>\\n        <attr name=\\"type\\">\\n          <string value=\\"derivation\\" />\\n        </attr>\\n      </derivation>\\n    </attr>\\n    <attr name=\\"e\\">\\n      <derivation drvPath=\\"other\\" outPath=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\">\\n        <attr name=\\"all\\">\\n          <list>\\n            <derivation drvPath=\\"/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv\\" outPath=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\">\\n              <repeated />\\n            </derivation>\\n          </list>\\n        </attr>\\n        <attr name=\\"builder\\">\\n          <string value=\\"b\\" />\\n        </attr>\\n        <attr name=\\"drvAttrs\\">\\n          <attrs>\\n            <attr name=\\"builder\\">\\n              <string value=\\"b\\" />\\n            </attr>\\n            <attr name=\\"name\\">\\n              <string value=\\"a\\" />\\n            </attr>\\n            <attr name=\\"system\\">\\n              <string value=\\"x\\" />\\n            </attr>\\n          </attrs>\\n        </attr>\\n        <attr name=\\"drvPath\\">\\n          <string value=\\"other\\" />\\n        </attr>\\n        <attr name=\\"name\\">\\n          <string value=\\"a\\" />\\n        </attr>\\n        <attr name=\\"out\\">\\n          <derivation drvPath=\\"/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv\\" outPath=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\">\\n            <repeated />\\n          </derivation>\\n        </attr>\\n        <attr name=\\"outPath\\">\\n          <string value=\\"/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a\\" />\\n        </attr>\\n        <attr name=\\"outputName\\">\\n          <string value=\\"out\\" />\\n        </attr>\\n        <attr name=\\"system\\">\\n          <string value=\\"x\\" />\\n        </attr>\\n        <attr name=\\"type\\">\\n          <string value=\\"derivation\\" />\\n        </attr>\\n      </derivation>\\n    </attr>\\n    <attr name=\\"f\\">\\n      <derivation>\\n        <repeated />\\n      </derivation>\\n    </attr>\\n  </attrs>\\n</expr>\\n"',
        ),
        (
            'builtins.fromJSON "[9223372036854775807,-9223372036854775808,1e5,1.0,-0,-0.0,1E+2,0.1,-9223372036854775809,18446744073709551616]"',
            "[ 9223372036854775807 -9223372036854775808 100000 1 0 -0 100 0.1 -9.22337e+18 1.84467e+19 ]",
        ),
        (
            'builtins.fromJSON " {\\"a\\":1,\\"a\\":[true,false,null,{},[]],\\"\\\\u00e9\\":\\"\\\\ud83d\\\\ude00\\\\/\\"} "',
            '{ a = [ true false null { } [ ] ]; "é" = "😀/"; }',
        ),
        (
            'fromTOML "a=inf\\nb=nan\\nc=-inf\\nd=1e5\\ne=1_000\\nf=-0.0\\ng=+1\\nh=0x7fffffffffffffff"',
            "{ a = inf; b = nan; c = -inf; d = 100000; e = 1000; f = -0; g = 1; h = 9223372036854775807; }",
        ),
        (
            'fromTOML "a.b.c=1\\n[x]\\ny={z=1}\\n[[q]]\\nr=1\\n[[q]]\\nr=[true, \\"x\\"]"',
            '{ a = { b = { c = 1; }; }; q = [ { r = 1; } { r = [ true "x" ]; } ]; x = { y = { z = 1; }; }; }',
        ),
        (
            'fromTOML "a=\'\'\'\\nx\'\'\'\\nb=\\"\\"\\"\\\\\\n   y\\"\\"\\"\\nc=\\"\\\\u00e9\\""',
            '{ a = "x"; b = "y"; c = "é"; }',
        ),
    ],
)
def test_gives(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        ("builtins.toJSON (x: x)", "cannot convert a function to JSON", []),
        ("builtins.toJSON map", "cannot convert the built-in function 'map' to JSON", []),
        (
            "builtins.toJSON { a = [ 1 (map 1) ]; }",
            "cannot convert the partially applied built-in function 'map' to JSON",
            ["while evaluating list element at index 1", "while evaluating attribute 'a'"],
        ),
        (
            "builtins.toJSON { __toString = self: 1; }",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the result of the `__toString` attribute"],
        ),
        (
            'builtins.fromJSON ""',
            "[json.exception.parse_error.101] parse error at line 1, column 1: attempting to parse an empty input; check that your input string or stream contains the expected JSON",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON " "',
            "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "{"',
            "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - unexpected end of input; expected string literal",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "[1,]"',
            "[json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "{\\"a\\":1,}"',
            "[json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing object key - unexpected '}'; expected string literal",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "{\\"a\\" 1}"',
            "[json.exception.parse_error.101] parse error at line 1, column 6: syntax error while parsing object separator - unexpected number literal; expected ':'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "{a:1}"',
            "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - invalid literal; last read: '{a'; expected string literal",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "[1 2]"',
            "[json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing array - unexpected number literal; expected ']'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "{\\"a\\":1]"',
            "[json.exception.parse_error.101] parse error at line 1, column 7: syntax error while parsing object - unexpected ']'; expected '}'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "1 2"',
            "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - unexpected number literal; expected end of input",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "]"',
            "[json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "nul"',
            "[json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - invalid literal; last read: 'nul'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\n\\n [1,\\n  x]"',
            "[json.exception.parse_error.101] parse error at line 4, column 3: syntax error while parsing value - invalid literal; last read: '1,<U+000A>  x'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\"abc"',
            "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing value - invalid string: missing closing quote; last read: '\"abc'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\"a\\nbc\\""',
            "[json.exception.parse_error.101] parse error at line 2, column 0: syntax error while parsing value - invalid string: control character U+000A (LF) must be escaped to \\u000A or \\n; last read: '\"a<U+000A>'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\"a\\\\xbc\\""',
            "[json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - invalid string: forbidden character after backslash; last read: '\"a\\x'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\"\\\\ud800\\""',
            "[json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing value - invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF; last read: '\"\\ud800\"'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\"\\\\udc00a\\""',
            "[json.exception.parse_error.101] parse error at line 1, column 7: syntax error while parsing value - invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF; last read: '\"\\udc00'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\"\\\\u00g0\\""',
            "[json.exception.parse_error.101] parse error at line 1, column 6: syntax error while parsing value - invalid string: '\\u' must be followed by 4 hex digits; last read: '\"\\u00g'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "\\"a\\\\u0000b\\""',
            "input string 'a␀b' cannot be represented as Nix string because it contains null bytes",
            [],
        ),
        (
            'builtins.fromJSON "9223372036854775808"',
            "unsigned json number 9223372036854775808 outside of Nix integer range",
            [],
        ),
        (
            'builtins.fromJSON "1e400"',
            "[json.exception.out_of_range.406] number overflow parsing '1e400'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "01"',
            "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected number literal; expected end of input",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "-"',
            "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - invalid number; expected digit after '-'; last read: '-'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "1."',
            "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected digit after '.'; last read: '1.'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "1e"',
            "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected '+', '-', or digit after exponent; last read: '1e'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "1e+"',
            "[json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - invalid number; expected digit after exponent sign; last read: '1e+'",
            ["while decoding a JSON string"],
        ),
        (
            'builtins.fromJSON "NaN"',
            "[json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: 'N'",
            ["while decoding a JSON string"],
        ),
        (
            "builtins.fromJSON 1",
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.fromJSON"],
        ),
        ('fromTOML "a=1979-05-27T07:32:00Z"', "while parsing TOML: Dates and times are not supported", []),
        ('fromTOML "a=1979-05-27"', "while parsing TOML: Dates and times are not supported", []),
        ('fromTOML "a=07:32:00"', "while parsing TOML: Dates and times are not supported", []),
        (
            "fromTOML 1",
            "expected a string but found an integer: 1",
            ["while evaluating the argument passed to builtins.fromTOML"],
        ),
    ],
)
def test_fails(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            'builtins.toJSON (builtins.substring 0 1 "é")',
            "JSON serialization error: [json.exception.type_error.316] incomplete UTF-8 string; last byte: 0xC3",
        ),
        (
            'builtins.toJSON "aé${builtins.substring 1 1 "é"}"',
            "JSON serialization error: [json.exception.type_error.316] invalid UTF-8 byte at index 3: 0xA9",
        ),
        (
            r'fromTOML "a=\"\\u0000\""',
            "while parsing TOML: error: input string '␀' cannot be represented as Nix string because it contains null bytes",
        ),
    ],
)
def test_bytes_that_are_no_text(evaluate: Callable[[str], str], expression: str, message: str) -> None:
    with pytest.raises(NixError) as caught:
        evaluate(expression)
    assert caught.value.message == message


@pytest.mark.parametrize("text", ["a=", "a=1\na=2", "[a", "a=9223372036854775808"])
def test_malformed_toml(evaluate: Callable[[str], str], text: str) -> None:
    with pytest.raises(NixError, match=r"^while parsing TOML: \[error\] "):
        evaluate(f"fromTOML {json.dumps(text)}")


def test_toml_timestamps() -> None:
    document = r"""
      offset = 1979-05-27 07:32:00z
      nanoseconds = 1979-05-27t07:32:00.123456789123-07:30
      milliseconds = 1979-05-27T07:32:00.5
      date = 1979-05-27 # 07:32:00.1234567
      time = 07:32:00.000001
      string = "07:32:00.1234567"
      """
    settings = Settings(use_cache=False, experimental_features=frozenset(("parse-toml-timestamps",)))
    evaluator = Evaluator(settings)
    given = evaluator.run(lambda: evaluator.eval_text(f"fromTOML {json.dumps(document)}"))
    assert given.pop("string") == "07:32:00.1234567"
    assert {name: (one["_type"], one["value"]) for name, one in given.items()} == {
        "offset": ("timestamp", "1979-05-27T07:32:00Z"),
        "nanoseconds": ("timestamp", "1979-05-27T07:32:00.123456789-07:30"),
        "milliseconds": ("timestamp", "1979-05-27T07:32:00.500"),
        "date": ("timestamp", "1979-05-27"),
        "time": ("timestamp", "07:32:00.000001"),
    }


def test_deep_json(evaluate: Callable[[str], str]) -> None:
    depth = 9_000
    brackets = f'builtins.genList (i: if i < {depth} then "[" else "]") {2 * depth}'
    nested = f'builtins.fromJSON (builtins.concatStringsSep "" ({brackets}))'
    assert evaluate(nested) == "[ " * depth + "]" + " ]" * (depth - 1)
    assert evaluate(f"builtins.stringLength (builtins.toJSON ({nested}))") == str(2 * depth)


@pytest.mark.parametrize(
    "text",
    [
        r'{"a": [1, -2.5e3, "x\n\u00e9", true, false, null], "b": {"c": {}, "": []}}',
        " [ ] ",
        r'"\ud83d\ude00"',
        "-0",
        "0",
    ],
)
def test_both_parsers_agree(text: str) -> None:
    def plain(value: object) -> object:
        if isinstance(value, tuple):
            return list(map(plain, value))
        return {name: plain(one) for name, one in value.items()} if isinstance(value, dict) else value

    assert plain(parse_exactly(text)) == json.loads(text)
