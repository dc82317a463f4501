"""Files as Nix expressions see them: in and outside of the store, and on the search path.

Paths are absolute, canonical `bytes`. Those below `<nix` are of the few files that come with Nix itself. Faults of the
file system are StoreErrors in Nix's words, which name what a link leads to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from stat import S_ISDIR, S_ISLNK, S_ISREG

from pyoci.runtime import reads
from pyoci.runtime.errors import NixError, StoreError, Thrown
from pyoci.runtime.strings import canon_path
from pyoci.runtime.values import from_bytes, to_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final

    from pyoci.runtime.host import Store

SearchPath = list[tuple[str, str]]
"""(prefix, place) pairs, see `Host.search_path`."""

_PACKAGE: Final = os.fsencode(os.path.dirname(os.path.abspath(__file__)))

EMBEDDED_NIXPKGS: Final = _PACKAGE + b"/nixpkgs"
"""What `<nixpkgs>` is on the embedded package set."""

_OWN: Final = b"<nix/"
"""What the paths of Nix's own files begin with; they end in `>`."""

_URLS: Final = ("http://", "https://", "file://", "channel:", "channel://", "git://", "s3://", "ssh://")
"""What a place on the search path begins with that has to be fetched."""


class Files:
    """Reads files and looks them up. `fetch` gives the folder that a URL's archive unpacks to; `warn` writes a line to
    standard error."""

    def __init__(self, store: Store, fetch: Callable[[str], str], warn: Callable[[str], None], embedded: bool) -> None:
        self._store = store
        self._fetch = fetch
        self._warn = warn
        self._embedded = embedded
        self._places: dict[str, bytes | None] = {}

    def real(self, path: bytes) -> bytes:
        """Where that which lies at a path can be read."""
        if path.startswith(_OWN):
            return _PACKAGE + b"/builtins/nix/" + path[len(_OWN) : -1]
        return self._store.real_path(path)

    def admit(self, path: bytes) -> None:
        """Raises EvalError where a path may not be read: here, all may."""

    def admit_uri(self, uri: str) -> None:
        """Raises EvalError where a URL may not be fetched: here, all may."""

    def allow(self, path: bytes) -> None:
        """Let a path be read."""

    # -- reading

    def contents(self, path: bytes) -> bytes:
        """Contents of a file."""
        place = self.real(path)
        try:
            reads.contents(place)
            with open(place, "rb", buffering=0) as file:
                return file.readall()
        except IsADirectoryError:
            size = min(os.stat(place).st_size, 65536)
            raise StoreError(f"read of {size} bytes: Is a directory") from None
        except OSError as error:
            raise self.fault(path, error) from None

    def entries(self, path: bytes) -> dict[str, str]:
        """Name to type of what is in a folder."""
        place = self.real(path)
        try:
            reads.contents(place)
            with os.scandir(place) as entries:
                return {from_bytes(entry.name): _entry_type(entry) for entry in entries}
        except NotADirectoryError as error:
            if not os.path.exists(place):
                raise self.fault(path, error) from None
            where = from_bytes(os.path.realpath(place) if place == path else path)
            raise StoreError(f'cannot read directory "{where}": {error.strerror}') from None
        except OSError as error:
            raise self.fault(path, error) from None

    def type(self, path: bytes) -> str:
        """`regular`, `directory`, `symlink` or `unknown`. No link is followed on the way."""
        place = self.real(path)
        if place == path:
            self._refuse_links(path)
        try:
            mode = reads.kind(place)
        except OSError as error:
            raise self.fault(path, error) from None
        if S_ISREG(mode):
            return "regular"
        return "directory" if S_ISDIR(mode) else "symlink" if S_ISLNK(mode) else "unknown"

    @staticmethod
    def _refuse_links(path: bytes) -> None:
        end = path.find(b"/", 1)
        while end > 0:
            if os.path.islink(path[:end]):
                raise StoreError(f"path '{from_bytes(path[:end])}' is a symlink")
            end = path.find(b"/", end + 1)

    def is_there(self, path: bytes) -> bool:
        """Whether there is something at a path, be it a link that leads nowhere."""
        place = self.real(path)
        return reads.is_there(place) or self._is_lost(path, os.path.dirname(place))

    def is_folder(self, path: bytes) -> bool:
        """Whether a path leads to a folder, links followed."""
        place = self.real(path)
        return reads.is_folder(place) or self._is_lost(path, place)

    def _is_lost(self, path: bytes, place: bytes) -> bool:
        """False; raises where links lead in a circle."""
        try:
            os.stat(place)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise self.fault(path, error) from None
        return False

    def fault(self, path: bytes, error: OSError) -> NixError:
        """The error of a path at which there is not what was wanted."""
        place = self.real(path)
        if error.errno == errno.ELOOP:
            fault = _endless(path)
            fault.traces.append((f"while realising the context of path '{from_bytes(path)}'", None))
            return fault
        where = from_bytes(os.path.realpath(place) if place == path else path)
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return StoreError(f"path '{where}' does not exist")
        return StoreError(f"opening file '{where}': {error.strerror}")

    # -- what `import` reads

    def module(self, path: bytes) -> bytes:
        """The file that importing a path reads: links followed, `default.nix` of a folder."""
        place = self.real(path)
        # A NixOS system imports 1,500 files: one question each is enough for nearly all.
        try:
            mode = os.lstat(place).st_mode
        except OSError:
            return path
        if S_ISREG(mode):
            return path
        if S_ISLNK(mode):
            # That a path is no link, or a folder, needs no note: the stat of what is loaded changes with it.
            place = path = reads.real_path(place)
            if os.path.islink(place):
                name = from_bytes(path)
                raise StoreError(f"too many symbolic links encountered while traversing the path '{name}'")
        if place == EMBEDDED_NIXPKGS or not os.path.isdir(place):
            return path
        return path + b"/default.nix"

    # -- the search path

    def find(self, search_path: SearchPath, name: str) -> bytes:
        """`<name>`, links followed. Raises Thrown where no entry has it."""
        for prefix, place in search_path:
            suffix = _behind(prefix, name)
            root = self._place(place) if suffix is not None else None
            if suffix is None or root is None:
                continue
            # `..` in the name does not lead out of the entry.
            candidate = canon_path(root + canon_path(b"/" + to_bytes(suffix)))
            found = reads.real_path(candidate)
            if reads.is_there(found):
                if os.path.islink(found):
                    raise _endless(candidate)
                return found
        if name.startswith("nix/"):
            return b"<nix" + canon_path(to_bytes(name[3:])) + b">"
        if self._embedded and _behind("nixpkgs", name) is not None:
            candidate = canon_path(_PACKAGE + b"/" + to_bytes(name))
            if reads.exists(candidate):
                return candidate
        raise Thrown(f"file '{name}' was not found in the Nix search path (add it using $NIX_PATH or -I)")

    def _place(self, place: str) -> bytes | None:
        """The path of an entry; None, with a warning the first time, where it is not there."""
        if place not in self._places:
            self._places[place] = self._fetched(place) if place.startswith(_URLS) else self._existing(place)
        return self._places[place]

    def _existing(self, place: str) -> bytes | None:
        path = canon_path(os.path.abspath(to_bytes(place)))
        if not reads.exists(path):
            if os.path.islink(os.path.realpath(path)):
                raise _endless(path)
            self._warn(f"warning: Nix search path entry '{place}' does not exist, ignoring")
            return None
        return path

    def _fetched(self, place: str) -> bytes | None:
        url = place
        if place.startswith("channel:"):
            url = f"https://channels.nixos.org/{place.removeprefix('channel:')}/nixexprs.tar.xz"
        try:
            return self.real(to_bytes(self._fetch(url)))
        except NixError:
            self._warn(f"warning: Nix search path entry '{place}' cannot be downloaded, ignoring")
            return None


def _behind(prefix: str, name: str) -> str | None:
    """What follows a prefix of the search path in a name; None where the prefix is none of it."""
    if not prefix or name == prefix:
        return name[len(prefix) :]
    return name[len(prefix) + 1 :] if name.startswith(prefix + "/") else None


def _endless(path: bytes) -> NixError:
    return StoreError(f"infinite symlink recursion in path '{from_bytes(path)}'")


def _entry_type(entry: os.DirEntry[bytes]) -> str:
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir():
        return "directory"
    return "regular" if entry.is_file() else "unknown"
