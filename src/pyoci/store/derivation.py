"""Derivations: what they are, their hashes, and the paths of their outputs.

The path of an output depends on the derivation with two things changed: its own output paths are left out (they are
what is sought), and each input derivation is named by its *hash modulo* instead of its path. The hash modulo of a
fixed-output derivation depends on nothing but what it gives, so that a new mirror rebuilds nothing; that of any other
is the SHA-256 of its text, input derivations again named by their hashes. Three texts are hashed for a derivation;
they differ only in their heads and in the output variables, so the body is rendered once.

Specification: Nix manual, "Derivation outputs" and "Store path specification".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pyoci.records import Record
from pyoci.runtime.errors import StoreError
from pyoci.store import aterm, paths
from pyoci.store.digests import sha256
from pyoci.store.hashes import SIZES, Hash

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final, TypeVar

    T = TypeVar("T")


DEFERRED: Final = "deferred"
"""The hash modulo of a derivation whose outputs have no path before it is built."""


class Output(Record):
    """An output, in the three fields of its `.drv` text.

    | kind | path | algorithm | content |
    |---|---|---|---|
    | input-addressed | the path | | |
    | not known yet (an input is content-addressed) | | | |
    | fixed | the path | `sha256`, `r:sha256`, … | the hash in base 16 |
    | content-addressed | | as above | |
    | impure | | as above | `impure` |
    """

    path: str = ""
    algorithm: str = ""
    content: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether the hash of its content is known beforehand."""
        return bool(self.path and self.algorithm)


class Derivation:
    """A derivation. Its collections need no order; what is written is sorted.

    `dynamic_inputs` has, for those input derivations that build derivations, which outputs of these are used;
    `input_derivations` are paths with the names of the outputs that are used; structured attributes are one variable of
    the environment, `__json`."""

    __slots__ = (
        "arguments",
        "builder",
        "dynamic_inputs",
        "environment",
        "input_derivations",
        "input_sources",
        "name",
        "outputs",
        "system",
    )

    def __init__(
        self,
        name: str,
        outputs: dict[str, Output],
        input_derivations: dict[str, tuple[str, ...]] | None = None,
        input_sources: tuple[str, ...] = (),
        system: str = "",
        builder: str = "",
        arguments: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
        dynamic_inputs: dict[str, aterm.DynamicInputs] | None = None,
    ) -> None:
        self.name = name
        self.outputs = outputs
        self.input_derivations = {} if input_derivations is None else input_derivations
        self.input_sources = input_sources
        self.system = system
        self.builder = builder
        self.arguments = arguments
        self.environment = {} if environment is None else environment
        self.dynamic_inputs = dynamic_inputs

    @classmethod
    def from_text(cls, name: str, text: bytes) -> Derivation:
        """Parse a `.drv` text; `name` is that of its store path without `.drv`.

        Raises StoreError."""
        outputs, inputs, sources, system, builder, arguments, environment = aterm.parse(text)
        return cls(
            name,
            {output: Output._make(fields) for output, fields in outputs.items()},
            inputs,
            sources,
            system,
            builder,
            arguments,
            environment,
        )

    def text(self) -> bytes:
        """The `.drv` text."""
        inputs = {path: sorted(names) for path, names in sort_names(self.input_derivations).items()}
        return aterm.render(
            sort_names(self.outputs),
            inputs,
            sorted(self.input_sources),
            self.system,
            self._body(self.environment),
            self.dynamic_inputs,
        )

    @property
    def fixed_output(self) -> Output | None:
        """The output `out` of a fixed-output derivation."""
        output = self.outputs.get("out")
        return output if output is not None and output.is_fixed and len(self.outputs) == 1 else None

    def references(self) -> list[str]:
        """The store paths that the `.drv` file refers to."""
        return sorted({*self.input_derivations, *self.input_sources})

    def _body(self, environment: Mapping[str, str]) -> bytes:
        return aterm.render_body(self.builder, self.arguments, sort_names(environment))


def sort_names(mapping: Mapping[str, T]) -> dict[str, T]:
    """The mapping with its names in byte order (which is code-point order, but for bytes that are no UTF-8)."""
    names = sorted(mapping)
    if not all(map(str.isascii, names)):
        names.sort(key=lambda name: name.encode("utf-8", "surrogateescape"))
    return {name: mapping[name] for name in names}


class Instantiated(Record):
    """A derivation that has its paths."""

    path: str
    text: bytes
    modulo: str
    """Its hash for the derivations that use it: 64 digits of base 16, or DEFERRED."""


HashSource = Callable[[str, Iterable[str]], str]
"""Path of a derivation and the outputs wanted of it, to its hash modulo."""


def instantiate(derivation: Derivation, modulo_of: HashSource, store_dir: str = paths.STORE_DIR) -> Instantiated:
    """Give a derivation its output paths and its own path.

    Outputs that are input-addressed come with all three fields empty; where the hash of every input is known they get
    their path, in `outputs` and in the environment.

    Raises StoreError: a name that makes no store path, an input that is not known."""
    outputs = derivation.outputs = sort_names(derivation.outputs)
    inputs = derivation.input_derivations = {
        path: tuple(sorted(names)) for path, names in sort_names(derivation.input_derivations).items()
    }
    sources = derivation.input_sources = tuple(sorted(derivation.input_sources))
    input_addressed = not any(output.algorithm for output in outputs.values())
    environment = derivation.environment = sort_names(
        derivation.environment | dict.fromkeys(outputs, "") if input_addressed else derivation.environment
    )
    body = aterm.render_body(derivation.builder, derivation.arguments, environment)
    modulo = DEFERRED
    if input_addressed:
        hashed_inputs = None if derivation.dynamic_inputs else inputs_by_hash(inputs, modulo_of)
        if hashed_inputs is not None:
            masked = aterm.render(outputs, hashed_inputs, sources, derivation.system, body)
            digest = sha256(masked).hexdigest()
            for name in outputs:
                path = paths.output_path(derivation.name, name, digest, store_dir)
                outputs[name] = Output(path)
                environment[name] = path
                # Escaped quotes cannot look like this, and the list of outputs has four fields.
                body = body.replace(f'("{name}","")'.encode(), f'("{name}","{path}")'.encode(), 1)
            unmasked = aterm.render(outputs, hashed_inputs, sources, derivation.system, body)
            modulo = sha256(unmasked).hexdigest()
    elif derivation.fixed_output is not None:
        modulo = fixed_modulo(derivation.fixed_output)
    text = aterm.render(outputs, inputs, sources, derivation.system, body, derivation.dynamic_inputs)
    path = paths.text_path(f"{derivation.name}.drv", text, {*inputs, *sources}, store_dir)
    return Instantiated(path, text, modulo)


def inputs_by_hash(inputs: Mapping[str, tuple[str, ...]], modulo_of: HashSource) -> dict[str, list[str]] | None:
    """Input derivations by hash modulo instead of path, in order; None where one of them is deferred. Derivations
    with the same hash become one."""
    by_hash: dict[str, set[str]] = {}
    for path, names in inputs.items():
        modulo = modulo_of(path, names)
        if modulo is DEFERRED:
            return None
        by_hash.setdefault(modulo, set()).update(names)
    return {modulo: sorted(by_hash[modulo]) for modulo in sorted(by_hash)}


def fixed_modulo(output: Output) -> str:
    """The hash modulo of a fixed-output derivation."""
    return sha256(f"fixed:out:{output.algorithm}:{output.content}:{output.path}".encode()).hexdigest()


def hash_modulo(derivation: Derivation, modulo_of: HashSource) -> str:
    """The hash modulo of a derivation that has its output paths (one read from a file)."""
    fixed = derivation.fixed_output
    if fixed is not None:
        return fixed_modulo(fixed)
    if any(output.algorithm or not output.path for output in derivation.outputs.values()):
        return DEFERRED
    hashed_inputs = inputs_by_hash(sort_names(derivation.input_derivations), modulo_of)
    if hashed_inputs is None:
        return DEFERRED
    body = aterm.render_body(derivation.builder, derivation.arguments, sort_names(derivation.environment))
    outputs = sort_names(derivation.outputs)
    return sha256(
        aterm.render(outputs, hashed_inputs, sorted(derivation.input_sources), derivation.system, body)
    ).hexdigest()


def fixed_output(name: str, method: str, content: Hash, store_dir: str = paths.STORE_DIR) -> Output:
    """The output of a fixed-output derivation; `method` as in `paths.METHOD_PREFIXES`."""
    return Output(
        paths.fixed_output_path(name, method, content, store_dir),
        paths.METHOD_PREFIXES[method] + content.algorithm,
        content.digest.hex(),
    )


def check(derivation: Derivation, modulo_of: HashSource, store_dir: str = paths.STORE_DIR) -> None:
    """Compute the output paths of a derivation read from a file and compare them with those it states.

    Raises StoreError where they differ."""
    for name, output in derivation.outputs.items():
        if output.is_fixed:
            prefix, _, algorithm = output.algorithm.rpartition(":")
            method = {"": "flat", "r": "nar", "text": "text"}.get(prefix, "")
            content = bytes.fromhex(output.content)
            if not method or len(content) != SIZES.get(algorithm):
                raise StoreError(f"derivation has output '{name}' with an unknown hash '{output.algorithm}'")
            expected = paths.fixed_output_path(
                paths.output_name(derivation.name, name), method, Hash(algorithm, content), store_dir
            )
        elif output.path:
            blank = Derivation(
                derivation.name,
                dict.fromkeys(derivation.outputs, Output()),
                derivation.input_derivations,
                derivation.input_sources,
                derivation.system,
                derivation.builder,
                derivation.arguments,
                dict(derivation.environment),
            )
            instantiate(blank, modulo_of, store_dir)
            expected = blank.outputs[name].path
        else:
            continue
        if output.path != expected:
            raise StoreError(f"derivation has incorrect output '{output.path}', should be '{expected}'")
