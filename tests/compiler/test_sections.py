"""Thunks whose bodies are written when they are needed: nothing of that shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pyoci.compiler import frame
from pyoci.compiler.free import FreeNames
from pyoci.compiler.generate import generate, write_section
from pyoci.compiler.loader import SectionWriter, parse_source
from pyoci.compiler.module import Module
from pyoci.compiler.names import section_around, section_of
from pyoci.compiler.scope import GlobalNames
from pyoci.evaluator import Evaluator, Settings
from pyoci.runtime.errors import ErrorReport, NixError
from pyoci.runtime.printing import print_value
from pyoci.syntax.source import Source

MANY = 130
PADDING = " ".join(f"a{n}" for n in range(MANY))
"""Makes the body of a thunk large enough to be put off: `[ … ]` of these names."""
LONG = f"let {' '.join(f'a{n} = {n};' for n in range(MANY))} in [ {PADDING} ]"


class Run:
    """An evaluator of its own, as a process has one, that uses a cache."""

    def __init__(self, cache: Path | None) -> None:
        self.evaluator = Evaluator(Settings(cache=cache) if cache else Settings(use_cache=False))

    def value(self, file: Path) -> str:
        """The printed value of a file."""
        try:
            return self.evaluator.run(lambda: print_value(self.evaluator.eval_file(file), strict=True))
        finally:
            self.evaluator.close()

    def error(self, file: Path) -> ErrorReport:
        """The report of the error that evaluating a file ends in."""
        with pytest.raises(NixError) as caught:
            self.value(file)
        return self.evaluator.report(caught.value)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sections that runs have generated after they had loaded the file, by name."""
    names: list[str] = []
    real = SectionWriter.__call__

    def noting(self: SectionWriter, name: str) -> object:
        names.append(name)
        return real(self, name)

    monkeypatch.setattr(SectionWriter, "__call__", noting)
    return names


def files(folder: Path, texts: dict[str, str]) -> Callable[[str], Path]:
    """Write files that are old enough for the cache to trust them; gives their paths."""
    for name, text in texts.items():
        (folder / name).write_text(text)
    time.sleep(0.25)
    return lambda name: folder / name


def test_only_what_is_needed_is_generated_and_that_once(tmp_path: Path, written: list[str]) -> None:
    names = [f"n{n}" for n in range(100)]
    sets = "".join(f"{name} = let x = {name[1:]}; in builtins.seq ({LONG}) x;" for name in names)
    place = files(
        tmp_path,
        {"lib.nix": f"{{ }}: {{ {sets} }}"} | {f"{name}.nix": f"(import ./lib.nix {{ }}).{name}" for name in names},
    )
    for count, name in enumerate(("n3", "n50", "n3", "n99")):
        with_cache = Run(tmp_path / "cache")
        assert with_cache.value(place(f"{name}.nix")) == name[1:]
        assert count == 0 or len(written) <= 3
    assert len(set(written)) == len(written) == 3


def test_a_file_that_changes_while_its_code_is_used_is_told(tmp_path: Path) -> None:
    attributes = "".join(f"n{n} = {LONG};" for n in range(3))
    place = files(
        tmp_path,
        {
            "lib.nix": f"{{ {attributes} }}",
            "first.nix": "builtins.length (import ./lib.nix).n1",
            "second.nix": "let lib = import ./lib.nix; in builtins.seq lib (builtins.length lib.n2)",
        },
    )
    assert Run(tmp_path / "cache").value(place("first.nix")) == str(MANY)
    run = Run(tmp_path / "cache")
    loaded = run.evaluator._loader._execute

    def changing(module: object, name: str, *rest: object) -> object:
        value = loaded(module, name, *rest)  # type: ignore[arg-type]
        if name.endswith("lib.nix"):
            place("lib.nix").write_text("{ n2 = [ ]; }")
        return value

    run.evaluator._loader._execute = changing  # type: ignore[method-assign, assignment]
    assert "was changed while it was being evaluated" in run.error(place("second.nix")).message


@pytest.mark.parametrize("name", ["plain", "row"])
def test_errors_have_their_places_in_every_run(tmp_path: Path, name: str) -> None:
    wrong = f'builtins.seq ({LONG})\n  (throw "no")'
    rows = "".join(f"r{n} = builtins.seq ({LONG}) {n};" for n in range(70))
    place = files(
        tmp_path,
        {
            "lib.nix": f"{{ }}: {{\nplain.x = {{ a = rec {{ y =\n{wrong}; }}; }};\n"
            f"rows = {{ good = [ ({LONG}) ]; row.a.y =\n{wrong}; {rows} }};\n}}",
            "plain.nix": "let lib = import ./lib.nix { }; in lib.plain.x.a.y",
            "row.nix": "let lib = import ./lib.nix { }; in lib.rows.row.a.y",
            "good.nix": "let lib = import ./lib.nix { }; in builtins.length lib.rows.good + lib.rows.r3",
        },
    )
    cache = tmp_path / "cache"
    line = {"plain": 4, "row": 7}[name]
    for run in (Run(None), Run(cache), Run(cache)):
        report = run.error(place(f"{name}.nix"))
        assert (report.message, next(one.position.line for one in report.frames if one.position)) == ("no", line)
        labels = [one.note for one in report.frames]
        assert "while evaluating the attribute 'y'" in labels or "while evaluating the attribute 'row'" in labels
    assert Run(cache).value(place("good.nix")) == "4"
    assert Run(cache).error(place(f"{name}.nix")).frames[0].position.line == line  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        (f"{{ }}: {{ a = {LONG};\nb = [ ({LONG}) first ];\nc = [ ({LONG}) second ]; }}", "first", 2),
        (f"{{ }}: {{ a = x: {LONG};\nb = {{ c = [ ({LONG}) first ]; }};\nc = [ second ]; }}", "first", 2),
        ("{ }: {" + "".join(f"a{n} = f {n};\n" for n in range(70)) + "f = 1; }", "f", 1),
        ("f: {" + "".join(f"a{n} = f {n};\n" for n in range(70)) + f"b = {{ x = g; y = {LONG}; }}; }}", "g", 71),
        (f"{{ }}: let a = with {{ }}; [ b ({LONG}) ];\n  b = [ c ({LONG}) ]; in a", "c", 2),
        (f"{{ }}: [ (let x = {{ y ? z, ... }}: [ ({LONG}) y ]; in x) ]", "z", 1),
    ],
)
def test_undefined_variables_are_told_when_the_file_is_loaded(tmp_path: Path, text: str, name: str, line: int) -> None:
    file = files(tmp_path, {"a.nix": "builtins.seq (import ./b.nix) 1", "b.nix": text})("a.nix")
    report = Run(None).error(file)
    assert report.message == f"undefined variable '{name}'"
    assert report.frames[0].position is not None and report.frames[0].position.line == line


def test_attributes_of_sections_have_their_positions(tmp_path: Path) -> None:
    rows = "".join(f"\nr{n} = {{ inherit a0; pname = [ {n} ]; pad = {LONG}; }};" for n in range(70))
    place = files(
        tmp_path,
        {
            "lib.nix": f"a0: {{ x = [ {{ pname = {LONG};\nother = 2; }} ];\n y = {{ z = {{ v = {LONG};\n"
            f"pname = 1; }}; }};\nrows = {{ {rows} }}; }}",
            "a.nix": 'let lib = import ./lib.nix 0; at = s: (builtins.unsafeGetAttrPos "pname" s).line;\n'
            "in [ (at (builtins.head lib.x)) (at lib.y.z) (at lib.rows.r3) (at lib.rows.r69) (at lib.rows.r3) ]",
            "b.nix": 'let lib = import ./lib.nix 0; in (builtins.unsafeGetAttrPos "pname" lib.rows.r40).line',
        },
    )
    expected = "[ 1 4 9 75 9 ]"
    for cache in (None, tmp_path / "cache", tmp_path / "cache"):
        assert Run(cache).value(place("a.nix")) == expected
    assert Run(tmp_path / "cache").value(place("b.nix")) == "46"
    assert Run(tmp_path / "cache").value(place("a.nix")) == expected


CAPTURES = [
    'f: e: with e; rec { a = f [ ]; b = f { }; c = f (-5); d = f 5 e; g = [ a b ]; h = f null; i = f "x" true; }',
    'let e = [ ]; m = -1; s = "constant"; in f: d: { a = f e; b = f m; c = f s; x = f e e; y = { inherit e m s; }; }',
    "f: d: with d; with builtins; { a = f storeDir; b = map f [ 1 ]; c = { v = builtins.storeDir; }; e = f (x + 1); }",
    "f: d: let g = x: y: [ x y ]; in { a = g 1 2; b = f (g 1); c = { inherit (d) x; }; y = (z: g z z) 3; }",
    "f: d: let r = rec { __overrides = { v = 7; }; v = 1; w = { x = v; y = f v; z = [ (f v) v ]; }; }; in r.w",
    "f: d@{ x, y ? [ x (f z) ], z ? { inherit x; q = f x; } }: { a = y; b = z; c = { inherit y z; }; }",
    "f: d: let a = { x = f b; y = b; }; b = [ c (f 2) ]; c = { v = f 3; w = d; }; in { inherit a b c; }",
    "f: d: with { y = 1; }; with { z = 2; }; with d; { a = [ x y z ]; b = f x; c = { v = with { w = 5; }; w + y; }; }",
    'f: d: { a = assert d.x == 1; f d.x; b = if d ? x then f 1 else f 2; c = "a${toString (f 1).x}"; e = d.q or f; }',
    "f: d: let inherit (d) x; s = { inherit x; v = f x; w = s.v; u = { t = s.w; }; }; in s",
    "f: d: { a.b.c = f 1; a.b.d = f 2; a.e = d; g = !(f true == [ true ]); h = -(d.x); }",
    "f: d: { a = (f: [ f ]) 3; b = let f = 2; in { inherit f; v = [ f d ]; }; c = { d, ... }@e: [ d e f ]; }",
]


@pytest.mark.parametrize("text", CAPTURES)
def test_sections_take_what_they_need(text: str, all_put_off: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def value() -> str:
        evaluator = Evaluator(Settings(use_cache=False))
        function = "x: { inherit x; __functor = _: y: [ x y ]; }"
        more = "r // { c = if builtins.isFunction r.c or 1 then r.c { d = 4; } else r.c or 5; }"
        applied = f"let r = ({text}) ({function}) {{ x = 1; }}; in {more}"
        return evaluator.run(lambda: print_value(evaluator.eval_text(applied), strict=True))

    put_off = value()
    monkeypatch.undo()
    monkeypatch.setattr(frame, "DEFERRED", 1 << 60)
    assert put_off == value()


def every_section(module: Module) -> Iterable[Module]:
    """All sections of a file, generated in an order that no run would need them in."""
    yield module
    while module.deferred:
        yield write_section(module, max(module.deferred)).module


def lines(sections: Iterable[Module]) -> dict[str, list[str]]:
    """The text of each unit."""
    return {
        unit.name: unit.lines
        for section in sections
        for unit in section.units
        if section_of(unit.name) == section.section
    }


@pytest.mark.parametrize("text", CAPTURES)
def test_a_section_is_the_same_whenever_it_is_written(text: str, all_put_off: None) -> None:
    source = Source(text, "a.nix", b"/")
    names: GlobalNames = Evaluator(Settings(use_cache=False))._names

    def module() -> Module:
        return generate(parse_source(source, bindings=False), source, names)

    expected = lines(every_section(module()))
    assert sum(not expected[name] for name in expected) == 0 and len(expected) > 2
    for name in expected:
        section = section_of(name)
        if section:
            written = write_section(module(), section).module
            assert written.section == section
            assert lines([written]).items() <= expected.items()


def test_names_tell_their_section() -> None:
    assert [section_of(name) for name in ("main", "t3", "t3x", "t3x4", "f_3x4x1", "x_1", "box_12")] == [
        *("", "", "3x", "3x", "3x4x", "", "")
    ]
    assert [section_around(name) for name in ("3x", "3x4x", "3x4x10x")] == ["", "3x", "3x4x"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x y", {"x": True, "y": True}),
        ("let x = y; in x", {"y": True}),
        ("rec { x = y; y = x; inherit z; inherit (y) w; }", {"z": True}),
        ("{ x = y; y = x; inherit (x) w; }", {"x": True, "y": True}),
        ("x: { y ? x, z ? w }@v: [ x y z v u ]", {"w": True, "u": True}),
        ("with a; [ b (let c = d; in c) ]", {"a": True, "b": False, "d": False}),
        ("[ (with a; b) b ]", {"a": True, "b": True}),
        ("a.b.${c}.d or e ? ${f}", {"a": True, "c": True, "e": True, "f": True}),
        ('"${a} ${"b"}" + ./x/${c} + <d>', {"a": True, "c": True, "__findFile": True, "__nixPath": True}),
        ("if a then b else assert c; !d", {"a": True, "b": True, "c": True, "d": True}),
        ("rec { ${a} = b; b = 1; }", {"a": True}),
    ],
)
def test_free_names(text: str, names: dict[str, bool]) -> None:
    free = FreeNames([])
    free.visit(parse_source(Source(text, "a.nix", b"/"), bindings=False))
    assert free.names == names
