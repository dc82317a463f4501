"""`pyoci eval`, run in this process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pyoci.cli import COMMANDS, help_of

if TYPE_CHECKING:
    from conftest import Runner


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["-E", "1 + 1"], "2\n"),
        (["-E", "1", "2"], "1\n2\n"),
        (["--expr", "{ b = 1; a = [ 2 ]; }", "--strict"], "{ a = [ 2 ]; b = 1; }\n"),
        (["-E", "{ a = 1 + 1; }"], "{ a = <CODE>; }\n"),
        (["-E", "{ a.b = 5; }", "-A", "a.b"], "5\n"),
        (["-E", "{ a = 1; b = 2; }", "-A", "b", "-A", "a"], "2\n1\n"),
        (["-E", '"a\\nb"', "--raw"], "a\nb"),
        (["-E", '{ a = 1.5; b = null; c = "é"; }', "--json"], '{"a":1.5,"b":null,"c":"é"}\n'),
        (["-E", "{ x, y ? 2 }: x + y", "--arg", "x", "40"], "42\n"),
        (["-E", "{ x }: x", "--argstr", "x", "40"], '"40"\n'),
        (["-E", "import <a/b.nix>", "-I", "a=lib"], "7\n"),
        (["-E", "import <b.nix>", "-I", "lib"], "7\n"),
        (["--option", "system", "riscv64-linux", "-E", "builtins.currentSystem"], '"riscv64-linux"\n'),
        (["-E", "builtins.length [ 1 ]", "--option=x=y"], None),
    ],
)
def test_values(pyoci: Runner, tmp_path: Path, words: list[str], out: str | None) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "b.nix").write_text("7")
    done = pyoci("eval", *words)
    if out is None:
        assert done.status == 2
    else:
        assert (done.status, done.out, done.err) == (0, out, "")


def test_files_folders_and_standard_input(pyoci: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.nix").write_text("[ 1 ./x ]")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "default.nix").write_text("import ../a.nix")
    expected = f"[ 1 {tmp_path}/x ]\n"
    assert pyoci("eval", "--strict", "a.nix").out == expected
    assert pyoci("eval", "--strict", "sub").out == expected
    assert pyoci("eval", "--strict", "sub/").out == expected
    assert pyoci("eval", "--strict", "-", stdin="[ 1 ./x ]").out == expected
    assert pyoci("eval", "--strict", "a.nix", "./sub").out == expected * 2
    assert pyoci("eval", "--strict", "<here>", "-I", f"here={tmp_path}/sub").out == expected
    (tmp_path / "default.nix").write_text("3")
    assert pyoci("eval").out == "3\n"


def test_nix_path(pyoci: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b.nix").write_text("7")
    monkeypatch.setenv("NIX_PATH", f"x=https://example.org/x.tar.gz:y={tmp_path}")
    assert pyoci("eval", "-E", "import <y/b.nix>").out == "7\n"
    listed = json.loads(pyoci("eval", "--json", "-E", "builtins.nixPath", "-I", "z=/z").out)
    assert [(one["prefix"], one["path"]) for one in listed] == [
        ("z", "/z"),
        ("x", "https://example.org/x.tar.gz"),
        ("y", str(tmp_path)),
    ]


def test_arguments_from_files(pyoci: Runner, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("from a file\n")
    assert pyoci("eval", "-E", "{ a }: a", "--arg-from-file", "a", "text").out == '"from a file\\n"\n'
    assert pyoci("eval", "-E", "{ a }: a", "--arg-from-stdin", "a", stdin="in").out == '"in"\n'
    assert (
        "error: gone: No such file or directory" in pyoci("eval", "-E", "{ a }: a", "--arg-from-file", "a", "gone").err
    )


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["-E", "x"], 1, "«string»:1:1: error: undefined variable 'x'"),
        (["-E", "1 +"], 1, "syntax error"),
        (["gone.nix"], 1, "there is no file 'gone.nix'"),
        (["<nope>"], 1, "-I nope=PATH"),
        (["/"], 1, "the folder '/' has no default.nix"),
        ([], 2, "nothing to evaluate"),
        (["--bogus"], 2, "unrecognised flag '--bogus'"),
        (["--argstr", "x"], 2, "requires 2 argument(s)"),
        (["-E", "{ a = 1; }", "-A", "b"], 1, "'b'"),
        (["-E", "{ a = 1; }", "--raw"], 1, "cannot coerce a set to a string"),
        (["-E", "x: x", "--json"], 1, "to JSON"),
        (["--nixpkgs", "/nowhere", "-E", "1"], 2, "no folder '/nowhere'"),
        (["--ocitools", "mine", "-E", "1"], 2, "--ocitools is pyoci or nixpkgs"),
        (["-E", "let f = x: f x; in f 1"], 1, "stack overflow"),
        (["-E", "let x = x; in x"], 1, "infinite recursion"),
        (["-E", '"\\xff${1}"'], 1, "cannot coerce"),
    ],
)
def test_mistakes(pyoci: Runner, words: list[str], status: int, message: str) -> None:
    done = pyoci("eval", *words)
    assert done.status == status
    assert message in done.err
    assert done.out == ""
    assert len(done.err.splitlines()) <= 20


def test_a_mistake_in_a_file_is_shown_there(pyoci: Runner, tmp_path: Path) -> None:
    (tmp_path / "lib.nix").write_text("{ f = x: x.size; }\n")
    (tmp_path / "c.nix").write_text("let\n  lib = import ./lib.nix;\nin\nlib.f { sise = 1; }\n")
    done = pyoci("eval", "c.nix")
    assert done.err.startswith("lib.nix:1:")
    assert "attribute 'size' missing" in done.err
    assert "hint: Did you mean sise?" in done.err


@pytest.mark.parametrize("text", ["pkgs.helo", "with pkgs; helo", "with import <nixpkgs> { }; [ helo.outPath ]"])
def test_an_unknown_package(pyoci: Runner, text: str) -> None:
    err = pyoci("eval", "--strict", "-E", text).err
    assert "helo' missing" in err or "undefined variable 'helo'" in err
    assert "ean one of hello" in err
    assert "pkgs is nixpkgs 20.09, of the index that pyoci brings; --nixpkgs TREE takes a real nixpkgs" in err


@pytest.mark.parametrize("text", ["{ a = 1; }.b", "with pkgs; optionalString", "pkgs.mkIf", "let a = 1; in b"])
def test_other_names_are_no_packages(pyoci: Runner, text: str) -> None:
    assert "--nixpkgs" not in pyoci("eval", "-E", text).err


def test_show_trace_shows_every_step(pyoci: Runner) -> None:
    text = "let\n  f = x: x.a;\n  g = x: f x;\nin\ng { }"
    assert "while calling" not in pyoci("eval", "-E", text).err
    trace = pyoci("eval", "-E", text, "--show-trace").err
    assert trace.index("while calling 'f'") < trace.index("while calling 'g'")


def test_a_mistyped_file(pyoci: Runner, tmp_path: Path) -> None:
    (tmp_path / "container.nix").write_text("1")
    done = pyoci("eval", "contaner.nix")
    assert done.status == 1
    assert done.err == "error: there is no file 'contaner.nix'\n  hint: Did you mean container.nix?\n"


def test_output_before_an_error_is_kept(pyoci: Runner) -> None:
    done = pyoci("eval", "-E", "1", 'throw "late"', "2")
    assert (done.status, done.out) == (1, "1\n")
    assert "late" in done.err


def test_strings_of_any_bytes(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe caf\xc3\xa9")
    words = [sys.executable, "-m", "pyoci", "eval", "--raw", "-E", "builtins.readFile ./bytes"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == b"\xff\xfe caf\xc3\xa9"


def test_colours_only_where_they_are_wanted(pyoci: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in pyoci("eval", "-E", '{ a = "x"; }').out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in pyoci("eval", "-E", '{ a = "x"; }').out
    assert "\x1b[" in pyoci("eval", "-E", "nope").err
    monkeypatch.setenv("NO_COLOR", "1")
    plain = pyoci("eval", "-E", "nope").err
    assert "\x1b[3" not in plain
    assert "undefined variable 'nope'" in plain


def test_without_a_terminal_rich_is_not_imported() -> None:
    code = "import sys; from pyoci.cli import main; main(['eval', '-E', '[ 1 ]']); print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[ 1 ]\nFalse\n"


def test_a_reader_that_goes_away() -> None:
    words = [sys.executable, "-m", "pyoci", "eval", "-E", "1"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(30) == 141


def test_a_full_disk() -> None:
    words = [sys.executable, "-m", "pyoci", "eval", "-E", "1"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "error: standard output: No space left on device\n"


def test_an_interrupt_ends_it_quietly() -> None:
    import signal
    import time

    words = [
        sys.executable,
        "-m",
        "pyoci",
        "eval",
        "-E",
        "let f = n: if n == 0 then 0 else f (n - 1) + f (n - 1); in f 60",
    ]
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help(pyoci: Runner, command: str) -> None:
    shown = pyoci(command, "--help")
    assert shown.status == 0
    assert shown.out.startswith("Usage: pyoci")
    assert "Example" in shown.out
    assert pyoci("help", command).out == shown.out == help_of(command)
    assert all(len(line) <= 120 for line in shown.out.splitlines())


def test_help_names_every_command(pyoci: Runner) -> None:
    for words in ([], ["--help"], ["-h"], ["help"]):
        done = pyoci(*words)
        assert done.status == 0
        assert all(f"\n  {command} " in done.out for command in COMMANDS)


def test_version(pyoci: Runner) -> None:
    from pyoci import __version__

    assert pyoci("--version").out == f"pyoci {__version__}\n"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["evall"], "eval"),
        (["container.nix"], "pyoci eval container.nix"),
        (["--versoin"], "--version"),
        (["frobnicate"], "bundle"),
        (["help", "evall"], "eval"),
        (["eval", "--stric"], "--strict"),
        (["bundle", "x.nix"], "-o"),
        (["units", "x.nix"], "-o"),
    ],
)
def test_a_wrong_command_line(pyoci: Runner, words: list[str], hint: str) -> None:
    done = pyoci(*words)
    assert done.status == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert hint in done.err
