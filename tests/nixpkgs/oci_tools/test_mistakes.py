"""buildContainer: what is said when it is given something else than it takes."""

from __future__ import annotations

from typing import Any

import pytest

MISTAKES = [
    # --- the call itself
    ('[ "a" ]', "it takes a set of arguments, but it was given a list; write buildContainer { args = [ … ]; }"),
    ("pkgs.hello", "it takes a set of arguments, but it was given the package hello-2.10"),
    ("{ }", "the argument 'args' is missing; write args = ["),
    ('{ arg = [ "a" ]; }', "there is no argument 'arg', did you mean 'args'?"),
    ('{ args = [ "a" ]; mount = { }; }', "there is no argument 'mount', did you mean 'mounts'?"),
    ('{ args = [ "a" ]; readOnly = true; }', "there is no argument 'readOnly', did you mean 'readonly'?"),
    ('{ command = [ "a" ]; }', "there is no argument 'command', did you mean 'args'?"),
    ('{ args = [ "a" ]; zzzz = 1; }', "there is no argument 'zzzz'; it takes arch, args, env,"),
    # --- args
    ('{ args = "a b"; }', 'args must be a list of strings, but it is the string "a b"; write args = [ "a" "b" ]'),
    ("{ args = \"sh -c 'a b'\"; }", "write args = [ … ]"),
    (
        "{ args = pkgs.hello; }",
        'args must be a list of strings, but it is the package hello-2.10; write args = [ "${…}',
    ),
    ('{ args = pkgs.writeText "a"; }', "args must be a list of strings, but it is a function; call it with all"),
    ('{ args = [ pkgs.writeText "a" "b" ]; }', "element 1 of args must be a string, but it is a function; call it"),
    ('{ args = [ "a" 1 ]; }', 'element 2 of args must be a string, but it is the number 1; write "1" or use toString'),
    ('{ args = [ "a" true ]; }', 'element 2 of args must be a string, but it is the Boolean true; write "true"'),
    ('{ args = [ "a" null ]; }', "element 2 of args must be a string, but it is null"),
    ('{ args = [ "a" [ "b" ] ]; }', "element 2 of args must be a string, but it is a list; join the lists with ++"),
    ('{ args = [ "a" { b = 1; } ]; }', "element 2 of args must be a string, but it is a set"),
    ("{ args = [ ]; }", "args is empty"),
    # --- mounts
    (
        '{ args = [ "a" ]; mounts = [ ]; }',
        'mounts must be a set of mount points, but it is a list; write mounts."/data"',
    ),
    (
        '{ args = [ "a" ]; mounts."/data" = "/var"; }',
        'mounts."/data" must be a set like { source = "/path/on/the/host"; }, but it is the string "/var"; '
        'write mounts."/data" = { source = "/var"; }',
    ),
    ('{ args = [ "a" ]; mounts."/data" = { }; }', 'mounts."/data" has no source; write mounts."/data".source ='),
    ('{ args = [ "a" ]; mounts.data.source = "/var"; }', 'mounts."data" is no absolute path inside the container'),
    ('{ args = [ "a" ]; mounts."/data".source = 3; }', 'mounts."/data".source must be a string, but it is the number'),
    ('{ args = [ "a" ]; mounts."/data".source = /var; }', 'but it is a path; put quotes around it: "/var"'),
    (
        '{ args = [ "a" ]; mounts."/data".sorce = "/var"; }',
        "has no option 'sorce', did you mean 'source'?",
    ),
    ('{ args = [ "a" ]; mounts."/data" = { source = "/var"; options = "ro"; }; }', 'options = [ "ro" ]'),
    ('{ args = [ "a" ]; mounts."/data" = { source = "/var"; options = [ 1 ]; }; }', "element 1 of mounts"),
    (
        '{ args = [ "a" ]; mounts."/data" = { source = "/var"; type = null; }; }',
        "type must be a string, but it is",
    ),
    # --- the rest
    (
        '{ args = [ "a" ]; readonly = "true"; }',
        'readonly must be true or false, but it is the string "true"; write true, without',
    ),
    ('{ args = [ "a" ]; os = 1; }', "os must be a string, but it is the number 1"),
    ('{ args = [ "a" ]; arch = pkgs.hello; }', "arch must be a string, but it is the package hello-2.10"),
    ('{ args = [ "a" ]; uid = "0"; }', 'uid must be a whole number, but it is the string "0"; write it without quotes'),
    ('{ args = [ "a" ]; gid = -1; }', "gid must lie between 0 and 4294967295, but it is -1"),
    ('{ args = [ "a" ]; env = [ "A=b" ]; }', "env must be a set of variables, but it is a list"),
    ('{ args = [ "a" ]; env.A = 1; }', "env.A must be a string, but it is the number 1"),
    ('{ args = [ "a" ]; env."A=b" = "1"; }', 'env has a variable named "A=b"'),
    ('{ args = [ "a" ]; namespaces = "pid"; }', "namespaces must be a list of strings"),
    ('{ args = [ "a" ]; namespaces = [ "net" ]; }', "is no kind of namespace: \"net\", did you mean 'network'?"),
    ('{ args = [ "a" ]; namespaces = [ "pid" "pid" ]; }', "namespaces names a namespace twice"),
    ('{ args = [ "a" ]; hostname = 3; }', "hostname must be a string, but it is the number 3"),
    ('{ args = [ "a" ]; extraConfig = "x"; }', "extraConfig must be a set, but it is the string"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_mistake(packages: Any, arguments: str, message: str) -> None:
    # Asked for no more than whether it is a set: the check does not wait until something is built.
    said = packages.error(f"builtins.isAttrs (pkgs.ociTools.buildContainer ({arguments}))")
    assert "ociTools.buildContainer: " in said
    assert message in said


def test_nixpkgs_flavour_says_what_it_lacks(packages: Any) -> None:
    said = packages.error('builtins.isAttrs (pkgs.ociTools.buildContainer { args = [ "a" ]; uid = 1; })', "nixpkgs")
    assert "there is no argument 'uid'; nixpkgs' ociTools has none" in said


def test_nixpkgs_flavour_does_not_look_at_mounts(packages: Any) -> None:
    call = 'pkgs.ociTools.buildContainer { args = [ "a" ]; mounts = throw "looked at"; }'
    assert packages.json(f"builtins.isAttrs ({call})", "nixpkgs") is True


def test_unknown_flavour(packages: Any) -> None:
    assert '"pyoci" and "nixpkgs"' in packages.error("pkgs.ociTools.buildContainer { }", "docker")
