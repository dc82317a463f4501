"""Nix values out of an index: package sets, and packages as derivation-shaped sets.

A package here has every attribute that it has in nixpkgs, by name. Those that the index knows have their values; to
read another one is an error that says so, and never a value that nixpkgs would not give. (Were unknown attributes left
out, `p.foo or default` and `p ? foo` would answer, and answer wrongly.)
"""

from __future__ import annotations

import json
from bisect import bisect_left
from types import FunctionType
from typing import Any, Final

from pyoci.nixpkgs.index.format import unescape
from pyoci.nixpkgs.index.reader import Index, NameSet
from pyoci.runtime.calls import call, call2
from pyoci.runtime.errors import EvalError, Thrown
from pyoci.runtime.thunks import Thunk, force, force_thunk
from pyoci.runtime.values import Lazy, Value, make_string

_FLAGS: Final = {"u": "unfree", "b": "broken", "i": "insecure", "p": "unsupported"}
_NEEDS_TREE: Final = "name a real nixpkgs: --nixpkgs TREE"
_OVERRIDES: Final = ("override", "overrideAttrs", "overrideDerivation")


class PackageValues:
    """Makes the Nix values of an index, each record once.

    `admit` is a Nix function of two arguments, a set of reasons (`unfree`, `broken`, `insecure`, `unsupported`, each a
    Boolean) and the package: it throws where the configuration refuses it. It is asked about packages with such a
    reason only, unless `ask_all`."""

    def __init__(self, index: Index, admit: Value, *, ask_all: bool = False) -> None:
        self.index: Final = index
        self._admit: Final = admit
        self._ask_all: Final = ask_all
        self._made: dict[int, Value] = {}

    # ---- Sets ----

    def top_level(self) -> dict[str, Lazy]:
        """All packages and sets of the index's top level, each made when it is needed."""
        names = self.index.set_named("")
        return self._set(names) if names is not None else {}

    def _set(self, names: NameSet) -> dict[str, Lazy]:
        index = self.index
        members = index.names(names)

        def member(thunk: Thunk) -> Value:
            name = thunk[1]
            record = index.record_of(names.first + bisect_left(members, name))
            return self._value(record, f"{names.path}.{name}" if names.path else name)

        return {name: [member, name] for name in members}

    def _value(self, record: int, name: str) -> Value:
        """The value of a record; `name` is the attribute path below `pkgs` that led to it."""
        if record not in self._made:
            kind, *fields = self.index.record(record)
            if kind == "D":
                self._made[record] = self._package(fields)
            elif kind == "S":
                names = self.index.set_named(fields[0])
                self._made[record] = self._set(names) if names is not None else {}
            elif kind == "V":
                self._made[record] = self.from_json(fields[0])
            elif kind == "T":
                raise Thrown(unescape(fields[0]))
            else:
                raise self._unknown(f"pkgs.{name}", f"is {_WHAT.get(fields[0], 'something')} that")
        return self._made[record]

    def is_used(self, name: str) -> bool:
        """Whether other packages are made with the one of this name."""
        names = self.index.set_named("")
        members = self.index.names(names) if names is not None else []
        at = bisect_left(members, name)
        if names is None or members[at : at + 1] != [name]:
            return False
        kind, *fields = self.index.record(self.index.record_of(names.first + at))
        return kind == "D" and "d" in fields[4]

    @staticmethod
    def _unknown(name: str, what: str) -> EvalError:
        return EvalError(f"{name} {what} the embedded package set does not have", hint=_NEEDS_TREE)

    # ---- Packages ----

    def _package(self, fields: list[str]) -> dict[str, Lazy]:
        name, derivation, outputs, default, flags, shape, *facts = fields
        name = unescape(name)
        store = f"{self.index.store_dir}/"
        path = derivation if derivation[0] == "/" else f"{store}{derivation}-{name}.drv"
        package: dict[str, Lazy] = dict.fromkeys(json.loads(self.index.pooled(int(shape))))

        def unknown(thunk: Thunk) -> Value:
            raise self._unknown(f"attribute '{thunk[1]}' of package {name}", "is one that")

        for attribute in package:
            package[attribute] = [unknown, attribute]
        package["type"] = "derivation"
        package["name"] = name
        package["outputName"] = default
        if "system" in package:
            package["system"] = self.index.system
        self._add_facts(package, facts)
        self._add_overrides(package, name, path[len(store) :][:32])
        guard = self._guard(package, flags, facts)
        _set_path(package, "drvPath", make_string(path, frozenset((f"={path}",))), guard)
        self._add_outputs(package, name, path, outputs.split(" "), guard)
        if "s" in flags:
            package["outputUnspecified"] = True
        else:
            package["outputSpecified"] = True
        return package

    def _add_outputs(self, package: dict[str, Lazy], name: str, path: str, outputs: list[str], guard: Any) -> None:
        told: dict[str, tuple[str, str]] = {}
        for output in outputs:
            output, where, *other = output.split(":")
            if where[0] != "/":
                suffix = "" if output == "out" else f"-{output}"
                where = f"{self.index.store_dir}/{where}-{name}{suffix}"
            told[output] = where, other[0] if other else path
        package["outputs"] = tuple(told)

        def of_output(thunk: Thunk) -> Value:
            output = thunk[1]
            where, derivation = told[output]
            one = dict(package)
            one.pop("outputUnspecified", None)
            one["outputName"] = output
            _set_path(one, "drvPath", make_string(derivation, frozenset((f"={derivation}",))), guard)
            _set_path(one, "outPath", make_string(where, frozenset((f"!{output}!{derivation}",))), guard)
            # That somebody chose this output is told by one or the other attribute; libraries ask for one of them.
            one["outputSpecified"] = True
            return one

        for output in told:
            package[output] = [of_output, output]
        if "all" in package:
            package["all"] = tuple(package[output] for output in told)
        default = package["outputName"]
        where, derivation = told[default] if default in told else next(iter(told.values()))
        _set_path(package, "outPath", make_string(where, frozenset((f"!{default}!{derivation}",))), guard)

    def _guard(self, package: dict[str, Lazy], flags: str, facts: list[str]) -> Any:
        """The function of thunks `[function, path]` that asks first whether the package, and what it is made with, is
        admitted; None where there is nothing to ask."""
        own = {name: flag in flags for flag, name in _FLAGS.items()}
        within = {name: flag.upper() in flags for flag, name in _FLAGS.items()}
        made_with = facts[0][5:].split(" ") if facts and facts[0].startswith("with=") else []
        if not (self._ask_all or made_with or any(own.values()) or any(within.values())):
            return None

        def admitted(thunk: Thunk) -> Value:
            admit = force(self._admit)
            for derivation in made_with:
                force(self.derivation(derivation, "")["outPath"])
            if any(within.values()):
                call2(admit, within, {"name": f"dependencies of {package['name']}", "meta": {}})
            call2(admit, own, package)
            return thunk[1]

        return admitted

    def _add_facts(self, package: dict[str, Lazy], facts: list[str]) -> None:
        meta: list[str] = []
        names = "[]"
        for fact in facts:
            if fact.startswith("c."):
                key, value = self._fact(fact[2:])
                package[key] = value
            elif fact.startswith("m."):
                meta.append(fact[2:])
            elif fact.startswith("meta#"):
                names = self.index.pooled(int(fact[5:]))
        if "meta" not in package:
            return

        def make_meta(thunk: Thunk) -> Value:
            def unknown(thunk: Thunk) -> Value:
                raise self._unknown(f"attribute 'meta.{thunk[1]}' of package {package['name']}", "is one that")

            told: dict[str, Lazy] = {name: [unknown, name] for name in json.loads(names)}
            for fact in meta:
                key, value = self._fact(fact)
                told[key] = value
            if "name" in told and told["name"].__class__ is list:
                told["name"] = package["name"]
            if "available" in told and told["available"].__class__ is list:
                told["available"] = True
            return told

        package["meta"] = [make_meta, None]

    def _fact(self, fact: str) -> tuple[str, Lazy]:
        at = next(at for at, character in enumerate(fact) if character in "=!#@$")
        key, sign, text = fact[:at], fact[at], fact[at + 1 :]
        if sign == "=":
            return key, unescape(text)
        if sign == "!":
            return key, [lambda thunk: self.from_json(thunk[1]), text]
        if sign == "#":
            return key, [lambda thunk: self.from_json(self.index.pooled(int(thunk[1]))), text]
        if sign == "$":
            return key, [self._set_at, text]
        return key, [self._referred, text]

    def _set_at(self, thunk: Thunk) -> Value:
        names = self.index.set_named(thunk[1])
        return self._set(names) if names is not None else {}

    def _referred(self, thunk: Thunk) -> Value:
        derivation, output = thunk[1].split(" ")
        return self.derivation(derivation, output)

    def derivation(self, derivation: str, output: str) -> Value:
        """The package of a derivation, by its path or the hash part of that, and of its output (empty: the package's
        own choice)."""
        record = self.index.record_of_derivation(derivation)
        if record is None:
            raise EvalError(f"the package index does not have the derivation '{derivation}'")
        package = self._value(record, derivation)
        return package if output in ("", package["outputName"]) else force(package[output])

    def _add_overrides(self, package: dict[str, Lazy], name: str, derivation: str) -> None:
        for attribute in _OVERRIDES:
            if attribute in package:
                package[attribute] = self._override(package, name, derivation, attribute)

    def _override(self, package: dict[str, Lazy], name: str, derivation: str, attribute: str) -> Value:
        def override(arguments: Lazy) -> Value:
            given = force(arguments)
            if given.__class__ is FunctionType and attribute != "override":
                given = call(given, package)
            if given.__class__ is dict:
                if not given:
                    return package
                if attribute == "overrideAttrs" and given.keys() <= {"meta", "passthru"}:
                    return _with_passthru(package, given)
                variant = self._variant(derivation, given) if attribute == "override" else None
                if variant is not None:
                    return variant
            raise EvalError(
                f"package {name} cannot be changed by `{attribute}`: the embedded package set knows "
                "what it is, and not how it is made",
                hint=_NEEDS_TREE,
            )

        return override

    def _variant(self, derivation: str, given: dict[str, Lazy]) -> Value | None:
        text = _as_json(given)
        record = self.index.variant(derivation, text) if text is not None else None
        return self._value(record, derivation) if record is not None else None

    # ---- Told values ----

    def from_json(self, text: str) -> Value:
        """The value of some JSON in the index."""
        return self.told(json.loads(text))

    def told(self, value: Any) -> Value:
        """The Nix value of a told one (see describe.nix)."""
        if isinstance(value, list):
            return tuple(self.told(element) for element in value)
        if isinstance(value, dict):
            kind = value.get("_")
            if kind == "string":
                return make_string(value["text"], frozenset(value["context"]))
            if kind == "derivation":
                return [lambda thunk: self.derivation(thunk[1]["drv"], thunk[1]["output"]), value]
            if kind == "set":
                value = value["attrs"]
            elif kind == "unknown":
                return [self._not_told, None]
            return {name: self.told(inner) for name, inner in value.items()}
        return value

    def _not_told(self, thunk: Thunk) -> Value:
        raise self._unknown("this value", "is one that")


_WHAT: Final = {"function": "a function", "set": "a set", "value": "a value", "derivation": "a package"}


def _set_path(package: dict[str, Lazy], attribute: str, path: str, guard: Any) -> None:
    package[attribute] = path if guard is None else [guard, path]


def _as_json(arguments: dict[str, Lazy]) -> str | None:
    """Arguments as the index spells them; None where they are more than scalars and lists of these."""

    def plain(lazy: Lazy) -> Any:
        value = force(lazy)
        if value.__class__ is tuple:
            return [plain(element) for element in value]
        if value is None or value.__class__ in (bool, int, str):
            return value
        raise ValueError

    try:
        told = {name: plain(value) for name, value in arguments.items()}
    except ValueError:
        return None
    return json.dumps(told, separators=(",", ":"), sort_keys=True)


def _with_passthru(package: dict[str, Lazy], given: dict[str, Lazy]) -> dict[str, Lazy]:
    """The package with another `meta`, and more attributes that do not belong to its build."""
    changed = dict(package)
    if "passthru" in given:
        passthru = given["passthru"]
        changed |= force_thunk(passthru) if passthru.__class__ is list else passthru
    if "meta" in given:
        changed["meta"] = given["meta"]
    return changed
