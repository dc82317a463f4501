"""URLs of things to fetch; the references themselves are tested with the builtins that read them."""

from __future__ import annotations

import pytest

from pyoci.runtime.errors import NixError
from pyoci.store import inputs


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("/a b/c", "file:///a%20b/c"),
        ("x", "file:x"),
        ("git@host:a/b.git", "ssh://git@host/a/b.git"),
        ("git@host:/a/b.git", "ssh://git@host/a/b.git"),
        ("https://host/a?b=c", "https://host/a?b=c"),
        ("file:///x/./git", "file:///x/./git"),
    ],
)
def test_urls_of_repositories(text: str, url: str) -> None:
    assert inputs.git_url(text) == url


@pytest.mark.parametrize("text", ["", "nothing", "HTTP", "https://a b", "https://h/%20 "])
def test_what_is_no_url(text: str) -> None:
    with pytest.raises(NixError):
        inputs.parse_url(text)


@pytest.mark.parametrize("name", ["main", "a/b", "v1.0", "a@b", "refs/tags/x", "a-b_c+d"])
def test_names_of_branches(name: str) -> None:
    assert inputs.is_legal_ref(name)


@pytest.mark.parametrize(
    "name", ["", "a b", "/a", "a..b", "a//b", "-a", "a.lock", "a~1", "a:b", "@", "a@{1}", ".a", "a."]
)
def test_what_is_no_name_of_a_branch(name: str) -> None:
    assert not inputs.is_legal_ref(name)


def test_every_input_reads_back() -> None:
    everything: list[inputs.Attributes] = [
        {"type": "github", "owner": "a", "repo": "b", "ref": "c"},
        {"type": "indirect", "id": "a", "ref": "b", "rev": "0" * 40},
        {"type": "path", "path": "/a b", "lastModified": 3},
        {"type": "git", "url": "https://h/a", "ref": "b", "shallow": True},
        {"type": "hg", "url": "https://h/a", "rev": "0" * 40},
        {"type": "file", "url": "https://h/a"},
    ]
    for attributes in everything:
        url = inputs.to_url(attributes)
        if attributes["type"] == "file":
            url.scheme = f"file+{url.scheme}"
        assert inputs.from_url(url) == attributes
