"""Strings: joining, cutting, replacing; the names and folders of paths."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pyoci.builtins.registry import Check, builtin
from pyoci.runtime.coercion import coerce_to_string, expect_int, expect_list, expect_string
from pyoci.runtime.errors import EvalError, NixError
from pyoci.runtime.strings import as_bytes_text, byte_length, from_bytes_text, joined
from pyoci.runtime.thunks import force, force_thunk
from pyoci.runtime.values import ContextString, Lazy, Value, context_of, from_bytes, make_string, to_bytes

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    import re

_FIRST = "while evaluating the first argument passed to builtins."
_ARGUMENT = "while evaluating the argument passed to builtins."
_SEPARATOR = "while evaluating the first argument (the separator string) passed to builtins.concatStringsSep"


def coerced(value: Value, where: str, *, coerce_more: bool = False, copy_to_store: bool = True) -> str:
    """`coerce_to_string`, with the trace line `where` on errors."""
    if value.__class__ is str or value.__class__ is ContextString:
        return value
    try:
        return coerce_to_string(value, coerce_more=coerce_more, copy_to_store=copy_to_store)
    except NixError as error:
        error.traces.append((where, None))
        raise


@builtin("toString", "e", is_global=True)
def to_string(value: Value) -> Value:
    """The string of nearly any value.

    Null and false are empty, true is 1, a list is its elements with spaces between; a path is its text, a set what its
    `__toString` or `outPath` says."""
    if value.__class__ is int:
        return str(value)
    return coerced(value, _FIRST + "toString", coerce_more=True, copy_to_store=False)


@builtin("stringLength", "e")
def string_length(value: Value) -> Value:
    """The length of a string in bytes."""
    return byte_length(coerced(value, _ARGUMENT + "stringLength"))


def _check_start(start: Value) -> None:
    if expect_int(start, _FIRST_OF_SUBSTRING) < 0:
        raise EvalError("negative start position in 'substring'")


@builtin(
    "substring",
    "start len s",
    checks=(
        Check("{0}.__class__ is I and {0} >= 0", _check_start),
        Check("{1}.__class__ is I", lambda _, length: expect_int(length, _SECOND_OF_SUBSTRING)),
    ),
)
def substring(start: Value, length: Value, value: Value) -> Value:
    """The bytes of a string from `start` on, at most `len` of them; all that follow if `len` is negative.

    The context is kept, whatever is cut away."""
    if start.__class__ is not int or length.__class__ is not int or start < 0:
        _check_start(start)
        expect_int(length, _SECOND_OF_SUBSTRING)
    if value.__class__ is not str:
        value = coerced(value, _THIRD_OF_SUBSTRING)
    if value.isascii():
        text = value[start:] if length < 0 else value[start : start + length]
        return make_string(text, value.context) if value.__class__ is ContextString else text
    data = to_bytes(value)
    return make_string(from_bytes(data[start:] if length < 0 else data[start : start + length]), context_of(value))


_FIRST_OF_SUBSTRING = "while evaluating the first argument (the start offset) passed to builtins.substring"
_SECOND_OF_SUBSTRING = "while evaluating the second argument (the substring length) passed to builtins.substring"
_THIRD_OF_SUBSTRING = "while evaluating the third argument (the string) passed to builtins.substring"


@builtin(
    "concatStringsSep",
    "separator list",
    checks=(Check("{0}.__class__ is S", lambda separator: expect_string(separator, _SEPARATOR)),),
)
def concat_strings_sep(separator: Value, strings: Value) -> Value:
    """The strings of a list, with a separator between them. Paths are copied to the store."""
    expect_string(separator, _SEPARATOR)
    expect_list(
        strings,
        "while evaluating the second argument (the list of strings to concat) passed to builtins.concatStringsSep",
    )
    pieces: list[str] = []
    context: set[str] = set(context_of(separator))
    for element in strings:
        if element.__class__ is list:
            element = force_thunk(element)
        if element.__class__ is not str:
            element = coerced(element, _ELEMENT_OF_CONCAT)
            if element.__class__ is ContextString:
                context |= element.context
        pieces.append(element)
    text = separator.join(pieces)
    if not text.isascii():
        text = joined(text)
    if context:
        return make_string(text, frozenset(context))
    return text


_ELEMENT_OF_CONCAT = "while evaluating one element of the list of strings to concat passed to builtins.concatStringsSep"


def _check_sources(sources: Value) -> None:
    expect_list(sources, _FIRST + "replaceStrings")


def _check_targets(sources: Value, targets: Value) -> None:
    expect_list(targets, "while evaluating the second argument passed to builtins.replaceStrings")
    if len(sources) != len(targets):
        raise EvalError("'from' and 'to' arguments passed to builtins.replaceStrings have different lengths")


@builtin(
    "replaceStrings",
    "from to s",
    checks=(
        Check("{0}.__class__ is T", _check_sources),
        Check("{1}.__class__ is T and len({0}) == len({1})", _check_targets),
    ),
)
def replace_strings(sources: Value, targets: Value, string: Value) -> Value:
    """Replace every occurrence of each string of `from` by the one at the same place of `to`.

    From left to right, at each byte the first of `from` that fits wins; the empty string fits everywhere, and is put
    in without taking a byte away. Replacements that are not used are not evaluated."""
    _check_sources(sources)
    _check_targets(sources, targets)
    replacements = _Replacements(sources, targets)
    expect_string(string, "while evaluating the third argument passed to builtins.replaceStrings")
    text = replacements.apply(string)
    context = context_of(string).union(replacements.context) if replacements.context else context_of(string)
    return make_string(text, context)


class _Replacements:
    """What `replaceStrings` replaces by what.

    Works on the string itself where all of it is ASCII, else on its bytes as characters; `view` makes the one or the
    other of a string."""

    def __init__(self, sources: tuple[Lazy, ...], targets: tuple[Lazy, ...]) -> None:
        self.sources = [expect_string(force(source), _ONE_SOURCE) for source in sources]
        self.targets = targets
        self.context: set[str] = set()
        self.view: Callable[[str], str] = str

    def target(self, index: int) -> str:
        """The replacement of the source at `index`, evaluated now."""
        target = expect_string(force(self.targets[index]), _ONE_TARGET)
        if target.__class__ is ContextString:
            self.context |= target.context
        return self.view(target)

    def apply(self, string: str) -> str:
        """`string` with everything replaced, without context."""
        if not string.isascii():
            self.view = as_bytes_text
            string = as_bytes_text(string)
        # Of equal sources, and of all behind an empty one, only the first can ever fit.
        first_of: dict[str, int] = {}
        empty: int | None = None
        for index, source in enumerate(self.sources):
            if not source:
                empty = index
                break
            source = self.view(source)
            if source in string:
                first_of.setdefault(source, index)
        if empty is None and not first_of:
            return str(string) if self.view is str else from_bytes_text(string)
        text = self.apply_all(string, first_of, empty)
        # Replacements of an ASCII string may be anything; of bytes, they are bytes.
        return joined(text) if self.view is str else from_bytes_text(text)

    def apply_all(self, string: str, first_of: dict[str, int], empty: int | None) -> str:
        if empty is not None:
            return self.apply_with_empty(string, first_of, empty)
        if len(first_of) == 1:
            ((source, index),) = first_of.items()
            return string.replace(source, self.target(index))
        if all(len(source) == 1 for source in first_of):
            # All of them are in the string, so all are needed; in the order of the string, should one fail.
            in_order = sorted(first_of, key=string.index)
            table = {ord(source): self.target(first_of[source]) for source in in_order}
            return string.translate(table)
        return self.apply_several(string, first_of)

    def apply_several(self, string: str, first_of: dict[str, int]) -> str:
        known: dict[str, str] = {}
        pieces: list[str] = []
        behind = 0
        for found in _any_of(tuple(first_of)).finditer(string):
            source = found[0]
            target = known.get(source)
            if target is None:
                target = known[source] = self.target(first_of[source])
            pieces += string[behind : found.start()], target
            behind = found.end()
        pieces.append(string[behind:])
        return "".join(pieces)

    def apply_with_empty(self, string: str, first_of: dict[str, int], empty: int) -> str:
        known: dict[str, str] = {}
        pieces: list[str] = []
        behind = 0
        insertion: str | None = None
        # A match ends where the next may begin; every byte not matched, and the end, gets the insertion in front.
        for found in _any_of(tuple(first_of)).finditer(string) if first_of else ():
            if found.start() > behind:
                insertion = self.target(empty) if insertion is None else insertion
                pieces += insertion, insertion.join(string[behind : found.start()])
            source = found[0]
            target = known.get(source)
            if target is None:
                target = known[source] = self.target(first_of[source])
            pieces.append(target)
            behind = found.end()
        insertion = self.target(empty) if insertion is None else insertion
        pieces += insertion, insertion.join(string[behind:])
        if behind < len(string):
            pieces.append(insertion)
        return "".join(pieces)


_ONE_SOURCE = "while evaluating one of the strings to replace passed to builtins.replaceStrings"
_ONE_TARGET = "while evaluating one of the replacement strings passed to builtins.replaceStrings"


@lru_cache(maxsize=200)
def _any_of(sources: tuple[str, ...]) -> re.Pattern[str]:
    import re

    return re.compile("|".join(map(re.escape, sources)))


@builtin("baseNameOf", "x", is_global=True)
def base_name_of(value: Value) -> Value:
    """The last part of a path or of a string like one; one slash at the end does not count."""
    string = coerced(value, _FIRST + "baseNameOf", copy_to_store=False)
    text = str(string)
    if text.endswith("/"):
        text = text[:-1]
    return make_string(text[text.rfind("/") + 1 :], context_of(string))


@builtin("dirOf", "s", is_global=True)
def dir_of(value: Value) -> Value:
    """The folder of a path, as a path; of a string, all before its last slash, as a string."""
    if value.__class__ is bytes:
        return value[: value.rfind(b"/")] or b"/"
    string = coerced(value, "while evaluating the first argument passed to 'builtins.dirOf'", copy_to_store=False)
    slash = string.rfind("/")
    text = "." if slash < 0 else string[:slash] or "/"
    return make_string(text, context_of(string))
