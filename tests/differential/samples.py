"""Literals and odd texts that random programs are made of."""

from __future__ import annotations

import random

INTEGERS = [
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "42",
    "(-1)",
    "(-3)",
    "255",
    "9223372036854775807",
    "(-9223372036854775807)",
]
INDEXES = ["0", "0", "1", "1", "2", "3", "5", "(-1)"]
FLOATS = [
    "0.5",
    "1.0",
    "2.5",
    "3.0",
    "1.0e3",
    "1.5e-3",
    "123456789.125",
    "0.1",
    "(-2.5)",
    ".25",
    "1.0e30",
    "100000.0",
    "1234567.0",
]
STRINGS = [
    '""', '"a"', '"b"', '"ab"', '"a b"', '"x"', '"1"', '"1.2.3"', '"é"', '"ü€𝄞"', '"\\n"', '"\\""', '"$"', '"\\${a}"',
    '"$${a}"', '"/"', '"/a/b"', '"a/b/"', '"-"', '"a-1.2"', '"true"', '"\\t\\r"', '"\\\\"', "''a''", "''\n  a\n    b\n''",
    "''\n''", "'''''''", "''  ''${x}''", "''\ta\n  ''\\nb''", '"key"', '"name"', '"type"', '"derivation"', '"out"', '"x y"', 'http://a.b/c',
    '"\\x"', '"a\nb"', '"A"', '"z"', '"aa"', '"aaa"', '"Ab1"', '"null"', '"<a&b>"', '"\'"', '"a.b"', '"\u007f"', '"日本"',
]  # fmt: skip
PATHS = [
    "./.",
    "./a",
    "./d",
    "./d/f",
    "./f.nix",
    "/x/y/z",
    "/x/y/z/w",
    "./text",
    "../a",
    "/x/y/z/.",
    "./missing",
    "./link",
    "./d/../text",
    "~/x/y/z",
]

CONTEXT_STRINGS = [
    '(builtins.toFile "a" "b")',
    '"x${builtins.toFile "a" "b"}"',
    '(derivation { name = "d"; system = "s"; builder = "b"; }).outPath',
    '"${derivation { name = "d"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }}/x"',
    '(derivation { name = "d"; system = "s"; builder = "b"; }).drvPath',
    '"${./text}"',
    '(builtins.unsafeDiscardOutputDependency (derivation { name = "d"; system = "s"; builder = "b"; }).drvPath)',
    '"plain"',
]

FAILURES = [
    'throw "t"', 'throw "t"', 'throw ""', 'abort "a"', "assert false; 1", "{ }.a", "1 2", "let x = x; in x",
    "builtins.head [ ]", "(x: { a }: a) 1 { }", "({ a }: a) { a = 1; b = 2; }", "__curPos", "__curPos.line", "__curPos.file",
    "<nope>", "builtins.isFunction (import <nix/fetchurl.nix>)", "assert 1 == 2; 1", "throw 1", 'throw (throw "u")', "import ./missing", "1 + { }", '"${1}"',
    "9223372036854775807 + 1", "1 / 0", "(-9223372036854775807 - 1) / (-1)", "builtins.langVersion", 'builtins.nope', "{ a = 1; }.b or (throw \"o\")",
]  # fmt: skip

CONSTANTS = [
    "builtins.storeDir", "builtins.langVersion", "builtins.nixVersion", "builtins.nixPath", "builtins.true", "builtins.null", "builtins.currentSystem",
    'builtins.getEnv "HOME"', 'builtins.getEnv ""', "builtins ? currentTime", "(builtins.builtins ? map)", "__nixVersion", "__storeDir", "__langVersion",
    "builtins.derivationStrict { }", 'builtins.outputOf "a" "b"', "builtins.toString 1", "builtins.isNull", "__add 1 2", "__head [ ]", "__typeOf __sub",
]  # fmt: skip

OBSERVERS = [
    "builtins.tryEval {}", "builtins.toJSON {}", "builtins.toXML {}", "builtins.typeOf {}", "toString {}", '"${{}}"',
    "builtins.getContext {}", "let s = {}; in [ s s ]", "let s = {}; in s == s", "let s = {}; in [ s ] == [ s ]",
    "builtins.attrNames {}", "builtins.functionArgs {}", "(x: { inherit x; y = x; }) {}", "builtins.deepSeq {} 1",
    "builtins.tryEval (builtins.deepSeq {} 1)", "builtins.hashString \"sha256\" (builtins.toJSON {})", "builtins.length {}",
    "builtins.unsafeGetAttrPos \"a\" {}", "builtins.trace {} 1", "builtins.mapAttrs (n: v: builtins.typeOf v) {}",
    "map (x: [ x ]) {}", "let s = {}; in s // { a = 1; }", "builtins.fromJSON (builtins.toJSON {})",
]  # fmt: skip
"""What is done with a program's value; `{}` stands for it."""

_REGEXES = [
    "a", "(a)(b)?", "[a-z]+", "([a-z]*)([0-9]*)", ".*", "", "(", "[", "a{2}", "a|b", "^a$", "(a|ab)(c|bcd)", "[[:alpha:]]+", "[^a]",
    "\\\\.", "(.)", "x*", "([^/]*)/(.*)", "é", "(()|a)+", "a**", "[[:space:]]*([^[:space:]]*)", "(a*)*", "a+?", "b{1,2}", "[z-a]",
    "\\\\(", "a{", ".", "((a)|b)*", "[]a]", "[a-]", "()", "\\\\n", "$", "[[:foo:]]", "a{3,1}",
]  # fmt: skip
_VERSIONS = [
    "1.2.3", "1.2", "1.2pre1", "", "a", "hello-1.0", "hello-world-2.3.4pre", "1.0-rc1", "x-", "-1", "1..2", "2.3a", "nix-0.12pre12876", "10", "9",
    "1-2-3", "é-1", "a-b", "1.0.0+b", "pre", "1.pre",
]  # fmt: skip
_JSONS = [
    "1", "-0", "1.5", "[]", "{}", "[1, 2.0, \\\"a\\\", null, true]", "{\\\"a\\\": {\\\"b\\\": []}}", "", "{", "nul", "01", "1.0e3", "1e400",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "-9223372036854775808", "-9223372036854775809",
    "\\\"\\\\u00e9\\\"", "\\\"\\\\ud83d\\\\ude00\\\"", "{\\\"a\\\":1,\\\"a\\\":2}", "[1,]", " 1 ", "1 2", "\\\"a\\nb\\\"", "-1.0", "1E-2",
    "\\\"\\\\u0000\\\"", "{\\\"outPath\\\":1}", "tru", "[[[]]]", "\\\"é\\\"", "\\\"\\\\x\\\"", "-", "0.1e", "/**/1",
]  # fmt: skip
_TOMLS = [
    "a = 1", "a.b = \\\"x\\\"", "[t]\\na = [1, 2]\\n[t.u]\\nb = true", "a = 1.5", "a = inf", "[[x]]\\na=1\\n[[x]]\\na=2", "a", "a = ",
    "a = 0x1f\\nb = 1_000", "a = '''x'''", "a = 1979-05-27T07:32:00Z", "a = {b = 1, c = \\\"d\\\"}", "", "a = 1\\na = 2", "# c", "a = 07:32:00",
    "a = nan", "a = -0.0", "\\\"é\\\" = 1", "a = \\\"\\\\u00e9\\\"",
]  # fmt: skip


def _quoted(texts: list[str]) -> list[str]:
    return [f'"{text}"' for text in texts]


TEXTS: dict[str, list[str]] = {
    "regex": _quoted(_REGEXES),
    "version": _quoted(_VERSIONS),
    "json": _quoted(_JSONS),
    "toml": _quoted(_TOMLS),
    "attr": ['"a"', '"b"', '"c"', '"x"', '"y"', '"name"', '"value"', '"a b"', '"é"', '"type"', '"zz"', '"a-1"'],
    "algorithm": _quoted(["sha256", "sha1", "md5", "sha512", "sha0", "blake3"]),
    "shortstring": ['"a"', '"b"', '""', '"ab"', '"é"', '"aa"', '"/"', '" "', '"x"', '"\\n"'],
    "context-string": CONTEXT_STRINGS,
    "context": [
        "{ }",
        '{ "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }',
        '{ "/nix/store/00000000000000000000000000000000-a.drv" = { outputs = [ "out" "b" ]; }; }',
        '{ "/nix/store/00000000000000000000000000000000-a.drv" = { allOutputs = true; }; }',
        '{ "/nix/store/00000000000000000000000000000000-a" = { allOutputs = true; }; }',
        "{ a = { path = true; }; }",
        '{ "/nix/store/00000000000000000000000000000000-a" = 1; }',
        '(builtins.getContext "${builtins.toFile "a" "b"}")',
    ],
    "derivation": [
        '{ name = "n"; system = "s"; builder = "b"; }',
        '{ name = "n"; system = "s"; builder = ./text; args = [ "a" 1 null ./a ]; }',
        '{ name = "n"; system = "s"; builder = "b"; x = [ 1 [ true ] ]; y = { outPath = "/o"; }; z = null; }',
        '{ name = "n"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }',
        '{ name = "n"; system = "s"; builder = "b"; __structuredAttrs = true; x = { a = 1.5; b = [ ]; }; }',
        '{ name = "n"; system = "s"; builder = "b"; outputHash = ""; outputHashAlgo = "sha256"; }',
        '{ name = "n"; system = "s"; }',
        '{ name = "a b"; system = "s"; builder = "b"; }',
        '{ name = "n"; system = "s"; builder = "b"; __ignoreNulls = true; a = null; b = 1.5; }',
        '{ name = "n"; system = "s"; builder = "b"; x = { }; }',
        '{ name = "n"; system = "s"; builder = "b"; outputs = [ ]; }',
        '{ name = "n"; system = "s"; builder = "b"; outputs = [ "out" "out" ]; }',
        '{ name = "n"; system = "s"; builder = "b"; x = y: y; }',
        '{ name = "n"; system = 1; builder = "b"; }',
    ],
    "closure": [
        "{ startSet = [ { key = 1; } ]; operator = x: if x.key < 5 then [ { key = x.key + 1; } { key = x.key + 2; } ] else [ ]; }",
        '{ startSet = [ { key = "a"; } { key = 1; } ]; operator = x: [ ]; }',
        "{ startSet = [ { key = 1; } { key = 1.0; } { key = 1; v = 2; } ]; operator = x: [ ]; }",
        "{ startSet = [ { key = [ 1 ]; } { key = [ 1 ]; } { key = [ 2 ]; } ]; operator = x: [ ]; }",
        "{ startSet = [ { key = ./a; } { key = /x; } ]; operator = x: [ ]; }",
        "{ startSet = [ { } ]; operator = x: [ ]; }",
        "{ startSet = [ ]; }",
        "{ startSet = [ { key = null; } ]; operator = x: [ ]; }",
        "{ startSet = [ { key = true; } { key = true; } ]; operator = x: [ ]; }",
        "{ startSet = [ { key = 1; } ]; operator = x: x; }",
        '{ startSet = [ { key = 1; a = throw "t"; } ]; operator = x: [ { key = 1; b = 2; } ]; }',
    ],
    "comparator": [
        "(x: y: false)",
        "builtins.lessThan",
        "(x: y: true)",
        "(x: y: x < y)",
        "(x: y: y < x)",
        "(x: x)",
        '(x: y: throw "c")',
    ],
    "nixfile": ["./f.nix", "./d", "./g.nix", "./missing.nix", "./text", "./d/f.nix", "./link.nix"],
    "searchpath": [
        '[ { path = ./d; prefix = ""; } ]',
        '[ { path = ./d; prefix = "a"; } { path = ./.; prefix = "x"; } ]',
        "[ ]",
        '[ { path = "/nonexistent"; prefix = "x"; } ]',
        "[ { path = ./d; } ]",
        '[ { prefix = "a"; } ]',
    ],
    "pathargs": [
        "{ path = ./text; }",
        '{ path = ./d; name = "n"; }',
        '{ path = ./d; filter = p: t: t == "directory"; }',
        "{ path = ./text; recursive = false; }",
        '{ path = ./text; sha256 = "0000000000000000000000000000000000000000000000000000"; }',
        '{ name = "n"; }',
        "{ path = ./text; nope = 1; }",
    ],
    "hashargs": [
        '{ hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; toHashFormat = "base16"; }',
        '{ hash = "d41d8cd98f00b204e9800998ecf8427e"; hashAlgo = "md5"; toHashFormat = "nix32"; }',
        '{ hash = "x"; hashAlgo = "md5"; toHashFormat = "sri"; }',
        '{ hash = "d41d8cd98f00b204e9800998ecf8427e"; toHashFormat = "sri"; }',
        '{ hash = "md5:d41d8cd98f00b204e9800998ecf8427e"; toHashFormat = "base64"; }',
        '{ hash = "d41d8cd98f00b204e9800998ecf8427e"; hashAlgo = "md5"; toHashFormat = "base17"; }',
    ],
    "flakeref": _quoted(
        ["nixpkgs", "github:a/b/c", "path:/x", "git+https://e.org/x?ref=m", "github:a", "./x", "", "a b", "flake:n/r"]
    ),
    "flakeset": [
        '{ type = "github"; owner = "a"; repo = "b"; }',
        '{ type = "path"; path = "/x"; }',
        '{ type = "nope"; }',
        "{ }",
        '{ type = "indirect"; id = "n"; ref = 1; }',
    ],
}
"""By base kind, expressions of it."""

FILES = {
    "text": "some text\n",
    "a": "a",
    "f.nix": "{ a = 1; b = x: x; }",
    "g.nix": "{ a, b ? 2 }: a + b",
    "d/default.nix": "[ 1 ./f __curPos.line ]",
    "d/f": "f in d",
    "d/f.nix": "x: y: { inherit x y; }",
    "d/x": "x in d",
}
"""Files in the folder of the programs."""

LINKS = {"link": "d", "link.nix": "d/f.nix"}
"""Links there."""


def damaged(text: str, chance: random.Random) -> str:
    """A program that may be none any more: a character too many or too few, or two parts exchanged."""
    at = chance.randrange(len(text))
    match chance.randrange(3):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + chance.choice("(){}[];:.,=\"'$@?!+-*/<>&|~%^#\\ ax1") + text[at:]
    cut = chance.randrange(len(text))
    return text[cut:] + text[:cut]
