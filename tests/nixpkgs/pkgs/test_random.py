"""Random derivations, on the embedded package set and by C++ Nix on nixpkgs of July 2020."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.evaluator import Evaluator
from pyoci.runtime.calls import call
from pyoci.runtime.errors import NixError
from pyoci.runtime.thunks import force
from pyoci.settings import Settings

from ..conftest import Nix

PACKAGES = """
    hello bash openssl zlib curl git gcc nginx redis python3 perl coreutils systemd glibc ncurses libxml2 postgresql_11
    nodejs cmake pkgconfig makeWrapper openssl.dev curl.man xorg.libX11 python3Packages.requests boost mesa gtk3
    qt5.qtbase linuxPackages.kernel sqlite ruby php vim
""".split()

LISTS = """
    buildInputs nativeBuildInputs propagatedBuildInputs propagatedNativeBuildInputs depsBuildBuild depsBuildTarget
    depsHostHostPropagated checkInputs installCheckInputs disallowedReferences
""".split()

TEXTS = "FOO BAR buildPhase installPhase makeFlags cmakeFlags preConfigure NIX_CFLAGS_COMPILE LANG".split()

SCALARS = '"x" 1 1.5 true false null [] [1[2"a"]] "é☃" (builtins.toFile"f""x")'.split()

CHOICES = {
    "doCheck": ["true", "false"],
    "doInstallCheck": ["true", "false"],
    "strictDeps": ["true", "false"],
    "enableParallelBuilding": ["true", "false"],
    "enableParallelChecking": ["true", "false"],
    "separateDebugInfo": ["true"],
    "configureFlags": ['[ "--a" ]', '"--a"', "[ ]", "null"],
    "configurePlatforms": ["[ ]", '[ "build" ]', '[ "build" "host" ]'],
    "hardeningDisable": ['[ "all" ]', '[ "format" ]', '[ "pie" "relro" ]'],
    "hardeningEnable": ['[ "pie" ]'],
    "phases": ['[ "installPhase" ]', '"a b"'],
    "passAsFile": ['[ "FOO" ]'],
    "args": ['[ "-x" ]'],
    "realBuilder": ['"${pkgs.bash}/bin/sh"'],
    "meta": ["{ }", '{ description = "d"; license = pkgs.lib.licenses.mit; }'],
    "passthru": ["{ a = 1; }"],
    "userHook": ['"x"'],
    "allowSubstitutes": ["false"],
}


class Written:
    """Texts of expressions, by chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def package(self) -> str:
        return f"pkgs.{self.random.choice(PACKAGES)}"

    def packages(self) -> str:
        return f"[ {' '.join(self.random.choice([self.package(), 'null']) for _ in range(self.random.randrange(4)))} ]"

    def text(self) -> str:
        some = f'"${{{self.package()}}}/bin"', f"(pkgs.lib.getBin {self.package()})", f"[ {self.package()} ]"
        return self.random.choice([*SCALARS, *some])

    def attributes(self) -> str:
        """Attributes of a derivation but for its name."""
        ways: dict[str, Callable[[], str]] = {
            **dict.fromkeys(LISTS, self.packages),
            **dict.fromkeys(TEXTS, self.text),
            **{name: lambda some=some: self.random.choice(some) for name, some in CHOICES.items()},
        }
        chosen = self.random.sample(sorted(ways), self.random.randrange(7))
        return " ".join(f"{name} = {ways[name]()};" for name in chosen)

    def derivation(self) -> str:
        name = self.random.choice(['name = "n-1.0";', 'pname = "p"; version = "2.0-rc1";'])
        outputs = self.random.choice(["", "", 'outputs = [ "out" "dev" ];', 'outputs = [ "bin" "dev" "out" "man" ];'])
        stdenv = self.random.choice(["stdenv", "stdenv", "stdenvNoCC"])
        command = self.random.choice(["runCommand", "runCommandLocal", "runCommandCC"])
        joined = self.random.choice(["", 'postBuild = "x";', "FOO = 1;", f"buildInputs = {self.packages()};"])
        environment = self.random.choice(["", 'pathsToLink = [ "/bin" ];', 'extraOutputsToInstall = [ "dev" "man" ];'])
        made = f"pkgs.{stdenv}.mkDerivation {{ {name} {outputs} {self.attributes()} }}"
        return self.random.choice(
            [
                made,
                made,
                f"({made}).overrideAttrs (old: {{ {self.attributes()} }})",
                f'pkgs.{command} "r" {{ {self.attributes()} }} "${{{self.package()}}}"',
                f'pkgs.symlinkJoin {{ name = "j"; paths = [ {self.package()} {self.package()} ]; {joined} }}',
                f'pkgs.buildEnv {{ name = "e"; paths = [ {self.package()} {self.package()} ]; {environment} }}',
                f"pkgs.mkShell {{ buildInputs = {self.packages()}; inputsFrom = [ ({made}) ]; }}",
                f'pkgs.linkFarm "l" [ {{ name = "a b"; path = {self.package()}; }} ]',
                f'pkgs.ociTools.buildContainer {{ args = [ {self.package()} "{self.random.random()}" ]; }}',
            ]
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_derivations(reference: Nix, nixpkgs: Path, tmp_path: Path, seed: int) -> None:
    written = Written(seed)
    made = [written.derivation() for _ in range(200)]
    file = tmp_path / "made.nix"
    file.write_text("{ pkgs }: [\n" + "\n".join(f"(_: ({text}).drvPath)" for text in made) + "\n]\n")
    wanted = reference.json(
        f"""
        let
          pkgs = import {nixpkgs} {{ config = {{ }}; overlays = [ ]; system = "x86_64-linux"; }};
          one = make: builtins.tryEval (builtins.unsafeDiscardStringContext (make null));
          path = make: let found = one make; in if found.success then found.value else null;
        in map path (import {file} {{ inherit pkgs; }})
        """
    )
    evaluator = Evaluator(Settings(ocitools="nixpkgs"))
    functions = evaluator.run(lambda: call(evaluator.eval_file(file), {"pkgs": evaluator.pkgs()}))
    assert sum(path is not None for path in wanted) > 150
    for text, function, want in zip(made, functions, wanted, strict=True):
        try:
            found = evaluator.run(lambda function=function: str(force(call(force(function), None))))
        except NixError:
            found = None
        assert found == want, text
