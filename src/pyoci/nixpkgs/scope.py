"""`pkgs` and configurations, as files given to pyoci see them: of a nixpkgs tree, or the embedded ones."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pyoci.runtime.calls import call
from pyoci.runtime.coercion import expect_set
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value

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


def configuration(evaluator: Evaluator, module: Value, file: str | None) -> dict[str, Lazy]:
    """The `config` of a configuration: evaluated with the embedded modules, or with the NixOS of the tree."""
    if evaluator.settings.nixpkgs is None:
        pkgs = evaluator.pkgs()
        arguments = {"pkgs": pkgs, "lib": pkgs["lib"], "modules": (module,), "file": file}
        evaluated = expect_set(call(evaluator.import_file(_nix("modules/eval-config.nix")), arguments))
        return expect_set(force(evaluated["checked"]))
    if evaluator.settings.ocitools == "pyoci":
        module = {"imports": (_nix("modules/nixos.nix"), module)}
    nixos = evaluator.import_file(_tree(evaluator) + b"/nixos")
    evaluated = expect_set(call(nixos, {"configuration": module, "system": evaluator.system}))
    return expect_set(force(evaluated["config"]))


def _tree(evaluator: Evaluator) -> bytes:
    return os.fsencode(os.path.abspath(evaluator.settings.nixpkgs or "."))


def _nix(name: str) -> bytes:
    return os.fsencode(os.path.join(_FOLDER, name))
