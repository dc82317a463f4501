"""Errors in C++ Nix's layout; the expected texts are what Nix 2.34.8 prints for these places."""

from __future__ import annotations

from pyoci.cli.nix_errors import render
from pyoci.cli.sources import SourceTexts
from pyoci.runtime.errors import ErrorReport, Position, TraceFrame


def at(line: int, column: int) -> Position:
    return Position("«string»", line, column)


def shown(text: str, report: ErrorReport, show_trace: bool = False) -> str:
    texts = SourceTexts()
    texts.add("«string»", text)
    return render(report, texts, show_trace)


def test_an_error_with_its_place_and_a_suggestion() -> None:
    report = ErrorReport("attribute 'y' missing", "Did you mean x?", (TraceFrame("", at(1, 24)),))
    assert shown("let a = { x = 1; }; in a.y.z", report) == (
        "error: attribute 'y' missing\n"
        "       at «string»:1:24:\n"
        "            1| let a = { x = 1; }; in a.y.z\n"
        "             |                        ^\n"
        "       Did you mean x?\n"
    )


def test_lines_around_and_a_message_of_several_lines() -> None:
    report = ErrorReport("multi\nline", None, (TraceFrame("while calling the 'throw' builtin", at(2, 1)),))
    assert shown("\nthrow x\n", report) == (
        "error:\n"
        "       … while calling the 'throw' builtin\n"
        "         at «string»:2:1:\n"
        "            1|\n"
        "            2| throw x\n"
        "             | ^\n"
        "            3|\n"
        "\n"
        "       error: multi\n"
        "       line\n"
    )


NESTED = ErrorReport(
    "x",
    None,
    (
        TraceFrame("while calling the 'throw' builtin", at(1, 17)),
        TraceFrame("while evaluating the attribute 'b'", at(1, 13)),
        TraceFrame("while evaluating list element at index 1", None),
        TraceFrame("while evaluating the attribute 'a'", at(1, 3)),
    ),
)
TEXT = '{ a = [ 1 { b = throw "x"; } ]; }'


def test_a_trace_is_cut_where_nix_cuts_it() -> None:
    assert shown(TEXT, NESTED) == (
        "error:\n"
        "       … while evaluating the attribute 'a'\n"
        "         at «string»:1:3:\n"
        '            1| { a = [ 1 { b = throw "x"; } ]; }\n'
        "             |   ^\n"
        "\n"
        "       … while evaluating list element at index 1\n"
        "\n"
        "       … while evaluating the attribute 'b'\n"
        "         at «string»:1:13:\n"
        '            1| { a = [ 1 { b = throw "x"; } ]; }\n'
        "             |             ^\n"
        "\n"
        "       (stack trace truncated; use '--show-trace' to show the full, detailed trace)\n"
        "\n"
        "       error: x\n"
    )


def test_a_full_trace() -> None:
    text = shown(TEXT, NESTED, show_trace=True)
    assert "truncated" not in text
    assert text.index("attribute 'a'") < text.index("index 1") < text.index("attribute 'b'") < text.index("'throw'")


def test_repeated_frames_are_counted() -> None:
    inner = (TraceFrame("while calling the 'throw' builtin", at(1, 9)),)
    repeated = (TraceFrame("while calling 'f'", at(1, 1)), TraceFrame("from call site", at(1, 5))) * 20
    text = shown("f = throw x", ErrorReport("x", None, inner + repeated), show_trace=True)
    assert text.count("while calling 'f'") == 1
    assert text.count("from call site") == 1
    assert "\n\n       (38 duplicate frames omitted)\n\n       … while calling the 'throw' builtin\n" in text


def test_tabs_become_spaces_as_nix_counts() -> None:
    # Nix counts columns on from the first character of the message, not from that of the line.
    report = ErrorReport(
        "x",
        None,
        (
            TraceFrame("while calling the 'throw' builtin", Position("/tmp/front/tab.nix", 2, 6)),
            TraceFrame("while evaluating the attribute 'b'", Position("/tmp/front/tab.nix", 2, 2)),
        ),
    )
    texts = SourceTexts()
    texts.add("/tmp/front/tab.nix", '{ a =\t1;\n b = throw "x";\n}')
    text = render(report, texts, True)
    assert "            1| { a =        1;\n            2|  b" in text
    assert "            1| { a =      1;\n            2|  b" in text
