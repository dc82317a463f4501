"""What our lib says of mistakes: the words that people know from NixOS, and where and what to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyoci.evaluator import Evaluator
from pyoci.runtime.deep import force_deep
from pyoci.runtime.errors import NixError
from pyoci.settings import Settings

LIBRARY = Path(__file__).parents[3] / "src" / "pyoci" / "nixpkgs" / "lib"

PORT = "{ options.services.web.port = mkOption { type = types.port; }; }"
NAMED = '{ _file = "web.nix"; services.web.port = "http"; }'


def message(expression: str) -> str:
    """What is said of an expression on `lib`, its trace left out."""
    evaluator = Evaluator(Settings(trace=lambda text: None))
    with pytest.raises(NixError) as failure:
        evaluator.run(lambda: force_deep(evaluator.eval_text(f"with import {LIBRARY}; {expression}")))
    return failure.value.message


def of_config(*modules: str) -> str:
    """What is said of a configuration."""
    return message(f"(evalModules {{ modules = [ {' '.join(modules)} ]; }}).config")


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        (
            (PORT, NAMED),
            "A definition for option `services.web.port' is not of type `16 bit unsigned integer; between 0 and 65535 "
            "(both inclusive)'. Definition values:\n- In `web.nix': \"http\"",
        ),
        (
            ("{ options.n = mkOption { type = types.int; }; }", "{ n = [ 1 ]; }"),
            "A definition for option `n' is not of type `signed integer'. Definition values:\n"
            "- In `<unknown-file>':\n    [\n      1\n    ]",
        ),
        (
            ("{ options.l = mkOption { type = types.listOf types.str; }; }", '{ l = [ "a" 1 ]; }'),
            "A definition for option `l.\"[definition 1-entry 2]\"' is not of type `string'. Definition values:\n"
            "- In `<unknown-file>': 1",
        ),
        (
            ("{ options.a = mkOption { type = types.attrsOf types.bool; }; }", "{ a.b = 3; }"),
            "A definition for option `a.b' is not of type `boolean'. Definition values:\n- In `<unknown-file>': 3",
        ),
        (
            ("{ options.a = mkOption { type = types.attrsOf types.bool; }; }", "{ a = true; }"),
            "A definition for option `a' is not of type `attribute set of boolean'. TypeError: Definition values:\n"
            "- In `<unknown-file>': true",
        ),
        (
            ("{ options.e = mkOption { type = types.either types.int types.str; }; }", "{ e = null; }"),
            "A definition for option `e' is not of type `signed integer or string'. TypeError: Definition values:\n"
            "- In `<unknown-file>': null",
        ),
        (
            ('{ options.e = mkOption { type = types.enum [ "a" "b" ]; }; }', '{ e = "c"; }'),
            'A definition for option `e\' is not of type `one of "a", "b"\'. Definition values:\n'
            '- In `<unknown-file>\': "c"',
        ),
        (
            (PORT,),
            "The option `services.web.port' was accessed but has no value defined. Try setting the option.",
        ),
        (
            (PORT, '{ _file = "one"; services.web.port = 80; }', '{ _file = "two"; services.web.port = 81; }'),
            "The option `services.web.port' has conflicting definition values:\n- In `two': 81\n- In `one': 80\n"
            "Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.",
        ),
        (
            ("{ options.u = mkOption { type = types.uniq types.int; }; }", "{ u = 1; }", "{ u = 1; }"),
            "The option `u' is defined multiple times while it's expected to be unique.",
        ),
        (
            ("{ options.n = mkOption { type = types.nullOr types.int; }; }", "{ n = 1; }", "{ n = null; }"),
            "The option `n` is defined both null and not null, in `<unknown-file>' and `<unknown-file>'.",
        ),
        (
            ("{ options.r = mkOption { readOnly = true; }; }", "{ r = 1; }", "{ r = 2; }"),
            "The option `r' is read-only, but it's set multiple times. Definition values:\n- In `<unknown-file>': 2",
        ),
        (
            ('{ _file = "a"; options.x = mkOption { }; }', '{ _file = "b"; options.x.y = mkOption { }; }'),
            "The option `x' in module `a' would be a parent of the following options, but its type "
            "`<no description>' does not support nested options.\n - option(s) with prefix `x.y' in module `b'",
        ),
        (
            ('{ _file = "a"; options.x = mkOption { default = 1; }; }', "{ options.x = mkOption { default = 2; }; }"),
            "The option `x' in `a' is already declared in `<unknown-file>'.",
        ),
        (
            ("{ options.x = types.int; }",),
            "expected an option declaration at option path `x` but got an attribute set with type option-type",
        ),
        (
            ("{ options.x = 3; }",),
            "An option declaration for `x' has type\n`int' rather than an attribute set.",
        ),
        (
            (PORT, "{ services.web = 80; }"),
            "you're trying to define a value of type `int'\nrather than an attribute set for the option\n"
            "`services.web'!",
        ),
        (
            ("{ options = { }; enable = true; }",),
            "has an unsupported attribute `enable'. This is caused by introducing a top-level `config' or `options' "
            "attribute.",
        ),
        (("{ imports = [ [ ] ]; }",), "Module imports can't be nested lists."),
        (("(evalModules { modules = [ ]; })",), 'Expected a module, but found a value of type "configuration"'),
        (("{ x = mkIf 1 { }; }", "{ options.x = mkOption { }; }"), "called with a non-Boolean condition"),
        (("{ options.x = mkOption { }; }", '{ x = mkAssert false "no luck" 1; }'), "Failed assertion: no luck"),
    ],
)
def test_known_words(modules: tuple[str, ...], words: str) -> None:
    assert words in of_config(*modules)


def test_unknown_option_tells_where_and_what_may_be_meant(tmp_path: Path) -> None:
    user = tmp_path / "user.nix"
    user.write_text("{\n  services.web.prot = 80;\n}\n")
    assert of_config(PORT, str(user)) == (
        f"The option `services.web.prot' does not exist. Definition values:\n- In `{user}': 80\n  at {user}:2:3"
        "\n\nDid you mean `services.web.port'?"
    )


def test_unknown_option_of_a_submodule() -> None:
    users = (
        "{ options.users = mkOption { type = types.attrsOf (types.submodule { options.shell = mkOption { }; }); }; }"
    )
    said = of_config(users, '{ _file = "me.nix"; users.root.shel = "sh"; }')
    assert "The option `users.root.shel' does not exist. Definition values:\n- In `me.nix': \"sh\"" in said
    assert "Did you mean `users.root.shell'?" in said


def test_several_suggestions_are_nearest_first_and_far_ones_are_none() -> None:
    options = '{ options = genAttrs [ "port" "ports" "sort" "hostname" ] (name: mkOption { default = 1; }); }'
    assert of_config(options, "{ porf = 1; }").endswith("Did you mean `port', `ports' or `sort'?")
    assert "Did you mean" not in of_config(options, "{ unrelated = 1; }")


def test_configuration_without_any_option() -> None:
    assert "placing it into `config' rather than `options'" in of_config("{ a = 1; }")


def test_removed_and_renamed_options() -> None:
    assertions = (
        "{ options.assertions = mkOption { }; options.warnings = mkOption { type = types.listOf types.str; }; }"
    )
    removed = '(mkRemovedOptionModule [ "old" "x" ] "Use new.x.")'
    assert "can no longer be used since it's been removed. Use new.x." in message(
        f"(evalModules {{ modules = [ {assertions} {removed} {{ old.x = 1; }} ]; }}).config.old.x"
    )
    renamed = '(mkRenamedOptionModule [ "old" ] [ "gone" ])'
    assert "The option `gone' does not exist" in of_config(assertions, renamed, "{ old = 1; }")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("callPackageWith { hello = 1; } ({ helo }: { }) { }", 'required argument "helo"'),
        ("callPackageWith { hello = 1; } ({ helo }: { }) { }", 'did you mean "hello"?'),
        ('getExe\' { type = "derivation"; outPath = "/x"; } "bin/x"', 'has a "/"'),
        ('toInt "07"', "Ambiguity in interpretation of"),
        ("last [ ]", "lists.last: list must not be empty!"),
        ('getAttrFromPath [ "a" "b" ] { }', "cannot find attribute 'a.b'"),
        ("generators.mkValueStringDefault { } [ ]", "lists not supported: [ ]"),
        ('fixedWidthString 2 "0" "long"', "must not be shorter than actual length (4)"),
        ("mkOption { tipe = 1; }", "tipe"),
        ("types.ints.between 3 1", "ints.between: lowest must be smaller than highest"),
        ('path.append "/x" "y"', "The first argument is of type string, but a path was expected"),
        ("fetchers.normalizeHash { } { }", "fetcher called without `hash`"),
    ],
)
def test_functions(expression: str, words: str) -> None:
    assert words in message(expression)
