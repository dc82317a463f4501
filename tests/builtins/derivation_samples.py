"""Random derivations, each as a Nix expression and as the value that it has, so that a Nix can be asked the same."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoci.builtins.derivations import derivation, placeholder
from pyoci.builtins.sources import filter_source, path_builtin, to_file
from pyoci.runtime.coercion import interpolate
from pyoci.runtime.thunks import force
from pyoci.store import base32

Sample = tuple[str, Any]
"""Nix text and value."""

_PIECES = [
    "",
    "a",
    "hello world",
    'quo"te',
    "back\\slash",
    "new\nline",
    "\ttab\r",
    "${no}",
    "$",
    "''",
    "ünï",
    "€",
    "😀",
    "x" * 300,
]
_NAMES = [
    "foo",
    "FOO_BAR",
    "a-b",
    "passAsFile",
    "preferLocalBuild",
    "allowedReferences",
    "x'",
    "with space",
    "ü",
    "zz",
    "_q",
    "src",
]


def nix_string(text: str) -> str:
    """A Nix literal of some text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\r", "\\r")
    return f'"{escaped}"'


class Sampler:
    """Makes derivations that refer to files of a folder, to texts, and to one another."""

    def __init__(self, seed: int, folder: Path, features: bool) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        self.features = features
        self.definitions: list[str] = []
        self.derivations: list[tuple[str, dict[str, Any], list[str]]] = []
        self.texts: list[Sample] = []
        self._make_files()

    def _make_files(self) -> None:
        self.files: list[Path] = []
        for index in range(4):
            file = self.folder / f"file{index}.txt"
            file.write_bytes(self.random.randbytes(self.random.randrange(1, 40)))
            if index == 3:
                file.chmod(0o755)
            self.files.append(file)
        tree = self.folder / "tree"
        (tree / "sub" / "empty").mkdir(parents=True)
        (tree / "sub" / "script").write_text("#!/bin/sh\n")
        (tree / "sub" / "script").chmod(0o755)
        (tree / "B").write_text("capital")
        (tree / "a").write_text("small")
        (tree / "link").symlink_to("sub/script")
        self.files.append(tree)

    def expression(self, count: int) -> Sample:
        """A list of `count` derivations."""
        for _ in range(count):
            self._derivation()
        names = " ".join(name for name, _, _ in self.derivations)
        body = "\n".join(self.definitions)
        return f"let\n{body}\nin [ {names} ]", [value for _, value, _ in self.derivations]

    def _derivation(self) -> None:
        kind = self.random.choice(["plain", "plain", "plain", "outputs", "fixed", "structured", "floating", "impure"])
        if kind in ("floating", "impure") and not self.features:
            kind = "outputs"
        structured = kind == "structured" or (kind in ("fixed", "outputs") and self.random.random() < 0.2)
        attributes: dict[str, Sample] = {}
        for name in self.random.sample(_NAMES, self.random.randrange(len(_NAMES))):
            attributes[name] = self._value(2, json=structured)
        name = self.random.choice(["hello", "a+b-1.0", "x_y?z=1", "n.m", f"p{len(self.derivations)}"])
        attributes["name"] = nix_string(name), name
        attributes["system"] = self._plain("x86_64-linux")
        attributes["builder"] = self._string() if self.random.random() < 0.3 else self._plain("/bin/sh")
        if attributes["builder"][1] == "":
            attributes["builder"] = self._plain("sh")
        if self.random.random() < 0.6:
            attributes["args"] = self._list(1, json=False)
        outputs = ["out"]
        if kind in ("outputs", "floating", "impure") and self.random.random() < 0.7:
            outputs = self.random.sample(["out", "dev", "lib", "bin", "a"], self.random.randrange(1, 4))
            attributes["outputs"] = f"[ {' '.join(map(nix_string, outputs))} ]", tuple(outputs)
        if kind == "fixed":
            attributes |= self._fixed()
        if kind == "floating":
            attributes["__contentAddressed"] = "true", True
            if self.random.random() < 0.5:
                attributes["outputHashMode"] = self._plain(self.random.choice(["flat", "recursive", "nar"]))
                attributes["outputHashAlgo"] = self._plain(self.random.choice(["sha256", "sha512", "sha1"]))
        if kind == "impure":
            attributes["__impure"] = "true", True
        if structured:
            attributes["__structuredAttrs"] = "true", True
        elif self.random.random() < 0.2:
            attributes["__structuredAttrs"] = "false", False
        if self.random.random() < 0.3:
            flag = self.random.random() < 0.5
            attributes["__ignoreNulls"] = ("true", True) if flag else ("false", False)
        variable = f"d{len(self.derivations)}"
        text = " ".join(f"{nix_string(key)} = {nix};" for key, (nix, _) in attributes.items())
        self.definitions.append(f"{variable} = derivation {{ {text} }};")
        value = derivation({key: item for key, (_, item) in attributes.items()})
        force(value["drvPath"])
        self.derivations.append((variable, value, outputs))

    def _fixed(self) -> dict[str, Sample]:
        algorithm = self.random.choice(["md5", "sha1", "sha256", "sha512"])
        digest = hashlib.new(algorithm, self.random.randbytes(8)).digest()
        encoded = base64.b64encode(digest).decode()
        prefix = self.random.choice(["", f"{algorithm}:"])
        form, named = self.random.choice(
            [
                (f"{algorithm}-{encoded}", False),
                (f"{algorithm}-{encoded}", True),
                (prefix + digest.hex(), True),
                (prefix + base32.encode(digest), True),
                (prefix + encoded, True),
            ]
        )
        result = {"outputHash": self._plain(form)}
        if named:
            result["outputHashAlgo"] = self._plain(algorithm)
        if self.random.random() < 0.7:
            result["outputHashMode"] = self._plain(self.random.choice(["flat", "recursive", "nar"]))
        return result

    def _plain(self, text: str) -> Sample:
        return nix_string(text), text

    def _value(self, depth: int, *, json: bool) -> Sample:
        makers: list[Callable[[], Sample]] = [
            self._string,
            self._string,
            lambda: self.random.choice([("true", True), ("false", False), ("null", None)]),
            self._number,
            self._path,
            self._text,
            self._reference,
            self._reference,
        ]
        if depth:
            makers.append(lambda: self._list(depth - 1, json=json))
            makers.append(lambda: self._set(depth - 1, json=json))
        return self.random.choice(makers)()

    def _string(self) -> Sample:
        parts: list[Sample] = [self._plain(self.random.choice(_PIECES)) for _ in range(self.random.randrange(4))]
        if self.random.random() < 0.4:
            parts.insert(self.random.randrange(len(parts) + 1), self.random.choice([self._reference, self._path])())
        inside = "".join(nix[1:-1] if nix.startswith('"') else f"${{{nix}}}" for nix, _ in parts)
        return f'"{inside}"', interpolate(tuple(value for _, value in parts))

    def _number(self) -> Sample:
        number = self.random.choice([0, 1, 42, -7, 2**63 - 1, 0.5, 1.0, 1e10, 1.1e-7, 123456.789, 3e20, -2.25])
        mantissa, exponent, power = repr(number).partition("e")
        if exponent and "." not in mantissa:
            mantissa += ".0"
        return f"({mantissa}{exponent}{power})", number

    def _path(self) -> Sample:
        file = self.random.choice(self.files)
        choice = self.random.randrange(4)
        if choice == 0:
            nix = f'(builtins.path {{ path = {file}; name = "renamed"; recursive = {str(file.is_dir()).lower()}; }})'
            return nix, path_builtin({"path": bytes(file), "name": "renamed", "recursive": file.is_dir()})
        if choice == 1:
            nix = f'(builtins.filterSource (path: type: type != "symlink" && baseNameOf path != "a") {file})'

            def refuse_some(path: str, kind: str) -> bool:
                return kind != "symlink" and path.rpartition("/")[2] != "a"

            return nix, filter_source(refuse_some, bytes(file))
        return str(file), bytes(file)

    def _text(self) -> Sample:
        if self.texts and self.random.random() < 0.5:
            nix, value = self.random.choice(self.texts)
            content: Sample = f'"see ${{{nix}}}"', interpolate(("see ", value))
        else:
            content = self._plain(self.random.choice(_PIECES))
        sample = f'(builtins.toFile "text" {content[0]})', to_file("text", content[1])
        self.texts.append(sample)
        return sample

    def _reference(self) -> Sample:
        if not self.derivations or self.random.random() < 0.1:
            output = self.random.choice(["out", "dev"])
            return f'(placeholder "{output}")', placeholder(output)
        name, value, outputs = self.random.choice(self.derivations)
        if self.random.random() < 0.15:
            return f"{name}.drvPath", force(value["drvPath"])
        if self.random.random() < 0.5:
            return name, value
        output = self.random.choice(outputs)
        return f"{name}.{output}", force(value[output])

    def _list(self, depth: int, *, json: bool) -> Sample:
        items = [self._value(depth, json=json) for _ in range(self.random.randrange(4))]
        return f"[ {' '.join(nix for nix, _ in items)} ]", tuple(value for _, value in items)

    def _set(self, depth: int, *, json: bool) -> Sample:
        if not json or self.random.random() < 0.2:
            nix, value = self._string()
            return f"{{ outPath = {nix}; ignored = 1; }}", {"outPath": value, "ignored": 1}
        items = {name: self._value(depth, json=True) for name in self.random.sample(_NAMES, self.random.randrange(4))}
        text = " ".join(f"{nix_string(name)} = {nix};" for name, (nix, _) in items.items())
        return f"{{ {text} }}", {name: value for name, (_, value) in items.items()}
