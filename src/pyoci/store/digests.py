"""SHA-256 as everything in the store uses it.

`hashlib` brings OpenSSL along, whose start takes longer than evaluating a small expression: it is imported by the
first who needs a hash.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from hashlib import _Hash


def sha256(content: bytes = b"") -> _Hash:
    """A SHA-256 object that has read `content` already."""
    from hashlib import sha256

    return sha256(content)
