"""Names of store paths."""

from __future__ import annotations

from hashlib import sha256

import pytest

from pyoci.runtime.errors import NixError
from pyoci.store import paths
from pyoci.store.hashes import Hash, hash_bytes

BASE = "ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a"


@pytest.mark.parametrize("name", ["a", "A-b.c_d?e=f+0", ".a", "..a", "...", "a" * 211, "-", "_"])
def test_names(name: str) -> None:
    paths.check_name(name)
    assert paths.text_path(name, b"").endswith("-" + name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "name must not be empty"),
        ("a" * 212, f"name '{'a' * 212}' must be no longer than 211 characters"),
        (".", "name '.' is not valid"),
        ("..", "name '..' is not valid"),
        (".-a", "name '.-a' is not valid: first dash-separated component must not be '.'"),
        ("..-a", "name '..-a' is not valid: first dash-separated component must not be '..'"),
        ("a b", "name 'a b' contains illegal character ' '"),
        ("a/b", "name 'a/b' contains illegal character '/'"),
        ("ü", "name 'ü' contains illegal character '\udcc3'"),
        ("a\n", "name 'a\n' contains illegal character '\n'"),
    ],
)
def test_what_is_no_name(name: str, message: str) -> None:
    with pytest.raises(NixError) as caught:
        paths.check_name(name)
    assert caught.value.message == message
    with pytest.raises(NixError) as caught:
        paths.text_path(name, b"")
    assert caught.value.message.endswith(f"-{name}' is not a valid store path: {message}")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "empty path is not a valid store path"),
        ("/tmp/x", "path '/tmp/x' is not in the Nix store"),
        (f"/nix/store/{BASE}/sub", f"path '/nix/store/{BASE}/sub' is not in the Nix store"),
        ("/nix/store/short", "'short' is too short to be a valid store path"),
        (
            f"/nix/store/{BASE.replace('-', '_')}",
            f"'{BASE.replace('-', '_')}' can't name a store path because the hash part is not followed by a '-'",
        ),
        (f"/nix/store/e{BASE[1:]}", f"store path 'e{BASE[1:]}' contains illegal base-32 character 'e'"),
        (f"/nix/store/{BASE}~", f"path '{BASE}~' is not a valid store path: name 'a~' contains illegal character '~'"),
    ],
)
def test_what_is_no_store_path(path: str, message: str) -> None:
    with pytest.raises(NixError) as caught:
        paths.parse(path)
    assert caught.value.message == message
    assert not paths.is_store_path(path)


def test_parts() -> None:
    assert paths.parse(f"/nix/store/{BASE}") == (BASE[:32], "a")
    assert paths.split(f"/nix/store/{BASE}/b/c") == (f"/nix/store/{BASE}", "/b/c")
    assert paths.split(f"/nix/store/{BASE}") == (f"/nix/store/{BASE}", "")
    with pytest.raises(NixError, match="path '/nix/store' is not in the Nix store"):
        paths.split("/nix/store")
    assert paths.parse(f"/x/{BASE}", "/x")[1] == "a"


def test_known_paths() -> None:
    """What C++ Nix says."""
    assert paths.text_path("x", b"y") == "/nix/store/lfngsssysp6h1v4ccqg23c52s9sjl779-x"
    refers = ["/nix/store/lfngsssysp6h1v4ccqg23c52s9sjl779-x"]
    assert paths.text_path("z", f"see {refers[0]}".encode(), refers) == (
        "/nix/store/dbawyqzl7s0yaz4si85f3bb60a0r89iv-z"
    )
    zeros = {name: Hash(name, bytes(size)) for name, size in (("sha256", 32), ("sha1", 20))}
    assert paths.fixed_output_path("f", "nar", zeros["sha256"]) == "/nix/store/23qvwckf0gjik4ws6ybmq4hjk0z6c3zc-f"
    assert paths.fixed_output_path("f", "nar", zeros["sha1"]) == "/nix/store/wgwfp5mx4bhivincp1z689i99gra9w68-f"
    assert paths.fixed_output_path("f", "flat", hash_bytes("md5", b"")) == (
        "/nix/store/0kj4nzh3l6z4z918280lpf2qy0dgva8d-f"
    )
    assert paths.fixed_output_path("x", "text", hash_bytes("sha256", b"y")) == paths.text_path("x", b"y")
    assert paths.source_path("f", bytes(32).hex()) == paths.fixed_output_path("f", "nar", zeros["sha256"])
    assert paths.text_path("x", b"y", (), "/elsewhere").startswith("/elsewhere/")


def test_placeholders() -> None:
    assert paths.placeholder("out") == "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"
    digest = sha256(f"nix-upstream-output:{BASE[:32]}:a-dev".encode()).digest()
    from pyoci.store import base32

    assert paths.downstream_placeholder(f"/nix/store/{BASE}.drv", "dev") == "/" + base32.encode(digest)


def test_methods_that_are_not_there() -> None:
    with pytest.raises(NixError, match="Git file ingestion must use SHA-1 or SHA-256 hash"):
        paths.fixed_output_path("x", "git", hash_bytes("md5", b""))
    with pytest.raises(NixError, match="needs a SHA-256 hash"):
        paths.fixed_output_path("x", "text", hash_bytes("sha1", b""))
