"""Common mistakes: what a reader of their message is told.

Each row has the text, the line and the text above the mark that are shown, a part of the message, and a part of the
hint (which may stand in the message).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from conftest import Runner


class Mistake(NamedTuple):
    """A text with a mistake in it, and what is to be said of it."""

    text: str
    line: int
    marked: str
    message: str
    hint: str = ""


def container(arguments: str) -> str:
    return f"with pkgs; ociTools.buildContainer {{\n{arguments}\n}}\n"


HELLO = '  args = [ "${hello}/bin/hello" ];\n'

SYNTAX = {
    "no semicolon": Mistake(
        container('  args = [ "${hello}/bin/hello" ]\n  readonly = true;'), 3, "=", "unexpected '='", "';'"
    ),
    "list not closed": Mistake(container('  args = [ "${hello}/bin/hello";'), 2, ";", "unexpected ';'", "']'"),
    "string not closed": Mistake(container('  args = [ "${hello}/bin/hello ];'), 2, '"', "end of file", "not closed"),
    "comma": Mistake(container('  args = [ "${hello}/bin/hello", "-g" ];'), 2, ",", "unexpected ','", "comma"),
    "colon": Mistake(container('  args: [ "x" ];'), 2, ":", "unexpected ':'", "'='"),
    "two equals signs": Mistake(container('  args == [ "x" ];'), 2, "==", "unexpected '=='", "'='"),
    "single quotes": Mistake(container("  args = [ '/bin/hello' ];"), 2, "'", "unexpected", "quotes"),
    "dollar": Mistake(container("  args = [ $hello ];"), 2, "$", "unexpected", "name alone"),
    "no else": Mistake("if pkgs.hello then 1\n", 1, "i", "end of file", "else"),
    "twice": Mistake(container(HELLO + '  args = [ "x" ];'), 3, "args", "'args' already defined", "once"),
}

NAMES = {
    "package": Mistake(
        container("  args = [\n    (writeShellScript \"run.sh\" ''\n      ${helo}/bin/hello\n    '').outPath\n  ];"),
        4,
        "helo",
        "undefined variable 'helo'",
        "hello",
    ),
    "function": Mistake("with pkgs; ociTools.buildContainr { }\n", 1, "buildContainr", "missing", "buildContainer"),
    "without pkgs": Mistake("ociTools.buildContainer { }\n", 1, "ociTools", "undefined variable", "pkgs.ociTools"),
    "builtin": Mistake("heads [ 1 ]\n", 1, "heads", "undefined variable", "builtins.head"),
    "attribute": Mistake(
        "let\n  server = { prot = 80; };\nin\n  toString server.port\n", 4, "port", "attribute 'port' missing", "prot"
    ),
    "lib": Mistake(
        "{ config, lib, ... }:\n{\n  services.railcar.enable = lib.mkDefalt true;\n}\n",
        3,
        "mkDefalt",
        "'mkDefalt' missing",
        "mkDefault",
    ),
    "argument missing": Mistake(
        "let\n  web = { name, port }: name;\nin\nweb { name = 1; prot = 2; }\n",
        4,
        "web { name = 1; prot = 2; }",
        "without required argument 'port'",
        "prot",
    ),
    "argument unexpected": Mistake(
        "let\n  web = { name, port }: name;\nin\nweb {\n  name = 1;\n  port = 2;\n  prot = 2;\n}\n",
        7,
        "prot",
        "unexpected argument 'prot'",
        "port",
    ),
    "file": Mistake("import ./gone.nix\n", 1, "import ./gone.nix", "gone.nix' does not exist"),
    "search path": Mistake("import <gone>\n", 1, "<gone>", "file 'gone' was not found", "-I gone=PATH"),
}

ARGUMENTS = {
    "name of an argument": Mistake(container('  arg = [ "x" ];'), 2, "arg", "no argument 'arg'", "'args'"),
    "case of an argument": Mistake(
        container(HELLO + "  readOnly = true;"), 3, "readOnly", "no argument 'readOnly'", "'readonly'"
    ),
    "args is a string": Mistake(container('  args = "${hello}/bin/hello";'), 2, "args", "args must be a list", "[ … ]"),
    "args is a package": Mistake(container("  args = hello;"), 2, "args", "args must be a list", "[ … ]"),
    "a number in args": Mistake(
        container('  args = [\n    "${hello}/bin/hello"\n    8080\n  ];'), 4, "8080", "element 2 of args", "toString"
    ),
    "a call without parentheses": Mistake(
        container('  args = [\n    writeShellScript "run.sh" "echo"\n  ];'),
        3,
        "writeShellScript",
        "element 1 of args must be a string, but it is a function",
        "parentheses",
    ),
    "no args": Mistake(
        "with pkgs;\nociTools.buildContainer { readonly = true; }\n", 2, "ociTools", "'args' is missing"
    ),
    "a mount is a string": Mistake(
        container(HELLO + '  mounts."/data" = "/srv";'), 3, 'mounts."/data"', 'mounts."/data" must be a set', "source ="
    ),
    "mounts is a list": Mistake(container(HELLO + "  mounts = [ ];"), 3, "mounts", "mounts must be a set", "mounts."),
    "name in a mount": Mistake(
        container(HELLO + '  mounts."/data" = {\n    sorce = "/srv";\n  };'),
        4,
        "sorce",
        "no option 'sorce'",
        "'source'",
    ),
    "a mount without source": Mistake(
        container(HELLO + '  mounts."/data" = { };'), 3, "mounts", "no source", "source ="
    ),
    "a Boolean in quotes": Mistake(
        container(HELLO + '  readonly = "true";'), 3, "readonly", "must be true or false", "without quotes"
    ),
    "os is a number": Mistake(container(HELLO + "  os = 5;"), 3, "os", "os must be a string"),
    "env is a list": Mistake(container(HELLO + '  env = [ "A=b" ];'), 3, "env", "env must be a set", 'NAME = "value"'),
}

VALUES = {
    "number in a string": Mistake(
        container('  args = [\n    "x"\n    "--port=${8080}"\n  ];'), 4, "8080", "cannot coerce an integer", "toString"
    ),
    "number in a script": Mistake(
        "pkgs.writeShellScript \"x\" ''\n  echo one\n  serve ${pkgs.hello} ${8080}\n''\n",
        3,
        "8080",
        "cannot coerce an integer",
        "toString",
    ),
    "set in a string": Mistake('let a = { };\nin "${a}"\n', 2, "a", "cannot coerce a set", "select the attribute"),
    "function in a string": Mistake('let f = x: x;\nin "${f}"\n', 2, "f", "cannot coerce a function", "arguments"),
    "list in a string": Mistake('let f = [ ];\nin "${f}"\n', 2, "f", "cannot coerce a list", "concatStringsSep"),
    "string as condition": Mistake('if "yes" then 1 else 2\n', 1, '"yes"', "expected a Boolean", "true or false"),
    "call of a value": Mistake("let a = 1;\nin a 2\n", 2, "a", "not a function but an integer", "';'"),
    "arguments the wrong way round": Mistake(
        "map [ 1 ] (x: x)\n", 1, "map [ 1 ] (x: x)", "expected a list but found a function", "map f list"
    ),
    "in a library": Mistake(
        'let\n  parts = [ 1 2 ];\nin\nlib.concatStringsSep ", " parts\n', 4, "lib.concat", "cannot coerce", "toString"
    ),
    "needs itself": Mistake("let a = b;\n    b = a;\nin a\n", 2, "a", "infinite recursion", "itself"),
    "thrown": Mistake('let\n  check = x: throw "too big: ${toString x}";\nin check 5\n', 2, "throw", "too big: 5"),
    "empty list": Mistake("\nbuiltins.head [ ]\n", 2, "builtins.head [ ]", "empty list"),
}

OPTIONS = {
    "option": Mistake(
        'services.railcar = {\n  enable = true;\n  contaners."x".cmd = "y";\n};\n',
        3,
        "contaners",
        "`services.railcar.contaners' does not exist",
        "containers'",
    ),
    "option of a container": Mistake(
        'services.railcar = {\n  enable = true;\n  containers.x = {\n    cdm = "y";\n  };\n};\n',
        4,
        "cdm",
        "`services.railcar.containers.x.cdm' does not exist",
        "cmd'",
    ),
    "group": Mistake("service.railcar.enable = true;\n", 1, "service.", "`service' does not exist", "services'"),
    "module": Mistake("services.railcars.enable = true;\n", 1, "services.railcars", "does not exist", "railcar'"),
    "type of an option": Mistake(
        'services.railcar = {\n  containers = { };\n  enable = "yes";\n};\n',
        3,
        "enable",
        "`services.railcar.enable' is not of type `boolean'",
    ),
    "option that is not set": Mistake(
        "services.railcar = {\n  enable = true;\n  containers.x = { };\n};\n",
        3,
        "containers.x",
        "`services.railcar.containers.x.cmd' was accessed but has no value",
    ),
    "package in an option": Mistake(
        "{ config, pkgs, ... }:\n{\n  services.railcar = {\n    enable = true;\n"
        '    containers.w.cmd = "${pkgs.ngnix}";\n  };\n}\n',
        5,
        "ngnix",
        "attribute 'ngnix' missing",
        "nginx",
    ),
}

ALL = {**SYNTAX, **NAMES, **ARGUMENTS, **VALUES, **OPTIONS}


def check(shown: str, mistake: Mistake) -> None:
    lines = shown.splitlines()
    assert len(lines) <= 20
    assert lines[0].startswith(f"mistake.nix:{mistake.line}:")
    assert mistake.message in shown
    source = mistake.text.splitlines()[mistake.line - 1]
    assert lines[1].strip() == f"{mistake.line} | {source}".strip()
    start, end = lines[2].index("^"), lines[2].rindex("^") + 1
    assert lines[1][start:end].startswith(mistake.marked)
    assert lines[0].split(":")[2] == str(start - 7)
    assert mistake.hint in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("mistake", ALL.values(), ids=ALL.keys())
def test_mistakes(pyoci: Runner, tmp_path: Path, mistake: Mistake) -> None:
    (tmp_path / "mistake.nix").write_text(mistake.text)
    done = pyoci("eval", "--strict", "mistake.nix")
    assert done.status == 1, done.out
    assert done.out == ""
    check(done.err, mistake)


@pytest.mark.slow
@pytest.mark.skipif("PYOCI_TEST_NIXPKGS" not in os.environ, reason="skipped: PYOCI_TEST_NIXPKGS names no nixpkgs tree")
@pytest.mark.parametrize(
    "mistake",
    [
        NAMES["package"],
        NAMES["lib"],
        Mistake(container(HELLO + "  readOnly = true;"), 3, "readOnly", "unexpected argument 'readOnly'", "readonly"),
        VALUES["in a library"],
        Mistake("services.railcar.contaners = { };\n", 1, "services.railcar.contaners", "contaners'"),
        Mistake('services.railcar = {\n  enable = "yes";\n};\n', 2, "enable", "is not of type `boolean'"),
    ],
    ids=lambda mistake: mistake.message,
)
def test_mistakes_with_a_real_nixpkgs(pyoci: Runner, tmp_path: Path, mistake: Mistake) -> None:
    (tmp_path / "mistake.nix").write_text(mistake.text)
    done = pyoci("eval", "--strict", "--nixpkgs", os.environ["PYOCI_TEST_NIXPKGS"], "mistake.nix")
    assert done.status == 1
    check(done.err, mistake)
