"""References to things that can be fetched: `github:NixOS/nixpkgs/23.05`, `git+file:///x?ref=main`, and the sets of
attributes that they stand for (`{ type = "github"; owner = "NixOS"; … }`).

Specification: Nix manual, "nix flake", section "Flake references". Messages are those of C++ Nix 2.34.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

from pyoci.runtime.errors import EvalError
from pyoci.store import hashes

Attributes: TypeAlias = dict[str, str | int | bool]
"""An input, exploded; always with `type`."""


class BadUrl(EvalError):
    """A text that is no URL of the kind that its beginning promises."""


@dataclass(slots=True)
class Url:
    """A URL in parts, decoded."""

    scheme: str
    authority: str | None
    path: str
    query: dict[str, str] = field(default_factory=dict)
    fragment: str = ""

    def __str__(self) -> str:
        authority = "" if self.authority is None else f"//{self.authority}"
        query = "&".join(f"{name}={quote(value, safe=_QUERY_SAFE)}" for name, value in sorted(self.query.items()))
        fragment = f"#{quote(self.fragment, safe=_QUERY_SAFE)}" if self.fragment else ""
        return f"{self.scheme}:{authority}{self.path}{'?' + query if query else ''}{fragment}"


_PATH_SAFE: Final = "!$&'()*+,;=:@~"
_QUERY_SAFE: Final = "!$'()*,;:@/?~"
_URL: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*):"
    r"(?://(?P<authority>[A-Za-z0-9_.~!$&'()*+,;=:@%\[\]-]*)(?=[/?#]|$))?"
    r"(?P<path>[A-Za-z0-9_.~!$&'()*+,;=:@%/-]*)"
    r"(?:\?(?P<query>[^#\s]*))?"
    r"(?:\#(?P<fragment>\S*))?"
)
_REVISION: Final = re.compile(r"[0-9a-fA-F]{40}")
_FLAKE_ID: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]*")
_FLAKE_REFERENCE: Final = re.compile(
    r"(?P<path>[a-zA-Z][a-zA-Z0-9_-]*"
    r"(?:/(?:[0-9a-fA-F]{40}|[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*))?)(?:\#(?P<fragment>\S*))?"
)
_BAD_REF: Final = re.compile(r"^[./]|\.\.|//|/\.|\.lock(?:/|$)|[\x00-\x20\x7f~^:?*\[\\]|@\{|[./]$|^@$|^-|^$")


def parse_url(text: str) -> Url:
    """The parts of a URL. Raises BadUrl."""
    match = _URL.fullmatch(text)
    if match is None:
        if not re.match(r"[a-z][a-z0-9+.-]*:", text):
            raise BadUrl(f"'{text}' doesn't have a scheme")
        raise BadUrl(f"'{text}' is not a valid URL")
    query: dict[str, str] = {}
    for part in (match["query"] or "").split("&"):
        name, equals, value = part.partition("=")
        if equals:
            query[unquote(name)] = unquote(value)
    return Url(match["scheme"], match["authority"], match["path"], query, unquote(match["fragment"] or ""))


def git_url(text: str) -> str:
    """A repository as git is given it (`user@host:path`, `/path`, a URL, also with `git+`), as a URL."""
    text = text.removeprefix("git+")
    if re.match(r"[^/:\s]+@[^/:\s]+:(?!/)", text) or re.match(r"[^/:\s]+@[^/:\s]+:/", text):
        host, _, path = text.partition(":")
        return f"ssh://{host}/{path.removeprefix('/')}"
    if re.match(r"[a-z][a-z0-9+.-]*:", text):
        return str(parse_url(text))
    return f"file:{'//' if text.startswith('/') else ''}{quote(text, safe=_PATH_SAFE + '/')}"


def is_revision(text: str) -> bool:
    """Whether a text is a full commit hash."""
    return _REVISION.fullmatch(text) is not None


def is_legal_ref(name: str) -> bool:
    """Whether git takes a text for the name of a branch or tag."""
    return _BAD_REF.search(name) is None


def from_reference(text: str) -> Attributes:
    """The attributes of a flake reference.

    Raises EvalError."""
    attributes, fragment = _flake_id(text) or _url_reference(text) or _path_reference(text)
    if fragment:
        raise EvalError(f"unexpected fragment '{fragment}' in flake reference '{text}'")
    return attributes


def _flake_id(text: str) -> tuple[Attributes, str] | None:
    match = _FLAKE_REFERENCE.fullmatch(text)
    if match is None:
        return None
    return from_url(Url("flake", None, match["path"])), unquote(match["fragment"] or "")


def _url_reference(text: str) -> tuple[Attributes, str] | None:
    try:
        url = parse_url(text)
        return _with_folder(url), url.fragment
    except BadUrl:
        return None


def _path_reference(text: str) -> tuple[Attributes, str]:
    match = re.fullmatch(r"([^?#]*)(?:\?([^#]*))?(?:#(.*))?", text, re.DOTALL)
    assert match is not None
    path, query, fragment = match.groups(default="")
    if not path.startswith("/"):
        raise BadUrl(f"flake reference '{text}' is not an absolute path")
    url = parse_url(f"path:{quote(path, safe=_PATH_SAFE + '/')}?{query}")
    return _with_folder(url), unquote(fragment)


def _with_folder(url: Url) -> Attributes:
    folder = url.query.pop("dir", "")
    attributes = from_url(Url(url.scheme, url.authority, url.path, url.query))
    return attributes | {"dir": folder} if folder else attributes


def from_url(url: Url) -> Attributes:
    """The attributes that a URL stands for.

    Raises BadUrl where it is not one of its kind, EvalError where nothing fetches that kind."""
    application, _, transport = url.scheme.rpartition("+")
    if url.scheme == "flake":
        return _indirect_from_url(url)
    if url.scheme == "path":
        return _path_from_url(url)
    if url.scheme in _HOSTS:
        return _host_from_url(url)
    if url.scheme == "git" or application in ("git", "hg"):
        return _repository_from_url(url, application or "git")
    if transport in ("file", "http", "https") and application in ("", "tarball", "file"):
        return _download_from_url(url, application or "tarball")
    if (application, transport) == ("file", "git"):
        raise EvalError(f"input '{url}' is unsupported; did you mean 'git+file' instead of 'file+git'?")
    raise EvalError(f"input '{url}' is unsupported")


def _segments(url: Url) -> list[str]:
    return [unquote(segment) for segment in url.path.split("/") if segment]


def _indirect_from_url(url: Url) -> Attributes:
    identifier, *rest = _segments(url) or [""]
    attributes: Attributes = {"type": "indirect", "id": identifier}
    if rest and is_revision(rest[-1]):
        attributes["rev"] = rest.pop()
    if len(rest) > 1:
        raise BadUrl(f"GitHub URL '{url}' is invalid")
    if rest:
        if not is_legal_ref(rest[0]):
            raise BadUrl(f"in flake URL '{url}', '{rest[0]}' is not a commit hash or branch/tag name")
        attributes["ref"] = rest[0]
    return check(attributes)


def _path_from_url(url: Url) -> Attributes:
    if url.authority:
        raise EvalError(f"path URL '{url}' should not have an authority ('{url.authority}')")
    attributes: Attributes = {"type": "path", "path": unquote(url.path)}
    for name, value in url.query.items():
        if name in ("rev", "narHash"):
            attributes[name] = value
        elif name in _NUMBERS:
            if not value.isdigit():
                raise EvalError(f"path URL '{url}' has invalid parameter '{name}'")
            attributes[name] = int(value)
        else:
            raise EvalError(f"path URL '{url}' has unsupported parameter '{name}'")
    return check(attributes)


def _host_from_url(url: Url) -> Attributes:
    path = _segments(url)
    if len(path) < 2:
        raise BadUrl(f"URL '{url}' is invalid")
    attributes: Attributes = {"type": url.scheme, "owner": path[0], "repo": path[1]}
    if len(path) == 3 and is_revision(path[2]):
        attributes["rev"] = path[2]
    elif len(path) > 2:
        attributes["ref"] = "/".join(path[2:])
    for name, value in url.query.items():
        if name == "rev" and "rev" in attributes:
            raise BadUrl(f"URL '{url}' contains multiple commit hashes")
        if name == "ref" and "ref" in attributes:
            raise BadUrl(f"URL '{url}' contains multiple branch/tag names")
        if name in ("rev", "ref", "host", "narHash"):
            attributes[name] = value
    return check(attributes)


def _repository_from_url(url: Url, kind: str) -> Attributes:
    attributes: Attributes = {"type": kind}
    rest: dict[str, str] = {}
    for name, value in url.query.items():
        if name in _FLAGS and kind == "git":
            attributes[name] = value == "1"
        elif name in ("rev", "ref"):
            attributes[name] = value
        else:
            rest[name] = value
    scheme = url.scheme.rpartition("+")[2]
    attributes["url"] = str(Url(scheme, url.authority, url.path, rest))
    return check(attributes)


def _download_from_url(url: Url, kind: str) -> Attributes:
    attributes: Attributes = {"type": kind}
    rest: dict[str, str] = {}
    for name, value in url.query.items():
        if name in ("narHash", "rev"):
            attributes[name] = value
        elif name in _NUMBERS:
            if value.isdigit():
                attributes[name] = int(value)
        elif name not in _ALLOWED[kind]:
            rest[name] = value
    attributes["url"] = str(Url(url.scheme.rpartition("+")[2], url.authority, url.path, rest))
    return check(attributes)


_HOSTS: Final = ("github", "gitlab", "sourcehut")
_NUMBERS: Final = ("revCount", "lastModified")
_FLAGS: Final = ("shallow", "submodules", "lfs", "exportIgnore", "allRefs", "verifyCommit")
_OF_HOSTS: Final = frozenset(("owner", "repo", "ref", "rev", "narHash", "lastModified", "host", "treeHash"))
_OF_DOWNLOADS: Final = frozenset(("url", "narHash", "name", "unpack", "rev", "revCount", "lastModified"))
_ALLOWED: Final[dict[str, frozenset[str]]] = {
    "path": frozenset(("path", "rev", "revCount", "lastModified", "narHash")),
    "git": frozenset(
        (
            *_FLAGS,
            "url",
            "ref",
            "rev",
            "lastModified",
            "revCount",
            "narHash",
            "name",
            "dirtyRev",
            "dirtyShortRev",
            "keytype",
            "publicKey",
            "publicKeys",
        )
    ),
    "hg": frozenset(("url", "ref", "rev", "revCount", "narHash", "name")),
    "indirect": frozenset(("id", "ref", "rev", "narHash")),
    "tarball": _OF_DOWNLOADS,
    "file": _OF_DOWNLOADS,
    **dict.fromkeys(_HOSTS, _OF_HOSTS),
}
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "path": ("path",),
    "git": ("url",),
    "hg": ("url",),
    "indirect": ("id",),
    "tarball": ("url",),
    "file": ("url",),
    **dict.fromkeys(_HOSTS, ("owner", "repo")),
}


_SHOWN_FLAGS: Final = ("shallow", "lfs", "submodules", "exportIgnore", "verifyCommit")
"""Of those, what a URL tells."""


def check(attributes: Attributes) -> Attributes:
    """The attributes themselves, a repository's URL in full, where they are those of an input; a type that nobody
    knows passes, and fails when it is used.

    Raises EvalError."""
    if "type" not in attributes:
        raise EvalError("'type' attribute to specify input scheme is required but not provided")
    kind = text_attribute(attributes, "type")
    allowed = _ALLOWED.get(kind)
    if allowed is None:
        return attributes
    for name in sorted(attributes):
        if name != "type" and name not in allowed:
            raise EvalError(f"input attribute '{name}' not supported by scheme '{kind}'")
    for name in _NEEDED[kind]:
        text_attribute(attributes, name)
    _check_types(attributes)
    ref = attributes.get("ref")
    if kind in _HOSTS:
        _check_host(attributes)
    elif kind == "git":
        if ref is not None and not is_legal_ref(str(ref)):
            raise BadUrl(f"invalid Git branch/tag name '{ref}'")
        return attributes | {"url": git_url(text_attribute(attributes, "url"))}
    elif kind == "indirect" and not _FLAKE_ID.fullmatch(str(attributes["id"])):
        raise BadUrl(f"'{attributes['id']}' is not a valid flake ID")
    return attributes


def _check_types(attributes: Attributes) -> None:
    texts = {"path": (), "indirect": ("ref", "rev")}.get(str(attributes["type"]), ("narHash", "ref", "rev", "host"))
    for name in texts:
        if name in attributes:
            text_attribute(attributes, name)
    for name, value in attributes.items():
        if name in _FLAGS and not isinstance(value, bool):
            raise EvalError(f"input attribute '{name}' is not a Boolean")
        if name in ("lastModified", "revCount") and value.__class__ is not int:
            raise EvalError(f"input attribute '{name}' is not an integer")


def _check_host(attributes: Attributes) -> None:
    ref, revision, host = attributes.get("ref"), attributes.get("rev"), attributes.get("host")
    if ref is not None and revision is not None:
        raise BadUrl(
            f"input {as_json(attributes)} contains both a commit hash ('{revision}') and a branch/tag name ('{ref}')"
        )
    if revision is not None:
        hashes.parse(str(revision), "sha1")
    if ref is not None and not is_legal_ref(str(ref)):
        raise BadUrl(f"input {as_json(attributes)} contains an invalid branch/tag name")
    if host is not None and not re.fullmatch(r"[a-zA-Z0-9.-]*", str(host)):
        raise BadUrl(f"input {as_json(attributes)} contains an invalid instance host")


def text_attribute(attributes: Mapping[str, str | int | bool], name: str) -> str:
    """A string attribute that must be there. Raises EvalError."""
    value = attributes.get(name)
    if value is None:
        raise EvalError(f"input attribute '{name}' is missing")
    if not isinstance(value, str):
        raise EvalError(f"input attribute '{name}' is not a string {as_json(attributes)}")
    return value


def as_json(attributes: Mapping[str, str | int | bool]) -> str:
    """Attributes as messages show them."""
    return json.dumps(attributes, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def to_reference(attributes: Attributes) -> str:
    """The flake reference of a set of attributes.

    Raises EvalError."""
    rest = {name: value for name, value in attributes.items() if name != "dir"}
    url = to_url(check(rest))
    if attributes.get("dir"):
        url.query["dir"] = text_attribute(attributes, "dir")
    return str(url)


def to_url(attributes: Attributes) -> Url:
    """The URL of checked attributes.

    Raises EvalError where their type is not known."""
    make = _TO_URL.get(str(attributes["type"]))
    if make is None:
        raise EvalError(f"cannot show unsupported input '{as_json(attributes)}'")
    return make(attributes)


def _host_to_url(attributes: Attributes) -> Url:
    names = [str(attributes[name]) for name in ("owner", "repo", "ref", "rev") if name in attributes]
    query: dict[str, str] = {name: str(attributes[name]) for name in ("narHash", "host") if name in attributes}
    return Url(str(attributes["type"]), None, "/".join(quote(name, safe=_PATH_SAFE) for name in names), query)


def _indirect_to_url(attributes: Attributes) -> Url:
    names = [str(attributes[name]) for name in ("id", "ref", "rev") if name in attributes]
    return Url("flake", None, "/".join(quote(name, safe=_PATH_SAFE) for name in names))


def _path_to_url(attributes: Attributes) -> Url:
    query = {name: _query_value(value) for name, value in attributes.items() if name not in ("path", "type")}
    return Url("path", None, quote(str(attributes["path"]), safe=_PATH_SAFE + "/"), query)


def _query_value(value: str | int | bool) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _repository_to_url(attributes: Attributes) -> Url:
    url = parse_url(str(attributes["url"]))
    kind = attributes["type"]
    if url.scheme != kind:
        url.scheme = f"{kind}+{url.scheme}"
    for name in ("rev", "ref"):
        if name in attributes:
            url.query[name] = str(attributes[name])
    for name in _SHOWN_FLAGS:
        if attributes.get(name):
            url.query[name] = "1"
    return url


def _download_to_url(attributes: Attributes) -> Url:
    url = parse_url(str(attributes["url"]))
    if "narHash" in attributes:
        url.query["narHash"] = hashes.parse(str(attributes["narHash"]), "sha256").format("sri")
    return url


_TO_URL: Final[dict[str, Callable[[Attributes], Url]]] = {
    "path": _path_to_url,
    "git": _repository_to_url,
    "hg": _repository_to_url,
    "indirect": _indirect_to_url,
    "tarball": _download_to_url,
    "file": _download_to_url,
    **dict.fromkeys(_HOSTS, _host_to_url),
}
