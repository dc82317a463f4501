"""What an evaluated file is to this program: a container, a configuration, or a value like any other."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, TypeAlias

from pyoci.runtime.calls import signature
from pyoci.runtime.coercion import expect_string
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value

if TYPE_CHECKING:
    from pyoci.cli.evaluation import Evaluation, Input
    from pyoci.emit.containers import Container
    from pyoci.emit.units import Configuration

Result: TypeAlias = "Container | Configuration | None"
"""None: a value that is neither."""

_MODULE_ARGUMENTS = frozenset({"config", "options", "modulesPath", "utils"})
"""Arguments that only the module system passes."""

_CONFIGURED = frozenset({"services", "systemd"})
"""Option groups by which a set is known as a configuration."""


def evaluate(evaluation: Evaluation, given: Input, attr_path: str | None) -> tuple[Value, Result]:
    """Evaluate an input, and tell what its value is. An attribute path that begins with `config.` goes into the
    evaluated configuration, any other into the value itself.

    Inside `Evaluator.run` only; raises NixError."""
    evaluator = evaluation.evaluator
    scope = evaluation.package_scope()
    arguments = scope | evaluation.function_arguments()
    value = evaluation.load(given, scope)
    module = _is_module_function(value, arguments)
    if not module:
        value = evaluator.auto_call(value, arguments)
        module = _is_module_set(value) or _is_bindings(evaluation, given)
    into_config = attr_path is not None and attr_path.partition(".")[0] == "config"
    if module and (attr_path is None or into_config):
        from pyoci.emit.units import configuration_of

        configured = evaluator.configuration(value, given.file)
        if attr_path is not None:
            return evaluator.select({"config": configured.config}, attr_path), None
        for warning in force(configured.warnings):
            sys.stderr.write(f"warning: {expect_string(force(warning))}\n")
        brought = None if evaluation.arguments.flag("all") else force(configured.brought)
        only = None if brought is None else {str(force(name)) for name in brought}
        return configured.config, configuration_of(configured.config, evaluator.derivations, only)
    if attr_path is not None:
        value = evaluator.auto_call(evaluator.select(value, attr_path, arguments), arguments)
    if value.__class__ is dict and "drvPath" in value:
        from pyoci.emit.containers import container_of

        return value, container_of(value, evaluator.derivations, given.name)
    return value, None


_BLANK = r"(?:\s|#[^\n]*|/\*.*?\*/)*"
_NAME = r"""(?:[A-Za-z_][\w'-]*|"(?:[^"\\]|\\.)*"|\$\{[^}]*\})"""
_BINDINGS = rf"{_BLANK}(?:inherit\b|{_NAME}(?:{_BLANK}\.{_BLANK}{_NAME})*{_BLANK}=(?!=))"
"""How a text of bindings begins; no expression begins like that."""


def _is_bindings(evaluation: Evaluation, given: Input) -> bool:
    """Whether an input is a text of bindings, which is a configuration whatever it sets."""
    import re

    source = evaluation.texts.source(given.file or given.label)
    return source is not None and re.match(_BINDINGS, source.text, re.DOTALL) is not None


def _is_module_function(value: Value, arguments: dict[str, Lazy]) -> bool:
    """Whether a value is a NixOS module: a function of what only the module system passes."""
    formals = signature(value) if value.__class__ is FunctionType else None
    return formals is not None and any(
        name in _MODULE_ARGUMENTS and name not in arguments and not has_default for name, has_default in formals.items()
    )


def _is_module_set(value: Value) -> bool:
    """Whether a value is a NixOS module without arguments: a set that sets options of services or systemd, declares
    options, or imports other modules."""
    if value.__class__ is not dict or "drvPath" in value:
        return False
    if force(value.get("imports")).__class__ is tuple or _declares_options(value.get("options"), depth=4):
        return True
    groups = value
    if not _CONFIGURED & groups.keys() and "config" in groups:
        groups = force(groups["config"])
    return groups.__class__ is dict and any(
        name in groups and force(groups[name]).__class__ is dict for name in _CONFIGURED
    )


def _declares_options(lazy: Lazy, depth: int) -> bool:
    """Whether a value is an option, or a set of sets of them."""
    value = force(lazy)
    if value.__class__ is not dict:
        return False
    if "_type" in value:
        return bool(force(value["_type"]) == "option")
    return depth > 0 and any(_declares_options(inner, depth - 1) for inner in value.values())
