"""From a source to a running module: generate or take from the cache, compile, execute."""

from __future__ import annotations

import builtins
import os
from array import array
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from pyoci.compiler.cache import CodeCache, Entry
from pyoci.compiler.compiled import CompiledFile, Data, Parts, Written, fresh_strings, joined_strings
from pyoci.compiler.scope import GlobalNames, added_name
from pyoci.runtime import reads
from pyoci.runtime.errors import NixError, ParseError, Position, StoreError
from pyoci.runtime.shapes import file_number
from pyoci.runtime.strings import canon_path
from pyoci.runtime.values import Lazy, Value
from pyoci.syntax.source import Source

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any

    from pyoci.compiler.helpers import Helpers
    from pyoci.compiler.module import Module
    from pyoci.syntax.nodes import Node


class LoadedModule:
    """A file or text that was executed. `file_name` is the name that its code objects have; `bindings` tells whether
    it may be bindings only, instead of an expression."""

    __slots__ = (
        "_source",
        "base",
        "bindings",
        "compiled",
        "file_name",
        "global_names",
        "keys",
        "path",
        "paths",
        "source_name",
        "text",
    )

    def __init__(
        self,
        name: str,
        file_name: str,
        path: bytes | None,
        text: str | None,
        base: bytes,
        global_names: GlobalNames,
        bindings: bool,
    ) -> None:
        self.source_name = name
        self.file_name = file_name
        self.path = path
        self.text = text
        self.base = base
        self.global_names = global_names
        self.bindings = bindings
        self.compiled: CompiledFile | None = None
        self.keys: list[tuple[list[str], list[str], bytes]] = []
        """The attribute names of each of its sections that was loaded, of small set literals and of large ones, and the
        offsets where they are written."""
        self.paths: list[str] = []
        """The paths that are written in it, as they are, once its code has been generated."""
        self._source: Source | None = None

    def place_of(self, key: str) -> int | None:
        """The offset of a key object, None where it is none of this module."""
        for keys, table_keys, offsets in self.keys:
            for first, strings in (0, keys), (len(keys), table_keys):
                at = -1
                # Nearly all have nothing that is even equal, and C code says so.
                for _ in range(strings.count(key)):
                    at = strings.index(key, at + 1)
                    if strings[at] is key:
                        return array("I", offsets)[first + at]
        return None

    def source(self) -> Source:
        """The text, read again where it came from a file."""
        if self.text is None:
            assert self.path is not None
            try:
                with open(self.path, "rb") as file:
                    self.text = file.read().decode("utf-8", "surrogateescape")
            except OSError as error:
                raise StoreError(f"opening file '{self.source_name}': {error.strerror}") from None
        if self._source is None:
            self._source = Source(self.text, self.source_name, self.base)
        return self._source


def parse_source(source: Source, *, bindings: bool) -> Node:
    """The tree of a text. Where `bindings` says that it may be bindings only (`services.x = …;`) and it is no
    expression, it is the set that they make.

    Raises ParseError: of two readings that fail, the one that gets further is the one that was meant."""
    from pyoci.syntax.parser import parse, parse_bindings

    try:
        return parse(source)
    except ParseError as error:
        if not bindings:
            raise
        try:
            return parse_bindings(source)
        except ParseError as other:
            raise max(error, other, key=_reach) from None


def _reach(error: ParseError) -> tuple[int, int]:
    return (error.position.line, error.position.column) if error.position else (0, 0)


class Loader:
    """Executes Nix texts and files, and remembers what it executed, by the file name in the code objects."""

    def __init__(self, cache: CodeCache | None, builtin_globals: Mapping[str, Any]) -> None:
        self.cache = cache
        self.compiling: Callable[[int], None] | None = None
        """Is told how many files were parsed and compiled so far, whenever one is."""
        self._generated = 0
        self.helped: GlobalNames | None = None
        """The names of plain files where other processes may compile ahead what a first run is likely to load next."""
        self._helpers: Helpers | None = None
        self.modules: dict[str, LoadedModule] = {}
        self.files: dict[int, str] = {}
        """Names of the modules, by the number that places in them have."""
        # What all modules share is to them what Python's builtins are: a copy for each would be most of a small
        # module's memory (NixOS has 1,500), and one set of names stays in the processor's cache.
        self._builtins = {**vars(builtins), **builtin_globals}
        self._key_modules: dict[int, LoadedModule] = {}
        self._dynamic_places: dict[int, tuple[LoadedModule, int]] = {}
        self._entered: list[tuple[LoadedModule, list[str], list[str]]] = []
        """The attribute names of each section that was loaded."""
        self._indexed = 0
        self._searched = 0
        # Kept alive: an id means nothing once its object is gone.
        self._dynamic_keys: list[str] = []

    def load_file(
        self,
        path: bytes,
        place: bytes,
        stat: os.stat_result,
        global_names: GlobalNames,
        added: Mapping[str, Lazy],
        *,
        bindings: bool = False,
    ) -> Value:
        """The value of a file, which is read from `place` (a path of the store need not exist under its own name) and
        has a stat. Raises ParseError or StoreError, or what evaluating it raises."""
        name = os.fsdecode(path)
        module = LoadedModule(name, name, place, None, os.path.dirname(path), global_names, bindings)
        reads.contents(place, stat)
        entry = self.cache.of_file(path, stat, global_names.added, bindings) if self.cache is not None else None
        return self._execute(module, name, self._compiled(module, entry), added)

    def load_text(
        self,
        text: str,
        name: str,
        base: bytes,
        global_names: GlobalNames,
        added: Mapping[str, Lazy],
        *,
        bindings: bool = False,
    ) -> Value:
        """The value of a text that is no file; relative paths in it start from `base`."""
        # Code objects tell texts of the same name apart by what follows the name.
        file_name = name
        while file_name in self.modules:
            file_name += "\1"
        module = LoadedModule(name, file_name, None, text, base, global_names, bindings)
        entry = None
        if self.cache is not None:
            entry = self.cache.of_text(text, base, file_name, global_names.added, bindings)
        return self._execute(module, file_name, self._compiled(module, entry), added)

    def _compiled(self, module: LoadedModule, entry: Entry | None) -> CompiledFile:
        if self.cache is None or entry is None:
            return self._generate(module)
        compiled = self.cache.get(entry)
        if compiled is None:
            compiled = self._generate(module)
        else:
            compiled.writer = SectionWriter(module, None, entry)
        self.cache.keep(entry, compiled)
        if self._helpers is not None and self._helpers.at_work and entry.lasts:
            compiled.helped = partial(self._helpers.compiled, entry)
        return compiled

    def _generate(self, module: LoadedModule) -> CompiledFile:
        self._generated += 1
        if self.compiling is not None:
            self.compiling(self._generated)
        compiled = generate_file(module)
        if self.helped and self.cache is not None and self._generated > _ALONE:
            from pyoci.compiler.helpers import MANY_PATHS, Helpers

            if self._helpers is None:
                self._helpers = Helpers(self.cache, self.helped)
            if module.path is not None and module.global_names is self.helped and not module.bindings:
                self._helpers.generated(module.path)
            if len(module.paths) <= MANY_PATHS:
                paths = [canon_path(os.path.join(module.base, os.fsencode(path))) for path in module.paths]
                self._helpers.expect([path for path in paths if os.fsdecode(path) not in self.modules])
        return compiled

    def _execute(
        self, module: LoadedModule, file_name: str, compiled: CompiledFile, added: Mapping[str, Lazy]
    ) -> Value:
        module.compiled = compiled
        self.modules[file_name] = module
        self.files[file_number(file_name)] = file_name
        scope: dict[str, Any] = {"__builtins__": self._builtins}
        for name, value in added.items():
            scope[added_name(name)] = value

        def enter(section: str, data: Data) -> None:
            joined, joined_of_tables, offsets, name_sets, tables = data
            keys, table_keys = fresh_strings(joined), fresh_strings(joined_of_tables)
            if section:
                scope.update({f"k{section}{at}": key for at, key in enumerate(keys)})
            else:
                scope.update(zip(_key_names(len(keys)), keys))  # noqa: B905 - there may be more names than keys
            scope[f"K{section}"] = table_keys
            scope[f"R{section}"] = tables
            for index, names in enumerate(name_sets):
                scope[f"s{section}{index}"] = frozenset(names)
            module.keys.append((keys, table_keys, offsets))
            self._entered.append((module, keys, table_keys))

        return compiled.run(scope, file_name, enter)

    def close(self) -> None:
        """Let go of the processes that help."""
        if self._helpers is not None:
            self._helpers.close()

    def attribute_position(self, key: str) -> Position | None:
        """Where the attribute with this key object was written; None for a key that no literal made."""
        found = self._dynamic_places.get(id(key)) or self._find_key(key)
        if found is None:
            return None
        module, offset = found
        try:
            return module.source().position(offset)
        except StoreError:
            return None

    def _find_key(self, key: str) -> tuple[LoadedModule, int] | None:
        # Noting which module has which key takes several times as long as searching all modules (by C code, which
        # compares equal strings only); most runs ask for a few keys, mostly of modules that were just loaded.
        candidates: Iterable[LoadedModule] = reversed(self.modules.values())
        if self._searched > 2 * len(self.modules):
            for module, *both in self._entered[self._indexed :]:
                for keys in both:
                    self._key_modules.update(dict.fromkeys(map(id, keys), module))
            self._indexed = len(self._entered)
            known = self._key_modules.get(id(key))
            candidates = (known,) if known is not None else ()
        for module in candidates:
            self._searched += 1
            place = module.place_of(key)
            if place is not None:
                return module, place
        return None

    def dynamic_key(self, name: str, file: str, offset: int) -> str:
        """A key object of its own for a dynamic attribute, whose definition is at an offset of a file."""
        module = self.modules.get(file)
        if module is None or not name or "\0" in name:
            return name
        key = fresh_strings(joined_strings([name]))[0]
        self._dynamic_keys.append(key)
        self._dynamic_places[id(key)] = (module, offset)
        return key


_ALONE = 10
"""So many files are compiled before other processes are asked to help; starting one takes as long as that."""

_KEY_NAMES: list[str] = []


def _key_names(count: int) -> list[str]:
    """`k0`, `k1`, … at least `count` of them; the same objects each time."""
    while len(_KEY_NAMES) < count:
        _KEY_NAMES.append(f"k{len(_KEY_NAMES)}")
    return _KEY_NAMES


def generate_file(loaded: LoadedModule) -> CompiledFile:
    """Parse a text and generate its code, but for the sections that are put off; nothing of it is compiled yet. Raises
    ParseError, UndefinedVariable, StoreError."""
    module = _generated(loaded)
    loaded.paths = module.paths
    parts, data = _contents(module)
    module.forget()
    compiled = CompiledFile(parts, {"": data})
    compiled.writer = SectionWriter(loaded, module, None)
    return compiled


def _generated(loaded: LoadedModule) -> Module:
    # Only a cold run needs the parser and the generator.
    from pyoci.compiler.generate import generate

    source = loaded.source()
    tree = parse_source(source, bindings=loaded.bindings)
    return generate(tree, source, loaded.global_names, file_number(loaded.file_name))


def _contents(module: Module) -> tuple[Parts, Data]:
    """A section as the cache has it."""
    from pyoci.compiler.generate import blobs

    parts: Parts = {}
    for blob in blobs(module):
        parts[blob.name] = (blob.text, tuple(blob.deferred))
    data = (
        joined_strings([name for name, _ in module.keys]),
        joined_strings([name for name, _ in module.table_keys]),
        array("I", [at for _, at in (*module.keys, *module.table_keys)]).tobytes(),
        module.name_sets,
        module.tables,
    )
    return parts, data


class SectionWriter:
    """Generates the sections of a file that were put off. Where the file came from the cache, it is parsed for that
    first; the entry tells whether it is still the same."""

    def __init__(self, loaded: LoadedModule, module: Module | None, entry: Entry | None) -> None:
        self._loaded = loaded
        self._module = module
        self._entry = entry

    def __call__(self, name: str) -> Written:
        """Generate the section with a name. Raises StoreError where the file was changed or is gone."""
        from pyoci.compiler.generate import write_section

        section = write_section(self._main(), name)
        return Written(*_contents(section.module), section.row, section.table, section.place)

    def names(self) -> list[str]:
        """The sections that have not been generated."""
        return list(self._main().deferred)

    def _main(self) -> Module:
        if self._module is None:
            assert self._entry is not None
            self._module = _generated(self._loaded)
            self._module.forget()
            path = self._loaded.path
            if path is not None and not self._entry.is_of(os.stat(path)):
                raise StoreError(f"file '{self._loaded.source_name}' was changed while it was being evaluated")
        return self._module


def internal_error(error: BaseException) -> NixError:
    """A fault of ours, not of the Nix text."""
    return NixError(
        f"internal error of pyoci: {type(error).__name__}: {error}",
        hint="this is a bug in pyoci, not in your file; set PYOCI_DEBUG=1 for its Python traceback",
    )
