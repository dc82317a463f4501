"""Fetching: files, archives, folders and git repositories of this machine, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from nix_oracle import NIX
from store_host import evaluating

from pyoci.builtins.fetchers import fetch_mercurial, fetch_tarball, fetchurl
from pyoci.builtins.trees import fetch_git, fetch_tree
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value
from pyoci.store.local import LocalStore

Fails = Callable[..., None]
ZEROS = "0" * 52
ZEROS_SRI = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file, a tree, and an archive of it; their contents are the same in every run."""
    root = tmp_path_factory.mktemp("fetch")
    (root / "top/sub").mkdir(parents=True)
    (root / "top/a").write_text("1\n")
    (root / "top/a").chmod(0o755)
    (root / "top/l").symlink_to("a")
    (root / "top/sub/b").write_text("2\n")
    for path in root.rglob("*"):
        os.utime(path, (1577934245, 1577934245), follow_symlinks=False)
    os.utime(root / "top", (1577934245, 1577934245))
    with tarfile.open(root / "t.tar.gz", "w:gz") as archive:
        archive.add(root / "top", "top")
    return root


TREE = "/nix/store/zrm7aai4hx1ws0wcrmnh6w41idx9z29i-source"
TREE_HASH = "sha256-6gLGoun5gMNW+KgTuJ95kbilzCmp/JEYt5UdB4JruMQ="


def git(folder: Path, *arguments: str, when: str = "2020-01-02T03:04:05Z") -> str:
    environment = {
        **os.environ,
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_NAME": "n",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "n",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    done = subprocess.run(
        ["git", "-C", folder, *arguments], check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`clean` with two commits and a tag, `dirty`, `bare`, and `empty` without a commit. Contents, times and names are
    fixed, so that commits have the same hash in every run."""
    if shutil.which("git") is None:
        pytest.skip("skipped: there is no git")
    root = tmp_path_factory.mktemp("git")
    clean = root / "clean"
    (clean / "d").mkdir(parents=True)
    (clean / "nodir").mkdir()
    (clean / "hello").write_text("utrecht\n")
    (clean / "link").symlink_to("hello")
    (clean / "d/x").write_text("x\n")
    (clean / "d/x").chmod(0o755)
    (clean / "d/skip").write_text("s\n")
    (clean / "nodir/q").write_text("q\n")
    (clean / "wonky").write_text("w\n")
    (clean / "sub").write_text("$Format:%H$\n")
    (clean / ".gitattributes").write_text(
        "d/skip export-ignore\n/nodir export-ignore\nwonky export-ignore=wonk\nsub export-subst\n"
    )
    git(clean, "init", "-q", "-b", "main")
    git(clean, "add", ".")
    git(clean, "commit", "-qm", "one")
    git(clean, "tag", "-a", "t1", "-m", "t1")
    (clean / "hello").write_text("world\n")
    git(clean, "commit", "-qam", "two", when="2020-02-02T03:04:05Z")
    git(clean, "branch", "dev")
    git(root, "clone", "-q", "--bare", str(clean), "bare")
    shutil.copytree(clean, root / "dirty", symlinks=True)
    (root / "dirty/hello").write_text("changed\n")
    (root / "dirty/untracked").write_text("untracked\n")
    (root / "dirty/wonky").unlink()
    (root / "empty").mkdir()
    git(root / "empty", "init", "-q", "-b", "main")
    return root


FIRST, SECOND = "297d8f176c359fd8897274e32b2fef09dc8ef0ed", "3b31cc2a2ade28eed93a9a7fbdd9be4de0ceefca"
"""The commits of `clean`."""


@pytest.fixture(scope="module")
def ask_nix_with_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """What C++ Nix makes of an expression that adds to the store: the value, or the last line of the error."""
    root = tmp_path_factory.mktemp("nix")

    def ask(text: str) -> str:
        assert NIX
        environment = {
            **os.environ,
            "HOME": str(root),
            "NIX_CONFIG": "experimental-features = nix-command flakes\nbuild-users-group =",
        }
        environment.pop("NIX_REMOTE", None)
        done = subprocess.run(
            [NIX, "--store", root / "store", "--eval", "--strict", "--read-write-mode", "--expr", text],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        return done.stdout.strip() or done.stderr.rpartition("error: ")[2].strip()

    return ask


@pytest.fixture
def answer(tmp_path: Path) -> Callable[[str], str]:
    """What an expression gives, or the message of its error."""

    def ask(text: str) -> str:
        evaluator = Evaluator(Settings(use_cache=False, trace=lambda message: None))
        try:
            return evaluator.run(lambda: print_value(evaluator.eval_text(text), strict=True))
        except NixError as error:
            return error.message

    return ask


FIRST_SET = (
    '{ lastModified = 1577934245; lastModifiedDate = "20200102030405"; '
    'narHash = "sha256-XgSIe5wdYgIuS3eVO2fnsGZD5W7dRdMD6IzXzQTICxc="; '
    'outPath = "/nix/store/xd9g0gqyrnjwih5n6dv50sck3j7wjnwk-source"; '
    f'rev = "{FIRST}"; revCount = 1; shortRev = "297d8f1"; submodules = false; }}'
)
SECOND_SET = (
    '{ lastModified = 1580612645; lastModifiedDate = "20200202030405"; '
    'narHash = "sha256-cuoz+gDfSpOaMNtR1Mc/WTcffpFD68obtX31BxPkEk8="; '
    'outPath = "/nix/store/3dkbd14y2sqfjlwrfahhkm5prnfylmpv-source"; '
    f'rev = "{SECOND}"; revCount = 2; shortRev = "3b31cc2"; submodules = false; }}'
)
WITH_IGNORED = SECOND_SET.replace(
    "cuoz+gDfSpOaMNtR1Mc/WTcffpFD68obtX31BxPkEk8=", "CEQQzhVzv0VPMTFg4lWvDKcIW/w0IVcsmZ9xmyI3b5c="
).replace("3dkbd14y2sqfjlwrfahhkm5prnfylmpv", "lsmbzsqznf5xd5h8cj2y63xc562w1xgr")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("fetchGit @/clean", SECOND_SET),
        ('fetchGit "file://@/clean"', SECOND_SET),
        ('fetchGit { url = @/clean; ref = "HEAD"; }', SECOND_SET),
        ('fetchGit { url = @/clean; ref = "dev"; }', SECOND_SET),
        ('fetchGit { url = @/dirty; ref = "main"; }', SECOND_SET),
        ('fetchGit "file://@/bare"', SECOND_SET),
        (
            '(fetchGit { url = @/clean; name = "foo"; }).outPath',
            '"/nix/store/50cma4dd7k3sv7awwp3kgv7vjxh95m7x-foo"',
        ),
        ('fetchGit { url = @/clean; ref = "t1"; }', FIRST_SET),
        ('fetchGit { url = @/clean; ref = "refs/tags/t1"; }', FIRST_SET),
        (f'fetchGit {{ url = @/clean; rev = "{FIRST}"; }}', FIRST_SET),
        (f'fetchGit {{ url = @/clean; rev = "{FIRST}"; ref = "dev"; allRefs = true; }}', FIRST_SET),
        (f'fetchGit {{ url = "file://@/bare"; rev = "{FIRST}"; }}', FIRST_SET),
        ("fetchGit { url = @/clean; exportIgnore = false; }", WITH_IGNORED),
        ("fetchGit { url = @/clean; submodules = true; }", WITH_IGNORED.replace("s = false", "s = true")),
        (
            f'(fetchGit {{ url = @/clean; rev = "{FIRST}"; exportIgnore = false; }}).outPath',
            '"/nix/store/biywv7f6ai09k8xavlb8ghqgz4z1xsd2-source"',
        ),
        ("fetchGit { url = @/clean; shallow = true; }", SECOND_SET.replace("revCount = 2", "revCount = 0")),
        (
            f'fetchGit {{ url = @/clean; shallow = true; rev = "{FIRST}"; }}',
            FIRST_SET.replace("revCount = 1", "revCount = 0"),
        ),
        (
            "fetchGit @/dirty",
            f'{{ dirtyRev = "{SECOND}-dirty"; dirtyShortRev = "3b31cc2-dirty"; lastModified = 1580612645; '
            'lastModifiedDate = "20200202030405"; narHash = "sha256-/++cYbFTrRw4kWniXCqVZSTsdnBwcu3BmHNIpguRII4="; '
            f'outPath = "/nix/store/c8vymjq1l5n58jwnmxj4qj3dmpjjqb8n-source"; rev = "{"0" * 40}"; revCount = 0; '
            'shortRev = "0000000"; submodules = false; }',
        ),
        (
            "fetchGit @/empty",
            '{ lastModified = 0; lastModifiedDate = "19700101000000"; '
            'narHash = "sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo="; '
            f'outPath = "/nix/store/0ccnxa25whszw7mgbgyzdm4nqc0zwnm8-source"; rev = "{"0" * 40}"; revCount = 0; '
            'shortRev = "0000000"; submodules = false; }',
        ),
        (
            'builtins.fetchTree { type = "git"; url = "file://@/clean"; }',
            WITH_IGNORED.replace("revCount = 2; ", ""),
        ),
        ('builtins.fetchTree { type = "git"; url = "file://@/clean"; shallow = false; }', WITH_IGNORED),
        ('builtins.readFile "${fetchGit @/clean}/hello"', '"world\\n"'),
        ("builtins.attrNames (builtins.readDir (fetchGit @/dirty))", '[ ".gitattributes" "d" "hello" "link" "sub" ]'),
        ('fetchGit "git+file://@/clean"', SECOND_SET),
        (
            f'fetchGit {{ url = @/clean; rev = "{"0" * 40}"; }}',
            f"getting Git object '{'0' * 40}': odb: cannot read object: null OID cannot exist (libgit2 error code = 9)",
        ),
        (
            "fetchGit { url = @/clean; revCount = 7; }",
            "'revCount' attribute mismatch in input "
            f"'git+file://@/clean?exportIgnore=1&ref=refs/heads/main&rev={SECOND}', expected 7",
        ),
        ("fetchGit @/none", 'Git repository "@/none" does not exist.'),
        ('fetchGit { url = @/clean; rev = "main"; }', "hash 'main' has wrong length for hash algorithm 'sha1'"),
        ('fetchGit { url = @/clean; foo = "x"; }', "input attribute 'foo' not supported by scheme 'git'"),
        ('fetchGit { url = @/clean; ref = "a b"; }', "invalid Git branch/tag name 'a b'"),
        (
            "fetchGit { url = @/clean; ref = [ ]; }",
            "argument 'ref' to 'fetchGit' is a list while a string, Boolean or integer is expected",
        ),
        ('fetchGit { url = @/clean; type = "git"; }', "unexpected argument 'type'"),
        ("fetchGit { }", "input attribute 'url' is missing"),
        ("fetchGit 1", "cannot coerce an integer to a string: 1"),
    ],
)
def test_git(
    repositories: Path,
    answer: Callable[[str], str],
    ask_nix_with_store: Callable[[str], str],
    expression: str,
    expected: str,
) -> None:
    expression, expected = (text.replace("@", str(repositories)) for text in (expression, expected))
    assert answer(expression) == expected
    if NIX:
        assert ask_nix_with_store(expression) == expected


def test_what_git_does_not_have(repositories: Path) -> None:
    with evaluating():
        with pytest.raises(NixError, match="resolving Git reference 'none': revspec 'none' not found"):
            fetch_git({"url": bytes(repositories / "clean"), "ref": "none"})
        with pytest.raises(NixError, match=f"getting Git object '{'1' * 40}': object not found"):
            fetch_git({"url": bytes(repositories / "clean"), "rev": "1" * 40})
        with pytest.raises(NixError, match="does not appear to be a git repository"):
            fetch_git(bytes(repositories))
        with pytest.raises(NixError) as caught:
            fetch_git({"url": bytes(repositories / "clean"), "narHash": ZEROS_SRI})
    assert caught.value.message == (
        f"NAR hash mismatch in input 'git+file://{repositories}/clean?exportIgnore=1', expected '{ZEROS_SRI}' but got "
        "'sha256-cuoz+gDfSpOaMNtR1Mc/WTcffpFD68obtX31BxPkEk8='"
    )


def test_a_commit_is_written_to_the_store(repositories: Path, tmp_path: Path) -> None:
    with evaluating(tmp_path):
        result = fetch_git({"url": bytes(repositories / "bare"), "rev": FIRST})
    tree = tmp_path / str(result["outPath"])[1:]
    assert sorted(path.name for path in tree.iterdir()) == [".gitattributes", "d", "hello", "link", "sub", "wonky"]
    assert (tree / "hello").read_text() == "utrecht\n"
    assert (tree / "sub").read_text() == "$Format:%H$\n"
    assert (tree / "d/x").stat().st_mode & 0o777 == 0o555
    assert (tree / "hello").stat().st_mtime == 1


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('fetchTarball "file://@/t.tar.gz"', f'"{TREE}"'),
        (
            'fetchTarball { url = "file://@/t.tar.gz"; name = "n"; }',
            '"/nix/store/pxz3rjyyziv9fnz00s2xkdxmhi7z8ssm-n"',
        ),
        (f'fetchTarball {{ url = "file://@/t.tar.gz"; sha256 = "{TREE_HASH}"; }}', f'"{TREE}"'),
        ('builtins.readFile (fetchTarball "file://@/t.tar.gz" + "/sub/b")', '"2\\n"'),
        ('fetchTarball "file://@/none.tar"', 'tarball "@/none.tar" does not exist.'),
        ('fetchTarball "file://@/top"', 'tarball "@/top" is a directory, not a file.'),
        ('fetchTarball "@/t.tar.gz"', "'@/t.tar.gz' doesn't have a scheme"),
        ('fetchTarball { url = "file://@/t.tar.gz"; foo = 1; }', "unsupported argument 'foo' to 'fetchTarball'"),
        (
            f'fetchTarball {{ url = "file://@/t.tar.gz"; sha256 = "{ZEROS}"; }}',
            f"hash mismatch in file downloaded from 'file://@/t.tar.gz':\n  specified: sha256:{ZEROS}\n"
            "  got:       sha256:1i5qdf10f7cmnwc93z59576abf4ig6gvh4x8z1bc707rx6icc0pa",
        ),
        (
            'builtins.fetchurl { url = "file://@/top/a"; name = "n"; }',
            '"/nix/store/lp1m4scggg6sm6qjnvfvsaczpcv2s00c-n"',
        ),
        ('builtins.readFile (builtins.fetchurl "file://@/top/a")', '"1\\n"'),
        (
            f'builtins.fetchurl {{ url = "file://@/top/a"; sha256 = "{ZEROS}"; }}',
            f"hash mismatch in file downloaded from 'file://@/top/a':\n  specified: sha256:{ZEROS}\n"
            "  got:       sha256:0rfq1m32fjlmxv4z6030jfxqwlylcgpzhin0awpxqj6k35ms8ma3",
        ),
        ("builtins.fetchurl { }", "'url' argument required"),
        ('builtins.fetchurl "nope"', "URL 'nope' doesn't have a scheme"),
        (
            'builtins.fetchurl "http://h/a b"',
            "invalid store path name when fetching URL 'http://h/a b': name 'a b' contains illegal character ' '. "
            "Please pass an attribute set with 'url' and 'name' attributes to 'fetchurl',  so that it can create a "
            "valid store path.",
        ),
        (
            'builtins.fetchTree { type = "path"; path = "@/top"; }',
            f'{{ lastModified = 1577934245; lastModifiedDate = "20200102030405"; narHash = "{TREE_HASH}"; '
            f'outPath = "{TREE}"; }}',
        ),
        ('(builtins.fetchTree { type = "path"; path = "@/top"; lastModified = 5; }).lastModified', "5"),
        ('(builtins.fetchTree "path:@/top").outPath', f'"{TREE}"'),
        (
            'builtins.fetchTree { type = "tarball"; url = "file://@/t.tar.gz"; }',
            f'{{ lastModified = 1577934245; lastModifiedDate = "20200102030405"; narHash = "{TREE_HASH}"; '
            f'outPath = "{TREE}"; }}',
        ),
        (
            'builtins.fetchTree { type = "file"; url = "file://@/top/sub/b"; }',
            '{ narHash = "sha256-h3ERKYASVs9oNa+2ueg83WuShxmy/6F+EgrRUrEUfDc="; '
            'outPath = "/nix/store/jb63rj4r51pc5vw74ds35axp8vv4c6xs-source"; }',
        ),
        (
            'builtins.fetchTree { type = "path"; path = "x"; }',
            "cannot fetch input 'path:x' because it uses a relative path",
        ),
        ('builtins.fetchTree { type = "x"; }', 'cannot show unsupported input \'{"type":"x"}\''),
        ("builtins.fetchTree { }", "argument 'type' is missing in call to 'fetchTree'"),
        ('builtins.fetchTree { type = "github"; owner = "a"; }', "input attribute 'repo' is missing"),
        (
            'builtins.fetchTree { type = "tarball"; url = "file://@/t.tar.gz"; name = "x"; }',
            "argument 'name' isn\u2019t supported in call to 'fetchTree'",
        ),
        (
            'builtins.fetchTree { type = "path"; path = -1; }',
            "negative value given for 'fetchTree' argument 'path': -1",
        ),
        ('builtins.fetchTree "nixpkgs"', "'nixpkgs' doesn't have a scheme"),
    ],
)
def test_files_archives_and_folders(
    folder: Path,
    answer: Callable[[str], str],
    ask_nix_with_store: Callable[[str], str],
    expression: str,
    expected: str,
) -> None:
    expression, expected = (text.replace("@", str(folder)) for text in (expression, expected))
    assert answer(expression) == expected
    if NIX:
        got = ask_nix_with_store(expression)
        assert " ".join(got.split()) == " ".join(expected.split())


@pytest.mark.parametrize(
    "expression",
    [
        'builtins.fetchurl "https://example.com/x"',
        'fetchTarball "https://example.com/x.tar.gz"',
        'fetchTarball "channel:nixos-unstable"',
        'fetchGit "https://example.com/x.git"',
        'fetchGit "git@example.com:x.git"',
        'builtins.fetchTree { type = "github"; owner = "a"; repo = "b"; }',
        'builtins.fetchTree { type = "indirect"; id = "nixpkgs"; }',
        'builtins.fetchTree { type = "tarball"; url = "https://example.com/x.tar"; }',
        'builtins.fetchTree { type = "file"; url = "https://example.com/x"; }',
        'fetchMercurial "https://example.com/x"',
        f'fetchTarball {{ url = "https://example.com/x.tar"; sha256 = "{ZEROS}"; }}',
    ],
)
def test_the_network_is_not_used(answer: Callable[[str], str], expression: str) -> None:
    assert answer(expression).startswith("network access is not available: cannot fetch '")


def test_what_a_store_has_needs_no_network(folder: Path, tmp_path: Path) -> None:
    archive = f"file://{folder}/t.tar.gz"
    with evaluating(tmp_path):
        assert fetch_tarball(archive) == TREE
        file = str(fetchurl({"url": f"file://{folder}/top/a", "name": "x"}))
    with evaluating() as host:
        host.store.stores.append(LocalStore(tmp_path))
        assert fetch_tarball({"url": "https://example.com/x.tar", "sha256": TREE_HASH}) == TREE
        file_hash = "0rfq1m32fjlmxv4z6030jfxqwlylcgpzhin0awpxqj6k35ms8ma3"
        assert fetchurl({"url": "https://example.com/x", "sha256": file_hash}) == file
        known = fetch_git({"url": "https://example.com/x.git", "rev": FIRST, "narHash": TREE_HASH})
        assert (known["outPath"], known["rev"], known["narHash"]) == (TREE, FIRST, TREE_HASH)


def test_trees_need_a_feature() -> None:
    with evaluating(), pytest.raises(NixError, match="experimental Nix feature 'fetch-tree' is disabled"):
        fetch_tree({"type": "path", "path": "/x"})


def test_pure_evaluation_wants_hashes(repositories: Path, folder: Path) -> None:
    with evaluating() as host:
        host.pure = True
        with pytest.raises(NixError, match="in pure evaluation mode, 'fetchurl' requires a 'sha256' argument"):
            fetchurl(f"file://{folder}/top/a")
        with pytest.raises(
            NixError, match=r"in pure evaluation mode, 'fetchGit' doesn't fetch unlocked input 'git\+file"
        ):
            fetch_git(bytes(repositories / "clean"))
        assert fetch_git({"url": bytes(repositories / "clean"), "rev": FIRST})["rev"] == FIRST


def test_mercurial() -> None:
    with evaluating():
        with pytest.raises(NixError, match="Mercurial repositories are not supported"):
            fetch_mercurial(b"/x")
        with pytest.raises(NixError, match="unsupported argument 'foo' to 'fetchMercurial'"):
            fetch_mercurial({"url": "x", "foo": "y"})
        with pytest.raises(NixError, match="'url' argument required"):
            fetch_mercurial({})


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (f'sha256 = "{ZEROS}";', "8igv8jm1cw9fgsycs01xlr644h933c2x-y.drv"),
        (f'hash = "{ZEROS_SRI}"; unpack = true; name = "z";', "ln7w31w4yywp74iymipd70zd6146b1n6-z.drv"),
        (
            'name = "y.tar"; md5 = "00000000000000000000000000000000"; executable = true;',
            "4yi5drvm16mnri6qya9cnw4g6dkwi1d1-y.tar.drv",
        ),
    ],
)
def test_the_file_of_nix_that_downloads(arguments: str, path: str) -> None:
    evaluator = Evaluator(Settings(use_cache=False))
    text = f'(import <nix/fetchurl.nix> {{ url = "http://x/y{".tar" if "tar" in path else ""}"; {arguments} }}).drvPath'
    assert evaluator.run(lambda: evaluator.eval_text(text)) == f"/nix/store/{path}"
