"""Random texts with a grammar of their own: strings, numbers, regular expressions, versions, JSON, TOML, operators
without parentheses, blanks and comments."""

from __future__ import annotations

import random

_CHARACTERS = [*"abxyzAZ019 _-./:", "é", "ü", "€", "𝄞", "\n", "\t", '"', "\\", "$", "{", "}", "'", "<", "&"]


def quoted(text: str) -> str:
    """A string literal of a text."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("${", "\\${")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def string(chance: random.Random) -> str:
    """A string literal, its characters escaped in one of the ways there are."""
    pieces = []
    for _ in range(chance.choice((0, 1, 2, 3, 5, 9))):
        one = chance.choice(_CHARACTERS)
        if one in '"\\' or chance.random() < 0.1:
            one = "\\" + one
        pieces.append(one)
    return f'"{"".join(pieces).replace("${", "$${")}"'


def indented(chance: random.Random, inner: list[str]) -> str:
    """An indented string of lines with various indentation; `inner` are expressions that may be interpolated."""
    lines = []
    for _ in range(chance.choice((1, 1, 2, 3, 4))):
        line = chance.choice(("", "  ", "    ", "   ", "\t", " \t", "      "))
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            line += chance.choice(
                (
                    "a",
                    "b c",
                    "é",
                    "$",
                    "$$",
                    "''$",
                    "''${",
                    "'''",
                    "''\\n",
                    "''\\t",
                    "''\\\\",
                    "''\\a",
                    "\\",
                    '"',
                    " ",
                    "'",
                    "}",
                    "${",
                    "$${",
                    "~",
                )
            )
            if line.endswith("${") and not line.endswith(("''${", "$${")):
                line += chance.choice(inner) + "}"
        lines.append(line)
    first = chance.choice(("\n", "\n", "", " ", "  \n"))
    last = chance.choice(("", "\n", "\n  ", "\n\t", "  "))
    return "''" + first + "\n".join(lines) + last + "''"


def integer(chance: random.Random) -> str:
    """An integer literal."""
    number = chance.choice((chance.randrange(100), chance.randrange(2**31), chance.randrange(2**63), 2**62, 2**53 + 1))
    text = f"{'0' * chance.choice((0, 0, 0, 1))}{number}"
    return f"(-{text})" if chance.random() < 0.3 else text


def floating(chance: random.Random) -> str:
    """A float literal."""
    digits = str(chance.randrange(10 ** chance.randrange(1, 18)))
    fraction = str(chance.randrange(10 ** chance.randrange(1, 12))) if chance.random() < 0.8 else ""
    exponent = chance.choice(
        ("", "", "", f"e{chance.randrange(30)}", f"E-{chance.randrange(30)}", "e+5", "e300", "e-320")
    )
    text = f"{digits}.{fraction}{exponent}"
    return f"(-{text})" if chance.random() < 0.2 else text


def regex(chance: random.Random, depth: int = 3) -> str:
    """A regular expression, mostly a valid one; without groups in repetitions of repetitions, which take C++ ages."""
    pieces = []
    for _ in range(chance.choice((1, 1, 2, 2, 3, 4))):
        atom = chance.choice(
            (
                "a",
                "b",
                "c",
                "1",
                "x",
                "-",
                "/",
                ".",
                "\\.",
                "\\\\",
                "é",
                "[ab]",
                "[^a]",
                "[a-c1]",
                "[[:alpha:]]",
                "[^[:space:]/]",
                "[]x]",
                "[-.]",
                " ",
                "^",
                "$",
            )
        )
        if depth and chance.random() < 0.3:
            atom = f"({regex(chance, depth - 1)})"
        if chance.random() < 0.35:
            atom += chance.choice(("*", "+", "?", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "**", "{,2}"))
        pieces.append(atom)
    text = "".join(pieces)
    if chance.random() < 0.2:
        text += "|" + regex(chance, depth - 1 if depth else 0)
    return text[: chance.randrange(len(text) + 1)] if chance.random() < 0.04 else text


def subject(chance: random.Random) -> str:
    """A text that a regular expression may match."""
    return "".join(chance.choice("aabbcc11xx-/. é\\\n") for _ in range(chance.choice((0, 1, 2, 3, 5, 8))))


def version(chance: random.Random) -> str:
    """A version, or a name with one."""
    return "".join(
        chance.choice(
            ("1", "2", "10", "01", "007", ".", ".", "-", "-", "pre", "a", "rc", "é", "_", "+", "name", "99999999999")
        )
        for _ in range(chance.choice((0, 1, 2, 3, 4, 6)))
    )


def json(chance: random.Random, depth: int = 3) -> str:
    """A JSON text, mostly a valid one."""
    if chance.random() < 0.03:
        return chance.choice(
            (
                "",
                "nul",
                "[1",
                "{,}",
                "'a'",
                "NaN",
                "+1",
                ".5",
                "1.",
                "0x1",
                "[1 2]",
                '"\\x"',
                '{"a" 1}',
                "// c\n1",
                "\x0b1",
            )
        )
    kind = chance.randrange(9 if depth else 6)
    if kind == 0:
        return chance.choice(("null", "true", "false"))
    if kind == 1:
        return str(chance.choice((0, -1, 7, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**20)))
    if kind == 2:
        return chance.choice(
            ("0.5", "1e3", "-2.5E-3", "1.0", "123456789.125", "1e300", "5e-324", "0.1", "-0.0", "1E+2")
        )
    if kind < 6:
        inside = (
            chance.choice(
                ("a", "é", "\\n", "\\u00e9", "\\ud834\\udd1e", '\\"', "\\\\", "/", "\\/", "\\b", " ", "\\u0000", "<")
            )
            for _ in range(chance.randrange(4))
        )
        return f'"{"".join(inside)}"'
    blank = chance.choice(("", "", " ", "\n"))
    items = [json(chance, depth - 1) for _ in range(chance.choice((0, 1, 2, 3)))]
    if kind == 6:
        return f"[{blank}{f',{blank}'.join(items)}{blank}]"
    names = [chance.choice(("a", "b", "", "é", "a b", "outPath", "type", "__toString")) for _ in items]
    return "{" + f",{blank}".join(f'"{name}":{blank}{item}' for name, item in zip(names, items, strict=True)) + "}"


def toml(chance: random.Random) -> str:
    """A TOML text, mostly a valid one."""
    lines = []
    for number in range(chance.choice((0, 1, 2, 3))):
        if chance.random() < 0.25:
            lines.append(chance.choice(("[t]", "[t.u]", "[[x]]", "[v]", "# c", "", '["q r"]')))
        key = chance.choice(("a", "b", "c.d", '"e f"', "'g'", "h-1", "1")) if chance.random() < 0.5 else f"k{number}"
        lines.append(f"{key} = {_toml_value(chance, 2)}{chance.choice(('', '', ' # c'))}")
    return "\n".join(lines)


def _toml_value(chance: random.Random, depth: int) -> str:
    if depth and chance.random() < 0.3:
        items = [_toml_value(chance, depth - 1) for _ in range(chance.randrange(3))]
        if chance.random() < 0.5:
            return "[" + chance.choice((", ", ",\n ")).join(items) + "]"
        return "{" + ", ".join(f"k{at} = {item}" for at, item in enumerate(items)) + "}"
    return chance.choice(
        ("1", "-17", "+3", "0", "0x1F", "0o17", "0b101", "1_000", "1.5", "-0.0", "1e3", "6.02e23", "inf", "-inf", "true", "false", '"s"', '"a\\nb"',
         '"\\u00e9"', "'lit\\n'", '"""\nm\nn"""', "'''raw'''", '"""a\\\n   b"""', '""', "9223372036854775807", "1.", "01", "tru")
    )  # fmt: skip


_OPERATORS = ["+", "-", "*", "/", "++", "//", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "->", "?", "", "|>"]


def operators(chance: random.Random, atoms: list[str]) -> str:
    """A row of operators without parentheses: what belongs together is for the grammar to say."""
    text = _operand(chance, atoms)
    for _ in range(chance.randint(1, 5)):
        operator = chance.choice(_OPERATORS[:-1]) if chance.random() < 0.99 else "|>"
        right = chance.choice(("a", "a.b", '"a"', "b")) if operator == "?" else _operand(chance, atoms)
        space = chance.choice((" ", " ", " ", "\n", " /* c */ "))
        text += f" {operator}{space}{right}" if operator else f"{space}{right}"
    return text


def _operand(chance: random.Random, atoms: list[str]) -> str:
    prefix = chance.choice(("", "", "", "", "", "!", "-", "- ", "!!", "--"))
    suffix = chance.choice(("", "", "", "", "", ".a", ".a or 1", ".b.a", ".a or { }", ' or "x"'))
    return prefix + chance.choice(atoms) + suffix


def blank(chance: random.Random) -> str:
    """What may stand between two words."""
    return chance.choice(
        (" ", " ", "  ", "\n", "\t", " # c ' \" ${\n", " /* c */ ", " /**/ ", " /* * / **/ ", "\r\n", "\n\n#\n")
    )


GENERATORS = {
    "regex": lambda chance: quoted(regex(chance)),
    "version": lambda chance: quoted(version(chance)),
    "json": lambda chance: quoted(json(chance)),
    "toml": lambda chance: quoted(toml(chance)),
    "shortstring": lambda chance: quoted(subject(chance)[:2]),
}
"""By base kind, what writes an expression of it."""
