"""The embedded package set, as the evaluator asks for it.

`package_set` is `pkgs` where no nixpkgs is named; `nixpkgs_function` is what `import <nixpkgs>` gives then. What
index/ knows goes to pkgs/default.nix as one argument, a set of Python functions and facts; `builtins` stays as it is.
"""

from __future__ import annotations

# pathlib costs more to import than all that is done here.
import json
import os
from typing import TYPE_CHECKING, Any, Final

from pyoci.nixpkgs.index.packages import PackageValues
from pyoci.nixpkgs.index.reader import Index
from pyoci.nixpkgs.index.templates import Template
from pyoci.runtime.calls import call
from pyoci.runtime.coercion import expect_set, expect_string
from pyoci.runtime.errors import EvalError
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value

if TYPE_CHECKING:
    from pyoci.evaluator import Evaluator

_FOLDER: Final = os.path.dirname(os.path.abspath(__file__))
SHIPPED: Final = os.path.join(_FOLDER, "index", "nixpkgs-2020-07.idx")
"""The index that comes with pyoci."""

_NEEDS_TREE: Final = "name a real nixpkgs: --nixpkgs TREE"


def package_set(
    evaluator: Evaluator, *, config: Lazy = None, overlays: Lazy = None, flavour: str | None = None
) -> dict[str, Lazy]:
    """`pkgs`, lazily: making it reads the index's header and the names of the top level.

    Raises BadIndex for an index that cannot be read, EvalError where it is for another system."""
    index = Index.open(evaluator.settings.index or SHIPPED)
    if evaluator.system != index.system:
        raise EvalError(
            f"the package index '{index.where}' is for {index.system}, not for {evaluator.system}", hint=_NEEDS_TREE
        )
    evaluator.store.providers.append(index.known_hash)
    make = evaluator.import_file(_nix("pkgs"))
    arguments: dict[str, Lazy] = {"index": _for_nix(index), "lib": library(evaluator)}
    if config is not None:
        arguments["config"] = config
    if overlays is not None:
        arguments["overlays"] = overlays
    arguments["flavour"] = flavour or evaluator.settings.ocitools or "pyoci"
    return expect_set(call(make, arguments))


def library(evaluator: Evaluator) -> Value:
    """`lib`."""
    return evaluator.import_file(_nix("lib"))


def nixpkgs_function(evaluator: Evaluator) -> Value:
    """What `import <nixpkgs>` is: a function of `{ config, overlays, system, … }`.

    Calling it raises EvalError for arguments that only a real nixpkgs can heed."""

    def nixpkgs(arguments: Lazy) -> Value:
        given = expect_set(force(arguments))
        for name in given:
            if name not in _ARGUMENTS:
                raise EvalError(f"the embedded package set does not know the argument '{name}'", hint=_NEEDS_TREE)
        for name in ("system", "localSystem"):
            if name in given:
                _check_system(evaluator, force(given[name]))
        config = force(given.get("config"))
        if config.__class__ is not dict and config is not None:
            config = call(config, {"pkgs": None})
        return package_set(evaluator, config=config, overlays=given.get("overlays"))

    return nixpkgs


_ARGUMENTS: Final = frozenset({"config", "overlays", "system", "localSystem"})


def _check_system(evaluator: Evaluator, system: Value) -> None:
    if system.__class__ is dict:
        system = force(system.get("system", evaluator.system))
    if expect_string(system) != evaluator.system:
        raise EvalError(
            f"the embedded package set is for {evaluator.system}, not for {system}",
            hint=_NEEDS_TREE,
        )


def _nix(name: str) -> bytes:
    return os.fsencode(os.path.join(_FOLDER, name))


def _learnt(index: Index, builder: str) -> dict[str, Any]:
    """A builder's template. Raises EvalError where there is none."""
    text = index.template(builder)
    if text is None:
        raise EvalError(f"nixpkgs {index.release}, of this package index, has no {builder}", hint=_NEEDS_TREE)
    told: dict[str, Any] = json.loads(text)
    if "fails" in told:
        raise EvalError(
            f"the package index does not know what {builder} of nixpkgs {index.release} does: {told['fails']}",
            hint=_NEEDS_TREE,
        )
    return told


def _for_nix(index: Index) -> dict[str, Lazy]:
    """The argument `index` of pkgs/default.nix."""
    templates: dict[str, Template] = {}
    made: list[PackageValues] = []

    def packages(admit: Lazy) -> Value:
        def with_admit(ask_all: Lazy) -> Value:
            made.append(PackageValues(index, admit, ask_all=bool(force(ask_all))))
            return made[-1].top_level()

        return with_admit

    def values() -> PackageValues:
        if not made:
            made.append(PackageValues(index, None))
        return made[-1]

    def is_used(name: Lazy) -> Value:
        return values().is_used(expect_string(force(name)))

    def fill(builder: Lazy) -> Value:
        name = expect_string(force(builder))
        template = templates.get(name)
        if template is None:
            template = templates[name] = Template(name, _learnt(index, name), values())

        def with_arguments(arguments: Lazy) -> Value:
            return {"base": template.base, "attrs": template.fill(expect_set(force(arguments)))}

        return with_arguments

    def has(builder: Lazy) -> Value:
        return index.template(expect_string(force(builder))) is not None

    def knows(builder: Lazy) -> Value:
        text = index.template(expect_string(force(builder)))
        return text is not None and "fails" not in json.loads(text)

    def needs_tree(what: Lazy) -> Value:
        raise EvalError(f"{expect_string(force(what))} is more than the embedded package set can do", hint=_NEEDS_TREE)

    def platform(thunk: Lazy) -> Value:
        text = index.template("platform")
        return values().from_json(text) if text is not None else {}

    return {
        "system": index.system,
        "release": index.release,
        "packages": packages,
        "isUsed": is_used,
        "fill": fill,
        "has": has,
        "knows": knows,
        "needsTree": needs_tree,
        "platform": [platform, None],
        "quotesAlways": index.quotes_always,
    }
