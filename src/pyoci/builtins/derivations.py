"""Derivations: `derivation`, `derivationStrict`, `placeholder`.

`derivationStrict` turns a set into a derivation at once: every attribute becomes a string of the builder's environment
(or, with `__structuredAttrs`, a part of one JSON text), and the store paths that these strings refer to become its
inputs. `derivation` is what people call: the same set with outputs, whose paths are computed when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoci.builtins.derivation_keys import ALL, DRV_ATTRS, DRV_PATH, OUT_PATH, OUTPUT_NAME, TYPE, output_key
from pyoci.builtins.registry import builtin, constant
from pyoci.patterns import pattern
from pyoci.runtime.coercion import (
    coerce_to_string,
    expect_bool,
    expect_list,
    expect_plain_string,
    expect_set,
    expect_string,
)
from pyoci.runtime.errors import EVALUATION_ERRORS, EvalError, MissingAttribute, NixError, Position, add_trace
from pyoci.runtime.host import host
from pyoci.runtime.printing.json import json_string, to_json
from pyoci.runtime.printing.literals import format_name
from pyoci.runtime.shapes import SHAPE_CODES
from pyoci.runtime.strings import sorted_names
from pyoci.runtime.thunks import Thunk, force, force_thunk
from pyoci.runtime.values import ContextString, Lazy, Value, context_of, make_string
from pyoci.store import hashes, paths
from pyoci.store.derivation import Derivation, Output, fixed_output
from pyoci.store.features import disabled
from pyoci.store.registry import DerivationRegistry

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Final, TypeAlias


_WHILE_NAME: Final = "while evaluating the `name` attribute passed to builtins.derivationStrict"


def registry() -> DerivationRegistry:
    """The store of the evaluation that is running."""
    store: DerivationRegistry = host().store  # type: ignore[assignment] # the runtime knows less of it
    return store


def require(feature: str, reason: str = "") -> None:
    """Raises EvalError where an experimental feature is off."""
    if feature not in host().experimental_features:
        raise disabled(feature, reason)


def warn(message: str) -> None:
    """Warn as C++ Nix does."""
    host().trace(f"warning: {message}")


@builtin("placeholder", "output", is_global=True)
def placeholder(output: Value) -> Value:
    """A string that stands for the path of an output in the derivation's own attributes; building replaces it."""
    where = "while evaluating the first argument passed to builtins.placeholder"
    return paths.placeholder(expect_plain_string(output, where))


# derivationStrict


@builtin("derivationStrict", "attributes", is_global=True)
def derivation_strict(attributes: Value) -> Value:
    """Make a derivation of a set, now; gives its `drvPath` and the paths of its outputs. People use `derivation`."""
    given = expect_set(attributes, "while evaluating the argument passed to builtins.derivationStrict")
    if "name" not in given:
        error = MissingAttribute("attribute 'name' missing")
        error.traces.append(("in the attrset passed as argument to builtins.derivationStrict", None))
        raise error
    try:
        name = expect_plain_string(force(given["name"]), _WHILE_NAME)
    except EVALUATION_ERRORS as error:
        add_trace(error, "while evaluating the derivation attribute 'name'", _position(given, "name"))
        raise
    try:
        return _instantiate(name, given)
    except EVALUATION_ERRORS as error:
        _note_origin(error)
        place = _position(given, "name")
        where = f"\n  whose name attribute is located at {place.file}:{place.line}:{place.column}" if place else ""
        add_trace(error, f"while evaluating derivation '{name}'{where}")
        raise


def _note_origin(error: Exception) -> None:
    """Note on an error whether it arose here, or in the code of an expression that was evaluated for an attribute."""
    if not isinstance(error, NixError) or any(
        note.startswith("while evaluating derivation") for note, _ in error.traces
    ):
        return
    step = error.__traceback__
    while step is not None and _is_ours(step.tb_frame.f_code):
        step = step.tb_next
    error.of_derivation = step is None


def _is_ours(code: CodeType) -> bool:
    return code.co_filename.endswith(".py") and code not in SHAPE_CODES


def _position(attributes: dict[str, Lazy], name: str) -> Position | None:
    return host().attribute_position(next(key for key in attributes if key == name))


def _instantiate(name: str, attributes: dict[str, Lazy]) -> Value:
    try:
        paths.check_name(name)
    except paths.BadStorePathName as error:
        raise EvalError(
            f"invalid derivation name: {error.message}. Please pass a different 'name'.",
        ) from None
    recipe = _Recipe(
        name,
        structured=_flag(attributes, "__structuredAttrs"),
        ignore_nulls=_flag(attributes, "__ignoreNulls"),
    )
    recipe.gather(attributes)
    derivation = recipe.derivation()
    store = registry()
    path = store.add_derivation(derivation)
    result: dict[str, Lazy] = {"drvPath": make_string(path, frozenset((f"={path}",)))}
    for output, (output_path, _, _) in derivation.outputs.items():
        text = output_path or paths.downstream_placeholder(path, output)
        result[output] = make_string(text, frozenset((f"!{output}!{path}",)))
    return result


def _flag(attributes: dict[str, Lazy], name: str) -> bool:
    if name not in attributes:
        return False
    where = f"while evaluating the `{name}` attribute passed to builtins.derivationStrict"
    return expect_bool(force(attributes[name]), where)


class _Recipe:
    """What the attributes of a derivation say, gathered one by one in the order of their names."""

    __slots__ = (
        "algorithm",
        "arguments",
        "builder",
        "content",
        "content_addressed",
        "context",
        "environment",
        "ignore_nulls",
        "impure",
        "json",
        "method",
        "name",
        "outputs",
        "structured",
        "system",
    )

    def __init__(self, name: str, *, structured: bool, ignore_nulls: bool) -> None:
        self.name = name
        self.structured = structured
        self.ignore_nulls = ignore_nulls
        self.environment: dict[str, str] = {}
        self.json: list[str] = []
        self.context: set[str] = set()
        self.arguments: tuple[str, ...] = ()
        self.builder = ""
        self.system = ""
        self.outputs: list[str] = ["out"]
        self.content: str | None = None
        self.algorithm: str | None = None
        self.method: str | None = None
        self.content_addressed = False
        self.impure = False

    def gather(self, attributes: dict[str, Lazy]) -> None:
        """Evaluate all attributes."""
        names = sorted_names(attributes)
        if "__ignoreNulls" in attributes:
            names.remove("__ignoreNulls")
        take = self._take_structured if self.structured else self._take
        ignore_nulls = self.ignore_nulls
        name = ""
        try:
            for name in names:
                value = attributes[name]
                if value.__class__ is list:
                    value = force_thunk(value)
                if value is None and ignore_nulls:
                    continue
                if name in _APART:
                    _APART[name](self, value)
                else:
                    take(name, value)
        except EVALUATION_ERRORS as error:
            where = f"while evaluating attribute '{format_name(name)}' of derivation '{self.name}'"
            add_trace(error, where, host().attribute_position(name))
            raise

    def _take(self, name: str, value: Value) -> None:
        """An attribute that becomes a variable."""
        if value.__class__ is not str:
            value = coerce_to_string(value, coerce_more=True)
            if value.__class__ is ContextString:
                self.context |= value.context
                value = str(value)
        if name == "__json":
            self._take_json(value)
            return
        self.environment[name] = value
        if name in _NOTED:
            _NOTED[name](self, value)

    def _take_structured(self, name: str, value: Value) -> None:
        """An attribute that becomes a part of the JSON text."""
        if name == "__structuredAttrs":
            return
        text, context = to_json(value)
        self.json.append(f"{json_string(name)}:{text}")
        self.context |= context
        if name == "outputs":
            self._note_outputs([expect_plain_string(force(output)) for output in expect_list(value)])
        elif name == "builder":
            self._note_builder(str(expect_string(value)))
        elif name in _NOTED:
            _NOTED[name](self, expect_plain_string(value))
        elif name in _OUTPUT_CHECKS:
            warn(
                f"In a derivation named '{self.name}', 'structuredAttrs' disables the effect of the derivation "
                f"attribute '{name}'; use 'outputChecks.<output>.{name}' instead"
            )

    def _take_json(self, text: str) -> None:
        """The old way to structured attributes: the JSON text itself."""
        warn(
            f"In derivation '{self.name}': setting structured attributes via '__json' is deprecated, and may be "
            "disallowed in future versions of Nix. Set '__structuredAttrs = true' instead."
        )
        from pyoci.builtins.json_text import parse_json

        try:
            value = parse_json(text)
        except EvalError as error:
            raise EvalError(f"cannot process __json attribute: {error.message}") from None
        if value.__class__ is not dict:
            raise EvalError(
                "cannot process __json attribute: [json.exception.type_error.302] type must be object, but is "
                + _JSON_TYPES.get(value.__class__, "null")
            )
        self.environment["__json"] = to_json(value)[0]

    def _take_content_addressed(self, value: Value) -> None:
        if expect_bool(value):
            self.content_addressed = True
            require("ca-derivations")

    def _take_impure(self, value: Value) -> None:
        if expect_bool(value):
            self.impure = True
            require("impure-derivations")

    def _take_arguments(self, value: Value) -> None:
        arguments: list[str] = []
        for element in expect_list(value):
            try:
                string = coerce_to_string(element, coerce_more=True)
            except EVALUATION_ERRORS as error:
                add_trace(error, "while evaluating an element of the argument list")
                raise
            self.context |= context_of(string)
            arguments.append(str(string))
        self.arguments = tuple(arguments)

    def _note_builder(self, text: str) -> None:
        self.builder = text

    def _note_system(self, text: str) -> None:
        self.system = text

    def _note_output_hash(self, text: str) -> None:
        self.content = text

    def _note_algorithm(self, text: str) -> None:
        self.algorithm = hashes.parse_algorithm(text) if text in hashes.SIZES else None

    def _note_method(self, text: str) -> None:
        method = "nar" if text == "recursive" else text
        if method not in paths.METHOD_PREFIXES:
            raise EvalError(f"invalid value '{text}' for 'outputHashMode' attribute")
        if method == "text":
            require("dynamic-derivations", f"text-hashed derivation '{self.name}', outputHashMode = \"text\"")
        if method == "git":
            require("git-hashing")
        self.method = method

    def _note_output_words(self, text: str) -> None:
        self._note_outputs(_WORD.findall(text))

    def _note_outputs(self, names: list[str]) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise EvalError(f"duplicate derivation output '{name}'")
            if name == "drvPath":
                raise EvalError("invalid derivation output name 'drvPath'")
            seen.add(name)
        if not names:
            raise EvalError("derivation cannot have an empty set of outputs")
        self.outputs = names

    def derivation(self) -> Derivation:
        """The derivation; where its outputs are input-addressed, their paths are still to be computed."""
        if self.structured:
            self.environment["__json"] = "{" + ",".join(self.json) + "}"
        inputs, sources, dynamic = _inputs(self.context)
        if not self.builder:
            raise EvalError("required attribute 'builder' missing")
        if not self.system:
            raise EvalError("required attribute 'system' missing")
        if self.name.endswith(".drv") and not (self.method == "text" and self.outputs == ["out"]):
            raise EvalError(
                "derivation names are allowed to end in '.drv' only if they produce a single derivation file"
            )
        outputs = self._outputs()
        return Derivation(
            self.name, outputs, inputs, sources, self.system, self.builder, self.arguments, self.environment, dynamic
        )

    def _outputs(self) -> dict[str, Output]:
        """The outputs; sets their variables where they are not input-addressed."""
        if self.content is not None:
            if self.outputs != ["out"]:
                raise EvalError("multiple outputs are not supported in fixed-output derivations")
            content = hashes.parse_allow_empty(self.content, self.algorithm, warn)
            fixed = fixed_output(self.name, self.method or "flat", content, registry().store_dir)
            self.environment["out"] = fixed.path
            return {"out": fixed}
        if not self.content_addressed and not self.impure:
            return dict.fromkeys(self.outputs, Output())
        if self.content_addressed and self.impure:
            raise EvalError("derivation cannot be both content-addressed and impure")
        algorithm = hashes.parse_algorithm(self.algorithm or "sha256")
        output = Output("", paths.METHOD_PREFIXES[self.method or "nar"] + algorithm, "impure" if self.impure else "")
        for name in self.outputs:
            self.environment[name] = paths.placeholder(name)
        return dict.fromkeys(self.outputs, output)


_APART: Final[dict[str, Callable[[_Recipe, Value], None]]] = {
    "__contentAddressed": _Recipe._take_content_addressed,
    "__impure": _Recipe._take_impure,
    "args": _Recipe._take_arguments,
}
"""Attributes that the builder does not see."""

_NOTED: Final[dict[str, Callable[[_Recipe, str], None]]] = {
    "builder": _Recipe._note_builder,
    "outputHash": _Recipe._note_output_hash,
    "outputHashAlgo": _Recipe._note_algorithm,
    "outputHashMode": _Recipe._note_method,
    "outputs": _Recipe._note_output_words,
    "system": _Recipe._note_system,
}
"""Attributes that mean something beside being seen by the builder."""

_OUTPUT_CHECKS: Final = frozenset(
    (
        "allowedReferences",
        "allowedRequisites",
        "disallowedReferences",
        "disallowedRequisites",
        "maxClosureSize",
        "maxSize",
    )
)

_JSON_TYPES: Final[dict[type, str]] = {bool: "boolean", int: "number", float: "number", str: "string", tuple: "array"}

_WORD: Final = pattern(r"[^ \t\n\r]+")


_Inputs: TypeAlias = "tuple[dict[str, tuple[str, ...]], tuple[str, ...], dict[str, Any] | None]"


def _inputs(context: Iterable[str]) -> _Inputs:
    """Input derivations, input sources and dynamic inputs of strings with some context."""
    dynamic: dict[str, Any] | None = None
    derivations: dict[str, tuple[str, ...]] = {}
    sources: set[str] = set()
    deep: list[str] = []
    for element in context:
        if element[0] == "!":
            output, _, path = element[1:].partition("!")
            if path[0] == "!":
                dynamic = dynamic or {}
                derivations.setdefault(_note_dynamic_input(dynamic, path, output), ())
                continue
            derivations[path] = (*derivations[path], output) if path in derivations else (output,)
        elif element[0] == "=":
            deep.append(element[1:])
        else:
            sources.add(element)
    if deep:
        # Whoever refers to a `.drv` file with all it needs may build any part of it.
        store = registry()
        for root in deep:
            for path in store.closure(root):
                sources.add(path)
                if path.endswith(".drv"):
                    derivations[path] = tuple(store.derivation(path).outputs)
    return derivations, tuple(sources), dynamic


def _note_dynamic_input(dynamic: dict[str, Any], derivation: str, output: str) -> str:
    """Note an output of what is itself the output of a derivation (`!out!/nix/store/….drv`); gives the path of that
    derivation, or of the one that builds it, and so on."""
    *outputs, path = derivation[1:].split("!")
    node: Any = (set(), dynamic.setdefault(path, {}))
    # `!a!!b!PATH`: output a of what PATH builds as its output b.
    for name in reversed([name for name in outputs if name]):
        node = node[1].setdefault(name, (set(), {}))
    node[0].add(output)
    return path


# derivation


@constant("derivation", is_global=True)
def derivation_function() -> Value:
    """Make a derivation of a set: the set itself with an attribute for each output, `drvPath`, `outPath` (the path of
    the first output), `all`, `drvAttrs`, `outputName` and `type`."""
    return derivation


def derivation(attributes: Lazy) -> Value:
    """outputs? ..."""
    # The docstring is the signature that `builtins.functionArgs` shows.
    given = expect_set(force(attributes), "while evaluating the value passed for the lambda argument")
    names = _output_names(given)
    strict: Thunk = [_evaluate_strict, given]
    if len(names) == 1:
        name = names[0]
        only = given.copy()
        only[output_key(name)] = only
        _finish(only, given, [_captured, (only,)], strict, name)
        return only
    # The first of equal names wins, as in listToAttrs; `derivationStrict` complains about them later.
    common = given.copy()
    all_outputs: list[Thunk] = [[_evaluate_output, common, given, strict, name] for name in names]
    for name, output in zip(reversed(names), reversed(all_outputs), strict=True):
        common[output_key(name)] = output
    common[ALL] = [_captured, tuple(all_outputs)]
    return force_thunk(all_outputs[0])


def _output_names(attributes: dict[str, Lazy]) -> list[str]:
    if "outputs" not in attributes:
        return ["out"]
    outputs = expect_list(force(attributes["outputs"]), "while evaluating the second argument passed to builtins.map")
    if not outputs:
        raise EvalError("'builtins.head' called on an empty list")
    where = "while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs"
    return [expect_plain_string(force(output), where) for output in outputs]


def _captured(thunk: Thunk) -> Value:
    """For a value that is at hand, but that Nix has not evaluated yet."""
    return thunk[1]


def _evaluate_strict(thunk: Thunk) -> Value:
    return derivation_strict(thunk[1])


def _evaluate_output(thunk: Thunk) -> Value:
    _, common, given, strict, name = thunk
    value: dict[str, Lazy] = common.copy()
    _finish(value, given, common["all"], strict, name)
    return value


def _finish(value: dict[str, Lazy], given: dict[str, Lazy], all_outputs: Lazy, strict: Thunk, name: str) -> None:
    """Add what every output of a derivation has."""
    value[ALL] = all_outputs
    value[DRV_ATTRS] = given
    value[OUT_PATH] = [_from_strict, strict, name]
    value[DRV_PATH] = [_from_strict, strict, "drvPath"]
    value[TYPE] = "derivation"
    value[OUTPUT_NAME] = name


def _from_strict(thunk: Thunk) -> Value:
    _, strict, name = thunk
    result: dict[str, Value] = force_thunk(strict)
    if name not in result:
        raise MissingAttribute(f"attribute '{format_name(name)}' missing")
    return result[name]
