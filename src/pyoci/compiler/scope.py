"""What names mean: bindings and the scopes that hold them."""

from __future__ import annotations

from pyoci.records import Record

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


class Binding:
    """What a name is bound to, as far as generated code is concerned.

    Exactly one of these holds: `constant` is the text of a literal; `builtin` is the name of a builtin; `holder` is a
    binding whose value is a dict with the variable in it under `name`; otherwise `python` is a Python variable.
    `arity` is the number of arguments that a function known by name takes at once (0: not known to be one)."""

    __slots__ = ("arity", "builtin", "constant", "holder", "name", "python")

    def __init__(
        self,
        name: str,
        python: str,
        *,
        constant: str | None = None,
        builtin: str | None = None,
        holder: Binding | None = None,
        arity: int = 0,
    ) -> None:
        self.name = name
        self.python = python
        self.constant = constant
        self.builtin = builtin
        self.holder = holder
        self.arity = arity


class TableBinding(Binding):
    """The binding of a `runtime.withs.WithTable`, which looks in the sets of several `with`s around each other."""

    __slots__ = ()


class Scope:
    """The names that one `let`, recursive set or function binds; `subject` instead is the binding of a `with`'s set, or
    of a table that stands for the sets of all the `with`s from here outwards."""

    __slots__ = ("names", "parent", "subject")

    def __init__(self, parent: Scope | None, names: dict[str, Binding], subject: Binding | None = None) -> None:
        self.parent = parent
        self.names = names
        self.subject = subject


class BuiltinSignature(Record):
    """What the compiler knows of a builtin: which arguments it wants forced, and what must be true of the first, the
    second, … before the next is evaluated (expressions with places for their atoms)."""

    strict: tuple[bool, ...]
    checks: tuple[str, ...] = ()


class GlobalNames:
    """The outermost scope of a file: builtins and the names that its evaluator adds (`pkgs`, a scopedImport's set).

    `builtins` are the functions in `builtins`, `constants` its other attributes; `bare` are the names in scope without
    `builtins.`, and which builtin each is (`map` → `map`, `__sub` → `sub`); `added` are further names,
    which hide them."""

    __slots__ = ("_bindings", "added", "bare", "builtins", "constants")

    def __init__(
        self,
        builtins: dict[str, BuiltinSignature],
        constants: frozenset[str],
        bare: dict[str, str],
        added: frozenset[str] = frozenset(),
    ) -> None:
        self.builtins = builtins
        self.constants = constants
        self.bare = bare
        self.added = added
        self._bindings: dict[str, Binding] = {}

    def lookup(self, name: str) -> Binding | None:
        """The binding of a global name, None where there is none."""
        binding = self._bindings.get(name)
        if binding is None:
            if name in self.added:
                binding = Binding(name, added_name(name))
            else:
                binding = self.builtin(self.bare.get(name, ""))
                if binding is None:
                    return None
            self._bindings[name] = binding
        return binding

    def builtin(self, name: str) -> Binding | None:
        """The binding of `builtins.name`, None where there is none."""
        if name in _LITERALS:
            return Binding(name, "", constant=_LITERALS[name])
        if name in self.builtins or name == "builtins":
            return Binding(name, "", builtin=name)
        if name in self.constants:
            return Binding(name, f"p_{name}")
        return None


_LITERALS: Final = {"true": "True", "false": "False", "null": "None"}


def added_name(name: str) -> str:
    """The module global that holds a name which the evaluator adds."""
    return f"x_{name.replace('_', '__').replace('-', '_1').replace(chr(39), '_2')}"


def builtin_name(name: str) -> str:
    """The name of a builtin as part of a Python name."""
    return name.replace("'", "_")


def subjects_of(scope: Scope | None) -> list[Binding]:
    """The subjects of the `with`s around a place, innermost first."""
    subjects: list[Binding] = []
    while scope is not None and not (subjects and isinstance(subjects[-1], TableBinding)):
        if scope.subject is not None:
            subjects.append(scope.subject)
        scope = scope.parent
    return subjects


def resolve(scope: Scope | None, global_names: GlobalNames, name: str) -> Binding | list[Binding] | None:
    """What a name means in a scope: a binding; else the subjects of the `with`s around it, innermost first; else None,
    it is undefined. Names bound lexically or globally go before every `with`, as in Nix."""
    withs: list[Binding] = []
    while scope is not None:
        if scope.subject is not None:
            if not withs or not isinstance(withs[-1], TableBinding):
                withs.append(scope.subject)
        else:
            binding = scope.names.get(name)
            if binding is not None:
                return binding
        scope = scope.parent
    found = global_names.lookup(name)
    if found is None and withs and withs[0].builtin == "builtins":
        found = global_names.builtin(name)
    return found or withs or None
