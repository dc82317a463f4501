"""Regular expressions that are compiled when they are first used.

Importing `re` and compiling a dozen patterns takes an eighth of the time of evaluating `1`, and most runs use few of
them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    import re
    from typing import Any, AnyStr


class _Pattern:
    def __init__(self, text: str | bytes) -> None:
        self._text = text

    def __getattr__(self, name: str) -> Any:
        import re

        # Next time the attribute is found without coming here.
        value = getattr(re.compile(self._text), name)
        setattr(self, name, value)
        return value


def pattern(text: AnyStr) -> re.Pattern[AnyStr]:
    """What `re.compile` gives for a text, or behaves as that."""
    return _Pattern(text)  # type: ignore[return-value]
