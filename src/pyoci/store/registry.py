"""What one evaluation knows of the store: the derivations it made, the texts and sources it added, and the stores on
disk that it may read from or write to.

Nothing need be written: the path of a derivation, a text or a source follows from its content. Where an expression
reads such a path as a file (`import (toFile …)`), `real_path` says where the content lies; what lies nowhere is written
to a scratch folder first.
"""

# Paths of an evaluation are bytes, which pathlib does not take.

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from pyoci.runtime import reads
from pyoci.runtime.errors import EvalError, StoreError
from pyoci.runtime.values import from_bytes, to_bytes
from pyoci.store import nar, paths
from pyoci.store.derivation import Derivation, hash_modulo, instantiate
from pyoci.store.digests import sha256
from pyoci.store.hashes import Hash
from pyoci.store.local import LocalStore, remove

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path
    from tempfile import TemporaryDirectory
    from typing import Any, TypeAlias

HashProvider: TypeAlias = Callable[[str], str | None]
"""Path of a derivation to its hash modulo, for derivations of which nothing else is known (those of an index of
packages); None where the path is not known."""


class Text:
    """A file whose content is held in memory."""

    __slots__ = ("content", "references")

    def __init__(self, content: bytes, references: tuple[str, ...]) -> None:
        self.content = content
        self.references = references


class Source:
    """A file tree that was added to the store from elsewhere: from `origin`, without the paths below it that are
    `rejected`; `recursive` tells whether it is a tree, and not the bare contents of a file; `digest` is the SHA-256 of
    its archive (or of its contents), base 16."""

    __slots__ = ("digest", "origin", "recursive", "references", "rejected")

    def __init__(
        self, origin: bytes, rejected: frozenset[bytes], recursive: bool, references: tuple[str, ...], digest: str
    ) -> None:
        self.origin = origin
        self.rejected = rejected
        self.recursive = recursive
        self.references = references
        self.digest = digest


class DerivationRegistry:
    """The store as one evaluation sees it."""

    def __init__(
        self,
        store_dir: str = paths.STORE_DIR,
        *,
        target: LocalStore | None = None,
        cache: LocalStore | None = None,
        read_from: Sequence[LocalStore] = (),
        providers: Sequence[HashProvider] = (),
    ) -> None:
        """`target` is written to as evaluation goes, as nix-instantiate does; without one, trees that are fetched are
        unpacked to `cache`; `read_from` are further stores."""
        self.store_dir = store_dir
        self.target = target
        if target is not None:
            reads.unrepeatable()  # what is written is part of what a run does
        self.cache = cache
        written = [store for store in (target, cache) if store is not None]
        self.stores: list[LocalStore] = [*written, *read_from]
        self.providers: list[HashProvider] = list(providers)
        self.derivations: dict[str, Derivation] = {}
        """Path of its `.drv` file to derivation."""
        self.texts: dict[str, Text] = {}
        self.sources: dict[str, Source] = {}
        self._hashes: dict[str, str] = {}
        self._written: set[str] = set()
        self._copied: dict[bytes, str] = {}
        self._real_folders: dict[bytes, bytes] = {}
        self._scratch: LocalStore | None = None
        self._scratch_folder: TemporaryDirectory[str] | None = None
        self.fetched: dict[str, Any] = {}
        """What the fetching builtins have fetched, by a description of their arguments."""

    @classmethod
    def open(
        cls,
        store_dir: str = paths.STORE_DIR,
        *,
        target: Path | None = None,
        cache: str | None = None,
        read_only: bool = False,
    ) -> DerivationRegistry:
        """A registry that reads the machine's own store too. `target` is the folder of a store to write to (with
        `read_only`, to read from), `cache` one to keep fetched trees in; both are made when first needed."""
        given = None if target is None else LocalStore(target, store_dir, writable=not read_only)
        own = LocalStore("/", store_dir)
        return cls(
            store_dir,
            target=None if read_only else given,
            cache=None if cache is None else LocalStore(cache, store_dir, writable=True),
            read_from=(given, own) if read_only and given is not None else (own,),
        )

    # Derivations

    def add_derivation(self, derivation: Derivation) -> str:
        """Give a derivation its output paths, and return the path of its `.drv` file.

        Raises StoreError where a name is not valid or an input is not known."""
        for used, outputs in derivation.input_derivations.items():
            known = self.derivations.get(used)
            if known is not None:
                for output in outputs:
                    if output not in known.outputs:
                        raise StoreError(f"no hash for output '{output}' of derivation '{derivation.name}'")
        path, text, modulo = instantiate(derivation, self.modulo, self.store_dir)
        if path not in self.derivations:
            self.derivations[path] = derivation
            self._hashes[path] = modulo
            if self.target is not None:
                self.target.add_text(path, text)
        return path

    def modulo(self, path: str, outputs: Iterable[str] = ()) -> str:
        """The hash modulo of a derivation; `outputs` are those that are used.

        Raises StoreError where the derivation is not known."""
        known = self._hashes.get(path)
        return known if known is not None else self._find_modulo(path)

    def _find_modulo(self, path: str) -> str:
        """Ask the providers and the stores; input derivations first, without recursion."""
        waiting = [path]
        while waiting:
            current = waiting[-1]
            if current in self._hashes:
                waiting.pop()
                continue
            known = self._provided(current)
            if known is None:
                derivation = self._find_derivation(current)
                if derivation is None:
                    raise StoreError(f"derivation '{current}' is not valid")
                missing = [other for other in derivation.input_derivations if other not in self._hashes]
                if missing and derivation.fixed_output is None:
                    waiting += missing
                    continue
                known = hash_modulo(derivation, self.modulo)
            self._hashes[current] = known
            waiting.pop()
        return self._hashes[path]

    def _provided(self, path: str) -> str | None:
        for provider in self.providers:
            known = provider(path)
            if known is not None:
                return known
        return None

    def derivation(self, path: str) -> Derivation:
        """The derivation of a `.drv` path, from memory or a store.

        Raises StoreError where it is nowhere, or no derivation."""
        known = self._find_derivation(path)
        if known is not None:
            return known
        if self._provided(path) is not None:
            raise StoreError(
                f"derivation '{path}' is known by its hash only",
                hint="what needs the whole derivation needs a nixpkgs tree: pass one with --nixpkgs or -I nixpkgs=…",
            )
        raise StoreError(f"path '{path}' is not valid")

    def _find_derivation(self, path: str) -> Derivation | None:
        known = self.derivations.get(path)
        if known is not None:
            return known
        if not path.endswith(".drv"):
            raise StoreError(f"store path '{path.rpartition('/')[2]}' is not a valid derivation path")
        for store in self.stores:
            if store.has(path):
                known = self.derivations[path] = store.read_derivation(path)
                return known
        return None

    def output_path(self, path: str, output: str) -> str:
        """The path of an output of a derivation, empty where building must tell it.

        Raises StoreError where there is no such derivation or output."""
        found = self.derivation(path).outputs.get(output)
        if found is None:
            raise StoreError(f"derivation '{path}' does not have an output named '{output}'")
        return found.path

    def closure(self, path: str) -> set[str]:
        """A store path and all that it refers to, directly or not.

        Raises StoreError where a derivation among them is not known."""
        found: set[str] = set()
        waiting = [path]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting += self.references(current)
        return found

    def write_closure(self, path: str) -> None:
        """Write to the target what is not there yet of a store path and all that it refers to: what was made here is
        there already, so that this is what comes from other stores.

        Raises StoreError for what is nowhere, and for a derivation of which only the hash is known."""
        assert self.target is not None
        for member in sorted(self.closure(path) - self._written):
            if not self.target.has(member):
                self._write(self.target, member)
            self._written.add(member)

    def _write(self, target: LocalStore, path: str) -> None:
        if path in self.texts:
            target.add_text(path, self.texts[path].content)
        elif path in self.derivations:
            target.add_text(path, self.derivations[path].text())
        elif path in self.sources:
            _write_source(target, path, self.sources[path])
        else:
            holder = next((store for store in self.stores if store.has(path)), None)
            if holder is None:
                raise StoreError(f"path '{path}' is not valid")
            target.add_tree(path, os.fsencode(holder.physical(path)))

    def references(self, path: str) -> tuple[str, ...]:
        """The store paths that a store path refers to, as far as that is known: of what is only on disk, nothing is.

        Raises StoreError for a derivation that is not known."""
        known: Text | Source | None = self.texts.get(path) or self.sources.get(path)
        if known is not None:
            return known.references
        return tuple(self.derivation(path).references()) if path.endswith(".drv") else ()

    # Texts and sources

    def add_text(self, name: str, content: bytes, references: Iterable[str] = ()) -> str:
        """Add a file with some content (`builtins.toFile`) and return its path."""
        refers = tuple(sorted(references))
        path = paths.text_path(name, content, refers, self.store_dir)
        if path not in self.texts:
            self.texts[path] = Text(content, refers)
            if self.target is not None:
                self.target.add_text(path, content)
        return path

    def copy_to_store(self, path: bytes) -> str:
        """Add what lies at a path under its own name (`"${./x}"`) and return the store path; asked again for the same
        path, it gives the same answer without looking.

        Raises EvalError for a file that would pass for a derivation, StoreError where it cannot be read."""
        known = self._copied.get(path)
        if known is not None:
            return known
        name = from_bytes(path.rpartition(b"/")[2])
        if name.endswith(".drv"):
            raise EvalError("file names are not allowed to end in '.drv'")
        store_path = self._copied[path] = self.add_source(self._resolve_folder(path), name)
        return store_path

    def add_source(
        self,
        path: bytes,
        name: str,
        *,
        accept: nar.Accept | None = None,
        recursive: bool = True,
        expected: Hash | None = None,
        references: Iterable[str] = (),
        shown: bytes | None = None,
    ) -> str:
        """Add the file tree at `path` (or, not `recursive`, the contents of the file) as `name`, and return the store
        path. `accept` as in `nar.write`; where `expected` is given and a store has that path, nothing is read.
        `shown` is the path for messages.

        Raises StoreError where it cannot be read, EvalError where it is not what is expected."""
        method = "nar" if recursive else "flat"
        refers = tuple(sorted(references))
        expected_path = None
        if expected is not None:
            expected_path = paths.fixed_output_path(name, method, expected, self.store_dir)
            if self.has(expected_path):
                return expected_path
        real = self.real_path(path)
        rejected: set[bytes] = set()
        if recursive:
            digest = nar.hash_tree(real, _recording(accept, real, path, rejected))
            store_path = paths.source_path(name, digest, refers, self.store_dir)
        else:
            digest = _hash_file(real)
            store_path = paths.fixed_output_path(name, "flat", Hash("sha256", bytes.fromhex(digest)), self.store_dir)
        if expected_path is not None and expected_path != store_path:
            raise EvalError(
                f"store path mismatch in (possibly filtered) path added from '{from_bytes(shown or path)}'",
            )
        if store_path not in self.sources:
            source = self.sources[store_path] = Source(real, frozenset(rejected), recursive, refers, digest)
            if self.target is not None:
                _write_source(self.target, store_path, source)
        return store_path

    def add_tree(self, name: str, fill: Callable[[Path], Path]) -> str:
        """Add a file tree that is only made now: `fill` gets the path of a folder to make and gives the part of it that
        counts. Returns the store path.

        Raises StoreError."""
        store = self.target or self.cache or self._scratch_store()
        place = store.new_place()
        try:
            tree = fill(place)
            digest = nar.hash_tree(os.fsencode(tree))
            path = paths.source_path(name, digest, (), self.store_dir)
            if tree != place:
                whole, place = place, store.new_place()
                tree.rename(place)
                remove(whole)
            store.adopt(place, path)
        finally:
            remove(place)
        real = os.fsencode(store.physical(path))
        self.sources.setdefault(path, Source(real, frozenset(), True, (), digest))
        return path

    def nar_hash(self, path: str) -> Hash:
        """The hash of the archive of a store path that was added, or that a store has.

        Raises StoreError where it cannot be read."""
        source = self.sources.get(path)
        if source is not None and source.recursive:
            return Hash("sha256", bytes.fromhex(source.digest))
        return Hash("sha256", bytes.fromhex(nar.hash_tree(self.real_path(to_bytes(path)))))

    def _resolve_folder(self, path: bytes) -> bytes:
        """The path with the links among its folders followed, but not a link that it is itself."""
        folder, _, name = path.rpartition(b"/")
        real = self._real_folders.get(folder)
        if real is None:
            real = self._real_folders[folder] = reads.real_path(self.real_path(folder or b"/"))
        return (b"" if real == b"/" else real) + b"/" + name

    # What is there

    def has(self, path: str) -> bool:
        """Whether a store path is in memory or in one of the stores."""
        return (
            path in self.derivations
            or path in self.texts
            or path in self.sources
            or any(store.has(path) for store in self.stores)
        )

    def is_made_here(self, path: str) -> bool:
        """Whether a path lies in a store path that this evaluation has added."""
        try:
            store_path, _ = paths.split(path, self.store_dir)
        except StoreError:
            return False
        return store_path in self.derivations or store_path in self.texts or store_path in self.sources

    def ensure(self, path: str) -> None:
        """Raises StoreError for a store path that is nowhere, where a store is written to: what is only evaluated may
        believe in paths that are not there."""
        if self.target is not None and not self.has(path):
            raise StoreError(f"path '{path}' is required, but there is no substituter that can build it")

    def real_path(self, path: bytes) -> bytes:
        """Where that which lies at `path` can be read: for a path outside the store, and for one of which nothing is
        known, the path itself."""
        if not path.startswith(to_bytes(self.store_dir) + b"/"):
            return path
        text = from_bytes(path)
        try:
            store_path, rest = paths.split(text, self.store_dir)
        except StoreError:
            return path
        source = self.sources.get(store_path)
        if source is not None and source.recursive and not source.rejected:
            return source.origin + to_bytes(rest)
        for store in self.stores:
            if store.has(store_path):
                return os.fsencode(store.physical(store_path)) + to_bytes(rest)
        if store_path in self.texts or store_path in self.derivations or source is not None:
            return os.fsencode(self._materialise(store_path)) + to_bytes(rest)
        return path

    def _materialise(self, path: str) -> Path:
        """Write what is in memory to the scratch folder."""
        scratch = self._scratch_store()
        self._write(scratch, path)
        return scratch.physical(path)

    def _scratch_store(self) -> LocalStore:
        """A store of this evaluation alone, gone with it."""
        if self._scratch is None:
            from tempfile import TemporaryDirectory

            self._scratch_folder = TemporaryDirectory(prefix="pyoci-", ignore_cleanup_errors=True)
            reads.ignore(self._scratch_folder.name)
            self._scratch = LocalStore(self._scratch_folder.name, self.store_dir, writable=True)
        return self._scratch

    def realise(self, context: Iterable[str]) -> None:
        """Make sure that all a string refers to can be read (import from derivation).

        Raises StoreError naming the derivation whose output is not there: nothing is ever built."""
        for element in context:
            if element[0] == "!":
                output, _, path = element[1:].partition("!")
                self._realise_output(path, output)
            else:
                path = element.removeprefix("=")
                if not self.has(path):
                    raise StoreError(f"path '{path}' is not valid")

    def contents_of(self, context: Iterable[str]) -> Iterator[str]:
        """The store paths that a context names, for a derivation's output the path of that.

        Raises StoreError for a derivation that is not known."""
        for element in context:
            if element[0] == "!":
                output, _, path = element[1:].partition("!")
                yield self.output_path(path, output)
            else:
                yield element.removeprefix("=")

    def _realise_output(self, path: str, output: str) -> None:
        try:
            found = self.output_path(path, output)
        except StoreError as error:
            raise _not_built(path, output, error.message, error.hint) from None
        if not found:
            raise _not_built(path, output, "only building it tells the path of the output")
        if not self.has(found):
            raise _not_built(path, output, f"'{found}' is not in the store")


def _not_built(path: str, output: str, why: str, hint: str | None = None) -> StoreError:
    return StoreError(
        f"cannot build '{path}^{output}' during evaluation: {why}",
        hint=hint
        or "the expression reads what this derivation builds (import from derivation), and pyoci builds "
        "nothing: build it with Nix first",
    )


def _recording(accept: nar.Accept | None, real: bytes, shown: bytes, rejected: set[bytes]) -> nar.Accept | None:
    """`accept` for a tree that is read at `real` and known to the expression as `shown`; notes what it refuses."""
    if accept is None:
        return None

    def recording(path: bytes, kind: str) -> bool:
        if accept(shown + path[len(real) :], kind):
            return True
        rejected.add(path)
        return False

    return recording


def _write_source(store: LocalStore, path: str, source: Source) -> None:
    if source.recursive:
        rejected = source.rejected
        store.add_tree(path, source.origin, (lambda place, _: place not in rejected) if rejected else None)
    else:
        store.add_file(path, source.origin)


def _hash_file(path: bytes) -> str:
    digest = sha256()
    try:
        reads.contents(path)
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise nar.unreadable(path, error) from None
    return digest.hexdigest()
