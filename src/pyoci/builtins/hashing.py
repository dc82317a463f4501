"""Hashes of strings, and the ways of writing hashes."""

from __future__ import annotations

from pyoci.builtins.registry import builtin
from pyoci.runtime.coercion import expect_plain_string, expect_set, expect_string
from pyoci.runtime.errors import EvalError, MissingAttribute
from pyoci.runtime.host import host
from pyoci.runtime.thunks import force
from pyoci.runtime.values import Lazy, Value, to_bytes


@builtin("hashString", "type ?s")
def hash_string(algorithm: Value, string: Lazy) -> Value:
    """The hash of a string in base 16; `type` is md5, sha1, sha256 or sha512."""
    from pyoci.store.hashes import hash_bytes, parse_algorithm

    expect_plain_string(algorithm, "while evaluating the first argument passed to builtins.hashString")
    parse_algorithm(algorithm)
    text = expect_string(force(string), "while evaluating the second argument passed to builtins.hashString")
    return hash_bytes(algorithm, to_bytes(text)).format("base16")


@builtin("convertHash", "args")
def convert_hash(arguments: Value) -> Value:
    """A hash in another form.

    Of the set `args`, `hash` is the hash, `hashAlgo` its algorithm where the hash itself does not tell, `toHashFormat`
    the form wanted: base16, nix32 (or base32), base64 or sri."""
    from pyoci.store.hashes import parse, parse_algorithm

    expect_set(arguments, "while evaluating the first argument passed to builtins.convertHash")
    text = _string_attribute(arguments, "hash")
    algorithm = parse_algorithm(_string_attribute(arguments, "hashAlgo")) if "hashAlgo" in arguments else None
    form = _string_attribute(arguments, "toHashFormat")
    if form == "base32":
        host().trace('warning: "base32" is a deprecated alias for hash format "nix32".')
        form = "nix32"
    if form not in ("base16", "nix32", "base64", "sri"):
        raise EvalError(f"unknown hash format '{form}', expect 'base16', 'base32', 'base64', or 'sri'")
    return parse(text, algorithm).format(form)  # type: ignore[arg-type]


def _string_attribute(arguments: dict[str, Lazy], name: str) -> str:
    if name not in arguments:
        error = MissingAttribute(f"attribute '{name}' missing")
        error.traces.append((f"while locating the attribute '{name}'", None))
        raise error
    return expect_plain_string(force(arguments[name]), f"while evaluating the attribute '{name}'")
