"""Hashes in their forms, and what is no hash."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyoci.runtime.errors import NixError
from pyoci.store import base32, hashes
from pyoci.store.hashes import Hash

EMPTY = hashlib.sha256(b"").digest()


@given(st.sampled_from(["md5", "sha1", "sha256", "sha512"]), st.binary(max_size=20))
def test_every_form_reads_back(algorithm: str, data: bytes) -> None:
    value = hashes.hash_bytes(algorithm, data)
    assert value.digest == hashlib.new(algorithm, data).digest()
    for form in ("base16", "nix32", "base64", "sri"):
        text = value.format(form, prefix=True)
        assert hashes.parse(text) == value
        assert hashes.parse_with_format(text, algorithm) == (value, form)
        if form != "sri":
            assert hashes.parse(value.format(form), algorithm) == value


def test_base_64_is_read_leniently() -> None:
    text = base64.b64encode(EMPTY).decode()
    assert hashes.parse(f"sha256-{text.rstrip('=')}").digest == EMPTY
    assert hashes.parse(f"sha256-{text[:10]}\n{text[10:]}").digest == EMPTY
    assert hashes.parse(f"sha256-{text}=ignored").digest == EMPTY


def test_base_16_may_be_upper_case() -> None:
    assert hashes.parse(EMPTY.hex().upper(), "sha256").digest == EMPTY


@pytest.mark.parametrize(
    ("text", "algorithm", "message"),
    [
        ("zz", None, "hash 'zz' does not include a type, nor is the type otherwise known from context"),
        ("zz", "sha256", "hash 'zz' has wrong length for hash algorithm 'sha256'"),
        ("sha256:zz", "sha1", "hash 'sha256:zz' should have type 'sha1'"),
        ("sha256-AAAA", None, "invalid SRI hash 'AAAA', length 3 != expected length 32"),
        ("sha256-A*AA", None, "invalid SRI hash 'A*AA', length 0 != expected length 32"),
        ("e" * 52, "sha256", f"invalid nix32 hash '{'e' * 52}', length 0 != expected length 32"),
        ("z" * 52, "sha256", f"invalid nix32 hash '{'z' * 52}', length 33 != expected length 32"),
        ("g" * 64, "sha256", f"invalid base16 hash '{'g' * 64}', length 0 != expected length 32"),
        ("*" * 44, "sha256", f"invalid Base64 hash '{'*' * 44}', length 0 != expected length 32"),
        ("x-a", None, "unknown hash algorithm 'x', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"),
        (
            "blake3-a",
            None,
            "experimental Nix feature 'blake3-hashes' is disabled; add '--extra-experimental-features blake3-hashes' "
            "to enable it",
        ),
    ],
)
def test_what_is_no_hash(text: str, algorithm: str | None, message: str) -> None:
    with pytest.raises(NixError) as caught:
        hashes.parse(text, algorithm)
    assert caught.value.message == message


def test_sri_alone() -> None:
    assert hashes.parse_sri(Hash("sha256", EMPTY).format("sri")).digest == EMPTY
    with pytest.raises(NixError, match="hash 'abc' is not SRI"):
        hashes.parse_sri("abc")


def test_an_empty_text_is_zeros_with_a_warning() -> None:
    warnings: list[str] = []
    assert hashes.parse_allow_empty("", "sha1", warnings.append).digest == bytes(20)
    assert warnings == ["found empty hash, assuming 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA='"]
    with pytest.raises(NixError, match="empty hash requires explicit hash algorithm"):
        hashes.parse_allow_empty("", None, warnings.append)


@given(st.binary(min_size=20, max_size=64))
def test_folding(digest: bytes) -> None:
    folded = bytearray(20)
    for index, byte in enumerate(digest):
        folded[index % 20] ^= byte
    assert base32.encode_int(hashes.compress(digest), 32) == base32.encode(bytes(folded))
