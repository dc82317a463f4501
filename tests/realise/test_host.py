"""Programs of this machine in place of packages."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pyoci.realise import elf
from pyoci.realise.realiser import Realiser
from pyoci.runtime.errors import StoreError
from pyoci.store.registry import DerivationRegistry

from .conftest import store_path
from .test_copying import copy

COREUTILS = store_path("c", "coreutils-8.31")


def listed(program: str) -> set[str]:
    """The libraries of a program, as its own loader lists them."""
    answer = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return {word for line in answer.splitlines() for word in line.split() if word.startswith("/")}


@pytest.mark.parametrize("name", ["ls", "bash", "git", "python3", "ssh", "perl"])
def test_libraries_are_those_that_the_loader_takes(name: str) -> None:
    program = shutil.which(name)
    if program is None or shutil.which("ldd") is None or elf.read(Path(program).resolve()) is None:
        pytest.skip(f"skipped: no ELF program '{name}', or no ldd")
    program = os.path.realpath(program)
    found = elf.needs(Path(program))
    assert found.missing == []
    assert {path.resolve() for path in found.files.values()} == {Path(path).resolve() for path in listed(program)}


def test_programs_that_need_nothing(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    assert elf.read(script) is None
    assert elf.needs(script) == elf.Needs()
    busybox = shutil.which("busybox")
    if busybox is not None and elf.read(Path(busybox)).interpreter is None:  # type: ignore[union-attr]
        assert elf.needs(Path(busybox)).files == {}


def test_damaged_programs_are_told(tmp_path: Path) -> None:
    program = Path(shutil.which("ls") or "/bin/ls").resolve().read_bytes()
    for size in (4, 20, 64, 200, 1000):
        (tmp_path / "cut").write_bytes(program[:size])
        with pytest.raises(StoreError, match="damaged ELF"):
            elf.read(tmp_path / "cut")


def test_a_package_becomes_the_programs_that_are_used(tmp_path: Path) -> None:
    texts = [f"{COREUTILS}/bin/ls -l; {COREUTILS}/bin/cat.", f"PATH={COREUTILS}/bin"]
    with Realiser(DerivationRegistry(), from_host=True) as realiser:
        closure = realiser.closure([COREUTILS], mentions=texts)
        assert sorted(os.listdir(closure.objects[COREUTILS].place / "bin")) == ["cat", "ls"]
        copy(closure, tmp_path / "rootfs", hard_links=False)
    assert len(closure.notes) == 2
    assert "coreutils-8.31: bin/ls is this machine's " in closure.notes[0]
    if os.geteuid() != 0:
        pytest.skip("skipped: chroot needs root")
    command = ["chroot", str(tmp_path / "rootfs"), f"{COREUTILS}/bin/ls", "/nix/store"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == Path(COREUTILS).name


def test_what_this_machine_cannot_stand_in_for() -> None:
    missing = store_path("d", "no-such-package-1.0")
    with Realiser(DerivationRegistry(), from_host=True) as realiser:
        with pytest.raises(StoreError, match="nothing says which of its programs"):
            realiser.closure([missing])
        # The name alone is not enough: this may be anything.
        with pytest.raises(StoreError, match="nothing says which of its programs"):
            realiser.closure([store_path("f", "cat")], mentions=[f"{store_path('f', 'cat')}/share/x"])
        with pytest.raises(StoreError, match="no program 'no-such-program'"):
            realiser.closure([missing], mentions=[f"{missing}/bin/no-such-program"])


def test_the_program_of_the_package_s_name_where_only_its_folder_is_named() -> None:
    path = store_path("f", "cat-1.0")
    with Realiser(DerivationRegistry(), from_host=True) as realiser:
        closure = realiser.closure([path], mentions=[f"PATH={path}/bin:/x"])
        assert os.listdir(closure.objects[path].place / "bin") == ["cat"]


def test_scripts_bring_their_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho tool\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    path = store_path("a", "tool-1.0")
    with Realiser(DerivationRegistry(), from_host=True) as realiser:
        closure = realiser.closure([path], mentions=[f"{path}/bin/tool"])
        copy(closure, tmp_path / "rootfs", hard_links=False)
    assert "/bin/sh" in closure.host_files
    assert any("is a script of /bin/sh" in note for note in closure.notes)
    if os.geteuid() == 0:
        command = ["chroot", str(tmp_path / "rootfs"), f"{path}/bin/tool"]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "tool\n"
