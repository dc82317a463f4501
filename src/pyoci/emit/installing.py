"""Bundles and units into place, and out of it again.

Everything that an installation puts somewhere is written down in its manifest before it is put there, so that a
removal finds it whatever happened in between. Bundles are written next to their place first, all of them; then they,
the unit files and the links are renamed into place one by one. An installation that fails while bundles are written
has changed nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError, exchange, scratch_beside
from pyoci.emit.units import Unit

BUNDLES = "/var/lib/pyoci/bundles"


class Layout(NamedTuple):
    """Where installations are put; paths are those seen from inside of the installation's root."""

    bundles: str
    manifests: str
    units: str


SYSTEM = Layout(BUNDLES, "/var/lib/pyoci/installed", "/etc/systemd/system")


def user_layout() -> Layout:
    """Where this user's installations are: below `XDG_DATA_HOME`, and where the user's systemd looks for units
    (systemd.unit(5), "User Unit Search Path")."""
    from platformdirs import user_config_dir, user_data_dir

    data = user_data_dir("pyoci")
    return Layout(f"{data}/bundles", f"{data}/installed", f"{user_config_dir('systemd')}/user")


_VERSION = 1

_EITHER = ""
"""In place of contents, while an installation is under way: those of the old one or those of the new one."""


@dataclass
class Manifest:
    """What an installation put where; paths are those seen from inside of the installation's root."""

    source: str
    """The file that was installed."""
    bundles: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """Unit files, with the SHA-256 of their contents."""
    links: dict[str, str] = field(default_factory=dict)
    """Symbolic links and what they point to."""
    folders: list[str] = field(default_factory=list)
    """Folders that were made for the above; they go when they are empty."""

    @property
    def units(self) -> list[str]:
        """The names of the services, sockets, … that it has files of."""
        inside = (".d", ".wants", ".requires")
        files = [path for path in (*self.files, *self.links) if not os.path.dirname(path).endswith(inside)]
        return sorted(os.path.basename(path) for path in files)

    def places(self) -> list[str]:
        """All that it put somewhere, folders left out."""
        return [*self.bundles, *self.files, *self.links]

    def to_json(self) -> str:
        """As it is kept on disk."""
        return json.dumps({"version": _VERSION, **vars(self)}, indent=2, sort_keys=True) + "\n"


def plan(
    source: str, units: Iterable[Unit], containers: Iterable[Container], layout: Layout = SYSTEM
) -> tuple[Manifest, dict[str, str]]:
    """The manifest of an installation that is to be made, and the contents of its unit files by their paths.

    Raises OutputError for names that are none of files."""
    manifest = Manifest(source)
    contents: dict[str, str] = {}
    for container in containers:
        manifest.bundles.append(f"{layout.bundles}/{_checked(container.name)}")
    for unit in units:
        place = f"{layout.units}/{_checked(unit.name)}"
        if not unit.enabled:
            manifest.links[place] = "/dev/null"
            continue
        file = f"{place}.d/overrides.conf" if unit.drop_in else place
        contents[file] = unit.text
        manifest.files[file] = _digest(_bytes(unit.text))
        for kind, targets in (("wants", unit.wanted_by), ("requires", unit.required_by)):
            for target in targets:
                manifest.links[f"{layout.units}/{_checked(target)}.{kind}/{unit.name}"] = place
    return manifest, contents


class Installations:
    """The installations below a root folder."""

    def __init__(self, root: Path, layout: Layout = SYSTEM) -> None:
        self.root = root
        self._layout = layout

    def names(self) -> list[str]:
        """The names of all of them."""
        with suppress(OSError):
            return sorted(file.stem for file in self._place(self._layout.manifests).glob("*.json"))
        return []

    def find(self, name: str) -> Manifest | None:
        """What an installation put where; None where there is none of that name.

        Raises OutputError where the manifest cannot be read."""
        place = self._manifest(name)
        try:
            data: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            if data.pop("version") != _VERSION:
                raise OutputError(f"'{place}' was written by another version of pyoci")
            return Manifest(**data)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise OutputError(f"cannot read the manifest '{place}': {error}") from error

    def install(
        self, name: str, new: Manifest, contents: Mapping[str, str], write: Callable[[str, Path], None]
    ) -> Manifest:
        """Put everything of a new manifest into place, and remove what an earlier installation of the same name had
        beside it; `write(place, folder)` writes the bundle for a place into a folder that does not exist yet. Returns
        the earlier installation, an empty one where there was none.

        Raises OutputError where something else is in the way (nothing has changed then), or where the file system
        refuses; and whatever `write` raises."""
        old = self.find(name) or Manifest(new.source)
        self._refuse(name, new, old)
        try:
            with self._staging(name) as staging:
                for place in new.bundles:
                    write(place, staging / os.path.basename(place))
                new.folders = [*dict.fromkeys([*old.folders, *self._missing_folders(new)])]
                self._write_manifest(name, _union(old, new))
                for place in new.bundles:
                    self._move(staging / os.path.basename(place), self._place(place), staging)
                for place in new.files:
                    self._write(place, _bytes(contents[place]))
                for place, target in new.links.items():
                    self._link(place, target)
                self._remove(_without(old, new), staging)
                self._write_manifest(name, new)
        except OSError as error:
            raise OutputError(f"cannot write '{error.filename or self.root}': {error.strerror or error}") from error
        return old

    def uninstall(self, name: str, old: Manifest) -> list[str]:
        """Remove what an installation put into place, as far as it is still that: returns what was changed since, and
        therefore left.

        Raises OutputError where the file system refuses."""
        try:
            with self._staging(name) as staging:
                left = self._remove(old, staging)
                self._manifest(name).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"cannot remove '{error.filename or self.root}': {error.strerror or error}") from error
        return left

    def _place(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def _manifest(self, name: str) -> Path:
        return self._place(f"{self._layout.manifests}/{_checked(name)}.json")

    @contextmanager
    def _staging(self, name: str) -> Iterator[Path]:
        """A folder beside the bundles, on their file system; it goes at the end, with what was exchanged into it."""
        bundles = self._place(self._layout.bundles)
        bundles.mkdir(parents=True, exist_ok=True)
        try:
            with scratch_beside(bundles / name) as staging:
                yield staging
        finally:
            bundles_folder, manifests, _ = self._layout
            for place in (manifests, bundles_folder, os.path.dirname(bundles_folder)):
                # The ones that are empty.
                with suppress(OSError):
                    self._place(place).rmdir()

    def _refuse(self, name: str, new: Manifest, old: Manifest) -> None:
        """Refuse what would replace something that this installation did not put there."""
        if os.path.realpath(old.source) != os.path.realpath(new.source):
            raise OutputError(
                f"'{name}' is installed already, from {old.source}; uninstall it first, or give --name another name"
            )
        own = set(old.places())
        others = {
            place: other for other in self.names() if other != name for place in (self.find(other) or old).places()
        }
        for place in new.places():
            if place in others:
                raise OutputError(f"'{place}' belongs to the installation '{others[place]}'")
            if place not in own and os.path.lexists(self._place(place)):
                raise OutputError(f"'{self._place(place)}' exists, and pyoci did not put it there; it is left as it is")

    def _missing_folders(self, new: Manifest) -> list[str]:
        """The folders below that of the units which have to be made, the innermost first."""
        folders = {os.path.dirname(place) for place in (*new.files, *new.links)} - {self._layout.units}
        return sorted(folder for folder in folders if not self._place(folder).is_dir())

    def _move(self, fresh: Path, target: Path, staging: Path) -> None:
        if os.path.lexists(target):
            exchange(fresh, target, staging / f"{fresh.name}.old")
        else:
            fresh.rename(target)

    def _write_manifest(self, name: str, manifest: Manifest) -> None:
        self._write(f"{self._layout.manifests}/{name}.json", _bytes(manifest.to_json()))

    def _write(self, place: str, contents: bytes) -> None:
        with self._renamed(place) as scratch, scratch.open("xb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())

    def _link(self, place: str, target: str) -> None:
        with self._renamed(place) as scratch:
            scratch.symlink_to(target)

    @contextmanager
    def _renamed(self, place: str) -> Iterator[Path]:
        """A name beside a place, for what is renamed to the place at the end."""
        target = self._place(place)
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_name(f".{target.name}.pyoci~")
        scratch.unlink(missing_ok=True)
        try:
            yield scratch
            scratch.replace(target)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise

    def _remove(self, gone: Manifest, staging: Path) -> list[str]:
        """Links before files before bundles: nothing is ever started that is gone already."""
        left = []
        for place, target in gone.links.items():
            link = self._place(place)
            if link.is_symlink() and target in (os.readlink(link), _EITHER):
                link.unlink()
            elif os.path.lexists(link):
                left.append(place)
        for place, digest in gone.files.items():
            file = self._place(place)
            if file.is_file() and not file.is_symlink() and digest in (_digest(file.read_bytes()), _EITHER):
                file.unlink()
            elif os.path.lexists(file):
                left.append(place)
        for number, place in enumerate(gone.bundles):
            if os.path.lexists(self._place(place)):
                self._place(place).rename(staging / f"old-{number}")
        for place in gone.folders:
            with suppress(OSError):
                self._place(place).rmdir()
        return left


def _union(old: Manifest, new: Manifest) -> Manifest:
    """What may be in place while the new is put where the old is."""
    return Manifest(
        new.source,
        [*dict.fromkeys([*old.bundles, *new.bundles])],
        dict.fromkeys([*old.files, *new.files], _EITHER),
        dict.fromkeys([*old.links, *new.links], _EITHER),
        new.folders,
    )


def _without(old: Manifest, new: Manifest) -> Manifest:
    """What the old has and the new has not."""
    return Manifest(
        old.source,
        [place for place in old.bundles if place not in new.bundles],
        {place: digest for place, digest in old.files.items() if place not in new.files},
        {place: target for place, target in old.links.items() if place not in new.links},
    )


def _checked(name: str) -> str:
    if "/" in name or name in ("", ".", "..") or name.startswith(".") or "\0" in name:
        raise OutputError(f"'{name}' is no name of a file")
    return name


def _digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
