"""Containers and configurations laid out for people: headed sections, coloured on a terminal, plain elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from pyoci.cli.terminal import console, is_rich, write
from pyoci.emit.units import Configuration

if TYPE_CHECKING:
    from rich.text import Text

    from pyoci.emit.containers import Container
    from pyoci.emit.units import Unit


class Section(NamedTuple):
    """A heading, facts about it, and a text."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    """Label and value; several lines of a value stand below each other."""
    label: str
    """What the text is, where the heading does not say so: `config.json`."""
    text: str
    language: str
    """`json` or `ini`."""


def sections_of(result: Container | Configuration) -> list[Section]:
    """What to show of a container or a configuration."""
    if not isinstance(result, Configuration):
        return [_of_container(result)]
    return [_of_unit(unit) for unit in result.units.values()] + [
        _of_container(container) for container in result.containers.values()
    ]


def _of_container(container: Container) -> Section:
    return Section(
        heading=f"container {container.name}",
        facts=(
            ("store path", container.out_path),
            ("derivation", container.drv_path),
            ("rootfs", "the closure of\n" + "\n".join(container.roots) if container.roots else "empty"),
            *([("refers to", "\n".join(inner))] if (inner := container.closure[len(container.roots) :]) else []),
        ),
        label="config.json",
        text=pretty_json(container.config) + "\n",
        language="json",
    )


def _of_unit(unit: Unit) -> Section:
    facts = [("wanted by", " ".join(unit.wanted_by)), ("required by", " ".join(unit.required_by))]
    if not unit.enabled:
        facts.insert(0, ("enabled", "no"))
    return Section(
        heading=f"unit {unit.name}",
        facts=tuple((label, value) for label, value in facts if value),
        label="",
        text=unit.text,
        language="ini",
    )


def pretty_json(value: object, indent: str = "", used: int = 0) -> str:
    """JSON with what fits on a line of 100 columns on one line; `used` columns of the first are taken already."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + used + len(line) <= 100 and not _has_two_levels(value):
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        items = []
        for name, item in value.items():
            key = json.dumps(name, ensure_ascii=False) + ": "
            items.append(f"{inner}{key}{pretty_json(item, inner, len(key))}")
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + pretty_json(item, inner) for item in value) + f"\n{indent}]"
    return line


def _has_two_levels(value: object) -> bool:
    """Whether a set or list holds a set or list that holds another: too much for one line."""
    return any(isinstance(item, dict | list) for inner in _items(value) for item in _items(inner))


def _items(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def show(sections: list[Section]) -> None:
    """Write sections to standard output."""
    if is_rich(sys.stdout):
        _show_rich(sections)
    else:
        write("\n".join(_plain(section) for section in sections))


def _plain(section: Section) -> str:
    lines = [f"# {section.heading}"]
    for label, value in section.facts:
        first, *rest = value.splitlines()
        lines.append(f"{label:<12}{first}")
        lines += [" " * 12 + line for line in rest]
    text = section.text if section.text.endswith("\n") else section.text + "\n"
    return "\n".join(lines) + (f"\n\n## {section.label}\n" if section.label else "\n\n") + text


def _show_rich(sections: list[Section]) -> None:
    from rich.text import Text

    out = console(sys.stdout)
    for number, section in enumerate(sections):
        if number:
            out.print()
        out.rule(Text(section.heading, style="heading"), align="left", style="faint")
        # Not folded by rich: who selects a path in a narrow terminal gets it in one piece.
        for label, value in section.facts:
            for number_of_line, line in enumerate(value.splitlines()):
                margin = f"{'' if number_of_line else label:<12}"
                out.print(Text.assemble((margin, "faint"), line), soft_wrap=True)
        out.print(Text(f"\n{section.label}" if section.label else "", style="heading"))
        out.print(_highlighted(section.text, section.language), soft_wrap=True)


def show_code(text: str, language: str) -> None:
    """Write a text to a terminal in colour."""
    console(sys.stdout).print(_highlighted(text, language), soft_wrap=True)


def _highlighted(text: str, language: str) -> Text:
    from rich.syntax import Syntax

    # The terminal's own colours, which its user can read on its own background.
    highlighted = Syntax("", language, theme="ansi_dark", background_color="default").highlight(text)
    highlighted.rstrip()
    return highlighted
