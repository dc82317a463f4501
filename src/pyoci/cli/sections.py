"""Containers and configurations laid out for people: headed sections, coloured on a terminal, plain elsewhere."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoci.cli.terminal import console, is_rich, write
from pyoci.emit.units import Configuration

if TYPE_CHECKING:
    from pyoci.emit.containers import Container
    from pyoci.emit.units import Unit


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, facts about it, and a text."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    """Label and value; several lines of a value stand below each other."""
    label: str
    """What the text is: `config.json`."""
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
        text=json.dumps(container.config, indent=2, ensure_ascii=False) + "\n",
        language="json",
    )


def _of_unit(unit: Unit) -> Section:
    facts = [("wanted by", " ".join(unit.wanted_by)), ("required by", " ".join(unit.required_by))]
    if not unit.enabled:
        facts.insert(0, ("enabled", "no"))
    return Section(
        heading=f"unit {unit.name}",
        facts=tuple((label, value) for label, value in facts if value),
        label=unit.name,
        text=unit.text,
        language="ini",
    )


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
    return "\n".join(lines) + f"\n\n## {section.label}\n{text}"


def _show_rich(sections: list[Section]) -> None:
    from rich.panel import Panel
    from rich.syntax import Syntax
    from rich.table import Table
    from rich.text import Text

    out = console(sys.stdout)
    for section in sections:
        out.rule(Text(section.heading, style="heading"), align="left")
        facts = Table.grid(padding=(0, 2))
        facts.add_column(style="faint", no_wrap=True)
        facts.add_column(overflow="fold")
        for label, value in section.facts:
            facts.add_row(label, Text(value))
        out.print(facts)
        code = Syntax(section.text.rstrip("\n"), section.language, word_wrap=True, background_color="default")
        out.print(Panel(code, title=section.label, title_align="left", border_style="faint"))


def show_code(text: str, language: str) -> None:
    """Write a text to a terminal in colour."""
    from rich.syntax import Syntax

    highlighted = Syntax("", language, background_color="default").highlight(text)
    highlighted.rstrip()
    console(sys.stdout).print(highlighted, soft_wrap=True)
