"""String contexts: what a string refers to, and how that is looked at, added and taken away."""

from __future__ import annotations

from pyoci.builtins.derivations import registry
from pyoci.builtins.registry import builtin
from pyoci.builtins.strings import coerced
from pyoci.runtime.coercion import expect_bool, expect_list, expect_plain_string, expect_set, expect_string
from pyoci.runtime.errors import EvalError
from pyoci.runtime.host import host
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Context, Lazy, Value, context_of, make_string

_ARGUMENT = "while evaluating the argument passed to builtins."
_BASE32 = frozenset("0123456789abcdfghijklmnpqrsvwxyz")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._?=")


@builtin("hasContext", "s")
def has_context(string: Value) -> Value:
    """Whether a string refers to anything in the store."""
    return bool(context_of(expect_string(string, _ARGUMENT + "hasContext")))


@builtin("getContext", "s")
def get_context(string: Value) -> Value:
    """What a string refers to: store path to a set of `path = true`, `allOutputs = true` and `outputs`."""
    return context_as_set(context_of(expect_string(string, _ARGUMENT + "getContext")))


def context_as_set(context: Context) -> dict[str, Lazy]:
    """A context in the form of getContext."""
    paths: set[str] = set()
    whole: set[str] = set()
    outputs: dict[str, list[str]] = {}
    for element in context:
        if element[0] == "!":
            output, _, path = element[1:].partition("!")
            outputs.setdefault(path, []).append(output)
        elif element[0] == "=":
            whole.add(element[1:])
        else:
            paths.add(element)
    result: dict[str, Lazy] = {}
    for path in sorted({*paths, *whole, *outputs}):
        info: dict[str, Lazy] = {}
        if path in paths:
            info["path"] = True
        if path in whole:
            info["allOutputs"] = True
        if path in outputs:
            info["outputs"] = tuple(sorted(outputs[path]))
        # A string of its own: the one at hand may be the key of an attribute, and lead to where that is written.
        result[(path + " ")[:-1]] = info
    return result


@builtin("appendContext", "s ?context")
def append_context(string: Value, context: Lazy) -> Value:
    """A string that refers to more: `context` is a set as getContext gives."""
    expect_string(string, "while evaluating the first argument passed to builtins.appendContext")
    infos = expect_set(force(context), "while evaluating the second argument passed to builtins.appendContext")
    elements = set(context_of(string))
    for path, info in infos.items():
        _check_store_path(path)
        registry().ensure(path)
        elements |= _elements(path, expect_set(force(info), "while evaluating the value of a string context"))
    return make_string(str(string), frozenset(elements))


def _check_store_path(path: str) -> None:
    store_dir = host().store_dir
    folder, _, name = path.rpartition("/")
    if not path.startswith(store_dir + "/"):
        shown = path if not path.startswith("/") else f'"{path}"'
        raise EvalError(f"context key '{shown}' is not a store path")
    well_formed = len(name) > 33 and _BASE32.issuperset(name[:32]) and name[32] == "-" and _NAME.issuperset(name[33:])
    if folder != store_dir or not well_formed:
        raise EvalError(f"context key '\"{path}\"' is not a store path")


def _elements(path: str, info: dict[str, Lazy]) -> set[str]:
    elements: set[str] = set()
    if "path" in info and expect_bool(force(info["path"]), _attribute("path")):
        elements.add(path)
    if "allOutputs" in info and expect_bool(force(info["allOutputs"]), _attribute("allOutputs")):
        _check_derivation(path, "all-outputs")
        elements.add("=" + path)
    if "outputs" in info:
        outputs = expect_list(force(info["outputs"]), _attribute("outputs"))
        if outputs:
            _check_derivation(path, "derivation output")
        for output in outputs:
            name = expect_plain_string(force(output), "while evaluating an output name within a string context")
            elements.add(f"!{name}!{path}")
    return elements


def _attribute(name: str) -> str:
    return f"while evaluating the `{name}` attribute of a string context"


def _check_derivation(path: str, what: str) -> None:
    if not path.endswith(".drv"):
        raise EvalError(f'tried to add {what} context of "{path}", which is not a derivation, to a string')


@builtin("unsafeDiscardStringContext", "s")
def unsafe_discard_string_context(value: Value) -> Value:
    """The same text, referring to nothing."""
    return str(coerced(value, _ARGUMENT + "unsafeDiscardStringContext"))


@builtin("unsafeDiscardOutputDependency", "s")
def unsafe_discard_output_dependency(value: Value) -> Value:
    """The same text, referring to derivations as files alone where it referred to all that they need to be built."""
    string = coerced(value, _ARGUMENT + "unsafeDiscardOutputDependency")
    context = context_of(string)
    if any(element[0] == "=" for element in context):
        return make_string(str(string), frozenset(element.lstrip("=") for element in context))
    return string


@builtin("addDrvOutputDependencies", "s")
def add_drv_output_dependencies(value: Value) -> Value:
    """The same text, referring to all that its one derivation needs to be built where it referred to a file alone."""
    string = coerced(value, _ARGUMENT + "addDrvOutputDependencies")
    context = context_of(string)
    if len(context) != 1:
        raise EvalError(f"context of string '{string}' must have exactly one element, but has {len(context)}")
    (element,) = context
    if element[0] == "!":
        output = element[1:].partition("!")[0]
        raise EvalError(
            f"`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as '{output}'"
        )
    if element[0] == "=":
        return string
    if not element.endswith(".drv"):
        raise EvalError(f"path '{element}' is not a derivation")
    return make_string(str(string), frozenset(("=" + element,)))
