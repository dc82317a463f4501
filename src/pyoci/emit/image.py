"""Bundles as OCI images (OCI image specification: image-layout.md, manifest.md, config.md, layer.md).

The same bundle always makes the same image, byte for byte: entries of a layer are sorted, belong to root and have the
store's time, and nothing says when or where the image was made.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from pyoci.emit.files import OutputError, replace_folder, write_text

COMPRESSIONS = ("gzip", "zstd", "none")

_ARCHITECTURES = {
    "x86_64": ("amd64", None),
    "aarch64": ("arm64", None),
    "i686": ("386", None),
    "i386": ("386", None),
    "armv7l": ("arm", "v7"),
    "armv6l": ("arm", "v6"),
    "powerpc64le": ("ppc64le", None),
    "riscv64": ("riscv64", None),
    "s390x": ("s390x", None),
}
"""Processor architectures as Nix and as OCI images (GOARCH) call them."""

_TIME = 1
"""Modification time of everything in a store."""

_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_LAYER_TYPES = {
    "gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
    "zstd": "application/vnd.oci.image.layer.v1.tar+zstd",
    "none": "application/vnd.oci.image.layer.v1.tar",
}


class Image(NamedTuple):
    """What an image is made from."""

    tag: str
    config: dict[str, Any]
    """The container's configuration, config.json."""
    rootfs: Path


def write_images(images: Iterable[Image], folder: Path, compression: str = "gzip") -> None:
    """Write an image layout with an image for each container, each under its tag. The folder is replaced as a whole.

    Raises OutputError where `folder` holds something else or cannot be written."""

    def fill(fresh: Path) -> None:
        (fresh / "blobs" / "sha256").mkdir(parents=True)
        manifests = [_write_image(image, fresh, compression) for image in images]
        write_text(fresh / "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
        write_text(fresh / "index.json", _json({"schemaVersion": 2, "manifests": manifests}))

    replace_folder(folder, fill, ours=lambda existing: (existing / "oci-layout").is_file())


def image_config(config: dict[str, Any], diff_id: str) -> dict[str, Any]:
    """An image's configuration with what config.json says of the process: the program is the entry point, so that
    arguments behind `podman run IMAGE` take the place of its own."""
    process = config.get("process") or {}
    platform = config.get("platform") or {}
    user = process.get("user") or {}
    arguments = list(process.get("args") or ())
    execution: dict[str, Any] = {
        "Entrypoint": arguments[:1],
        "Cmd": arguments[1:],
        "Env": list(process.get("env") or ()),
        "WorkingDir": process.get("cwd") or "/",
        "User": f"{user.get('uid', 0)}:{user.get('gid', 0)}",
    }
    made: dict[str, Any] = {
        "created": "1970-01-01T00:00:01Z",
        "os": platform.get("os", "linux"),
        "config": {key: value for key, value in execution.items() if value},
        "rootfs": {"type": "layers", "diff_ids": [diff_id]},
        "history": [{"created": "1970-01-01T00:00:01Z", "created_by": "pyoci image"}],
    }
    made["architecture"], variant = _ARCHITECTURES.get(
        platform.get("arch", "x86_64"), (platform.get("arch", "x86_64"), None)
    )
    if variant is not None:
        made["variant"] = variant
    return made


def host_mounts(config: dict[str, Any]) -> list[tuple[str, str]]:
    """The mounts that an image cannot hold, because their source is the host's: source and destination."""
    return [
        (str(mount.get("source")), str(mount.get("destination")))
        for mount in config.get("mounts") or ()
        if isinstance(mount, dict) and {"bind", "rbind"} & {mount.get("type"), *(mount.get("options") or ())}
    ]


def _write_image(image: Image, layout: Path, compression: str) -> dict[str, Any]:
    """Write the blobs of an image; its entry in the index."""
    layer, diff_id = _write_layer(image.rootfs, layout, compression)
    config = _write_blob(layout, _json(image_config(image.config, diff_id)), _CONFIG_TYPE)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "config": config,
        "layers": [layer],
    }
    entry = _write_blob(layout, _json(manifest), _MANIFEST_TYPE)
    return {**entry, "annotations": {"org.opencontainers.image.ref.name": image.tag}}


def _write_blob(layout: Path, text: str, media_type: str) -> dict[str, Any]:
    data = text.encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(data).hexdigest()
    (layout / "blobs" / "sha256" / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}


def _write_layer(rootfs: Path, layout: Path, compression: str) -> tuple[dict[str, Any], str]:
    """Write a root file system as a layer: its descriptor, and the digest of the archive before compression."""
    scratch = layout / "layer"
    with scratch.open("wb") as file:
        packed = _Hashed(file)
        with _compressed(packed, compression) as stream:
            plain = _Hashed(stream)
            with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT, bufsize=1 << 20) as archive:
                for entry, place in _entries(rootfs):
                    if entry.isreg():
                        with place.open("rb") as contents:
                            archive.addfile(entry, contents)
                    else:
                        archive.addfile(entry)
        size = packed.size
    digest = packed.hash.hexdigest()
    scratch.rename(layout / "blobs" / "sha256" / digest)
    descriptor = {"mediaType": _LAYER_TYPES[compression], "digest": f"sha256:{digest}", "size": size}
    return descriptor, f"sha256:{plain.hash.hexdigest()}"


class _Hashed(io.RawIOBase):
    """Writes through to another stream, and hashes what goes by."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._stream.write(data)
        self.hash.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size


@contextmanager
def _compressed(stream: Any, compression: str) -> Iterator[Any]:
    if compression == "none":
        yield stream
    elif compression == "gzip":
        # Without a name and a time, which the format has a place for.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0) as packer:
            yield packer
    else:
        import zstandard

        with zstandard.ZstdCompressor(level=3, threads=-1).stream_writer(stream, closefd=False) as writer:
            yield writer


def _entries(rootfs: Path) -> Iterator[tuple[tarfile.TarInfo, Path]]:
    """What is in a root file system, sorted, folders before what is in them; the second and further names of a file
    are links to its first."""
    first_names: dict[tuple[int, int], str] = {}
    for place in _walk(rootfs):
        status = place.lstat()
        entry = tarfile.TarInfo(str(place.relative_to(rootfs)))
        entry.mtime = _TIME
        entry.mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISDIR(status.st_mode):
            entry.type = tarfile.DIRTYPE
        elif stat.S_ISLNK(status.st_mode):
            entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, os.readlink(place), 0o777
        elif not stat.S_ISREG(status.st_mode):
            raise OutputError(f"'{place}' is no file, folder or link; it cannot be part of an image")
        else:
            identity = (status.st_dev, status.st_ino)
            if status.st_nlink > 1 and identity in first_names:
                entry.type, entry.linkname = tarfile.LNKTYPE, first_names[identity]
            else:
                first_names[identity] = entry.name
                entry.size = status.st_size
        yield entry, place


def _walk(folder: Path) -> Iterator[Path]:
    for name in sorted(os.listdir(folder)):
        place = folder / name
        yield place
        if place.is_dir() and not place.is_symlink():
            yield from _walk(place)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
