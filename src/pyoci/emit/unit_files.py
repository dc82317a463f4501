"""Unit files on disk, as systemd reads them from a unit directory (systemd.unit(5), "Unit File Load Path")."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pyoci.emit.files import OutputError, replace_folder, write_text
from pyoci.emit.units import Unit

_MARK = ".pyoci-units"


def write_units(units: Mapping[str, Unit], folder: Path) -> None:
    """Write the files, `NAME.wants/` and `NAME.requires/` links, and drop-ins under `NAME.d/`. The folder is replaced
    as a whole.

    Raises OutputError where `folder` holds something else or cannot be written."""

    def fill(fresh: Path) -> None:
        write_text(fresh / _MARK, "Written by pyoci; replaced as a whole when it is written again.\n")
        for unit in units.values():
            _write_unit(unit, fresh)

    replace_folder(folder, fill, ours=lambda existing: (existing / _MARK).is_file())


def _write_unit(unit: Unit, folder: Path) -> None:
    if "/" in unit.name or unit.name in ("", ".", ".."):
        raise OutputError(f"'{unit.name}' is no name of a unit")
    if not unit.enabled:
        (folder / unit.name).symlink_to("/dev/null")
    elif unit.drop_in:
        (folder / f"{unit.name}.d").mkdir()
        write_text(folder / f"{unit.name}.d" / "overrides.conf", unit.text)
    else:
        write_text(folder / unit.name, unit.text)
    for kind, targets in (("wants", unit.wanted_by), ("requires", unit.required_by)):
        for target in targets:
            links = folder / f"{target}.{kind}"
            links.mkdir(exist_ok=True)
            (links / unit.name).symlink_to(f"../{unit.name}")
