"""Reading the command line."""

from __future__ import annotations

import pytest

from pyoci.cli.arguments import Option, UsageError, describe, parse
from pyoci.cli.nix_settings import setting_of

OPTIONS = (
    Option("-A --attr", "PATH", "select", repeated=True),
    Option("--arg", "NAME EXPR", "pass", repeated=True),
    Option("--option", "NAME VALUE", "set", repeated=True),
    Option("-o --output", "FOLDER", "write here"),
    Option("-v --verbose", "", "say more"),
    Option("--json", "", "print JSON"),
)


def test_flags_words_and_positionals() -> None:
    given = parse(OPTIONS, ["a", "-A", "x.y", "--json", "--arg", "n", "1", "-", "--arg", "m", "-2", "--attr", "z"])
    assert given.positional == ["a", "-"]
    assert given.texts("attr") == ["x.y", "z"]
    assert given.pairs("arg") == [("n", "1"), ("m", "-2")]
    assert given.flag("json")
    assert not given.flag("verbose")
    assert given.text("output") is None


def test_what_follows_two_dashes_is_positional() -> None:
    assert parse(OPTIONS, ["--json", "--", "--json", "-x"]).positional == ["--json", "-x"]


def test_letters_together_as_in_nix() -> None:
    given = parse(OPTIONS, ["-vA", "x", "-ofolder1"[:2], "folder"])
    assert given.flag("verbose")
    assert given.texts("attr") == ["x"]
    assert given.text("output") == "folder"
    assert parse(OPTIONS, ["-A0"]).texts("attr") == ["0"]


def test_an_equals_sign_joins_only_where_asked() -> None:
    assert parse(OPTIONS, ["--output=x=y"], gnu=True).text("output") == "x=y"
    for words in (["--json=1"], ["--arg=a"], ["--nope=1"]):
        with pytest.raises(UsageError):
            parse(OPTIONS, words, gnu=True)
    with pytest.raises(UsageError):
        parse(OPTIONS, ["--output=x"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--arg", "a"], "flag '--arg' requires 2 argument(s), but only 1 were given"),
        (["-A"], "flag '-A' requires 1 argument(s), but only 0 were given"),
        (["--bogus"], "unrecognised flag '--bogus'"),
        (["-x"], "unrecognised flag '-x'"),
    ],
)
def test_mistakes_are_named_in_nix_words(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(OPTIONS, words)
    assert raised.value.message == message


def test_a_mistyped_flag_is_recognised() -> None:
    with pytest.raises(UsageError) as raised:
        parse(OPTIONS, ["--jsno"])
    assert raised.value.hint is not None
    assert "--json" in raised.value.hint


def test_settings_are_options_too() -> None:
    words = ["--show-trace", "--no-restrict-eval", "--max-call-depth", "5", "--extra-nix-path", "a=b", "f.nix"]
    given = parse(OPTIONS, words, setting=setting_of)
    assert given.pairs("option") == [
        ("show-trace", "true"),
        ("restrict-eval", "false"),
        ("max-call-depth", "5"),
        ("extra-nix-path", "a=b"),
    ]
    assert given.positional == ["f.nix"]
    with pytest.raises(UsageError, match="requires 1 argument"):
        parse(OPTIONS, ["--max-call-depth"], setting=setting_of)
    with pytest.raises(UsageError, match="unrecognised flag '--no-max-call-depth'"):
        parse(OPTIONS, ["--no-max-call-depth"], setting=setting_of)


def test_the_list_of_options_names_each() -> None:
    text = describe(OPTIONS)
    for option in OPTIONS:
        assert all(flag in text for flag in option.flags)
        assert option.help in text
