"""Evaluations are not done again while nothing has changed, and are done again when anything has."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import pyoci.cli
from pyoci.caching import folder as cache_folder
from pyoci.caching import inputs, question, stamps
from pyoci.cli import main

TICK = 20_000_000


class Asker:
    """Asks the program in this process, and tells whether it has evaluated."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys = capsys
        self.runs = 0
        self.status = 0
        self.err = ""
        real = pyoci.cli.run_of

        def counting(command: str) -> Callable[[list[str]], int]:
            self.runs += 1
            return real(command)

        monkeypatch.setattr(pyoci.cli, "run_of", counting)

    def __call__(self, *words: str) -> tuple[str, bool]:
        """Standard output, and whether the program evaluated."""
        time.sleep(2.5 * TICK / 1e9)  # what the test wrote is old now
        self.capsys.readouterr()
        before = self.runs
        self.status = main(words, remember=True)
        captured = self.capsys.readouterr()
        self.err = captured.err
        assert "Traceback" not in captured.err
        assert "internal error" not in captured.err
        return captured.out, self.runs > before

    def settled(self, *words: str) -> str:
        """Ask twice: the second answer is remembered, and the same."""
        first, _ = self(*words)
        assert self.status == 0, self.err
        assert self(*words) == (first, False)
        return first

    def is_forgotten(self, *words: str) -> str:
        """Ask: the earlier answer does not count any more. What the program says without a cache is said, and is
        remembered in its turn."""
        said, evaluated = self(*words)
        assert evaluated
        assert said == self(*words, "--no-eval-cache")[0]
        return said


@pytest.fixture
def ask(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Asker:
    """The program in an empty folder, with a cache of its own. Files count as old after 20 ms; pyoci's own files do not
    count, for somebody may be working on them."""
    monkeypatch.chdir(tmp_path)
    for name in ("NIX_PATH", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("xdg")))
    monkeypatch.setattr(stamps, "TICK", TICK)
    monkeypatch.setattr(stamps, "COARSE_TICK", TICK)
    monkeypatch.setattr(inputs, "program_files", list)
    return Asker(capsys, monkeypatch)


EVAL = ("nix-instantiate", "--eval", "--strict", "main.nix")

MAIN = """
{
  imported = import ./imported.nix;
  folder = import ./folder;
  linked = import ./linked.nix;
  behind = import ./behind/file.nix;
  text = builtins.readFile ./text;
  listing = builtins.readDir ./listing;
  present = builtins.pathExists ./present;
  absent = builtins.pathExists ./absent;
  inFolder = builtins.pathExists "${toString ./.}/maybe/";
  type = builtins.readFileType ./typed;
  hash = builtins.hashFile "sha256" ./hashed;
  copied = "${./copied}";
  tree = builtins.path { name = "tree"; path = ./tree; };
  filtered = builtins.filterSource (path: type: baseNameOf path != "rejected") ./filtered;
  found = import <found.nix>;
  written = import (builtins.toFile "written.nix" "21 * 2");
}
"""


def build(root: Path) -> None:
    """Everything that MAIN reads."""
    files = {
        "main.nix": MAIN,
        "imported.nix": "1",
        "folder/default.nix": "2",
        "a.nix": "./x",
        "b.nix": "./x",
        "one/file.nix": "./x",
        "two/file.nix": "./x",
        "text": "text",
        "listing/one": "",
        "present": "",
        "typed": "",
        "hashed": "hashed",
        "copied": "copied",
        "tree/sub/file": "file",
        "tree/script": "script",
        "filtered/kept": "kept",
        "filtered/rejected": "rejected",
        "path2/found.nix": "3",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "path1").mkdir()
    (root / "linked.nix").symlink_to("a.nix")
    (root / "behind").symlink_to("one")
    (root / "tree/link").symlink_to("script")


def relink(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


def rewrite_in_place(path: Path) -> None:
    """Other contents of the same size, with the old time put back."""
    before = path.stat()
    path.write_text("".join(reversed(path.read_text())))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    """Another file of the same size and time put in its place."""
    before = path.stat()
    other = path.with_name("other")
    other.write_text("".join(reversed(path.read_text())))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "the file itself": lambda root: (root / "main.nix").write_text(MAIN.replace("./text", "./hashed")),
    "an imported file": lambda root: (root / "imported.nix").write_text("5"),
    "an imported folder's file": lambda root: (root / "folder/default.nix").write_text("5"),
    "a file that is only touched": lambda root: os.utime(root / "imported.nix"),
    "a file that is read": lambda root: (root / "text").write_text("other"),
    "a file in place, its time put back": lambda root: rewrite_in_place(root / "text"),
    "a file that is replaced, its time kept": lambda root: replace(root / "text"),
    "a file that is hashed": lambda root: rewrite_in_place(root / "hashed"),
    "a link to a file": lambda root: relink(root / "linked.nix", "b.nix"),
    "a link to a folder": lambda root: relink(root / "behind", "two"),
    "a file added to a listed folder": lambda root: (root / "listing/two").write_text(""),
    "a file removed from a listed folder": lambda root: (root / "listing/one").unlink(),
    "a file renamed in a listed folder": lambda root: (root / "listing/one").rename(root / "listing/two"),
    "a file of a listed folder that became a link": lambda root: relink(root / "listing/one", "x"),
    "a file that was absent": lambda root: (root / "absent").write_text(""),
    "a link that was absent and leads nowhere": lambda root: (root / "absent").symlink_to("nowhere"),
    "a file that was present": lambda root: (root / "present").unlink(),
    "a folder that was absent": lambda root: (root / "maybe").mkdir(),
    "the type of a file": lambda root: relink(root / "typed", "text"),
    "a file that is copied": lambda root: rewrite_in_place(root / "copied"),
    "a file in a copied tree": lambda root: rewrite_in_place(root / "tree/sub/file"),
    "a file added to a copied tree": lambda root: (root / "tree/sub/other").write_text(""),
    "a file in a copied tree made executable": lambda root: (root / "tree/script").chmod(0o755),
    "a link in a copied tree": lambda root: relink(root / "tree/link", "nowhere"),
    "a file in a filtered tree": lambda root: rewrite_in_place(root / "filtered/kept"),
    "a file earlier in the search path": lambda root: (root / "path1/found.nix").write_text("4"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_anything_that_was_read_is_seen(
    ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    build(tmp_path)
    monkeypatch.setenv("NIX_PATH", f"{tmp_path}/path1:path2")
    ask.settled(*EVAL)
    change(tmp_path)
    ask.is_forgotten(*EVAL)
    assert ask.status == 0
    ask.settled(*EVAL)


@pytest.mark.parametrize("name", ["imported.nix", "folder/default.nix", "text", "hashed", "copied", "path2/found.nix"])
def test_a_file_that_is_gone_is_missed(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    build(tmp_path)
    monkeypatch.setenv("NIX_PATH", f"{tmp_path}/path1:path2")
    ask.settled(*EVAL)
    (tmp_path / name).unlink()
    for _ in range(2):  # errors are not remembered
        assert ask(*EVAL) == ("", True)
        assert ask.status == 1


def test_what_was_not_read_may_change(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path)
    monkeypatch.setenv("NIX_PATH", f"{tmp_path}/path1:path2")
    first = ask.settled(*EVAL)
    (tmp_path / "filtered/rejected").write_text("other")
    (tmp_path / "unrelated").write_text("")
    monkeypatch.setenv("UNRELATED", "1")
    assert ask(*EVAL) == (first, False)


def test_a_relinked_file_of_the_same_inode(ask: Asker, tmp_path: Path) -> None:
    """As in a store whose equal files are hard links of one: its relative paths mean something else."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    (tmp_path / "one/file.nix").write_text("builtins.readFile ./x")
    os.link(tmp_path / "one/file.nix", tmp_path / "two/file.nix")
    (tmp_path / "linked.nix").symlink_to("one/file.nix")
    (tmp_path / "main.nix").write_text("import ./linked.nix")
    assert ask.settled(*EVAL) == '"one"\n'
    relink(tmp_path / "linked.nix", "two/file.nix")
    assert ask.is_forgotten(*EVAL) == '"two"\n'


ENVIRONMENT = "nix-instantiate", "--eval", "-E", 'builtins.getEnv "SOME_VARIABLE"'


def test_a_variable(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_VARIABLE", raising=False)
    assert ask.settled(*ENVIRONMENT) == '""\n'
    monkeypatch.setenv("SOME_VARIABLE", "1")
    assert ask.is_forgotten(*ENVIRONMENT) == '"1"\n'
    monkeypatch.setenv("SOME_VARIABLE", "2")
    assert ask.is_forgotten(*ENVIRONMENT) == '"2"\n'
    monkeypatch.delenv("SOME_VARIABLE")
    assert ask.is_forgotten(*ENVIRONMENT) == '""\n'


def test_the_search_path(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(f'"{name}"')
    words = "nix-instantiate", "--eval", "-E", "import <x>"
    monkeypatch.setenv("NIX_PATH", f"x={tmp_path}/one")
    assert ask.settled(*words) == '"one"\n'
    monkeypatch.setenv("NIX_PATH", f"x={tmp_path}/two")
    assert ask.is_forgotten(*words) == '"two"\n'
    assert ask(*words, "-I", f"x={tmp_path}/one") == ('"one"\n', True)


def test_home(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.nix").write_text(f'"{name}"')
    words = "nix-instantiate", "--eval", "-E", "import ~/x.nix"
    monkeypatch.setenv("HOME", str(tmp_path / "one"))
    assert ask.settled(*words) == '"one"\n'
    monkeypatch.setenv("HOME", str(tmp_path / "two"))
    assert ask(*words) == ('"two"\n', True)


def test_the_working_folder(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.nix").write_text(f'"{name}"')
    for words in (["-E", "import ./x.nix"], ["x.nix"]):
        for name in ("one", "two"):
            monkeypatch.chdir(tmp_path / name)
            assert ask("eval", *words) == (f'"{name}"\n', True)
            assert ask("eval", *words) == (f'"{name}"\n', False)


def test_arguments_and_settings(ask: Asker, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("one")
    words = "nix-instantiate", "--eval", "-E", "{ x ? 0 }: [ x builtins.currentSystem ]", "--strict"
    seen = set()
    for more in (
        ["--arg", "x", "1"],
        ["--arg", "x", "2"],
        ["--argstr", "x", "2"],
        ["--arg-from-file", "x", "text"],
        ["--argstr", "x", "2", "--option", "system", "aarch64-linux"],
        ["--argstr", "x", "2", "--json"],
    ):
        said, evaluated = ask(*words, *more)
        assert evaluated
        assert said not in seen
        seen.add(said)
        assert ask(*words, *more) == (said, False)
    (tmp_path / "text").write_text("two")
    assert '"two"' in ask.is_forgotten(*words, "--arg-from-file", "x", "text")


def test_pyocis_version(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    ask.settled("eval", "-E", "1 + 1")
    monkeypatch.setattr(question, "__version__", "999")
    assert ask("eval", "-E", "1 + 1") == ("2\n", True)


def test_pyocis_own_files(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "module.py"
    module.write_text("")
    monkeypatch.setattr(inputs, "program_files", lambda: [os.fsencode(module)])
    monkeypatch.setattr(inputs, "_process_began", time.time_ns)
    ask.settled("eval", "-E", "1 + 1")
    module.write_text("changed")
    ask.is_forgotten("eval", "-E", "1 + 1")


def test_what_is_written_to_standard_error_is_written_again(ask: Asker) -> None:
    words = "nix-instantiate", "--eval", "-E", 'builtins.trace "seen" 1'
    assert ask(*words) == ("1\n", True)
    assert ask.err == "trace: seen\n"
    assert ask(*words) == ("1\n", False)
    assert ask.err == "trace: seen\n"


NEVER_KEPT = {
    "the time": ["nix-instantiate", "--eval", "-E", "builtins.seq builtins.currentTime 1"],
    "what may be fetched anew": [
        "nix-instantiate", "--eval", "-E", 'builtins.seq (builtins.fetchurl "file://${toString ./fetched}") 1',
    ],
    "derivations": ["nix-instantiate", "-E", '{ type = "derivation"; drvPath = "/x"; outPath = "/y"; }'],
    "by option": ["eval", "--no-eval-cache", "-E", "1"],
    "by setting": ["nix-instantiate", "--eval", "--option", "eval-cache", "false", "-E", "1"],
    "an error": ["eval", "-E", "1 + {}"],
    "a device": ["eval", "-E", "builtins.pathExists (builtins.readFile /dev/null)"],
    "parsing": ["nix-instantiate", "--parse", "-E", "1"],
}  # fmt: skip


@pytest.mark.parametrize("words", NEVER_KEPT.values(), ids=NEVER_KEPT.keys())
def test_what_is_never_kept(ask: Asker, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "fetched").write_text("")
    for _ in range(2):
        assert ask(*words)[1]


def test_standard_input_is_never_kept(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (["-"], ["-E"], ["-E", "{ x }: x", "--arg-from-stdin", "x"]):
        for text in ("1", "2"):
            monkeypatch.setattr(sys, "stdin", io.StringIO(text))
            said, evaluated = ask("eval", *words)
            assert text in said
            assert evaluated


def test_a_file_that_has_just_changed_is_not_trusted(
    ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may change once more without its times changing: the run is not kept."""
    monkeypatch.setattr(stamps, "TICK", 3_000_000_000)
    file = tmp_path / "x.nix"
    file.write_text("1")
    assert ask("eval", "x.nix") == ("1\n", True)
    assert ask("eval", "x.nix") == ("1\n", True)
    monkeypatch.setattr(stamps, "TICK", TICK)
    ask.settled("eval", "x.nix")


def test_a_file_that_changes_while_it_is_evaluated(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.nix"
    file.write_text("builtins.trace 1 1")
    write = sys.stderr.write

    def meddle(text: str) -> int:
        file.write_text("builtins.trace 2 2")
        return write(text)

    monkeypatch.setattr(sys.stderr, "write", meddle)
    assert ask("eval", "x.nix") == ("1\n", True)
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert ask("eval", "x.nix")[0] == "2\n"


def test_colours(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "eval", "-E", "{ a = 1; }", "--strict"
    plain = ask.settled(*words)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured, evaluated = ask(*words)
    assert evaluated
    assert "\x1b[" in coloured
    assert ask(*words) == (coloured, False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert ask(*words)[1]
    monkeypatch.delenv("FORCE_COLOR")
    monkeypatch.delenv("NO_COLOR")
    assert ask(*words) == (plain, False)


def test_strings_with_context(ask: Asker) -> None:
    assert ask.settled("eval", "--raw", "-E", 'builtins.toFile "x" ""').startswith("/nix/store/")


def test_bytes_that_are_no_text(ask: Asker, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe \xf0\x9f\x90\x8d")
    output = tmp_path / "output"
    seen = []
    for _ in range(2):
        with output.open("w", encoding="utf-8", errors="surrogateescape") as stream:
            held, sys.stdout = sys.stdout, stream
            try:
                ask("eval", "--raw", "-E", "builtins.readFile ./x")
            finally:
                sys.stdout = held
        seen.append(output.read_bytes())
    assert seen == [b"\xff\xfe \xf0\x9f\x90\x8d"] * 2
    assert ask.runs == 1


# The files of the cache


def answer_files() -> list[Path]:
    found = Path(cache_folder.default_folder(), "answers").glob("*/*")
    return [path for path in found if path.is_file()]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"x",
    "a bit flipped": lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
    "of another format": lambda data: b"pyoci answer 0\n" + data[15:],
    "something else": lambda data: b"\xff" * 5000,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_answers_are_no_answers(ask: Asker, damage: Callable[[bytes], bytes]) -> None:
    ask.settled("eval", "-E", "1 + 1")
    [file] = answer_files()
    file.write_bytes(damage(file.read_bytes()))
    assert ask("eval", "-E", "1 + 1") == ("2\n", True)
    assert ask("eval", "-E", "1 + 1") == ("2\n", False)


def test_a_folder_that_others_can_write_to_is_not_believed(ask: Asker) -> None:
    ask.settled("eval", "-E", "1 + 1")
    folder = Path(cache_folder.default_folder())
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*") if path.name != "size")
    folder.chmod(0o770)
    for _ in range(2):
        assert ask("eval", "-E", "1 + 1") == ("2\n", True)
    folder.chmod(0o755)
    assert ask("eval", "-E", "1 + 1") == ("2\n", False)


def test_a_cache_that_cannot_be_written(ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    for _ in range(2):
        assert ask("eval", "-E", "1 + 1") == ("2\n", True)


def test_the_least_recently_used_answers_go_first(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "1234567890" * 1000
    questions = [("eval", "-E", f'"{number} {text}"') for number in range(5)]
    monkeypatch.setitem(cache_folder.LIMITS, "answers", 45_000)
    for age, words in enumerate(questions[:4]):
        ask(*words)
        for file in answer_files():
            if time.time() - file.stat().st_mtime < 1000:
                os.utime(file, (time.time() - 10**6 + age * 10_000,) * 2)
    assert len(answer_files()) == 4
    assert not ask(*questions[0])[1]  # used, and so the youngest
    ask(*questions[4])
    assert sum(file.stat().st_size for file in answer_files()) <= 45_000
    assert [ask(*words)[1] for words in (questions[0], questions[3], questions[4], questions[1])] == [
        False, False, False, True,
    ]  # fmt: skip


# Whole processes


def process(*words: str, folder: Path, python: tuple[str, ...] = (), **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *python, "-m", "pyoci", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path), **more},
    )


def modules(done: subprocess.CompletedProcess[str]) -> set[str]:
    """What was imported, by `-X importtime`."""
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def remembered_by_process(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run until the answer is remembered (somebody may just have changed a file of pyoci)."""
    for _ in range(5):
        # Without site, which imports what the packages that are installed want.
        done = process(*words, folder=tmp_path, python=("-S", "-X", "importtime"))
        assert done.returncode == 0, done.stderr
        if "pyoci.evaluator" not in modules(done):
            return done
        time.sleep(0.3)
    raise AssertionError("the answer is not remembered")


def test_a_remembered_answer_imports_nothing_that_evaluates(tmp_path: Path) -> None:
    expression = "map (n: n * n) [ 1 2 3 ]"
    done = remembered_by_process(tmp_path, "eval", "--strict", "-E", expression)
    assert done.stdout == "[ 1 4 9 ]\n"
    imported = modules(done)
    assert "pyoci.cli.remembered" in imported
    rooms = {name.split(".")[1] for name in imported if name.startswith("pyoci.")}
    assert rooms <= {"__main__", "cli", "caching", "runtime"}
    assert {name for name in imported if name.startswith("pyoci.runtime.")} == {"pyoci.runtime.reads"}
    assert imported.isdisjoint({"rich", "lark", "typing", "re", "hashlib", "json", "pathlib", "tempfile"})


def test_a_compiled_text_needs_no_parser(tmp_path: Path) -> None:
    words = "nix-instantiate", "--eval", "--no-eval-cache", "-E", "let x = 1; in x + 1"
    for _ in range(2):
        done = process(*words, folder=tmp_path, python=("-S", "-X", "importtime"), NIX_REMOTE="dummy://")
        assert done.stdout == "2\n"
    imported = modules(done)
    assert "pyoci.evaluator" in imported
    unused = {
        "pyoci.syntax.parser",
        "pyoci.syntax.lexer",
        "pyoci.compiler.generate",
        "rich",
        "lark",
        "jsonschema",
        "re",
        "pathlib",
    }
    assert imported.isdisjoint(unused)


def test_runs_at_the_same_time(tmp_path: Path) -> None:
    (tmp_path / "x.nix").write_text('builtins.concatStringsSep " " (builtins.genList toString 1000)')
    command = [sys.executable, "-m", "pyoci", "eval", str(tmp_path / "x.nix")]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "xdg"), "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(2):
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(6)]
        answers = {one.communicate()[0] for one in running}
        assert answers == {(f'"{" ".join(map(str, range(1000)))}"\n').encode()}
        assert {one.returncode for one in running} == {0}


def test_a_terminal_and_a_pipe(tmp_path: Path) -> None:
    words = "eval", "--strict", "-E", "{ a = 1; }"
    plain = remembered_by_process(tmp_path, *words).stdout

    def on_terminal() -> str:
        ours, theirs = pty.openpty()
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "TERM": "xterm-256color"}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        with subprocess.Popen(
            [sys.executable, "-m", "pyoci", *words], stdout=theirs, stderr=theirs, stdin=theirs, env=environment
        ):
            os.close(theirs)
            seen = b""
            try:
                while piece := os.read(ours, 4096):
                    seen += piece
            except OSError:  # the other side is closed
                pass
        os.close(ours)
        return seen.decode()

    first, second = on_terminal(), on_terminal()
    assert "\x1b[" in first
    assert first == second
    assert process(*words, folder=tmp_path).stdout == plain
