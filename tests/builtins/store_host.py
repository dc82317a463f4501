"""A host for builtins that need a store, without an evaluator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyoci.runtime import host as host_module
from pyoci.runtime.values import Context
from pyoci.store.local import LocalStore
from pyoci.store.registry import DerivationRegistry


class StoreHost:
    """As much of `runtime.host.Host` as derivations, sources and fetchers use."""

    def __init__(self, root: Path | None = None, features: tuple[str, ...] = ()) -> None:
        target = LocalStore(root, writable=True) if root is not None else None
        self.store = DerivationRegistry(target=target)
        self.store_dir = self.store.store_dir
        self.system = "x86_64-linux"
        self.pure = False
        self.abort_on_warn = False
        self.experimental_features = frozenset(features)
        self.messages: list[str] = []

    def copy_to_store(self, path: bytes) -> str:
        return self.store.copy_to_store(path)

    def realise(self, context: Context) -> None:
        self.store.realise(context)

    def admit(self, path: bytes) -> None:
        return None

    def admit_uri(self, uri: str) -> None:
        return None

    def trace(self, message: str) -> None:
        self.messages.append(message)

    def attribute_position(self, key: str) -> None:
        return None


@contextmanager
def evaluating(root: Path | None = None, features: tuple[str, ...] = ()) -> Iterator[Any]:
    """Run builtins on a fresh store; `root` is where it is written, if anywhere."""
    host: Any = StoreHost(root, features)
    host_module.enter(host)
    try:
        yield host
    finally:
        host_module.leave()
