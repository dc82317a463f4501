"""`pyoci nix-instantiate`: what it prints is what nix-instantiate prints."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Runner

FILES = {
    "default.nix": "{ x ? 1 }: { inherit x; }",
    "bindings.nix": "a = 1;",
    "drvs.nix": """
        let make = name: derivation { inherit name; builder = "b"; system = "c"; outputs = [ "out" "dev" ]; }; in
        {
          a = make "a";
          b = { recurseForDerivations = true; c = make "c"; e.x = make "x"; };
          l = [ (make "l1") [ (make "l2") ] ];
          n = 1;
          b-z = make "bz";
          "0q" = make "0q";
          f = { x ? 1 }: make "f";
          dev = (make "dd").dev;
        }
    """,
    "bad.nix": "let\n  f = x: x.a;\nin\n{\n  v = f { };\n}\n",
    "dir/default.nix": "./here",
}

COMMANDS: list[tuple[list[str], str | None]] = [
    (["--eval", "-E", "1 + 1", '"a"'], '2\n"a"\n'),
    (["--eval", "-E", "{ a = 1 + 1; c = map; }", "x: x"], "{ a = <CODE>; c = <PRIMOP>; }\n<LAMBDA>\n"),
    (["--eval", "--strict", "-E", "{ a = 1 + 1; }"], "{ a = 2; }\n"),
    (["--eval-only", "--json", "--strict", "-E", '{ a = [ 1 null "x" ]; }'], '{"a":[1,null,"x"]}\n'),
    (["--eval", "--raw", "-E", '"a\nb"'], "a\nb"),
    (["--eval", "--json", "--raw", "-E", '"a"'], "a"),
    (["--eval", "--raw", "--json", "-E", '"a"'], '"a"\n'),
    (["--eval", "--xml", "--no-location", "-E", "{ a = 1; }"], None),
    (["--eval", "--xml", "--strict", "bad.nix", "-A", "w", "--argstr", "x", "y"], None),
    (["--eval"], "<LAMBDA>\n"),
    (["--eval", "--arg", "x", "2 + 3", "--strict"], "{ x = 5; }\n"),
    (["--eval", "--argstr", "x", "2 + 3", "-A", "x"], '"2 + 3"\n'),
    (["--eval", "-vA", "x"], "1\n"),
    (["--eval", "--strict", "dir"], None),
    (["--eval", "<d>", "-I", "d=dir"], None),
    (["--find-file", "-I", "d=dir", "d/default.nix"], None),
    (["--find-file", "nope"], None),
    (["--parse", "-E", "{ a.b = 1; a.c = x: x.y or 2; }"], "{ a = { b = 1; c = (x: (x).y or (2)); }; }\n"),
    (["--parse", "-E", "x: y"], None),
    (["--parse", "default.nix"], None),
    (["drvs.nix"], None),
    (["drvs.nix", "-A", "l", "-A", "a.dev", "-A", "f"], None),
    (["drvs.nix", "-A", "n"], None),
    (["-E", '{ a = throw "x"; }'], None),
    (["-E", "[ 1 ]"], None),
    (["-E", 'derivation { name = "a"; system = "s"; builder = { }; }'], None),
    (["-E", 'derivation { name = "a"; }'], None),
    (["--eval", "--restrict-eval", "dir/default.nix", "-I", "dir"], None),
    (["--eval", "--restrict-eval", "dir/default.nix", "-I", "d=bad.nix"], None),
    (["--eval", "--restrict-eval", "-E", "import <d>", "-I", "d=dir"], None),
    (["--eval", "--restrict-eval", "-E", "builtins.pathExists ./bad.nix", "-I", "dir"], "false\n"),
    (["--eval", "--strict", "--restrict-eval", "-E", "builtins.readDir ./.", "-I", "dir"], '{ dir = "directory"; }\n'),
    (["--eval", "--restrict-eval", "-E", "builtins.tryEval (builtins.readFile ./bad.nix)", "-I", "dir"], None),
    (["--eval", "--restrict-eval", "-E", '"${./bad.nix}"'], None),
    (["--eval", "--restrict-eval", "-E", 'builtins.getEnv "PATH"'], '""\n'),
    (["--eval", "--restrict-eval", "-E", 'builtins.fetchurl "http://127.0.0.1:1/x"'], None),
    (["--eval", "--restrict-eval", "-E", "fetchGit ./dir"], None),
    (["--eval", "--restrict-eval", "-E", "builtins.filterSource (p: t: true) ./dir"], None),
    (["--eval", "--pure-eval", "bad.nix"], None),
    (["--eval", "--pure-eval", "--impure", "bad.nix", "-A", ""], "{ v = <CODE>; }\n"),
    (["--parse", "--pure-eval", "bad.nix"], None),
    (["--eval", "--pure-eval", "-E", "./bad.nix"], None),
    (["--eval", "--pure-eval", "-E", "import ./bad.nix"], None),
    (["--eval", "--pure-eval", "-E", "<d>", "-I", "d=dir"], None),
    (["--eval", "--pure-eval", "--strict", "-E", "builtins.nixPath", "-I", "d=dir"], "[ ]\n"),
    (["--eval", "--pure-eval", "-E", "builtins.pathExists ./bad.nix"], "false\n"),
    (["--eval", "bad.nix", "-A", "v"], None),
    (["--eval", "bad.nix", "-A", "w"], None),
    (["--eval", "bad.nix", "-A", ""], "{ v = <CODE>; }\n"),
    (["--eval", "bad.nix", "-A", '"v'], None),
    (["--eval", "bad.nix", "-A", "v.."], None),
    (["--eval", "-E", "[ 1 ]", "-A", "0"], "1\n"),
    (["--eval", "-E", "[ 1 ]", "-A", "1"], None),
    (["--eval", "-E", "[ 1 ]", "-A", "x"], None),
    (["--eval", "-E", "1", "-A", "x"], None),
    (["--eval", "bindings.nix"], None),
    (["--eval", "gone.nix"], None),
    (["--eval", "-E", "{ a }: a"], None),
    (["--eval", "-E", "1", "--bogus"], None),
    (["--eval", "--arg", "x"], None),
    (["--option", "no-such-setting", "1", "--eval", "-E", "2"], "2\n"),
    (["--eval", "--option", "max-call-depth", "50", "-E", "let f = n: 1 + f (n + 1); in f 0"], None),
    (["--timeout", "1", "--eval-only", "--show-trace", "--read-write-mode", "--json", "-E", "{ }"], "{}\n"),
    (["--eval", "-E", "builtins.trace { a = 1; } 2"], "2\n"),
    (["--eval", "-E", 'builtins.warn "x" 1'], "1\n"),
    (["--eval", "--abort-on-warn", "-E", 'builtins.tryEval (builtins.warn "x" 1)'], None),
    (["--eval", "-E", '{ }."a b"'], None),
    (["--eval", "-E", '({ a }: a) { a = 1; "b c" = 2; }'], None),
    (["--eval", "-E", '{ ${"a b"} = 1; "a b" = 2; }'], None),
    (["--eval", "--strict", "--show-trace", "-E", '{ "a b" = throw "x"; }'], None),
    (["--pure-eval", "--eval", "-E", "builtins ? currentSystem"], None),
    (["--eval", "-E"], ""),
]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(("words", "out"), [row for row in COMMANDS if row[1] is not None], ids=str)
def test_answers(pyoci: Runner, here: Path, words: list[str], out: str) -> None:
    done = pyoci("nix-instantiate", *words)
    assert (done.status, done.out) == (0, out)


def test_standard_input(pyoci: Runner, here: Path) -> None:
    assert pyoci("nix-instantiate", "--eval", "-", stdin="1 +\n 1").out == "2\n"
    done = pyoci("nix-instantiate", "--parse", "-", stdin="1 +\n")
    assert done.status == 1
    assert "at «stdin»:2:1:" in done.err


def test_mistakes_have_status_one_and_nixs_layout(pyoci: Runner, here: Path) -> None:
    done = pyoci("nix-instantiate", "--eval", "--strict", "bad.nix")
    assert done.status == 1
    assert done.err.startswith("error:\n       … ")
    assert "\n\n       error: attribute 'a' missing\n       at " in done.err
    done = pyoci("nix-instantiate", "--bogus")
    assert done.err.splitlines()[0] == "error: unrecognised flag '--bogus'"
    assert done.status == 1


def test_what_was_being_done_is_told_of_every_error(pyoci: Runner) -> None:
    for failing in ("{ }.a", "1 2", "null.a", "({ a }: a) { }", 'throw "x"', "let f = n: 1 + f (n + 1); in f 0"):
        text = f'builtins.addErrorContext "outer" (builtins.addErrorContext "inner" ({failing}))'
        done = pyoci("nix-instantiate", "--eval", "--show-trace", "-E", text)
        assert done.status == 1
        noted = [line.strip() for line in done.err.splitlines() if "inner" in line or "outer" in line]
        assert [line for line in noted if line.startswith("…")] == ["… outer", "… inner"], failing


def test_warnings_that_abort(pyoci: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["nix-instantiate", "--eval", "-E", 'builtins.warn "careful" 1']
    assert pyoci(*words).out == "1\n"
    monkeypatch.setenv("NIX_ABORT_ON_WARN", "1")
    done = pyoci(*words)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("evaluation warning: careful\nerror:\n")
    assert "\n       error: aborting to reveal stack trace of warning" in done.err
    assert pyoci(*words, "--no-abort-on-warn").out == "1\n"


@pytest.mark.parametrize(
    ("setting", "literal", "message"),
    [
        ("url", "http://example.org/x", 'Consider using a string literal "http://example.org/x" instead'),
        ("short-path", "a/b", "should be prefixed with '.' for clarity: './a/b'"),
        ("absolute-path", "/a/b", "absolute path literals are not portable."),
        ("absolute-path", "~/b", "home path literals are not portable."),
    ],
)
def test_lints(pyoci: Runner, setting: str, literal: str, message: str) -> None:
    words = ["nix-instantiate", "--eval", f"--lint-{setting}-literals"]
    text = f'{{ a = "quoted"; b = builtins.typeOf {literal}; }}.a'
    assert pyoci(*words, "ignore", "-E", text).err == ""
    warned = pyoci(*words, "warn", "-E", text)
    assert (warned.status, warned.out) == (0, '"quoted"\n')
    assert warned.err.startswith("warning: ") and message in warned.err
    assert "\n         at «string»:1:37:\n              1| {" in warned.err
    refused = pyoci(*words, "fatal", "-E", text)
    assert refused.status == 1
    assert refused.err.startswith("error: ") and message in refused.err
    for other in ('"a/b"', "./a/b", "../a", "1"):
        assert pyoci(*words, "fatal", "-E", other).status == 0


def test_version(pyoci: Runner) -> None:
    assert pyoci("nix-instantiate", "--version").out.startswith("nix-instantiate (Nix) 2.")


def last_error(text: str) -> str:
    return ([line.strip() for line in text.splitlines() if "error:" in line] or [""])[-1]


@pytest.mark.skipif("PYOCI_TEST_NIX" not in os.environ, reason="skipped: PYOCI_TEST_NIX names no nix-instantiate")
@pytest.mark.parametrize("words", [row[0] for row in COMMANDS], ids=str)
def test_against_nix(pyoci: Runner, here: Path, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same command line through C++ Nix: same status, same output, same last line of an error."""
    nix = os.environ["PYOCI_TEST_NIX"]
    version = subprocess.run([nix, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    if tuple(int(part) for part in version.split(".")[:2]) < (2, 34):
        pytest.skip(f"skipped: {nix} is Nix {version}, whose words differ; 2.34 is wanted")
    environment = {**os.environ, "NIX_REMOTE": "dummy://?read-only=false", "NIX_PATH": ""}
    theirs = subprocess.run([nix, *words], cwd=here, env=environment, capture_output=True, text=True, check=False)
    ours = pyoci("nix-instantiate", *words)
    assert ours.status == theirs.returncode
    assert ours.out == theirs.stdout
    assert last_error(ours.err) == last_error(theirs.stderr)


def test_what_a_derivation_is_made_of_has_no_place(pyoci: Runner) -> None:
    done = pyoci("nix-instantiate", "-E", 'derivation { name = "a b"; system = "s"; builder = "c"; }')
    assert (done.status, done.out) == (1, "")
    assert (
        done.err
        == """\
error:
       … while calling the 'derivationStrict' builtin
         at «nix-internal»/derivation-internal.nix:37:12:
           36|
           37|   strict = derivationStrict drvAttrs;
             |            ^
           38|

       … while evaluating derivation 'a b'
         whose name attribute is located at «string»:1:14

       error: invalid derivation name: name 'a b' contains illegal character ' '. Please pass a different 'name'.
"""
    )


def test_an_error_in_an_attribute_of_a_derivation_has_its_place(pyoci: Runner) -> None:
    done = pyoci("nix-instantiate", "-E", 'derivation { name = "a"; system = "s"; builder = "b"; x = 1 + "y"; }')
    assert "at «nix-internal»/derivation-internal.nix:37:12:" in done.err
    assert "error: cannot add a string to an integer\n       at «string»:1:63:\n" in done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--pure-eval", "bad.nix"], "'{}/bad.nix' is forbidden in pure evaluation mode (use '--impure' to override)"),
        (
            ["--pure-eval", "-E", '"${./dir}"'],
            "'{}/dir' is forbidden in pure evaluation mode (use '--impure' to override)",
        ),
        (["--restrict-eval", "bad.nix", "-I", "dir"], "'{}/bad.nix' is forbidden in restricted mode"),
        (["--restrict-eval", "dir/link.nix", "-I", "dir"], "'{}/bad.nix' is forbidden in restricted mode"),
        (["--restrict-eval", "-E", 'builtins.fetchurl "file://@/x"'], "'{}/x' is forbidden in restricted mode"),
    ],
)
def test_what_may_not_be_read(pyoci: Runner, here: Path, words: list[str], message: str) -> None:
    (here / "dir/link.nix").symlink_to("../bad.nix")
    done = pyoci("nix-instantiate", "--eval", *(word.replace("@", str(here)) for word in words))
    assert (done.status, done.out) == (1, "")
    assert last_error(done.err) == "error: access to absolute path " + message.format(here)


def test_what_evaluation_puts_into_the_store_may_be_read(pyoci: Runner) -> None:
    text = 'import (builtins.toFile "x.nix" "1 + 1")'
    assert pyoci("nix-instantiate", "--eval", "--pure-eval", "-E", text).out == "2\n"


def test_urls_that_are_allowed(pyoci: Runner, here: Path) -> None:
    words = ["nix-instantiate", "--eval", "--restrict-eval", "-E", f'builtins.fetchurl "file://{here}/bad.nix"']
    assert pyoci(*words).status == 1
    assert pyoci(*words, "--allowed-uris", f"file://{here}").status == 0
    assert pyoci(*words, "--allowed-uris", f"file://{here}/bad").status == 1


def test_import_from_derivation_can_be_refused(pyoci: Runner) -> None:
    text = 'import (derivation { name = "a"; system = "s"; builder = "b"; })'
    done = pyoci("nix-instantiate", "--eval", "--no-allow-import-from-derivation", "-E", text)
    assert last_error(done.err).endswith("because the option 'allow-import-from-derivation' is disabled")


def test_roots(pyoci: Runner, here: Path) -> None:
    words = ["nix-instantiate", "--store", str(here / "s"), "drvs.nix", "-A", "dev", "-A", "a", "--add-root", "sub/r"]
    done = pyoci(*words)
    assert (done.status, done.out) == (0, f"{here}/sub/r!dev\n{here}/sub/r-2\n")
    assert sorted(os.listdir(here / "sub")) == ["r", "r-2"]
    for link in (here / "sub/r", here / "sub/r-2"):
        assert Path(f"{here}/s{os.readlink(link)}").exists()
    automatic = here / "s/nix/var/nix/gcroots/auto"
    assert sorted(map(os.readlink, automatic.iterdir())) == [f"{here}/sub/r", f"{here}/sub/r-2"]


def test_a_root_replaces_nothing_but_roots(pyoci: Runner, here: Path) -> None:
    words = ["nix-instantiate", "--store", str(here / "s"), "drvs.nix", "-A", "a", "--add-root", "r"]
    (here / "r").symlink_to("/nix/store/gone")
    assert pyoci(*words).status == 0
    assert os.readlink(here / "r").endswith("-a.drv")
    (here / "r").unlink()
    (here / "r").symlink_to("/elsewhere")
    done = pyoci(*words)
    assert (done.status, done.out) == (1, "")
    assert done.err.strip().endswith(f'error: cannot create symlink "{here}/r"; already exists')


def test_without_a_root_there_is_a_warning(pyoci: Runner, here: Path) -> None:
    done = pyoci("nix-instantiate", "drvs.nix", "-A", "a", "-A", "b")
    assert done.err == (
        "warning: you did not specify '--add-root'; the result might be removed by the garbage collector\n"
    )


def test_a_wrong_hash_has_its_own_status(pyoci: Runner, here: Path) -> None:
    text = f'builtins.fetchurl {{ url = "file://{here}/bad.nix"; sha256 = "{"0" * 64}"; }}'
    assert pyoci("nix-instantiate", "--eval", "-E", text).status == 102


def test_places_in_xml_of_a_text_have_no_path(pyoci: Runner) -> None:
    shown = pyoci("nix-instantiate", "--eval", "--xml", "-E", "{ a = 1; f = (x: y: x) 1; }").out
    assert '<attr column="3" line="1" name="a">' in shown
    shown = pyoci("nix-instantiate", "--eval", "--xml", "-E", "(x: y: x) 1").out
    assert '<function column="5" line="1">' in shown
    shown = pyoci("nix-instantiate", "--eval", "--xml", "-E", "builtins.functionArgs ({ a }: a)").out
    assert '<attr column="26" line="1" name="a">' in shown


def test_xml_of_what_contains_itself(pyoci: Runner) -> None:
    done = pyoci("nix-instantiate", "--eval", "--strict", "--xml", "-E", "let a = { b = a; }; in a")
    assert done.status == 1
    assert "stack overflow" in done.err


def test_json_without_strict_evaluates_nothing_more(pyoci: Runner) -> None:
    assert pyoci("nix-instantiate", "--eval", "--json", "-E", '{ a = 1; b = "x"; }').out == '{"a":1,"b":"x"}\n'
    done = pyoci("nix-instantiate", "--eval", "--json", "-E", "{ a = 1 + 1; }")
    assert (done.status, done.out) == (1, "")
    assert "cannot convert a thunk to JSON" in done.err


def test_outputs_of_a_derivation_are_unevaluated(pyoci: Runner) -> None:
    made = 'derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; }'
    assert pyoci("nix-instantiate", "--eval", "-E", made).out.startswith("{ all = <CODE>; ")


def test_places_in_xml_of_what_builtins_make(pyoci: Runner) -> None:
    path = "/nix/store/00000000000000000000000000000000-a"
    text = f'builtins.getContext (builtins.appendContext "x" {{ "{path}" = {{ path = true; }}; }})'
    assert f'<attr name="{path}">' in pyoci("nix-instantiate", "--eval", "--strict", "--xml", "-E", text).out
    made = 'derivation { name = "a"; builder = "b"; system = "c"; }'
    shown = pyoci("nix-instantiate", "--eval", "--strict", "--xml", "-E", made).out
    assert '<attr column="7" line="50" name="outPath" path="/derivation-internal.nix">' in shown
