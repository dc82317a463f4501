"""Trees of local git repositories, by the git command.

A commit is written out blob by blob (`git archive` would expand `export-subst`, which Nix does not); of a working tree
the tracked files count, with the contents that they have now.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from pyoci.runtime.errors import StoreError

NULL_REVISION: Final = "0" * 40
_OWN_VARIABLES: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the tree of a commit."""

    mode: str
    kind: str
    object_id: bytes
    path: bytes


class Repository:
    """A repository in a folder, bare or with a working tree."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError where there is none, or no git command."""
        self.folder = folder
        self.has_tree = (folder / ".git").exists()
        if not self.has_tree and not (folder / "HEAD").exists():
            raise StoreError(f"'{folder}' does not appear to be a git repository")

    def revision_of(self, ref: str) -> str | None:
        """The commit that a branch, a tag or HEAD names; None where there is none."""
        names = [ref] if ref == "HEAD" or ref.startswith("refs/") else [f"refs/heads/{ref}", f"refs/tags/{ref}"]
        for name in names:
            found = self._ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
            if found:
                return found
        return None

    def head_ref(self) -> str:
        """The branch that HEAD is, `refs/heads/…`; HEAD itself where it is none."""
        return self._ask("symbolic-ref", "--quiet", "HEAD") or "HEAD"

    def has_commit(self, revision: str) -> bool:
        """Whether the repository holds a commit."""
        return self._ask("cat-file", "-t", revision) == "commit"

    def is_shallow(self) -> bool:
        """Whether history is cut off."""
        return self._ask("rev-parse", "--is-shallow-repository") == "true"

    def revision_count(self, revision: str) -> int:
        """How many commits lead to one, itself included."""
        return int(self._run("rev-list", "--count", revision, "--"))

    def commit_time(self, revision: str) -> int:
        """When a commit was made."""
        return int(self._run("log", "-1", "--format=%ct", "--no-show-signature", revision, "--"))

    def is_dirty(self) -> bool:
        """Whether tracked files differ from the last commit."""
        return bool(self._run("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=none"))

    def tracked_files(self, *, export_ignore: bool) -> set[bytes]:
        """The tracked files that the working tree has, relative to it."""
        deleted = set(self._list("ls-files", "-z", "--deleted"))
        files = [path for path in self._list("ls-files", "-z") if path not in deleted]
        if export_ignore:
            ignored = self._ignored(files, environment=None, cached=False)
            return {path for path in files if not _covered(path, ignored)}
        return set(files)

    def export(self, revision: str, destination: Path, *, export_ignore: bool) -> None:
        """Write the tree of a commit as the folder `destination`, which must not exist."""
        entries = list(self._entries(revision))
        ignored = self._ignored_at(revision, entries) if export_ignore else set()
        destination.mkdir()
        blobs = [entry for entry in entries if not _covered(entry.path, ignored)]
        root = os.fsencode(destination)
        with self._start("cat-file", "--batch") as process:
            assert process.stdin is not None and process.stdout is not None
            for entry in blobs:
                place = Path(os.fsdecode(root + b"/" + entry.path))
                if entry.kind != "blob":
                    place.mkdir()
                    continue
                process.stdin.write(entry.object_id + b"\n")
                process.stdin.flush()
                _write_blob(process.stdout, entry, place)
            process.stdin.close()

    def _entries(self, revision: str) -> Iterator[Entry]:
        for line in self._list("ls-tree", "-r", "-t", "-z", "--full-tree", revision):
            description, _, path = line.partition(b"\t")
            mode, kind, object_id = description.split(b" ")
            yield Entry(mode.decode(), kind.decode(), object_id, path)

    def _ignored_at(self, revision: str, entries: list[Entry]) -> set[bytes]:
        if not any(entry.path.rpartition(b"/")[2] == b".gitattributes" for entry in entries):
            return set()
        import tempfile

        with tempfile.TemporaryDirectory(prefix="pyoci-git-") as folder:
            environment = {"GIT_INDEX_FILE": f"{folder}/index"}
            self._run("read-tree", revision, environment=environment)
            return self._ignored([entry.path for entry in entries], environment=environment, cached=True)

    def _ignored(self, names: Iterable[bytes], *, environment: dict[str, str] | None, cached: bool) -> set[bytes]:
        """Those of some paths, and of the folders above them, that are marked `export-ignore`."""
        candidates = {prefix for name in names for prefix in _prefixes(name)}
        flags = ["--cached"] if cached else []
        answer = self._list(
            "check-attr", *flags, "-z", "--stdin", "export-ignore",
            feed=b"\0".join(sorted(candidates)), environment=environment,
        )  # fmt: skip
        return {path for path, value in zip(answer[::3], answer[2::3], strict=True) if value == b"set"}

    # Running git

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return ["git", "-C", str(self.folder), "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]

    @staticmethod
    def _environment(added: dict[str, str] | None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _OWN_VARIABLES}
        return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"} | (added or {})

    def _call(
        self, arguments: tuple[str, ...], feed: bytes = b"", environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                self._command(arguments),
                input=feed,
                capture_output=True,
                env=self._environment(environment),
                check=False,
            )
        except FileNotFoundError:
            raise _no_git() from None

    def _run(self, *arguments: str, feed: bytes = b"", environment: dict[str, str] | None = None) -> bytes:
        done = self._call(arguments, feed, environment)
        if done.returncode:
            why = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
            raise StoreError(f"git {arguments[0]} failed in '{self.folder}': {why}")
        return done.stdout

    def _ask(self, *arguments: str) -> str:
        """What git says in one line; empty where it fails."""
        done = self._call(arguments)
        return "" if done.returncode else done.stdout.decode("utf-8", "surrogateescape").strip()

    def _list(self, *arguments: str, feed: bytes = b"", environment: dict[str, str] | None = None) -> list[bytes]:
        return self._run(*arguments, feed=feed, environment=environment).split(b"\0")[:-1]

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                self._command(arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._environment(None)
            )
        except FileNotFoundError:
            raise _no_git() from None


def _no_git() -> StoreError:
    return StoreError("fetching a git repository needs the git command, which is not on PATH")


def _write_blob(answer: IO[bytes], entry: Entry, place: Path) -> None:
    header = answer.readline().split()
    if len(header) != 3 or header[1] != b"blob":
        raise StoreError(f"git object '{entry.object_id.decode()}' of '{os.fsdecode(entry.path)}' is missing")
    content = answer.read(int(header[2]))
    answer.read(1)
    if entry.mode == "120000":
        place.symlink_to(os.fsdecode(content))
        return
    place.write_bytes(content)
    if entry.mode == "100755":
        place.chmod(0o755)


def _prefixes(path: bytes) -> Iterator[bytes]:
    """A path and the folders above it."""
    parts = path.split(b"/")
    for count in range(1, len(parts) + 1):
        yield b"/".join(parts[:count])


def _covered(path: bytes, marked: set[bytes]) -> bool:
    """Whether a path is marked, or a folder above it."""
    return bool(marked) and any(prefix in marked for prefix in _prefixes(path))
