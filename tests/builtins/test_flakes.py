"""Flake references: `parseFlakeRef`, `flakeRefToString`, and that flakes themselves are not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from store_host import evaluating

from pyoci.builtins.flakes import flake_ref_to_string, get_flake, parse_flake_ref
from pyoci.runtime.errors import NixError

Gives = Callable[[str, str], None]
Fails = Callable[..., None]

NAMES = {
    "REVISION": "0123456789012345678901234567890123456789",
    "NAR_HASH_IN_URL": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D",
    "NAR_HASH": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}


def spelt(text: str) -> str:
    """The text with the long words for which names stand."""
    for name, word in NAMES.items():
        text = text.replace(name, word)
    return text


@pytest.mark.parametrize(
    ("reference", "attributes"),
    [
        ("github:NixOS/nixpkgs", '{ owner = "NixOS"; repo = "nixpkgs"; type = "github"; }'),
        (
            "github:NixOS/nixpkgs/23.05?dir=lib",
            '{ dir = "lib"; owner = "NixOS"; ref = "23.05"; repo = "nixpkgs"; type = "github"; }',
        ),
        (
            "github:NixOS/nixpkgs/REVISION",
            '{ owner = "NixOS"; repo = "nixpkgs"; rev = "REVISION"; type = "github"; }',
        ),
        (
            "github:NixOS/nixpkgs/feature/x",
            '{ owner = "NixOS"; ref = "feature/x"; repo = "nixpkgs"; type = "github"; }',
        ),
        (
            "github:NixOS/nixpkgs?host=x.org&narHash=NAR_HASH",
            '{ host = "x.org"; narHash = "NAR_HASH"; owner = "NixOS"; repo = "nixpkgs"; type = "github"; }',
        ),
        ("github:a/b?foo=1", '{ owner = "a"; repo = "b"; type = "github"; }'),
        ("gitlab:a%2Fb/c", '{ owner = "a/b"; repo = "c"; type = "gitlab"; }'),
        ("sourcehut:~a/b", '{ owner = "~a"; repo = "b"; type = "sourcehut"; }'),
        ("nixpkgs", '{ id = "nixpkgs"; type = "indirect"; }'),
        ("nixpkgs/unstable", '{ id = "nixpkgs"; ref = "unstable"; type = "indirect"; }'),
        (
            "nixpkgs/REVISION",
            '{ id = "nixpkgs"; rev = "REVISION"; type = "indirect"; }',
        ),
        (
            "nixpkgs/unstable/REVISION",
            '{ id = "nixpkgs"; ref = "unstable"; rev = "REVISION"; type = "indirect"; }',
        ),
        ("flake:nixpkgs", '{ id = "nixpkgs"; type = "indirect"; }'),
        ("path:/tmp/x", '{ path = "/tmp/x"; type = "path"; }'),
        (
            "path:/tmp/x?lastModified=3&rev=REVISION",
            '{ lastModified = 3; path = "/tmp/x"; rev = "REVISION"; type = "path"; }',
        ),
        ("path:./x", '{ path = "./x"; type = "path"; }'),
        ("/tmp/x", '{ path = "/tmp/x"; type = "path"; }'),
        ("/tmp/x?dir=a", '{ dir = "a"; path = "/tmp/x"; type = "path"; }'),
        (
            "git+file:///tmp/x?ref=main&shallow=1",
            '{ ref = "main"; shallow = true; type = "git"; url = "file:///tmp/x"; }',
        ),
        (
            "git+https://h/x.git?rev=REVISION",
            '{ rev = "REVISION"; type = "git"; url = "https://h/x.git"; }',
        ),
        ("git+ssh://git@h/x.git", '{ type = "git"; url = "ssh://git@h/x.git"; }'),
        ("git://h/x", '{ type = "git"; url = "git://h/x"; }'),
        ("https://h/x.tar.gz", '{ type = "tarball"; url = "https://h/x.tar.gz"; }'),
        (
            "https://h/x.tar.gz?narHash=NAR_HASH&a=b",
            '{ narHash = "NAR_HASH"; type = "tarball"; url = "https://h/x.tar.gz?a=b"; }',
        ),
        ("https://h/x", '{ type = "tarball"; url = "https://h/x"; }'),
        ("file:///tmp/x.tar.gz", '{ type = "tarball"; url = "file:///tmp/x.tar.gz"; }'),
        ("file:///tmp/x", '{ type = "tarball"; url = "file:///tmp/x"; }'),
        ("tarball+https://h/x", '{ type = "tarball"; url = "https://h/x"; }'),
        ("file+https://h/x", '{ type = "file"; url = "https://h/x"; }'),
        ("hg+https://h/x", '{ type = "hg"; url = "https://h/x"; }'),
        ("path:/tmp/a%20b", '{ path = "/tmp/a b"; type = "path"; }'),
        ("https://h/a?x=1&dir=sub", '{ dir = "sub"; type = "tarball"; url = "https://h/a?x=1"; }'),
    ],
)
def test_references(gives: Gives, reference: str, attributes: str) -> None:
    gives(spelt(f'builtins.parseFlakeRef "{reference}"'), spelt(attributes))


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            "github:NixOS/nixpkgs?ref=a&rev=REVISION",
            "flake reference 'github:NixOS/nixpkgs?ref=a&rev=REVISION' is not an absolute path",
        ),
        ("github:NixOS", "flake reference 'github:NixOS' is not an absolute path"),
        ("./x", "flake reference './x' is not an absolute path"),
        (".", "flake reference '.' is not an absolute path"),
        ("file+git://h/x", "input 'file+git://h/x' is unsupported; did you mean 'git+file' instead of 'file+git'?"),
        ("foo://bar", "input 'foo://bar' is unsupported"),
        ("github:a/b#frag", "unexpected fragment 'frag' in flake reference 'github:a/b#frag'"),
        ("nixpkgs#hello", "unexpected fragment 'hello' in flake reference 'nixpkgs#hello'"),
        ("git+file:///tmp/a b", "flake reference 'git+file:///tmp/a b' is not an absolute path"),
        ("a b", "flake reference 'a b' is not an absolute path"),
    ],
)
def test_what_is_no_reference(fails: Fails, reference: str, message: str) -> None:
    fails(spelt(f'builtins.parseFlakeRef "{reference}"'), spelt(message))


@pytest.mark.parametrize(
    ("attributes", "reference"),
    [
        ('{type="github";owner="a";repo="b";}', '"github:a/b"'),
        ('{type="path";path="/a b";lastModified=1;}', '"path:/a%20b?lastModified=1"'),
        ('{type="git";url="https://a/b";ref="x";}', '"git+https://a/b?ref=x"'),
        ('{type="git";url="/a/b";shallow=true;}', '"git+file:///a/b?shallow=1"'),
        ('{type="git";url="git@h:a/b.git";}', '"git+ssh://git@h/a/b.git"'),
        (
            '{type="tarball";url="https://a/b.tar";narHash="NAR_HASH";}',
            '"https://a/b.tar?narHash=NAR_HASH_IN_URL"',
        ),
        ('{type="indirect";id="nixpkgs";ref="x";}', '"flake:nixpkgs/x"'),
        ('{type="file";url="https://a/b";}', '"https://a/b"'),
        ('{type="gitlab";owner="a/b";repo="c"; dir="d e";}', '"gitlab:a%2Fb/c?dir=d%20e"'),
        ('{type="git"; url="x"; }', '"git+file:x"'),
        (
            '{type="hg";url="https://a/b"; rev="REVISION";}',
            '"hg+https://a/b?rev=REVISION"',
        ),
        ('{type="path";path="x";}', '"path:x"'),
        ('{type="path";path="/x";narHash="x";}', '"path:/x?narHash=x"'),
    ],
)
def test_sets(gives: Gives, attributes: str, reference: str) -> None:
    gives(spelt(f"builtins.flakeRefToString {attributes}"), spelt(reference))


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (
            '{type="github";owner="a";repo="b";ref="c";rev="REVISION";}',
            'input {"owner":"a","ref":"c","repo":"b","rev":"REVISION","type":"github"} '
            "contains both a commit hash ('REVISION') and a branch/tag name ('c')",
        ),
        ('{type="github";owner="a";}', "input attribute 'repo' is missing"),
        ('{type="x";}', 'cannot show unsupported input \'{"type":"x"}\''),
        ("{}", "'type' attribute to specify input scheme is required but not provided"),
        ('{type="git";url="https://a/b";foo="x";}', "input attribute 'foo' not supported by scheme 'git'"),
        (
            '{type="github"; owner={}; }',
            "flake reference attribute sets may only contain integers, Booleans, and strings, "
            "but attribute 'owner' is a set",
        ),
        ('{type="indirect";id="a b";}', "'a b' is not a valid flake ID"),
        ('{type="git";url="https://a/b";ref="a b";}', "invalid Git branch/tag name 'a b'"),
        ("1", "expected a set but found an integer: 1"),
        (
            '{ type = "github"; owner = "a"; repo = -1; }',
            "negative value given for flake ref attr repo: -1",
        ),
    ],
)
def test_what_is_no_set_of_an_input(fails: Fails, attributes: str, message: str) -> None:
    fails(spelt(f"builtins.flakeRefToString ({attributes})"), spelt(message))


def test_without_the_feature() -> None:
    with evaluating():
        for function in (parse_flake_ref, flake_ref_to_string, get_flake):
            with pytest.raises(NixError, match="experimental Nix feature 'flakes' is disabled"):
                function("x")


def test_flakes_are_not_there() -> None:
    with evaluating(features=("flakes",)), pytest.raises(NixError, match="flakes are not supported"):
        get_flake("path:/x")
