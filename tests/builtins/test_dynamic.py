"""`outputOf`, and derivations that use outputs of what derivations build."""

from __future__ import annotations

import pytest

from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import NixError
from pyoci.runtime.printing import print_value

NAMES = """
let
  make = name: rest: derivation ({ inherit name; system = "s"; builder = "b"; } // rest);
  p = make "p.drv" { __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; };
  q = make "q" { outputs = [ "out" "dev" ]; };
  of = builtins.outputOf;
  file = derivation: builtins.unsafeDiscardOutputDependency derivation.drvPath;
in
"""


def evaluator(*features: str) -> Evaluator:
    settings = Settings(use_cache=False)
    settings.experimental_features |= frozenset(features)
    return Evaluator(settings)


def answer(text: str) -> str:
    running = evaluator("ca-derivations", "dynamic-derivations")
    try:
        return running.run(lambda: print_value(running.eval_text(NAMES + text), strict=True))
    except NixError as error:
        return error.message


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('make "a" { x = of p.outPath "out"; }', "77ir7n1bihrrk0ma0kp3wpsxx7nzp5ii-a"),
        (
            'make "b" { x = of p.outPath "out"; y = of p.outPath "dev"; z = p.outPath; w = q.dev; }',
            "5q00yjny030qxbs2lsnphhcx4nr6l1mw-b",
        ),
        ('make "c1" { x = of (file q) "dev"; }', "dqk0zxwc3yyzyfx5drca33z0qp2yn5ll-c1"),
        ('make "d" { x = of (of p.outPath "out") "lib"; }', "11y3j5v6cjcsrz3jfvr8zgpn4m4d9fb7-d"),
        ('make "f" { x = of p.outPath "out"; __contentAddressed = true; }', "k1y52xr2brdrh593vl5i53nx42nsvsxs-f"),
        ('make "h" { x = make "a" { x = of p.outPath "out"; }; }', "2w2rwgcj56y6i0yqzp4qbr6d2wwcm4wa-h"),
        (
            'make "i" { __structuredAttrs = true; '
            'x = [ (of p.outPath "out") (of p.outPath "b") (of (of p.outPath "b") "z") ]; }',
            "0w1laj59svafxa3xv5xsrdia4r5cv31d-i",
        ),
    ],
)
def test_derivations_that_use_dynamic_ones(text: str, path: str) -> None:
    assert answer(f"({text}).drvPath") == f'"/nix/store/{path}.drv"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("of", "<PRIMOP>"),
        ('of (file q) "dev" == q.dev.outPath', "true"),
        ('of p.outPath "out"', '"/06v3d6mhc28szclq8d7jkmd1k392bvm386x9cdj77b9ggkby5ldg"'),
        ('of 1 "out"', "expected a string but found an integer: 1"),
        ('of "x" "out"', "string 'x' has 0 entries in its context. It should only have exactly one entry"),
        (
            'of q.drvPath "out"',
            "string '/nix/store/nk8jkflfwdbmnqbq1iji9lnhqsb3ppmd-q.drv' has a context which refers to a complete "
            "source and binary closure. This is not supported at this time",
        ),
    ],
)
def test_output_of(text: str, expected: str) -> None:
    assert answer(text) == expected


def test_without_the_feature_there_is_none() -> None:
    running = evaluator()
    assert running.run(lambda: print_value(running.eval_text("builtins ? outputOf"))) == "false"
