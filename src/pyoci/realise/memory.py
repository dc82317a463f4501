"""Store objects of which an evaluation knows the content: texts, sources, and files that trivial builders write."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pyoci.realise.closure import StoreObject
from pyoci.realise.trivial import written_file
from pyoci.runtime.errors import StoreError
from pyoci.store import base32, nar, paths
from pyoci.store.derivation import Derivation
from pyoci.store.registry import DerivationRegistry


class Memory:
    """What a registry can give without a store. Files are written to a folder of the caller's."""

    def __init__(self, registry: DerivationRegistry, folder: Path) -> None:
        self._registry = registry
        self._folder = folder
        self._producers: dict[str, tuple[str, Derivation]] | None = None
        self._written: dict[str, StoreObject] = {}

    def producer(self, path: str) -> tuple[str, Derivation] | None:
        """The derivation (with the path of its .drv file) of which a store path is an output, where it is known."""
        if self._producers is None:
            self._producers = {
                output.path: (drv_path, derivation)
                for drv_path, derivation in self._registry.derivations.items()
                for output in derivation.outputs.values()
                if output.path
            }
        return self._producers.get(path)

    def find(self, path: str) -> StoreObject | None:
        """A store path whose content is known.

        Raises StoreError where a source cannot be read any more, or the file cannot be written."""
        if path in self._written:
            return self._written[path]
        text = self._registry.texts.get(path)
        if text is not None:
            place = self._write(path, "", text.content, executable=False)
            return self._note(path, place, text.references)
        source = self._registry.sources.get(path)
        if source is not None:
            real = Path(os.fsdecode(self._registry.real_path(path.encode())))
            if source.recursive and not source.rejected and nar.hash_tree(os.fsencode(real)) != source.digest:
                raise StoreError(f"'{real}' has changed since it became '{path}'")
            return StoreObject(path, real, source.references, "memory", str(real))
        known = self.producer(path)
        if known is None:
            return None
        written = written_file(known[1])
        if written is None:
            return None
        place = self._write(path, written.destination, written.content, executable=written.executable)
        return self._note(path, place, tuple(sorted(self._references(written.content, known[1], path))))

    def _note(self, path: str, place: Path, references: tuple[str, ...]) -> StoreObject:
        """Remember what was written: another container may need it too."""
        found = self._written[path] = StoreObject(path, place, references, "memory", "a text of the expression")
        return found

    def _write(self, path: str, destination: str, content: bytes, *, executable: bool) -> Path:
        top = self._folder / path.rpartition("/")[2]
        place = top / destination if destination else top
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            place.chmod(0o555 if executable else 0o444)
        except OSError as error:
            raise StoreError(f"cannot write '{place}': {error.strerror}") from None
        return top

    def _references(self, content: bytes, derivation: Derivation, path: str) -> Iterator[str]:
        """The outputs of a derivation's inputs whose hash parts a text holds. An input of which only the path is known
        (a package of an index) has outputs of its own name."""
        own_hash, _ = paths.parse(path, self._registry.store_dir)
        text = content.decode("utf-8", "surrogateescape")
        names = {
            paths.output_name(paths.parse(drv_path, self._registry.store_dir)[1].removesuffix(".drv"), output)
            for drv_path, outputs in derivation.input_derivations.items()
            for output in outputs
        }
        by_length = sorted(names, key=len, reverse=True)
        sources = dict(paths.parse(source, self._registry.store_dir) for source in derivation.input_sources)
        seen: set[str] = {own_hash}
        for match in re.finditer(rf"([{base32.ALPHABET}]{{32}})-", text):
            hash_part, rest = match[1], text[match.end() : match.end() + paths.MAX_NAME_LENGTH]
            if hash_part in seen:
                continue
            name = sources.get(hash_part) or next((name for name in by_length if rest.startswith(name)), None)
            if name is not None:
                seen.add(hash_part)
                yield f"{self._registry.store_dir}/{hash_part}-{name}"
