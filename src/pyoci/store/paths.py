"""Store paths: which names are valid, and how a path follows from what it holds.

A store path is `/nix/store/HASH-NAME`, HASH being 32 characters of Nix's base 32: the SHA-256 of a description of the
content (`TYPE:sha256:INNER:/nix/store:NAME`), folded to 20 bytes. Specification: Nix manual, "Store Path
Specification" (protocols/store-path). Paths are `str` throughout, with the store folder.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoci.patterns import pattern
from pyoci.runtime.errors import StoreError
from pyoci.store import base32
from pyoci.store.digests import sha256
from pyoci.store.hashes import Hash, compress

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Final


STORE_DIR: Final = "/nix/store"

HASH_LENGTH: Final = 32
MAX_NAME_LENGTH: Final = 211


class BadStorePath(StoreError):
    """A path that cannot be one of the store."""


class BadStorePathName(BadStorePath):
    """A name that no store path can have."""


_PLAIN_NAME: Final = pattern(r"[0-9A-Za-z+\-_?=][0-9A-Za-z+\-._?=]{0,210}")
_ILLEGAL: Final = pattern(r"[^0-9A-Za-z+\-._?=]")


def check_name(name: str) -> None:
    """Raises BadStorePathName where `name` cannot be the name of a store path."""
    if _PLAIN_NAME.fullmatch(name):
        return
    if not name:
        raise BadStorePathName("name must not be empty")
    if len(name.encode("utf-8", "surrogateescape")) > MAX_NAME_LENGTH:
        raise BadStorePathName(f"name '{name}' must be no longer than {MAX_NAME_LENGTH} characters")
    if name in (".", ".."):
        raise BadStorePathName(f"name '{name}' is not valid")
    first = name.partition("-")[0]
    if first in (".", ".."):
        raise BadStorePathName(
            f"name '{name}' is not valid: first dash-separated component must not be '{first}'",
        )
    illegal = _ILLEGAL.search(name)
    if illegal:
        # Nix looks at bytes: of a longer character it names the first.
        byte = illegal.group().encode("utf-8", "surrogateescape")[:1].decode("utf-8", "surrogateescape")
        raise BadStorePathName(f"name '{name}' contains illegal character '{byte}'")


def make_store_path(kind: str, content: str, name: str, store_dir: str = STORE_DIR) -> str:
    """The store path of type `kind` (`source`, `output:out`, `text:…`) for a content hash, given as its base 16 text.

    Raises BadStorePath where the name is not valid."""
    digest = sha256(f"{kind}:sha256:{content}:{store_dir}:{name}".encode("utf-8", "surrogateescape")).digest()
    folded = int.from_bytes(digest[:20], "little") ^ int.from_bytes(digest[20:], "little")
    base_name = f"{base32.encode_int(folded, HASH_LENGTH)}-{name}"
    if not _PLAIN_NAME.fullmatch(name):
        try:
            check_name(name)
        except BadStorePathName as error:
            raise BadStorePath(f"path '{base_name}' is not a valid store path: {error.message}") from None
    return f"{store_dir}/{base_name}"


def text_path(name: str, content: bytes, references: Iterable[str] = (), store_dir: str = STORE_DIR) -> str:
    """The path of a text (`builtins.toFile`, a `.drv` file) that refers to some store paths."""
    kind = ":".join(("text", *sorted(references)))
    return make_store_path(kind, sha256(content).hexdigest(), name, store_dir)


def source_path(name: str, nar_hash: str, references: Iterable[str] = (), store_dir: str = STORE_DIR) -> str:
    """The path of a file tree by the SHA-256 of its archive, in base 16 (`"${./dir}"`)."""
    kind = ":".join(("source", *sorted(references)))
    return make_store_path(kind, nar_hash, name, store_dir)


METHOD_PREFIXES: Final = {"flat": "", "nar": "r:", "text": "text:", "git": "git:"}
"""How a hash was taken, as `.drv` files and fixed-output paths spell it."""


def fixed_output_path(name: str, method: str, content: Hash, store_dir: str = STORE_DIR) -> str:
    """The path of something whose content hash is known beforehand; `method` is a key of METHOD_PREFIXES."""
    if method == "text":
        if content.algorithm != "sha256":
            raise StoreError(f"text-hashed output '{name}' needs a SHA-256 hash")
        return make_store_path("text", content.digest.hex(), name, store_dir)
    if method == "git" and content.algorithm not in ("sha1", "sha256"):
        raise StoreError("Git file ingestion must use SHA-1 or SHA-256 hash")
    if method == "nar" and content.algorithm == "sha256":
        return make_store_path("source", content.digest.hex(), name, store_dir)
    inner = f"fixed:out:{METHOD_PREFIXES[method]}{content.algorithm}:{content.digest.hex()}:"
    return make_store_path("output:out", sha256(inner.encode()).hexdigest(), name, store_dir)


def output_name(derivation_name: str, output: str) -> str:
    """The name of an output's path: that of the derivation, and of the output unless it is `out`."""
    return derivation_name if output == "out" else f"{derivation_name}-{output}"


def output_path(derivation_name: str, output: str, modulo: str, store_dir: str = STORE_DIR) -> str:
    """The path of an output by the hash (base 16) of the derivation, its own output paths left out."""
    return make_store_path(f"output:{output}", modulo, output_name(derivation_name, output), store_dir)


def placeholder(output: str) -> str:
    """What stands for an output's path inside its own derivation (`builtins.placeholder`)."""
    return "/" + base32.encode(sha256(f"nix-output:{output}".encode("utf-8", "surrogateescape")).digest())


def downstream_placeholder(derivation_path: str, output: str) -> str:
    """What stands for an output's path, as long as only building can tell it, in the derivations that use it."""
    hash_part, name = parse(derivation_path)
    text = f"nix-upstream-output:{hash_part}:{output_name(name.removesuffix('.drv'), output)}"
    return "/" + base32.encode(sha256(text.encode("utf-8", "surrogateescape")).digest())


def computed_placeholder(derivation_placeholder: str, output: str) -> str:
    """What stands for an output of a derivation that is itself only known by its placeholder."""
    folded = base32.encode_int(compress(base32.decode(derivation_placeholder[1:])), HASH_LENGTH)
    text = f"nix-computed-output:{folded}:{output}"
    return "/" + base32.encode(sha256(text.encode("utf-8", "surrogateescape")).digest())


_ILLEGAL_HASH: Final = pattern(f"[^{base32.ALPHABET}]")


def parse(path: str, store_dir: str = STORE_DIR) -> tuple[str, str]:
    """Hash part and name of a store path (of the path itself, not of something below it).

    Raises BadStorePath."""
    if not path:
        raise BadStorePath("empty path is not a valid store path")
    folder, _, base_name = path.rpartition("/")
    if folder != store_dir:
        raise BadStorePath(f"path '{path}' is not in the Nix store")
    return parse_base_name(base_name)


def parse_base_name(base_name: str) -> tuple[str, str]:
    """Hash part and name of `HASH-NAME`; raises BadStorePath."""
    if len(base_name) < HASH_LENGTH + 1:
        raise BadStorePath(f"'{base_name}' is too short to be a valid store path")
    if base_name[HASH_LENGTH] != "-":
        raise BadStorePath(f"'{base_name}' can't name a store path because the hash part is not followed by a '-'")
    hash_part, name = base_name[:HASH_LENGTH], base_name[HASH_LENGTH + 1 :]
    illegal = _ILLEGAL_HASH.search(hash_part)
    if illegal:
        raise BadStorePath(f"store path '{base_name}' contains illegal base-32 character '{illegal.group()}'")
    try:
        check_name(name)
    except BadStorePathName as error:
        raise BadStorePath(f"path '{base_name}' is not a valid store path: {error.message}") from None
    return hash_part, name


def is_store_path(path: str, store_dir: str = STORE_DIR) -> bool:
    """Whether `path` is a store path itself."""
    try:
        parse(path, store_dir)
    except BadStorePath:
        return False
    return True


def is_in_store(path: str, store_dir: str = STORE_DIR) -> bool:
    """Whether `path` lies below the store folder."""
    return path.startswith(store_dir + "/")


def split(path: str, store_dir: str = STORE_DIR) -> tuple[str, str]:
    """The store path that a path lies in, and the rest (empty, or with a slash in front).

    Raises BadStorePath."""
    if not is_in_store(path, store_dir):
        raise BadStorePath(f"path '{path}' is not in the Nix store")
    base_name, slash, rest = path[len(store_dir) + 1 :].partition("/")
    parse_base_name(base_name)
    return f"{store_dir}/{base_name}", slash + rest
