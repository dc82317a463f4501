"""Builders' templates, filled in: what a builder of the release hands to `derivation`, for real arguments.

A template (see `learn`) is read once and turned into one small function for each attribute, so that filling it in
costs little more than the set that comes out. Where an attribute *is* an argument it passes as it is, unevaluated;
where it contains one, it is text that is put together when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pyoci.nixpkgs.index.format import MARK
from pyoci.nixpkgs.index.packages import PackageValues
from pyoci.runtime.coercion import expect_list, expect_set, interpolate
from pyoci.runtime.errors import EvalError
from pyoci.runtime.thunks import Thunk, force
from pyoci.runtime.values import Lazy, Value, make_string

_NEEDS_TREE: Final = "name a real nixpkgs: --nixpkgs TREE"

Arguments = Mapping[str, Lazy]
Fill = Callable[[Arguments], Lazy]


class Template:
    """A builder's template: the name of the mkDerivation that it is for, and its attributes."""

    def __init__(self, name: str, told: Mapping[str, Any], packages: PackageValues) -> None:
        self._name: Final = name
        self._packages: Final = packages
        self.base: Final[str] = told["base"]
        self._flags: Final[list[str]] = told.get("flags", [])
        self._settings: Final[frozenset[str]] = frozenset(told.get("settings", ()))
        self._constants: dict[str, Lazy] = {}
        self._fills: dict[str, Fill] = {}
        for name, value in told["attrs"].items():
            fill = self._fill_of(value)
            if fill is None:
                self._constants[name] = packages.told(value)
            else:
                self._fills[name] = fill

    def fill(self, arguments: Arguments) -> dict[str, Lazy]:
        """The attributes for some arguments; flags are Booleans among them."""
        if self._settings and _setting(arguments, self._flags) not in self._settings:
            raise EvalError(
                f"the package index does not know what {self._name} of nixpkgs {self._packages.index.release} makes of "
                "such arguments, if it takes them",
                hint=_NEEDS_TREE,
            )
        attributes = dict(self._constants)
        for name, fill in self._fills.items():
            value = fill(arguments)
            if value is not _ABSENT:
                attributes[name] = value
        return attributes

    def _fill_of(self, value: Any) -> Fill | None:
        """The function that fills in a value; None for a constant."""
        if isinstance(value, str):
            return _text(value, ())
        if isinstance(value, list):
            return self._list(value)
        if isinstance(value, dict):
            kind = value.get("_")
            if kind == "string":
                return _text(value["text"], value["context"])
            if kind == "flag":
                return _argument(value["name"])
            if kind == "cases":
                return self._cases(value["by"], value["cases"])
            if kind == "repeat":
                return _repeat(value)
            if kind == "set":
                return self._set(value["attrs"])
        return None

    def _fill(self, value: Any) -> Fill:
        """The function that fills in a value, a constant too."""
        return self._fill_of(value) or _constant(self._packages.told(value))

    def _list(self, values: list[Any]) -> Fill | None:
        fills = [self._fill_of(value) for value in values]
        if not any(fills):
            return None
        if len(values) == 1 and _is_list_mark(values[0]):
            return fills[0]
        elements = [self._fill(value) for value in values]
        spliced = [_is_list_mark(value) for value in values]

        def together(thunk: Thunk) -> Value:
            arguments = thunk[1]
            filled: list[Lazy] = []
            for element, is_spliced in zip(elements, spliced, strict=True):
                value = element(arguments)
                if is_spliced:
                    filled.extend(expect_list(force(value)))
                else:
                    filled.append(value)
            return tuple(filled)

        return lambda arguments: [together, arguments]

    def _set(self, told: Mapping[str, Any]) -> Fill | None:
        fills = {name: self._fill_of(value) for name, value in told.items()}
        if not any(fills.values()):
            return None
        members = {name: self._fill(value) for name, value in told.items()}
        return lambda arguments: {name: member(arguments) for name, member in members.items()}

    def _cases(self, flags: list[str], cases: Mapping[str, Any]) -> Fill:
        fills = {
            setting: self._fill_of(value) or _constant(self._packages.told(value)) for setting, value in cases.items()
        }

        def fill(arguments: Arguments) -> Lazy:
            chosen = fills.get(_setting(arguments, flags))
            return _ABSENT if chosen is None else chosen(arguments)

        return fill


_ABSENT: Final = object()
"""An attribute that the builder does not set for these flags."""


def _given(arguments: Arguments, name: str) -> Lazy:
    if name not in arguments:
        raise EvalError(f"this release's builder needs the argument '{name}'", hint=_NEEDS_TREE)
    return arguments[name]


def _setting(arguments: Arguments, flags: list[str]) -> str:
    return " ".join("true" if force(_given(arguments, flag)) else "false" for flag in flags)


def _constant(value: Lazy) -> Fill:
    return lambda _: value


def _argument(name: str) -> Fill:
    return lambda arguments: _given(arguments, name)


def _is_list_mark(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("0pyoci+") and MARK.fullmatch(value) is not None


def _text(text: str, context: Any) -> Fill | None:
    """A text with marks in it. `split` gives literal text and names in turn."""
    parts = MARK.split(text)
    if len(parts) == 1:
        return None
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return _argument(parts[1])
    literal = [make_string(part, frozenset(context) if at == 0 else frozenset()) for at, part in enumerate(parts)]
    names = {at: part for at, part in enumerate(parts) if at % 2}

    def joined(thunk: Thunk) -> Value:
        arguments = thunk[1]
        return interpolate(
            tuple(_given(arguments, names[at]) if at in names else part for at, part in enumerate(literal))
        )

    return lambda arguments: [joined, arguments]


def _repeat(value: Mapping[str, Any]) -> Fill:
    item = _text(value["item"], ())
    assert item is not None
    head, between, tail = value["head"], value["between"], value["tail"]

    def joined(thunk: Thunk) -> Value:
        parts: list[Lazy] = [head]
        for entry in expect_list(force(_given(thunk[1], "entries"))):
            if len(parts) > 1:
                parts.append(between)
            parts.append(item(expect_set(force(entry))))
        return interpolate((*parts, tail))

    return lambda arguments: [joined, arguments]
