"""The tree of a Nix expression.

Every node has `start` and `end`, character offsets into the text (end exclusive); `source.Source` turns them into
lines and columns. The parser has already merged nested attribute definitions (`a.b = 1; a.c = 2;`), stripped the
indentation of `''` strings, undone escapes and desugared `let { body = …; }`; names are not yet resolved.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, TypeAlias


class Node:
    """Base of all nodes."""

    __slots__ = ("end", "start")
    fields: tuple[str, ...] = ()

    start: int
    end: int

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({inner})"


class Literal(Node):
    """An integer, a float or a string without interpolation: `value` is int, float or str."""

    __slots__ = ("value",)
    fields = ("value",)

    def __init__(self, value: int | float | str, start: int, end: int) -> None:
        self.value = value
        self.start = start
        self.end = end


class Interpolation(Node):
    """A string with `${…}`: `parts` are `str` (text, unescaped) and nodes, in order."""

    __slots__ = ("parts",)
    fields = ("parts",)

    def __init__(self, parts: list[str | Node], start: int, end: int) -> None:
        self.parts = parts
        self.start = start
        self.end = end


class PathLiteral(Node):
    """A path: `./x`, `../x`, `/x` or `~/x`. `parts` as written: the first a str, then nodes and str where the path
    has `${…}`."""

    __slots__ = ("parts",)
    fields = ("parts",)

    def __init__(self, parts: list[str | Node], start: int, end: int) -> None:
        self.parts = parts
        self.start = start
        self.end = end


class SearchPath(Node):
    """`<name>`."""

    __slots__ = ("name",)
    fields = ("name",)

    def __init__(self, name: str, start: int, end: int) -> None:
        self.name = name
        self.start = start
        self.end = end


class Variable(Node):
    """A name in an expression."""

    __slots__ = ("name",)
    fields = ("name",)

    def __init__(self, name: str, start: int, end: int) -> None:
        self.name = name
        self.start = start
        self.end = end


class CurrentPosition(Node):
    """`__curPos`: the place where it is written."""

    __slots__ = ()

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class Name(Node):
    """One component of an attribute path: `name` is a str where it is known from the text (`a`, `"a"`, `${"a"}`),
    else a node that gives it (`${e}`, `"a${e}"`)."""

    __slots__ = ("name",)
    fields = ("name",)

    def __init__(self, name: str | Node, start: int, end: int) -> None:
        self.name = name
        self.start = start
        self.end = end


class Select(Node):
    """`subject.path` or `subject.path or default`."""

    __slots__ = ("default", "path", "subject")
    fields = ("subject", "path", "default")

    def __init__(self, subject: Node, path: list[Name], default: Node | None, start: int, end: int) -> None:
        self.subject = subject
        self.path = path
        self.default = default
        self.start = start
        self.end = end


class HasAttr(Node):
    """`subject ? path`."""

    __slots__ = ("path", "subject")
    fields = ("subject", "path")

    def __init__(self, subject: Node, path: list[Name], start: int, end: int) -> None:
        self.subject = subject
        self.path = path
        self.start = start
        self.end = end


class Apply(Node):
    """`function argument argument…`: `f a b` is one node with two arguments."""

    __slots__ = ("arguments", "function")
    fields = ("function", "arguments")

    def __init__(self, function: Node, arguments: list[Node], start: int, end: int) -> None:
        self.function = function
        self.arguments = arguments
        self.start = start
        self.end = end


class Formal(Node):
    """One name of `{ name, name ? default }`."""

    __slots__ = ("default", "name")
    fields = ("name", "default")

    def __init__(self, name: str, default: Node | None, start: int, end: int) -> None:
        self.name = name
        self.default = default
        self.start = start
        self.end = end


class Lambda(Node):
    """`parameter: body`, `{ formals }: body`, `{ formals }@parameter: body`.

    `parameter` is None without a name for the whole argument, `formals` None without a set pattern; `ellipsis` tells
    whether the pattern ends in `...`. `parameter_at` are the offsets of the parameter's name, or None."""

    __slots__ = ("body", "ellipsis", "formals", "parameter", "parameter_at")
    fields = ("parameter", "formals", "ellipsis", "body")

    def __init__(
        self,
        parameter: str | None,
        formals: list[Formal] | None,
        ellipsis: bool,
        body: Node,
        start: int,
        end: int,
        parameter_at: tuple[int, int] | None = None,
    ) -> None:
        self.parameter = parameter
        self.formals = formals
        self.ellipsis = ellipsis
        self.body = body
        self.start = start
        self.end = end
        self.parameter_at = parameter_at


class Attribute(Node):
    """One attribute of a set or a let, after merging. `start`/`end` are those of its name where it was first defined.

    `source` tells where `value` is evaluated: None, an ordinary definition (inside the set if that is recursive);
    OUTER, `inherit name`: value is a Variable of the surrounding scope; a number n, `inherit (e) name`: value is the
    Variable `name` and is selected from `inherit_from[n]` of the set."""

    __slots__ = ("source", "value")
    fields = ("source", "value")

    def __init__(self, value: Node, source: int | None, start: int, end: int) -> None:
        self.value = value
        self.source = source
        self.start = start
        self.end = end


OUTER = -1
"""`Attribute.source` of `inherit name`."""


class DynamicAttribute(Node):
    """`${e} = value` or `"a${e}" = value`; `name` is the node that gives the name (a null name drops it)."""

    __slots__ = ("name", "value")
    fields = ("name", "value")

    def __init__(self, name: Node, value: Node, start: int, end: int) -> None:
        self.name = name
        self.value = value
        self.start = start
        self.end = end


class AttrSet(Node):
    """`{ … }` or `rec { … }`."""

    __slots__ = ("attributes", "dynamic", "inherit_from", "recursive")
    fields = ("recursive", "attributes", "inherit_from", "dynamic")

    def __init__(
        self,
        recursive: bool,
        attributes: dict[str, Attribute],
        inherit_from: list[Node],
        dynamic: list[DynamicAttribute],
        start: int,
        end: int,
    ) -> None:
        self.recursive = recursive
        self.attributes = attributes
        self.inherit_from = inherit_from
        self.dynamic = dynamic
        self.start = start
        self.end = end


class Let(Node):
    """`let … in body`; attributes as in a recursive set."""

    __slots__ = ("attributes", "body", "inherit_from")
    fields = ("attributes", "inherit_from", "body")

    def __init__(
        self, attributes: dict[str, Attribute], inherit_from: list[Node], body: Node, start: int, end: int
    ) -> None:
        self.attributes = attributes
        self.inherit_from = inherit_from
        self.body = body
        self.start = start
        self.end = end


class With(Node):
    """`with subject; body`."""

    __slots__ = ("body", "subject")
    fields = ("subject", "body")

    def __init__(self, subject: Node, body: Node, start: int, end: int) -> None:
        self.subject = subject
        self.body = body
        self.start = start
        self.end = end


class If(Node):
    """`if condition then consequence else alternative`."""

    __slots__ = ("alternative", "condition", "consequence")
    fields = ("condition", "consequence", "alternative")

    def __init__(self, condition: Node, consequence: Node, alternative: Node, start: int, end: int) -> None:
        self.condition = condition
        self.consequence = consequence
        self.alternative = alternative
        self.start = start
        self.end = end


class Assert(Node):
    """`assert condition; body`."""

    __slots__ = ("body", "condition")
    fields = ("condition", "body")

    def __init__(self, condition: Node, body: Node, start: int, end: int) -> None:
        self.condition = condition
        self.body = body
        self.start = start
        self.end = end


class Binary(Node):
    """`left operator right`: operator is one of + - * / ++ // == != < <= > >= && || ->; `|>` and `<|` become Apply.

    `operator_at` is the offset of the operator."""

    __slots__ = ("left", "operator", "operator_at", "right")
    fields = ("operator", "left", "right")

    def __init__(self, operator: str, left: Node, right: Node, operator_at: int, start: int, end: int) -> None:
        self.operator = operator
        self.left = left
        self.right = right
        self.operator_at = operator_at
        self.start = start
        self.end = end


class Unary(Node):
    """`!operand` or `-operand`."""

    __slots__ = ("operand", "operator")
    fields = ("operator", "operand")

    def __init__(self, operator: str, operand: Node, start: int, end: int) -> None:
        self.operator = operator
        self.operand = operand
        self.start = start
        self.end = end


class ListLiteral(Node):
    """`[ … ]`."""

    __slots__ = ("items",)
    fields = ("items",)

    def __init__(self, items: list[Node], start: int, end: int) -> None:
        self.items = items
        self.start = start
        self.end = end


Tree: TypeAlias = "Any"
"""What the parser's actions pass around: nodes and partial lists of them."""
