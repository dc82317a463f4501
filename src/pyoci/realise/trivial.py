"""Derivations that only write down what they hold: nixpkgs' writeText, writeScript, writeShellScript, writeScriptBin
and the like, of any release.

Nothing is run, so nothing may be guessed: a derivation counts as one of them only if every statement of its build
command is known. They are, however a release spells the variable:

    n=$out/some/where                       where the file goes
    mkdir -p "$(dirname "$n")"
    if [ -e "$textPath" ]; then             the text, from the file that Nix passed it in
      mv "$textPath" "$n"
    else
      echo -n "$text" > "$n"
    fi
    …/bash -n $out/some/where               the syntax check of a shell script, which changes nothing
    (test -n "$executable" && chmod +x "$n") || true

And ociTools' "join", which puts config.json beside a root file system with a closure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pyoci.store import paths
from pyoci.store.derivation import Derivation


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The only thing in the output of a derivation."""

    destination: str
    """Path below the output, without a slash in front; empty where the output is the file itself."""
    content: bytes
    executable: bool


def written_file(derivation: Derivation) -> WrittenFile | None:
    """The file that a derivation writes; None where it is not one of those that only do that."""
    environment = derivation.environment
    if not _runs_build_command_only(derivation) or "text" not in environment.get("passAsFile", "").split():
        return None
    command = _lines(environment.get("buildCommand", ""))
    match = re.match(_WRITE, command)
    if match is None:
        return None
    variable, destination = match["variable"], match["quoted"] or match["plain"] or ""
    rest = command[match.end() :]
    check = _lines(environment.get("checkPhase", ""))
    if not _is_harmless(rest, variable) or not _is_harmless(check, variable):
        return None
    parts = [part for part in destination.split("/") if part not in ("", ".")]
    if ".." in parts or (destination and not destination.startswith("/")):
        return None
    # Nix puts the output's path where the text has its placeholder, when it builds.
    text = environment["text"].replace(paths.placeholder("out"), derivation.outputs["out"].path)
    executable = bool(environment.get("executable")) and "chmod" in rest
    return WrittenFile("/".join(parts), text.encode("utf-8", "surrogateescape"), executable)


@dataclass(frozen=True, slots=True)
class Join:
    """An OCI bundle as a store object: `config.json`, and the closure of some paths in `rootfs`."""

    config: str
    """Store path of the configuration."""
    closure: str
    """Store path of the file that lists the closure, which `closure_roots` knows."""


STANDARD_FOLDERS: Final = ("dev", "proc", "sys")
"""Folders in every root file system, for what is mounted there."""


def join(derivation: Derivation) -> Join | None:
    """What a derivation joins; None where it is none of ociTools' bundles."""
    if not _runs_build_command_only(derivation):
        return None
    command = _lines(derivation.environment.get("buildCommand", ""))
    match = re.fullmatch(_JOIN, command) or re.fullmatch(_OWN_JOIN, command)
    return Join(match["config"], match["closure"]) if match is not None else None


def closure_roots(derivation: Derivation) -> list[str] | None:
    """The store paths of which a derivation lists the closure (nixpkgs' writeReferencesToFile); None where it does
    something else."""
    words = derivation.environment.get("exportReferencesGraph", "").split()
    if not _runs_build_command_only(derivation) or words[:1] != ["graph"] or len(words) != 2:
        return None
    command = _lines(derivation.environment.get("buildCommand", ""))
    if re.fullmatch(_LIST, command) is None:
        return None
    # What is named may be a file inside of a store path.
    store_dir = derivation.outputs["out"].path.rpartition("/")[0]
    top = re.match(re.escape(store_dir) + "/[^/]+", words[1])
    return [top[0]] if top is not None else None


_PATH: Final = r"/[\w./+?=-]+"
_JOIN: Final = (
    r"set -o pipefail\n"
    r"mkdir -p \$out/rootfs/\{dev,proc,sys\}\n"
    rf"cp (?P<config>{_PATH}) \$out/config\.json\n"
    rf"xargs tar c < (?P<closure>{_PATH}) \| tar -xC \$out/rootfs/\n"
)
_OWN_JOIN: Final = (
    r"set -eu -o pipefail\n"
    r"rootfs=\$out/rootfs\n"
    r'mkdir -p "\$rootfs"/proc "\$rootfs"/sys "\$rootfs"/dev\n'
    rf'cat (?P<config>{_PATH}) > "\$out/config\.json"\n'
    r"(?:#.*\n)?"
    rf'tar --create --files-from=(?P<closure>{_PATH}) \| tar --extract --directory="\$rootfs"\n'
)
_LIST: Final = (
    r"touch \$out\n"
    r"while read (?P<path>\w+); do\n"
    r"echo \$(?P=path) >> \$out\n"
    r"read dummy\n"
    r"read (?P<count>\w+)\n"
    r"for \(\(i = 0; i < (?P=count); i\+\+\)\); do read ref; done\n"
    r"done < graph\n"
)

_WRITE: Final = (
    r"(?P<variable>\w+)=\$out(?:'(?P<quoted>[^'\n]*)'|(?P<plain>[\w./+@%:,-]*))\n"
    r'mkdir -p "\$\(dirname "\$(?P=variable)"\)"\n'
    r'if \[ -e "\$textPath" \]; then\n'
    r'mv "\$textPath" "\$(?P=variable)"\n'
    r"else\n"
    r'echo -n "\$text" > "\$(?P=variable)"\n'
    r"fi\n"
)


def _is_harmless(command: str, variable: str) -> bool:
    """Whether lines of a build command only make the file executable, or check its syntax."""
    name = re.escape(variable)
    statement = (
        rf'(?:\(test -n "\$executable" && chmod \+x "\${name}"\) \|\| true'
        rf'|if \[ -n "\$executable" \]; then\nchmod \+x "\${name}"\nfi'
        r'|eval "\$checkPhase"'
        rf'|[\w./+-]*/bin/(?:ba)?sh -n(?: -O extglob)? (?:"\${name}"|\$out[\w./+-]*)'
        r")\n"
    )
    return re.fullmatch(f"(?:{statement})*", command) is not None


def _lines(text: str) -> str:
    """A shell text without blank lines and indentation."""
    return "".join(f"{line.strip()}\n" for line in text.split("\n") if line.strip())


_INPUTS: Final = re.compile(r"(?:native)?[bB]uildInputs|propagated(?:Native)?BuildInputs|deps\w+|patches")
_HOOKS: Final = frozenset({"phases", "prePhases", "preHook", "postHook", "userHook", "exitHook", "failureHook"})


def _runs_build_command_only(derivation: Derivation) -> bool:
    """Whether a derivation is built by stdenv's usual builder, with no inputs that could add hooks: then it runs its
    `buildCommand` and nothing else."""
    arguments = derivation.arguments
    return (
        set(derivation.outputs) == {"out"}
        and derivation.fixed_output is None
        and derivation.builder.endswith(("/bin/bash", "/bin/sh"))
        and len(arguments) > 1
        and arguments[0] == "-e"
        and arguments[-1].endswith("default-builder.sh")
        and "__json" not in derivation.environment
        and not any(
            value and (name in _HOOKS or _INPUTS.fullmatch(name)) for name, value in derivation.environment.items()
        )
    )
