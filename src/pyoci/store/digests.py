"""SHA-256 as everything in the store uses it.

`hashlib` brings OpenSSL along, whose start takes longer than evaluating a small expression: it is imported by the
first who needs a hash.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash


_make: Callable[[bytes], _Hash] | None = None


def sha256(content: bytes = b"") -> _Hash:
    """A SHA-256 object that has read `content` already."""
    global _make
    if _make is None:
        from hashlib import sha256

        _make = sha256
    return _make(content)
