"""Attributes that `derivation` adds, and where they are: Nix's `derivation` is a Nix function in a file of its own.

A key is a string object of its own, by which its place is found, as those in compiled code are."""

from __future__ import annotations

from pyoci.runtime.errors import Position

_FILE = "/derivation-internal.nix"

_places: dict[int, Position] = {}


def _key(name: str, line: int, column: int) -> str:
    # Changing case twice makes a new string even where CPython shares one.
    key = name.swapcase().swapcase()
    _places[id(key)] = Position(_FILE, line, column)
    return key


ALL = _key("all", 43, 7)
DRV_ATTRS = _key("drvAttrs", 44, 15)
OUT_PATH = _key("outPath", 50, 7)
DRV_PATH = _key("drvPath", 51, 7)
TYPE = _key("type", 52, 7)
OUTPUT_NAME = _key("outputName", 53, 15)

_outputs: dict[str, str] = {}


def output_key(name: str) -> str:
    """The key of an output."""
    key = _outputs.get(name)
    if key is None:
        key = _outputs[name] = _key(name, 49, 5)
    return key


def place_of(key: str) -> Position | None:
    """The place of a key, if it is one of these."""
    return _places.get(id(key))
