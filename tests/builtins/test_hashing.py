# ruff: noqa: E501 - answers and messages stay on one line
"""hashString and convertHash."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyoci.evaluator import Evaluator
from pyoci.runtime.errors import NixError


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('builtins.hashString "md5" "a"', '"0cc175b9c0f1b6a831c399e269772661"'),
        ('builtins.hashString "sha1" "a"', '"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"'),
        ('builtins.hashString "sha256" "é"', '"4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"'),
        (
            'builtins.hashString "sha512" ""',
            '"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"',
        ),
        (
            'map (toHashFormat: builtins.convertHash { hash = "0cc175b9c0f1b6a831c399e269772661"; hashAlgo = "md5"; inherit toHashFormat; }) [ "base16" "nix32" "base64" "sri" ]',
            '[ "0cc175b9c0f1b6a831c399e269772661" "314rvnkqlrqcqsidpiq2wpbh8c" "DMF1ucDxtqgxw5niaXcmYQ==" "md5-DMF1ucDxtqgxw5niaXcmYQ==" ]',
        ),
        (
            'builtins.convertHash { hash = "md5:0cc175b9c0f1b6a831c399e269772661"; toHashFormat = "base64"; }',
            '"DMF1ucDxtqgxw5niaXcmYQ=="',
        ),
        (
            'builtins.convertHash { hash = "md5-DMF1ucDxtqgxw5niaXcmYQ=="; toHashFormat = "base16"; unknown = 1; }',
            '"0cc175b9c0f1b6a831c399e269772661"',
        ),
        (
            'builtins.convertHash { hash = "md5-DMF1ucDxtqgxw5niaXcmYQ"; toHashFormat = "base16"; }',
            '"0cc175b9c0f1b6a831c399e269772661"',
        ),
    ],
)
def test_gives(gives: Callable[[str, str], None], expression: str, answer: str) -> None:
    gives(expression, answer)


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        (
            'builtins.hashString "blake3" "a"',
            "experimental Nix feature 'blake3-hashes' is disabled; add '--extra-experimental-features blake3-hashes' to enable it",
            [],
        ),
        (
            'builtins.hashString 1 "a"',
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.hashString"],
        ),
        (
            'builtins.hashString "md5" 1',
            "expected a string but found an integer: 1",
            ["while evaluating the second argument passed to builtins.hashString"],
        ),
        (
            "builtins.convertHash 1",
            "expected a set but found an integer: 1",
            ["while evaluating the first argument passed to builtins.convertHash"],
        ),
        ("builtins.convertHash { }", "attribute 'hash' missing", ["while locating the attribute 'hash'"]),
        (
            'builtins.convertHash { hash = "x"; }',
            "attribute 'toHashFormat' missing",
            ["while locating the attribute 'toHashFormat'"],
        ),
        (
            'builtins.convertHash { hash = 1; toHashFormat = "sri"; }',
            "expected a string but found an integer: 1",
            ["while evaluating the attribute 'hash'"],
        ),
        (
            'builtins.convertHash { hash = "0cc175b9c0f1b6a831c399e269772661"; toHashFormat = "sri"; }',
            "hash '0cc175b9c0f1b6a831c399e269772661' does not include a type, nor is the type otherwise known from context",
            [],
        ),
        (
            'builtins.convertHash { hash = "md5-DMF1ucDxtqgxw5niaXcmYQ=="; toHashFormat = "base16"; hashAlgo = "sha1"; }',
            "hash 'md5-DMF1ucDxtqgxw5niaXcmYQ==' should have type 'sha1'",
            [],
        ),
        (
            'builtins.convertHash { hash = "md5-DMF1ucDxtqgxw5niaXcm"; toHashFormat = "base16"; }',
            "invalid SRI hash 'DMF1ucDxtqgxw5niaXcm', length 15 != expected length 16",
            [],
        ),
        (
            'builtins.convertHash { hash = "md5:0cc175b9c0f1b6a831c399e26977266"; toHashFormat = "base64"; }',
            "hash '0cc175b9c0f1b6a831c399e26977266' has wrong length for hash algorithm 'md5'",
            [],
        ),
        (
            'builtins.convertHash { hash = ""; toHashFormat = "base64"; hashAlgo = "md5"; }',
            "hash '' has wrong length for hash algorithm 'md5'",
            [],
        ),
    ],
)
def test_fails(fails: Callable[..., None], expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            'builtins.hashString "x" "a"',
            "unknown hash algorithm 'x', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'",
        ),
        (
            'builtins.convertHash { hash = "x"; toHashFormat = "y"; }',
            "unknown hash format 'y', expect 'base16', 'base32', 'base64', or 'sri'",
        ),
    ],
)
def test_usage_errors(evaluate: Callable[[str], str], expression: str, message: str) -> None:
    with pytest.raises(NixError) as caught:
        evaluate(expression)
    assert caught.value.message == message


def test_the_old_name_of_a_format_is_warned_of(evaluator: Evaluator, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'builtins.convertHash { hash = "md5-DMF1ucDxtqgxw5niaXcmYQ=="; toHashFormat = "base32"; }'
    assert evaluator.run(lambda: evaluator.eval_text(text)) == "314rvnkqlrqcqsidpiq2wpbh8c"
    assert capsys.readouterr().err == 'warning: "base32" is a deprecated alias for hash format "nix32".\n'
