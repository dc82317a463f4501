"""Errors for people."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyoci.cli.errors import MAX_LINES, excerpt, render
from pyoci.cli.hints import hint_for
from pyoci.cli.place import EMBEDDED, UserFiles, headline
from pyoci.cli.sources import SourceTexts
from pyoci.runtime.errors import ErrorReport, Position, TraceFrame

LIBRARY = "/lib/nixpkgs"


def report(message: str, *frames: tuple[str, Position | None], hint: str | None = None) -> ErrorReport:
    return ErrorReport(message, hint, tuple(TraceFrame(note, position) for note, position in frames))


def texts(**files: str) -> SourceTexts:
    known = SourceTexts()
    for name, text in files.items():
        known.add(f"/home/me/{name}.nix", text)
    return known


def at(file: str, line: int, column: int, end: int = 0) -> Position:
    return Position(file, line, column, line, end)


def plain(lines: list[list[tuple[str, str]]]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


USER = "/home/me/c.nix"
FILES = UserFiles([USER], [LIBRARY])


def test_the_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getcwd", lambda: "/home/me")
    shown = render(
        report("undefined variable 'helo'", ("", at(USER, 2, 3, 7)), hint="Did you mean hello?"),
        texts(c="with pkgs;\n  helo\n"),
        FILES,
    )
    assert plain(shown) == (
        "c.nix:2:3: error: undefined variable 'helo'\n    2 |   helo\n      |   ^^^^\n  hint: Did you mean hello?"
    )


def test_the_innermost_place_of_the_users_comes_first() -> None:
    frames = [
        ("", at(f"{LIBRARY}/lib/lists.nix", 7, 1)),
        ("while calling 'f'", at(f"{LIBRARY}/lib/lists.nix", 3, 1)),
        ("from call site", at(USER, 2, 5)),
        ("from call site", at(USER, 1, 1)),
    ]
    shown = plain(render(report("expected a list", *frames), texts(c="a\nb c d e\n"), FILES))
    assert shown.startswith(f"{USER}:2:5: error: expected a list\n")
    assert "found in nixpkgs: lib/lists.nix:7:1" in shown


def test_a_file_that_was_given_is_the_users_even_inside_a_library() -> None:
    files = UserFiles([f"{LIBRARY}/mine.nix"], [LIBRARY])
    assert files.owns(f"{LIBRARY}/mine.nix")
    assert not files.owns(f"{LIBRARY}/other.nix")
    assert not files.owns(os.path.join(EMBEDDED, "lib", "lists.nix"))
    assert not files.owns("«nix-internal»/derivation-internal.nix")
    assert files.owns("«string»")
    assert files.owns("/elsewhere/imported.nix")


def test_an_option_that_the_message_names_is_looked_up_in_the_users_file() -> None:
    text = 'let\n  args = 1;\nin build {\n  inherit (x) y;\n  args = "no list";\n  mounts."/data" = 5;\n}\n'
    inside = ("", at(f"{LIBRARY}/oci.nix", 9, 9))
    call = ("from call site", at(USER, 3, 4))
    message = "ociTools.buildContainer: args must be a list of strings, but it is the string"
    assert headline(report(message, inside, call), FILES, texts(c=text)) == at(USER, 5, 3, 7)
    message = 'ociTools.buildContainer: mounts."/data" must be a set'
    assert headline(report(message, inside, call), FILES, texts(c=text)) == at(USER, 6, 3, 17)
    message = "ociTools.buildContainer: nothing of the kind"
    assert headline(report(message, inside, call), FILES, texts(c=text)) == at(USER, 3, 4)


def test_an_option_is_found_without_any_place_of_the_users() -> None:
    text = "# contaners = …\nservices.railcar = {\n  enable = true;\n  contaners.x.cmd = 1;\n};\n"
    message = "The option `services.railcar.contaners' does not exist."
    found = headline(report(message, ("", at(f"{LIBRARY}/modules.nix", 1, 1))), FILES, texts(c=text))
    assert found == at(USER, 4, 3, 18)


def test_an_error_in_the_users_own_file_stays_where_it_is() -> None:
    text = "{ args = 1; b = toString args; }"
    found = headline(report("attribute 'args' missing", ("", at(USER, 1, 20))), FILES, texts(c=text))
    assert found == at(USER, 1, 20)


def test_never_more_than_twenty_lines_without_a_trace() -> None:
    frames = [("", at(USER, 1, 1))] + [("while calling 'f'", at(USER, 1, 1)), ("a note", None)] * 200
    long = report("\n".join(f"line {n} " + "x" * 3000 for n in range(100)), *frames, hint="a hint")
    shown = render(long, texts(c="x" * 5000), FILES, width=80)
    assert len(shown) <= MAX_LINES
    assert all(len(plain([line])) < 500 for line in shown)
    assert "more lines" in plain(shown)
    everything = plain(render(long, texts(c="x" * 5000), FILES, width=80, show_trace=True))
    assert everything.count("while calling 'f'") == 200
    assert "line 99" in everything


def test_an_error_without_any_place() -> None:
    assert plain(render(report("no file"), texts(), FILES)) == "error: no file"


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("abc def", 5, 8, ["abc def", "    ^^^"]),
        ("\tx", 2, 3, ["    x", "    ^"]),
        ("ü = x;", 6, 7, ["ü = x;", "    ^"]),
        ("漢字 = x;", 10, 11, ["漢字 = x;", "       ^"]),
        ("abc", 4, 0, ["abc", "   ^"]),
        ("a\x1b[31mb", 1, 2, ["a�[31mb", "^"]),
        ("", 1, 0, ["", "^"]),
    ],
)
def test_the_mark_stands_under_what_is_meant(line: str, column: int, end: int, expected: list[str]) -> None:
    shown = plain(excerpt(at(USER, 1, column, end), texts(c=line), 80)).split("\n")
    assert [one[8:] for one in shown] == expected


def test_a_span_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    shown = plain(excerpt(Position(USER, 1, 5, 3, 2), texts(c="a = {\n b = 1;\n}"), 80))
    assert shown.split("\n")[1] == "      |     ^"


def test_a_long_line_is_cut_around_the_mark() -> None:
    line = "a" * 500 + "HERE" + "b" * 500
    shown = plain(excerpt(at(USER, 1, 501, 505), texts(c=line), 80)).split("\n")
    assert len(shown[0]) <= 80
    column = shown[1].index("^^^^")
    assert shown[0][column : column + 4] == "HERE"


def test_a_file_that_is_gone_has_no_excerpt(tmp_path: Path) -> None:
    assert excerpt(at(str(tmp_path / "gone.nix"), 1, 1), SourceTexts(), 80) == []
    (tmp_path / "short.nix").write_text("1")
    assert excerpt(at(str(tmp_path / "short.nix"), 9, 1), SourceTexts(), 80) == []


def test_an_element_of_a_list_is_found() -> None:
    text = 'build {\n  args = [\n    "a"\n    (f x)\n  ];\n}\n'
    message = "ociTools.buildContainer: element 2 of args must be a string, but it is a function"
    found = headline(report(message, ("", at(f"{LIBRARY}/o.nix", 1, 1))), FILES, texts(c=text))
    assert found == at(USER, 4, 6, 9)


def test_a_missing_option_is_shown_where_its_parent_is_set() -> None:
    text = 'services.railcar.containers = {\n  "hello" = { };\n};\n'
    message = "The option `services.railcar.containers.hello.cmd' was accessed but has no value defined."
    found = headline(report(message, ("", at(f"{LIBRARY}/o.nix", 1, 1))), FILES, texts(c=text))
    assert found == at(USER, 2, 3, 10)


def test_a_suggestion_at_the_end_of_a_message_is_a_hint() -> None:
    shown = render(
        report("The option `a' does not exist.\n\nDid you mean `b'?", ("", at(USER, 1, 1))), texts(c="x"), FILES
    )
    assert plain(shown).splitlines()[-1] == "  hint: Did you mean `b'?"
    assert plain(shown).count("Did you mean") == 1


def test_the_place_that_a_hint_speaks_of_is_shown() -> None:
    text = "{\n  a = 1\n  b = 2;\n}\n"
    hint = "is a ';' missing after the definition of 'a', at line 2, column 8?"
    shown = plain(render(report("syntax error, unexpected '='", ("", at(USER, 3, 5)), hint=hint), texts(c=text), FILES))
    assert f"{USER}:3:5: error" in shown
    assert shown.endswith("    2 |   a = 1\n      |        ^")


def test_what_is_open_at_the_end_of_the_text_is_the_place() -> None:
    hint = "the string that begins at line 1, column 5 is not closed"
    unclosed = report("syntax error, unexpected end of file", ("", at(USER, 9, 1)), hint=hint)
    assert plain(render(unclosed, texts(c='a = "b\n'), FILES)).startswith(f"{USER}:1:5: error")


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("cannot coerce an integer to a string: 1", "toString"),
        ("cannot coerce a function to a string: «lambda»", "lacks arguments"),
        ("attempt to call something which is not a function but a string", "';'"),
        ("attribute 'a' already defined at x:1:1", "'a'"),
        ("file 'x' was not found in the Nix search path", "-I x=PATH"),
        ("syntax error, unexpected '}', expecting ';'", "';'"),
    ],
)
def test_hints(message: str, part: str) -> None:
    hint = hint_for(message)
    assert hint is not None
    assert part in hint


def test_no_hint_where_there_is_nothing_to_say() -> None:
    assert hint_for("something else") is None
