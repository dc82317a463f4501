"""Has a wheel carry the LALR table of the grammar, so that the first run need not compute it.

Hatchling calls this when it builds pyoci (`tool.hatch.build.hooks.custom` in pyproject.toml). An editable installation
runs from the checkout, and so gets the table there, beside the module that loads it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TableHook(BuildHookInterface[Any]):
    """Computes the table with the project's own code and Lark."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the table to a wheel, or write it into the checkout (`version` is "editable" then)."""
        if self.target_name != "wheel":
            return
        source = Path(self.root, "src")
        sys.path.insert(0, str(source))
        from pyoci.syntax import table

        place = source / "pyoci" / "syntax"
        if version == "editable":
            for stale in place.glob("grammar-*.table"):
                stale.unlink()
            table.write(str(place))
        else:
            written = table.write(tempfile.mkdtemp())
            build_data["force_include"][written] = f"pyoci/syntax/{Path(written).name}"
