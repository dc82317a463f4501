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


def railcar(options: str) -> str:
    return f"services.railcar = {{\n  enable = true; containers.hello = {{\n    {options}\n  }};\n}};\n"


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
    "string not closed in its line": Mistake(
        container('  args = [ "${hello}/bin/hello ];\n  os = "linux";'), 2, '"', "end of file", "goes on to line 3"
    ),
    "script not closed": Mistake(
        "services.railcar.containers = {\n  a.cmd = ''\n    x\n  ;\n  b.cmd = ''\n    y\n  '';\n};\n",
        2,
        "'",
        "unexpected",
        "are two single quotes ('') missing?",
    ),
    "interpolation not closed": Mistake(
        container('  args = [ "${hello/bin/hello" ];'), 2, "$", "end of file", "is a '}' missing?"
    ),
    "interpolation not closed in a script": Mistake(
        container("  args = [\n    (writeShellScript \"x\" ''\n      ${hello/bin/hello -g \"Hi\"\n    '')\n  ];"),
        4,
        "$",
        "end of file",
        "is a '}' missing?",
    ),
    "list not closed before a definition": Mistake(
        container("  args = [ hello.outPath\n  readonly = true;"), 3, "=", "unexpected '='", "is a ']' missing?"
    ),
    "brace not closed": Mistake(
        'services.railcar = {\n  containers = {\n    hello.cmd = "x";\n};\n', 1, "{", "end of file", "'{'"
    ),
    "bracket too many": Mistake(container("  args = [ hello ]];"), 2, "]", "unexpected ']'", "nothing is open"),
    "brace too many": Mistake(container(HELLO) + "}\n", 5, "}", "unexpected '}'", "nothing is open"),
    "no in": Mistake(
        'let\n  name = "web";\nwith pkgs; ociTools.buildContainer { }\n', 3, "with", "expecting 'in'", "an 'in' missing"
    ),
    "no then": Mistake('if true "a" else "b"\n', 1, "else", "expecting 'then'", "has no 'then'"),
    "elif": Mistake("if true then 1 elif false then 2 else 3\n", 1, "then", "expecting 'else'", "written 'else if'"),
    "no semicolon after with": Mistake(
        "with pkgs ociTools.buildContainer {\n  args = [ ];\n}\n\n", 1, "w", "end of file", "needs a ';'"
    ),
    "comment with slashes": Mistake(container("  // what to run\n" + HELLO), 2, "//", "unexpected '//'", "'#'"),
    "comment with dashes": Mistake("-- what to run\nwith pkgs; hello\n", 2, "with", "unexpected 'with'", "'#'"),
    "curly quotes": Mistake(container("  args = [ “/bin/sh” ];"), 2, "“", "invalid token", "straight quotes"),
    "no-break space": Mistake(container("  args\u00a0= [ ];"), 2, "�", "invalid token", "U+00A0, no-break space"),
    "byte order mark": Mistake("\ufeffwith pkgs; hello\n", 1, "�", "invalid token", "byte order mark"),
    "code fence": Mistake("```nix\nwith pkgs; hello\n```\n", 1, "`", "invalid token", "leave them out"),
    "JSON": Mistake('{\n  "args": [ "/bin/hello" ]\n}\n', 2, ":", "unexpected ':'", "looks like JSON"),
    "YAML": Mistake("---\nservices:\n  image: hello\n", 2, ":", "unexpected ':'", "looks like YAML"),
    "colon after an option": Mistake(
        "services.railcar: {\n  enable = true;\n};\n", 1, ":", "unexpected ':'", "'services.railcar = …;'"
    ),
    "mount point without quotes": Mistake(
        container(HELLO + '  mounts./data = { source = "/srv"; };'),
        3,
        "mounts./data",
        "unexpected path",
        '\'mounts."/data"',
    ),
    "interpolation outside of a string": Mistake(
        container("  args = [ ${hello}/bin/hello ];"), 2, "${", "unexpected '${'", "double quotes around"
    ),
    "module without colon": Mistake(
        "{ config, pkgs, ... }\n{\n  services.railcar.enable = true;\n}\n", 2, "{", "expecting ':'", "a ':' missing"
    ),
    "module with semicolons": Mistake("{ config; pkgs; ... }:\n{ }\n", 1, ";", "unexpected ';'", "by commas"),
    "shell's default value": Mistake(
        "pkgs.writeShellScript \"x\" ''\n  echo ${1:-x}\n''\n",
        2,
        ":",
        "unexpected ':'",
        "the shell's own is written ''${…}",
    ),
    "operator in a list": Mistake(
        container('  args = [ hello + "/bin/hello" ];'), 2, "+", "unexpected '+'", "put in parentheses"
    ),
    "arrow": Mistake("map (x => x) [ 1 ]\n", 1, "=", "unexpected '='", "'x: body'"),
    "question mark": Mistake("let x = true; in x ? 1 : 2\n", 1, "1", "unexpected integer", "if … then … else"),
    "remainder": Mistake("5 % 2\n", 1, "%", "invalid token", "lib.mod"),
    "no expression": Mistake("let a = 1; in\n\n", 1, "i", "end of file", "an expression is needed"),
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
    "set of tools": Mistake("with pkgs; ociTool.buildContainer { }\n", 1, "ociTool", "undefined variable", "ociTools"),
    "pkgs": Mistake("with pgks; hello\n", 1, "pgks", "undefined variable 'pgks'", "did you mean pkgs?"),
    "builtins": Mistake("builtin.toJSON 1\n", 1, "builtin", "undefined variable", "did you mean builtins?"),
    "upper case": Mistake("builtins.toJson 1\n", 1, "toJson", "attribute 'toJson' missing", "toJSON"),
    "global": Mistake("tostring 5\n", 1, "tostring", "undefined variable", "did you mean toString?"),
    "Python's True": Mistake(container(HELLO + "  readonly = True;"), 3, "True", "undefined variable", "write true"),
    "word for an operator": Mistake("if true and false then 1 else 2\n", 1, "and", "undefined variable", "'&&'"),
    "shell's variable": Mistake(
        "pkgs.writeShellScript \"x\" ''\n  echo ${HOME}\n''\n", 2, "HOME", "undefined variable", "''${HOME}"
    ),
    "quotes in a string": Mistake(
        container('  args = [ "hello -g "Hello world"" ];'),
        2,
        "Hello",
        "undefined variable",
        'a quote inside of a string is written \\"',
    ),
    "minus in a name": Mistake("let x = 5; in x-1\n", 1, "x-1", "undefined variable", "x - 1"),
    "set that is not recursive": Mistake("{\n  a = 1;\n  b = a + 1;\n}\n", 3, "a", "undefined variable 'a'", "rec {"),
    "config": Mistake(
        "services.railcar.enable = confg.services.foo;\n", 1, "confg", "undefined variable", "{ config, pkgs, ... }"
    ),
    "outPath": Mistake(container("  args = [ hello.outpath ];"), 2, "outpath", "'outpath' missing", "mean outPath?"),
    "file of arguments": Mistake(
        "with pkgs;\nociTools.buildContainer (import ./args.nix)\n", 2, "import", "args.nix' does not exist"
    ),
    "script that is not there": Mistake(container("  args = [ ./run.sh ];"), 2, "./run.sh", "run.sh' does not exist"),
    "nixpkgs": Mistake(
        "import <nixpkgs/nixos/release.nix> { }\n", 1, "<nixpkgs", "not found", "`pkgs` and `lib` are in scope"
    ),
    "argument that is no set": Mistake(
        "let f = { a, b }: a + b;\nin f 1\n", 2, "1", "expected a set but found an integer", "{ name = value; }"
    ),
}

ARGUMENTS = {
    "name of an argument": Mistake(container('  arg = [ "x" ];'), 2, "arg", "no argument 'arg'", "'args'"),
    "case of an argument": Mistake(
        container(HELLO + "  readOnly = true;"), 3, "readOnly", "no argument 'readOnly'", "'readonly'"
    ),
    "args is a string": Mistake(container('  args = "${hello}/bin/hello";'), 2, "args", "args must be a list", "[ … ]"),
    "args is a package": Mistake(container("  args = hello;"), 2, "args", "args must be a list", '[ "${…}/bin/…" ]'),
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
    "argument in upper case": Mistake(container(HELLO + '  OS = "linux";'), 3, "OS", "no argument 'OS'", "mean 'os'?"),
    "argument of another tool": Mistake(
        container('  command = [ "x" ];'), 2, "command", "no argument 'command'", "did you mean 'args'?"
    ),
    "argument of a mount": Mistake(
        container(HELLO + '  mounts."/data" = {\n    source = "/srv";\n    os = "linux";\n  };'),
        5,
        "os",
        "has no option 'os'",
        "it takes source, type, options",
    ),
    "mounts as docker has them": Mistake(
        container(HELLO + '  mounts = [ "/srv:/data" ];'),
        3,
        "mounts",
        "but it is a list",
        'mounts."/data" = { source = "/srv"; }',
    ),
    "mounts is a mount": Mistake(
        container(HELLO + '  mounts = {\n    source = "/srv";\n  };'),
        4,
        "source",
        "must be a set",
        'mounts."/data" = { source = "/srv"; }',
    ),
    "a relative mount point": Mistake(
        container(HELLO + '  mounts.data.source = "/srv";'),
        3,
        "mounts.data",
        "no absolute path",
        'write mounts."/data"',
    ),
    "a mount is null": Mistake(container(HELLO + '  mounts."/data" = null;'), 3, "mounts", "it is null", "source ="),
    "a source is a number": Mistake(
        container(HELLO + '  mounts."/data" = {\n    source = 5;\n  };'), 4, "source", "must be a string", '"5"'
    ),
    "a source is a path": Mistake(
        container(HELLO + '  mounts."/data".source = /srv;'), 3, "mounts", "it is a path", 'quotes around it: "/srv"'
    ),
    "a source is a list": Mistake(
        container(HELLO + '  mounts."/data".source = [ "/srv" ];'), 3, "mounts", "it is a list", 'write "/srv"'
    ),
    "mount options are a string": Mistake(
        container(HELLO + '  mounts."/data" = { source = "/srv"; options = "ro"; };'),
        3,
        "options",
        "list of strings",
        '[ "ro" ]',
    ),
    "args is a string of words": Mistake(
        container('  args = "/bin/sh -c true";'), 2, "args", "args must be a list", '[ "/bin/sh" "-c" "true" ]'
    ),
    "args is null": Mistake(container("  args = null;"), 2, "args", "but it is null", "write args ="),
    "args is a set": Mistake(container('  args = { cmd = "x"; };'), 2, "args", "but it is a set", "write args ="),
    "args is empty": Mistake(container("  args = [ ];"), 2, "args", "args is empty", "write args ="),
    "a list in args": Mistake(container('  args = [ [ "a" ] ];'), 2, '[ "a" ]', "element 1 of args", "join the lists"),
    "a Boolean in args": Mistake(container('  args = [ "x" true ];'), 2, "true", "element 2 of args", '"true"'),
    "null in args": Mistake(container('  args = [ "x" null ];'), 2, "null", "element 2 of args must be a string"),
    "toString in args": Mistake(
        container("  args = [ toString 5 ];"), 2, "toString", "it is a function", "all its arguments"
    ),
    "given a list": Mistake(
        "with pkgs;\nociTools.buildContainer [ hello ]\n", 2, "ociTools", "was given a list", "buildContainer {"
    ),
    "given twice": Mistake(container(HELLO) + "{ }\n", 1, "ociTools", "not a function but a set", "argument too many"),
    "a script without its name": Mistake(
        container("  args = [\n    (writeShellScript ''x'').outPath\n  ];"),
        3,
        "outPath",
        "found a function",
        "lacks an argument",
    ),
    "a number for a script": Mistake(
        container('  args = [ (writeShellScript "x" 5).outPath ];'), 2, "5", "cannot coerce an integer", "toString"
    ),
    "outPath of a string": Mistake(
        container('  args = [ "${hello}".outPath ];'), 2, "outPath", "expected a set", "is an .outPath too much?"
    ),
    "readonly is a word": Mistake(container(HELLO + '  readonly = "yes";'), 3, "readonly", '"yes"', "true or false"),
    "an argument that is defined elsewhere": Mistake(
        "with pkgs;\nlet\n  common = { args = 5; };\nin\nociTools.buildContainer common\n",
        3,
        "args",
        "args must be a list",
    ),
    "a container in a set of them": Mistake(
        "with pkgs; {\n  web = ociTools.buildContainer {\n    args = hello;\n  };\n}\n",
        3,
        "args",
        "args must be a list",
    ),
    "carriage returns": Mistake(
        container(HELLO + "  readOnly = true;").replace("\n", "\r\n"), 3, "readOnly", "no argument", "'readonly'"
    ),
    "tabs": Mistake(container(HELLO + "  readOnly\t= true;"), 3, "readOnly", "no argument", "'readonly'"),
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
        "map [ 1 ] (x: x)\n", 1, "x: x", "expected a list but found a function", "map f list"
    ),
    "in a library": Mistake(
        'let\n  parts = [ 1 2 ];\nin\nlib.concatStringsSep ", " parts\n', 4, "parts", "cannot coerce", "toString"
    ),
    "needs itself": Mistake("let a = b;\n    b = a;\nin a\n", 2, "a", "infinite recursion", "itself"),
    "thrown": Mistake('let\n  check = x: throw "too big: ${toString x}";\nin check 5\n', 2, "throw", "too big: 5"),
    "empty list": Mistake("\nbuiltins.head [ ]\n", 2, "builtins.head [ ]", "empty list"),
    "number after a string": Mistake('"port " + 80\n', 1, "80", "cannot coerce an integer", "toString"),
    "string after a number": Mistake('80 + " ports"\n', 1, '" ports"', "cannot add a string", "toString"),
    "string after a list": Mistake('[ "a" ] ++ "b"\n', 1, '"b"', "expected a list", "[ … ]"),
    "list with plus": Mistake('"a" + [ "b" ]\n', 1, "[", "cannot coerce a list", "joined with ++"),
    "sets with plus": Mistake("{ a = 1; } + { b = 1; }\n", 1, "{ a", "cannot coerce a set", "joined with //"),
    "list after a set": Mistake("{ a = 1; } // [ 1 ]\n", 1, "[ 1 ]", "expected a set but found a list", "with ++"),
    "null in a string": Mistake('let a = null;\nin "${a}"\n', 2, "a", "cannot coerce null", "null"),
    "function in a sum": Mistake("let f = a: b: a + b;\nin 1 + f 1\n", 2, "f 1", "cannot add a function", "lacks"),
    "minus one": Mistake("let f = x: x;\nin f -1\n", 2, "f", "expected an integer", "parentheses"),
    "different kinds": Mistake('if 1 < "2" then 1 else 2\n', 1, '1 < "2"', "cannot compare", "of one kind"),
    "number as operand of &&": Mistake("true && 1\n", 1, "1", "expected a Boolean", "true or false"),
    "set for a list": Mistake('lib.concatStringsSep " " { a = 1; }\n', 1, "{ a", "expected a list", "[ … ]"),
    "number in a list of strings": Mistake(
        'lib.concatStringsSep " " [ "a" 1 ]\n', 1, "1", "cannot coerce an integer", "toString"
    ),
    "map over a set": Mistake("map (x: x) { a = 1; }\n", 1, "{ a", "expected a list but found a set", "[ … ]"),
    "attrNames of a list": Mistake("builtins.attrNames [ 1 ]\n", 1, "[ 1 ]", "expected a set but found a list"),
    "function of one argument": Mistake(
        'lib.concatStringsSep "," (lib.mapAttrsToList (n: "${n}") { a = 1; })\n',
        1,
        "n: ",
        "not a function",
        "(x: y: …)",
    ),
    "function of one argument, not asked for before": Mistake(
        'lib.mapAttrsToList (n: "${n}") { a = 1; }\n', 1, "n: ", "not a function", "(x: y: …)"
    ),
    "number for a string": Mistake("lib.toUpper 5\n", 1, "5", "expected a string", "toString"),
    "string for a number": Mistake('builtins.genList (x: x) "5"\n', 1, '"5"', "expected an integer", "without quotes"),
    "path for a text": Mistake("builtins.fromJSON ./x.json\n", 1, "./x.json", "expected a string", "readFile"),
    "index in brackets": Mistake("let l = [ 1 2 ];\nin l[0]\n", 2, "l[0]", "not a function but a list", "elemAt"),
    "attribute of a list": Mistake("let l = [ 1 ];\nin l.length\n", 2, "length", "found a list", "elemAt"),
    "attribute of a string": Mistake('let s = "x";\nin s.a\n', 2, "a", "found a string", "before '.a' is no set"),
    "attribute of null": Mistake("let s = null;\nin s.a\n", 2, "a", "found null", "before '.a' is no set"),
    "too many arguments": Mistake("let f = x: x + 1;\nin f 1 2\n", 2, "f 1 2", "not a function", "argument too many"),
    "set where a function belongs": Mistake(
        '{ a = lib.genAttrs [ "x" ] { cmd = "y"; }; }\n', 1, "{ cmd", "not a function but a set", "or is none at all"
    ),
    "attribute of another set": Mistake("lib.ociTools\n", 1, "ociTools", "'ociTools' missing", "write pkgs.ociTools"),
    "call of pkgs": Mistake("pkgs { }\n", 1, "pkgs", "not a function but a set", "the package set itself"),
    "assertion": Mistake("let port = 80;\nin assert port > 1024; port\n", 2, "port", "assertion 'port > 1024' failed"),
    "assertion of the library": Mistake('assert lib.assertMsg false "too low"; 5\n', 1, "lib.", "too low"),
    "abort": Mistake('\nabort "no"\n', 2, "abort", "'no'"),
    "division by zero": Mistake("let n = 0;\nin 10 / n\n", 2, "10 / n", "division by zero"),
    "division by zero in the library": Mistake("lib.mod 5 0\n", 1, "lib.mod", "division by zero"),
    "no end": Mistake("let f = x: f (x + 1);\nin f 0\n", 1, "f", "stack overflow", "without an end"),
    "JSON with a comma": Mistake("builtins.fromJSON ''{\"a\": 1,}''\n", 1, "builtins", "JSON: parse error at line 1"),
    "TOML": Mistake('builtins.fromTOML "a = "\n', 1, "builtins", "TOML"),
    "unfree package": Mistake(container('  args = [ "${steam}/x" ];'), 2, '"${steam}', "unfree", "allowUnfree"),
    "package that cannot be changed": Mistake("pkgs.hello.override { a = 1; }\n", 1, "pkgs", "hello-2.10", "--nixpkgs"),
    "package without a version": Mistake('pkgs.stdenv.mkDerivation { pname = "a"; }\n', 1, "pkgs", "'version' missing"),
    "call that runs into a name": Mistake("import ./my file.nix\n", 1, "file", "undefined variable"),
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
    "script of a container": Mistake(
        'services.railcar.containers.a = {\n  command = "x";\n};\nservices.railcar.enable = true;\n',
        2,
        "command",
        "`services.railcar.containers.a.command' does not exist",
        "`cmd'",
    ),
    "container without containers": Mistake(
        'services.railcar.hello = {\n  cmd = "x";\n};\n',
        1,
        "services",
        "does not exist",
        "services.railcar.containers.hello",
    ),
    "setting of systemd": Mistake(
        'systemd.services.a = {\n  ExecStart = "x";\n};\n', 2, "ExecStart", "does not exist", "serviceConfig.ExecStart"
    ),
    "module that is not there": Mistake(
        "services.nginx.enable = true;\n", 1, "services.nginx", "exist", "--nixpkgs TREE"
    ),
    "Boolean in quotes": Mistake(
        'services.railcar.enable = "true";\n', 1, "services", "not of type `boolean'", "write true, without quotes"
    ),
    "list for a script": Mistake(railcar('cmd = [ "x" ];'), 3, "cmd", "not of type", "a command on each line"),
    "package for a script": Mistake(railcar("cmd = pkgs.hello;"), 3, "cmd", "<derivation hello", "around the package"),
    "number for a script": Mistake(railcar("cmd = 5;"), 3, "cmd", "not of type", "in quotes"),
    "function for a script": Mistake(railcar("cmd = toString;"), 3, "cmd", "<function>", "(f x)"),
    "number in a script": Mistake(railcar('cmd = "x ${80}";'), 3, "80", "cannot coerce an integer", "toString"),
    "container is a string": Mistake(
        'services.railcar = {\n  enable = true;\n  containers.a = "x";\n};\n',
        3,
        "containers.a",
        "not of type",
        "cmd = …;",
    ),
    "containers are a list": Mistake(
        "services.railcar = {\n  enable = true;\n  containers = [ ];\n};\n",
        3,
        "containers",
        "not of type",
        "{ name = …; }",
    ),
    "word that is not one of several": Mistake(
        railcar('cmd = "x";\n    restart = "allways";'), 4, "restart", "not of type", 'did you mean "always"?'
    ),
    "mount is a string": Mistake(
        railcar('cmd = "x";\n    mounts."/data" = "/srv";'), 4, "mounts", "not of type", '{ source = "/srv"; }'
    ),
    "mount with src": Mistake(
        railcar('cmd = "x";\n    mounts."/data".src = "/srv";'), 4, "mounts", "does not exist", "`source'"
    ),
    "list of strings": Mistake(
        'systemd.services.a = {\n  script = "x";\n  wantedBy = "multi-user.target";\n};\n',
        3,
        "wantedBy",
        "not of type",
        "[ … ]",
    ),
    "package without pkgs": Mistake(railcar('cmd = "${hello}/bin/x";'), 3, "hello", "undefined variable", "pkgs.hello"),
    "defined twice": Mistake(
        "services.railcar.enable = true;\nservices.railcar.enable = false;\n", 2, "services", "already defined", "once"
    ),
    "two modules that disagree": Mistake(
        "{ config, ... }:\n{\n  imports = [ { services.railcar.enable = false; } ];\n"
        "  services.railcar.enable = true;\n}\n",
        4,
        "services",
        "conflicting definition values",
        "mkForce",
    ),
    "module without dots": Mistake(
        "{ config, pkgs }:\n{\n  services.railcar.enable = true;\n}\n", 1, "{ config", "unexpected argument", "'...'"
    ),
    "module that is none": Mistake("{ config, ... }:\n[ 1 ]\n", 2, "[ 1 ]", "does not look like a module", "{ config,"),
    "assertion of a module": Mistake(
        '{ config, ... }:\n{\n  assertions = [ { assertion = false; message = "no web"; } ];\n}\n',
        3,
        '"no web"',
        "no web",
    ),
    "mkIf without a value": Mistake(
        "{ config, lib, ... }:\n{\n  services.railcar.enable = lib.mkIf true;\n}\n",
        3,
        "services",
        "<function>",
        "lacks",
    ),
    "value of an option of one's own": Mistake(
        '{ lib, ... }:\n{\n  options.port = lib.mkOption { type = lib.types.int; };\n  config.port = "80";\n}\n',
        4,
        "config.port",
        "`port' is not of type `signed integer'",
        "write 80, without quotes",
    ),
    "import that is not there": Mistake(
        "{ pkgs, ... }:\n{\n  imports = [ ./hardware.nix ];\n}\n", 3, "./hardware.nix", "does not exist"
    ),
    "element of a list": Mistake(
        'systemd.services.a = {\n  wantedBy = [\n    "a"\n    5\n  ];\n};\n',
        4,
        "5",
        "not of type `string'",
        "in quotes",
    ),
    "option's type": Mistake(
        "{ config, lib, ... }:\n{\n  options.port = lib.mkOption {\n    typ = lib.types.int;\n  };\n"
        "  config.services.railcar.enable = config.port > 1;\n}\n",
        4,
        "typ",
        "unexpected argument 'typ'",
        "type",
    ),
}

ALL = {**SYNTAX, **NAMES, **ARGUMENTS, **VALUES, **OPTIONS}


def check(shown: str, mistake: Mistake) -> None:
    lines = shown.splitlines()
    assert len(lines) <= 20
    assert lines[0].startswith(f"mistake.nix:{mistake.line}:")
    assert mistake.message in shown
    source = mistake.text.split("\n")[mistake.line - 1].replace("\t", "    ").rstrip("\r")
    source = "".join(char if char.isprintable() else "�" for char in source)
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
