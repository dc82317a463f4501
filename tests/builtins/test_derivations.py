"""`derivation`, `derivationStrict`, `placeholder`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from derivation_samples import Sampler
from nix_oracle import NIX
from store_host import evaluating

from pyoci.builtins.derivations import derivation, derivation_strict
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import NixError
from pyoci.runtime.thunks import force
from pyoci.runtime.values import context_of, make_string
from pyoci.store import nar
from pyoci.store.local import LocalStore

Gives = Callable[[str, str], None]
Fails = Callable[..., None]


def make(name: str, rest: str = "") -> str:
    return '(derivation { name = "' + name + '"; system = "b"; builder = "c"; ' + rest + " })"


A = make("a")
A_DRV = "/nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a.drv"
A_OUT = "/nix/store/n1graip4nvxv1778rif8j3yapjdfgk8g-a"
ZEROS = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        (A + ".drvPath", f'"{A_DRV}"'),
        (A + ".outPath", f'"{A_OUT}"'),
        ('"${' + A + '}"', f'"{A_OUT}"'),
        ('builtins.getContext "${' + A + '}"', f'{{ "{A_DRV}" = {{ outputs = [ "out" ]; }}; }}'),
        ("builtins.getContext " + A + ".drvPath", f'{{ "{A_DRV}" = {{ allOutputs = true; }}; }}'),
    ],
)
def test_a_derivation_has_paths_and_strings_know_what_they_refer_to(gives: Gives, expression: str, answer: str) -> None:
    gives(expression, answer)


def test_several_outputs(gives: Gives) -> None:
    gives(
        "let d = " + make("m", 'outputs = [ "dev" "out" ];') + "; in [ d.outPath d.dev.outPath d.out.outPath "
        "d.outputName d.out.outputName (map (o: o.outputName) d.all) d.out.dev.out.drvPath ]",
        '[ "/nix/store/5j3hrv8qyhxh2d2mbjz0il8xnw9maskr-m-dev" "/nix/store/5j3hrv8qyhxh2d2mbjz0il8xnw9maskr-m-dev" '
        '"/nix/store/9kd9g9ji74c5i5k5jjyblwnhpjzxs3z7-m" "dev" "out" [ "dev" "out" ] '
        '"/nix/store/n2msl9n6zlra65sxvs3bmipmccbrhbyb-m.drv" ]',
    )


@pytest.mark.parametrize(
    ("derivation", "path"),
    [
        (
            make("f", 'outputHash = "' + "0" * 52 + '"; outputHashAlgo = "sha256";') + ".drvPath",
            "2abda99jg5ii2282w70vgk019rxdaljx-f.drv",
        ),
        (
            make("f", 'outputHash = "' + ZEROS + '"; outputHashMode = "recursive";') + ".outPath",
            "23qvwckf0gjik4ws6ybmq4hjk0z6c3zc-f",
        ),
        (
            make("f", 'outputHash = "sha1:' + "0" * 40 + '"; outputHashMode = "nar";') + ".outPath",
            "wgwfp5mx4bhivincp1z689i99gra9w68-f",
        ),
        (
            make("f", 'outputHash = "d41d8cd98f00b204e9800998ecf8427e"; outputHashAlgo = "md5";') + ".outPath",
            "0kj4nzh3l6z4z918280lpf2qy0dgva8d-f",
        ),
        (
            make(
                "s",
                '__structuredAttrs = true; x = { b = [ 1 2.5 null true "q\\"" ]; a = { }; }; args = [ "-e" 1 ]; '
                'outputs = [ "out" "man" ];',
            )
            + ".drvPath",
            "08rd9qvlzzaarmzlrs0253h5bnj5wjs5-s.drv",
        ),
        (
            make("n", "__ignoreNulls = true; x = null; y = [ null ]; z = false;") + ".drvPath",
            "nzbni9gpy6rvmbrp4c6qbqynicg1zy5d-n.drv",
        ),
        (
            make("n", 'x = null; y = [ null ]; z = false; i = 1; f = 1.5; l = [ [ ] "a" [ ] [ [ ] ] 2 ];') + ".drvPath",
            "167jrqsf9myy2rplxfjv1bdc1dh367z8-n.drv",
        ),
        (
            make("e", '"" = "empty"; "a b" = "ü"; z = "tab\\tquote\\"back\\\\slash\\nline\\rend";') + ".drvPath",
            "6rwh659kbcdgsmhxfx4464kmi5yblq3q-e.drv",
        ),
        (make("a", 'outputs = [ "a b" "c" ];') + ".drvPath", "q8g1nqra6k7gbpb6q8mn9lxm4712c4fp-a.drv"),
        (
            make("path", "x = builtins.unsafeDiscardOutputDependency " + A + ".drvPath;") + ".drvPath",
            "yn0068j742521lshh94wv1lych6ja4s7-path.drv",
        ),
        (
            'derivation { name = "t"; system = "b"; builder = builtins.toFile "b.sh" "echo"; '
            'args = [ (builtins.toFile "x" "y") ]; }',
            "lfk1ph92ww287bx0yq61fh5hs9n36z3k-t.drv",
        ),
        (
            make("o", 'x = { outPath = "/x"; }; y = { __toString = self: "s"; };') + ".drvPath",
            "29147y11kxvrvpy9nb3xhfxkp3b4wfv0-o.drv",
        ),
    ],
)
def test_kinds_of_attributes(gives: Gives, derivation: str, path: str) -> None:
    expression = derivation if not derivation.startswith("derivation") else f"({derivation}).drvPath"
    gives(expression, f'"/nix/store/{path}"')


def test_a_fixed_output_stands_for_itself_wherever_it_comes_from(gives: Gives) -> None:
    gives(
        "let f = url: " + make("f", "inherit url; outputHash = " + f'"{ZEROS}";') + "; "
        "user = f: " + make("u", "inherit f;") + "; in "
        '[ ((f "x").drvPath == (f "y").drvPath) ((user (f "x")).outPath == (user (f "y")).outPath) '
        '((user (f "x")).drvPath == (user (f "y")).drvPath) ]',
        "[ false true false ]",
    )


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('(derivation { name = "a"; }).name', '"a"'),
        ('(derivation { name = throw "lazy"; builder = 1; }).builder', "1"),
        (
            'builtins.attrNames (derivation { name = "a"; x = 1; outputs = [ "out" "dev" ]; })',
            '[ "all" "dev" "drvAttrs" "drvPath" "name" "out" "outPath" "outputName" "outputs" "type" "x" ]',
        ),
        ("builtins.functionArgs derivation", "{ outputs = true; }"),
        ("builtins.typeOf derivation", '"lambda"'),
        ('(derivation { name = "a"; x = 1; }).drvAttrs', '{ name = "a"; x = 1; }'),
        ('(derivation { name = "a"; x = 1; }).type', '"derivation"'),
        ("let d = " + make("a", 'out = "overwritten";') + "; in d.out.outPath", f'"{A_OUT}"'),
        ("let d = " + A + "; in d.out.out.all == d.all && (builtins.head d.all).outPath == d.outPath", "true"),
        (
            'builtins.attrNames (derivationStrict { name = "a"; system = "b"; builder = "c"; outputs = [ "y" "x" ]; })',
            '[ "drvPath" "x" "y" ]',
        ),
        ('builtins.placeholder "out"', '"/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"'),
        ('placeholder "dev"', '"/02qcpld1y6xhs5gz9bchpxaw0xdhmsp5dv88lh25r2ss44kh8dxz"'),
    ],
)
def test_derivation_is_a_lazy_set(gives: Gives, expression: str, answer: str) -> None:
    gives(expression, answer)


IN_A = "while evaluating derivation 'a'"


@pytest.mark.parametrize(
    ("expression", "message", "trace"),
    [
        (
            "(derivation { }).drvPath",
            "attribute 'name' missing",
            ["in the attrset passed as argument to builtins.derivationStrict"],
        ),
        (
            "derivation 3",
            "expected a set but found an integer: 3",
            ["while evaluating the value passed for the lambda argument"],
        ),
        (
            '(derivation { name = 1; system = "b"; builder = "c"; }).drvPath',
            "expected a string but found an integer: 1",
            [
                "while evaluating the `name` attribute passed to builtins.derivationStrict",
                "while evaluating the derivation attribute 'name'",
            ],
        ),
        (
            make("a b") + ".drvPath",
            "invalid derivation name: name 'a b' contains illegal character ' '. Please pass a different 'name'.",
            ["while evaluating derivation 'a b'"],
        ),
        (make("") + ".drvPath", "invalid derivation name: name must not be empty. Please pass a different 'name'.", []),
        (
            make("..") + ".drvPath",
            "invalid derivation name: name '..' is not valid. Please pass a different 'name'.",
            [],
        ),
        (
            make(".-a") + ".drvPath",
            "invalid derivation name: name '.-a' is not valid: first dash-separated component must not be '.'. "
            "Please pass a different 'name'.",
            [],
        ),
        (
            make("a.drv") + ".drvPath",
            "derivation names are allowed to end in '.drv' only if they produce a single derivation file",
            [],
        ),
        ('(derivation { name = "a"; system = "b"; }).drvPath', "required attribute 'builder' missing", [IN_A]),
        ('(derivation { name = "a"; builder = "b"; }).drvPath', "required attribute 'system' missing", [IN_A]),
        (
            make("a", "x = [ { } ];") + ".drvPath",
            "cannot coerce a set to a string: { }",
            ["while evaluating one element of the list", "while evaluating attribute 'x' of derivation 'a'", IN_A],
        ),
        (make("a", 'args = "x";') + ".drvPath", 'expected a list but found a string: "x"', [IN_A]),
        (
            make("a", "args = [ { } ];") + ".drvPath",
            "cannot coerce a set to a string: { }",
            ["while evaluating an element of the argument list", "while evaluating attribute 'args' of derivation 'a'"],
        ),
        (
            make("a", 'outputs = "x";') + ".drvPath",
            'expected a list but found a string: "x"',
            ["while evaluating the second argument passed to builtins.map"],
        ),
        (make("a", "outputs = [ ];") + ".drvPath", "'builtins.head' called on an empty list", []),
        (
            make("a", 'outputs = [ "out" "out" ];') + ".drvPath",
            "duplicate derivation output 'out'",
            ["while evaluating attribute 'outputs' of derivation 'a'", IN_A],
        ),
        (make("a", 'outputs = [ "drvPath" ];') + ".drvPath", "invalid derivation output name 'drvPath'", [IN_A]),
        (
            'derivationStrict { name = "a"; system = "b"; builder = "c"; outputs = [ ]; }',
            "derivation cannot have an empty set of outputs",
            [IN_A],
        ),
        (
            make("a", 'outputs = [ "a/b" "c" ];') + ".drvPath",
            "path 'r3lwvl327kazqqgjghs64fpy4q0vkcv1-a-a/b' is not a valid store path: name 'a-a/b' contains illegal "
            "character '/'",
            [IN_A],
        ),
        (make("a", 'outputs = [ "a b" "c" ];') + ".outPath", "attribute '\"a b\"' missing", []),
        (
            make("a", 'outputHash = "sha256-AAAA";') + ".drvPath",
            "invalid SRI hash 'AAAA', length 3 != expected length 32",
            [IN_A],
        ),
        (
            make("a", 'outputHash = "zz";') + ".drvPath",
            "hash 'zz' does not include a type, nor is the type otherwise known from context",
            [],
        ),
        (make("a", 'outputHash = "";') + ".drvPath", "empty hash requires explicit hash algorithm", [IN_A]),
        (
            make("a", f'outputHash = "{ZEROS}"; outputs = [ "x" ];') + ".drvPath",
            "multiple outputs are not supported in fixed-output derivations",
            [],
        ),
        (
            make("a", 'outputHashMode = "x";') + ".drvPath",
            "invalid value 'x' for 'outputHashMode' attribute",
            ["while evaluating attribute 'outputHashMode' of derivation 'a'"],
        ),
        (
            make("a", 'outputHashMode = "text";') + ".drvPath",
            "experimental Nix feature 'dynamic-derivations' is disabled (text-hashed derivation 'a', outputHashMode = "
            "\"text\"); add '--extra-experimental-features dynamic-derivations' to enable it",
            [],
        ),
        (
            make("a", 'outputHash = "blake3-x";') + ".drvPath",
            "experimental Nix feature 'blake3-hashes' is disabled; add '--extra-experimental-features blake3-hashes' "
            "to enable it",
            [],
        ),
        (
            make("a", "__contentAddressed = true;") + ".drvPath",
            "experimental Nix feature 'ca-derivations' is disabled; add '--extra-experimental-features ca-derivations' "
            "to enable it",
            ["while evaluating attribute '__contentAddressed' of derivation 'a'", IN_A],
        ),
        (
            make("a", "__impure = true;") + ".drvPath",
            "experimental Nix feature 'impure-derivations' is disabled; add '--extra-experimental-features "
            "impure-derivations' to enable it",
            [],
        ),
        (
            make("a", "__structuredAttrs = 1;") + ".drvPath",
            "expected a Boolean but found an integer: 1",
            ["while evaluating the `__structuredAttrs` attribute passed to builtins.derivationStrict", IN_A],
        ),
        (
            make("a", "__ignoreNulls = 1;") + ".drvPath",
            "expected a Boolean but found an integer: 1",
            ["while evaluating the `__ignoreNulls` attribute passed to builtins.derivationStrict"],
        ),
        (
            make("a", "__structuredAttrs = true; x = y: y;") + ".drvPath",
            "cannot convert a function to JSON",
            ["while evaluating attribute 'x' of derivation 'a'"],
        ),
        (
            '(derivation { name = "a"; system = "b"; builder = 1; __structuredAttrs = true; }).drvPath',
            "expected a string but found an integer: 1",
            ["while evaluating attribute 'builder' of derivation 'a'"],
        ),
        (
            "let f = "
            + make("f", f'outputHash = "{ZEROS}";')
            + "; in "
            + make(
                "u",
                'x = builtins.appendContext "y" { ${builtins.unsafeDiscardStringContext f.drvPath} = '
                '{ outputs = [ "dev" ]; }; };',
            )
            + ".drvPath",
            "no hash for output 'dev' of derivation 'u'",
            ["while evaluating derivation 'u'"],
        ),
        (
            "derivationStrict 1",
            "expected a set but found an integer: 1",
            ["while evaluating the argument passed to builtins.derivationStrict"],
        ),
        (
            "builtins.placeholder 1",
            "expected a string but found an integer: 1",
            ["while evaluating the first argument passed to builtins.placeholder"],
        ),
        (
            make("a", 'x = throw "inside";') + ".drvPath",
            "inside",
            ["while evaluating attribute 'x' of derivation 'a'", IN_A],
        ),
    ],
)
def test_what_makes_no_derivation(fails: Fails, expression: str, message: str, trace: list[str]) -> None:
    fails(expression, message, *trace)


def test_an_unknown_hash_algorithm(evaluate: Callable[[str], str]) -> None:
    with pytest.raises(NixError, match="unknown hash algorithm 'x', expect 'blake3', 'md5', 'sha1', 'sha256', or"):
        evaluate(make("a", 'outputHash = "x:zz";') + ".drvPath")


def test_a_drv_path_brings_its_whole_closure(tmp_path: Path) -> None:
    with evaluating() as host:
        inner = derivation({"name": "a", "system": "b", "builder": "c", "outputs": ("out", "dev")})
        inner_path = str(force(inner["drvPath"]))
        outer = derivation({"name": "deep", "system": "b", "builder": "c", "x": inner["drvPath"]})
        made = host.store.derivations[str(force(outer["drvPath"]))]
    assert made.input_sources == (inner_path,)
    assert made.input_derivations == {inner_path: ("dev", "out")}


def test_experimental_kinds() -> None:
    with evaluating(features=("ca-derivations", "impure-derivations")) as host:
        given = {"name": "a", "system": "b", "builder": "c", "outputs": ("out", "dev")}
        floating = derivation_strict({**given, "__contentAddressed": True})
        made = host.store.derivations[str(floating["drvPath"])]
        assert made.outputs == {"dev": ("", "r:sha256", ""), "out": ("", "r:sha256", "")}
        assert made.environment["out"] == "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"
        assert floating["out"].startswith("/") and not floating["out"].startswith("/nix/store")
        assert context_of(floating["out"]) == {f"!out!{floating['drvPath']}"}

        user = derivation_strict({"name": "u", "system": "b", "builder": "c", "x": floating["out"]})
        deferred = host.store.derivations[str(user["drvPath"])]
        assert deferred.outputs == {"out": ("", "", "")} and deferred.environment["out"] == ""

        impure = derivation_strict({**given, "__impure": True})
        assert host.store.derivations[str(impure["drvPath"])].outputs["out"] == ("", "r:sha256", "impure")

        with pytest.raises(NixError, match="derivation cannot be both content-addressed and impure"):
            derivation_strict({**given, "__impure": True, "__contentAddressed": True})


ZERO_SHA1 = "sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ({"outputHashMode": "git", "outputHash": ZERO_SHA1}, "z24b2yy8i4rgcdsfkqb0lbl3m7pzyzyd-x"),
        ({"outputHashMode": "git", "outputHash": ZEROS}, "n1crwsr4zjgyvai8fnvvwsaswd8x34li-x"),
        ({"outputHash": ZEROS.replace("sha256", "blake3")}, "1fyvia1792468f1rg4w2c1hx82y022yx-x"),
        ({"outputHash": "0" * 64, "outputHashAlgo": "blake3"}, "1fyvia1792468f1rg4w2c1hx82y022yx-x"),
    ],
)
def test_fixed_outputs_of_experimental_kinds(attributes: dict[str, str], path: str) -> None:
    given = {"name": "x", "system": "x86_64-linux", "builder": "/bin/sh", **attributes}
    with evaluating(features=("git-hashing", "blake3-hashes")):
        assert derivation_strict(given)["out"] == f"/nix/store/{path}"
    with evaluating(), pytest.raises(NixError, match=r"experimental Nix feature '(git|blake3)-hash\w+' is disabled"):
        derivation_strict(given)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1", "[json.exception.type_error.302] type must be object, but is number"),
        ("[]", "[json.exception.type_error.302] type must be object, but is array"),
        ("null", "[json.exception.type_error.302] type must be object, but is null"),
        (
            "{",
            "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - "
            "unexpected end of input; expected string literal",
        ),
    ],
)
def test_structured_attributes_that_are_no_set(text: str, message: str) -> None:
    with evaluating(), pytest.raises(NixError) as caught:
        derivation_strict({"name": "a", "system": "b", "builder": "c", "__json": text})
    assert caught.value.message == f"cannot process __json attribute: {message}"


def test_structured_attributes_as_text() -> None:
    with evaluating() as host:
        given = {"name": "a", "system": "b", "builder": "c", "__json": '{ "z": 1e2, "a": ["x", null], "b": {} }'}
        result = derivation_strict(given)
        made = host.store.derivations[str(result["drvPath"])]
    assert made.environment["__json"] == '{"a":["x",null],"b":{},"z":100.0}'
    assert host.messages[0].startswith("warning: In derivation 'a': setting structured attributes via '__json'")


def test_warnings_of_structured_attributes() -> None:
    with evaluating() as host:
        given = {"name": "a", "system": "b", "builder": "c", "__structuredAttrs": True, "allowedReferences": ()}
        derivation_strict(given)
    assert host.messages == [
        "warning: In a derivation named 'a', 'structuredAttrs' disables the effect of the derivation attribute "
        "'allowedReferences'; use 'outputChecks.<output>.allowedReferences' instead"
    ]


def test_an_empty_hash_is_taken_for_zeros() -> None:
    with evaluating() as host:
        given = {"name": "f", "system": "b", "builder": "c", "outputHashAlgo": "sha256"}
        empty = derivation_strict({**given, "outputHash": ""})
        zeros = derivation_strict({**given, "outputHash": "0" * 64})
    assert empty["out"] == zeros["out"]
    assert host.messages == [f"warning: found empty hash, assuming '{ZEROS}'"]


@pytest.mark.parametrize(
    "expression",
    [
        "import " + A,
        "builtins.readFile " + A,
        'builtins.readDir "${' + A + '}/x"',
        'import ("${' + A + '}" + "/x.nix")',
    ],
)
def test_import_from_derivation_names_the_derivation(evaluate: Callable[[str], str], expression: str) -> None:
    with pytest.raises(NixError) as caught:
        evaluate(expression)
    assert caught.value.message == (f"cannot build '{A_DRV}^out' during evaluation: '{A_OUT}' is not in the store")
    assert "import from derivation" in str(caught.value.hint)


def test_output_that_is_in_the_store_can_be_read(tmp_path: Path) -> None:
    LocalStore(tmp_path, writable=True).add_text(A_OUT, b"1 + 2")
    evaluator = Evaluator(Settings(use_cache=False, store=tmp_path))
    evaluator.store.stores.append(LocalStore(tmp_path))
    assert evaluator.run(lambda: evaluator.eval_text("import " + A)) == 3


def test_a_derivation_of_an_index_is_used_by_its_hash() -> None:
    known = "/nix/store/00000000000000000000000000000000-known.drv"
    string = make_string("/nix/store/11111111111111111111111111111111-known", frozenset((f"!out!{known}",)))
    with evaluating() as host:
        host.store.providers.append({known: "0" * 64}.get)
        result = derivation_strict({"name": "u", "system": "b", "builder": "c", "x": string})
        assert host.store.derivations[str(result["drvPath"])].input_derivations == {known: ("out",)}
        deep = make_string(known, frozenset((f"={known}",)))
        with pytest.raises(NixError, match="is known by its hash only"):
            derivation_strict({"name": "u", "system": "b", "builder": "c", "x": deep})
    with evaluating(), pytest.raises(NixError, match=f"derivation '{known}' is not valid"):
        derivation_strict({"name": "u", "system": "b", "builder": "c", "x": string})


@pytest.mark.skipif(not NIX, reason="skipped: PYOCI_TEST_NIX names no nix-instantiate")
@pytest.mark.parametrize(("seed", "features"), [(seed, seed % 2 == 1) for seed in range(6)])
def test_random_derivations_are_what_nix_writes(tmp_path: Path, seed: int, features: bool) -> None:
    """All that nix-instantiate puts into an empty store, file by file."""
    names = ("ca-derivations", "impure-derivations") if features else ()
    (tmp_path / "files").mkdir()
    with evaluating(tmp_path / "ours", names):
        text, _ = Sampler(seed, tmp_path / "files", features).expression(25)
    (tmp_path / "sample.nix").write_text(text)
    assert NIX
    environment = {**os.environ, "NIX_CONFIG": f"experimental-features = {' '.join(names)}\nbuild-users-group ="}
    environment.pop("NIX_REMOTE", None)
    subprocess.run(
        [NIX, "--store", str(tmp_path / "theirs"), str(tmp_path / "sample.nix")],
        env=environment,
        check=True,
        capture_output=True,
    )
    theirs = {path.name: path for path in (tmp_path / "theirs/nix/store").iterdir() if path.name[0] != "."}
    ours = {path.name: path for path in (tmp_path / "ours/nix/store").iterdir()}
    assert ours.keys() == theirs.keys()
    for name, path in ours.items():
        assert nar.hash_tree(bytes(path)) == nar.hash_tree(bytes(theirs[name])), name
        assert path.lstat().st_mtime == theirs[name].lstat().st_mtime
        assert path.lstat().st_mode == theirs[name].lstat().st_mode
