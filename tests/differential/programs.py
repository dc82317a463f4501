"""Random Nix programs: mostly well-typed, now and then not, over the whole language.

`Programs` writes an expression of a wanted kind (see `kinds`): a literal, a variable, an operator or builtin whose
result is of that kind, or a construct around such expressions. Sometimes another kind is written than was wanted, a
name is used that is not in scope, or an error is raised on purpose. Everything comes from one seeded generator, so a
seed names a program.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeAlias

import samples
import texts
from kinds import (
    BOOL,
    FLOAT,
    INT,
    NULL,
    PATH,
    STRING,
    Any,
    Base,
    Function,
    Kind,
    List,
    Set,
    SetOf,
    fill,
    letters,
    match,
)
from signatures import BUILTINS, GLOBAL_NAMES, OPERATORS

Code: TypeAlias = "str | list[Code]"
"""A program as a tree: each list is an expression, of text and of expressions in it."""

Scope: TypeAlias = dict[str, Kind]

VARIABLES = [*"abcdfgxyz", "x'", "y-1", "_z"]
ATTRIBUTES = [*"abcdxyz", "a'", "name", "value", "type", "é", "a b", "key", "1", ""]
SPECIAL_ATTRIBUTES = ["outPath", "__toString", "__functor", "type", "drvPath", "__overrides"]

ORDER = ["outPath", "drvPath", "type", "name", "value", "__overrides", "__functor", "__toString", "", "key", "x", "a"]
"""Names that Nix itself has read before any program, in that order, which is the one in which it walks sets. pyoci walks
them as they are written: in random programs, these names first and all others in alphabetical order."""

PLAIN_KINDS = [INT, INT, FLOAT, BOOL, NULL, STRING, STRING, PATH]

_MISTAKE = 0.025
"""Of so many expressions another kind is written than was wanted."""


def text_of(code: Code) -> str:
    """A tree as text."""
    return code if isinstance(code, str) else "".join(map(text_of, code))


class Programs:
    """Writes programs, each from what the seed makes of it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def program(self) -> Code:
        """A program of any kind."""
        depth = self.random.choice((2, 3, 3, 4, 4, 5, 6))
        kind = self.kind(2)
        code = self.expression(kind, depth, {})
        wrapper = self.random.choice((*samples.OBSERVERS, *["{}"] * 12))
        if wrapper != "{}":
            before, after = wrapper.split("{}")
            code = [before, "(", code, ")", after]
        if self.chance(0.008):
            return samples.damaged(text_of(code), self.random)
        return code

    # -- choosing

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def kind(self, depth: int = 1) -> Kind:
        """Any kind that a value can have."""
        if depth == 0 or self.chance(0.5):
            return self.random.choice(PLAIN_KINDS)
        choice = self.random.randrange(4)
        if choice == 0:
            return List(self.kind(depth - 1))
        if choice == 1:
            result = self.kind(depth - 1)
            return Function(self.kind(depth - 1), Function(self.kind(0), result) if self.chance(0.3) else result)
        if choice == 2:
            return SetOf(self.kind(depth - 1))
        names = self.random.sample(ATTRIBUTES[:8], self.random.randint(1, 3))
        return Set(tuple((name, self.kind(depth - 1)) for name in sorted(names)))

    def fresh(self) -> str:
        return self.random.choice(VARIABLES)

    # -- expressions

    def expression(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """An expression of a kind, nested at most so deep."""
        if self.chance(_MISTAKE):
            kind = self.kind()
        if isinstance(kind, Base):
            if kind.name == "any":
                kind = self.kind(2)
            elif kind.name == "more":
                kind = self.random.choice((INT, FLOAT, BOOL, NULL, STRING, PATH, List(INT), List(List(STRING))))
                if self.chance(0.2):
                    return self.stringlike(depth, scope)
            elif kind.name == "data":
                kind = self.random.choice(
                    (INT, FLOAT, STRING, List(FLOAT), SetOf(STRING), SetOf(List(NULL)), self.kind(2))
                )
            elif kind.name == "text":
                kind = STRING
                if self.chance(0.25):
                    return self.stringlike(depth, scope)
            if isinstance(kind, Base) and kind.name in samples.TEXTS:
                return self.sample(kind.name, depth, scope)
        if depth <= 0:
            return self.leaf(kind, scope)
        if self.chance(0.3):
            return self.around(kind, depth, scope)
        if self.chance(0.12):
            variable = self.variable(kind, scope)
            if variable is not None:
                return variable
        if self.chance(0.35 if isinstance(kind, List | Set | SetOf | Function) else 0.55):
            computed = self.computed(kind, depth, scope)
            if computed is not None:
                return computed
        return self.literal(kind, depth, scope)

    def atom(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """An expression that can be an argument or an operand; rarely its parentheses are missing."""
        code = self.expression(kind, depth, scope)
        text = text_of(code)
        if text.isalnum() or self.chance(0.02):
            return code
        if text[0] in '[{("' and text[-1] in ']})"' and _is_bracketed(text):
            return code
        return ["(", code, ")"]

    def variable(self, kind: Kind, scope: Scope) -> Code | None:
        """A variable of the kind, or an attribute of one."""
        found: list[str] = [name for name, other in scope.items() if other == kind]
        for name, other in scope.items():
            if isinstance(other, Set):
                found += [f"{name}.{attribute(field)}" for field, inner in other.fields if inner == kind]
        return self.random.choice(found) if found else None

    def leaf(self, kind: Kind, scope: Scope) -> Code:
        if self.chance(0.5):
            variable = self.variable(kind, scope)
            if variable is not None:
                return variable
        if self.chance(0.001):
            return self.random.choice(("undefined", "a", "b", "x", "f", "__nope"))
        return self.literal(kind, 0, scope)

    def sample(self, name: str, depth: int, scope: Scope) -> Code:
        """Text of a special use, or something computed in its place."""
        if self.chance(0.06):
            return self.expression(self.random.choice((STRING, INT)), depth - 1, scope)
        code = self.random.choice(samples.TEXTS[name])
        if name in texts.GENERATORS and self.chance(0.5):
            return texts.GENERATORS[name](self.random)
        if name == "closure" and self.chance(0.5):
            return ["{ startSet = ", self.atom(List(Set((("key", INT),))), depth - 1, scope), "; operator = x: [ ]; }"]
        return code

    # -- literals

    def literal(self, kind: Kind, depth: int, scope: Scope) -> Code:
        match kind:
            case Base("int") | Base("float") if self.chance(0.15):
                return texts.integer(self.random) if kind == INT else texts.floating(self.random)
            case Base("int") | Base("index"):
                return self.random.choice(samples.INTEGERS if kind == INT else samples.INDEXES)
            case Base("float"):
                return self.random.choice(samples.FLOATS)
            case Base("bool"):
                return self.random.choice(("true", "false"))
            case Base("string") | Base("attr"):
                return self.string(depth, scope)
            case Base("path"):
                return self.path(depth, scope)
            case List(element):
                count = self.random.choice((0, 1, 2, 2, 3, 4))
                items: list[Code] = []
                for _ in range(count):
                    items += " ", self.atom(element, depth - 1, scope)
                return ["[", *items, " ]"]
            case Set(fields):
                return self.set(dict(fields), depth, scope)
            case SetOf(element):
                names = self.random.sample(ATTRIBUTES, self.random.choice((0, 1, 2, 2, 3)))
                return self.set(dict.fromkeys(names, element), depth, scope)
            case Function(argument, result):
                return self.function(argument, result, depth, scope)
        return "null"

    def string(self, depth: int, scope: Scope) -> Code:
        if depth > 0 and self.chance(0.4):
            pieces: list[Code] = []
            for _ in range(self.random.randint(1, 3)):
                pieces.append(self.random.choice(("", "", "a", " ", "é", "/", "$", "\\n", "-")))
                inner = (
                    self.stringlike(depth - 1, scope)
                    if self.chance(0.15)
                    else self.expression(STRING, depth - 1, scope)
                )
                pieces.append(["${", inner, "}"])
            pieces.append(self.random.choice(("", "", "b", "\\\\", "$")))
            if self.chance(0.3):
                return ["''\n  ", *[one.replace("\\", "''\\") if isinstance(one, str) else one for one in pieces], "''"]
            return ['"', *pieces, '"']
        if self.chance(0.3):
            choice = self.random.randrange(3)
            if choice == 0:
                return texts.string(self.random)
            if choice == 1:
                return texts.quoted(texts.subject(self.random))
            names = [name for name, other in scope.items() if other == STRING and name.isalpha()]
            return texts.indented(self.random, [*names, '"x"', '"\n y"', "1"])
        return self.random.choice(samples.STRINGS)

    def stringlike(self, depth: int, scope: Scope) -> Code:
        """Something that is taken for a string."""
        choice = self.random.randrange(6)
        if choice == 0:
            return ["{ outPath = ", self.expression(STRING, depth - 1, scope), "; }"]
        if choice == 1:
            return ["{ __toString = self: ", self.expression(STRING, depth - 1, scope), "; }"]
        if choice == 2:
            return ["{ outPath = { outPath = ", self.expression(PATH, depth - 1, scope), "; }; a = 1; }"]
        if choice == 3:
            inner = self.expression(self.random.choice((INT, STRING, List(STRING))), depth - 1, scope)
            return ["{ __toString = { __functor = a: b: ", inner, "; }; }"]
        return self.expression(PATH if choice == 4 else STRING, depth - 1, scope)

    def path(self, depth: int, scope: Scope) -> Code:
        if depth > 0 and self.chance(0.3):
            head = self.random.choice(("./", "./d/", "/x/y/z/", "./d/f", "/x/y/z", "../"))
            return [head, "${", self.expression(STRING, depth - 1, scope), "}", self.random.choice(("", "/b", ".nix"))]
        return self.random.choice(samples.PATHS)

    def set(self, fields: dict[str, Kind], depth: int, scope: Scope) -> Code:
        """A set literal of these attributes, in one of the ways to write them."""
        recursive = self.chance(0.2)
        inner = dict(scope)
        pieces: list[Code] = []
        if self.chance(0.06):
            fields = {**fields, self.random.choice(SPECIAL_ATTRIBUTES): self.kind()}
        for name, kind in sorted(fields.items(), key=_order):
            names = [one for one, other in scope.items() if other == kind and one == name]
            if names and self.chance(0.3):
                pieces.append([f"inherit {name}; "])
            elif self.chance(0.06):
                source = self.expression(Set(((name, kind),)), depth - 1, inner if recursive else scope)
                pieces.append(["inherit (", source, f") {attribute(name)}; "])
            elif isinstance(kind, Set) and kind.fields and self.chance(0.4):
                for field, one in kind.fields:
                    value = self.expression(one, depth - 1, inner if recursive else scope)
                    pieces.append([f"{attribute(name)}.{attribute(field)} = ", value, "; "])
            else:
                value = self.expression(kind, depth - 1, inner if recursive else scope)
                pieces.append(
                    [self.attribute_text(name, depth, scope), self.blank(" "), "=", self.blank(" "), value, "; "]
                )
            if recursive and name.isalpha() and name.isascii():
                inner[name] = kind
        if self.chance(0.01) and pieces:
            pieces.append(self.random.choice(pieces))
        if self.chance(0.04) and fields:
            # More of an attribute that is a set, which works if it is written as one.
            name, more = self.random.choice(sorted(fields)), self.random.choice(("m", "n", "a"))
            pieces.append([f"{attribute(name)}.{more} = ", self.expression(INT, depth - 2, scope), "; "])
        if recursive and self.chance(0.06):
            pieces.append(["__overrides = ", self.expression(SetOf(self.kind()), depth - 2, scope), "; "])
        return ["rec { " if recursive else "{ ", *pieces, "}"]

    def blank(self, usual: str) -> str:
        """What may stand between two words; mostly a blank."""
        return texts.blank(self.random) if self.chance(0.02) else usual

    def attribute_text(self, name: str, depth: int, scope: Scope) -> Code:
        if self.chance(0.1):
            return ["${", f'"{name}"', "}"]
        if depth > 1 and self.chance(0.06):
            return ["${", self.expression(self.random.choice((STRING, STRING, NULL)), depth - 2, scope), "}"]
        if depth > 1 and self.chance(0.04):
            return ['"', name, "${", self.expression(STRING, depth - 2, scope), '}"']
        return attribute(name)

    def function(self, argument: Kind, result: Kind, depth: int, scope: Scope) -> Code:
        name = self.fresh()
        if isinstance(argument, Set) and self.chance(0.8):
            inner = {**scope, **dict(argument.fields)}
            formals: list[Code] = []
            for field, kind in argument.fields:
                if not field.isalpha() or not field.isascii():
                    return [f"{name}: ", self.expression(result, depth - 1, {**scope, name: argument})]
                default: Code = []
                if self.chance(0.3):
                    default = [" ? ", self.atom(kind, depth - 2, scope)]
                formals += [field, default], ", "
            if self.chance(0.25):
                extra = self.random.choice(("e", "q"))
                kind = self.kind()
                formals += [extra, " ? ", self.atom(kind, depth - 2, inner)], ", "
                inner[extra] = kind
            rest = self.random.choice(("...", "...", ""))
            formals = [*formals, rest] if rest else formals[:-1]
            at = self.random.choice(("", "", f"{name}@", f"@{name}"))
            if at:
                if any(name == field for field, _ in argument.fields):
                    at = ""
                else:
                    inner[name] = argument
            before, after = (at, "") if at.endswith("@") else ("", at)
            return [before, "{ ", *formals, " }", after, ": ", self.expression(result, depth - 1, inner)]
        if self.chance(0.05):
            body = self.expression(result, depth - 1, {**scope, name: argument})
            return ["{ __functor = self: ", name, ": ", body, "; }"]
        return [f"{name}: ", self.expression(result, depth - 1, {**scope, name: argument})]

    # -- constructs around an expression

    def around(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """A construct of which some part is of the wanted kind."""
        writers: list[Callable[[Kind, int, Scope], Code]] = [
            self.conditional, self.let, self.let, self.with_, self.assertion, self.application, self.application,
            self.selection, self.selection_or, self.from_list, self.caught, self.raised, self.traced, self.old_let,
            self.recursion, self.fixed_point, self.row, self.by_arguments, self.deep_path, self.computed_builtin,
        ]  # fmt: skip
        return self.random.choice(writers)(kind, depth - 1, scope)

    def conditional(self, kind: Kind, depth: int, scope: Scope) -> Code:
        condition = self.expression(BOOL, depth, scope)
        return [
            "if ",
            condition,
            " then ",
            self.expression(kind, depth, scope),
            " else ",
            self.expression(kind, depth, scope),
        ]

    def let(self, kind: Kind, depth: int, scope: Scope) -> Code:
        inner = dict(scope)
        pieces: list[Code] = []
        used: set[str] = set()
        for _ in range(self.random.randint(1, 3)):
            name = self.fresh()
            if name in used:
                continue
            used.add(name)
            if name in scope and self.chance(0.3):
                pieces.append([f"inherit {name}; "])
                continue
            one = self.kind(2)
            hidden = {other: what for other, what in inner.items() if other != name}
            if self.chance(0.1):
                pieces.append(["inherit (", self.expression(Set(((name, one),)), depth, hidden), f") {name}; "])
            else:
                pieces.append([f"{name} = ", self.expression(one, depth, inner if self.chance(0.01) else hidden), "; "])
            inner[name] = one
        return ["let ", *pieces, "in ", self.expression(kind, depth, inner)]

    def old_let(self, kind: Kind, depth: int, scope: Scope) -> Code:
        if self.chance(0.8):
            return self.let(kind, depth, scope)
        return [
            "let { a = ",
            self.expression(INT, depth, {}),
            "; body = ",
            self.expression(kind, depth, {**scope, "a": INT}),
            "; }",
        ]

    def with_(self, kind: Kind, depth: int, scope: Scope) -> Code:
        names = self.random.sample(ATTRIBUTES[:7], 2)
        fields = {name: self.kind() for name in names}
        subject = self.expression(Set(tuple(fields.items())), depth, scope)
        # A name that is bound otherwise means that, whatever the set has.
        inner = {**fields, **scope}
        return ["with ", subject, "; ", self.expression(kind, depth, inner)]

    def assertion(self, kind: Kind, depth: int, scope: Scope) -> Code:
        condition = "true" if self.chance(0.5) else self.expression(BOOL, depth, scope)
        return ["assert ", condition, "; ", self.expression(kind, depth, scope)]

    def application(self, kind: Kind, depth: int, scope: Scope) -> Code:
        arguments = [self.kind(2) for _ in range(self.random.choice((1, 1, 1, 2, 2, 3, 4)))]
        wanted = kind
        for argument in reversed(arguments):
            wanted = Function(argument, wanted)
        pieces: list[Code] = []
        for argument in arguments:
            pieces += " ", self.atom(argument, depth, scope)
        if self.chance(0.3):
            name = self.fresh()
            function = self.function(arguments[0], wanted.result, depth, scope) if isinstance(wanted, Function) else ""
            return (
                [f"let {name} = ", function, f"; in {name}", *pieces]
                if name not in scope
                else ["(", function, ")", *pieces]
            )
        return [self.atom(wanted, depth, scope), *pieces]

    def recursion(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """A function that calls itself a few times."""
        inner = {**scope, "n": INT}
        step, last = self.expression(kind, depth, inner), self.expression(kind, depth, inner)
        more = self.random.choice(("", " x"))
        call = f"r (n - 1){more.replace('x', '(n + x)')}"
        body = ["if n < 1 then ", last, " else ", ["builtins.seq (", step, f") ({call})"] if self.chance(0.5) else call]
        return [f"let r = n:{more and ' x:'} ", *body, f"; in r {self.random.randrange(5)}{more.replace('x', '1')}"]

    def selection(self, kind: Kind, depth: int, scope: Scope) -> Code:
        name = self.random.choice(ATTRIBUTES)
        if self.chance(0.3):
            other = self.random.choice(ATTRIBUTES)
            subject = self.atom(Set(((name, Set(((other, kind),))),)), depth, scope)
            return [
                subject,
                ".",
                self.attribute_text(name, depth, scope),
                ".",
                self.attribute_text(other, depth, scope),
            ]
        return [self.atom(Set(((name, kind),)), depth, scope), ".", self.attribute_text(name, depth, scope)]

    def selection_or(self, kind: Kind, depth: int, scope: Scope) -> Code:
        path: list[Code] = []
        for _ in range(self.random.choice((1, 1, 2, 3))):
            path += ".", self.attribute_text(self.random.choice(ATTRIBUTES), depth, scope)
        subject = self.atom(SetOf(kind) if self.chance(0.8) else self.kind(), depth, scope)
        return [subject, *path, " or ", self.atom(kind, depth, scope)]

    def from_list(self, kind: Kind, depth: int, scope: Scope) -> Code:
        function = self.random.choice(("builtins.head ", "builtins.elemAt ", "builtins.foldl' (x: y: y) null "))
        elements = self.atom(List(kind), depth, scope)
        return [function, elements, " 0" if "elemAt" in function else ""]

    def caught(self, kind: Kind, depth: int, scope: Scope) -> Code:
        inner = self.atom(kind, depth, scope)
        other = self.expression(kind, depth, scope)
        return ["(r: if r.success then r.value else ", other, ") (builtins.tryEval ", inner, ")"]

    def raised(self, kind: Kind, depth: int, scope: Scope) -> Code:
        if self.chance(0.5):
            return self.expression(kind, depth, scope)
        return self.random.choice(samples.FAILURES)

    def traced(self, kind: Kind, depth: int, scope: Scope) -> Code:
        return [f'builtins.trace "t{self.random.randrange(9)}" ', self.atom(kind, depth, scope)]

    def fixed_point(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """A set that is made from itself, and perhaps extended."""
        self_ = {**scope, "self": Set((("a", kind), ("b", INT)))}
        first = self.expression(kind, depth, scope)
        attribute = self.random.choice(("a", "a", "c", "c"))
        base: Code = [
            "self: { a = ",
            first,
            "; b = ",
            self.expression(INT, depth - 1, scope),
            "; c = ",
            self.expression(kind, depth - 1, self_),
            "; }",
        ]
        if self.chance(0.5):
            layer: Code = [
                "self: super: { ",
                self.random.choice("abc"),
                " = ",
                self.expression(kind, depth - 1, {**self_, "super": self_["self"]}),
                "; }",
            ]
            return [
                "let fix = f: let x = f x; in x; extend = f: o: self: let super = f self; in super // o self super; in (fix (extend (",
                base,
                ") (",
                layer,
                f"))).{attribute}",
            ]
        return ["let fix = f: let x = f x; in x; in (fix (", base, f")).{attribute}"]

    def row(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """Operators without parentheses, whatever comes out."""
        if self.chance(0.5):
            return self.expression(kind, depth, scope)
        atoms = [name for name in scope if name.isalpha()]
        atoms += [
            "1",
            "2",
            "2.5",
            '"s"',
            "[ 1 ]",
            "{ a = 1; }",
            "true",
            "false",
            "null",
            "(x: x)",
            "./a",
            "{ a.b = 2; }",
            "[ ]",
            "x: x",
            "if true then 1 else 2",
        ]
        return ["(", texts.operators(self.random, atoms), ")"]

    def by_arguments(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """A function called with those of some arguments that it takes."""
        names = sorted(self.random.sample("abcxyz", self.random.randint(1, 3)), key=lambda name: _order((name, INT)))
        inner: Scope = {**scope, **dict.fromkeys(names, INT), "args": SetOf(INT)}
        formals: list[Code] = []
        for name in names:
            default = [
                self.random.choice((" ? 1", f" ? {self.random.choice(names)}", " ? args.a or 2", ' ? throw "d"', ""))
            ]
            formals += [name, *default], ", "
        rest = self.random.choice(("...", "")) or (formals.pop() and "")
        at = self.random.choice(("args@", ""))
        body = self.expression(
            kind, depth, inner if at else {name: one for name, one in inner.items() if name != "args"}
        )
        given = self.atom(SetOf(INT), depth - 1, scope)
        function: Code = [at, "{ ", *formals, rest, " }: ", body]
        if self.chance(0.5):
            return ["let f = ", function, "; in f (builtins.intersectAttrs (builtins.functionArgs f) ", given, ")"]
        return ["(", function, ") ", given]

    def deep_path(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """An attribute that is defined by a path, selected or asked for by one; other definitions meet it."""
        path = [self.random.choice(ATTRIBUTES[:8]) for _ in range(self.random.randint(2, 4))]
        written = ".".join(map(attribute, path))
        other = ".".join(
            map(attribute, [*path[: self.random.randrange(len(path))], self.random.choice(ATTRIBUTES[:6])])
        )
        more: Code = []
        if self.chance(0.6):
            value = self.random.choice(("1", "{ }", "{ m = 1; }", "rec { m = n; n = 2; }", "[ ]", "{ inherit (w) m; }"))
            more = [other, " = ", value, "; "]
        definition: Code = [written, " = ", self.expression(kind, depth, scope), "; "]
        whole: Code = [
            self.random.choice(("{ ", "{ ", "rec { ")),
            *([more, definition] if self.chance(0.5) else [definition, more]),
            "}",
        ]
        if self.chance(0.2):
            return ["let w = { m = 3; }; s = ", whole, f"; in s.{written} or ", self.atom(kind, depth - 1, scope)]
        if self.chance(0.2):
            return ["let w = { m = 3; }; in builtins.seq (", whole, f" ? {other}) (", whole, f").{written}"]
        return ["let w = { m = 3; }; in ", whole, f".{written}"]

    def computed_builtin(self, kind: Kind, depth: int, scope: Scope) -> Code:
        """A builtin by a name that is an expression, or a constant among the builtins."""
        if self.chance(0.6):
            return self.expression(kind, depth, scope)
        if self.chance(0.4):
            return self.random.choice(samples.CONSTANTS)
        name, arguments, _ = self.random.choice(BUILTINS)
        meaning = {letter: self.kind() for letter in sorted(set().union(*map(letters, arguments)))}
        pieces: list[Code] = []
        for one in arguments:
            pieces += " ", self.atom(fill(one, meaning), depth - 1, scope)
        return [f'builtins.${{"{name}"}}', *pieces]

    # -- operators and builtins

    def computed(self, kind: Kind, depth: int, scope: Scope) -> Code | None:
        """A call of a builtin, or an operator, that gives the kind; None where none does."""
        if kind == BOOL and self.chance(0.25):
            return self.question(depth - 1, scope)
        if kind in (INT, FLOAT, BOOL) and self.chance(0.08):
            return ["!" if kind == BOOL else "-", self.atom(kind, depth - 1, scope)]
        is_operator = self.chance(0.45)
        fitting = []
        for name, arguments, result in OPERATORS if is_operator else BUILTINS:
            meaning: dict[str, Kind] = {}
            # What can give anything is not what is looked for, but for now and then.
            if match(result, kind, meaning) and (not isinstance(result, Any) or self.chance(0.3)):
                fitting.append((name, arguments, meaning))
        if not fitting:
            return None
        name, arguments, meaning = self.random.choice(fitting)
        for letter in sorted(set().union(*map(letters, arguments)) - meaning.keys()):
            meaning[letter] = self.kind()
        kinds = [fill(argument, meaning) for argument in arguments]
        if is_operator:
            left, right = (self.atom(one, depth - 1, scope) for one in kinds)
            return [left, f" {name} ", right]
        return self.call(name, kinds, depth, scope)

    def call(self, name: str, kinds: list[Kind], depth: int, scope: Scope) -> Code:
        spelled = name if name in GLOBAL_NAMES and self.chance(0.7) else f"builtins.{name}"
        if self.chance(0.03):
            spelled = f"(with builtins; {name})" if name not in scope else spelled
        if self.chance(0.02):
            kinds = kinds[:-1] or kinds
        pieces: list[Code] = []
        for kind in kinds:
            # What a list or function is asked for deserves to be more than a leaf.
            pieces += " ", self.atom(kind, max(depth - 1, 1 if isinstance(kind, Function) else 0), scope)
        if self.chance(0.04) and len(kinds) > 1:
            # The last arguments through a variable: the builtin as a first-class value.
            return ["(g: g", *pieces[2:], ") (", spelled, *pieces[:2], ")"] if "g" not in scope else [spelled, *pieces]
        return [spelled, *pieces]

    def question(self, depth: int, scope: Scope) -> Code:
        path: list[Code] = [self.attribute_text(self.random.choice(ATTRIBUTES), depth, scope)]
        while self.chance(0.3):
            path += ".", self.attribute_text(self.random.choice(ATTRIBUTES), depth, scope)
        return [self.atom(SetOf(self.kind()) if self.chance(0.8) else self.kind(), depth, scope), " ? ", *path]


def _order(field: tuple[str, Kind]) -> tuple[int, str]:
    name, _ = field
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def attribute(name: str) -> str:
    """An attribute name as it is written."""
    bare = name.replace("'", "a").isalnum() and name.isascii() and not name[0].isdigit()
    return name if bare else f'"{name}"'


def _is_bracketed(text: str) -> bool:
    """Whether a text that begins and ends with brackets is one pair of them, strings left aside; if in doubt, not."""
    if text[0] == '"':
        return '"' not in text[1:-1] and "${" not in text
    depth = 0
    if '"' in text or "''" in text:
        return False
    for at, character in enumerate(text):
        depth += (character in "[{(") - (character in "]})")
        if depth == 0:
            return at == len(text) - 1
    return False
