"""How names of generated code tell which section of a file made them.

The names that a section makes end in a number that begins with the section's name: in the section `12x` of a file are
the unit `t12x` for which it is there, units `t12x1`, functions `f_12x2`, and the section `12x3x` may have been put off
in it. The name of the section with `main` is empty.
"""

from __future__ import annotations

MARK = "x"
"""What the name of a section ends in, and its number before that."""


def section_of(name: str) -> str:
    """The section that made a unit, or a function."""
    number = name[name.rfind("_") + 1 :] if "_" in name else name[1:]
    return number[: number.rfind(MARK) + 1]


def section_around(section: str) -> str:
    """The section that another was put off in."""
    return section[: section.rfind(MARK, 0, -1) + 1]
