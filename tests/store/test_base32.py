"""Nix's base 32."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyoci.store import base32


@given(st.binary(max_size=70))
def test_what_is_encoded_can_be_decoded(data: bytes) -> None:
    text = base32.encode(data)
    assert len(text) == base32.encoded_length(len(data))
    assert base32.decode(text) == data


def test_known_texts() -> None:
    assert base32.encode(b"") == ""
    assert base32.encode(b"\x1f") == "0z"
    assert base32.encode(sha256(b"nix-output:out").digest()) == "1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"


@pytest.mark.parametrize("text", ["e", "0o", "u0", "t", "A", "0_0", " 0", "-1", "²"])
def test_characters_outside_the_alphabet(text: str) -> None:
    with pytest.raises(ValueError, match="invalid character in Nix32"):
        base32.decode(text)


def test_bits_to_spare_make_one_byte_more() -> None:
    assert len(base32.decode("1" + "0" * 51)) == 32
    assert len(base32.decode("2" + "0" * 51)) == 33
