"""A binary cache in a folder, written and signed here, and a web server that can misbehave."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import lzma
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pyoci.realise.caches import BinaryCache, Caches
from pyoci.realise.realiser import Realiser
from pyoci.realise.shared import SharedStore
from pyoci.realise.transport import Patience
from pyoci.store import nar
from pyoci.store.hashes import Hash
from pyoci.store.registry import DerivationRegistry

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "none": bytes,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "gzip": gzip.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
}


def store_path(letter: str, name: str) -> str:
    """A store path with a hash part of one letter."""
    return f"/nix/store/{letter * 32}-{name}"


class TinyCache:
    """A signed binary cache in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = Ed25519PrivateKey.generate()
        self.key = f"test-1:{base64.b64encode(self._key.public_key().public_bytes_raw()).decode()}"
        (folder / "nar").mkdir(parents=True)
        (folder / "nix-cache-info").write_text("StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\n")

    @property
    def url(self) -> str:
        """Of the folder."""
        return f"file://{self.folder}"

    def add(
        self,
        path: str,
        archive: bytes,
        references: tuple[str, ...] = (),
        compression: str = "none",
        *,
        sign: bool = True,
        **changes: str,
    ) -> Path:
        """Describe a path and put its archive in; `changes` are fields of the description that lie. Returns the place
        of the archive."""
        data = COMPRESSORS[compression](archive)
        name = f"nar/{path[11:43]}.nar.{compression}"
        (self.folder / name).write_bytes(data)
        digest = Hash("sha256", hashlib.sha256(archive).digest()).format("nix32", prefix=True)
        fingerprint = f"1;{path};{digest};{len(archive)};{','.join(sorted(references))}"
        fields = {
            "StorePath": path,
            "URL": name,
            "Compression": compression,
            "FileSize": str(len(data)),
            "NarHash": digest,
            "NarSize": str(len(archive)),
            "References": " ".join(reference[11:] for reference in sorted(references)),
        }
        if sign:
            fields["Sig"] = f"test-1:{base64.b64encode(self._key.sign(fingerprint.encode())).decode()}"
        text = "".join(f"{field}: {value}\n" for field, value in (fields | changes).items())
        (self.folder / f"{path[11:43]}.narinfo").write_text(text)
        return self.folder / name


def archive_of(tree: Path) -> bytes:
    """The archive of a file tree."""
    pieces: list[bytes] = []
    nar.write(str(tree).encode(), pieces.append)
    return b"".join(pieces)


def token(*words: bytes) -> bytes:
    """Words as an archive has them."""
    return b"".join(len(word).to_bytes(8, "little") + word + bytes(-len(word) % 8) for word in words)


def file_archive(content: bytes) -> bytes:
    """The archive of one file."""
    return token(b"nix-archive-1", b"(", b"type", b"regular", b"contents", content, b")")


@dataclass
class Answer:
    """How a server treats the requests for one file: one of these after the other, then well."""

    status: int = 200
    cut_after: int | None = None
    """Close the connection after so many bytes of the file."""
    stall_after: int | None = None
    """Send so many bytes, and then nothing more for a while."""


@dataclass
class Site:
    """What a server has, how it misbehaves, and what it was asked."""

    folder: Path
    url: str = ""
    ranges: bool = True
    tricks: dict[str, list[Answer]] = field(default_factory=dict)
    """By the end of the file's name."""
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Range of each."""
    stall: float = 3


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        """Answer."""
        site = self.site
        wanted = self.headers.get("Range")
        site.requests.append((self.path, wanted))
        file = site.folder / self.path.lstrip("/")
        trick = Answer()
        for end, answers in site.tricks.items():
            if self.path.endswith(end) and answers:
                trick = answers.pop(0)
        if trick.status != 200 or not file.is_file():
            self.send_response(trick.status if trick.status != 200 else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        data = file.read_bytes()
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and site.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if trick.cut_after is not None or trick.stall_after is not None:
            self.wfile.write(data[start : (trick.cut_after if trick.cut_after is not None else trick.stall_after)])
            self.wfile.flush()
            if trick.stall_after is not None:
                time.sleep(site.stall)
            self.close_connection = True
            return
        self.wfile.write(data[start:])

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def cache(tmp_path: Path) -> TinyCache:
    """An empty cache."""
    return TinyCache(tmp_path / "cache")


@pytest.fixture
def site(cache: TinyCache) -> Iterator[Site]:
    """A server of the cache, on loopback."""
    site = Site(cache.folder)
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


PATIENCE = Patience(connect=1, stall=0.5, attempts=3, pause=0.01)


def realiser_of(
    tmp_path: Path, url: str, *keys: str, check_signatures: bool = True, shared: SharedStore | None = None
) -> Realiser:
    """A realiser with one cache."""
    return Realiser(
        DerivationRegistry(),
        shared=shared or SharedStore(tmp_path / "shared"),
        caches=Caches([BinaryCache(url, PATIENCE, 4)], keys, check_signatures=check_signatures),
        connections=4,
    )
