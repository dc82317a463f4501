"""Installations: what they put into place, and that they take exactly that away."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pyoci.emit.containers import Container
from pyoci.emit.files import OutputError
from pyoci.emit.installing import Installations, Manifest, plan
from pyoci.emit.units import Unit

UNITS = "etc/systemd/system"


def unit(name: str, **changes: object) -> Unit:
    values = {"text": f"# {name}\n", "enabled": True, "wanted_by": ("x.target",), "required_by": (), "drop_in": False}
    return Unit(name=name, **(values | changes))  # type: ignore[arg-type]


def container(name: str) -> Container:
    return Container(name, f"/nix/store/{name}.drv", f"/nix/store/{name}", "{}", (), ())


def write(place: str, folder: Path) -> None:
    folder.mkdir()
    (folder / "config.json").write_text(place)
    (folder / "rootfs").mkdir()
    (folder / "rootfs" / "closed").mkdir(mode=0o555)


def listing(root: Path) -> dict[str, str]:
    """All files and links below a folder, with contents and targets."""
    return {
        str(place.relative_to(root)): os.readlink(place) if place.is_symlink() else place.read_text()
        for place in root.rglob("*")
        if place.is_symlink() or place.is_file()
    }


def install(root: Path, name: str, units: list[Unit], containers: list[str], source: str = "/f.nix") -> Manifest:
    new, contents = plan(source, units, [container(one) for one in containers])
    return Installations(root).install(name, new, contents, write)


def test_bundles_units_and_links(tmp_path: Path) -> None:
    units = [
        unit("a.service", required_by=("y.target",)),
        unit("masked.service", enabled=False),
        unit("b@1.service", drop_in=True, wanted_by=()),
    ]
    install(tmp_path, "web", units, ["a"])
    made = listing(tmp_path)
    assert made.pop("var/lib/pyoci/installed/web.json")
    assert made == {
        "var/lib/pyoci/bundles/a/config.json": "/var/lib/pyoci/bundles/a",
        f"{UNITS}/a.service": "# a.service\n",
        f"{UNITS}/x.target.wants/a.service": "/etc/systemd/system/a.service",
        f"{UNITS}/y.target.requires/a.service": "/etc/systemd/system/a.service",
        f"{UNITS}/masked.service": "/dev/null",
        f"{UNITS}/b@1.service.d/overrides.conf": "# b@1.service\n",
    }
    installations = Installations(tmp_path)
    assert installations.names() == ["web"]
    found = installations.find("web")
    assert found is not None
    assert installations.uninstall("web", found) == []
    assert listing(tmp_path) == {}
    assert os.listdir(tmp_path / UNITS) == []
    assert not (tmp_path / "var/lib/pyoci").exists()


def test_an_installation_replaces_the_earlier_one_of_its_file(tmp_path: Path) -> None:
    install(tmp_path, "web", [unit("a.service"), unit("old.service")], ["a", "old"])
    old = install(tmp_path, "web", [unit("a.service", text="new"), unit("b.service")], ["a", "b"])
    assert old.units == ["a.service", "old.service"]
    made = listing(tmp_path)
    assert made[f"{UNITS}/a.service"] == "new"
    assert not [place for place in made if "old" in place]
    assert sorted(os.listdir(tmp_path / "var/lib/pyoci/bundles")) == ["a", "b"]


def test_nothing_of_others_is_touched(tmp_path: Path) -> None:
    (tmp_path / UNITS / "x.target.wants").mkdir(parents=True)
    (tmp_path / UNITS / "x.target.wants" / "theirs.service").symlink_to("/theirs")
    (tmp_path / UNITS / "theirs.service").write_text("theirs")
    before = listing(tmp_path)
    with pytest.raises(OutputError, match="did not put it there"):
        install(tmp_path, "web", [unit("a.service"), unit("theirs.service")], ["a"])
    assert listing(tmp_path) == before
    install(tmp_path, "web", [unit("a.service")], ["a"])
    with pytest.raises(OutputError, match="belongs to the installation 'web'"):
        install(tmp_path, "other", [unit("a.service")], [], "/other.nix")
    with pytest.raises(OutputError, match=r"from /f\.nix"):
        install(tmp_path, "web", [unit("c.service")], [], "/other.nix")
    installations = Installations(tmp_path)
    found = installations.find("web")
    assert found is not None
    installations.uninstall("web", found)
    assert listing(tmp_path) == before


def test_what_was_changed_since_is_left(tmp_path: Path) -> None:
    install(tmp_path, "web", [unit("a.service"), unit("b.service")], ["a"])
    (tmp_path / UNITS / "a.service").write_text("edited")
    (tmp_path / UNITS / "x.target.wants" / "b.service").unlink()
    (tmp_path / UNITS / "x.target.wants" / "b.service").symlink_to("/elsewhere")
    installations = Installations(tmp_path)
    found = installations.find("web")
    assert found is not None
    assert installations.uninstall("web", found) == [
        "/etc/systemd/system/x.target.wants/b.service",
        "/etc/systemd/system/a.service",
    ]
    assert listing(tmp_path) == {f"{UNITS}/a.service": "edited", f"{UNITS}/x.target.wants/b.service": "/elsewhere"}


def test_a_bundle_that_cannot_be_written_leaves_all_as_it_was(tmp_path: Path) -> None:
    install(tmp_path, "web", [unit("a.service")], ["a"])
    before = listing(tmp_path)
    new, contents = plan("/f.nix", [unit("a.service", text="new")], [container("a"), container("b")])

    def fail(place: str, folder: Path) -> None:
        write(place, folder)
        if place.endswith("b"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        Installations(tmp_path).install("web", new, contents, fail)
    assert listing(tmp_path) == before
    assert os.listdir(tmp_path / "var/lib/pyoci/bundles") == ["a"]


def _killed_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the n-th renaming and all later ones fail as if the process were gone; gives the way back."""
    counted = [0]
    rename, replace = Path.rename, Path.replace

    def limited(real: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def renamed(self: Path, target: Path) -> Path:
            counted[0] += 1
            if counted[0] > steps:
                raise KeyboardInterrupt
            return real(self, target)

        return renamed

    monkeypatch.setattr(Path, "rename", limited(rename))
    monkeypatch.setattr(Path, "replace", limited(replace))
    return monkeypatch.undo


@pytest.mark.parametrize("steps", range(12))
def test_an_interrupted_installation_can_be_taken_away_or_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    install(tmp_path, "web", [unit("a.service"), unit("old.service")], ["a", "old"])
    undo = _killed_after(steps, monkeypatch)
    try:
        install(tmp_path, "web", [unit("a.service", text="new"), unit("b.service")], ["a", "b"])
    except KeyboardInterrupt:
        interrupted = True
    else:
        interrupted = False
    undo()
    assert interrupted or steps >= 8
    if steps % 2:
        install(tmp_path, "web", [unit("a.service", text="new"), unit("b.service")], ["a", "b"])
        assert sorted(os.listdir(tmp_path / UNITS)) == ["a.service", "b.service", "x.target.wants"]
    installations = Installations(tmp_path)
    found = installations.find("web")
    assert found is not None
    assert installations.uninstall("web", found) == []
    assert listing(tmp_path) == {}


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden"])
def test_names_stay_in_their_folders(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        plan("/f.nix", [unit(name)], [])
    with pytest.raises(OutputError):
        plan("/f.nix", [], [container(name)])
    with pytest.raises(OutputError):
        Installations(tmp_path).find(name)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 99}', '{"version": 1, "source": "x", "more": 1}'])
def test_manifests_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "var/lib/pyoci/installed").mkdir(parents=True)
    (tmp_path / "var/lib/pyoci/installed/web.json").write_text(text)
    with pytest.raises(OutputError):
        Installations(tmp_path).find("web")
