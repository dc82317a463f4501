"""What every command that evaluates has in common: options, settings, inputs, arguments of functions, errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from pyoci.cli.arguments import Arguments, InputError, Option, UsageError
from pyoci.cli.sources import SourceTexts
from pyoci.evaluator import Evaluator
from pyoci.runtime import reads
from pyoci.runtime.errors import ErrorReport, MissingAttribute, NixError, StoreError, UndefinedVariable
from pyoci.runtime.thunks import delay, force
from pyoci.runtime.values import Lazy, Value, from_bytes
from pyoci.settings import Settings

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

INPUT_OPTIONS = (
    Option("-E --expr", "", "the words are Nix expressions, not files"),
    Option("-A --attr", "PATH", "take this attribute of the result (a.b, or list.0); may be repeated", repeated=True),
    Option("--arg", "NAME EXPR", "call the function with NAME = EXPR, a Nix expression", repeated=True),
    Option("--argstr", "NAME TEXT", "call the function with NAME = TEXT, a string", repeated=True),
    Option("--arg-from-file", "NAME FILE", "call the function with NAME = the text of FILE", repeated=True),
    Option("--arg-from-stdin", "NAME", "call the function with NAME = the text on standard input", repeated=True),
    Option("-I --include", "PATH", "look up <…> here: a folder, or NAME=PLACE; may be repeated", repeated=True),
    Option("--option", "NAME VALUE", "a setting of Nix, such as max-call-depth or system", repeated=True),
    Option("--show-trace", "", "with an error, show every step that led to it"),
)

PACKAGE_OPTIONS = (
    Option("--nixpkgs", "TREE", "take pkgs, lib and modules from this nixpkgs, not from the set that pyoci carries"),
    Option("--ocitools", "FLAVOUR", "whose ociTools and railcar module to use: pyoci or nixpkgs"),
    Option("--index", "FILE", "index of store paths to use with pyoci's package set"),
)

EVALUATION_OPTIONS = (*INPUT_OPTIONS, *PACKAGE_OPTIONS)


class Input:
    """One thing to evaluate: a file, or a text. `name` is what a container in it is called."""

    __slots__ = ("file", "label", "name", "text")

    def __init__(self, *, file: str | None = None, text: str | None = None, label: str = "", name: str = "") -> None:
        self.file = file
        self.text = text
        self.label = label
        self.name = name


class Evaluation:
    """An evaluator set up by a command line, and what is known of its inputs."""

    accepts_bindings = True
    """Whether an input may be bindings (`services.x = …;`) instead of an expression."""

    def __init__(self, arguments: Arguments, settings: Settings) -> None:
        self.arguments = arguments
        self.evaluator = Evaluator(settings)
        self.texts = SourceTexts()
        self.given: list[str] = []

    def inputs(self) -> list[Input]:
        """What the command line names: expressions after -E, else files and folders, `-` for standard input.

        Raises InputError for a file that does not exist, UsageError where there is nothing to evaluate."""
        words = self.arguments.positional
        if self.arguments.flag("expr"):
            return [Input(text=word, label="«string»", name="container") for word in words if word != "-"] or [stdin()]
        if not words and not os.path.exists("default.nix"):
            raise UsageError("nothing to evaluate: no FILE is given, and there is no default.nix here")
        return [stdin() if word == "-" else self._file(word) for word in words or ["./default.nix"]]

    def attr_paths(self) -> list[str | None]:
        """What to select from each input: the paths of -A, else None, the whole value."""
        return [*self.arguments.texts("attr")] or [None]

    def _file(self, word: str) -> Input:
        path = word
        if word.startswith("<") and word.endswith(">"):
            try:
                path = from_bytes(self.evaluator.find_file(self.evaluator.search_path, word[1:-1]))
            except NixError as error:
                raise InputError(error.message, f"-I {word[1:-1]}=PATH says where it is") from None
        path = os.path.abspath(path)
        if os.path.isdir(path):
            path = os.path.join(path, "default.nix")
            if not os.path.exists(path):
                raise InputError(f"the folder '{word}' has no default.nix")
        if not os.path.exists(path):
            raise InputError(f"there is no file '{word}'", _near_file(word))
        stem = os.path.basename(path).removesuffix(".nix")
        return Input(file=path, name=os.path.basename(os.path.dirname(path)) if stem == "default" else stem)

    def load(self, given: Input, scope: dict[str, Lazy] | None = None) -> Value:
        """Evaluate an input; inside `Evaluator.run` only."""
        if given.file is not None:
            self.given.append(given.file)
            return self.load_file(given.file, scope)
        assert given.text is not None
        self.texts.add(given.label, given.text)
        self.given.append(given.label)
        return self.evaluator.eval_text(given.text, given.label, scope=scope, bindings=self.accepts_bindings)

    def load_file(self, path: str, scope: dict[str, Lazy] | None) -> Value:
        """Evaluate a file."""
        return self.evaluator.eval_file(path, scope)

    def function_arguments(self) -> dict[str, Lazy]:
        """What --arg, --argstr and their kin pass to a function, by name."""
        given: dict[str, Lazy] = {}
        for name, expression in self.arguments.pairs("arg"):
            self.texts.add("«string»", expression)
            given[name] = delay(self.evaluator.eval_text, expression)
        given.update(self.arguments.pairs("argstr"))
        for name, file in self.arguments.pairs("arg_from_file"):
            reads.contents(os.fsencode(os.path.abspath(file)))
            with open(file, encoding="utf-8", errors="surrogateescape") as stream:
                given[name] = stream.read()
        for name in self.arguments.texts("arg_from_stdin"):
            given[name] = sys.stdin.read()
        return given

    def package_scope(self) -> dict[str, Lazy]:
        """The names that pyoci puts in scope of what is given on its command line, and passes to functions that
        ask for them."""
        pkgs = delay(lambda evaluator: evaluator.pkgs(), self.evaluator)
        return {"pkgs": pkgs, "lib": delay(lambda packages: force(force(packages)["lib"]), pkgs)}

    def run(self, job: Callable[[], int]) -> int:
        """Run a job in the evaluator and return its status; an error of evaluation is shown on standard error, and
        the status is then `status_of` it."""
        self.evaluator.compile_with_helpers()
        line = None
        if sys.stderr.isatty():
            from pyoci.cli.progress import CompilingLine

            line = CompilingLine()
            self.evaluator.tell_of_compiling(line)
        try:
            return self.evaluator.run(job)
        except NixError as error:
            sys.stdout.flush()
            self.show_error(error)
            return self.status_of(error)
        finally:
            if line is not None:
                line.clear()
            with suppress(OSError):
                sys.stdout.flush()
            self.evaluator.close(in_background=True)

    def status_of(self, error: NixError) -> int:
        """The exit status of a run that ends with an error."""
        return 1

    def show_error(self, error: NixError) -> None:
        """Show an error for people."""
        from pyoci.cli.errors import render
        from pyoci.cli.place import UserFiles
        from pyoci.cli.terminal import width, write_lines

        settings = self.evaluator.settings
        libraries = [settings.store_dir, *([str(settings.nixpkgs)] if settings.nixpkgs else [])]
        report = self._with_hint(error)
        # What a store lacks is no fault of a file's.
        given = self.given if report.frames or not isinstance(error, StoreError) else ()
        lines = render(
            report,
            self.texts,
            UserFiles(given, libraries),
            show_trace=self.arguments.flag("show_trace"),
            width=width(sys.stderr),
            way_out=self._way_out(error, report),
        )
        write_lines(lines, sys.stderr)

    def _way_out(self, error: NixError, report: ErrorReport) -> str | None:
        """Where else a package may be that the embedded set does not have; None for other errors."""
        settings = self.evaluator.settings
        place = report.frames[0].position if report.frames else None
        source = self.texts.source(place.file) if place is not None else None
        named = any(prefix == "nixpkgs" for prefix, _ in settings.search_path)
        if place is None or source is None or settings.nixpkgs is not None or named:
            return None
        from pyoci.cli.names import is_package

        if not isinstance(error, UndefinedVariable | MissingAttribute) or not is_package(place, source, report.hint):
            return None
        with suppress(NixError):
            index = settings.index.name if settings.index else "the index that pyoci brings"
            return f"pkgs is nixpkgs {self._release()}, of {index}; --nixpkgs TREE takes a real nixpkgs"
        return None

    def _with_hint(self, error: NixError) -> ErrorReport:
        """The report of an error; of a name that nothing binds, with what it may have been meant to be."""
        report = self.evaluator.report(error)
        place = report.frames[0].position if report.frames else None
        source = self.texts.source(place.file) if place is not None else None
        if place is None or source is None or not isinstance(error, UndefinedVariable | MissingAttribute):
            return report
        from pyoci.cli.names import hint_for_sets, hint_for_text, hint_for_wrong_set

        hint = hint_for_text(error.name, place, source) if isinstance(error, UndefinedVariable) else None
        # That another set has the very name counts more than that this one has some like it.
        if hint is None and (report.hint is None or isinstance(error, MissingAttribute)):
            with suppress(NixError):
                sets = self.evaluator.run(self._well_known_sets)
                if isinstance(error, UndefinedVariable):
                    hint = hint_for_sets(error.name, sets)
                else:
                    hint = hint_for_wrong_set(place, source, sets)
        return report._replace(hint=hint or report.hint)

    def _release(self) -> str:
        """The release of nixpkgs that `pkgs` is of."""
        return str(self.evaluator.run(lambda: force(self._well_known_sets()["lib"]["version"]))).removesuffix("pre-git")

    def _well_known_sets(self) -> dict[str, dict[str, Lazy]]:
        pkgs = self.evaluator.pkgs()
        return {"builtins": self.evaluator.builtins, "lib": force(pkgs["lib"]), "pkgs": pkgs}


def stdin() -> Input:
    """Standard input, read to its end."""
    return Input(text=sys.stdin.read(), label="«stdin»", name="container")


def settings_for(arguments: Arguments) -> Settings:
    """Settings of the evaluator as the command line and the environment give them.

    Raises UsageError for a value that a setting cannot have."""
    options: dict[str, str] = {}
    for name, value in arguments.pairs("option"):
        if name.startswith("extra-"):
            name = name.removeprefix("extra-")
            value = f"{options.get(name, '')} {value}"
        options[name] = value
    settings = Settings(search_path=_search_path(arguments.texts("include"), options))
    settings.system = options.get("eval-system") or options.get("system") or settings.system
    settings.pure = options.get("pure-eval") == "true" and not arguments.flag("impure")
    settings.experimental_features |= frozenset(options.get("experimental-features", "").split())
    tree = arguments.text("nixpkgs")
    if tree is not None:
        settings.nixpkgs = _folder(tree)
        settings.search_path.append(("nixpkgs", str(settings.nixpkgs)))
    flavour = arguments.text("ocitools")
    if flavour is not None:
        settings.ocitools = _flavour(flavour)
    index = arguments.text("index")
    if index is not None:
        from pathlib import Path

        settings.index = Path(index)
    return settings


def _flavour(word: str) -> Literal["pyoci", "nixpkgs"]:
    if word == "pyoci":
        return "pyoci"
    if word == "nixpkgs":
        return "nixpkgs"
    raise UsageError(f"--ocitools is pyoci or nixpkgs, but not '{word}'")


def _folder(word: str) -> Path:
    from pathlib import Path

    if not os.path.isdir(word):
        raise UsageError(f"there is no folder '{word}'")
    return Path(word).absolute()


def _search_path(included: list[str], options: dict[str, str]) -> list[tuple[str, str]]:
    """-I options and the setting nix-path or NIX_PATH as (prefix, place) pairs, in the order in which they are looked
    at."""
    if "nix-path" in options:
        entries = [*included, *options["nix-path"].split()]
    else:
        entries = [*included, *split_path(os.environ.get("NIX_PATH", ""))]
    pairs: list[tuple[str, str]] = []
    for entry in entries:
        prefix, equals, place = entry.partition("=")
        pairs.append((prefix, place) if equals else ("", entry))
    return pairs


def split_path(text: str) -> list[str]:
    """The entries of NIX_PATH, parted by colons; a colon that belongs to a URL (`https://…`) parts nothing."""
    entries: list[str] = []
    for piece in text.split(":"):
        if piece.startswith("//") and entries:
            entries[-1] += ":" + piece
        else:
            entries.append(piece)
    return [entry for entry in entries if entry]


def _near_file(word: str) -> str | None:
    folder = os.path.dirname(word)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return None
    from pyoci.runtime.suggestions import similar

    return similar(word, [os.path.join(folder, name) for name in names if name.endswith(".nix")])
