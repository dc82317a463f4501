"""The text of `.drv` files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyoci.runtime.errors import NixError
from pyoci.store import aterm

TEXT = (
    b'Derive([("dev","/nix/store/5j3hrv8qyhxh2d2mbjz0il8xnw9maskr-m-dev","",""),'
    b'("out","/nix/store/9kd9g9ji74c5i5k5jjyblwnhpjzxs3z7-m","","")],'
    b'[("/nix/store/a.drv",["dev","out"]),("/nix/store/b.drv",["out"])],["/nix/store/s","/nix/store/t"],'
    b'"x86_64-linux","/bin/sh",["-c","echo \\"hi\\" \\\\ \\n\\t\\r"],'
    b'[("","empty"),("a,b)]","([{"),("n","\xc3\xbc\xff")])'
)


def render(parsed: aterm.Parsed) -> bytes:
    outputs, inputs, sources, system, builder, arguments, environment = parsed
    return aterm.render(outputs, inputs, sources, system, aterm.render_body(builder, arguments, environment))


def test_parts() -> None:
    outputs, inputs, sources, system, builder, arguments, environment = aterm.parse(TEXT)
    assert list(outputs) == ["dev", "out"]
    assert outputs["out"] == ("/nix/store/9kd9g9ji74c5i5k5jjyblwnhpjzxs3z7-m", "", "")
    assert inputs == {"/nix/store/a.drv": ("dev", "out"), "/nix/store/b.drv": ("out",)}
    assert sources == ("/nix/store/s", "/nix/store/t")
    assert (system, builder) == ("x86_64-linux", "/bin/sh")
    assert arguments == ("-c", 'echo "hi" \\ \n\t\r')
    assert environment == {"": "empty", "a,b)]": "([{", "n": "ü\udcff"}


def test_what_was_parsed_is_written_as_it_was() -> None:
    assert render(aterm.parse(TEXT)) == TEXT
    empty = b'Derive([],[],[],"","",[],[])'
    assert render(aterm.parse(empty)) == empty


STRINGS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(STRINGS, st.lists(STRINGS), st.dictionaries(STRINGS, STRINGS))
def test_any_strings(builder: str, arguments: list[str], environment: dict[str, str]) -> None:
    body = aterm.render_body(builder, arguments, environment)
    parsed = aterm.parse(aterm.render({"out": ("/x", "", "")}, {}, [], "s", body))
    assert parsed[4:] == (builder, tuple(arguments), environment)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "expected string 'Derive('"),
        (b"Derive", "expected string 'Derive('"),
        (b'DrvWithVersion("xp-dyn-drv",[', "derivations that depend on dynamic derivations are not supported"),
        (b"Derive()", "not a well-formed derivation"),
        (TEXT + b" ", "not a well-formed derivation"),
        (TEXT[:-1], "not a well-formed derivation"),
        (TEXT.replace(b'"echo', b"echo"), "not a well-formed derivation"),
        (TEXT.replace(b'["out"])', b"[out])"), "not a well-formed derivation"),
        (TEXT.replace(b"empty", b"em\0ty"), "not a well-formed derivation"),
        (TEXT.replace(b'"empty"', b'"empty\\"'), "not a well-formed derivation"),
        (b'Derive([("out"' + b'"x",' * 100_000, "not a well-formed derivation"),
        (b'Derive([],[],["' + b"\\" * 1_000_001, "not a well-formed derivation"),
    ],
)
def test_what_is_no_derivation(text: bytes, message: str) -> None:
    with pytest.raises(NixError) as caught:
        aterm.parse(text)
    assert caught.value.message == message
