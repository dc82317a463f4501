"""Versions and the names of packages: compareVersions, splitVersion, parseDrvName."""

from __future__ import annotations

from functools import lru_cache

from pyoci.builtins.registry import Check, builtin
from pyoci.patterns import pattern
from pyoci.runtime.coercion import expect_plain_string
from pyoci.runtime.strings import string_less
from pyoci.runtime.values import Value

_FIRST = "while evaluating the first argument passed to builtins."
_DIGITS = frozenset("0123456789")
_COMPONENT = pattern("[0-9]+|[^0-9.-]+")
_INT_MAX = 2**31 - 1


@lru_cache(maxsize=4096)
def version_components(version: str) -> tuple[str, ...]:
    """The runs of digits, and of neither digits nor separators, in a version."""
    return tuple(_COMPONENT.findall(version))


def _number(component: str) -> int | None:
    """A component as a number; those beyond 32 bits count as words."""
    if not component or not _DIGITS.issuperset(component):
        return None
    digits = component.lstrip("0") or "0"
    number = int(digits) if len(digits) <= 10 else _INT_MAX + 1
    return number if number <= _INT_MAX else None


def _component_less(a: str, b: str) -> bool:
    """Whether component `a` is older than `b`: `pre` is older than anything, nothing is older than a number, and any
    word is older than a number."""
    number_a, number_b = _number(a), _number(b)
    if number_a is not None and number_b is not None:
        return number_a < number_b
    if a == "" and number_b is not None:
        return True
    if a == "pre" and b != "pre":
        return True
    if b == "pre":
        return False
    if number_b is not None:
        return True
    return number_a is None and string_less(a, b)


@builtin(
    "compareVersions",
    "s1 s2",
    checks=(Check("{0}.__class__ is S", lambda a: expect_plain_string(a, _FIRST + "compareVersions")),),
)
def compare_versions(a: Value, b: Value) -> Value:
    """-1, 0 or 1 as the first version is older than the second, the same, or newer."""
    expect_plain_string(a, _FIRST + "compareVersions")
    expect_plain_string(b, "while evaluating the second argument passed to builtins.compareVersions")
    if a == b:
        return 0
    components_a, components_b = version_components(a), version_components(b)
    for index in range(max(len(components_a), len(components_b))):
        component_a = components_a[index] if index < len(components_a) else ""
        component_b = components_b[index] if index < len(components_b) else ""
        if component_a == component_b:
            continue
        if _component_less(component_a, component_b):
            return -1
        if _component_less(component_b, component_a):
            return 1
    return 0


@builtin("splitVersion", "s")
def split_version(version: Value) -> Value:
    """The components of a version, as compareVersions compares them."""
    # A list of its own: the memory of `version_components` must not show in what is printed as «repeated».
    return (*version_components(expect_plain_string(version, _FIRST + "splitVersion")),)


@builtin("parseDrvName", "s")
def parse_drv_name(full_name: Value) -> Value:
    """The name and the version in the name of a package: the version starts behind the first dash that no letter
    follows."""
    text = expect_plain_string(full_name, _FIRST + "parseDrvName")
    dash = text.find("-")
    while 0 <= dash < len(text) - 1:
        following = text[dash + 1]
        if not (following.isascii() and following.isalpha()):
            return {"name": text[:dash], "version": text[dash + 1 :]}
        dash = text.find("-", dash + 1)
    return {"name": text, "version": ""}
