"""Files of an evaluation that may not read all of them: Nix's pure and restricted evaluation.

What evaluation itself puts into the store may always be read; in restricted mode also what lies at the entries of the
search path, and URLs of the setting `allowed-uris`. Specification: Nix manual, settings `pure-eval`, `restrict-eval`
and `allowed-uris`.
"""

# Paths of an evaluation are bytes, which pathlib does not take.

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from pyoci.files import Files
from pyoci.runtime.errors import EvalError
from pyoci.runtime.strings import canon_path
from pyoci.runtime.values import from_bytes, to_bytes

if TYPE_CHECKING:
    from pyoci.settings import Settings
    from pyoci.store.registry import DerivationRegistry


class ConfinedFiles(Files):
    """Files of which only some may be read; `admit` raises EvalError for any other."""

    def __init__(
        self,
        store: DerivationRegistry,
        fetch: Callable[[str], str],
        warn: Callable[[str], None],
        settings: Settings,
    ) -> None:
        super().__init__(store, fetch, warn, settings.embedded)
        self._registry = store
        self._restricted = settings.files == "restricted"
        self._uris = settings.allowed_uris
        self._where = "restricted mode" if self._restricted else "pure evaluation mode (use '--impure' to override)"
        places = [place for _, place in settings.search_path if "://" not in place] if self._restricted else []
        self._allowed = [canon_path(os.path.abspath(to_bytes(place))) for place in places]

    def allow(self, path: bytes) -> None:
        """Let a path be read, and what lies below it."""
        if path not in self._allowed:
            self._allowed.append(path)

    def admit(self, path: bytes) -> None:
        """Raises EvalError where a path, or what it leads to, may not be read."""
        for one in self._ways(path):
            if not self._is_allowed(one):
                raise EvalError(f"access to absolute path '{from_bytes(one)}' is forbidden in {self._where}")

    def admit_uri(self, uri: str) -> None:
        """Raises EvalError where a URL may not be fetched."""
        if not self._restricted or any(_is_below(uri, one) for one in self._uris):
            return
        if not uri.startswith(("/", "file://")):
            raise EvalError(f"access to URI '{uri}' is forbidden in {self._where}")
        self.admit(to_bytes(uri.removeprefix("file://")))

    def _ways(self, path: bytes) -> tuple[bytes, ...]:
        """A path, and the one that it leads to where links are followed."""
        real = self.real(path)
        resolved = os.path.realpath(real)
        return (path, resolved) if real == path and resolved != path else (path,)

    def _is_allowed(self, path: bytes) -> bool:
        if path.startswith(b"<nix/") or self._registry.is_made_here(from_bytes(path)):
            return True
        # The folders above something that may be read are there too.
        return any(_within(path, one) or _within(one, path) for one in self._allowed)

    def _is_admitted(self, path: bytes) -> bool:
        return all(map(self._is_allowed, self._ways(path)))

    def contents(self, path: bytes) -> bytes:
        self.admit(path)
        return super().contents(path)

    def entries(self, path: bytes) -> dict[str, str]:
        self.admit(path)
        folder = path.rstrip(b"/") + b"/"
        found = super().entries(path).items()
        return {name: kind for name, kind in found if self._is_allowed(folder + to_bytes(name))}

    def type(self, path: bytes) -> str:
        self.admit(path)
        return super().type(path)

    def is_there(self, path: bytes) -> bool:
        return self._is_admitted(path) and super().is_there(path)

    def is_folder(self, path: bytes) -> bool:
        return self._is_admitted(path) and super().is_folder(path)

    def module(self, path: bytes) -> bytes:
        self.admit(path)
        return super().module(path)

    def find(self, search_path: list[tuple[str, str]], name: str) -> bytes:
        if not self._restricted and not search_path and not name.startswith("nix/"):
            raise EvalError(f"cannot look up '<{name}>' in {self._where}")
        return super().find(search_path, name)

    def _existing(self, place: str) -> bytes | None:
        self.admit(canon_path(os.path.abspath(to_bytes(place))))
        return super()._existing(place)


def _within(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder if folder.endswith(b"/") else folder + b"/")


def _is_below(uri: str, prefix: str) -> bool:
    """Whether a URL begins with another: up to its end, or up to a slash."""
    if not prefix or not uri.startswith(prefix):
        return False
    return prefix.endswith("/") or uri[len(prefix) : len(prefix) + 1] in ("", "/")
