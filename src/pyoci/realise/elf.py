"""What an ELF program needs to run: its loader and shared libraries, found as ld.so(8) finds them, without running it.

Specification: System V ABI, "Object Files" and "Dynamic Linking"; ld.so(8) for the order of folders.
"""

from __future__ import annotations

import glob
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from pyoci.runtime.errors import StoreError

_MAGIC: Final = b"\x7fELF"
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_RPATH, _DT_RUNPATH = 1, 5, 10, 15, 29
_MAX_TABLE: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class Elf:
    """What concerns the loader of one ELF file."""

    kind: tuple[int, int, int]
    """Class, byte order and machine: a library must have those of its program."""
    interpreter: str | None
    needed: tuple[str, ...]
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]


def read(path: Path) -> Elf | None:
    """The header of an ELF file; None where it is none.

    Raises StoreError where it cannot be read or is damaged."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
            return _read(file, start) if start[:4] == _MAGIC else None
    except OSError as error:
        raise StoreError(f"cannot read '{path}': {error.strerror}") from None
    except (struct.error, IndexError, ValueError, OverflowError):
        raise StoreError(f"'{path}' is a damaged ELF file") from None


def _read(file: BinaryIO, start: bytes) -> Elf:
    wide = start[4] == 2
    order = "<" if start[5] == 1 else ">"
    machine = struct.unpack_from(order + "H", start, 18)[0]
    if wide:
        offset, size, count = *struct.unpack_from(order + "Q", start, 32), *struct.unpack_from(order + "HH", start, 54)
    else:
        offset, size, count = *struct.unpack_from(order + "I", start, 28), *struct.unpack_from(order + "HH", start, 42)
    headers = [_program_header(_slice(file, offset + at * size, size), wide, order) for at in range(count)]
    interpreter = next((_slice(file, at, length) for kind, at, _, length in headers if kind == _PT_INTERP), None)
    dynamic = next((_slice(file, at, length) for kind, at, _, length in headers if kind == _PT_DYNAMIC), b"")
    entries = list(struct.iter_unpack(order + ("qQ" if wide else "iI"), dynamic[: len(dynamic) // 16 * 16]))
    tags = dict(reversed(entries))
    strings = b""
    if _DT_STRTAB in tags:
        strings = _slice(file, _file_offset(headers, tags[_DT_STRTAB]), tags.get(_DT_STRSZ, 0))

    def texts(wanted: int) -> Iterator[str]:
        for tag, value in entries:
            if tag == 0:
                return
            if tag == wanted:
                yield os.fsdecode(strings[value : strings.index(b"\0", value)])

    return Elf(
        kind=(start[4], start[5], machine),
        interpreter=os.fsdecode(interpreter.rstrip(b"\0")) if interpreter else None,
        needed=tuple(texts(_DT_NEEDED)),
        rpath=tuple(folder for text in texts(_DT_RPATH) for folder in text.split(":")),
        runpath=tuple(folder for text in texts(_DT_RUNPATH) for folder in text.split(":")),
    )


def _slice(file: BinaryIO, offset: int, size: int) -> bytes:
    if size > _MAX_TABLE:
        raise ValueError(size)
    file.seek(offset)
    data = file.read(size)
    if len(data) != size:
        raise ValueError(size)
    return data


def _program_header(data: bytes, wide: bool, order: str) -> tuple[int, int, int, int]:
    """Type, place in the file, address, size in the file."""
    if wide:
        kind, _, offset, address, _, size = struct.unpack_from(order + "IIQQQQ", data)
    else:
        kind, offset, address, _, size = struct.unpack_from(order + "IIIII", data)
    return kind, offset, address, size


def _file_offset(headers: list[tuple[int, int, int, int]], address: int) -> int:
    for kind, offset, start, size in headers:
        if kind == _PT_LOAD and start <= address < start + size:
            return offset + address - start
    raise ValueError(address)


@dataclass(slots=True)
class Needs:
    """What programs need besides themselves."""

    files: dict[str, Path] = field(default_factory=dict)
    """By the path at which their loader looks for it: the file of this machine."""
    missing: list[str] = field(default_factory=list)
    """Libraries that are not there."""


def needs(program: Path) -> Needs:
    """The loader and all libraries of a program; nothing for one that is linked statically.

    A loader in an otherwise empty root file system has no cache and no configuration: it looks only into the folders
    that are named in files, and into its own. A library from any other folder is therefore put beside the C library.

    Raises StoreError where a file cannot be read."""
    found = Needs()
    top = read(program)
    if top is None or top.interpreter is None:
        return found
    found.files[top.interpreter] = Path(top.interpreter)
    own = _own_folders(Path(top.interpreter))
    libraries: dict[str, Path] = {}
    aside: dict[str, Path] = {}
    waiting: list[tuple[Path, Elf, tuple[str, ...]]] = [(program, top, ())]
    seen: set[str] = set()
    while waiting:
        path, elf, inherited = waiting.pop()
        # DT_RPATH counts for what is loaded on behalf of a file, too; where DT_RUNPATH is, it counts not at all.
        rpath = () if elf.runpath else (*_expanded(elf.rpath, path), *inherited)
        named = [*rpath, *_expanded(elf.runpath, path)]
        for name in elf.needed:
            if name in seen or name == Path(top.interpreter).name:
                continue
            seen.add(name)
            library = _find(name, [*named, *_configured_folders(), *own], top.kind)
            if library is None:
                found.missing.append(name)
                continue
            folder = os.path.dirname(library)
            kept = folder in own or any(folder == word for word in (*elf.rpath, *elf.runpath))
            (libraries if kept else aside)[name] = Path(library)
            inner = read(Path(library))
            assert inner is not None
            waiting.append((Path(os.path.realpath(library)), inner, rpath))
    beside = next((str(path.parent) for name, path in libraries.items() if name.startswith("libc.")), own[0])
    found.files |= {str(path): path for path in libraries.values()}
    found.files |= {f"{beside}/{name}": path for name, path in aside.items()}
    return found


def _expanded(folders: tuple[str, ...], origin: Path) -> list[str]:
    here = str(Path(os.path.realpath(origin)).parent)
    return [
        os.path.normpath(folder.replace("${ORIGIN}", here).replace("$ORIGIN", here)) for folder in folders if folder
    ]


def _find(name: str, folders: list[str], kind: tuple[int, int, int]) -> str | None:
    candidates = [name] if "/" in name else [f"{folder}/{name}" for folder in folders]
    for candidate in candidates:
        if os.path.isfile(candidate):
            elf = read(Path(candidate))
            if elf is not None and elf.kind == kind:
                return candidate
    return None


def _own_folders(loader: Path) -> list[str]:
    """The folders that a loader looks into of itself. They are built into it; Debian's are named after the machine, and
    a loader that lies in none of these lies beside its libraries."""
    real = Path(os.path.realpath(loader)).parent
    named = [folder.removeprefix("/usr") for folder in glob.glob("/usr/lib/*-linux-*/")]
    folders = [folder.rstrip("/") for folder in named]
    if real.name.endswith(("-linux-gnu", "-linux-musl", "-linux-gnueabihf")):
        folders = [f"/lib/{real.name}", f"/usr/lib/{real.name}"]
    standard = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"]
    return [*folders, *standard] if str(real).startswith(("/lib", "/usr/lib")) else [str(real), *folders, *standard]


def _configured_folders() -> list[str]:
    """The folders of /etc/ld.so.conf."""
    folders: list[str] = []
    waiting = ["/etc/ld.so.conf"]
    seen: set[str] = set()
    while waiting:
        file = waiting.pop(0)
        if file in seen:
            continue
        seen.add(file)
        try:
            lines = Path(file).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        except OSError:
            continue
        for line in lines:
            words = line.partition("#")[0].split()
            if words[:1] == ["include"]:
                waiting += [match for pattern in words[1:] for match in sorted(glob.glob(pattern, root_dir="/etc"))]
            elif words:
                folders.append(words[0].rstrip("/"))
    return folders
