"""Thunk bodies that files share.

Most thunks of nixpkgs have one of a few shapes: `x.a`, `f a b`, `callPackage ./x { }` under a `with`. A function of its
own for each would be most of what a file's code consists of (all-packages.nix: 14,000 attributes), so these stand in
the runtime, and what differs is captured. Their last captured value is the place of the expression: the number of its
file and its offset there. It is read from the frame when there is an error. (Each file could have copies of its own
that carry its name; but CPython only makes functions fast that run often, and making the copies took 6 % of a run.)
"""

from __future__ import annotations

from zlib import crc32

from pyoci.runtime.calls import call, call2
from pyoci.runtime.thunks import Thunk, force_thunk
from pyoci.runtime.values import Lazy, Value
from pyoci.runtime.withs import WithTable, with_lookup

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, TypeAlias

    Row: TypeAlias = tuple[Any, ...]


PLACE_BITS: Final = 32
"""A place is an offset of so many bits, and above them the number of the file."""


def file_number(file_name: str) -> int:
    """The number of a file in places. Two files of a run may have the same, if hardly ever."""
    return crc32(file_name.encode("utf-8", "surrogatepass"))


# ruff: noqa: RUF059 - `place` is read from the frame when there is an error


def _select(thunk: Thunk) -> Value:
    """`subject.name`: [SEL, subject, name, place]"""
    _, subject, name, place = thunk
    if subject.__class__ is list:
        subject = force_thunk(subject)
    value = subject[name]
    return force_thunk(value) if value.__class__ is list else value


def _select_path(thunk: Thunk) -> Value:
    """`subject.a.b`: [SELPATH, subject, names parted by spaces, place]"""
    _, subject, names, place = thunk
    if subject.__class__ is list:
        subject = force_thunk(subject)
    for name in names.split():
        subject = subject[name]
        if subject.__class__ is list:
            subject = force_thunk(subject)
    return subject


def _with_variable(thunk: Thunk) -> Value:
    """`name` under one `with`: [WVAR, subject, name, place]"""
    _, subject, name, place = thunk
    if subject.__class__ is list:
        subject = force_thunk(subject)
    value = _found(subject, name)
    return force_thunk(value) if value.__class__ is list else value


def _with_select(thunk: Thunk) -> Value:
    """`variable.a.b` under one `with`: [WSEL, subject, variable, names parted by spaces, place]"""
    _, subject, variable, names, place = thunk
    if subject.__class__ is list:
        subject = force_thunk(subject)
    subject = _found(subject, variable)
    if subject.__class__ is list:
        subject = force_thunk(subject)
    for name in names.split():
        subject = subject[name]
        if subject.__class__ is list:
            subject = force_thunk(subject)
    return subject


def _found(subject: Value, name: str) -> Lazy:
    if subject.__class__ is WithTable or (subject.__class__ is dict and name in subject):
        return subject[name]
    return with_lookup(name, subject)


def _apply(thunk: Thunk) -> Value:
    """`function a`: [APP, function, a, place]"""
    _, function, first, place = thunk
    if function.__class__ is list:
        function = force_thunk(function)
    return call(function, first)


def _apply2(thunk: Thunk) -> Value:
    """`function a b`: [APP2, function, a, b, place]"""
    _, function, first, second, place = thunk
    if function.__class__ is list:
        function = force_thunk(function)
    return call2(function, first, second)


def _with_apply(thunk: Thunk) -> Value:
    """`name a` under one `with`: [WAPP, subject, name, a, place]"""
    _, subject, name, first, place = thunk
    if subject.__class__ is list:
        subject = force_thunk(subject)
    function = _found(subject, name)
    if function.__class__ is list:
        function = force_thunk(function)
    return call(function, first)


def _with_apply2(thunk: Thunk) -> Value:
    """`name a b` under one `with`: [WAPP2, subject, name, a, b, place]"""
    _, subject, name, first, second, place = thunk
    if subject.__class__ is list:
        subject = force_thunk(subject)
    function = _found(subject, name)
    if function.__class__ is list:
        function = force_thunk(function)
    return call2(function, first, second)


def _ready(thunk: Thunk) -> Value:
    """A set or list literal that has been put together already: [READY, value]

    It is a thunk only to those who print values without forcing what is in them."""
    return thunk[1]


SHAPES: Final[dict[str, Any]] = {
    "READY": _ready,
    "SEL": _select,
    "SELPATH": _select_path,
    "WVAR": _with_variable,
    "WSEL": _with_select,
    "APP": _apply,
    "APP2": _apply2,
    "WAPP": _with_apply,
    "WAPP2": _with_apply2,
}
"""By the name that generated code has for it."""

SHAPE_CODES: Final = frozenset(shape.__code__ for shape in SHAPES.values())
"""Frames with these codes belong to a Nix expression, as those of generated code do."""


def row_sets(scope: dict[str, Any], written: Callable[[str], Row], load: Callable[[str, str], Any]) -> Any:
    """What makes very large set literals, for the module with these globals.

    The attributes of such a set (all-packages.nix has 11,510, and a bootstrap makes the set a dozen times) are rows of
    constants; a thunk is `[force_row, row]`, where `force_row` knows the variables that the whole set captures. That
    makes each thunk smaller and the set five times faster to build; what is forced is put together first. `written`
    gives the row of a thunk for which there was only a section when the set was made, and `load` a function that is not
    among the globals yet. Attributes without a row are given as they are."""
    templates: dict[int, dict[str, Row | None]] = {}

    def make(keys: list[str], captured: tuple[Lazy, ...], rows: list[Row | None], *others: Lazy) -> dict[str, Lazy]:
        def force_row(thunk: Thunk) -> Value:
            row = thunk[1]
            if len(row) == 1:
                row = written(row[0])
            whole: Thunk = [None]
            for part in row[1:]:
                if part.__class__ is tuple:
                    whole.append(captured[part[0]] if part else {})
                else:
                    whole.append(part)
            name = row[0]
            body = SHAPES.get(name) or scope.get(name) or load(name, name)
            return body(whole)

        template = templates.get(id(rows))
        if template is None:
            template = templates[id(rows)] = dict(zip(keys, rows, strict=True))
        # A copy has the size that it needs from the start, which halves the time.
        result: dict[str, Lazy] = template.copy()
        for key, row in template.items():
            result[key] = [force_row, row]
        if others:
            without = [key for key, row in template.items() if row is None]
            result.update(zip(without, others, strict=True))
        return result

    return make
