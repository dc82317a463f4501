"""OCI image layouts."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
import zstandard

from pyoci.emit.files import OutputError
from pyoci.emit.image import COMPRESSIONS, Image, host_mounts, image_config, write_images

CONFIG: dict[str, Any] = {
    "platform": {"os": "linux", "arch": "x86_64"},
    "process": {"args": ["/bin/x", "a"], "cwd": "/srv", "user": {"uid": 3, "gid": 4}, "env": ["A=b"]},
    "mounts": [{"destination": "/data", "type": "none", "source": "/host", "options": ["bind"]}, {"type": "proc"}],
}


def rootfs(folder: Path) -> Path:
    (folder / "b" / ("long" * 40)).mkdir(parents=True)
    (folder / "b" / "file").write_text("x")
    (folder / "b" / "file").chmod(0o555)
    os.link(folder / "b" / "file", folder / "b" / "second")
    (folder / "a").symlink_to("b/file")
    (folder / "ä").touch()
    return folder


def blob(layout: Path, descriptor: dict[str, Any]) -> bytes:
    data = (layout / "blobs" / "sha256" / descriptor["digest"].removeprefix("sha256:")).read_bytes()
    assert descriptor == {**descriptor, "size": len(data), "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    return data


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_layout_holds_together(tmp_path: Path, compression: str) -> None:
    layout = tmp_path / "image"
    write_images([Image("web", CONFIG, rootfs(tmp_path / "rootfs"))], layout, compression)
    assert json.loads((layout / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    assert entry["annotations"]["org.opencontainers.image.ref.name"] == "web"
    manifest = json.loads(blob(layout, entry))
    config = json.loads(blob(layout, manifest["config"]))
    (layer,) = manifest["layers"]
    data = blob(layout, layer)
    if compression == "gzip":
        data = gzip.decompress(data)
    elif compression == "zstd":
        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(data).hexdigest()}"]
    assert len(os.listdir(layout / "blobs" / "sha256")) == 3
    archive = tarfile.open(fileobj=io.BytesIO(data))  # noqa: SIM115
    assert archive.getnames() == ["a", "b", "b/file", "b/" + "long" * 40, "b/second", "ä"]
    assert {(one.uid, one.gid, one.mtime) for one in archive} == {(0, 0, 1)}
    assert archive.getmember("a").linkname == "b/file"
    assert archive.getmember("b/file").mode == 0o555
    assert archive.getmember("b/second").linkname == "b/file"


def test_the_same_bundle_makes_the_same_bytes(tmp_path: Path) -> None:
    one, other = rootfs(tmp_path / "one"), rootfs(tmp_path / "other")
    os.utime(other / "b" / "file", (5, 5))
    for number, folder in enumerate((one, other)):
        write_images([Image("web", CONFIG, folder)], tmp_path / f"image{number}")
    assert (tmp_path / "image0" / "index.json").read_bytes() == (tmp_path / "image1" / "index.json").read_bytes()


def test_what_an_image_says_of_the_process() -> None:
    made = image_config(CONFIG, "sha256:0")
    assert made["config"] == {
        "Entrypoint": ["/bin/x"],
        "Cmd": ["a"],
        "Env": ["A=b"],
        "WorkingDir": "/srv",
        "User": "3:4",
    }
    assert (made["os"], made["architecture"]) == ("linux", "amd64")
    assert "Cmd" not in image_config({"process": {"args": ["/bin/x"]}}, "sha256:0")["config"]
    arm = image_config({"platform": {"arch": "armv7l", "os": "linux"}}, "sha256:0")
    assert (arm["architecture"], arm["variant"]) == ("arm", "v7")
    assert host_mounts(CONFIG) == [("/host", "/data")]


def test_other_things_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("precious")
    with pytest.raises(OutputError, match="holds something else"):
        write_images([Image("web", CONFIG, rootfs(tmp_path / "rootfs"))], tmp_path / "mine")
    os.mkfifo(tmp_path / "rootfs" / "pipe")
    with pytest.raises(OutputError, match="pipe"):
        write_images([Image("web", CONFIG, tmp_path / "rootfs")], tmp_path / "image")
    assert sorted(os.listdir(tmp_path)) == ["mine", "rootfs"]
