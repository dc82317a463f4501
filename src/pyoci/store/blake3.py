"""BLAKE3, which Python's library lacks. Slow: it is for the few hashes of an expression, not for file trees.

Specification: the BLAKE3 paper, sections 2 ("BLAKE3") and 5.1.2 (the chunk and tree structure).
"""

from __future__ import annotations

from struct import pack, unpack
from typing import Final, NamedTuple

_IV: Final = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
_PERMUTATION: Final = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_QUARTERS: Final = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
_ROUNDS: Final = 7
_BLOCK: Final = 64
_CHUNK: Final = 1024
_CHUNK_START, _CHUNK_END, _PARENT, _ROOT = 1, 2, 4, 8
_MASK: Final = 0xFFFFFFFF


class _Node(NamedTuple):
    """The last compression of a chunk or of a pair of subtrees; whether it is the root is known only later."""

    chaining: tuple[int, ...]
    block: bytes
    counter: int
    flags: int

    def compressed(self, flags: int = 0) -> tuple[int, ...]:
        return _compress(self.chaining, self.block, self.counter, self.flags | flags)


def blake3(data: bytes) -> bytes:
    """The 32 bytes of the hash of some bytes."""
    return pack("<8I", *_tree(data, 0).compressed(_ROOT))


def _tree(data: bytes, counter: int) -> _Node:
    """The node over some data that begins with the chunk numbered `counter`: the left half is the greatest power of
    two of chunks that leaves something for the right."""
    if len(data) <= _CHUNK:
        return _chunk(data, counter)
    chunks = 1 << (((len(data) - 1) // _CHUNK).bit_length() - 1)
    left, right = _tree(data[: chunks * _CHUNK], counter), _tree(data[chunks * _CHUNK :], counter + chunks)
    return _Node(_IV, pack("<16I", *left.compressed(), *right.compressed()), 0, _PARENT)


def _chunk(data: bytes, counter: int) -> _Node:
    blocks = [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)] or [b""]
    chaining: tuple[int, ...] = _IV
    flags = _CHUNK_START
    for block in blocks[:-1]:
        chaining = _compress(chaining, block, counter, flags)
        flags = 0
    return _Node(chaining, blocks[-1], counter, flags | _CHUNK_END)


def _compress(chaining: tuple[int, ...], block: bytes, counter: int, flags: int) -> tuple[int, ...]:
    words = unpack("<16I", block.ljust(_BLOCK, b"\0"))
    state = [*chaining, *_IV[:4], counter & _MASK, counter >> 32, len(block), flags]
    for _ in range(_ROUNDS):
        for quarter, (first, second) in zip(_QUARTERS, zip(words[::2], words[1::2], strict=True), strict=True):
            _mix(state, *quarter, first, second)
        words = tuple(words[index] for index in _PERMUTATION)
    return tuple(state[index] ^ state[index + 8] for index in range(8))


def _mix(state: list[int], a: int, b: int, c: int, d: int, first: int, second: int) -> None:
    for word, right, left in ((first, 16, 12), (second, 8, 7)):
        state[a] = state[a] + state[b] + word & _MASK
        state[d] = _rotate(state[d] ^ state[a], right)
        state[c] = state[c] + state[d] & _MASK
        state[b] = _rotate(state[b] ^ state[c], left)


def _rotate(word: int, count: int) -> int:
    return (word >> count | word << 32 - count) & _MASK
