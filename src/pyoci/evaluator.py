"""The evaluator: what the API and the command line hold in their hand.

It owns the settings, the search path, the loader with its code cache, the store, and the embedded package set, and is
the host (`runtime.host`) of everything that it evaluates.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from types import CodeType, FunctionType

from pyoci.builtins.registry import Builtin, all_builtins, builtins_set, check_arguments
from pyoci.caching.folder import default_folder
from pyoci.compiler.cache import CodeCache
from pyoci.compiler.loader import Loader
from pyoci.compiler.scope import BuiltinSignature, GlobalNames, builtin_name
from pyoci.compiler.stack import is_deep, run_deep
from pyoci.files import EMBEDDED_NIXPKGS, Files
from pyoci.runtime import host, reads
from pyoci.runtime.calls import call, signature
from pyoci.runtime.coercion import expect_set
from pyoci.runtime.errors import (
    ErrorReport,
    EvalError,
    InfiniteRecursion,
    MissingAttribute,
    NixError,
    Position,
    StoreError,
)
from pyoci.runtime.generated import GLOBALS
from pyoci.runtime.printing.literals import format_name
from pyoci.runtime.strings import canon_path
from pyoci.runtime.suggestions import similar
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Context, Lazy, Value, from_bytes, to_bytes, type_name
from pyoci.settings import Settings
from pyoci.store.registry import DerivationRegistry

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, Final, TypeVar

    T = TypeVar("T")

    from pyoci.compiler.positions import Reporter
    from pyoci.nixpkgs.scope import Configured
    from pyoci.store.derivation import Derivation
    from pyoci.syntax.nodes import Node
    from pyoci.syntax.source import Source


_LOCK: Final = threading.RLock()
"""One evaluation at a time: the host is a global of the process."""


class Evaluator:
    """Evaluates Nix texts and files.

    Values are those of `runtime.values`; every method that evaluates belongs inside `run`, which provides the deep
    stack and turns what goes wrong into a NixError. One evaluator may be used for any number of runs, by one thread
    at a time (a lock makes others wait); files are read and compiled once."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.store_dir = self.settings.store_dir
        self.system = self.settings.system
        self.pure = self.settings.pure
        self.abort_on_warn = self.settings.abort_on_warn
        self.search_path = self.settings.search_path
        self.experimental_features = self.settings.experimental_features
        declared = all_builtins()
        self.builtins = builtins_set(pure=self.pure, features=self.experimental_features)
        functions = {name: one for name, one in declared.items() if isinstance(one, Builtin) and name in self.builtins}
        self._names = GlobalNames(
            builtins={
                name: BuiltinSignature(one.strict, tuple(check.passes for check in one.checks))
                for name, one in functions.items()
            },
            constants=frozenset(self.builtins) - functions.keys() - {"builtins"},
            bare={
                name if one.is_global else f"__{name}": name for name, one in declared.items() if name in self.builtins
            }
            | {"builtins": "builtins"},
        )
        scope: dict[str, Any] = dict(GLOBALS)
        for name, value in self.builtins.items():
            scope[f"p_{builtin_name(name)}"] = value
        scope["CHECK"] = check_arguments
        for name, one in functions.items():
            scope[f"b_{builtin_name(name)}"] = one.implementation
        cache = None
        if self.settings.use_cache:
            folder = str(self.settings.cache) if self.settings.cache else os.path.join(default_folder(), "code")
            cache = CodeCache(folder, " ".join(sorted(self._names.bare)))
        self._loader = Loader(cache, scope)
        self._cache = cache
        self._imports: dict[bytes, Value] = {}
        self._importing: set[bytes] = set()
        self._reporter: Reporter | None = None
        self._pkgs: dict[str, Lazy] | None = None
        self.store = DerivationRegistry.open(
            self.store_dir,
            target=self.settings.store,
            cache=os.path.join(default_folder(), "fetched"),
            read_only=self.settings.read_only,
        )
        if self.settings.files == "any":
            self._files = Files(self.store, self._fetch, self.trace, self.settings.embedded)
        else:
            from pyoci.confinement import ConfinedFiles

            self._files = ConfinedFiles(self.store, self._fetch, self.trace, self.settings)

    # -- running

    def run(self, function: Callable[[], T]) -> T:
        """Call a function that evaluates; give what it gives.

        Raises NixError for anything wrong with what is evaluated, with a traceback that `report` reads."""
        # A Python function that Nix called may evaluate in its turn: the lock is its own evaluation's.
        with nullcontext() if is_deep() else _LOCK:
            host.enter(self)
            try:
                return run_deep(function)
            except (NixError, KeyError, TypeError, RecursionError, AttributeError, IndexError, ValueError) as error:
                raise run_deep(partial(self.reporter.translate, error)) from error.__cause__
            finally:
                host.leave()

    def report(self, error: NixError) -> ErrorReport:
        """An error that `run` raised, with its places."""
        return run_deep(partial(self.reporter.report, error))

    def tell_of_compiling(self, told: Callable[[int], None]) -> None:
        """Have a function called with the number of files that were compiled so far, whenever the code cache does not
        have one."""
        self._loader.compiling = told

    def compile_with_helpers(self) -> None:
        """Have other processes, on other processors, compile ahead what a first run is likely to load."""
        self._loader.helped = self._names

    def close(self, *, in_background: bool = False) -> None:
        """Write what the code cache should keep; `in_background` has another process do it if it is much."""
        self._loader.close()
        if self._cache is not None:
            self._cache.flush(in_background=in_background)

    @property
    def reporter(self) -> Reporter:
        """What reads tracebacks; made when first needed, since it brings the parser along."""
        if self._reporter is None:
            from pyoci.compiler.positions import Reporter

            self._reporter = Reporter(self._loader)
        return self._reporter

    # -- evaluating

    def eval_text(
        self,
        text: str,
        name: str = "«string»",
        base: Path | str | None = None,
        scope: Mapping[str, Lazy] | None = None,
        *,
        bindings: bool = True,
    ) -> Value:
        """The value of an expression. Relative paths start from `base` (default: the working directory), `scope` adds
        names. With `bindings`, a text of bindings is the set that they make."""
        return self._loader.load_text(
            text, name, _folder(base), self._with_names(scope), scope or {}, bindings=bindings
        )

    def eval_file(self, path: Path | str, scope: Mapping[str, Lazy] | None = None) -> Value:
        """The value of a file, or of a folder's default.nix; a file of bindings is the set that they make."""
        place = self._files.module(canon_path(os.fsencode(os.path.abspath(path))))
        return self._load(place, self._with_names(scope), scope or {}, bindings=True)

    def auto_call(self, value: Value, arguments: Mapping[str, Lazy]) -> Value:
        """The value, or if it is a function with formals, what it gives for the arguments that it names (for all of
        them if its pattern has `...`).

        Raises MissingArgument where one without a default is not among the arguments (nix-instantiate's words)."""
        if value.__class__ is dict and "__functor" in value:
            return self.auto_call(call(force(value["__functor"]), value), arguments)
        if value.__class__ is not FunctionType:
            return value
        formals = signature(value)
        if formals is None:
            return value
        given = dict(arguments) if "..." in (value.__doc__ or "").split() else {}
        for name, has_default in formals.items():
            if name in arguments:
                given[name] = arguments[name]
            elif not has_default:
                raise EvalError(
                    f"cannot evaluate a function that has an argument without a value ('{name}')",
                    hint=f"pass it with --arg {name} EXPR or --argstr {name} TEXT",
                )
        return value(given)

    def select(self, value: Value, attr_path: str, arguments: Mapping[str, Lazy] | None = None) -> Value:
        """The attribute at a path such as `a.b."c.d".0` (numbers select from lists), functions on the way called with
        the arguments that they name; nix-instantiate's `-A`."""
        for name in parse_attr_path(attr_path):
            value = self.auto_call(value, arguments or {})
            is_index = name.isascii() and name.isdigit()
            if value.__class__ is not (tuple if is_index else dict):
                wanted = "a list" if is_index else "a set"
                raise EvalError(
                    f"the expression selected by the selection path '{attr_path}' should be {wanted} "
                    f"but is {type_name(value)}"
                )
            if is_index:
                if int(name) >= len(value):
                    raise EvalError(f"list index {name} in selection path '{attr_path}' is out of range")
                value = force(value[int(name)])
                continue
            attributes = expect_set(value)
            if name not in attributes:
                raise MissingAttribute(
                    f"attribute '{name}' in selection path '{attr_path}' not found", hint=similar(name, attributes)
                )
            value = force(attributes[name])
        return value

    def parse(self, source: Source) -> Node:
        """The tree of an expression, its names checked as Nix checks them when it reads a file.

        Raises ParseError and UndefinedVariable."""
        from pyoci.compiler.generate import generate
        from pyoci.syntax.parser import parse

        tree = parse(source)
        generate(tree, source, self._names)
        return tree

    # -- packages

    def pkgs(self) -> dict[str, Lazy]:
        """The package set that files given to pyoci see as `pkgs`: of the nixpkgs tree in the settings, else the
        embedded one. Made once."""
        if self._pkgs is None:
            from pyoci.nixpkgs.scope import package_set

            self._pkgs = package_set(self)
        return self._pkgs

    def configuration(self, module: Value, file: str | None = None) -> Configured:
        """A NixOS-like configuration made of one module (a set, or a function of `config`, `pkgs`, …), read
        from `file`.

        Raises NixError as evaluation goes, Thrown where an assertion of the configuration fails."""
        from pyoci.nixpkgs.scope import configuration

        return configuration(self, module, file)

    @property
    def derivations(self) -> dict[str, Derivation]:
        """Derivations that were made so far, by path of their .drv file."""
        return self.store.derivations

    # -- the host

    def import_file(self, path: bytes, scope: dict[str, Lazy] | None = None) -> Value:
        """The value of a .nix file or folder, memoised unless a scope is given."""
        if scope is not None:
            return self._load(self._files.module(path), self._with_names(scope), scope)
        if path in self._imports:
            return self._imports[path]
        place = self._files.module(path)
        if place in self._imports:
            value = self._imports[place]
        elif place in self._importing:
            # The file's value needs itself.
            raise InfiniteRecursion
        else:
            self._importing.add(place)
            try:
                value = self._imports[place] = self._import(place)
            finally:
                self._importing.discard(place)
        self._imports[path] = value
        return value

    def _import(self, place: bytes) -> Value:
        if place == EMBEDDED_NIXPKGS:
            from pyoci.nixpkgs.embedded import nixpkgs_function

            return nixpkgs_function(self)
        return self._load(place, self._names, {})

    def read_file(self, path: bytes) -> bytes:
        """Contents of a file."""
        return self._files.contents(path)

    def read_dir(self, path: bytes) -> dict[str, str]:
        """Name to type of what is in a folder."""
        return self._files.entries(path)

    def path_exists(self, path: bytes) -> bool:
        """Whether there is something at a path."""
        return self._files.is_there(path)

    def is_directory(self, path: bytes) -> bool:
        """Whether a path leads to a folder, links followed."""
        return self._files.is_folder(path)

    def file_type(self, path: bytes) -> str:
        """`regular`, `directory`, `symlink` or `unknown`."""
        return self._files.type(path)

    def find_file(self, search_path: list[tuple[str, str]], name: str) -> bytes:
        """`<name>`."""
        return self._files.find(search_path, name)

    def getenv(self, name: str) -> str:
        """An environment variable."""
        return (
            ""
            if self.pure or self.settings.files == "restricted"
            else from_bytes(reads.variable(to_bytes(name)) or b"")
        )

    def copy_to_store(self, path: bytes) -> str:
        """The store path of an interpolated path."""
        self._files.admit(path)
        return self.store.copy_to_store(path if path.startswith(b"/") else self._files.real(path))

    def add_text_to_store(self, name: str, text: bytes, references: list[str]) -> str:
        """The store path of a text."""
        return self.store.add_text(name, text, references)

    def realise(self, context: Context) -> None:
        """Refuse to read what would have to be built first."""
        if not self.settings.import_from_derivation:
            for element in context:
                if element[0] == "!":
                    output, _, path = element[1:].partition("!")
                    raise StoreError(
                        f"cannot build '{path}^{output}' during evaluation because the option "
                        "'allow-import-from-derivation' is disabled"
                    )
        self.store.realise(context)
        if self.settings.files != "any":
            for path in self.store.contents_of(context):
                self._files.allow(to_bytes(path))

    def admit(self, path: bytes) -> None:
        """Refuse a path that may not be read."""
        self._files.admit(path)

    def admit_uri(self, uri: str) -> None:
        """Refuse a URL that may not be fetched."""
        self._files.admit_uri(uri)

    def trace(self, message: str) -> None:
        """`builtins.trace`."""
        if self.settings.trace is not None:
            self.settings.trace(message)
        else:
            sys.stderr.write(message + "\n")

    def attribute_position(self, key: str) -> Position | None:
        """Where the attribute with a key object was written."""
        return self._loader.attribute_position(key)

    def formal_position(self, code: CodeType, name: str) -> Position | None:
        """Where a function's formal was written."""
        return self.reporter.formal_position(code, name)

    def parameter_name(self, code: CodeType, given: int) -> str | None:
        """What a function calls its argument."""
        return self.reporter.parameter_name(code, given)

    def function_description(self, code: CodeType, given: int) -> str:
        """`name @ FILE:LINE:COLUMN` of a function."""
        place, label = self.reporter.function_position(code, given), self.reporter.label_of(code)
        if place is None:
            return ""
        return f"{format_name(label) if label else ''} @ {place.file}:{place.line}:{place.column}".lstrip()

    def dynamic_key(self, name: str, file: str, offset: int) -> str:
        """A key object for a dynamic attribute."""
        return self._loader.dynamic_key(name, file, offset)

    def dynamic_attribute_place(self, attributes: dict[str, Lazy], name: str) -> str:
        """` at FILE:LINE:COLUMN` of an attribute."""
        key = next(key for key in attributes if key == name)
        position = self.attribute_position(key)
        return f" at {position.file}:{position.line}:{position.column}" if position else ""

    # -- loading

    def _with_names(self, scope: Mapping[str, Lazy] | None) -> GlobalNames:
        if not scope:
            return self._names
        names = self._names
        return GlobalNames(names.builtins, names.constants, names.bare, frozenset(scope))

    def _load(self, path: bytes, names: GlobalNames, added: Mapping[str, Lazy], *, bindings: bool = False) -> Value:
        place = self._files.real(path)
        try:
            stat = os.stat(place)
        except OSError as error:
            raise self._files.fault(path, error) from None
        if not path.startswith(to_bytes(self.store_dir)):
            path = place
        return self._loader.load_file(path, place, stat, names, added, bindings=bindings)

    def _fetch(self, url: str) -> str:
        """The folder that the archive at a URL unpacks to."""
        from pyoci.builtins.fetchers import fetch_tarball

        return str.__str__(fetch_tarball(url))


def _folder(base: Path | str | None) -> bytes:
    return canon_path(os.fsencode(os.path.abspath(base or ".")))


def parse_attr_path(text: str) -> list[str]:
    """The names in an attribute path; quotes keep dots together. Raises EvalError for an unclosed quote."""
    names, current, quoted = [], "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character == "." and not quoted:
            names.append(current)
            current = ""
        else:
            current += character
    if quoted:
        raise EvalError(f"missing closing quote in selection path '{text}'")
    return [*names, current] if current or names else []
