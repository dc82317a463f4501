"""Values as XML."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from pyoci.runtime import host
from pyoci.runtime.errors import Position, Thrown
from pyoci.runtime.primops import curry
from pyoci.runtime.printing.xml import Places, to_xml, write_xml
from pyoci.runtime.thunks import delay
from pyoci.runtime.values import NO_CONTEXT, Value, make_string


def with_formals(x: Value) -> Value:
    "b a? ..."
    return x


def closed(x: Value) -> Value:
    ""
    return x


class NamingHost:
    """Knows the names of parameters."""

    def parameter_name(self, code: object, given: int) -> str | None:
        return "args" if code is closed.__code__ else "x'" if code is identity.__code__ else None


def identity(x: Value) -> Value:
    return x


@pytest.fixture(autouse=True)
def _host() -> Iterator[None]:
    host.enter(NamingHost())  # type: ignore[arg-type]
    yield
    host.leave()


def document(*lines: str) -> str:
    return "\n".join(
        ["<?xml version='1.0' encoding='utf-8'?>", "<expr>", *("  " + line for line in lines), "</expr>", ""]
    )


def test_values() -> None:
    value = (1, 1.5, "a\n\t<>&'\"", b"/a", None, True, {"b": {}, "a": delay(str, 1)}, ())
    assert to_xml(value) == (
        document(
            "<list>",
            '  <int value="1" />',
            '  <float value="1.5" />',
            '  <string value="a&#xA;\t&lt;&gt;&amp;\'&quot;" />',
            '  <path value="/a" />',
            "  <null />",
            '  <bool value="true" />',
            "  <attrs>",
            '    <attr name="a">',
            '      <string value="1" />',
            "    </attr>",
            '    <attr name="b">',
            "      <attrs>",
            "      </attrs>",
            "    </attr>",
            "  </attrs>",
            "  <list>",
            "  </list>",
            "</list>",
        ),
        NO_CONTEXT,
    )


def test_functions() -> None:
    primop = curry(identity, (True,))  # type: ignore[arg-type]
    assert to_xml((identity, with_formals, closed, primop))[0] == document(
        "<list>",
        "  <function>",
        '    <varpat name="x\'" />',
        "  </function>",
        "  <function>",
        '    <attrspat ellipsis="1">',
        '      <attr name="a" />',
        '      <attr name="b" />',
        "    </attrspat>",
        "  </function>",
        "  <function>",
        '    <attrspat name="args">',
        "    </attrspat>",
        "  </function>",
        "  <unevaluated />",
        "</list>",
    )


def test_a_derivation_is_written_out_once() -> None:
    context = frozenset(("/nix/store/x",))
    derivation = {"type": "derivation", "drvPath": make_string("/d", context), "outPath": "/o"}
    nameless = {"type": "derivation"}
    text, found = to_xml((derivation, dict(derivation), nameless))
    assert found == context
    assert text == document(
        "<list>",
        '  <derivation drvPath="/d" outPath="/o">',
        '    <attr name="drvPath">',
        '      <string value="/d" />',
        "    </attr>",
        '    <attr name="outPath">',
        '      <string value="/o" />',
        "    </attr>",
        '    <attr name="type">',
        '      <string value="derivation" />',
        "    </attr>",
        "  </derivation>",
        '  <derivation drvPath="/d" outPath="/o">',
        "    <repeated />",
        "  </derivation>",
        "  <derivation>",
        "    <repeated />",
        "  </derivation>",
        "</list>",
    )


def test_places_and_what_was_not_evaluated() -> None:
    places = Places(
        of_attribute=lambda value, name: Position("/a.nix", 3, 5) if name == "a" else None,
        of_function=lambda function: Position("/b.nix", 1, 2),
    )
    assert to_xml({"a": identity, "b": delay(str, 1)}, strict=False, places=places)[0] == document(
        "<attrs>",
        '  <attr column="5" line="3" name="a" path="/a.nix">',
        '    <function column="2" line="1" path="/b.nix">',
        '      <varpat name="x\'" />',
        "    </function>",
        "  </attr>",
        '  <attr name="b">',
        "    <unevaluated />",
        "  </attr>",
        "</attrs>",
    )


@pytest.fixture
def _deep_stack() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("_deep_stack")
def test_deep_values() -> None:
    value: Value = ()
    for _ in range(3_000):
        value = (value,)
    assert to_xml(value)[0].count("<list>") == 3_001


def test_a_document_ends_where_evaluating_fails() -> None:
    pieces: list[str] = []
    with pytest.raises(Thrown):
        write_xml({"a": 1, "b": delay(_fail, 1), "c": 2}, pieces.append, strict=True)
    assert "".join(pieces) == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        "<expr>\n"
        "  <attrs>\n"
        '    <attr name="a">\n'
        '      <int value="1" />\n'
        "    </attr>\n"
        '    <attr name="b">\n'
        "    </attr>\n"
        "  </attrs>\n"
        "</expr>\n"
    )


def _fail(_: object) -> Value:
    raise Thrown("x")
