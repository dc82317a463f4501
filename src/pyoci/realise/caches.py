"""Binary caches: which of them has a path, and whether to believe it.

Specification: Nix manual, "Binary cache store", nix.conf `substituters`, `trusted-public-keys`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from pyoci.realise import narinfo
from pyoci.realise.narinfo import BadNarInfo, NarInfo, PublicKeys
from pyoci.realise.transport import Patience, TransferError, Transport, transport_for
from pyoci.runtime.errors import StoreError
from pyoci.store import paths

DEFAULT_CACHE: Final = "https://cache.nixos.org"
DEFAULT_KEY: Final = "cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY="
_MAX_INFO: Final = 1 << 20


class BinaryCache:
    """One cache. It counts as down after it could not be reached, and is then asked no more."""

    def __init__(
        self, url: str, patience: Patience, connections: int, store_dir: str = paths.STORE_DIR, *, among: int = 1
    ) -> None:
        """`among` is how many processes ask it at once. Raises StoreError for a URL that is none of a cache."""
        self.url = url
        self.patience = patience
        self.transport: Transport = transport_for(url, patience, connections, among)
        self.trouble: str | None = None
        """Why the cache is not asked."""
        self._store_dir = store_dir
        self._greeted = False
        self._lock = Lock()

    def describe(self, path: str) -> NarInfo | None:
        """What the cache says of a path; None where it has none, or is down.

        Raises BadNarInfo."""
        self._greet()
        if self.trouble is not None:
            return None
        hash_part, _ = paths.parse(path, self._store_dir)
        try:
            data = self.transport.read(f"{hash_part}.narinfo", _MAX_INFO)
        except TransferError as error:
            self.trouble = error.message
            return None
        if data is None:
            return None
        return narinfo.parse(data.decode("utf-8", "replace"), path)

    def _greet(self) -> None:
        """See whether the cache is one of this store, when it is first asked."""
        with self._lock:
            if self._greeted:
                return
            self._greeted = True
            try:
                data = self.transport.read("nix-cache-info", _MAX_INFO)
            except StoreError as error:
                self.trouble = error.message
                return
        if data is None:
            self.trouble = f"'{self.url}' is no binary cache: it has no nix-cache-info"
            return
        for line in data.decode("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name == "StoreDir" and value.strip() != self._store_dir:
                self.trouble = f"'{self.url}' is a cache of '{value.strip()}', not of '{self._store_dir}'"


@dataclass(frozen=True, slots=True)
class Offer:
    """A path that a cache has, and may be believed about."""

    cache: BinaryCache
    info: NarInfo
    key: str
    """The key that signed it, as `NAME:BASE64`; empty where signatures are not looked at."""


class Caches:
    """Several caches in the order in which they are asked."""

    def __init__(self, caches: Sequence[BinaryCache], keys: Iterable[str], *, check_signatures: bool = True) -> None:
        """Raises StoreError for a key that is none."""
        self.caches = caches
        self._keys = PublicKeys(keys)
        self._check = check_signatures

    @property
    def trusted(self) -> frozenset[str] | None:
        """The keys that a path must have been trusted by; None: none is needed."""
        return self._keys.texts if self._check else None

    def offers(self, path: str) -> tuple[list[Offer], list[str]]:
        """The caches that have a path; and why others are not believed or could not be asked."""
        offers: list[Offer] = []
        troubles: list[str] = []
        for cache in self.caches:
            try:
                info = cache.describe(path)
            except BadNarInfo as error:
                troubles.append(f"{cache.url}: {error.message}")
                continue
            if info is None:
                if cache.trouble is not None:
                    troubles.append(cache.trouble)
                continue
            key = self._keys.signer(info) if self._check else ""
            if key is None:
                troubles.append(f"'{path}' in {cache.url} is signed by {_signers(info)}, and not by a trusted key")
            else:
                offers.append(Offer(cache, info, key))
        return offers, troubles


def _signers(info: NarInfo) -> str:
    names = sorted({signature.partition(":")[0] for signature in info.signatures})
    return ", ".join(names) or "nobody"
