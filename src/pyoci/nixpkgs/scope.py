"""`pkgs` and configurations, as files given to pyoci see them: of a nixpkgs tree, or the embedded ones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pyoci.runtime.calls import call
from pyoci.runtime.coercion import expect_set
from pyoci.runtime.thunks import delay, force
from pyoci.runtime.values import Lazy, Value, from_bytes

if TYPE_CHECKING:
    from pyoci.evaluator import Evaluator

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def package_set(evaluator: Evaluator) -> dict[str, Lazy]:
    """`pkgs`. Of a tree it is what `import TREE { config = { }; overlays = [ ]; system = …; }` gives, with pyoci's
    ociTools in it where the settings say so."""
    if evaluator.settings.nixpkgs is None:
        from pyoci.nixpkgs.embedded import package_set as embedded

        return embedded(evaluator)
    tree = evaluator.import_file(_tree(evaluator))
    overlays: tuple[Lazy, ...] = ()
    if evaluator.settings.ocitools == "pyoci":
        overlays = (force(evaluator.import_file(_nix("oci-overlay.nix"))),)
    return expect_set(call(tree, {"config": {}, "overlays": overlays, "system": evaluator.system}))


class Configured(NamedTuple):
    """An evaluated configuration. What is not `config` is evaluated when it is first needed."""

    config: dict[str, Lazy]
    warnings: Lazy
    """What it warns of: a list of strings."""
    brought: Lazy
    """Names of the units that are there because of what the user wrote; null: all are."""


def configuration(evaluator: Evaluator, module: Value, file: str | None) -> Configured:
    """A configuration evaluated with the embedded modules, or with the NixOS of the tree.

    Raises NixError; with the embedded modules also where an assertion of the configuration fails."""
    if evaluator.settings.nixpkgs is not None:
        return _nixos(evaluator, module, file)
    from pyoci.nixpkgs.embedded import nixpkgs_function

    pkgs = evaluator.pkgs()
    arguments: dict[str, Lazy] = {"pkgs": pkgs, "lib": pkgs["lib"], "modules": (module,), "file": file}
    arguments["packageSet"] = nixpkgs_function(evaluator)
    evaluated = expect_set(call(evaluator.import_file(_nix("modules/eval-config.nix")), arguments))
    return Configured(expect_set(force(evaluated["checked"])), evaluated["warnings"], None)


def _nixos(evaluator: Evaluator, module: Value, file: str | None) -> Configured:
    written: dict[str, Lazy] = {"imports": (module,)}
    if file is not None:
        written["_file"] = file
    whole: Value = written
    if evaluator.settings.ocitools == "pyoci":
        whole = {"imports": (_nix("modules/nixos.nix"), written)}
    nixos = evaluator.import_file(_tree(evaluator) + b"/nixos")
    evaluated = expect_set(call(nixos, {"configuration": whole, "system": evaluator.system}))
    config = expect_set(force(evaluated["config"]))

    def brought(options: Lazy) -> Value:
        arguments: dict[str, Lazy] = {"tree": from_bytes(_tree(evaluator)), "module": written, "config": config}
        arguments["options"] = options
        arguments["lib"] = expect_set(force(evaluated["pkgs"]))["lib"]
        return call(evaluator.import_file(_nix("brought.nix")), arguments)

    return Configured(config, config["warnings"], delay(brought, evaluated["options"]))


def _tree(evaluator: Evaluator) -> bytes:
    return os.fsencode(os.path.abspath(evaluator.settings.nixpkgs or "."))


def _nix(name: str) -> bytes:
    return os.fsencode(os.path.join(_FOLDER, name))
