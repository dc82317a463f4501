"""`pyoci nix-instantiate`: C++ Nix's nix-instantiate, its arguments, its output and its errors."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from pyoci.cli import nix_log
from pyoci.cli.arguments import Arguments, Option, UsageError, parse
from pyoci.cli.evaluation import INPUT_OPTIONS, Evaluation, Input, settings_for
from pyoci.cli.nix_settings import is_setting, setting_of
from pyoci.runtime import reads
from pyoci.runtime.errors import EvalError, HashMismatch, NixError
from pyoci.runtime.values import Lazy, Value, from_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from types import FunctionType

    from pyoci.runtime.errors import Position
    from pyoci.runtime.printing.xml import Places
    from pyoci.settings import Settings

NIX_VERSION = "2.34.8"
"""The version of Nix whose behaviour this is."""

OPTIONS = (
    *INPUT_OPTIONS,
    Option("--parse --parse-only", "", "print the parsed expression", name="parse"),
    Option("--eval --eval-only", "", "print the value, instead of making derivations", name="eval"),
    Option("--find-file", "", "look the words up in the search path"),
    Option("--strict", "", "with --eval, evaluate lists and sets with everything in them"),
    Option("--json", "", "with --eval, print JSON"),
    Option("--xml", "", "with --eval, print XML"),
    Option("--raw", "", "with --eval, print a string as it is"),
    Option("--no-location", "", "with --xml, leave out where attributes are defined"),
    Option("--no-eval-cache", "", "evaluate, even if an earlier answer is known and nothing has changed"),
    Option("--read-write-mode", "", "with --eval and --store, write to the store"),
    Option("--readonly-mode", "", "without --eval, write nothing", name="readonly_mode"),
    Option("--store", "FOLDER", "write .drv files and sources to FOLDER/nix/store (also: NIX_REMOTE=FOLDER)"),
    Option("--dry-run", "", "accepted"),
    Option("--impure", "", "the opposite of --pure-eval"),
    Option("--eval-store", "URL", "accepted"),
    Option("--add-root", "LINK", "make LINK (then LINK-2, …) a link to the .drv file, and print that instead"),
    Option("--indirect", "", "accepted"),
    Option("--repair", "", "accepted"),
    Option("--log-format", "FORMAT", "accepted"),
    Option("-v --verbose", "", "accepted", repeated=True),
    Option("--quiet", "", "accepted", repeated=True),
    Option("--debug", "", "accepted"),
    Option("-j --max-jobs", "N", "accepted", name="max_jobs"),
    Option("-k --keep-going", "", "accepted"),
    Option("-K --keep-failed", "", "accepted"),
    Option("-Q --no-build-output", "", "accepted"),
    Option("--help", "", "this help"),
    Option("--version", "", "the version of Nix whose behaviour this is"),
)

_UNROOTED = "you did not specify '--add-root'; the result might be removed by the garbage collector"

_FORMATS = ("json", "xml", "raw")


def run(words: list[str]) -> int:
    """Do what nix-instantiate does with these words. Every failure has status 1, but a wrong hash 102."""
    try:
        arguments = parse(OPTIONS, words, setting=setting_of)
        settings = settings_for(arguments).replaced(embedded=False, trace=nix_log.write)
        settings.abort_on_warn = _aborts_on_warning(arguments)
        _set_store(settings, arguments)
        _confine(settings, arguments)
    except UsageError as error:
        sys.stderr.write(f"error: {error.message}\nTry 'pyoci nix-instantiate --help' for more information.\n")
        return 1
    if arguments.flag("help"):
        sys.stdout.write(help_text())
        return 0
    if arguments.flag("version"):
        sys.stdout.write(f"nix-instantiate (Nix) {NIX_VERSION}\n")
        return 0
    for name, _ in arguments.pairs("option"):
        if not is_setting(name):
            sys.stderr.write(f"warning: unknown setting '{name}'\n")
    evaluation = NixEvaluation(arguments, settings)
    action = _find_files if arguments.flag("find_file") else _parse if arguments.flag("parse") else _evaluate
    return evaluation.run(lambda: action(evaluation))


def _aborts_on_warning(arguments: Arguments) -> bool:
    named = dict(arguments.pairs("option")).get("abort-on-warn")
    return named == "true" if named is not None else os.environ.get("NIX_ABORT_ON_WARN") in ("1", "yes", "true")


def _confine(settings: Settings, arguments: Arguments) -> None:
    """Which files evaluation may read."""
    options = dict(arguments.pairs("option"))
    settings.import_from_derivation = options.get("allow-import-from-derivation") != "false"
    settings.allowed_uris = tuple(options.get("allowed-uris", "").split())
    if settings.pure:
        settings.files = "pure"
        settings.search_path = []
    elif options.get("restrict-eval") == "true":
        settings.files = "restricted"


def _set_store(settings: Settings, arguments: Arguments) -> None:
    """Which store to use, and whether it is written to: where derivations are made, and not where values are shown."""
    from pyoci.cli.stores import store_folder

    named = arguments.text("store") or dict(arguments.pairs("option")).get("store")
    if named is not None:
        settings.store = store_folder(named)
    elif os.environ.get("NIX_REMOTE"):
        with suppress(UsageError):
            settings.store = store_folder(os.environ["NIX_REMOTE"])
    reading = any(arguments.flag(name) for name in ("eval", "parse", "find_file"))
    settings.read_only = not arguments.flag("read_write_mode") if reading else arguments.flag("readonly_mode")


class NixEvaluation(Evaluation):
    """An evaluation whose inputs and errors are those of nix-instantiate."""

    accepts_bindings = False

    def load_file(self, path: str, scope: dict[str, Lazy] | None) -> Value:
        return self.evaluator.import_file(os.fsencode(path), scope)

    def inputs(self) -> list[Input]:
        words = self.arguments.positional
        if self.arguments.flag("expr"):
            return [Input(text=word, label="«string»") for word in words]
        if "-" in words:
            return [Input(text=sys.stdin.read(), label="«stdin»")]
        return [Input(file=self.resolve(word)) for word in words or ["./default.nix"]]

    def resolve(self, word: str) -> str:
        """The file that a word on the command line names. Raises NixError where there is none."""
        if word.startswith("<") and word.endswith(">"):
            path = from_bytes(self.evaluator.find_file(self.evaluator.search_path, word[1:-1]))
        else:
            path = os.path.abspath(word)
        if os.path.isdir(path):
            path = os.path.join(path, "default.nix")
        if not os.path.exists(path):
            raise EvalError(f"path '{path}' does not exist")
        return path

    def load(self, given: Input, scope: dict[str, Lazy] | None = None) -> Value:
        levels = dict(self.arguments.pairs("option"))
        if any(name.startswith("lint-") for name in levels):
            self._lint(given, levels)
        return super().load(given, scope)

    def _lint(self, given: Input, levels: dict[str, str]) -> None:
        from pyoci.cli.nix_errors import render_warning
        from pyoci.cli.nix_lints import lint

        if given.text is not None:
            self.texts.add(given.label, given.text)
        source = self.texts.source(given.file or given.label)
        if source is None:
            return
        for message, position in lint(self.evaluator.parse(source), source, levels):
            sys.stderr.write(render_warning(message, position, self.texts))

    def status_of(self, error: NixError) -> int:
        return 102 if isinstance(error, HashMismatch) else 1

    def show_error(self, error: NixError) -> None:
        from pyoci.cli.nix_errors import render

        show_trace = self.arguments.flag("show_trace")
        for name, value in self.arguments.pairs("option"):
            show_trace = value == "true" if name == "show-trace" else show_trace
        report = self.evaluator.report(error)
        if error.of_derivation and report.frames and not report.frames[0].note:
            report = report._replace(frames=report.frames[1:])
        sys.stderr.write(render(report, self.texts, show_trace, of_text=error.position is not None))


def _find_files(evaluation: NixEvaluation) -> int:
    for word in evaluation.arguments.positional:
        found = evaluation.evaluator.find_file(evaluation.evaluator.search_path, word)
        sys.stdout.write(from_bytes(found) + "\n")
    return 0


def _parse(evaluation: NixEvaluation) -> int:
    from pyoci.syntax.printing import print_tree
    from pyoci.syntax.source import Source

    for given in evaluation.inputs():
        if given.file is not None:
            evaluation.evaluator.admit(os.fsencode(given.file))
            source = evaluation.texts.source(given.file)
            if source is None:
                raise EvalError(f"opening file '{given.file}' failed")
        else:
            source = Source(given.text or "", given.label, os.fsencode(os.getcwd()))
        sys.stdout.write(print_tree(evaluation.evaluator.parse(source), source) + "\n")
    return 0


def _evaluate(evaluation: NixEvaluation) -> int:
    arguments, evaluator = evaluation.arguments, evaluation.evaluator
    show = _show if arguments.flag("eval") else _Instantiation(evaluation).show
    function_arguments = evaluation.function_arguments()
    for given in evaluation.inputs():
        value = evaluation.load(given)
        for attr_path in arguments.texts("attr") or [""]:
            selected = evaluator.select(value, attr_path, function_arguments)
            # Without arguments, a function is shown as it is; looking for derivations calls it in any case.
            show(evaluation, evaluator.auto_call(selected, function_arguments) if function_arguments else selected)
    return 0


def _show(evaluation: NixEvaluation, value: Value) -> None:
    arguments = evaluation.arguments
    formats = [name for name in arguments.values if name in _FORMATS]
    strict = arguments.flag("strict")
    if not formats:
        from pyoci.runtime.printing import print_value

        if strict:
            from pyoci.runtime.deep import force_deep

            force_deep(value)
        sys.stdout.write(print_value(value) + "\n")
    elif formats[-1] == "json":
        from pyoci.runtime.printing import to_json

        sys.stdout.write(to_json(value, strict=strict)[0] + "\n")
    elif formats[-1] == "xml":
        from pyoci.runtime.printing.xml import write_xml

        write_xml(value, sys.stdout.write, strict, None if arguments.flag("no_location") else _places(evaluation))
    else:
        from pyoci.runtime.coercion import coerce_to_string

        try:
            sys.stdout.write(str(coerce_to_string(value)))
        except NixError as error:
            error.traces.append(("while generating the nix-instantiate output", None))
            raise


def _places(evaluation: NixEvaluation) -> Places:
    """Where attributes and functions were written, for XML."""
    from pyoci.builtins.reflection import position_of_key
    from pyoci.runtime.printing.functions import written_function
    from pyoci.runtime.printing.xml import Places

    evaluator = evaluation.evaluator
    keys: dict[str, str] = {}
    of: list[object] = [None]

    def of_attribute(attributes: dict[str, Lazy], name: str) -> Position | None:
        if of[0] is not attributes:
            of[0] = attributes
            keys.clear()
            keys.update((key, key) for key in attributes)
        return position_of_key(keys[name])

    def of_function(function: FunctionType) -> Position | None:
        written, given = written_function(function)
        return evaluator.reporter.function_position(written.__code__, given)

    return Places(of_attribute, of_function)


class _Instantiation:
    """The derivations of a run: written, printed, and kept from the garbage collector by links."""

    def __init__(self, evaluation: NixEvaluation) -> None:
        link = evaluation.arguments.text("add_root")
        self.link = os.path.abspath(link) if link else None
        self.shown = 0
        if self.link is not None:
            reads.unrepeatable()  # the links are part of what a run does

    def show(self, evaluation: NixEvaluation, value: Value) -> None:
        """Print the derivations that a value holds: it may be one, or a list or set of such values."""
        from pyoci.cli.derivations import derivations_in, instantiated

        evaluator = evaluation.evaluator
        arguments = evaluation.function_arguments()
        store = evaluator.store
        for derivation in list(derivations_in(value, lambda inner: evaluator.auto_call(inner, arguments))):
            path, mark, output = instantiated(derivation).partition("!")
            if store.target is not None:
                store.write_closure(path)
            sys.stdout.write(self._rooted(evaluation, path) + mark + output + "\n")

    def _rooted(self, evaluation: NixEvaluation, path: str) -> str:
        """The link to a derivation, or, where none is wanted, its path."""
        self.shown += 1
        if self.link is None:
            if self.shown == 1:
                nix_log.write(f"warning: {_UNROOTED}")
            return path
        from pyoci.store.roots import add_root

        link = self.link if self.shown == 1 else f"{self.link}-{self.shown}"
        settings = evaluation.evaluator.settings
        add_root(link, path, settings.store, settings.store_dir)
        return link


def help_text() -> str:
    """The help of `pyoci nix-instantiate`."""
    from pyoci.cli.arguments import describe

    return f"""\
Usage: pyoci nix-instantiate [--parse | --eval [--strict] [--json | --xml | --raw]] [OPTION …] [FILE | - …]
       pyoci nix-instantiate --find-file NAME …

Does what nix-instantiate of Nix {NIX_VERSION} does. The paths of derivations are computed and printed; .drv files are
written only where --store names a folder. Every setting of Nix is an option too (--max-call-depth 1000, --pure-eval).

Options:
{describe(OPTIONS)}

Examples:
  pyoci nix-instantiate --eval --strict -E '{{ a = 1 + 1; }}'
  pyoci nix-instantiate default.nix -A hello --store ./store
"""
