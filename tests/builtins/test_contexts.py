# ruff: noqa: E501 - answers and messages stay on one line
"""String contexts, and which builtins keep them."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        (
            'let f = builtins.toFile "a" "b"; in builtins.getContext f',
            '{ "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = { path = true; }; }',
        ),
        (
            'let d = derivation { name = "a"; builder = "b"; system = "x"; }; in map builtins.getContext [ d.outPath d.drvPath (builtins.unsafeDiscardOutputDependency d.drvPath) (builtins.unsafeDiscardStringContext d) (builtins.addDrvOutputDependencies (builtins.unsafeDiscardOutputDependency d.drvPath)) ]',
            '[ { "/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv" = { outputs = [ "out" ]; }; } { "/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv" = { allOutputs = true; }; } { "/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv" = { path = true; }; } { } { "/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv" = { allOutputs = true; }; } ]',
        ),
        ('builtins.getContext "a"', "{ }"),
        ('builtins.hasContext "a"', "false"),
        ('builtins.hasContext (builtins.toFile "a" "b")', "true"),
        (
            'let p = builtins.toFile "a" "b"; in map builtins.hasContext [ (baseNameOf p) (dirOf p) (builtins.substring 0 0 p) (builtins.substring 100 1 p) (builtins.replaceStrings [ "x" ] [ p ] "a") (builtins.replaceStrings [ "x" ] [ p ] "x") (builtins.replaceStrings [ p ] [ "b" ] "x") (builtins.concatStringsSep p [ ]) (builtins.concatStringsSep "" [ "a" p ]) (toString [ "x" [ p ] ]) "${p}" ("x" + p) (builtins.toJSON { a = [ p ]; }) (builtins.toXML { a = [ p ]; }) (builtins.hashString "md5" p) (builtins.head (builtins.match "(.*)" p)) (builtins.head (builtins.split "(x)" p)) (builtins.unsafeDiscardStringContext p) ]',
            "[ true true true true false true false true true true true true true true false false false false ]",
        ),
        (
            'builtins.getContext (builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = { path = true; x = 1; }; })',
            '{ "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = { path = true; }; }',
        ),
        (
            'builtins.getContext (builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a.drv" = { allOutputs = true; outputs = [ "b" "a" ]; path = true; }; })',
            '{ "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a.drv" = { allOutputs = true; outputs = [ "a" "b" ]; path = true; }; }',
        ),
        (
            'builtins.getContext (builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = { path = false; }; })',
            "{ }",
        ),
    ],
)
def test_gives(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        (
            "builtins.hasContext 1",
            "expected a string but found an integer: 1",
            ["while evaluating the argument passed to builtins.hasContext"],
        ),
        (
            "builtins.getContext 1",
            "expected a string but found an integer: 1",
            ["while evaluating the argument passed to builtins.getContext"],
        ),
        (
            "builtins.appendContext 1 { }",
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.appendContext"],
        ),
        (
            'builtins.appendContext "a" 1',
            "expected a set but found an integer: 1",
            ["while evaluating the second argument passed to builtins.appendContext"],
        ),
        ('builtins.appendContext "a" { a = { }; }', "context key 'a' is not a store path", []),
        (
            'builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = 1; }',
            "expected a set but found an integer: 1",
            ["while evaluating the value of a string context"],
        ),
        (
            'builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = { path = 1; }; }',
            "expected a Boolean but found an integer: 1",
            ["while evaluating the `path` attribute of a string context"],
        ),
        (
            'builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = { outputs = [ "a" ]; }; }',
            'tried to add derivation output context of "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a", which is not a derivation, to a string',
            [],
        ),
        (
            'builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a" = { allOutputs = true; }; }',
            'tried to add all-outputs context of "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a", which is not a derivation, to a string',
            [],
        ),
        (
            'builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a.drv" = { outputs = [ 1 ]; }; }',
            "expected a string but found an integer: 1",
            ["while evaluating an output name within a string context"],
        ),
        (
            'builtins.appendContext "a" { "/nix/store/x" = { path = true; }; }',
            "context key '\"/nix/store/x\"' is not a store path",
            [],
        ),
        (
            'builtins.appendContext "a" { "/foo/x" = { path = true; }; }',
            "context key '\"/foo/x\"' is not a store path",
            [],
        ),
        (
            'builtins.appendContext "a" { "/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a/b" = { path = true; }; }',
            "context key '\"/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a/b\"' is not a store path",
            [],
        ),
        (
            "builtins.unsafeDiscardStringContext 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the argument passed to builtins.unsafeDiscardStringContext"],
        ),
        (
            "builtins.unsafeDiscardOutputDependency 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the argument passed to builtins.unsafeDiscardOutputDependency"],
        ),
        (
            "builtins.addDrvOutputDependencies 1",
            "cannot coerce an integer to a string: 1",
            ["while evaluating the argument passed to builtins.addDrvOutputDependencies"],
        ),
        ('builtins.addDrvOutputDependencies "a"', "context of string 'a' must have exactly one element, but has 0", []),
        (
            'builtins.addDrvOutputDependencies (derivation { name = "a"; builder = "b"; system = "x"; })',
            "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as 'out'",
            [],
        ),
        (
            'builtins.addDrvOutputDependencies (builtins.toFile "a" "b")',
            "path '/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a' is not a derivation",
            [],
        ),
        (
            'let d = derivation { name = "a"; builder = "b"; system = "x"; }; in builtins.addDrvOutputDependencies (d.drvPath + d + builtins.toFile "a" "b")',
            "context of string '/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a' must have exactly one element, but has 3",
            [],
        ),
        (
            'let d = derivation { name = "a"; builder = "b"; system = "x"; }; in builtins.parseDrvName d.drvPath',
            "the string '/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv' is not allowed to refer to a store path (such as '/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv (deep)')",
            ["while evaluating the first argument passed to builtins.parseDrvName"],
        ),
        (
            'let d = derivation { name = "a"; builder = "b"; system = "x"; }; in builtins.parseDrvName "${d}"',
            "the string '/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a' is not allowed to refer to a store path (such as '/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv^out')",
            ["while evaluating the first argument passed to builtins.parseDrvName"],
        ),
        (
            'let d = derivation { name = "a"; builder = "b"; system = "x"; }; in builtins.fromJSON (d.drvPath + d + builtins.toFile "a" "b")',
            "the string '/nix/store/nnqh7675wghd0xmrywqm2yh9psrkk13q-a.drv/nix/store/mx735vk17fbgvrjr0zk0wqfylg1i1996-a/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a' is not allowed to refer to a store path (such as '/nix/store/g76zcpqc540lrc8i6g7xy6ip0npn2hnp-a')",
            ["while evaluating the first argument passed to builtins.fromJSON"],
        ),
    ],
)
def test_fails(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)
