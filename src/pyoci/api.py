"""Nix from Python: evaluate a text or a file, and get ordinary Python objects.

| Nix | Python, coming out | Python, going in |
|---|---|---|
| int, float, Boolean, null | `int`, `float`, `bool`, `None` | the same |
| string | `str`; one with string context has it as `.context` | `str` |
| path | `pathlib.Path` | `pathlib.PurePath` |
| list | `list` | `list`, `tuple` |
| set | `dict` | any mapping with `str` keys |
| derivation | `Derivation` | `Derivation` |
| function | `Function`, which is callable | `Function`, or any callable of positional arguments |

Everything that comes out is evaluated to its last element; a value that contains itself gives an object that contains
itself.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from pyoci.evaluator import Evaluator
from pyoci.runtime.calls import call, signature
from pyoci.runtime.errors import NixError
from pyoci.runtime.thunks import force
from pyoci.runtime.values import INT_MAX, INT_MIN, Lazy, Value, from_bytes, to_bytes
from pyoci.settings import Settings


def evaluate(
    text: str,
    *,
    arguments: Mapping[str, Any] | None = None,
    scope: Mapping[str, Any] | None = None,
    search_path: Mapping[str, str | os.PathLike[str]] | None = None,
    base: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
) -> Any:
    """Evaluate a Nix expression to a Python object.

    - `arguments`: where the expression is a function with a set pattern (`{ a, b ? 1 }: …`), call it with these;
    - `scope`: names that the expression may use, besides Nix's own;
    - `search_path`: what `<name>` finds, by name;
    - `base`: the folder that relative paths start from, by default the working folder;
    - `settings`: everything else. Its search path is looked at after `search_path`.

    Raises NixError, with its places in `position` and `report`; TypeError for an argument that no Nix value can be."""
    session = _Session(_settings(settings, search_path))
    folder = Path(base) if base is not None else None
    names = session.names(scope)
    return session.result(lambda: session.evaluator.eval_text(text, base=folder, scope=names), arguments)


def evaluate_file(
    path: str | os.PathLike[str],
    *,
    arguments: Mapping[str, Any] | None = None,
    scope: Mapping[str, Any] | None = None,
    search_path: Mapping[str, str | os.PathLike[str]] | None = None,
    settings: Settings | None = None,
) -> Any:
    """Evaluate a .nix file, or a folder's default.nix, to a Python object; all else as in `evaluate`.

    Raises NixError, also where the file cannot be read."""
    session = _Session(_settings(settings, search_path))
    names = session.names(scope)
    return session.result(lambda: session.evaluator.eval_file(Path(path), names), arguments)


class Function:
    """A Nix function as a Python callable.

    It takes one Nix argument after the other, as many as are given: `add(1)(2)` is `add(1, 2)`. Keyword arguments make
    a set: `f(a=1, b=2)` is `f({"a": 1, "b": 2})`."""

    __slots__ = ("_session", "_value")

    def __init__(self, session: _Session, value: Value) -> None:
        self._session = session
        self._value = value

    @property
    def parameters(self) -> dict[str, bool] | None:
        """The names of a set pattern, and whether each has a default; None for a function of any argument."""
        return signature(self._value) if self._value.__class__ is not dict else None

    def __call__(self, *arguments: Any, **attributes: Any) -> Any:
        if attributes:
            arguments = (*arguments, attributes)
        if not arguments:
            raise TypeError("a Nix function takes an argument; f({}) or f(None) passes an empty one")

        given = [self._session.to_nix(argument) for argument in arguments]

        def apply() -> Value:
            value = self._value
            for argument in given:
                value = call(value, argument)
            return value

        return self._session.result(apply, None)

    def __repr__(self) -> str:
        parameters = self.parameters
        shown = "…" if parameters is None else "{ " + ", ".join(parameters) + " }"
        return f"<Nix function {shown}>"


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivation: what would be built, and where its outputs would lie."""

    name: str
    drv_path: str
    out_path: str
    """The store path of the output that the value stands for."""
    outputs: dict[str, str]
    """Store path of each output, by name."""
    value: Value = field(repr=False, compare=False)
    """The Nix value itself, to be passed back into an evaluation."""

    def __str__(self) -> str:
        return self.out_path


def _settings(settings: Settings | None, search_path: Mapping[str, str | os.PathLike[str]] | None) -> Settings:

    base = settings or Settings()
    added = [(name, os.fspath(place)) for name, place in (search_path or {}).items()]
    return base.replaced(search_path=[*added, *base.search_path])


class _Session:
    """An evaluator, and values on their way into it and out of it."""

    def __init__(self, settings: Settings) -> None:
        self.evaluator = Evaluator(settings)

    def result(self, evaluation: Callable[[], Value], arguments: Mapping[str, Any] | None) -> Any:
        """What an evaluation gives, as a Python object."""

        given = self.names(arguments)

        def run() -> Any:
            value = evaluation()
            if arguments is not None:
                value = self.evaluator.auto_call(value, given)
            return _Outward(self).convert(value)

        try:
            return self.evaluator.run(run)
        except _CallableError as error:
            raise error.original from None
        except NixError as error:
            if error.report is None:
                error.report = self.evaluator.report(error)
                places = [frame.position for frame in error.report.frames if frame.position is not None]
                error.position = error.position or (places[0] if places else None)
            raise

    def names(self, values: Mapping[str, Any] | None) -> dict[str, Lazy]:
        """Python objects by name as Nix values by name."""
        return {name: self.to_nix(value) for name, value in (values or {}).items()}

    def to_nix(self, value: Any) -> Lazy:
        """A Python object as a Nix value.

        Raises TypeError for an object that no Nix value can be, OverflowError for an integer of more than 64 bits."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, float):
            return float(value)
        if isinstance(value, int):
            if not INT_MIN <= value <= INT_MAX:
                raise OverflowError(f"Nix integers have 64 bits: {value}")
            return int(value)
        if isinstance(value, str):
            if "\0" in value:
                raise ValueError("a Nix string cannot hold a zero byte")
            return value if value.__class__.__module__ == "pyoci.runtime.values" else str(value)
        if isinstance(value, Function):
            return value._value
        if isinstance(value, Derivation):
            return value.value
        if isinstance(value, PurePath):
            return to_bytes(os.path.abspath(value))
        if isinstance(value, Mapping):
            for name in value:
                if not isinstance(name, str):
                    raise TypeError(f"names in a Nix set are strings, but here is {name!r}")
            return {str(name): self.to_nix(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return tuple(self.to_nix(item) for item in value)
        if callable(value):
            return self._callable(value)
        raise TypeError(f"no Nix value can be made of {type(value).__name__}: {value!r}")

    def _callable(self, function: Callable[..., Any]) -> Value:
        """A Nix function that calls a Python one, once it has all positional arguments."""
        try:
            kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
            count = sum(
                kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) for kind in kinds
            )
        except ValueError:
            count = 1
        return self._waiting(function, max(count, 1), ())

    def _waiting(self, function: Callable[..., Any], missing: int, given: tuple[Any, ...]) -> Value:
        def python_function(argument: Lazy) -> Value:
            arguments = (*given, _Outward(self).convert(force(argument)))
            if missing > 1:
                return self._waiting(function, missing - 1, arguments)
            try:
                return force(self.to_nix(function(*arguments)))
            except NixError:
                raise
            except Exception as error:
                raise _CallableError(error) from None

        python_function.__doc__ = None
        return python_function


class _CallableError(Exception):
    """Carries an exception of a Python function through an evaluation that called it."""

    def __init__(self, original: Exception) -> None:
        super().__init__(original)
        self.original = original


class _Outward:
    """Values as Python objects; keeps account of what it has converted, for values that contain themselves."""

    def __init__(self, session: _Session) -> None:
        self.session = session
        self.seen: dict[int, Any] = {}
        self.kept: list[Value] = []

    def convert(self, lazy: Lazy) -> Any:
        """The Python object of a value, everything in it evaluated."""
        value = force(lazy)
        kind = value.__class__
        if kind is dict:
            return self._set(value)
        if kind is tuple:
            if id(value) not in self.seen:
                items: list[Any] = []
                self._remember(value, items)
                # No generator: C code that calls back has a limit of its own in Python 3.12.
                items.extend([self.convert(item) for item in value])
            return self.seen[id(value)]
        if kind is bytes:
            return Path(from_bytes(value))
        return Function(self.session, value) if callable(value) else value

    def _remember(self, value: Value, result: Any) -> None:
        self.seen[id(value)] = result
        self.kept.append(value)

    def _set(self, value: dict[str, Lazy]) -> Any:
        if id(value) in self.seen:
            return self.seen[id(value)]
        if force(value.get("type")) == "derivation" and "drvPath" in value:
            return self._derivation(value)
        if "__functor" in value:
            return Function(self.session, value)
        result: dict[str, Any] = {}
        self._remember(value, result)
        for name, item in value.items():
            result[str(name)] = self.convert(item)
        return result

    def _derivation(self, value: dict[str, Lazy]) -> Derivation:
        outputs = [str(force(name)) for name in force(value.get("outputs", ("out",)))]
        paths = {name: str(force(force(value[name])["outPath"])) for name in outputs if name in value}
        return Derivation(
            name=str(force(value["name"])),
            drv_path=str(force(value["drvPath"])),
            out_path=str(force(value["outPath"])),
            outputs=paths or {"out": str(force(value["outPath"]))},
            value=value,
        )
