"""BLAKE3, by the published test vectors (input bytes count up from 0 to 250 and begin again)."""

from __future__ import annotations

import pytest

from pyoci.store.blake3 import blake3


@pytest.mark.parametrize(
    ("length", "digest"),
    [
        (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
        (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
        (2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"),
    ],
)
def test_vectors(length: int, digest: str) -> None:
    assert blake3(bytes(number % 251 for number in range(length))).hex() == digest
